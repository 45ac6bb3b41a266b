package io.beamgrad.runner;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.beamgrad.cli.Cli;
import io.beamgrad.job.MixedTable;
import io.beamgrad.job.TinyDigits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Models of the file format's first version with rows and what was predicted for them. They stay as
 * they are: every later beamgrad has to read them and to say the same.
 */
public final class ContractFiles {
  static final Path FOLDER = Path.of("src/test/resources/models/format-1");

  /** The rows of each model, by its name. */
  static final List<List<String>> MODELS =
      List.of(
          List.of("customers", "customers.csv"),
          List.of("crops", "crops.csv"),
          List.of("digits", "digits-images"));

  private static final int IMAGES = 8;

  private ContractFiles() {}

  public static Path model(String name) {
    return FOLDER.resolve(name + ".avro");
  }

  public static Path rows(String name) {
    return FOLDER.resolve(
        MODELS.stream().filter(m -> m.get(0).equals(name)).findFirst().orElseThrow().get(1));
  }

  /** What {@code predict} said of the rows. */
  public static Path predicted(String name) {
    return FOLDER.resolve(name + ".predicted.csv");
  }

  /**
   * Trains the models anew. Only for a format of another version, in a folder of its own.
   *
   * @param args a folder to work in
   */
  public static void main(String[] args) throws IOException {
    Path work = Path.of(args[0]);
    Files.createDirectories(FOLDER);

    MixedTable.write(work.resolve("table.csv"), 600, 1);
    MixedTable.write(rows("customers"), 12, 2);
    Path customers = work.resolve("customers.yaml");
    Files.writeString(
        customers,
        """
        data:
          dir: %s
          train: table.csv
          target: left
          features: [age, income, tenure, score, tiny, city, plan, shop, member, joined, seen]
          columns:
            age: {number: {scale: standard, missing: median, indicator: true}}
            income: {number: {log: true, scale: standard, clip: [100, 200000]}}
            tenure: {number: {scale: minmax}}
            score: {number: {missing: mean, scale: 10}}
            tiny: {number: {scale: standard, log: true}}
            city: {category: {most: 3, missing: own}}
            plan: category
            shop: {category: {hash: 16}}
            member: {boolean: {missing: false, indicator: true}}
            joined: {date: {missing: zero, indicator: true}}
            seen: {date: {pattern: 'dd.MM.yyyy HH:mm', zone: Europe/Berlin, parts: [month, hour]}}
        model: [{linear: {out: 8}}, tanh, {dropout: {p: 0.1}}, {linear: {out: 4}}, sigmoid,
                {linear: {out: 2}}]
        loss: cross_entropy
        optimizer: {adam: {lr: 0.01}}
        batch: 20
        epochs: 5
        """
            .formatted(work));
    keep("customers", customers, work);

    Files.copy(Path.of("pipelines/data/crop-yield/regions.csv"), rows("crops"));
    keep("crops", Path.of("pipelines/crop-yield.yaml"), work);

    Path digits = TinyDigits.write(work);
    byte[] images = Files.readAllBytes(work.resolve("t10k-images-idx3-ubyte"));
    byte[] some = Arrays.copyOf(images, 16 + 16 * IMAGES);
    ByteBuffer.wrap(some).putInt(4, IMAGES);
    Files.write(rows("digits"), some);
    keep("digits", digits, work);
  }

  private static void keep(String name, Path spec, Path work) throws IOException {
    String out = work.resolve("runs").resolve(name).toString();
    run("train", spec.toString(), "--out", out, "--set", "name=" + name);
    Files.copy(Path.of(out, "model.avro"), model(name));
    Files.writeString(predicted(name), predict(name), UTF_8);
  }

  /** What {@code predict} says of the rows now. */
  public static String predict(String name) {
    return run("predict", "--model", model(name).toString(), "--input", rows(name).toString());
  }

  private static String run(String... arguments) {
    Cli.Result result = Cli.run(arguments);
    if (result.exitCode() != 0) {
      throw new IllegalStateException(new ArrayList<>(List.of(arguments)) + ": " + result.err());
    }
    return result.out();
  }
}
