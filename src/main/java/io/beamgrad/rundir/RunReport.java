package io.beamgrad.rundir;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beamgrad.data.files.BuildVersion;
import io.beamgrad.data.files.Storage;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.schema.Confusion;
import io.beamgrad.schema.MetricRow;
import io.beamgrad.schema.Outcome;
import io.beamgrad.spec.JobSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.apache.beam.sdk.util.ReleaseInfo;
import org.apache.flink.runtime.util.EnvironmentInformation;

/**
 * {@code run.json}: what ran, on what, how long, and what came of it. Its presence says that the
 * run is whole.
 *
 * @param specFingerprint hex SHA-256 over the keys that decide the weights
 * @param keepsWork true where the work folder is to stay
 * @param outcome with counts and the weights' SHA-256
 * @param metrics all metric rows
 */
public record RunReport(
    JobSpec spec,
    String specFingerprint,
    String runner,
    int parallelism,
    Instant started,
    Instant finished,
    boolean continued,
    boolean keepsWork,
    Outcome outcome,
    List<MetricRow> metrics) {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
  private static final String REMOVED = "removed";

  public static void write(String path, ObjectNode run) {
    Storage.write(path, out -> JSON.writeValue(out, run));
  }

  public ObjectNode toTree() {
    ObjectNode run = JSON.createObjectNode();
    run.put("name", spec.name());
    run.put("seed", spec.seed());
    ObjectNode fingerprint = run.putObject("fingerprint");
    fingerprint.put("spec", specFingerprint);
    fingerprint.put("data", outcome.getDataChecksum());
    run.put("weightsSha256", outcome.getWeightsSha256());
    ObjectNode epochs = run.putObject("epochs");
    epochs.put("trained", outcome.getEpochs());
    epochs.put(
        "kept", outcome.getKeptEpoch() == null ? outcome.getEpochs() : outcome.getKeptEpoch());
    ObjectNode counts = run.putObject("counts");
    counts.put("read", outcome.getRead());
    counts.put("trained", outcome.getTrained());
    counts.put("validated", outcome.getValidated());
    counts.put("tested", outcome.getTested());
    counts.put("heldOut", outcome.getHeldOut());
    counts.put("rejected", outcome.getRejected());
    ArrayNode rows = run.putArray("metrics");
    metrics.forEach(row -> put(rows.addObject(), row));
    Confusion confusion = outcome.getConfusion();
    if (confusion != null) {
      ObjectNode classes = run.putObject("evaluation");
      classes.put("split", confusion.getSplit().name().toLowerCase(Locale.ROOT));
      ClassTable.of(confusion).putInto(classes);
    }
    ObjectNode runnerNode = run.putObject("runner");
    runnerNode.put("name", runner);
    runnerNode.put("parallelism", parallelism);
    runnerNode.put("continued", continued);
    ObjectNode times = run.putObject("times");
    times.put("started", started.toString());
    times.put("finished", finished.toString());
    times.put("seconds", Duration.between(started, finished).toMillis() / 1e3);
    run.put("work", keepsWork ? "kept" : REMOVED);
    ObjectNode versions = run.putObject("versions");
    versions.put("beamgrad", BuildVersion.text());
    versions.put("beam", ReleaseInfo.getReleaseInfo().getSdkVersion());
    versions.put("flink", EnvironmentInformation.getVersion());
    versions.put("java", System.getProperty("java.version"));
    return run;
  }

  /**
   * True where a finished run deletes its work folder; one that is there is to be deleted still.
   */
  static boolean isWorkRemoved(Path report) {
    return read(report).path("work").asText().equals(REMOVED);
  }

  /** The SHA-256 of a finished run's weights. */
  public static String weightsSha256(Path report) {
    return read(report).path("weightsSha256").asText();
  }

  private static JsonNode read(Path report) {
    try {
      return JSON.readTree(report.toFile());
    } catch (IOException e) {
      throw new BrokenFileException(report + ": not the report of a run", e);
    }
  }

  private static void put(ObjectNode node, MetricRow row) {
    node.put("epoch", row.getEpoch());
    node.put("split", row.getSplit().name().toLowerCase(Locale.ROOT));
    node.put("loss", row.getLoss());
    put(node, "accuracy", row.getAccuracy());
    put(node, "mse", row.getMse());
    put(node, "mae", row.getMae());
    put(node, "r2", row.getR2());
    put(node, "rocAuc", row.getRocAuc());
    put(node, "logLoss", row.getLogLoss());
    put(node, "top5Accuracy", row.getTop5Accuracy());
    put(node, "learningRate", row.getLearningRate());
    node.put("examples", row.getExamples());
  }

  private static void put(ObjectNode node, String name, Double value) {
    if (value != null) {
      node.put(name, value);
    }
  }
}
