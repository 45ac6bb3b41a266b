package io.beamgrad.job;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beamgrad.data.files.RecordFile;
import io.beamgrad.data.files.Storage;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.failure.MissingDataException;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.learner.Progress;
import io.beamgrad.learner.ProgressFile;
import io.beamgrad.metrics.KeptEpoch;
import io.beamgrad.metrics.Metric;
import io.beamgrad.report.RunFiles;
import io.beamgrad.rundir.RunFolder;
import io.beamgrad.runner.ClusterJob;
import io.beamgrad.schema.KeyScore;
import io.beamgrad.schema.MetricRow;
import io.beamgrad.schema.Outcome;
import io.beamgrad.schema.OutcomeStatus;
import io.beamgrad.schema.RunRecord;
import io.beamgrad.schema.Split;
import io.beamgrad.schema.StoppingRule;
import io.beamgrad.spec.SpecYaml;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A run as its folder tells of it, without a lock on it: it may be at work.
 *
 * @param job the job's name
 * @param note why it failed, or what is wrong with its files; empty where nothing is
 * @param started when the newest attempt was, or that of a finished run
 * @param seconds how long a finished run took; null for others
 * @param trained the epochs that are done
 * @param epochs the epochs that it is to train
 * @param validation the score of its validation rows by the weights that are kept, so far those of
 *     {@link KeptEpoch}; null where there is none yet
 * @param test the score of its test rows by the weights that are kept; null where there is none yet
 */
record RunSummary(
    Path folder,
    String job,
    Status status,
    String note,
    Instant started,
    @Nullable Double seconds,
    int trained,
    int epochs,
    @Nullable Score validation,
    @Nullable Score test) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** How far a run has come. */
  enum Status {
    FINISHED,
    AT_WORK,
    UNFINISHED,
    FAILED,
    DAMAGED;

    /** As a person reads and writes it. */
    String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
  }

  /**
   * How good a model was on some rows.
   *
   * @param metric the one that a person looks at first
   * @param loss the mean loss of a row
   * @param epoch the epoch after which it was measured
   */
  record Score(Metric metric, double value, double loss, int epoch) {
    /** Errors before accuracies, the worst first. */
    static final Comparator<Score> BEST_LAST =
        Comparator.comparing((Score score) -> score.metric.isHigherBetter())
            .thenComparingDouble(
                score -> score.metric.isHigherBetter() ? score.value : -score.value);

    ObjectNode toTree() {
      return JSON.createObjectNode()
          .put("metric", metric.word())
          .put("value", value)
          .put("loss", loss)
          .put("epoch", epoch);
    }
  }

  /** True where a run was begun in the folder, whatever came of it. */
  static boolean isIn(Path folder) {
    return Files.exists(folder.resolve("run.json"))
        || Files.exists(folder.resolve("work/lock"))
        || Files.exists(folder.resolve("work/fingerprint"));
  }

  /** What the files of a folder say, where {@link #isIn} is true. */
  static RunSummary read(Path folder) throws InterruptedException {
    try {
      return Files.exists(folder.resolve("run.json")) ? finished(folder) : unfinished(folder);
    } catch (BrokenFileException
        | MissingDataException
        | WrongInputException
        | UncheckedIOException
        | DateTimeParseException e) {
      return of(
          folder,
          MissingNode.getInstance(),
          Status.DAMAGED,
          e.getMessage(),
          null,
          List.of(),
          null,
          0);
    }
  }

  private static RunSummary finished(Path folder) {
    RunRecord run = RunFiles.summary(folder);
    Double seconds = run.getTimes().getSeconds();
    RunSummary found =
        of(
            folder,
            spec(folder),
            Status.FINISHED,
            "",
            seconds,
            run.getMetrics(),
            null,
            KeptEpoch.of(run.getEpochs()));
    String started = run.getTimes().getStarted();
    return new RunSummary(
        folder,
        run.getName(),
        Status.FINISHED,
        run.getCounts().getRefit() == null ? "" : "validation is of the model before its refit",
        started.isEmpty() ? found.started : Instant.parse(started),
        seconds,
        found.trained,
        found.epochs,
        run.getEach() == null ? found.validation : ofKeys(run),
        found.test);
  }

  /** Validation rows of metrics are of the pooled model alone. */
  private static @Nullable Score ofKeys(RunRecord run) {
    KeyScore score = run.getEach().getValidation();
    if (score == null) {
      return null;
    }
    int epoch = KeptEpoch.of(run.getEpochs());
    return score.getAccuracy() == null
        ? new Score(Metric.LOSS, score.getLoss(), score.getLoss(), epoch)
        : new Score(Metric.ACCURACY, score.getAccuracy(), score.getLoss(), epoch);
  }

  private static RunSummary unfinished(Path folder) throws InterruptedException {
    JsonNode spec = spec(folder);
    Optional<String> elsewhere =
        Storage.readIfThere(folder.resolve("work/elsewhere").toString())
            .map(path -> new String(path, UTF_8));
    String work = elsewhere.orElse(folder.resolve("work").toString());
    // An object store is not asked: it may take long, and may want credentials.
    boolean isNear = !Storage.isRemote(work);
    Optional<Progress> progress =
        isNear ? ProgressFile.read(work + "/progress.json") : Optional.empty();
    Status status = Status.UNFINISHED;
    String note = isNear ? "" : "its work is in " + work;
    Optional<ClusterJob> job =
        isNear ? ClusterJob.read(work + "/cluster-job.json") : Optional.empty();
    if (RunFolder.isLocked(folder)) {
      status = Status.AT_WORK;
    } else if (job.isPresent() && job.get().idAtWork().isPresent()) {
      status = Status.AT_WORK;
      note = "on the Flink cluster at " + job.get().address();
    } else if (isNear && Storage.exists(work + "/outcomes.avro")) {
      Optional<Outcome> failure =
          RecordFile.of(Outcome.class).read(work + "/outcomes.avro").stream()
              .filter(outcome -> outcome.getStatus() != OutcomeStatus.SUCCEEDED)
              .findFirst();
      status = failure.isPresent() ? Status.FAILED : status;
      note = failure.map(Outcome::getMessage).orElse(note);
    }
    List<MetricRow> rows = progress.map(Progress::rows).orElse(List.of());
    int kept = KeptEpoch.of(rows, stopping(spec.path("earlyStopping")));
    return of(
        folder, spec, status, note, null, rows, progress.map(Progress::epochs).orElse(null), kept);
  }

  private static @Nullable StoppingRule stopping(JsonNode keys) {
    JsonNode patience = keys.path("patience");
    String metric = Metric.of(keys.path("metric").asText()).map(Metric::word).orElse(null);
    return patience.isNumber() || metric != null
        ? new StoppingRule(
            patience.isNumber() ? patience.intValue() : null,
            keys.path("minDelta").asDouble(),
            metric)
        : null;
  }

  /**
   * @param rows all metric rows so far
   * @param planned the epochs that it is to train, where the spec does not say; null for those done
   * @param kept the epoch whose weights are kept
   */
  private static RunSummary of(
      Path folder,
      JsonNode spec,
      Status status,
      String note,
      @Nullable Double seconds,
      List<MetricRow> rows,
      @Nullable Integer planned,
      int kept) {
    int trained =
        rows.stream()
            .filter(row -> row.getSplit() == Split.TRAIN)
            .mapToInt(MetricRow::getEpoch)
            .max()
            .orElse(0);
    return new RunSummary(
        folder,
        spec.path("name").asText(""),
        status,
        note,
        modified(folder),
        seconds,
        trained,
        spec.path("epochs").asInt(planned == null ? trained : planned),
        score(rows, Split.VALIDATION, kept),
        score(rows, Split.TEST, kept));
  }

  private static @Nullable Score score(List<MetricRow> rows, Split split, int kept) {
    return KeptEpoch.row(rows, split, kept)
        .flatMap(
            row ->
                Metric.main(row)
                    .map(
                        metric -> new Score(metric, metric.in(row), row.getLoss(), row.getEpoch())))
        .orElse(null);
  }

  private static JsonNode spec(Path folder) {
    Path file = folder.resolve("job.yaml");
    return Files.exists(file)
        ? SpecYaml.read(file, file.toString())
        : JsonNodeFactory.instance.missingNode();
  }

  /** The spec is written when an attempt begins. */
  private static Instant modified(Path folder) {
    Path spec = folder.resolve("job.yaml");
    try {
      return Files.getLastModifiedTime(Files.exists(spec) ? spec : folder).toInstant();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot look at " + folder + ": " + e.getMessage(), e);
    }
  }

  ObjectNode toTree() {
    ObjectNode tree = JSON.createObjectNode();
    tree.put("run", folder.toString());
    tree.put("job", job);
    tree.put("status", status.word());
    tree.put("started", started.toString());
    tree.put("seconds", seconds);
    tree.putObject("epochs").put("trained", trained).put("planned", epochs);
    tree.set("validation", validation == null ? null : validation.toTree());
    tree.set("test", test == null ? null : test.toTree());
    if (!note.isEmpty()) {
      tree.put("note", note);
    }
    return tree;
  }
}
