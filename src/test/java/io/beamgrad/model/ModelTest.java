package io.beamgrad.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.rows.Rows;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.failure.MissingDataException;
import io.beamgrad.predict.BatchPredictor;
import io.beamgrad.predict.RowPredictor;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.schema.Reject;
import io.beamgrad.tensor.Generator;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelTest {
  @TempDir Path folder;

  @Test
  void numbersComeByColumn() throws IOException {
    Model model = load(Models.crops());

    assertEquals("crops", model.name());
    assertEquals(List.of("temp", "rainfall", "humidity"), model.features());
    assertEquals(List.of("apples", "oranges"), model.targets());
    assertEquals(List.of(), model.labels());
    float[] expected = {25.224998f, 24.3f};
    assertArrayEquals(expected, model.predict(73, "67", 43.0).values());
    assertArrayEquals(expected, model.predict(new float[] {73, 67, 43}).values());
    Map<String, Object> row = new HashMap<>(Map.of("temp", 73, "rainfall", 67L, "humidity", 43f));
    row.put("farm", "north");
    assertArrayEquals(expected, model.predict(row).values());
    assertEquals("[apples, oranges] [25.224998, 24.3]", model.predict(row).toString());
  }

  @Test
  void classesComeWithProbabilities() throws IOException {
    Model model = load(Models.signs());

    Prediction prediction = model.predict(3, 1);

    assertEquals("yes", prediction.label());
    assertEquals(0.880797f, prediction.probability(), 1e-6f);
    assertEquals(List.of("no", "yes"), model.labels());
    assertEquals(1, prediction.probabilities()[0] + prediction.probabilities()[1], 1e-6f);
    assertEquals("no", model.predict(1, 3).label());
  }

  /** The bits of the batches that the command runs. */
  @Test
  void imagesAreWhatPredictSaysOfThemAsBytesAndAsFloats() throws IOException {
    Model model = load(Models.digits());
    List<Object[]> rows = new ArrayList<>();
    Generator random = new Generator(3);
    for (int i = 0; i < 50; i++) {
      byte[] image = new byte[784];
      for (int p = 0; p < image.length; p++) {
        image[p] = random.nextFloat() < 0.7f ? 0 : (byte) (256 * random.nextFloat());
      }
      rows.add(new Object[] {image});
    }
    List<float[]> expected = probabilities(Models.digits(), rows);

    for (int i = 0; i < rows.size(); i++) {
      byte[] image = (byte[]) rows.get(i)[0];
      float[] floats = new float[784];
      for (int p = 0; p < image.length; p++) {
        floats[p] = image[p] & 0xFF;
      }
      assertArrayEquals(expected.get(i), model.predict(image).probabilities());
      assertArrayEquals(expected.get(i), model.predict(floats).probabilities());
      assertArrayEquals(expected.get(i), model.predict(Map.of("image", image)).probabilities());
      assertArrayEquals(expected.get(i), model.predict(rows.get(i)).probabilities());
    }
  }

  @Test
  void aMixedRowIsWhatPredictSaysOfIt() throws IOException {
    Model model = load(Models.mixed());
    float nan = Float.NaN;
    List<Object[]> raw =
        List.of(
            new Object[] {
              new float[] {1e5f},
              new float[] {40},
              new float[] {7},
              "Köln",
              "pro",
              new float[] {1},
              new float[] {1, 2, 3}
            },
            new Object[] {
              new float[] {nan},
              new float[] {18},
              new float[] {8},
              null,
              null,
              new float[] {nan},
              new float[] {-1, 0, 0.5f}
            },
            new Object[] {
              new float[] {12.5f},
              new float[] {78},
              new float[] {7},
              "Ulm",
              "gold",
              new float[] {0},
              new float[] {0, 0, 0}
            });
    List<float[]> expected = probabilities(Models.mixed(), raw);

    Object[][] rows = {
      {100_000, 40L, 7, "Köln", "pro", true, List.of(1, 2, 3)},
      {null, "18", 8.0, null, "", null, new float[] {-1, 0, 0.5f}},
      {"12.5", 78f, 7, "Ulm", "gold", "no", "[0, 0, 0]"}
    };
    for (int i = 0; i < rows.length; i++) {
      assertArrayEquals(expected.get(i), model.predict(rows[i]).probabilities());
    }
  }

  /** Missing, unseen and out of range values, numbers as texts, and texts that are no UTF-8. */
  @Test
  void anAwkwardRowIsWhatAPipelineSaysOfIt() throws IOException {
    List<Object> awkward = new ArrayList<>();
    awkward.add(null);
    for (Object value :
        List.of(
            "",
            " ",
            "NA",
            "unseen",
            "k0x9e3779b9",
            "\uD800",
            "a\uDC00b",
            "\uD83D\uDE00",
            "köln",
            "?",
            "7",
            "7.0",
            7,
            7.0,
            -0.0,
            1e300,
            1e-300,
            -5,
            1023,
            1024,
            0.5,
            Long.MAX_VALUE,
            true,
            "yes",
            "2024-02-29",
            LocalDate.of(1900, 3, 1),
            "1e3",
            Float.NaN,
            "x".repeat(100))) {
      awkward.add(value);
    }
    for (ModelRecord record : List.of(WideTable.exportable(), WideTable.hashed())) {
      Model model = load(record);
      String file = folder.resolve(record.getName() + ".avro").toString();
      Generator random = new Generator(11);
      int predicted = 0;
      for (int i = 0; i < 600; i++) {
        Object[] row = WideTable.row(record, random);
        for (int changed = 0; changed < 3; changed++) {
          int column = (int) (row.length * random.nextFloat());
          row[column] = awkward.get((int) (awkward.size() * random.nextFloat()));
        }
        predicted += assertAsInPipeline(file, model, row) ? 1 : 0;
      }
      assertTrue(predicted > 100 && predicted < 600, predicted + " of 600 rows are predicted");
    }
  }

  /** Compares to the bit, and a refusal to the letter; true where the row is predicted. */
  private static boolean assertAsInPipeline(String file, Model model, Object[] row) {
    Map<String, Object> named = new HashMap<>();
    for (int i = 0; i < row.length; i++) {
      named.put(model.features().get(i), row[i]);
    }
    List<io.beamgrad.schema.Prediction> batch = new ArrayList<>();
    RowPredictor predictor = RowPredictor.of(file, null, (place, one) -> batch.add(one));
    Reject reject = predictor.add("id", named::get);
    predictor.flush();
    if (reject != null) {
      String reason =
          "%s: column %s: %s".formatted(model.name(), reject.getColumn(), reject.getReason());
      assertRefused(reason, () -> model.predict(row));
      assertRefused(reason, () -> model.predict(named));
      return false;
    }
    Map<String, Float> expected = batch.get(0).getProbabilities();
    for (Prediction single : List.of(model.predict(row), model.predict(named))) {
      assertEquals(batch.get(0).getLabel(), single.label());
      for (int i = 0; i < single.probabilities().length; i++) {
        assertEquals(
            Float.floatToRawIntBits(expected.get(model.labels().get(i))),
            Float.floatToRawIntBits(single.probabilities()[i]),
            () -> Arrays.toString(row));
      }
    }
    return true;
  }

  private List<float[]> probabilities(ModelRecord record, List<Object[]> rows) {
    List<float[]> all = new ArrayList<>();
    BatchPredictor predictor =
        new BatchPredictor(
            "model",
            record,
            (records, outputs) -> {
              float[] softmax = outputs.softmax(1).data();
              int width = outputs.size(1);
              for (int i = 0; i < outputs.size(0); i++) {
                all.add(Arrays.copyOfRange(softmax, i * width, (i + 1) * width));
              }
            });
    for (int i = 0; i < rows.size(); i++) {
      predictor.add(i, Rows.block(Columns.features(record.getColumns()), rows.get(i)));
    }
    predictor.flush();
    return all;
  }

  @Test
  void whatTheColumnsDoNotTakeIsSaid() throws IOException {
    Model crops = load(Models.crops());
    assertRefused("crops: expected 3 values, found 2", () -> crops.predict(1, 2));
    assertRefused(
        "crops: column temp: expected a number, found 'hot'", () -> crops.predict("hot", 2, 3));
    assertRefused(
        "crops: column rainfall: value is missing",
        () -> crops.predict(Map.of("temp", 1, "humidity", 1)));
    assertRefused("crops: it takes no images of bytes", () -> crops.predict(new byte[3]));
    assertRefused("crops: expected 3 numbers, found 4", () -> crops.predict(new float[4]));
    assertRefused(
        "crops: column humidity: number 2 is NaN",
        () -> crops.predict(new float[] {1, 2, Float.NaN}));

    Model digits = load(Models.digits());
    assertRefused("digits: expected 784 numbers, found 783", () -> digits.predict(new byte[783]));
    assertRefused(
        "digits: column image: expected byte[] or float[]", () -> digits.predict("image.png"));
    assertRefused(
        "digits: column image: expected byte[] or float[]", () -> digits.predict(Map.of()));

    Model mixed = load(Models.mixed());
    assertRefused("mixed: it does not take numbers alone", () -> mixed.predict(new float[9]));
  }

  private static void assertRefused(String message, Supplier<Prediction> prediction) {
    assertEquals(
        message, assertThrows(IllegalArgumentException.class, prediction::get).getMessage());
  }

  @Test
  void aRowAfterARefusedOneIsPredictedAsAnyOther() throws IOException {
    Model model = load(Models.crops());
    assertRefused(
        "crops: column temp: expected a number, found 'hot'", () -> model.predict("hot", 2, 3));

    assertArrayEquals(new float[] {25.224998f, 24.3f}, model.predict(73, 67, 43).values());
  }

  @Test
  void aPredictionOfNumbersHasNoLabelAndOneOfClassesNoValues() throws IOException {
    Prediction numbers = load(Models.crops()).predict(1, 2, 3);
    assertEquals(
        "a prediction of numbers has values, no label",
        assertThrows(IllegalStateException.class, numbers::label).getMessage());

    Prediction classes = load(Models.signs()).predict(1, 2);
    assertEquals(
        "a prediction of a class has probabilities, no values",
        assertThrows(IllegalStateException.class, classes::values).getMessage());
  }

  @Test
  void aMissingOrBrokenFileIsNamed() throws IOException {
    Path file = folder.resolve("none.avro");
    assertEquals(
        file + ": no such file",
        assertThrows(MissingDataException.class, () -> Model.load(file)).getMessage());

    Files.writeString(file, "hello");
    assertEquals(
        file + ": not a whole Avro file of ModelRecord: it does not begin as an Avro file does",
        assertThrows(BrokenFileException.class, () -> Model.load(file)).getMessage());
  }

  @Test
  void manyThreadsAtOnceGetTheBitsOfOne() throws Exception {
    Model model = load(Models.mixed());
    Object[][] rows = new Object[64][];
    float[][] expected = new float[rows.length][];
    for (int i = 0; i < rows.length; i++) {
      String city = List.of("Bonn", "Ulm", "Rome").get(i % 3);
      rows[i] =
          new Object[] {1000 * i, i, 7, city, i % 2 == 0 ? null : "plus", true, List.of(i, 0, 1)};
      expected[i] = model.predict(rows[i]).probabilities();
    }
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      Callable<Void> all =
          () -> {
            for (int i = 0; i < 20 * rows.length; i++) {
              int row = i % rows.length;
              assertArrayEquals(expected[row], model.predict(rows[row]).probabilities());
            }
            return null;
          };
      for (Future<Void> done : threads.invokeAll(List.of(all, all, all, all))) {
        done.get();
      }
    } finally {
      threads.shutdown();
    }
  }

  /** By the JVM's own count: a prediction is an object of 24 bytes and its probabilities. */
  @Test
  void aPredictionAllocatesNothingButItself() throws IOException {
    Model digits = load(Models.digits());
    byte[] image = new byte[784];
    Arrays.fill(image, 300, 500, (byte) 200);
    assertAllocates(24 + 16 + 4 * 10, () -> digits.predict(image));

    Model mixed = load(Models.mixed());
    Object[] row = {12.5, 40L, 7f, "Köln", "pro", true, new float[] {1, 2, 3}};
    assertAllocates(24 + 16 + 4 * 3 + 4, () -> mixed.predict(row));
    Map<String, Object> named = new HashMap<>();
    for (int i = 0; i < row.length; i++) {
      named.put(mixed.features().get(i), row[i]);
    }
    assertAllocates(24 + 16 + 4 * 3 + 4, () -> mixed.predict(named));

    Model learned = load(WideTable.exportable());
    Object[] wide = WideTable.row(WideTable.exportable(), new Generator(5));
    assertAllocates(24 + 16 + 4 * 2, () -> learned.predict(wide));
  }

  private static void assertAllocates(long bytes, Supplier<Prediction> prediction) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    int count = 1000;
    long least = Long.MAX_VALUE;
    for (int round = 0; round < 400 && least > count * bytes; round++) {
      // Compiled or not, the JIT decides when; vectors that are interpreted are objects.
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < count; i++) {
        last = prediction.get();
      }
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    assertEquals(count * bytes, least, "bytes of %s predictions".formatted(count));
  }

  @SuppressWarnings("unused") // written so that no prediction is optimised away
  private static volatile Prediction last;

  private Model load(ModelRecord record) throws IOException {
    Path file = folder.resolve(record.getName() + ".avro");
    ModelFile.write(file.toString(), record);
    return Model.of("model", Files.readAllBytes(file));
  }
}
