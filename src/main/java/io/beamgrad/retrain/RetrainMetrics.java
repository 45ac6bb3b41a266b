package io.beamgrad.retrain;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.beamgrad.data.files.Storage;
import io.beamgrad.registry.Decision;
import io.beamgrad.registry.gate.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Writes the metrics of a retrain in Prometheus' text format, for the text-file collector of its
 * node exporter. A metric that a run does not set, such as scores where there was nothing new,
 * keeps the value of the run before.
 */
final class RetrainMetrics {
  private static final String PREFIX = "beamgrad_retrain_";
  private static final Map<String, String> HELP = new LinkedHashMap<>();

  static {
    HELP.put("last_run_timestamp_seconds", "When the last run ended.");
    HELP.put(
        "last_success_timestamp_seconds",
        "When a run last ended well: published, not better, or nothing new.");
    HELP.put("duration_seconds", "How long the last run took.");
    HELP.put("exit_code", "Of the last run.");
    HELP.put("end", "1 for how the last run ended, 0 for all other ends.");
    HELP.put("version", "The version in service; 0 where there is none.");
    HELP.put(
        "set_aside_files",
        "The files, or pairs of files, that the last run left out, as a check has stopped on them.");
    HELP.put("score", "Of the challenger and the version in service, when last judged.");
    HELP.put(
        "fresh_score",
        "Of both on held-out rows of new files, which nobody has chosen a model by, when such were"
            + " last there; in_service_when_published is by the rows that judged then.");
    HELP.put("fresh_rows", "How many such rows there were.");
    HELP.put("holdout_rows", "The rows that they were last judged by.");
    HELP.put("rows", "What became of the rows when last trained.");
    HELP.put(
        "copies_ratio",
        "The share of the rows that are copies of another one within a day or file, and across,"
            + " when last checked.");
    HELP.put(
        "drift_max_psi",
        "The largest population stability index of the data against those of the version in"
            + " service, when last checked.");
  }

  private final Map<String, Map<String, Double>> samples = new LinkedHashMap<>(); // by name, labels
  private final String model;

  /**
   * @param model the model's name, a label of all metrics
   */
  RetrainMetrics(String model) {
    this.model = model;
  }

  /** Sets the metrics of every run. */
  void ended(RetrainOutcome end, Instant ended, Duration took) {
    set("last_run_timestamp_seconds", ended.toEpochMilli() / 1e3);
    if (end.isGood()) {
      set("last_success_timestamp_seconds", ended.toEpochMilli() / 1e3);
    }
    set("duration_seconds", took.toMillis() / 1e3);
    set("exit_code", end.exitCode());
    for (RetrainOutcome each : RetrainOutcome.values()) {
      if (each != RetrainOutcome.LOCKED
          && each != RetrainOutcome.TIMED_OUT) { // runs that end so write no metrics
        set("end", "end=\"" + each.label() + '"', each == end ? 1 : 0);
      }
    }
  }

  /** Sets the metrics that are known once both models are scored. */
  void judged(Judge.Judgement judgement, Decision.Rows rows) {
    Verdict verdict = judgement.verdict();
    String metric = ",metric=\"%s\"".formatted(verdict.metric().word());
    set("score", "of=\"challenger\"" + metric, verdict.challenger());
    if (verdict.current() != null) {
      set("score", "of=\"in_service\"" + metric, verdict.current());
    }
    Decision.Fresh fresh = judgement.judging().fresh();
    if (fresh != null) {
      set("fresh_rows", (double) fresh.rows());
      setFresh("challenger", fresh.challenger(), metric);
      setFresh("in_service", fresh.current(), metric);
      setFresh("in_service_when_published", fresh.published(), metric);
    }
    set("holdout_rows", (double) verdict.rows());
    set("rows", "of=\"read\"", (double) rows.read());
    set("rows", "of=\"trained\"", (double) rows.trained());
    set("rows", "of=\"validated\"", (double) rows.validated());
    if (rows.calibrated() != null) {
      set("rows", "of=\"calibrated\"", (double) rows.calibrated());
    }
    set("rows", "of=\"held_out\"", (double) rows.heldOut());
    set("rows", "of=\"rejected\"", (double) rows.rejected());
  }

  /** Sets the metrics that are known once the rows are read. */
  void read(Decision.Copies copies) {
    double rows = Math.max(1, copies.rows());
    set("copies_ratio", "of=\"within\"", copies.within() / rows);
    set("copies_ratio", "of=\"across\"", copies.across() / rows);
  }

  private void setFresh(String of, @Nullable Double score, String metric) {
    if (score != null) {
      set("fresh_score", "of=\"%s\"%s".formatted(of, metric), score);
    }
  }

  void set(String name, double value) {
    set(name, "", value);
  }

  /**
   * @param labels the labels in addition to the model, such as {@code of="challenger"}; may be
   *     empty
   */
  void set(String name, String labels, double value) {
    String all = "model=\"%s\"%s%s".formatted(model, labels.isEmpty() ? "" : ",", labels);
    samples.computeIfAbsent(name, n -> new LinkedHashMap<>()).put(all, value);
  }

  /** Writes the metrics to a file, which readers never see half written. */
  void write(Path file) {
    Map<String, Map<String, String>> all = before(file);
    samples.forEach(
        (name, ofName) -> {
          Map<String, String> values = new LinkedHashMap<>();
          ofName.forEach((labels, value) -> values.put(labels, number(value)));
          all.put(name, values);
        });
    List<String> lines = new ArrayList<>();
    HELP.forEach(
        (name, help) -> {
          if (all.containsKey(name)) {
            lines.add("# HELP %s%s %s".formatted(PREFIX, name, help));
            lines.add("# TYPE %s%s gauge".formatted(PREFIX, name));
            all.get(name)
                .forEach(
                    (labels, value) ->
                        lines.add("%s%s{%s} %s".formatted(PREFIX, name, labels, value)));
          }
        });
    byte[] text = (String.join("\n", lines) + "\n").getBytes(UTF_8);
    Storage.write(file.toString(), out -> out.write(text));
  }

  /** The metrics of the run before; empty where the file is no file of metrics. */
  private static Map<String, Map<String, String>> before(Path file) {
    Map<String, Map<String, String>> found = new LinkedHashMap<>();
    List<String> lines;
    try {
      lines = Files.readAllLines(file, UTF_8);
    } catch (NoSuchFileException e) {
      return found;
    } catch (IOException e) {
      return found; // the file is replaced anyway
    }
    for (String line : lines) {
      int open = line.indexOf('{');
      int close = line.lastIndexOf("} ");
      if (line.startsWith(PREFIX) && open > 0 && close > open) {
        found
            .computeIfAbsent(line.substring(PREFIX.length(), open), name -> new LinkedHashMap<>())
            .put(line.substring(open + 1, close), line.substring(close + 2));
      }
    }
    return found;
  }

  private static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value); // Prometheus reads every form that Java writes
  }
}
