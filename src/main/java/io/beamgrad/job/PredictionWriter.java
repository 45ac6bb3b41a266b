package io.beamgrad.job;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import io.beamgrad.data.Columns;
import io.beamgrad.data.Predictor;
import io.beamgrad.schema.BinaryCrossEntropy;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.tensor.FloatMath;
import io.beamgrad.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;

/**
 * Predictions as text, one line a row. The row's {@code id} is its number in the file, from 1.
 *
 * <p>CSV of a model of classes: {@code id,label,p_LABEL,...} with a probability for each label; of
 * numbers: {@code id,TARGET,...}. JSON: {@code {"id": 1, "label": "7", "probabilities": {"0": 0.01,
 * ...}}} or {@code {"id": 1, "values": {"apples": 56.7, ...}}}.
 */
abstract sealed class PredictionWriter {
  private final List<String> labels;
  private final List<String> targets;
  private final boolean isBinary;

  private PredictionWriter(ModelRecord model) {
    this.labels = model.getLabels();
    this.isBinary = model.getLoss() instanceof BinaryCrossEntropy;
    this.targets =
        model.getColumns().stream().filter(Columns::isTarget).map(Column::getName).toList();
  }

  static PredictionWriter of(ModelRecord model, boolean json, Writer writer) {
    return json ? new Json(model, writer) : new Csv(model, writer);
  }

  /** Writes rows in their order, see {@link Predictor.Sink}. */
  final void write(long[] records, Tensor batch) {
    int width = batch.size(1);
    float[] outputs = batch.data();
    float[] probabilities = probabilities(batch);
    for (int row = 0; row < batch.size(0); row++) {
      long id = records[row] + 1;
      int from = row * width;
      if (labels.isEmpty()) {
        writeNumbers(id, targets, outputs, from);
      } else {
        int label = isBinary ? (outputs[row] > 0 ? 1 : 0) : largest(outputs, from, width);
        writeClass(id, labels, labels.get(label), probabilities, row * labels.size());
      }
    }
  }

  /** {@code (rows, labels)}; empty for a model of numbers. */
  private float[] probabilities(Tensor batch) {
    if (labels.isEmpty()) {
      return new float[0];
    }
    if (!isBinary) {
      return batch.softmax(1).data();
    }
    float[] both = new float[2 * batch.size(0)];
    for (int row = 0; row < batch.size(0); row++) {
      both[2 * row] = FloatMath.sigmoid(-batch.data()[row]);
      both[2 * row + 1] = FloatMath.sigmoid(batch.data()[row]);
    }
    return both;
  }

  /** The first of the largest, as accuracy has it. */
  private static int largest(float[] values, int from, int width) {
    int best = 0;
    for (int i = 1; i < width; i++) {
      best = values[from + i] > values[from + best] ? i : best;
    }
    return best;
  }

  /** To be called after the last row. */
  void finish() {}

  abstract void writeClass(long id, List<String> labels, String label, float[] values, int from);

  abstract void writeNumbers(long id, List<String> targets, float[] values, int from);

  private static final class Csv extends PredictionWriter {
    private final CsvWriter csv;
    private final List<String> header = new ArrayList<>(List.of("id"));
    private boolean hasHeader;

    Csv(ModelRecord model, Writer writer) {
      super(model);
      this.csv = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(writer);
      if (model.getLabels().isEmpty()) {
        header.addAll(super.targets);
      } else {
        header.add("label");
        model.getLabels().forEach(label -> header.add("p_" + label));
      }
    }

    /** Late, so that input that cannot be read at all leaves nothing behind. */
    private void writeHeader() {
      if (!hasHeader) {
        csv.writeRecord(header);
        hasHeader = true;
      }
    }

    @Override
    void finish() {
      writeHeader();
    }

    @Override
    void writeClass(long id, List<String> labels, String label, float[] values, int from) {
      writeRecord(List.of(Long.toString(id), label), values, from, labels.size());
    }

    @Override
    void writeNumbers(long id, List<String> targets, float[] values, int from) {
      writeRecord(List.of(Long.toString(id)), values, from, targets.size());
    }

    private void writeRecord(List<String> first, float[] values, int from, int count) {
      writeHeader();
      List<String> fields = new ArrayList<>(first);
      for (int i = from; i < from + count; i++) {
        fields.add(Float.toString(values[i]));
      }
      csv.writeRecord(fields);
    }
  }

  private static final class Json extends PredictionWriter {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Writer writer;

    Json(ModelRecord model, Writer writer) {
      super(model);
      this.writer = writer;
    }

    @Override
    void writeClass(long id, List<String> labels, String label, float[] values, int from) {
      ObjectNode line = MAPPER.createObjectNode().put("id", id).put("label", label);
      put(line.putObject("probabilities"), labels, values, from);
      writeLine(line);
    }

    @Override
    void writeNumbers(long id, List<String> targets, float[] values, int from) {
      ObjectNode line = MAPPER.createObjectNode().put("id", id);
      put(line.putObject("values"), targets, values, from);
      writeLine(line);
    }

    private static void put(ObjectNode node, List<String> names, float[] values, int from) {
      for (int i = 0; i < names.size(); i++) {
        node.put(names.get(i), values[from + i]);
      }
    }

    private void writeLine(ObjectNode line) {
      try {
        writer.write(MAPPER.writeValueAsString(line));
        writer.write('\n');
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
