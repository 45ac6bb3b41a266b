package io.beamgrad.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnxruntime.OrtException;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.model.Model;
import io.beamgrad.model.ModelFile;
import io.beamgrad.model.Models;
import io.beamgrad.model.Prediction;
import io.beamgrad.schema.BinaryCrossEntropy;
import io.beamgrad.schema.BooleanEncoding;
import io.beamgrad.schema.CategoryEncoding;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnRole;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.CrossEntropy;
import io.beamgrad.schema.DateEncoding;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.schema.NumberEncoding;
import io.beamgrad.schema.TargetEncoding;
import io.beamgrad.schema.TargetScale;
import io.beamgrad.schema.ValueKind;
import io.beamgrad.tensor.Generator;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Exported models in ONNX Runtime, against {@link Model}. */
class OnnxFileTest {
  private static final float CLOSE = 1e-6f;

  @TempDir Path folder;

  @Test
  void imagesOfBytesBecomeLabelsAndProbabilities() throws IOException, OrtException {
    int rows = 20;
    byte[] images = new byte[rows * 784];
    Generator random = new Generator(1);
    for (int i = 0; i < images.length; i++) {
      images[i] = random.nextFloat() < 0.7f ? 0 : (byte) (256 * random.nextFloat());
    }
    Model model = load(Models.digits());

    assertEquals(
        List.of(
            "opset   17, and 3 of ai.onnx.ml",
            "input   image  uint8 [batch, 28, 28]",
            "output  label  string [batch]",
            "output  probabilities  float [batch, 10]"),
        write(Models.digits()));
    Map<String, Object> outputs;
    try (OnnxSession session = new OnnxSession(file())) {
      outputs = session.put("image", images, rows, 28, 28).run();
      assertEquals("digits", session.metadata().get("name"));
    }

    for (int i = 0; i < rows; i++) {
      byte[] image = new byte[784];
      System.arraycopy(images, i * 784, image, 0, 784);
      assertRow(model.predict(image), outputs, i);
    }
  }

  private static void assertRow(Prediction expected, Map<String, Object> outputs, int row) {
    assertEquals(expected.label(), ((String[]) outputs.get("label"))[row]);
    float[] found = ((float[][]) outputs.get("probabilities"))[row];
    assertArrayEquals(expected.probabilities(), found, CLOSE);
  }

  /** Clipped, logarithms, holes and their indicators, pooled, unknown and missing categories. */
  @Test
  void aTableOfAllKindsHasAnInputForEachColumn() throws IOException, OrtException {
    float nan = Float.NaN;
    float[] income = {1e5f, nan, 12.5f, -3, 0, 1e-30f};
    float[] age = {40, 18, 78, 30, 50, 20};
    float[] constant = {7, 8, 7, 7, 7, 7};
    String[] city = {"Köln", "", "Ulm", "Bonn", "Rome", "köln"};
    String[] plan = {"pro", "", "gold", "basic", "plus", "pro"};
    float[] member = {1, nan, 0, 0, 1, nan};
    float[] vector = {1, 2, 3, -1, 0, .5f, 0, 0, 0, 5, 5, 5, 1, 0, -1, 9, 8, 7};

    assertEquals(
        List.of(
            "opset   17, and 3 of ai.onnx.ml",
            "input   income  float [batch, 1]",
            "input   age  float [batch, 1]",
            "input   constant  float [batch, 1]",
            "input   city  string [batch, 1]",
            "input   plan  string [batch, 1]",
            "input   member  float [batch, 1]",
            "input   vector  float [batch, 3]",
            "output  label  string [batch]",
            "output  probabilities  float [batch, 3]"),
        write(Models.mixed()));
    Map<String, Object> outputs;
    try (OnnxSession session = new OnnxSession(file())) {
      outputs =
          session
              .put("income", 1, income)
              .put("age", 1, age)
              .put("constant", 1, constant)
              .put("city", city)
              .put("plan", plan)
              .put("member", 1, member)
              .put("vector", 3, vector)
              .run();
    }

    Model model = load(Models.mixed());
    for (int i = 0; i < income.length; i++) {
      Object[] row = {
        income[i],
        age[i],
        constant[i],
        city[i],
        plan[i],
        Float.isNaN(member[i]) ? null : member[i] == 1,
        List.of(vector[3 * i], vector[3 * i + 1], vector[3 * i + 2])
      };
      assertRow(model.predict(row), outputs, i);
    }
  }

  @Test
  void numbersHaveAnOutputForEachTarget() throws IOException, OrtException {
    write(Models.crops());

    try (OnnxSession session = new OnnxSession(file())) {
      Map<String, Object> outputs =
          session
              .put("temp", 1, 73, 91)
              .put("rainfall", 1, 67, 88)
              .put("humidity", 1, 43, 64)
              .run();
      assertEquals(List.of("apples", "oranges"), List.copyOf(outputs.keySet()));
      assertEquals(25.225f, ((float[][]) outputs.get("apples"))[0][0], 1e-5f);
      assertEquals(36.3f, ((float[][]) outputs.get("oranges"))[1][0], 1e-5f);
    }
  }

  /** An output below its bound, one above it, and logarithms of both signs. */
  @ParameterizedTest
  @EnumSource(TargetScale.class)
  void scaledTargetsComeInTheirUnit(TargetScale scale) throws IOException, OrtException {
    float[] temp = {73, 91, -9, 0, 400, 2};
    float[] rainfall = {67, 88, 3, 0, 400, 2};
    float[] humidity = {43, 64, 1, 0, -400, 4};
    boolean isLog = scale == TargetScale.LOG;
    ModelRecord record =
        ModelFile.versioned(
            ModelRecord.newBuilder(Models.crops())
                .setTargets(
                    List.of(
                        new TargetEncoding(
                            "apples", scale, isLog ? 3.0 : 1e6, isLog ? 0.125 : 5e4, -9.0, 2e6),
                        new TargetEncoding("oranges", scale, -0.75, 0.0625, null, null))));
    write(record);
    Model model = load(record);
    try (OnnxSession session = new OnnxSession(file())) {
      Map<String, Object> outputs =
          session
              .put("temp", 1, temp)
              .put("rainfall", 1, rainfall)
              .put("humidity", 1, humidity)
              .run();
      for (int row = 0; row < temp.length; row++) {
        float[] expected = model.predict(temp[row], rainfall[row], humidity[row]).values();
        float apples = ((float[][]) outputs.get("apples"))[row][0];
        float oranges = ((float[][]) outputs.get("oranges"))[row][0];
        assertEquals(expected[0], apples, Math.abs(expected[0]) * 1e-5f + 1e-6f);
        assertEquals(expected[1], oranges, Math.abs(expected[1]) * 1e-5f + 1e-6f);
        assertTrue(apples >= -9 && apples <= 2e6);
      }
    }
  }

  @Test
  void twoClassesOfOneOutputHaveBothProbabilities() throws IOException, OrtException {
    write(Models.signs());
    Model model = load(Models.signs());

    try (OnnxSession session = new OnnxSession(file())) {
      Map<String, Object> outputs = session.put("x", 1, 3, 1, 2).put("y", 1, 1, 3, 2).run();
      assertRow(model.predict(3, 1), outputs, 0);
      assertRow(model.predict(1, 3), outputs, 1);
      assertRow(model.predict(2, 2), outputs, 2);
    }
  }

  private static ModelRecord ensemble(ModelRecord model) {
    return Models.ensemble(
        Models.drawnAnew(model, 1), Models.drawnAnew(model, 2), Models.drawnAnew(model, 3));
  }

  @Test
  void anEnsembleIsOneGraph() throws IOException, OrtException {
    ModelRecord two = ensemble(Models.signs());
    write(two);
    float[] x = {1.5f, -2, 0, 3, 0.1f};
    float[] y = {-1, 1, 0.5f, 3, -0.1f};
    Map<String, Object> outputs;
    try (OnnxSession session = new OnnxSession(file())) {
      outputs = session.put("x", 1, x).put("y", 1, y).run();
    }
    for (int i = 0; i < x.length; i++) {
      assertRow(load(two).predict(x[i], y[i]), outputs, i);
    }

    ModelRecord many = ensemble(Models.digits());
    write(many);
    byte[] images = new byte[6 * 784];
    for (int i = 0; i < images.length; i++) {
      images[i] = (byte) (i * i % 251 < 50 ? i * 31 : 0);
    }
    try (OnnxSession session = new OnnxSession(file())) {
      outputs = session.put("image", images, 6, 28, 28).run();
    }
    for (int i = 0; i < 6; i++) {
      byte[] image = new byte[784];
      System.arraycopy(images, i * 784, image, 0, 784);
      assertRow(load(many).predict(image), outputs, i);
    }

    ModelRecord numbers = ensemble(Models.crops());
    write(numbers);
    try (OnnxSession session = new OnnxSession(file())) {
      outputs = session.put("temp", 1, x).put("rainfall", 1, y).put("humidity", 1, x).run();
    }
    for (int i = 0; i < x.length; i++) {
      float[] values = load(numbers).predict(x[i], y[i], x[i]).values();
      assertEquals(values[0], ((float[][]) outputs.get("apples"))[i][0], CLOSE);
      assertEquals(values[1], ((float[][]) outputs.get("oranges"))[i][0], CLOSE);
    }
  }

  @Test
  void logitsOfACalibratedModelAreDividedByItsTemperature() throws IOException, OrtException {
    float[] x = {1.5f, -2, 0, 3, 0.1f};
    float[] y = {-1, 1, 0.5f, 3, -0.1f};
    for (ModelRecord plain : List.of(Models.signs(), ensemble(Models.signs()))) {
      ModelRecord two = Models.calibrated(plain, 2.5f);
      write(two);
      try (OnnxSession session = new OnnxSession(file())) {
        Map<String, Object> outputs = session.put("x", 1, x).put("y", 1, y).run();
        for (int i = 0; i < x.length; i++) {
          assertRow(load(two).predict(x[i], y[i]), outputs, i);
          assertEquals(
              load(plain).predict(x[i], y[i]).label(), load(two).predict(x[i], y[i]).label());
        }
      }
      assertTrue(
          OnnxFile.limits(two).contains("intervals and sets of classes of a level are not in it"));
    }
    byte[] image = new byte[784];
    for (int i = 0; i < image.length; i++) {
      image[i] = (byte) (i * i % 251 < 50 ? i * 31 : 0);
    }
    for (ModelRecord plain : List.of(Models.digits(), ensemble(Models.digits()))) {
      ModelRecord many = Models.calibrated(plain, 0.5f);
      write(many);
      try (OnnxSession session = new OnnxSession(file())) {
        assertRow(load(many).predict(image), session.put("image", image, 1, 28, 28).run(), 0);
      }
      double sure = load(plain).predict(image).probability();
      assertTrue(load(many).predict(image).probability() > sure, "half the temperature");
    }
  }

  /** Tiny and huge numbers, a boolean that is never missing, texts that nothing is known of. */
  @Test
  void encodingsAreAsExactAsOurs() throws IOException, OrtException {
    List<Column> columns =
        List.of(
            column("x", ColumnType.FLOATS, ValueKind.NUMBER),
            column("huge", ColumnType.FLOATS, ValueKind.NUMBER),
            column("flag", ColumnType.FLOATS, ValueKind.BOOLEAN),
            column("text", ColumnType.STRINGS, ValueKind.TEXT));
    List<Object> encodings =
        List.of(
            new NumberEncoding(
                "x", null, null, true, List.of(0.0), List.of(1e-20), null, true, null, null),
            new NumberEncoding(
                "huge", null, 3e38, false, List.of(-3e38), List.of(1e38), null, false, null, null),
            new BooleanEncoding("flag", null, true),
            new CategoryEncoding("text", List.of(), List.of(), false, 0, false, null, true, false));
    ModelRecord model = Models.linear(columns, encodings, 6, 2);
    write(model);
    float[] x = {1e-20f, -3e-20f, 1e-10f, 2e20f, -7};
    float[] huge = {3e38f, 3.4e38f, -3e38f, 0, 1};

    try (OnnxSession session = new OnnxSession(file())) {
      Map<String, Object> outputs =
          session
              .put("x", 1, x)
              .put("huge", 1, huge)
              .put("flag", true, false, true, false, true)
              .put("text", "a", "b", "c", "d", "e")
              .run();
      for (int i = 0; i < x.length; i++) {
        Prediction ours = load(model).predict(x[i], huge[i], i % 2 == 0, "a");
        for (int target = 0; target < 2; target++) {
          float expected = ours.values()[target];
          float found = ((float[][]) outputs.get("y" + target))[i][0];
          assertEquals(expected, found, Math.abs(expected) * CLOSE + CLOSE, "row " + i);
        }
      }
    }
  }

  @Test
  void anImageThatIsClippedSmoothlyIsAsExactAsOurs() throws IOException, OrtException {
    ModelRecord model =
        ModelFile.versioned(
            ModelRecord.newBuilder(Models.images())
                .setEncodings(
                    List.of(
                        new NumberEncoding(
                            "image",
                            null,
                            null,
                            false,
                            List.of(15.0),
                            List.of(72.5),
                            null,
                            false,
                            null,
                            3.0))));
    write(model);
    byte[] images = {0, 1, 15, 16, (byte) 200, (byte) 255, (byte) 255, 14, 9, 100, 15, 0};
    try (OnnxSession session = new OnnxSession(file())) {
      Map<String, Object> outputs = session.put("image", images, 2, 3, 2).run();
      assertRow(load(model).predict(Arrays.copyOf(images, 6)), outputs, 0);
      assertRow(load(model).predict(Arrays.copyOfRange(images, 6, 12)), outputs, 1);
    }
  }

  /** Smooth clips, texts that are zeros, and signs. */
  @Test
  void robustNumbersZerosAndSignsAreAsExactAsOurs() throws IOException, OrtException {
    String[] city = {"0", "1", "nowhere", "2.0", "", "3", "1"};
    String[] sex = {"f", "m", "x", "m", "f", "m", "f"};
    String[] hole = {"a", "", "b", "", "a", "", "b"};
    float[] x = {0, 1, -4, 9, 1e9f, -1e9f, 3e38f};
    double[] ms = {1767e9, 1767e9 + 1, 1767e9 - 5, 0, -3e38, 3e38, 1767e9 + 7};
    for (int cities : new int[] {4, 300}) {
      List<Column> columns =
          List.of(
              named("x", false, ValueKind.NUMBER),
              named("ms", false, ValueKind.NUMBER),
              named("city", true, ValueKind.TEXT),
              named("sex", false, ValueKind.TEXT),
              named("hole", true, ValueKind.TEXT));
      List<String> known = IntStream.range(0, cities).mapToObj(Integer::toString).sorted().toList();
      List<Object> encodings =
          List.of(
              new NumberEncoding(
                  "x", null, 1e30, false, List.of(0.5), List.of(3.0), null, false, null, 3.0),
              new NumberEncoding(
                  "ms",
                  null,
                  null,
                  false,
                  List.of(1767e9),
                  List.of(3.0),
                  null,
                  false,
                  List.of(0.0),
                  3.0),
              new CategoryEncoding("city", known, List.of(), false, 0, false, null, false, false),
              new CategoryEncoding(
                  "sex", List.of("f", "m"), List.of(), false, 0, false, null, false, true),
              new CategoryEncoding(
                  "hole", List.of("a"), List.of(), false, 0, true, null, false, true));
      ModelRecord model = Models.linear(columns, encodings, 4 + cities, 2);
      write(model);
      try (OnnxSession session = new OnnxSession(file())) {
        Map<String, Object> outputs =
            session
                .put("x", 1, x)
                .put("ms", 1, ms)
                .put("city", city)
                .put("sex", sex)
                .put("hole", hole)
                .run();
        for (int i = 0; i < x.length; i++) {
          Prediction ours = load(model).predict(x[i], ms[i], city[i], sex[i], hole[i]);
          for (int target = 0; target < 2; target++) {
            float found = ((float[][]) outputs.get("y" + target))[i][0];
            assertEquals(ours.values()[target], found, CLOSE, "row " + i);
          }
        }
      }
    }
  }

  private static Column named(String name, boolean isNullable, ValueKind kind) {
    return new Column(
        name,
        kind == ValueKind.TEXT ? ColumnType.STRINGS : ColumnType.FLOATS,
        List.of(),
        ColumnRole.FEATURE,
        kind,
        null,
        isNullable);
  }

  private static final List<Column> REJECTING =
      List.of(
          named("x", false, ValueKind.NUMBER),
          named("hole", true, ValueKind.NUMBER),
          named("city", false, ValueKind.TEXT),
          named("flag", true, ValueKind.BOOLEAN));

  private static List<Object> rejectingEncodings(int cities) {
    return List.of(
        new NumberEncoding(
            "x", null, null, false, List.of(1.0), List.of(2.0), null, false, null, null),
        new NumberEncoding(
            "hole", -5.0, 5.0, true, List.of(1.0), List.of(2.0), 3.0, true, null, null),
        new CategoryEncoding(
            "city",
            IntStream.range(0, cities).mapToObj(Integer::toString).sorted().toList(),
            List.of(),
            false,
            0,
            false,
            null,
            true,
            false),
        new BooleanEncoding("flag", true, true));
  }

  /** A model of these features and the layers, loss and labels of another one of two numbers. */
  private static ModelRecord rejecting(String kind, int cities) {
    int inputs = 1 + 2 + cities + 1 + 2;
    ModelRecord numbers =
        Models.linear(REJECTING, rejectingEncodings(cities), inputs, kind.equals("binary") ? 1 : 3);
    if (kind.equals("numbers")) {
      return numbers;
    }
    List<Column> columns = new ArrayList<>(REJECTING);
    columns.add(
        new Column(
            "class",
            ColumnType.STRINGS,
            List.of(),
            ColumnRole.TARGET,
            ValueKind.TEXT,
            null,
            false));
    boolean isBinary = kind.equals("binary");
    return ModelRecord.newBuilder(numbers)
        .setColumns(columns)
        .setLabels(isBinary ? List.of("no", "yes") : List.of("a", "b", "c"))
        .setLoss(isBinary ? new BinaryCrossEntropy() : new CrossEntropy(0.0, List.of()))
        .build();
  }

  private static float[][] scores(Map<String, Object> outputs) {
    if (outputs.containsKey("probabilities")) {
      return (float[][]) outputs.get("probabilities");
    }
    int rows = ((float[][]) outputs.get("y0")).length;
    float[][] scores = new float[rows][outputs.size()];
    for (int row = 0; row < rows; row++) {
      for (int target = 0; target < outputs.size(); target++) {
        scores[row][target] = ((float[][]) outputs.get("y" + target))[row][0];
      }
    }
    return scores;
  }

  /** The rows that {@link Model} rejects, among those that it does not. */
  @ParameterizedTest
  @CsvSource({"numbers, 3", "binary, 3", "classes, 3", "classes, 300"})
  void whatPredictRejectsLooksLikeNoPrediction(String kind, int cities)
      throws IOException, OrtException {
    float nan = Float.NaN;
    float infinite = Float.POSITIVE_INFINITY;
    float[] x = {1, nan, 2, infinite, -1, -infinite, 3, 4, 0, 5, 6};
    float[] hole = {nan, 1, 2, 3, infinite, 4, nan, -9, 5, 6, 1};
    String[] city = {"0", "1", "", "2", "0", "1", "2.0", "nowhere", "1", "2.00", "NA"};
    float[] flag = {1, 0, 1, nan, 1, 0, nan, 0, 0.5f, 1, 1};
    write(rejecting(kind, cities));
    Model model = load(rejecting(kind, cities));

    Map<String, Object> outputs;
    try (OnnxSession session = new OnnxSession(file())) {
      outputs =
          session.put("x", 1, x).put("hole", 1, hole).put("city", city).put("flag", 1, flag).run();
    }
    int rejected = 0;
    for (int i = 0; i < x.length; i++) {
      Object[] row = {x[i], hole[i], city[i], Float.isNaN(flag[i]) ? null : (Object) flag[i]};
      float[] found = scores(outputs)[i];
      Prediction expected;
      try {
        expected = model.predict(row);
      } catch (IllegalArgumentException e) {
        rejected++;
        for (float score : found) {
          assertTrue(Float.isNaN(score), "row " + i + ": " + score);
        }
        if (!kind.equals("numbers")) {
          assertEquals("", ((String[]) outputs.get("label"))[i]);
        }
        continue;
      }
      boolean isClass = !kind.equals("numbers");
      assertArrayEquals(isClass ? expected.probabilities() : expected.values(), found, 1e-5f);
      if (isClass) {
        assertEquals(expected.label(), ((String[]) outputs.get("label"))[i]);
      }
    }
    assertEquals(6, rejected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"numbers", "binary", "classes"})
  void aBatchMayHaveOneRowOrNone(String kind) throws IOException, OrtException {
    write(rejecting(kind, 3));
    try (OnnxSession session = new OnnxSession(file())) {
      Map<String, Object> one =
          session.put("x", 1, 1).put("hole", 1, 2).put("city", "1").put("flag", 1, 0).run();
      assertEquals(1, scores(one).length);
      Map<String, Object> none =
          session.put("x", 1).put("hole", 1).put("city", new String[0]).put("flag", 1).run();
      assertEquals(0, scores(none).length);
    }
  }

  /** A runtime's process was seen to end by it. */
  @ParameterizedTest
  @ValueSource(ints = {3, 300})
  void categoriesAreExportedWithoutTheOperatorOneHot(int cities) throws IOException {
    write(rejecting("classes", cities));
    try (InputStream in = Files.newInputStream(file())) {
      List<String> operators =
          ModelProto.parseFrom(in).getGraph().getNodeList().stream()
              .map(NodeProto::getOpType)
              .toList();
      assertFalse(operators.contains("OneHot"), operators.toString());
      assertTrue(operators.contains("LabelEncoder") && operators.contains("Gather"));
    }
    assertTrue(Files.size(file()) < 100_000, "linear in the categories");
  }

  @Test
  void theLimitsOfTheGraphAreSaid() {
    assertEquals(List.of(), OnnxFile.limits(Models.digits()));
    assertEquals(
        List.of(
            "a row that predict rejects has an empty label and NaN probabilities, without the reason",
            "numbers, booleans and missing values written as text are not read",
            "values unlike training are not counted",
            "a text of blanks alone, which predict takes for a missing one, and one with U+FFFD or"
                + " over a million characters, which it rejects, are categories here"),
        OnnxFile.limits(rejecting("classes", 3)));
    assertTrue(OnnxFile.limits(rejecting("numbers", 3)).get(0).contains("has NaN numbers"));
  }

  @Test
  void numbersThatAFloatDoesNotHoldGoInAsDoubles() throws IOException, OrtException {
    List<Column> columns =
        List.of(
            column("ts", ColumnType.FLOATS, ValueKind.NUMBER),
            column("north", ColumnType.FLOATS, ValueKind.NUMBER));
    List<Object> encodings =
        List.of(
            wide("ts", 1_767_261_629_950.0, 17_320.5, 0),
            NumberEncoding.newBuilder(wide("north", 5_630_000.5, 0.289, 0))
                .setClipHigh(5_630_000.7)
                .build());
    ModelRecord model = Models.linear(columns, encodings, 2, 1);
    assertEquals(
        List.of("input   ts  double [batch, 1]", "input   north  double [batch, 1]"),
        write(model).stream().filter(line -> line.startsWith("input")).toList());
    double[] ts = new double[600];
    double[] north = new double[600];
    for (int i = 0; i < ts.length; i++) {
      ts[i] = 1_767_261_600_000.0 + 100 * i;
      north[i] = 5_630_000 + i / 600.0;
    }

    try (OnnxSession session = new OnnxSession(file())) {
      float[][] found = (float[][]) session.put("ts", 1, ts).put("north", 1, north).run().get("y0");
      for (int i = 0; i < ts.length; i++) {
        float expected = load(model).predict(new double[] {ts[i], north[i]}).values()[0];
        assertEquals(expected, found[i][0], CLOSE, "row " + i);
        assertEquals(expected, load(model).predict((long) ts[i], "" + north[i]).values()[0]);
      }
    }
  }

  private static NumberEncoding wide(String column, double shift, double scale, double rest) {
    return new NumberEncoding(
        column,
        null,
        null,
        false,
        List.of(shift),
        List.of(scale),
        null,
        false,
        List.of(rest),
        null);
  }

  @Test
  void anInputMayHaveTheNameThatAnOutputHasOtherwise() throws IOException, OrtException {
    ModelRecord signs = Models.signs();
    List<Column> columns = new ArrayList<>(signs.getColumns());
    columns.set(0, column("label", ColumnType.FLOATS, ValueKind.NUMBER));
    List<Object> encodings = new ArrayList<>(signs.getEncodings());
    encodings.set(
        0,
        new NumberEncoding(
            "label", null, null, false, List.of(0.0), List.of(1.0), null, false, null, null));
    write(
        ModelFile.versioned(
            ModelRecord.newBuilder(signs).setColumns(columns).setEncodings(encodings)));

    try (OnnxSession session = new OnnxSession(file())) {
      Map<String, Object> outputs = session.put("label", 1, 3).put("y", 1, 1).run();
      assertEquals("yes", ((String[]) outputs.get("label_2"))[0]);
    }
  }

  @Test
  void whatOnnxCannotSayIsNamed() {
    assertEquals(
        "linear as ONNX: column born is a date in Europe/Berlin, whose offset from UTC is not fixed;"
            + " ONNX knows no time zones",
        refusal(
            column("born", ColumnType.LONGS, ValueKind.DATE),
            new DateEncoding("born", "Europe/Berlin", List.of(), true)));
    assertEquals(
        "linear as ONNX: column shop is hashed; ONNX has no operator for XXH64",
        refusal(
            column("shop", ColumnType.STRINGS, ValueKind.TEXT),
            new CategoryEncoding(
                "shop", List.of(), List.of(), false, 1, false, null, true, false)));
    assertEquals(
        "linear as ONNX: column id has whole numbers beyond 2^53, which no input of ONNX subtracts"
            + " exactly",
        refusal(column("id", ColumnType.FLOATS, ValueKind.NUMBER), wide("id", 0x1p60, 100, 0.5)));
  }

  private String refusal(Column column, Object encoding) {
    ModelRecord model = Models.linear(List.of(column), List.of(encoding), 1, 1);
    return assertThrows(WrongInputException.class, () -> write(model)).getMessage();
  }

  @Test
  void theSameModelIsTheSameFileByteForByte() throws IOException {
    write(Models.mixed());
    byte[] first = Files.readAllBytes(file());
    write(Models.mixed());

    assertArrayEquals(first, Files.readAllBytes(file()));
  }

  private static Column column(String name, ColumnType type, ValueKind kind) {
    return new Column(name, type, List.of(), ColumnRole.FEATURE, kind, null, false);
  }

  private Path file() {
    return folder.resolve("model.onnx");
  }

  private List<String> write(ModelRecord model) {
    return OnnxFile.write(file().toString(), model, Map.of("name", model.getName()));
  }

  private Model load(ModelRecord record) throws IOException {
    Path file = folder.resolve("model.avro");
    ModelFile.write(file.toString(), record);
    return Model.load(file);
  }
}
