package io.beamgrad.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The job that is killed.
 *
 * @param arguments of {@code beamgrad}, less runner and output
 * @param epochMillis about how long an epoch takes
 */
record Training(List<String> arguments, int epochs, int epochMillis) {

  /** The hidden layer on the real MNIST. */
  static Training mnist(Path folder) {
    return of("pipelines/mnist-mlp.yaml", folder, 6, 400);
  }

  /** Where MNIST is not at hand. */
  static Training digits(Path folder) {
    return of("pipelines/digits.yaml", folder, 30, 100);
  }

  /** Half a minute on a cluster, all in all. */
  static Training smallDigits(Path folder) {
    Training digits = of("pipelines/digits.yaml", folder, 40, 100);
    return digits.with("data.generate.digits=3000").with("batch=10");
  }

  private static Training of(String spec, Path data, int epochs, int epochMillis) {
    return new Training(List.of("train", spec), epochs, epochMillis)
        .with("data.dir=" + data)
        .with("epochs=" + epochs);
  }

  private Training with(String setting) {
    List<String> more = new ArrayList<>(arguments);
    more.addAll(List.of("--set", setting));
    return new Training(more, epochs, epochMillis);
  }

  /** Starts the launcher; what it says goes to the end of a file. */
  Process start(Path out, Path said, List<String> more) throws IOException {
    List<String> line = new ArrayList<>(List.of("scripts/beamgrad"));
    line.addAll(arguments);
    line.addAll(List.of("--out", out.toString()));
    line.addAll(more);
    Files.createDirectories(said.getParent());
    return new ProcessBuilder(line)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(said.toFile()))
        .start();
  }
}
