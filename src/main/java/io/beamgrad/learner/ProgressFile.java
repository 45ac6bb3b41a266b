package io.beamgrad.learner;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beamgrad.data.files.Storage;
import io.beamgrad.metrics.MetricJson;
import io.beamgrad.schema.MetricRow;
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
    Storage.writeUnforced(path, out -> out.write(JSON.writeValueAsBytes(tree)));
  }

  /** What the file says; empty where there is none yet, or a power cut has damaged it. */
  public static Optional<Progress> read(String path) {
    return Storage.readIfThere(path).flatMap(ProgressFile::parse);
  }

  /** What the content of a file says; empty where it is damaged. */
  public static Optional<Progress> parse(byte[] content) {
    try {
      return Optional.of(progress(JSON.readTree(content)));
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty(); // at an address also where it was replaced while it was read
    }
  }

  private static Progress progress(JsonNode tree) {
    List<MetricRow> rows = new ArrayList<>();
    tree.path("rows").forEach(row -> rows.add(MetricJson.fromTree(row, "rows")));
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
    return MetricJson.toTree(row).put("model", row.getModel()).put("seconds", row.getSeconds());
  }
}
