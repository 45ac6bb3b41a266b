package io.beamgrad.retrain;

import io.beamgrad.data.digits.DigitImages;
import io.beamgrad.data.digits.DigitsWriter;
import io.beamgrad.data.files.Storage;
import io.beamgrad.data.rows.Rows;
import io.beamgrad.job.WarmStart;
import io.beamgrad.model.ModelFile;
import io.beamgrad.predict.BatchPredictor;
import io.beamgrad.registry.Decision;
import io.beamgrad.registry.ModelRegistry;
import io.beamgrad.registry.SaltedRegistry;
import io.beamgrad.registry.Version;
import io.beamgrad.schema.ModelRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * {@code pipelines/digits-daily.yaml}, retrained each day on a stream of digits that turn a little
 * more each day, some days of which are not as they should be. {@code scripts/month} starts it in
 * the project's folder.
 */
final class Month {
  private static final Path SPEC = Path.of("pipelines/digits-daily.yaml").toAbsolutePath();
  private static final String MODEL = "digits-daily";
  private static final double DEGREES_PER_DAY = 1;
  private static final int CLEAN_ROWS = 4000;

  /** By how much the score may be below the best there was. */
  private static final double MOST_FALL = 0.02;

  private static final String FORMAT = "%-10s  %-7s  %6s  %-12s  %-12s  %7s  %6s  %6s  %7s";

  /** Runs {@code beamgrad} with arguments and gives its exit code. */
  @FunctionalInterface
  interface Program {
    int run(List<String> arguments) throws IOException, InterruptedException;
  }

  private final Path folder;
  private final long seed;
  private final Program program;
  private final Consumer<String> out;
  private final List<String> faults = new ArrayList<>();
  private Optional<Path> first = Optional.empty();
  private double best;

  /**
   * @param folder for data and registry; is emptied
   */
  Month(Path folder, long seed, Program program, Consumer<String> out) {
    this.folder = folder;
    this.seed = seed;
    this.program = program;
    this.out = out;
    Storage.delete(folder.toString());
  }

  /**
   * The whole month by the launcher, and warm starts against cold ones on some of its days; or that
   * of a table that is exported whole each day.
   */
  public static void main(String[] args) throws Exception {
    List<String> arguments = new ArrayList<>(List.of(args));
    boolean isOfDumps = arguments.remove("--dumps");
    long seed = 1;
    if (arguments.size() == 2
        && arguments.get(0).equals("--seed")
        && arguments.get(1).matches("\\d{1,18}")) {
      seed = Long.parseLong(arguments.get(1));
    } else if (!arguments.isEmpty()) {
      System.err.printf(
          "month: expected --dumps or --seed and a number, found %s%n", Arrays.toString(args));
      System.exit(2);
    }
    Path folder = Path.of(isOfDumps ? "target/dumps" : "target/month").toAbsolutePath();
    Path log = folder.resolve("log");
    List<String> faults;
    if (isOfDumps) {
      faults = new DumpMonth(folder, seed, launcher(log), System.out::println).faultsOfMonth();
    } else {
      Month month = new Month(folder, seed, launcher(log), System.out::println);
      Files.createDirectories(folder);
      faults = month.run(MonthDay.month(), List.of(2, 5, 10, 15, 20, 25, 30));
    }
    faults.forEach(fault -> System.out.println("WRONG: " + fault));
    System.out.println(
        (faults.isEmpty() ? "all as it should be; " : "") + "what runs said is in " + log);
    System.exit(faults.isEmpty() ? 0 : 1);
  }

  private static Program launcher(Path log) {
    return arguments -> {
      List<String> command = new ArrayList<>(List.of("scripts/beamgrad"));
      command.addAll(arguments);
      return new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
          .start()
          .waitFor();
    };
  }

  /**
   * Runs the days.
   *
   * @param compared the numbers of days on which a warm start is compared with a cold one
   * @return what was not as it should be; empty where all was
   */
  List<String> run(List<MonthDay> days, List<Integer> compared)
      throws IOException, InterruptedException {
    // The salt that a registry draws decides which rows judge.
    SaltedRegistry.create(
        folder.resolve("models"), MODEL, String.format(Locale.ROOT, "%032x", seed));
    row("day", "data", "rows", "expected", "ended", "version", "score", "first", "seconds");
    List<WarmStart> starts = new ArrayList<>();
    MonthDay yesterday = null;
    for (MonthDay day : days) {
      if (yesterday != null && yesterday.kind().isRepaired()) {
        write(yesterday); // who makes the files has seen by the next morning what was wrong
      }
      write(day);
      spoil(day);
      if (compared.contains(day.number())) {
        starts.add(compare(day));
      }
      run(day);
      yesterday = day;
    }
    if (!starts.isEmpty()) {
      WarmStart.table(starts).forEach(out);
      starts.forEach(start -> start.fault().ifPresent(faults::add));
    }
    ModelRegistry registry = ModelRegistry.open(folder.resolve("models"), MODEL);
    registry.versions().forEach(version -> faults.addAll(version.faults()));
    faults.addAll(registry.historyFaults());
    return faults;
  }

  private void run(MonthDay day) throws IOException, InterruptedException {
    Path registry = folder.resolve("models");
    long start = System.nanoTime();
    RetrainOutcome end = RetrainOutcome.of(program.run(retrain(day, registry)));
    double seconds = (System.nanoTime() - start) / 1e9;

    Optional<Version> current = current(registry);
    first = first.or(() -> current.map(Version::model));
    Path clean = folder.resolve("clean");
    Storage.delete(clean.toString());
    DigitsWriter.writeDay(clean, day.number() - 1, CLEAN_ROWS, ~seed, DEGREES_PER_DAY);
    double score = current.isPresent() ? accuracy(current.get().model(), clean) : 0;
    row(
        day.date(),
        day.kind().name().toLowerCase(Locale.ROOT),
        day.rows(),
        day.kind().end().words(),
        end.words(),
        current.map(version -> Integer.toString(version.number())).orElse("none"),
        String.format(Locale.ROOT, "%.4f", score),
        first.isPresent() ? String.format(Locale.ROOT, "%.4f", accuracy(first.get(), clean)) : "",
        String.format(Locale.ROOT, "%.1f", seconds));
    if (end != day.kind().end()) {
      faults.add(
          "%s ended with %s, not %s; the last decision: %s"
              .formatted(day.date(), end.words(), day.kind().end().words(), reasons(registry)));
    }
    if (score < best - MOST_FALL) {
      faults.add(
          String.format(
              Locale.ROOT, "%s has a score of %.4f after one of %.4f", day.date(), score, best));
    }
    best = Math.max(best, score);
  }

  private void row(Object... values) {
    out.accept(FORMAT.formatted(values));
  }

  private List<String> retrain(MonthDay day, Path registry, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of("retrain", SPEC.toString(), "--registry", registry.toString(), "--date"));
    arguments.add(day.date().toString());
    arguments.addAll(List.of("--set", "data.dir=" + folder.resolve("data")));
    arguments.addAll(List.of(more));
    return arguments;
  }

  private static Optional<Version> current(Path registry) {
    return Files.exists(registry)
        ? ModelRegistry.open(registry, MODEL).current()
        : Optional.empty();
  }

  private static List<String> reasons(Path registry) {
    List<Decision> history = ModelRegistry.open(registry, MODEL).history();
    return history.isEmpty() ? List.of() : history.get(history.size() - 1).reasons();
  }

  /** A cold start on the data of a day, and warm ones of ever more epochs until one is as good. */
  private WarmStart compare(MonthDay day) throws IOException, InterruptedException {
    Version cold = startedFrom("cold", 0, day);
    WarmStart.Reached wanted = WarmStart.Reached.by(cold);
    WarmStart.Reached warm = null;
    for (int epochs = 1; 3 * epochs <= wanted.epochs(); epochs++) {
      warm = WarmStart.Reached.by(startedFrom("warm", epochs, day));
      if (warm.isAsGoodAs(wanted)) {
        break;
      }
    }
    return new WarmStart(day.date(), wanted, warm);
  }

  /** The version that a retrain in a copy of the registry makes, whatever checks and gate say. */
  private Version startedFrom(String start, int epochs, MonthDay day)
      throws IOException, InterruptedException {
    Path registry = folder.resolve("%s-%s-%s".formatted(start, epochs, day.number()));
    copy(folder.resolve("models"), registry);
    int before = current(registry).orElseThrow().number();
    List<String> arguments = retrain(day, registry, "--set", "retrain.start=" + start);
    if (epochs > 0) {
      arguments.addAll(List.of("--set", "retrain.epochs=" + epochs));
    }
    arguments.addAll(List.of("--force", "--reason", "to compare"));
    int exitCode = program.run(arguments);
    Version made = current(registry).orElseThrow();
    if (exitCode != 0 || made.number() == before) {
      throw new IllegalStateException("%s ended with %s".formatted(arguments, exitCode));
    }
    return made;
  }

  static void copy(Path from, Path to) throws IOException {
    try (var files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file)));
      }
    }
  }

  private Path data(MonthDay day) {
    return folder.resolve("data").resolve("day=" + day.date());
  }

  private void write(MonthDay day) {
    if (day.rows() > 0) {
      Storage.delete(data(day).toString());
      DigitsWriter.writeDay(data(day), day.number() - 1, day.rows(), seed, DEGREES_PER_DAY);
    }
  }

  private void spoil(MonthDay day) throws IOException {
    Path images = data(day).resolve("train-images-idx3-ubyte");
    Path labels = data(day).resolve("train-labels-idx1-ubyte");
    if (day.kind() == MonthDay.Kind.BROKEN) {
      byte[] whole = Files.readAllBytes(images);
      Files.write(images, Arrays.copyOf(whole, whole.length / 2));
    }
    if (day.kind() == MonthDay.Kind.SWAPPED) {
      byte[] bytes = Files.readAllBytes(labels);
      for (int i = 8; i < bytes.length; i++) { // behind the header
        bytes[i] = bytes[i] == 3 ? 8 : bytes[i] == 8 ? 3 : bytes[i];
      }
      Files.write(labels, bytes);
    }
  }

  /** The share of a day's images that a model takes for what they are. */
  private static double accuracy(Path model, Path day) throws IOException {
    byte[] labels = Files.readAllBytes(day.resolve("train-labels-idx1-ubyte"));
    ModelRecord record = ModelFile.read(model.toString());
    long[] right = new long[1];
    BatchPredictor predictor =
        new BatchPredictor(
            model.toString(),
            record,
            (records, outputs) -> {
              float[][] logits = outputs.toRows();
              for (int row = 0; row < logits.length; row++) {
                int likeliest = 0;
                for (int k = 1; k < logits[row].length; k++) {
                  likeliest = logits[row][k] > logits[row][likeliest] ? k : likeliest;
                }
                String label = Integer.toString(labels[8 + (int) records[row]]);
                right[0] += record.getLabels().get(likeliest).equals(label) ? 1 : 0;
              }
            });
    byte[] images = Files.readAllBytes(day.resolve("train-images-idx3-ubyte"));
    int pixels = DigitImages.SIZE * DigitImages.SIZE;
    for (int row = 0; row < labels.length - 8; row++) {
      int start = 16 + row * pixels;
      predictor.add(
          row,
          Rows.block(
              record.getColumns().subList(0, 1),
              Arrays.copyOfRange(images, start, start + pixels)));
    }
    predictor.flush();
    return right[0] / (double) (labels.length - 8);
  }
}
