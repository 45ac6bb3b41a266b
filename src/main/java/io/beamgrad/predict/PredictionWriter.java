package io.beamgrad.predict;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import io.beamgrad.data.files.RecordFile;
import io.beamgrad.model.Intervals;
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
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Writes predictions, one for each row, without the head of a file, so that the parts of a file can
 * be joined.
 *
 * <p>CSV of a model of classes: {@code id,label,p_LABEL,...,model} with a probability for each
 * label; of numbers: {@code id,TARGET,...,model}. JSON lines: {@code {"id": "1", "label": "7",
 * "probabilities": {"0": 0.01, ...}, "model": ...}} or {@code {"id": "1", "values": {"apples":
 * 56.7, ...}, "model": ...}}. Avro: {@link Prediction}, as the frames that {@link RecordFile#join}
 * takes.
 *
 * <p>Where intervals are asked for, each row has besides of numbers where they begin and end:
 * {@code TARGET_lower,TARGET_upper} of each target before the model, {@code "lower": {...},
 * "upper": {...}}; of classes the set as a JSON array: {@code classes}.
 */
abstract sealed class PredictionWriter {
  private static final int FLUSH_BYTES = 1 << 15;

  /** The number of a class or target. */
  private interface NumberAt {
    float at(int place);
  }

  final TextBytes row = new TextBytes();
  final @Nullable Intervals intervals; // null where none are asked for
  private final OutputScores scores;
  private final OutputStream out;
  private boolean isNumbered;

  private PredictionWriter(OutputScores scores, @Nullable Intervals intervals, OutputStream out) {
    this.scores = scores;
    this.intervals = intervals;
    this.out = out;
  }

  static PredictionWriter of(PredictionSettings settings, ModelRecord model, OutputStream out) {
    Intervals intervals =
        settings.interval() == null ? null : Intervals.of(model, settings.interval());
    OutputScores scores = new OutputScores(model);
    String version = OutputScores.version(model);
    return switch (settings.format()) {
      case CSV -> new Csv(scores, intervals, version, out);
      case JSONL -> new Json(scores, intervals, version, out);
      case AVRO -> new Avro(scores, intervals, version, out);
    };
  }

  /**
   * The first line of a CSV file of a model's predictions.
   *
   * @param interval the level of intervals; null for none
   */
  static byte[] csvHeader(ModelRecord model, @Nullable Double interval) {
    OutputScores scores = new OutputScores(model);
    List<String> header = new ArrayList<>(List.of("id"));
    if (scores.areClasses()) {
      header.add("label");
    }
    scores.names().forEach(name -> header.add(scores.areClasses() ? "p_" + name : name));
    if (interval != null && scores.areClasses()) {
      header.add("classes");
    } else if (interval != null) {
      scores.names().forEach(name -> header.addAll(List.of(name + "_lower", name + "_upper")));
    }
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

  /** Whether a class is in the set of a row. */
  final boolean has(int place, int label, float probability) {
    return intervals.has(probability, place == label);
  }

  private static String quoted(String text) {
    return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
  }

  private static byte[][] encoded(List<String> texts, UnaryOperator<String> by) {
    return texts.stream().map(text -> by.apply(text).getBytes(UTF_8)).toArray(byte[][]::new);
  }

  private static final class Csv extends PredictionWriter {
    private static final byte[] SET_START = ",\"[".getBytes(UTF_8);
    private static final byte[] SET_END = "]\"".getBytes(UTF_8);

    private final byte[][] labels;
    private final byte[][] members; // of a JSON array in a field
    private final byte[] end;
    private byte[] idStart;
    private byte[] idEnd;

    Csv(OutputScores scores, @Nullable Intervals intervals, String version, OutputStream out) {
      super(scores, intervals, out);
      members = encoded(scores.names(), name -> quoted(name).replace("\"", "\"\""));
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
      if (intervals != null) {
        putIntervals(label, values, from, width);
      }
      row.put(end);
    }

    private void putIntervals(int label, float[] values, int from, int width) {
      if (label < 0) {
        for (int i = 0; i < width; i++) {
          row.put((byte) ',');
          row.putDecimal(intervals.lower(i, values[from + i]));
          row.put((byte) ',');
          row.putDecimal(intervals.upper(i, values[from + i]));
        }
        return;
      }
      row.put(SET_START);
      boolean isFirst = true;
      for (int i = 0; i < width; i++) {
        if (has(i, label, values[from + i])) {
          if (!isFirst) {
            row.put((byte) ',');
          }
          row.put(members[i]);
          isFirst = false;
        }
      }
      row.put(SET_END);
    }
  }

  private static final class Json extends PredictionWriter {
    private static final byte[] LABEL = "\",\"label\":".getBytes(UTF_8);
    private static final byte[] PROBABILITIES = ",\"probabilities\":{".getBytes(UTF_8);
    private static final byte[] VALUES = "\",\"values\":{".getBytes(UTF_8);
    private static final byte[] LOWER = "},\"lower\":{".getBytes(UTF_8);
    private static final byte[] UPPER = "},\"upper\":{".getBytes(UTF_8);
    private static final byte[] CLASSES = "},\"classes\":[".getBytes(UTF_8);

    private final byte[][] labels;
    private final byte[] end;
    private byte[] idStart;

    Json(OutputScores scores, @Nullable Intervals intervals, String version, OutputStream out) {
      super(scores, intervals, out);
      labels = encoded(scores.names(), PredictionWriter::quoted);
      end = (",\"model\":" + quoted(version) + "}\n").getBytes(UTF_8);
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
      putNumbers(width, i -> values[from + i]);
      if (intervals == null) {
        row.put((byte) '}');
      } else if (label < 0) {
        row.put(LOWER);
        putNumbers(width, i -> intervals.lower(i, values[from + i]));
        row.put(UPPER);
        putNumbers(width, i -> intervals.upper(i, values[from + i]));
        row.put((byte) '}');
      } else {
        putClasses(label, values, from, width);
      }
      row.put(end);
    }

    private void putNumbers(int width, NumberAt numbers) {
      for (int i = 0; i < width; i++) {
        if (i > 0) {
          row.put((byte) ',');
        }
        row.put(labels[i]);
        row.put((byte) ':');
        // JSON has no number for infinities and NaN.
        float number = numbers.at(i);
        boolean isNumber = Float.isFinite(number);
        if (!isNumber) {
          row.put((byte) '"');
        }
        row.putDecimal(number);
        if (!isNumber) {
          row.put((byte) '"');
        }
      }
    }

    private void putClasses(int label, float[] values, int from, int width) {
      row.put(CLASSES);
      boolean isFirst = true;
      for (int i = 0; i < width; i++) {
        if (has(i, label, values[from + i])) {
          if (!isFirst) {
            row.put((byte) ',');
          }
          row.put(labels[i]);
          isFirst = false;
        }
      }
      row.put((byte) ']');
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

    Avro(OutputScores scores, @Nullable Intervals intervals, String version, OutputStream out) {
      super(scores, intervals, out);
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
        putMap(width, i -> values[from + i]);
        row.putAvro(0L);
      } else {
        row.putAvro(0L);
        putMap(width, i -> values[from + i]);
      }
      row.put(end);
      if (intervals == null || isClass) {
        row.putAvro(0L);
        row.putAvro(0L);
      } else {
        putMap(width, i -> intervals.lower(i, values[from + i]));
        putMap(width, i -> intervals.upper(i, values[from + i]));
      }
      if (intervals != null && isClass) {
        putClasses(label, values, from, width);
      }
      row.putAvro(0L);
      rows++;
    }

    private void putMap(int width, NumberAt numbers) {
      row.putAvro((long) width);
      for (int i = 0; i < width; i++) {
        row.put(names[i]);
        row.putAvro(numbers.at(i));
      }
      row.putAvro(0L);
    }

    private void putClasses(int label, float[] values, int from, int width) {
      long count = 0;
      for (int i = 0; i < width; i++) {
        count += has(i, label, values[from + i]) ? 1 : 0;
      }
      row.putAvro(count);
      for (int i = 0; i < width; i++) {
        if (has(i, label, values[from + i])) {
          row.put(names[i]);
        }
      }
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
