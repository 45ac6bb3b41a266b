package io.beamgrad.data;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.beamgrad.schema.MetricRow;
import io.beamgrad.schema.Split;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.beam.sdk.io.TFRecordIO;
import org.apache.beam.sdk.util.VarInt;

/**
 * TensorBoard's event files: below a folder one run for each split, {@code train}, {@code
 * validation} and {@code test}, with each metric that a row has as a scalar of its epoch, so that
 * the curves of one metric lie over each other. Several models have a folder each.
 *
 * <p>The bytes follow from the metrics alone. An event's time is the seconds of training and
 * evaluation until then, as the rows have them, so that TensorBoard's relative time is right; its
 * wall time begins in 1970.
 *
 * <p>Records are framed and checksummed as {@code TFRecordIO} does it. What is in them is of the
 * protocol buffers {@code Event} and {@code Summary} of {@code event.proto} and {@code
 * summary.proto}; of those a few fields are needed, which are written by hand here, as the classes
 * for them come with all of TensorFlow.
 */
public final class TensorBoardFiles {
  /** TensorBoard takes files whose names have "tfevents" in them. */
  private static final String NAME = "events.out.tfevents.0.beamgrad";

  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int BYTES = 2;
  private static final int FIXED32 = 5;

  private TensorBoardFiles() {}

  /**
   * Writes the files; each appears whole or not at all.
   *
   * @param rows of one model or of several
   */
  public static void write(String folder, List<MetricRow> rows) {
    Map<String, List<MetricRow>> byModel = new LinkedHashMap<>();
    rows.forEach(
        row -> byModel.computeIfAbsent(row.getModel(), model -> new ArrayList<>()).add(row));
    byModel.forEach(
        (model, its) ->
            writeModel(
                byModel.size() == 1 ? folder : folder + "/" + URLEncoder.encode(model, UTF_8),
                its));
  }

  private static void writeModel(String folder, List<MetricRow> rows) {
    for (Split split : Split.values()) {
      List<MetricRow> its = rows.stream().filter(row -> row.getSplit() == split).toList();
      if (!its.isEmpty()) {
        String name = split.name().toLowerCase(Locale.ROOT);
        Storage.write(
            "%s/%s/%s".formatted(folder, name, NAME),
            out -> {
              TFRecordIO.Sink records = TFRecordIO.sink();
              records.open(Channels.newChannel(out));
              records.write(version());
              for (MetricRow row : its) {
                records.write(event(row, secondsUntil(row, rows)));
              }
              records.flush();
            });
      }
    }
  }

  /** The time of all rows that were measured no later. */
  private static double secondsUntil(MetricRow row, List<MetricRow> rows) {
    return rows.stream()
        .filter(
            other ->
                row.getSplit() == Split.TEST
                    || (other.getSplit() != Split.TEST
                        && (other.getEpoch() < row.getEpoch()
                            || (other.getEpoch() == row.getEpoch()
                                && other.getSplit().compareTo(row.getSplit()) <= 0))))
        .mapToDouble(MetricRow::getSeconds)
        .sum();
  }

  private static byte[] version() {
    ByteArrayOutputStream event = new ByteArrayOutputStream();
    put(event, 1, 0.0);
    put(event, 3, "brain.Event:2".getBytes(UTF_8));
    return event.toByteArray();
  }

  private static byte[] event(MetricRow row, double seconds) {
    ByteArrayOutputStream summary = new ByteArrayOutputStream();
    scalars(row)
        .forEach(
            (tag, value) -> {
              ByteArrayOutputStream scalar = new ByteArrayOutputStream();
              put(scalar, 1, tag.getBytes(UTF_8));
              put(scalar, 2, value.floatValue());
              put(summary, 1, scalar.toByteArray());
            });
    ByteArrayOutputStream event = new ByteArrayOutputStream();
    put(event, 1, seconds);
    event.write(2 << 3 | VARINT);
    putVarint(event, row.getEpoch());
    put(event, 5, summary.toByteArray());
    return event.toByteArray();
  }

  /** What a row has, by the names that TensorBoard shows. */
  private static Map<String, Double> scalars(MetricRow row) {
    Map<String, Double> scalars = new LinkedHashMap<>();
    scalars.put("loss", row.getLoss());
    scalars.put("accuracy", row.getAccuracy());
    scalars.put("top_5_accuracy", row.getTop5Accuracy());
    scalars.put("roc_auc", row.getRocAuc());
    scalars.put("log_loss", row.getLogLoss());
    scalars.put("mse", row.getMse());
    scalars.put("mae", row.getMae());
    scalars.put("r2", row.getR2());
    scalars.put("learning_rate", row.getLearningRate());
    scalars.values().removeIf(value -> value == null);
    return scalars;
  }

  private static void put(ByteArrayOutputStream to, int field, double value) {
    to.write(field << 3 | FIXED64);
    to.writeBytes(
        ByteBuffer.allocate(Double.BYTES).order(ByteOrder.LITTLE_ENDIAN).putDouble(value).array());
  }

  private static void put(ByteArrayOutputStream to, int field, float value) {
    to.write(field << 3 | FIXED32);
    to.writeBytes(
        ByteBuffer.allocate(Float.BYTES).order(ByteOrder.LITTLE_ENDIAN).putFloat(value).array());
  }

  private static void put(ByteArrayOutputStream to, int field, byte[] value) {
    to.write(field << 3 | BYTES);
    putVarint(to, value.length);
    to.writeBytes(value);
  }

  private static void putVarint(ByteArrayOutputStream to, int value) {
    try {
      VarInt.encode(value, to);
    } catch (IOException e) {
      throw new IllegalStateException(e); // not in memory
    }
  }
}
