package io.beamgrad.job;

import io.beamgrad.data.digits.DigitsWriter;
import io.beamgrad.data.files.Storage;
import io.beamgrad.data.formats.IdxHeader;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.spec.JobSpec;
import io.beamgrad.terminal.ProgressBar;
import io.beamgrad.terminal.Terminal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Draws the handwritten digits of a job that asks for them, the first time it runs. */
public final class DigitsOnFirstUse {
  private static final String IMAGES = "-images-idx3-ubyte";

  private DigitsOnFirstUse() {}

  /**
   * Draws nothing.
   *
   * @throws WrongInputException where digits are to be drawn
   */
  public static void requireDrawn(JobSpec spec) {
    JobSpec.Data data = spec.data();
    if (data.generate().digits() != null
        && !Storage.isRemote(data.dir())
        && !Files.exists(images(spec))) {
      throw new WrongInputException(
          "%s: the digits of data.generate are not drawn yet, which the first run does"
              .formatted(Terminal.shown(Path.of(data.dir()))));
    }
  }

  private static Path images(JobSpec spec) {
    return Path.of(spec.data().dir()).resolve(spec.data().train().get(0) + IMAGES);
  }

  /**
   * Does nothing where the spec does not ask for digits, or where they are there.
   *
   * @throws WrongInputException where another number of digits is there
   */
  public static void generate(JobSpec spec, Terminal terminal) {
    Integer digits = spec.data().generate().digits();
    if (digits == null) {
      return;
    }
    if (Storage.isRemote(spec.data().dir())) {
      throw new WrongInputException(
          "data.generate draws into a folder of a disk, but data.dir is " + spec.data().dir());
    }
    Path folder = Path.of(spec.data().dir());
    Path images = images(spec);
    if (!Files.exists(images)) {
      terminal.line(
          String.format(
              Locale.ROOT,
              "drawing %,d handwritten digits into %s (once)",
              digits,
              Terminal.shown(folder)));
      try (ProgressBar bar = new ProgressBar(terminal, "drawing")) {
        DigitsWriter.write(folder, digits, spec.data().generate().seed(), bar);
      }
      return;
    }
    int found = IdxHeader.readImages(images).count();
    if (found != digits) {
      throw new WrongInputException(
          "%s: holds %s digits, data.generate.digits is %s; delete the folder or set data.dir"
              .formatted(Terminal.shown(folder), found, digits));
    }
  }
}
