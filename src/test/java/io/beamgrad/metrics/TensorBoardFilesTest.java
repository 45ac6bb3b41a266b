package io.beamgrad.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.beamgrad.schema.MetricRow;
import io.beamgrad.schema.Split;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads the files back by the documents of their formats, with no code that wrote them. */
class TensorBoardFilesTest {
  private static final String NAME = "events.out.tfevents.0.beamgrad";

  @TempDir Path folder;

  private static MetricRow row(
      String model, int epoch, Split split, double loss, double seconds, Double rate) {
    return MetricRow.newBuilder()
        .setModel(model)
        .setEpoch(epoch)
        .setSplit(split)
        .setLoss(loss)
        .setAccuracy(split == Split.TRAIN ? null : 1 - loss / 4)
        .setMse(null)
        .setMae(null)
        .setExamples(10)
        .setSeconds(seconds)
        .setLearningRate(rate)
        .build();
  }

  private static List<MetricRow> rows(String model) {
    return List.of(
        row(model, 0, Split.TRAIN, 2.5, 0.125, null),
        row(model, 0, Split.VALIDATION, 2, 0.25, null),
        row(model, 1, Split.TRAIN, 1.5, 1, 0.5),
        row(model, 1, Split.VALIDATION, 1, 0.25, null),
        row(model, 300, Split.TRAIN, 0.5, 1, 0.25),
        row(model, 300, Split.VALIDATION, 0.25, 0.25, null),
        row(model, 300, Split.TEST, 0.75, 0.5, null));
  }

  /** The records of a TFRecord file; each length and each record has its masked CRC-32C. */
  static List<byte[]> records(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    List<byte[]> records = new ArrayList<>();
    while (bytes.hasRemaining()) {
      byte[] length = new byte[8];
      bytes.get(length);
      check(length, bytes.getInt());
      byte[] record =
          new byte[(int) ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong()];
      bytes.get(record);
      check(record, bytes.getInt());
      records.add(record);
    }
    return records;
  }

  private static void check(byte[] content, int masked) {
    CRC32C crc = new CRC32C();
    crc.update(content);
    int value = (int) crc.getValue();
    if ((value >>> 15 | value << 17) + 0xa282ead8 != masked) {
      throw new IllegalStateException("a checksum is wrong");
    }
  }

  /** The fields of a message of protocol buffers, as "number value"; messages as "number{...}". */
  private static String fields(byte[] message, boolean isEvent) {
    ByteBuffer in = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
    List<String> fields = new ArrayList<>();
    while (in.hasRemaining()) {
      int tag = (int) varint(in);
      int number = tag >> 3;
      switch (tag & 7) {
        case 0 -> fields.add(number + " " + varint(in));
        case 1 -> fields.add(number + " " + in.getDouble());
        case 5 -> fields.add(number + " " + in.getFloat());
        case 2 -> {
          byte[] content = new byte[(int) varint(in)];
          in.get(content);
          boolean isMessage = isEvent ? number == 5 : content.length > 0 && content[0] == 10;
          fields.add(
              isMessage
                  ? number + "{" + fields(content, false) + "}"
                  : number + " " + new String(content, UTF_8));
        }
        default -> throw new IllegalStateException("wire type " + (tag & 7));
      }
    }
    return String.join(", ", fields);
  }

  private static long varint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte next = in.get();
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
  }

  private List<String> events(String run) throws IOException {
    return records(folder.resolve(run).resolve(NAME)).stream()
        .map(record -> fields(record, true))
        .toList();
  }

  @Test
  void eachSplitIsARunOfScalars() throws IOException {
    TensorBoardFiles.write(folder.toString(), rows("m"));

    assertEquals(
        List.of(
            "1 0.0, 3 brain.Event:2",
            "1 0.125, 2 0, 5{1{1 loss, 2 2.5}}",
            "1 1.375, 2 1, 5{1{1 loss, 2 1.5}, 1{1 learning_rate, 2 0.5}}",
            "1 2.625, 2 300, 5{1{1 loss, 2 0.5}, 1{1 learning_rate, 2 0.25}}"),
        events("train"));
    assertEquals(
        List.of(
            "1 0.0, 3 brain.Event:2",
            "1 0.375, 2 0, 5{1{1 loss, 2 2.0}, 1{1 accuracy, 2 0.5}}",
            "1 1.625, 2 1, 5{1{1 loss, 2 1.0}, 1{1 accuracy, 2 0.75}}",
            "1 2.875, 2 300, 5{1{1 loss, 2 0.25}, 1{1 accuracy, 2 0.9375}}"),
        events("validation"));
    assertEquals(
        List.of(
            "1 0.0, 3 brain.Event:2",
            "1 3.375, 2 300, 5{1{1 loss, 2 0.75}, 1{1 accuracy, 2 0.8125}}"),
        events("test"));
  }

  @Test
  void theSameMetricsGiveTheSameBytesAndSeveralModelsAFolderEach() throws IOException {
    TensorBoardFiles.write(folder.resolve("one").toString(), rows("a/b"));
    List<MetricRow> two = Stream.concat(rows("a/b").stream(), rows("c").stream()).toList();
    TensorBoardFiles.write(folder.resolve("two").toString(), two);

    assertEquals(
        -1,
        Files.mismatch(
            folder.resolve("one/train").resolve(NAME),
            folder.resolve("two/a%2Fb/train").resolve(NAME)));
    assertFalse(Files.exists(folder.resolve("two/train")));
  }

  @Test
  void aChangedByteIsFoundByTheChecksum() throws IOException {
    TensorBoardFiles.write(folder.toString(), rows("m"));
    Path file = folder.resolve("train").resolve(NAME);
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 6] ^= 1;
    Files.write(file, bytes);

    assertThrows(IllegalStateException.class, () -> records(file));
  }
}
