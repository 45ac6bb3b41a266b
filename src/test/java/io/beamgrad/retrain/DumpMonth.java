package io.beamgrad.retrain;

import io.beamgrad.data.files.Storage;
import io.beamgrad.model.Model;
import io.beamgrad.registry.Decision;
import io.beamgrad.registry.ModelRegistry;
import io.beamgrad.registry.SaltedRegistry;
import io.beamgrad.registry.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;

/**
 * A table that is exported whole each day, retrained each day, and what the gate said of the models
 * beside what they are worth on rows that are nowhere in the data.
 */
final class DumpMonth {
  private static final LocalDate FIRST = LocalDate.of(2026, 11, 1);
  private static final int UNSEEN = 20_000;
  private static final double MOST_ERRORS = 4; // three happen by chance in a month
  private static final String NAME = "customers";
  private static final String SPEC =
      """
      data:
        dir: %s
        train: "day=*/*.csv"
        features: [age, spend, visits, city]
        target: segment
        columns: {city: category}
        scale: standard
      split: {validation: 0.1}
      model: [{linear: {out: 32}}, relu, {linear: {out: classes}}]
      loss: cross_entropy
      optimizer: {adam: {lr: 0.01}}
      batch: 100
      epochs: 12
      retrain:
        select: sinceLast
        start: warm
        epochs: 4
        gate: {maxLoss: 0.02}
      """;

  /**
   * When what happens, by the numbers of the days from 1.
   *
   * @param first how many customers there are on the first day
   */
  record Plan(int days, int first, int turned, int renamed, int platinum) {
    static final Plan MONTH = new Plan(30, 20_000, 10, 17, 23);
    static final Plan TEN_DAYS = new Plan(10, 3_000, 4, 6, 8);

    private String words(int day) {
      return day == turned
          ? "turned"
          : day == renamed ? "renamed" : day == platinum ? "new class" : "usual";
    }
  }

  /**
   * What came of a day.
   *
   * @param gate the challenger's accuracy by the gate
   * @param truth the same on unseen rows
   * @param error the standard error of the gate's accuracy, by its distinct rows
   * @param gain by how much the challenger is better than the version in service on unseen rows;
   *     empty where there was none
   */
  record Day(
      LocalDate date,
      RetrainOutcome end,
      double gate,
      double truth,
      double error,
      OptionalDouble gain) {
    /** By how much the gate says too much. */
    double off() {
      return gate - truth;
    }

    /** Whether a challenger was refused that is better by more than two points. */
    boolean isBetterModelRefused() {
      return end != RetrainOutcome.PUBLISHED && gain.orElse(0) > 0.02;
    }
  }

  private final Path folder;
  private final long seed;
  private final Month.Program program;
  private final Consumer<String> out;
  private final List<Customers.Dump> fresh = new ArrayList<>(); // since the last publication
  private final List<String> faults = new ArrayList<>();

  /**
   * @param folder for data and registry; is emptied
   */
  DumpMonth(Path folder, long seed, Month.Program program, Consumer<String> out) {
    this.folder = folder;
    this.seed = seed;
    this.program = program;
    this.out = out;
    Storage.delete(folder.toString());
  }

  /** What was wrong with the runs and the registry; empty where nothing was. */
  List<String> faults() {
    return List.copyOf(faults);
  }

  /** Runs the whole month, says by how much the gate was off, and gives what was wrong. */
  List<String> faultsOfMonth() throws IOException, InterruptedException {
    List<Day> days = run(Plan.MONTH);
    double mean = days.stream().mapToDouble(Day::off).average().orElseThrow();
    out.accept("gate minus truth is %s in the mean".formatted(number(mean)));
    for (Day day : days) {
      if (Math.abs(day.off()) > MOST_ERRORS * day.error()) {
        faults.add("%s: the gate says %s".formatted(day.date(), day));
      }
      if (day.isBetterModelRefused()) {
        faults.add("%s: refused, though better: %s".formatted(day.date(), day));
      }
    }
    return faults();
  }

  /** Runs the days. */
  List<Day> run(Plan plan) throws IOException, InterruptedException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve(NAME + ".yaml"), SPEC.formatted(folder.resolve("data")));
    // The salt that a registry draws decides which rows judge.
    SaltedRegistry.create(
        folder.resolve("models"), NAME, String.format(Locale.ROOT, "%032x", seed));
    row(
        "day", "data", "rows", "ended", "by", "judged", "gate", "truth", "error", "gain", "version",
        "fresh", "decay");
    Customers customers = new Customers(plan.first(), seed);
    List<Day> days = new ArrayList<>();
    for (int day = 1; day <= plan.days(); day++) {
      if (day > 1) {
        if (day == plan.platinum()) {
          customers.addPlatinum();
        }
        customers.nextDay();
      }
      if (day == plan.turned()) {
        customers.turn();
      }
      if (day == plan.renamed()) {
        Files.move(file(day - 1, "customers"), file(day - 1, "all-customers"));
      }
      Path file = file(day, day < plan.renamed() ? "customers" : "all-customers");
      fresh.add(customers.export(file, date(day)));
      days.add(run(day, plan.words(day)));
    }
    ModelRegistry registry = registry("models");
    registry.versions().forEach(version -> faults.addAll(version.faults()));
    faults.addAll(registry.historyFaults());
    return days;
  }

  private Day run(int day, String data) throws IOException, InterruptedException {
    Path before = folder.resolve("before");
    Storage.delete(before.toString());
    Month.copy(folder.resolve("models"), before);
    Optional<Version> served = registry("models").current();

    RetrainOutcome end = RetrainOutcome.of(program.run(retrain("models", day)));
    ModelRegistry registry = registry("models");
    Decision decision = last(registry);
    if (decision.scores() == null) {
      throw new IllegalStateException(
          "%s ended with %s: %s".formatted(date(day), end.words(), decision.reasons()));
    }
    if (end != RetrainOutcome.PUBLISHED) { // the run has removed the challenger
      List<String> again = retrain("before", day);
      again.addAll(List.of("--force", "--reason", "to look at it"));
      program.run(again);
    }
    Path challenger =
        registry(end == RetrainOutcome.PUBLISHED ? "models" : "before")
            .current()
            .orElseThrow()
            .model();
    List<Customers.Row> unseen = Customers.unseen(fresh, UNSEEN, seed + 1000L * day);
    double truth = accuracy(challenger, unseen);
    OptionalDouble gain =
        served.isEmpty()
            ? OptionalDouble.empty()
            : OptionalDouble.of(truth - accuracy(served.get().model(), unseen));
    double judged = decision.scores().holdoutRows() * distinct();
    double gate = decision.scores().challenger();
    double error = Math.sqrt(truth * (1 - truth) / judged);
    Decision.Judging judging = decision.judging();
    if (!judging.rows().equals("fresh")) {
      faults.add("%s was judged by rows: %s".formatted(date(day), judging.rows()));
    }
    row(
        date(day),
        data,
        fresh.get(fresh.size() - 1).rows().size(),
        end.words(),
        decision.copies().heldOutBy(),
        decision.scores().holdoutRows(),
        number(gate),
        number(truth),
        number(error),
        gain.isEmpty() ? "" : number(gain.getAsDouble()),
        registry.current().map(version -> Integer.toString(version.number())).orElse("none"),
        judging.fresh().current() == null ? "" : number(judging.fresh().current()),
        decay(judging.fresh()));
    if (end == RetrainOutcome.PUBLISHED) {
      fresh.clear();
    }
    return new Day(date(day), end, gate, truth, error, gain);
  }

  /** The share of the score at publication that the version in service has lost. */
  private static String decay(Decision.Fresh fresh) {
    return fresh.current() == null || fresh.published() == null
        ? ""
        : number((fresh.published() - fresh.current()) / fresh.published());
  }

  /** The share of the fresh rows that are no copies of others. */
  private double distinct() {
    int rows = fresh.stream().mapToInt(dump -> dump.rows().size()).sum();
    HashSet<Customers.Row> distinct = new HashSet<>();
    fresh.forEach(dump -> distinct.addAll(dump.rows()));
    return (double) distinct.size() / rows;
  }

  private static double accuracy(Path file, List<Customers.Row> rows) {
    Model model = Model.load(file);
    long right =
        rows.stream()
            .filter(row -> model.predict(row.features()).label().equals(row.segment()))
            .count();
    return (double) right / rows.size();
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }

  private void row(Object... values) {
    out.accept(
        String.format(
            Locale.ROOT,
            "%-10s  %-9s  %6s  %-10s  %-7s  %6s  %6s  %6s  %6s  %7s  %7s  %6s  %7s",
            values));
  }

  private List<String> retrain(String registry, int day) {
    return new ArrayList<>(
        List.of(
            "retrain",
            folder.resolve(NAME + ".yaml").toString(),
            "--registry",
            folder.resolve(registry).toString(),
            "--date",
            date(day).toString()));
  }

  private ModelRegistry registry(String name) {
    return ModelRegistry.open(folder.resolve(name), NAME);
  }

  private static Decision last(ModelRegistry registry) {
    List<Decision> history = registry.history();
    return history.get(history.size() - 1);
  }

  private static LocalDate date(int day) {
    return FIRST.plusDays(day - 1);
  }

  private Path file(int day, String name) {
    return folder.resolve("data/day=%s/%s.csv".formatted(date(day), name));
  }
}
