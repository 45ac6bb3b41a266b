package io.beamgrad.predict;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import io.beamgrad.data.files.RecordFile;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.schema.Prediction;
import io.beamgrad.tensor.Tensor;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Writes predictions, one for each row, without the head of a file, so that the parts of a file can
 * be joined.
 *
 * <p>CSV of a model of classes: {@code id,label,p_LABEL,...,model} with a probability for each
 * label; of numbers: {@code id,TARGET,...,model}. JSON lines: {@code {"id": "1", "label": "7",
 * "probabilities": {"0": 0.01, ...}, "model": ...}} or {@code {"id": "1", "values": {"apples":
 * 56.7, ...}, "model": ...}}. Avro: {@link Prediction}, as the frames that {@link RecordFile#join}
 * takes.
 */
abstract sealed class PredictionWriter {
  private static final int FLUSH_BYTES = 1 << 15;

  final TextBytes row = new TextBytes();
  private final OutputScores scores;
  private final OutputStream out;
  private boolean isNumbered;

  private PredictionWriter(OutputScores scores, OutputStream out) {
    this.scores = scores;
    this.out = out;
  }

  static PredictionWriter of(PredictionFormat format, ModelRecord model, OutputStream out) {
    OutputScores scores = new OutputScores(model);
    String version = OutputScores.version(model);
    return switch (format) {
      case CSV -> new Csv(scores, version, out);
      case JSONL -> new Json(scores, version, out);
      case AVRO -> new Avro(scores, version, out);
    };
  }

  /** The first line of a CSV file of a model's predictions. */
  static byte[] csvHeader(ModelRecord model) {
    OutputScores scores = new OutputScores(model);
    List<String> header = new ArrayList<>(List.of("id"));
    if (scores.areClasses()) {
      header.add("label");
    }
    scores.names().forEach(name -> header.add(scores.areClasses() ? "p_" + name : name));
    header.add("model");
    return (csv(header) + "\n").getBytes(UTF_8);
  }

  /** A record as CSV, without the line end. */
  private static String csv(List<String> fields) {
    StringWriter text = new StringWriter();
    try (CsvWriter csv = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(text)) {
      csv.writeRecord(fields);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString().substring(0, text.toString().length() - 1);
  }

  /**
   * Sets the prefix of the ids of the next rows.
   *
   * @param numbered whether the row's number, from 1, follows the prefix
   */
  final void begin(String prefix, boolean numbered) {
    isNumbered = numbered;
    begin(prefix);
  }

  abstract void begin(String prefix);

  /** Writes rows in their order, see {@link BatchPredictor.Sink}. */
  final void write(long[] records, Tensor outputs) {
    float[] values = scores.values(outputs);
    int width = scores.names().size();
    int rows = outputs.size(0);
    for (int i = 0; i < rows; i++) {
      int label = scores.areClasses() ? scores.label(outputs, i) : -1;
      writeRow(isNumbered ? records[i] + 1 : -1, label, values, i * width, width);
      if (row.size() > FLUSH_BYTES) {
        flush();
      }
    }
  }

  /**
   * @param number the number of the row; -1 where its id has none
   * @param label the index of the class; -1 for a model of numbers
   * @param values {@code (rows, width)}
   */
  abstract void writeRow(long number, int label, float[] values, int from, int width);

  /** Writes what is buffered; to be called after the last row. */
  final void flush() {
    try {
      writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
    row.clear();
  }

  void writeTo(OutputStream to) throws IOException {
    row.writeTo(to);
  }

  private static byte[][] encoded(List<String> texts, UnaryOperator<String> by) {
    return texts.stream().map(text -> by.apply(text).getBytes(UTF_8)).toArray(byte[][]::new);
  }

  private static final class Csv extends PredictionWriter {
    private final byte[][] labels;
    private final byte[] end;
    private byte[] idStart;
    private byte[] idEnd;

    Csv(OutputScores scores, String version, OutputStream out) {
      super(scores, out);
      labels = encoded(scores.names(), name -> csv(List.of(name)));
      end = ("," + csv(List.of(version)) + "\n").getBytes(UTF_8);
    }

    @Override
    void begin(String prefix) {
      String field = csv(List.of(prefix + "0"));
      boolean isQuoted = field.endsWith("\"");
      String start = field.substring(0, field.length() - (isQuoted ? 2 : 1));
      idStart = start.getBytes(UTF_8);
      idEnd = isQuoted ? new byte[] {'"'} : new byte[0];
    }

    @Override
    void writeRow(long number, int label, float[] values, int from, int width) {
      row.put(idStart);
      if (number >= 0) {
        row.putDecimal(number);
      }
      row.put(idEnd);
      if (label >= 0) {
        row.put((byte) ',');
        row.put(labels[label]);
      }
      for (int i = from; i < from + width; i++) {
        row.put((byte) ',');
        row.putDecimal(values[i]);
      }
      row.put(end);
    }
  }

  private static final class Json extends PredictionWriter {
    private static final byte[] LABEL = "\",\"label\":".getBytes(UTF_8);
    private static final byte[] PROBABILITIES = ",\"probabilities\":{".getBytes(UTF_8);
    private static final byte[] VALUES = "\",\"values\":{".getBytes(UTF_8);

    private final byte[][] labels;
    private final byte[] end;
    private byte[] idStart;

    Json(OutputScores scores, String version, OutputStream out) {
      super(scores, out);
      labels = encoded(scores.names(), Json::quoted);
      end = ("},\"model\":" + quoted(version) + "}\n").getBytes(UTF_8);
    }

    private static String quoted(String text) {
      return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
    }

    @Override
    void begin(String prefix) {
      String start = quoted(prefix);
      idStart = ("{\"id\":" + start.substring(0, start.length() - 1)).getBytes(UTF_8);
    }

    @Override
    void writeRow(long number, int label, float[] values, int from, int width) {
      row.put(idStart);
      if (number >= 0) {
        row.putDecimal(number);
      }
      if (label >= 0) {
        row.put(LABEL);
        row.put(labels[label]);
        row.put(PROBABILITIES);
      } else {
        row.put(VALUES);
      }
      for (int i = 0; i < width; i++) {
        if (i > 0) {
          row.put((byte) ',');
        }
        row.put(labels[i]);
        row.put((byte) ':');
        // JSON has no number for infinities and NaN.
        boolean isNumber = Float.isFinite(values[from + i]);
        if (!isNumber) {
          row.put((byte) '"');
        }
        row.putDecimal(values[from + i]);
        if (!isNumber) {
          row.put((byte) '"');
        }
      }
      row.put(end);
    }
  }

  /** The fields in the order of {@link Prediction}'s schema. */
  private static final class Avro extends PredictionWriter {
    private final TextBytes frame = new TextBytes();
    private final TextBytes id = new TextBytes();
    private final byte[][] names;
    private final byte[] end;
    private byte[] prefix;
    private long rows;

    Avro(OutputScores scores, String version, OutputStream out) {
      super(scores, out);
      names = scores.names().stream().map(TextBytes::avroString).toArray(byte[][]::new);
      end = TextBytes.avroString(version);
    }

    @Override
    void begin(String text) {
      prefix = text.getBytes(UTF_8);
    }

    @Override
    void writeRow(long number, int label, float[] values, int from, int width) {
      id.clear();
      id.put(prefix);
      if (number >= 0) {
        id.putDecimal(number);
      }
      row.putAvro(id.size());
      row.put(id);
      boolean isClass = label >= 0;
      row.putAvro(isClass ? 1L : 0L); // the branch of the union
      if (isClass) {
        row.put(names[label]);
        putMap(values, from, width);
        row.putAvro(0L);
      } else {
        row.putAvro(0L);
        putMap(values, from, width);
      }
      row.put(end);
      rows++;
    }

    private void putMap(float[] values, int from, int width) {
      row.putAvro((long) width);
      for (int i = 0; i < width; i++) {
        row.put(names[i]);
        row.putAvro(values[from + i]);
      }
      row.putAvro(0L);
    }

    @Override
    void writeTo(OutputStream to) throws IOException {
      if (rows == 0) {
        return;
      }
      frame.clear();
      frame.putAvro(rows);
      frame.putAvro((long) row.size());
      frame.writeTo(to);
      row.writeTo(to);
      rows = 0;
    }
  }
}
