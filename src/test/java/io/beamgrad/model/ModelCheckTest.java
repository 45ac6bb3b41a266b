package io.beamgrad.model;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.beamgrad.data.rows.Columns;
import io.beamgrad.schema.Baseline;
import io.beamgrad.schema.BinaryCrossEntropy;
import io.beamgrad.schema.Calibration;
import io.beamgrad.schema.CategoryEncoding;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnRole;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.Cross;
import io.beamgrad.schema.CrossEntropy;
import io.beamgrad.schema.CsvOptions;
import io.beamgrad.schema.DateEncoding;
import io.beamgrad.schema.DropoutLayer;
import io.beamgrad.schema.LinearLayer;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.schema.NumberEncoding;
import io.beamgrad.schema.TargetEncoding;
import io.beamgrad.schema.TargetScale;
import io.beamgrad.schema.TextEncoding;
import io.beamgrad.schema.TextNorm;
import io.beamgrad.schema.ValueKind;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.checkerframework.checker.nullness.qual.Nullable;
import org.junit.jupiter.api.Test;

class ModelCheckTest {

  @Test
  void modelsThatFitPass() {
    for (ModelRecord model :
        List.of(Models.crops(), Models.images(), Models.signs(), Models.digits(), Models.mixed())) {
      assertDoesNotThrow(() -> ModelCheck.check(model));
    }
  }

  /** What a spec may ask for, a model may say. */
  @Test
  void labelsMayBeSmoothedToNothing() {
    ModelRecord smooth =
        ModelRecord.newBuilder(Models.images()).setLoss(new CrossEntropy(1.0, List.of())).build();
    assertDoesNotThrow(() -> ModelCheck.check(smooth));
  }

  @Test
  void columnsAndTheirEncodingsMustFit() {
    ModelRecord crops = Models.crops();
    List<Column> columns = new ArrayList<>(crops.getColumns());
    columns.add(columns.remove(0));
    assertRefused(
        "column temp: expected features, then targets, then a weight, found FEATURE",
        crops(columns, crops.getEncodings()));

    columns = new ArrayList<>(crops.getColumns());
    columns.set(1, columns.get(0));
    assertRefused("column temp: a feature twice", crops(columns, crops.getEncodings()));

    columns.set(1, feature("rainfall", ColumnType.FLOATS, List.of(1 << 20, 1 << 20)));
    assertRefused(
        "column rainfall: NUMBER as FLOATS[1048576, 1048576] is not what a column can be",
        crops(columns, crops.getEncodings()));

    assertRefused("2 encodings for 3 features", crops(null, crops.getEncodings().subList(1, 3)));
    List<Object> encodings = new ArrayList<>(crops.getEncodings());
    encodings.set(0, encodings.get(1));
    assertRefused(
        "the encoding of column temp is of another column, or not for NUMBER",
        crops(null, encodings));

    encodings.set(
        0,
        new NumberEncoding(
            "temp", null, null, false, List.of(0.0, 1.0), List.of(1.0), null, false, null, null));
    assertRefused(
        "the encoding of column temp has 2 shifts and 1 scales for 1 numbers",
        crops(null, encodings));
    encodings.set(
        0,
        new NumberEncoding(
            "temp", null, null, false, List.of(Double.NaN), List.of(1.0), null, false, null, null));
    assertRefused(
        "the encoding of column temp has a number that is not finite", crops(null, encodings));
    encodings.set(
        0,
        new NumberEncoding(
            "temp", null, null, false, List.of(0.0), List.of(1.0), null, false, null, 0.0));
    assertRefused(
        "the encoding of column temp is clipped to 0.0, expected above 0", crops(null, encodings));
  }

  @Test
  void aMissingValueMustHaveAPlace() {
    Column city =
        new Column(
            "city", ColumnType.STRINGS, List.of(), ColumnRole.FEATURE, ValueKind.TEXT, null, true);
    CategoryEncoding none =
        new CategoryEncoding("city", List.of("a"), List.of(), false, 0, false, null, true, false);
    assertRefused(
        "the encoding of column city has nothing for a missing value",
        Models.linear(List.of(city), List.of(none), 2, 1));

    CategoryEncoding both =
        new CategoryEncoding("city", List.of("a"), List.of(), false, 5, true, null, true, false);
    assertRefused(
        "the encoding of column city has 5 slots for hashes beside categories",
        Models.linear(List.of(city), List.of(both), 6, 1));

    CategoryEncoding sign =
        new CategoryEncoding(
            "city", List.of("a", "b"), List.of(), false, 0, true, null, false, true);
    assertRefused(
        "the encoding of column city is one number of two slots, found 3",
        Models.linear(List.of(city), List.of(sign), 1, 1));
  }

  @Test
  void theFrequenciesOfTextsMustFitTheirSlots() {
    Column text = feature("t", ColumnType.STRINGS, List.of());
    assertRefused("the encoding of column t has 0 slots for hashes", ofTexts(text, 0, 1, 0, 0));
    assertRefused(
        "the encoding of column t has runs of 9 words, expected 1 to 8", ofTexts(text, 2, 9, 0, 0));
    assertRefused(
        "the encoding of column t has 8 bytes of frequencies for 2 slots",
        ofTexts(text, 2, 1, 8, 0));
    assertRefused(
        "the encoding of column t has a frequency of 1 in 0 texts", ofTexts(text, 2, 1, 16, 1));
  }

  @Test
  void aCrossMustBeOfCategories() {
    ModelRecord mixed = Models.mixed();
    assertRefused(
        "a cross of 1 columns in 5 slots",
        ModelRecord.newBuilder(mixed).setCrosses(List.of(new Cross(List.of("city"), 5))).build());
    assertRefused(
        "a cross of age, which has no categories",
        ModelRecord.newBuilder(mixed)
            .setCrosses(List.of(new Cross(List.of("city", "age"), 5)))
            .build());
    assertRefused(
        "expected parameter 0.weight of shape [8, 23], found 0.weight of shape [8, 18]",
        ModelRecord.newBuilder(mixed)
            .setCrosses(List.of(new Cross(List.of("city", "plan"), 5)))
            .build());
  }

  private static ModelRecord ofTexts(Column text, int slots, int ngrams, int bytes, int frequency) {
    ByteBuffer frequencies = ByteBuffer.allocate(bytes);
    if (bytes > 0) {
      frequencies.put(bytes - Long.BYTES, (byte) frequency);
    }
    return Models.linear(
        List.of(text),
        List.of(new TextEncoding("t", slots, ngrams, true, TextNorm.L2, 0L, frequencies)),
        2,
        1);
  }

  /** Sizes that no memory holds are compared with what the file has, not tried. */
  @Test
  void layersMustFitTheInputAndTheWeights() {
    assertRefused(
        "expected parameter 0.weight of shape [2147483647, 3], found 0.weight of shape [2, 3]",
        ModelRecord.newBuilder(Models.crops())
            .setLayers(List.of(new LinearLayer(Integer.MAX_VALUE, false, false)))
            .build());
    Column text = feature("t", ColumnType.STRINGS, List.of());
    CategoryEncoding hashed =
        new CategoryEncoding(
            "t", List.of(), List.of(), false, 2_000_000_000, false, null, true, false);
    assertRefused(
        "expected parameter 0.weight of shape [1, 2000000000], found 0.weight of shape [1, 2]",
        Models.linear(List.of(text), List.of(hashed), 2, 1));
    assertRefused(
        "parameter 1.weight is missing",
        ModelRecord.newBuilder(Models.crops())
            .setLayers(List.of(new LinearLayer(2, false, false), new LinearLayer(2, false, false)))
            .build());
    assertRefused(
        "more parameters than its layers have",
        ModelRecord.newBuilder(Models.crops()).setLayers(List.of()).build());
    assertRefused(
        "layer 0: dropout must be in [0, 1), was 1.0",
        ModelRecord.newBuilder(Models.crops()).setLayers(List.of(new DropoutLayer(1.0))).build());
    assertRefused(
        "layer 0: linear needs rows of one dimension",
        ModelRecord.newBuilder(Models.images())
            .setLayers(List.of(new LinearLayer(2, false, false)))
            .build());
  }

  @Test
  void labelsMustFitTheOutput() {
    assertRefused(
        "2 outputs for 3 labels",
        ModelRecord.newBuilder(Models.images()).setLabels(List.of("a", "b", "c")).build());
    assertRefused(
        "a label twice",
        ModelRecord.newBuilder(Models.images()).setLabels(List.of("a", "a")).build());
    assertRefused(
        "0 labels for a class",
        ModelRecord.newBuilder(Models.images()).setLabels(List.of()).build());
    assertRefused(
        "2 outputs for 2 labels",
        ModelRecord.newBuilder(Models.images()).setLoss(new BinaryCrossEntropy()).build());
  }

  @Test
  void encodingsOfTargetsMustFitThem() {
    TargetEncoding apples = new TargetEncoding("apples", TargetScale.LOG, 1.0, 2.0, 0.0, 5.0);
    TargetEncoding oranges = new TargetEncoding("oranges", TargetScale.LOG, 1.0, 2.0, null, null);
    assertDoesNotThrow(() -> ModelCheck.check(scaled(apples, oranges)));
    assertRefused("1 encodings for 2 targets", scaled(apples));
    assertRefused("the encoding of target apples is of oranges", scaled(oranges, apples));
    assertRefused(
        "targets are scaled in two ways",
        scaled(apples, TargetEncoding.newBuilder(oranges).setMethod(TargetScale.STANDARD).build()));
    assertRefused(
        "TargetScaling: shift must be finite and scale above 0, were 1.0 and 0.0",
        scaled(apples, TargetEncoding.newBuilder(oranges).setScale(0).build()));
    assertRefused(
        "TargetScaling: least must be at most largest, and both floats, were NaN and 5.0",
        scaled(TargetEncoding.newBuilder(apples).setLeast(Double.NaN).build(), oranges));
    assertRefused(
        "1 encodings for 1 targets",
        ModelRecord.newBuilder(Models.signs()).setTargets(List.of(apples)).build());
  }

  private static ModelRecord withBaseline(ModelRecord model, Integer label, Double... means) {
    return ModelRecord.newBuilder(model).setBaseline(new Baseline(label, List.of(means))).build();
  }

  @Test
  void aBaselineIsOfTheClassesOrTheTargets() {
    ModelCheck.check(withBaseline(Models.crops(), null, 1.5, -2.0));
    ModelCheck.check(withBaseline(Models.digits(), 1));
    int labels = Models.digits().getLabels().size();
    for (Integer none : new Integer[] {null, -1, labels}) {
      assertRefused(
          "a baseline of label %s for %s labels".formatted(none, labels),
          withBaseline(Models.digits(), none));
    }
    assertRefused("a baseline of 1 means, expected 0", withBaseline(Models.digits(), 0, 1.0));
    assertRefused("a baseline of label 0 for 0 labels", withBaseline(Models.crops(), 0, 1.0, 2.0));
    assertRefused("a baseline of 1 means, expected 2", withBaseline(Models.crops(), null, 1.0));
    assertRefused(
        "a baseline's mean is not finite: [1.0, NaN]",
        withBaseline(Models.crops(), null, 1.0, Double.NaN));
  }

  private static ModelRecord calibrated(
      ModelRecord model, long rows, @Nullable Float temperature, float[]... scores) {
    return Models.calibrated(
        model, new Calibration(rows, temperature, Stream.of(scores).map(Models::scores).toList()));
  }

  @Test
  void aCalibrationThatIsNoneIsRefused() {
    float[] up = {0, 1, 1};
    float[] down = {.9f, .5f, -1};
    ModelCheck.check(calibrated(Models.crops(), 3, null, up, up));
    ModelCheck.check(calibrated(Models.digits(), 3, 2f, down));
    assertRefused("a temperature of 2.0 for numbers", calibrated(Models.crops(), 3, 2f, up, up));
    assertRefused("a temperature of null for a class", calibrated(Models.digits(), 3, null, down));
    for (float none : new float[] {0, -1, Float.NaN, Float.POSITIVE_INFINITY}) {
      assertRefused("a temperature of " + none, calibrated(Models.digits(), 3, none, down));
    }
    assertRefused(
        "calibration scores of 1 columns, expected 2", calibrated(Models.crops(), 3, null, up));
    assertRefused(
        "12 bytes of calibration scores of 4 rows", calibrated(Models.digits(), 4, 1f, down));
    assertRefused(
        "0 bytes of calibration scores of 0 rows",
        calibrated(Models.digits(), 0, 1f, new float[0]));
    assertRefused(
        "calibration scores that are out of order", calibrated(Models.digits(), 3, 1f, up));
    assertRefused(
        "calibration scores that are out of order",
        calibrated(Models.crops(), 3, null, up, new float[] {0, Float.NaN, 1}));
  }

  private static ModelRecord scaled(TargetEncoding... targets) {
    return ModelRecord.newBuilder(Models.crops()).setTargets(List.of(targets)).build();
  }

  @Test
  void datesAndCsvMustBeWhatJavaKnows() {
    Column born =
        new Column(
            "born", ColumnType.LONGS, List.of(), ColumnRole.FEATURE, ValueKind.DATE, "{", false);
    DateEncoding encoding = new DateEncoding("born", "Mars/Olympus", List.of(), true);
    assertRefused(
        "column born: no pattern of dates", Models.linear(List.of(born), List.of(encoding), 1, 1));
    assertRefused(
        "the encoding of column born has no time zone, found Mars/Olympus",
        Models.linear(
            List.of(feature("born", ColumnType.LONGS, List.of())), List.of(encoding), 1, 1));
    assertRefused(
        "csv: no encoding UTF-9",
        withCsv(new CsvOptions(",", "\"", true, "UTF-9", null, null, ".", null, List.of())));
    assertRefused(
        "csv: '' is no character for it",
        withCsv(new CsvOptions("", "\"", true, "UTF-8", null, null, ".", null, List.of())));
    assertRefused(
        "csv: the quote ; is another character too",
        withCsv(new CsvOptions(";", ";", true, "UTF-8", null, null, ".", null, List.of())));
  }

  private static ModelRecord withCsv(CsvOptions csv) {
    return ModelRecord.newBuilder(Models.crops()).setCsv(csv).build();
  }

  private static Column feature(String name, ColumnType type, List<Integer> shape) {
    return Columns.feature(name, type, shape);
  }

  private static ModelRecord crops(List<Column> columns, List<Object> encodings) {
    ModelRecord.Builder model = ModelRecord.newBuilder(Models.crops()).setEncodings(encodings);
    return columns == null ? model.build() : model.setColumns(columns).build();
  }

  private static void assertRefused(String message, ModelRecord model) {
    assertEquals(
        message,
        assertThrows(IllegalArgumentException.class, () -> ModelCheck.check(model)).getMessage());
  }
}
