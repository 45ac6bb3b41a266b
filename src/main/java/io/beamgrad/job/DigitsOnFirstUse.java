package io.beamgrad.job;

import io.beamgrad.data.DigitsWriter;
import java.io.IOException;
import java.nio.file.Files;

/** Draws the handwritten digits of a job that asks for them, the first time it runs. */
final class DigitsOnFirstUse {
  private DigitsOnFirstUse() {}

  /** Does nothing where the spec does not ask for digits, or where its folder is there. */
  static void generate(JobSpec spec, Terminal terminal) throws IOException {
    Integer digits = spec.data().generate().digits();
    if (digits == null || Files.exists(spec.data().dir())) {
      return;
    }
    terminal.line(
        "drawing %,d handwritten digits into %s (once)"
            .formatted(digits, Terminal.shown(spec.data().dir())));
    DigitsWriter.write(spec.data().dir(), digits, spec.data().generate().seed());
  }
}
