package io.beamgrad.model;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import io.beamgrad.data.rows.ColumnLayout;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.predict.BatchPredictor;
import io.beamgrad.schema.CategoryEncoding;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnRole;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.CsvOptions;
import io.beamgrad.schema.DateEncoding;
import io.beamgrad.schema.DatePart;
import io.beamgrad.schema.DatePartEncoding;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.schema.ValueKind;
import io.beamgrad.train.Weights;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.specific.SpecificData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Thousands of model and safetensors files that somebody has changed: each is read as it should be,
 * or refused in one line, in little memory.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ModelFuzzTest {
  private static final long MOST_BYTES = 64 << 20;
  private static final int[] NUMBERS = {
    0, 1, -1, 2, 3, 255, 1 << 20, Integer.MAX_VALUE, Integer.MIN_VALUE
  };
  private static final double[] DOUBLES = {
    0, -1, 1e300, Double.NaN, Double.POSITIVE_INFINITY, Double.MIN_VALUE
  };
  private static final String[] TEXTS = {
    "", "x", "income", "image", "1.weight", "a\nb", "\u0000", "UTF-9", "\"", "x".repeat(5000)
  };

  @TempDir Path folder;
  private final Random random = new Random(7);
  private int refused;
  private int read;

  private static List<ModelRecord> models() {
    Column born =
        new Column(
            "born", ColumnType.LONGS, List.of(), ColumnRole.FEATURE, ValueKind.DATE, null, true);
    Column shop = Columns.feature("shop", ColumnType.STRINGS, List.of());
    List<DatePartEncoding> parts =
        List.of(
            new DatePartEncoding(DatePart.YEAR, 2000.0, 4.0),
            new DatePartEncoding(DatePart.MONTH, 0.0, 1.0));
    ModelRecord others =
        Models.linear(
            List.of(born, shop),
            List.of(
                new DateEncoding("born", "Europe/Berlin", parts, true),
                new CategoryEncoding(
                    "shop", List.of(), List.of(), false, 6, false, null, true, false)),
            10,
            1);
    return List.of(
        Models.images(),
        Models.mixed(),
        Models.signs(),
        ModelRecord.newBuilder(others)
            .setCsv(new CsvOptions(";", "'", true, "UTF-8", "#", null, ".", null, List.of()))
            .build());
  }

  /** Bytes change as a disk or a network does it, or by somebody who mends the checksum. */
  @Test
  void changedBytesOfAModelAreRefusedOrHarmless() throws IOException {
    List<byte[]> files = new ArrayList<>();
    for (ModelRecord model : models()) {
      files.add(bytes(model));
    }
    for (int i = 0; i < 2000; i++) {
      byte[] changed = changed(files.get(i % files.size()), files);
      predict(i % 2 == 0 ? changed : mended(changed));
    }
    assertOutcomes();
  }

  /** Whole models of which a part says something else, with all checksums right. */
  @Test
  void changedPartsOfAModelAreRefusedOrHarmless() throws IOException {
    List<ModelRecord> models = models();
    for (int i = 0; i < 2000; i++) {
      ModelRecord model =
          SpecificData.get().deepCopy(ModelRecord.SCHEMA$, models.get(i % models.size()));
      for (int times = 1 + random.nextInt(2); times > 0; times--) {
        change(model, ModelRecord.SCHEMA$);
      }
      predict(bytes(withHash(model)));
    }
    assertOutcomes();
  }

  @Test
  void changedSafetensorsAreRefusedOrHarmless() throws IOException {
    Path file = folder.resolve("w.safetensors");
    List<byte[]> files = new ArrayList<>();
    for (ModelRecord model : models()) {
      SafetensorsFile.write(file.toString(), ModelFile.parameters(model), Map.of("format", "pt"));
      files.add(Files.readAllBytes(file));
    }
    for (int i = 0; i < 2000; i++) {
      byte[] changed = changed(files.get(i % files.size()), files);
      Files.write(file, changed);
      attempt(() -> SafetensorsFile.read(file.toString()));
    }
    assertOutcomes();
  }

  private void assertOutcomes() {
    assertTrue(refused > 50 && read > 50, refused + " refused, " + read + " read");
  }

  private byte[] bytes(ModelRecord model) throws IOException {
    Path file = folder.resolve("model.avro");
    ModelFile.write(file.toString(), model);
    return Files.readAllBytes(file);
  }

  private static ModelRecord withHash(ModelRecord model) {
    try {
      return ModelRecord.newBuilder(model)
          .setWeightsSha256(Weights.sha256(ModelFile.parameters(model)))
          .build();
    } catch (IllegalArgumentException | ArithmeticException e) {
      return model; // Bytes and shape do not agree.
    }
  }

  private static byte[] mended(byte[] changed) {
    try {
      return ModelBytes.withChecksum(changed);
    } catch (IOException | RuntimeException e) {
      return changed; // It is too broken to be mended.
    }
  }

  private byte[] changed(byte[] file, List<byte[]> others) {
    byte[] changed = file.clone();
    // The record is at the end; most of the rest is the schema.
    int last = random.nextInt(4) == 0 ? changed.length : Math.min(1000, changed.length);
    int at = changed.length - 1 - random.nextInt(last);
    switch (random.nextInt(6)) {
      case 0 -> changed[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> changed[at] = (byte) random.nextInt(256);
      case 2 -> {
        byte[] huge = {(byte) 0xfe, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x0f};
        System.arraycopy(huge, 0, changed, at, Math.min(huge.length, changed.length - at));
      }
      case 3 -> changed = Arrays.copyOf(changed, at);
      case 4 -> { // a piece is left out
        int end = Math.min(changed.length, at + random.nextInt(20));
        byte[] shorter = Arrays.copyOf(changed, changed.length - end + at);
        System.arraycopy(changed, end, shorter, at, changed.length - end);
        changed = shorter;
      }
      default -> { // a piece of another file is in its place
        byte[] other = others.get(random.nextInt(others.size()));
        int length = Math.min(random.nextInt(200), changed.length - at);
        int from = random.nextInt(other.length);
        System.arraycopy(other, from, changed, at, Math.min(length, other.length - from));
      }
    }
    return changed;
  }

  private void change(IndexedRecord inRecord, Schema schema) {
    int field = random.nextInt(schema.getFields().size());
    Schema type = schema.getFields().get(field).schema();
    inRecord.put(field, changed(inRecord.get(field), type));
  }

  /** Something else of the type, or the value with a change somewhere in it. */
  private Object changed(Object value, Schema type) {
    return switch (type.getType()) {
      case RECORD -> {
        if (!type.getFields().isEmpty()) {
          change((IndexedRecord) value, type);
        }
        yield value;
      }
      case UNION -> {
        boolean toNull = type.getTypes().get(0).getType() == Schema.Type.NULL;
        if (value == null || (toNull && random.nextInt(4) == 0)) {
          yield null;
        }
        yield changed(value, type.getTypes().get(SpecificData.get().resolveUnion(type, value)));
      }
      case ARRAY -> changedList((List<?>) value, type.getElementType());
      case INT -> NUMBERS[random.nextInt(NUMBERS.length)];
      case LONG -> (long) NUMBERS[random.nextInt(NUMBERS.length)];
      case DOUBLE -> DOUBLES[random.nextInt(DOUBLES.length)];
      case FLOAT -> (float) DOUBLES[random.nextInt(DOUBLES.length)];
      case BOOLEAN -> !(boolean) value;
      case STRING -> TEXTS[random.nextInt(TEXTS.length)];
      case BYTES -> ByteBuffer.wrap(new byte[random.nextInt(64)]);
      case ENUM -> {
        Object[] constants = value.getClass().getEnumConstants();
        yield constants[random.nextInt(constants.length)];
      }
      default -> value;
    };
  }

  private List<Object> changedList(List<?> list, Schema elements) {
    List<Object> changed = new ArrayList<>(list);
    int at = list.isEmpty() ? 0 : random.nextInt(list.size());
    switch (list.isEmpty() ? 5 : random.nextInt(8)) {
      case 0 -> changed.remove(at);
      case 1 -> changed.add(changed.get(at));
      case 2 -> Collections.shuffle(changed, random);
      case 3 -> changed.clear();
      case 4 -> changed.addAll(Collections.nCopies(300, changed.get(at)));
      default -> {
        if (!changed.isEmpty()) {
          changed.set(at, changed(changed.get(at), elements));
        }
      }
    }
    return changed;
  }

  /** Loads a model and predicts a row of what it says that it takes. */
  private void predict(byte[] file) {
    attempt(
        () -> {
          Model model = Model.of("m.avro", file);
          ModelRecord record = ModelFile.parse("m.avro", ByteBuffer.wrap(file));
          List<Column> features = Columns.features(record.getColumns());
          Object[] row = features.stream().map(ModelFuzzTest::value).toArray();
          model.predict(row);
          new BatchPredictor("m.avro", record, (records, outputs) -> {}).flush();
        });
  }

  private static Object value(Column column) {
    return switch (column.getType()) {
      case BYTES -> new byte[ColumnLayout.valuesPerRow(column)];
      case FLOATS -> column.getShape().isEmpty() ? 1 : new float[column.getShape().get(0)];
      case LONGS -> "2026-11-23";
      case STRINGS -> "Ulm";
    };
  }

  private void attempt(Runnable reading) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    try {
      reading.run();
      read++;
    } catch (BrokenFileException | IllegalArgumentException e) {
      // The latter of a row that does not suit a column, such as a date of another pattern.
      refused++;
      assertFalse(e.getMessage().contains("\n"), e.getMessage());
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
      fail(e);
    }
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertTrue(allocated < MOST_BYTES, allocated + " bytes");
  }
}
