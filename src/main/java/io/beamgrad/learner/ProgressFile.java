package io.beamgrad.learner;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beamgrad.data.files.Storage;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.schema.MetricRow;
import io.beamgrad.schema.Split;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * {@code progress.json} in a work folder: the trainer replaces it in one step as it goes on, the
 * launcher reads it whenever it likes and always finds a whole one.
 */
public final class ProgressFile {
  private static final ObjectMapper JSON = new ObjectMapper();

  private ProgressFile() {}

  public static void write(String path, Progress progress) {
    ObjectNode tree = JSON.createObjectNode();
    tree.put("stage", progress.stage().name().toLowerCase(Locale.ROOT));
    tree.put("epoch", progress.epoch());
    tree.put("epochs", progress.epochs());
    tree.put("step", progress.step());
    tree.put("steps", progress.steps());
    tree.put("rowsPerSecond", progress.rowsPerSecond());
    if (!progress.note().isEmpty()) {
      tree.put("note", progress.note());
    }
    tree.putArray("rows").addAll(progress.rows().stream().map(ProgressFile::tree).toList());
    Storage.write(path, out -> out.write(JSON.writeValueAsBytes(tree)));
  }

  /** What the file says; empty where there is none yet. */
  public static Optional<Progress> read(String path) {
    Optional<byte[]> content = Storage.readIfThere(path);
    if (content.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(progress(JSON.readTree(content.get())));
    } catch (IOException | IllegalArgumentException e) {
      if (Storage.isRemote(path)) {
        return Optional.empty(); // cut short, as it was replaced while it was read
      }
      throw new BrokenFileException(path + ": not a progress file", e);
    }
  }

  private static Progress progress(JsonNode tree) {
    List<MetricRow> rows = new ArrayList<>();
    tree.path("rows").forEach(row -> rows.add(row(row)));
    return new Progress(
        Progress.Stage.valueOf(tree.path("stage").asText().toUpperCase(Locale.ROOT)),
        tree.path("epoch").asInt(),
        tree.path("epochs").asInt(),
        tree.path("step").asLong(),
        tree.path("steps").asLong(),
        tree.path("rowsPerSecond").asDouble(),
        rows,
        tree.path("note").asText());
  }

  private static ObjectNode tree(MetricRow row) {
    return JSON.createObjectNode()
        .put("model", row.getModel())
        .put("epoch", row.getEpoch())
        .put("split", row.getSplit().name().toLowerCase(Locale.ROOT))
        .put("loss", row.getLoss())
        .put("accuracy", row.getAccuracy())
        .put("mse", row.getMse())
        .put("mae", row.getMae())
        .put("examples", row.getExamples())
        .put("seconds", row.getSeconds())
        .put("r2", row.getR2())
        .put("rocAuc", row.getRocAuc())
        .put("logLoss", row.getLogLoss())
        .put("top5Accuracy", row.getTop5Accuracy())
        .put("learningRate", row.getLearningRate());
  }

  private static MetricRow row(JsonNode tree) {
    return MetricRow.newBuilder()
        .setModel(tree.path("model").asText())
        .setEpoch(tree.path("epoch").asInt())
        .setSplit(Split.valueOf(tree.path("split").asText().toUpperCase(Locale.ROOT)))
        .setLoss(tree.path("loss").asDouble())
        .setAccuracy(numberOrNull(tree.path("accuracy")))
        .setMse(numberOrNull(tree.path("mse")))
        .setMae(numberOrNull(tree.path("mae")))
        .setExamples(tree.path("examples").asLong())
        .setSeconds(tree.path("seconds").asDouble())
        .setR2(numberOrNull(tree.path("r2")))
        .setRocAuc(numberOrNull(tree.path("rocAuc")))
        .setLogLoss(numberOrNull(tree.path("logLoss")))
        .setTop5Accuracy(numberOrNull(tree.path("top5Accuracy")))
        .setLearningRate(numberOrNull(tree.path("learningRate")))
        .build();
  }

  private static Double numberOrNull(JsonNode node) {
    return node.isNull() || node.isMissingNode() ? null : node.asDouble();
  }
}
