package io.beamgrad.benchmarks;

import ai.onnxruntime.OrtException;
import com.sun.management.ThreadMXBean;
import io.beamgrad.model.Model;
import io.beamgrad.model.ModelFile;
import io.beamgrad.model.Models;
import io.beamgrad.model.Prediction;
import io.beamgrad.model.WideTable;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.tensor.Generator;
import io.beamgrad.tensor.Kernels;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.function.ToDoubleFunction;
import java.util.zip.GZIPInputStream;

/** What a prediction of one row takes in plain Java, on one thread. */
final class ModelBenchmark {
  private static final int ROWS = 10_000;
  private static final int ROUNDS = 15;
  private static final double MOST_DIFFERENCE = 1e-5;

  private ModelBenchmark() {}

  static void run(Path mnist) throws IOException {
    System.out.printf(
        "one row at a time in plain Java: %s; medians of %d rounds of %,d rows after as many to warm up%n",
        Kernels.current(), ROUNDS, ROWS);
    Table table = new Table("model", "row", "microseconds a row", "bytes a row");
    byte[][] images = images(mnist);
    float[][] floats = new float[ROWS][784];
    for (int i = 0; i < ROWS; i++) {
      for (int p = 0; p < 784; p++) {
        floats[i][p] = images[i][p] & 0xFF;
      }
    }
    Model softmax = load(Models.digits(0));
    add(table, "784-10", "byte[]", i -> softmax.predict(images[i]));
    add(table, "784-10", "float[]", i -> softmax.predict(floats[i]));
    Model mlp = load(Models.digits(128));
    add(table, "784-128-10", "byte[]", i -> mlp.predict(images[i]));

    Model mixed = load(Models.mixed());
    Object[][] rows = new Object[ROWS][];
    List<Map<String, Object>> named = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      String city = List.of("Bonn", "Köln", "Ulm", "Rome").get(i % 4);
      Object plan = i % 3 == 0 ? null : "plus";
      rows[i] = new Object[] {10.0 * i, i % 80, 7, city, plan, i % 2 == 0, new float[] {i, 1, 2}};
      Map<String, Object> row = new HashMap<>();
      for (int c = 0; c < rows[i].length; c++) {
        row.put(mixed.features().get(c), rows[i][c]);
      }
      named.add(row);
    }
    add(table, "table of 7 columns, 18-8-4-3", "Object[]", i -> mixed.predict(rows[i]));
    add(table, "table of 7 columns, 18-8-4-3", "Map", i -> mixed.predict(named.get(i)));
    table.print();
    runWide();
  }

  /** Rows of 40 columns, in turns with ONNX Runtime, which gets the model that an export writes. */
  private static void runWide() throws IOException {
    Model hashed = load(WideTable.hashed());
    Object[][] wide = rows(WideTable.hashed());
    Table table = new Table("model", "row", "microseconds a row", "bytes a row");
    add(table, "40 columns, hashed texts, a date, 32-1", "Object[]", i -> hashed.predict(wide[i]));
    table.print();
    againstOnnxRuntime();
  }

  private static void againstOnnxRuntime() throws IOException {
    ModelRecord record = WideTable.exportable();
    Object[][] rows = rows(record);
    Model model = load(record);
    Path file = Files.createTempFile("beamgrad", ".onnx");
    try (OnnxRows onnx = new OnnxRows(record, file)) {
      requireSameProbabilities(rows, model, onnx);
      double[] ours = new double[ROUNDS];
      double[] theirs = new double[ROUNDS];
      for (int round = -ROUNDS; round < ROUNDS; round++) {
        double our = micros(rows, row -> model.predict(row).probabilities()[1]);
        double their = micros(rows, onnx::probability);
        if (round >= 0) {
          ours[round] = our;
          theirs[round] = their;
        }
      }
      double[] ratios = new double[ROUNDS];
      Arrays.setAll(ratios, round -> ours[round] / theirs[round]);
      Table table = new Table("40 columns, learned texts, 32-1", "microseconds a row", "ratio");
      table.add("beamgrad, Object[]", Table.number(median(ours), 2), "");
      table.add(
          "ONNX Runtime, a tensor for each column",
          Table.number(median(theirs), 2),
          Table.number(median(ratios), 3));
      table.print();
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    } finally {
      Files.delete(file);
    }
  }

  private static void requireSameProbabilities(Object[][] rows, Model model, OnnxRows onnx) {
    for (Object[] row : rows) {
      float our = model.predict(row).probabilities()[1];
      float their = onnx.probability(row);
      if (!(Math.abs(our - their) < MOST_DIFFERENCE)) {
        throw new IllegalStateException("beamgrad says %s, ONNX Runtime %s".formatted(our, their));
      }
    }
  }

  private static double micros(Object[][] rows, ToDoubleFunction<Object[]> prediction) {
    double sum = 0;
    long start = System.nanoTime();
    for (Object[] row : rows) {
      sum += prediction.applyAsDouble(row);
    }
    double micros = (System.nanoTime() - start) / 1e3 / rows.length;
    if (Double.isNaN(sum)) {
      throw new IllegalStateException("a probability is NaN");
    }
    return micros;
  }

  private static double median(double[] values) {
    return Statistics.median(Arrays.stream(values).boxed().toList());
  }

  private static Object[][] rows(ModelRecord model) {
    Generator random = new Generator(7);
    Object[][] rows = new Object[ROWS][];
    Arrays.setAll(rows, i -> WideTable.row(model, random));
    return rows;
  }

  private static void add(
      Table table, String model, String row, IntFunction<Prediction> prediction) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    double[] micros = new double[ROUNDS];
    long bytes = 0;
    float sum = 0;
    for (int round = -ROUNDS; round < ROUNDS; round++) {
      long allocated = threads.getCurrentThreadAllocatedBytes();
      long start = System.nanoTime();
      for (int i = 0; i < ROWS; i++) {
        sum += prediction.apply(i).probability();
      }
      if (round >= 0) {
        micros[round] = (System.nanoTime() - start) / 1e3 / ROWS;
        bytes = (threads.getCurrentThreadAllocatedBytes() - allocated) / ROWS;
      }
    }
    if (Float.isNaN(sum)) {
      throw new IllegalStateException("a probability is NaN");
    }
    Arrays.sort(micros);
    table.add(model, row, Table.number(micros[ROUNDS / 2], 2), Long.toString(bytes));
  }

  private static Model load(ModelRecord record) throws IOException {
    Path file = Files.createTempFile("beamgrad", ".avro");
    try {
      ModelFile.write(file.toString(), record);
      return Model.load(file);
    } finally {
      Files.delete(file);
    }
  }

  /** The images to test with. */
  private static byte[][] images(Path mnist) throws IOException {
    try (InputStream in =
        new GZIPInputStream(Files.newInputStream(mnist.resolve("t10k-images-idx3-ubyte.gz")))) {
      in.skipNBytes(16);
      byte[][] images = new byte[ROWS][];
      for (int i = 0; i < ROWS; i++) {
        images[i] = in.readNBytes(784);
      }
      return images;
    }
  }
}
