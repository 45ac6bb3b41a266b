package io.beamgrad.runner;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.beamgrad.cli.Cli;
import io.beamgrad.job.MixedTable;
import io.beamgrad.job.TinyDigits;
import io.beamgrad.tensor.Generator;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Models of each version of the file format with rows and what was predicted for them. They stay as
 * they are: every later beamgrad has to read them and to say the same.
 */
public final class ContractFiles {
  private static final Path FOLDER = Path.of("src/test/resources/models");

  /** A model of a version of the format, and the file of its rows. */
  private record Contract(String name, int format, String rows) {
    Path file(String file) {
      return FOLDER.resolve("format-" + format).resolve(file);
    }
  }

  private static final List<Contract> MODELS =
      List.of(
          new Contract("customers", 1, "customers.csv"),
          new Contract("crops", 1, "crops.csv"),
          new Contract("digits", 1, "digits-images"),
          new Contract("incomes", 2, "incomes.csv"),
          new Contract("plans", 2, "plans.csv"),
          new Contract("leavers", 3, "leavers.csv"),
          new Contract("scores", 3, "scores.csv"),
          new Contract("tariffs", 4, "tariffs.csv"),
          new Contract("tenures", 4, "tenures.csv"),
          new Contract("reviews", 4, "reviews.csv"),
          new Contract("pairs", 4, "pairs.csv"));

  /** Models with calibration rows; of others nothing says how sure they are. */
  private static final List<String> CALIBRATED = List.of("tariffs", "tenures");

  private static final int IMAGES = 8;

  private ContractFiles() {}

  private static Contract contract(String name) {
    return MODELS.stream().filter(m -> m.name().equals(name)).findFirst().orElseThrow();
  }

  public static Path model(String name) {
    return contract(name).file(name + ".avro");
  }

  public static Path rows(String name) {
    return contract(name).file(contract(name).rows());
  }

  /** What {@code predict} said of the rows. */
  public static Path predicted(String name) {
    return contract(name).file(name + ".predicted.csv");
  }

  /**
   * Trains the models of a version of the format anew. Only for one that has no models yet.
   *
   * @param args a folder to work in, and the version
   */
  public static void main(String[] args) throws IOException {
    Path work = Path.of(args[0]);
    Files.createDirectories(FOLDER.resolve("format-" + args[1]));
    MixedTable.write(work.resolve("table.csv"), 600, 1);
    switch (args[1]) {
      case "1" -> trainFirst(work);
      case "2" -> trainSecond(work);
      case "3" -> trainThird(work);
      default -> {
        trainFourth(work);
        trainTexts(work);
      }
    }
  }

  private static void trainFirst(Path work) throws IOException {
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

  /** Ensembles of all layers and of how columns and targets are scaled since. */
  private static void trainSecond(Path work) throws IOException {
    String spec =
        """
        data:
          dir: %s
          train: table.csv
          target: %s
          features: [age, score, ratio, tiny, huge, constant, city, plan, member, shop]
          scale: robust
          missing: fill
          categories: {unknown: zeros, binary: sign}
          columns: {city: category, plan: {category: {most: 1}}, member: category,
                    shop: {category: {most: 5}}}
        model: %s
        loss: %s
        optimizer: {adam: {lr: 0.02}}
        ensemble: {members: 3}
        refit: true
        batch: 32
        epochs: 3
        """;
    String numbers =
        "[scale, {linear: {out: 7, ntk: true}}, batch_norm, mish, {linear: {out: 6}}, gelu,"
            + " {leaky_relu: {slope: 0.1}}, {linear: {out: numbers, ntk: true, zero: true}}]";
    String classes =
        "[scale, {linear: {out: 7}}, layer_norm, selu, {linear: {out: 6}}, silu,"
            + " {gelu: {approximate: tanh}}, {linear: {out: classes}}]";
    MixedTable.write(rows("incomes"), 12, 2);
    Files.copy(rows("incomes"), rows("plans"));
    String targets = "{columns: [income, tenure], scale: log, clip: true}";
    Path incomes = work.resolve("incomes.yaml");
    Files.writeString(incomes, spec.formatted(work, targets, numbers, "huber"));
    keep("incomes", incomes, work);
    Path plans = work.resolve("plans.yaml");
    String others = spec.replace("city, plan, member", "city, left, member");
    others = others.replace("plan: {category", "left: {category");
    Files.writeString(plans, others.formatted(work, "plan", classes, "cross_entropy"));
    keep("plans", plans, work);
  }

  /** A model for each shop: a network for classes, and a line for numbers. */
  private static void trainThird(Path work) throws IOException {
    String spec =
        """
        data:
          dir: %s
          train: table.csv
          target: %s
          features: [age, income, tenure, city, plan, member]
          columns: {city: category, plan: category, member: category}
          missing: fill
          scale: standard
        model: %s
        loss: %s
        split: {validation: %s}
        optimizer: {adam: {lr: 0.02}}
        each: {key: shop, minRows: 6, toPooled: 0.001}
        batch: 8
        epochs: 8
        """;
    MixedTable.write(rows("leavers"), 12, 2);
    Files.copy(rows("leavers"), rows("scores"));
    Path leavers = work.resolve("leavers.yaml");
    String network = "[{linear: {out: 5}}, tanh, {linear: {out: classes}}]";
    Files.writeString(leavers, spec.formatted(work, "left", network, "cross_entropy", 0.2));
    keep("leavers", leavers, work);
    Path scores = work.resolve("scores.yaml");
    String targets = "{columns: [ratio, visits], scale: standard}";
    String line = "[{linear: {out: numbers}}]";
    Files.writeString(scores, spec.formatted(work, targets, line, "mse", 0));
    keep("scores", scores, work);
  }

  /** An ensemble for classes, and a quantile of logarithms, which say how sure they are. */
  private static void trainFourth(Path work) throws IOException {
    String spec =
        """
        data:
          dir: %s
          train: table.csv
          target: %s
          features: [age, income, visits, city, member]
          columns: {city: category, member: category}
          missing: fill
          scale: standard
        model: %s
        loss: %s
        split: {validation: 0.1, calibration: 0.2}
        optimizer: {adam: {lr: 0.02}}
        ensemble: {members: %s}
        batch: 16
        epochs: 8
        """;
    MixedTable.write(rows("tariffs"), 12, 2);
    Files.copy(rows("tariffs"), rows("tenures"));
    Path tariffs = work.resolve("tariffs.yaml");
    String network = "[{linear: {out: 5}}, tanh, {linear: {out: classes}}]";
    Files.writeString(tariffs, spec.formatted(work, "plan", network, "cross_entropy", 2));
    keep("tariffs", tariffs, work);
    Path tenures = work.resolve("tenures.yaml");
    String targets = "{columns: [tenure, ratio], scale: log}";
    String line = "[{linear: {out: numbers}}]";
    Files.writeString(tenures, spec.formatted(work, targets, line, "{quantile: {at: 0.6}}", 1));
    keep("tenures", tenures, work);
  }

  /** Words of many scripts, and crosses in models by key. */
  private static void trainTexts(Path work) throws IOException {
    writeReviews(work.resolve("reviews.csv"), 400, 1);
    writeReviews(rows("reviews"), 24, 2);
    Path reviews = work.resolve("reviews.yaml");
    Files.writeString(
        reviews,
        """
        data:
          dir: %s
          train: reviews.csv
          target: opinion
          features: [review, stars, title]
          scale: standard
          columns:
            review: {text: {hash: 200, ngrams: 2, weights: tfidf, missing: zero}}
            title: {text: {hash: 50, lowercase: false, norm: none}}
        model: [{linear: {out: classes}}]
        loss: cross_entropy
        optimizer: {adam: {lr: 0.05}}
        batch: 20
        epochs: 5
        """
            .formatted(work));
    keep("reviews", reviews, work);

    MixedTable.write(rows("pairs"), 12, 2);
    Path pairs = work.resolve("pairs.yaml");
    Files.writeString(
        pairs,
        """
        data:
          dir: %s
          train: table.csv
          target: left
          features: [age, city, plan, member]
          columns: {city: category, plan: category, member: {category: {hash: 9, missing: never}}}
          crosses: [{columns: [city, plan], hash: 40}, {columns: [member, plan, city], hash: 300}]
          missing: fill
          scale: standard
        model: [{linear: {out: classes}}]
        loss: cross_entropy
        each: {key: shop, minRows: 6, toPooled: 0.001}
        optimizer: {adam: {lr: 0.02}}
        batch: 20
        epochs: 3
        """
            .formatted(work));
    keep("pairs", pairs, work);
  }

  private static void writeReviews(Path file, int rows, long seed) throws IOException {
    List<String> good = List.of("good", "splendid", "wunderbar", "très bien", "не плохо", "good!");
    List<String> bad = List.of("bad", "awful", "ÄRGERLICH", "pénible", "ПЛОХО", "dull.");
    List<String> both = List.of("The film", "It was", "12 times", "don't know", "日本語 映画", "a b");
    Generator random = new Generator(seed);
    StringBuilder text = new StringBuilder("review,stars,title,opinion,note\n");
    for (int row = 0; row < rows; row++) {
      boolean isGood = random.nextDouble() < 0.5;
      List<String> review = new ArrayList<>();
      for (int left = 2 + (int) (5 * random.nextDouble()); left > 0; left--) {
        review.add(both.get((int) (both.size() * random.nextDouble())));
      }
      List<String> words = isGood ? good : bad;
      review.add(words.get((int) (words.size() * random.nextDouble())));
      text.append(row % 9 == 4 ? "NA" : String.join(" ", review))
          .append(',')
          .append(1 + (int) (5 * random.nextDouble()))
          .append(",")
          .append(both.get((int) (both.size() * random.nextDouble())))
          .append(isGood ? ",yes" : ",no")
          .append(",\"one, of many\"\n");
    }
    Files.writeString(file, text);
  }

  private static void keep(String name, Path spec, Path work) throws IOException {
    String out = work.resolve("runs").resolve(name).toString();
    run("train", spec.toString(), "--out", out, "--set", "name=" + name);
    Files.copy(Path.of(out, "model.avro"), model(name));
    Files.writeString(predicted(name), predict(name), UTF_8);
  }

  /** What {@code predict} says of the rows now. */
  public static String predict(String name) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "predict", "--model", model(name).toString(), "--input", rows(name).toString()));
    if (CALIBRATED.contains(name)) {
      arguments.addAll(List.of("--interval", "0.8"));
    }
    return run(arguments.toArray(String[]::new));
  }

  private static String run(String... arguments) {
    Cli.Result result = Cli.run(arguments);
    if (result.exitCode() != 0) {
      throw new IllegalStateException(new ArrayList<>(List.of(arguments)) + ": " + result.err());
    }
    return result.out();
  }
}
