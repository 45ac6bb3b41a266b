package io.beamgrad.retrain;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.beamgrad.cli.Cli;
import io.beamgrad.job.TinyDigits;
import io.beamgrad.registry.ModelRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Tiny digits that come in day by day, in folders such as {@code day=2026-11-23}, and a job that is
 * retrained on them.
 */
public final class DailyDigits {
  static final int ROWS = 300;

  private final Path folder;

  public DailyDigits(Path folder) {
    this.folder = folder;
  }

  Path data() {
    return folder.resolve("data");
  }

  public Path registry() {
    return folder.resolve("registry");
  }

  ModelRegistry open() {
    return ModelRegistry.open(registry(), "daily");
  }

  /** Writes the pair of a day. */
  public Path day(int day, int rows) throws IOException {
    Path of =
        Files.createDirectories(
            data().resolve(String.format(Locale.ROOT, "day=2026-11-%02d", day)));
    TinyDigits.writePair(of, "train", rows, day);
    return of;
  }

  public Path day(int day) throws IOException {
    return day(day, ROWS);
  }

  /** Gives each row below class 5 of a day the class 1. */
  void spoilLabels(int day) throws IOException {
    Path labels = labels(day);
    byte[] bytes = Files.readAllBytes(labels);
    for (int i = 8; i < bytes.length; i++) {
      bytes[i] = bytes[i] < 5 ? 1 : bytes[i];
    }
    Files.write(labels, bytes);
  }

  /** Cuts the labels of a day short. */
  Path breakLabels(int day) throws IOException {
    Path labels = labels(day);
    byte[] bytes = Files.readAllBytes(labels);
    return Files.write(labels, Arrays.copyOf(bytes, bytes.length - 10));
  }

  private Path labels(int day) {
    return data()
        .resolve(String.format(Locale.ROOT, "day=2026-11-%02d/train-labels-idx1-ubyte", day));
  }

  /**
   * Writes the job.
   *
   * @param retrain the keys below {@code retrain}
   */
  public Path spec(String retrain) throws IOException {
    return spec(3, retrain);
  }

  /** The same with so many epochs. */
  public Path spec(int epochs, String retrain) throws IOException {
    return Files.writeString(
        folder.resolve("daily.yaml"),
        """
        seed: 7
        data: {format: idx, dir: %s, train: "day=*/*", scale: 255}
        split: {validation: 0}
        model: [flatten, {linear: {out: 10}}]
        loss: cross_entropy
        optimizer: {sgd: {lr: 0.5, momentum: 0.9}}
        batch: 32
        epochs: %s
        retrain: {holdout: 0.3, %s}
        """
            .formatted(data(), epochs, retrain),
        UTF_8);
  }

  Cli.Result retrain(String... more) {
    return retrain(text -> {}, more);
  }

  /**
   * @param watcher gets what is written so far, line by line
   */
  Cli.Result retrain(Consumer<String> watcher, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "retrain",
                folder.resolve("daily.yaml").toString(),
                "--registry",
                registry().toString()));
    arguments.addAll(List.of(more));
    return Cli.run(watcher, arguments.toArray(String[]::new));
  }
}
