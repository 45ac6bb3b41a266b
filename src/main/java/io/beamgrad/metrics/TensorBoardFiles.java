package io.beamgrad.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.beamgrad.data.files.Storage;
import io.beamgrad.schema.MetricRow;
import io.beamgrad.schema.Split;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * TensorBoard's event files: below a folder one run for each split, {@code train}, {@code
 * validation} and {@code test}, with each metric that a row has as a scalar of its epoch, so that
 * the curves of one metric lie over each other. Several models have a folder each.
 *
 * <p>The bytes follow from the metrics alone. An event's time is the seconds of training and
 * evaluation until then, as the rows have them, so that TensorBoard's relative time is right; its
 * wall time begins in 1970.
 *
 * <p>The files are TFRecord files of the protocol buffers {@code Event} and {@code Summary} of
 * {@code event.proto} and {@code summary.proto}; their few fields are written one by one, as the
 * classes for them come with all of TensorFlow.
 */
public final class TensorBoardFiles {
  /** TensorBoard takes files whose names have "tfevents" in them. */
  private static final String NAME = "events.out.tfevents.0.beamgrad";

  /** Added to the rotated checksum of a record, as TFRecord files have it. */
  private static final int CHECKSUM_MASK = 0xa282ead8;

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
              writeRecord(out, version());
              for (MetricRow row : its) {
                writeRecord(out, event(row, secondsUntil(row, rows)));
              }
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
    return new Message().number(1, 0.0).text(3, "brain.Event:2").bytes();
  }

  private static byte[] event(MetricRow row, double seconds) {
    Message summary = new Message();
    for (Metric metric : Metric.values()) {
      Double found = metric.in(row);
      if (found != null) {
        summary.bytes(1, new Message().text(1, metric.tag()).number(2, found.floatValue()).bytes());
      }
    }
    return new Message()
        .number(1, seconds)
        .number(2, row.getEpoch())
        .bytes(5, summary.bytes())
        .bytes();
  }

  /** A protocol buffer that is being written, field by field. */
  private static final class Message {
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED32 = 5;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Message number(int field, double value) {
      out.write(field << 3 | FIXED64);
      out.writeBytes(littleEndian(Double.BYTES).putDouble(value).array());
      return this;
    }

    Message number(int field, float value) {
      out.write(field << 3 | FIXED32);
      out.writeBytes(littleEndian(Float.BYTES).putFloat(value).array());
      return this;
    }

    Message number(int field, int value) {
      out.write(field << 3 | VARINT);
      varint(value);
      return this;
    }

    Message text(int field, String value) {
      return bytes(field, value.getBytes(UTF_8));
    }

    Message bytes(int field, byte[] value) {
      out.write(field << 3 | BYTES);
      varint(value.length);
      out.writeBytes(value);
      return this;
    }

    /** Seven bits to a byte, the lowest first. */
    private void varint(int value) {
      int left = value;
      while (left >= 0x80) {
        out.write((left & 0x7f) | 0x80);
        left >>>= 7;
      }
      out.write(left);
    }

    byte[] bytes() {
      return out.toByteArray();
    }
  }

  /** A record of a TFRecord file: its length and its bytes, each with a checksum behind it. */
  private static void writeRecord(OutputStream out, byte[] record) throws IOException {
    byte[] length = littleEndian(Long.BYTES).putLong(record.length).array();
    out.write(length);
    out.write(checksum(length));
    out.write(record);
    out.write(checksum(record));
  }

  private static byte[] checksum(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    int masked = Integer.rotateRight((int) crc.getValue(), 15) + CHECKSUM_MASK;
    return littleEndian(Integer.BYTES).putInt(masked).array();
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
