package io.beamgrad.evaluation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.data.files.Xxh64;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.rows.ReadListener;
import io.beamgrad.data.sources.DataPaths;
import io.beamgrad.data.sources.SourceFiles;
import io.beamgrad.data.split.Holdout;
import io.beamgrad.data.split.RowOrder;
import io.beamgrad.data.split.SplitRule;
import io.beamgrad.data.split.TrainedData;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.model.Models;
import io.beamgrad.model.Networks;
import io.beamgrad.schema.CategoryEncoding;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.CrossEntropy;
import io.beamgrad.schema.LinearLayer;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.schema.Split;
import io.beamgrad.tensor.Tensor;
import io.beamgrad.train.Evaluation;
import io.beamgrad.train.Weights;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelComparisonTest {
  private static final int ROWS = 400;
  private static final Holdout HOLDOUT = new Holdout("salt", new BigDecimal("0.3"));
  private static final SplitRule RULE = SplitRule.random(BigDecimal.ZERO).withHoldout(HOLDOUT);
  private static final List<Column> COLUMNS = Models.signs().getColumns();

  @TempDir Path folder;

  /** A row as the file has it. */
  private record Row(int x, int y, String larger) {}

  private static List<Row> rows(int seed) {
    Random random = new Random(seed);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      int x = random.nextInt(4);
      int y = random.nextInt(8);
      boolean isLarger = x > y == random.nextInt(10) > 0;
      rows.add(new Row(x, y, isLarger ? "yes" : "no"));
    }
    return rows;
  }

  private void write(String name, List<Row> rows) throws IOException {
    StringBuilder csv = new StringBuilder("x,y,larger\n");
    rows.forEach(row -> csv.append("%s,%s,%s\n".formatted(row.x, row.y, row.larger)));
    Files.writeString(folder.resolve(name), csv);
  }

  private static List<Row> heldOut(String identity, List<Row> rows) {
    List<Row> heldOut = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      if (isHeldOut(identity, i)) {
        heldOut.add(rows.get(i));
      }
    }
    return heldOut;
  }

  private static boolean isHeldOut(String identity, int record) {
    return isBelow(HOLDOUT, identity, record);
  }

  private static boolean isBelow(Holdout holdout, String identity, int record) {
    BigDecimal all = new BigDecimal("18446744073709551616");
    BigDecimal hash =
        new BigDecimal(
            Long.toUnsignedString(
                RowOrder.of(Xxh64.hash(holdout.salt(), 0), identity).hash(record)));
    return hash.compareTo(holdout.share().multiply(all)) < 0;
  }

  /** One that says yes where {@code a x + b y > 0}. */
  private static ModelRecord model(float a, float b) {
    return withWeights(Models.signs(), new float[] {a, b}, 1);
  }

  private static ModelRecord withWeights(ModelRecord model, float[] values, int outputs) {
    Map<String, Tensor> weights = new LinkedHashMap<>();
    weights.put("0.weight", Tensor.wrap(values, outputs, 2));
    weights.put("0.bias", Tensor.wrap(new float[outputs], outputs));
    return ModelRecord.newBuilder(model)
        .setLayers(List.of(new LinearLayer(outputs, false, false)))
        .setParameters(Networks.toRecords(weights))
        .setWeightsSha256(Weights.sha256(weights))
        .build();
  }

  private SourceFiles files() {
    return SourceFiles.table(DataPaths.of(folder, "*.csv"), COLUMNS);
  }

  private ModelComparison.Result compare(
      ModelRecord challenger, ModelRecord current, PerRowScore metric, String segment)
      throws InterruptedException {
    return compare(Comparisons.models(challenger, current), metric, segment);
  }

  private ModelComparison.Result compare(
      List<JudgedModel> models, PerRowScore metric, String segment) {
    return Comparisons.compare(models, folder, COLUMNS, RULE, metric, segment);
  }

  private String content(String identity) {
    return Comparisons.content(folder.resolve(identity + ".csv"));
  }

  @Test
  void bothAreScoredOnTheVeryRowsOfTheHoldout() throws IOException, InterruptedException {
    List<Row> one = rows(1);
    List<Row> two = rows(2);
    write("a.csv", one);
    write("b.csv", two);
    List<Row> expected = new ArrayList<>(heldOut("a", one));
    expected.addAll(heldOut("b", two));

    ModelComparison.Result found =
        compare(model(1, -1), model(1, -.5f), PerRowScore.ACCURACY, null);

    assertEquals(expected.size(), found.challenger().examples());
    long ours = expected.stream().filter(row -> isRight(row, 1, -1)).count();
    long theirs = expected.stream().filter(row -> isRight(row, 1, -.5f)).count();
    assertEquals((double) ours / expected.size(), found.challengerPaired().accuracy());
    assertEquals(found.challenger(), found.challengerPaired());
    assertEquals((double) theirs / expected.size(), found.current().accuracy());
    assertEquals(
        expected.stream().filter(r -> isRight(r, 1, -1) && !isRight(r, 1, -.5f)).count(),
        found.pairs().onlyChallenger());
    assertEquals(ours - theirs, found.pairs().onlyChallenger() - found.pairs().onlyCurrent());
    assertArrayEquals(
        expected.stream().mapToDouble(row -> isRight(row, 1, -.5f) ? 1 : 0).toArray(),
        found.pairs().current());
    assertEquals(0, found.unknown() + found.unpaired() + found.seen());
  }

  private static boolean isRight(Row row, float a, float b) {
    return a * row.x + b * row.y > 0 == row.larger.equals("yes");
  }

  @Test
  void whatTrainsAndWhatJudgesAreAllRowsAndStayWhereTheyAreAsFilesAreAdded()
      throws IOException, InterruptedException {
    write("a.csv", rows(1));
    double[] before =
        compare(model(1, -1), model(1, 0), PerRowScore.LOSS, null).pairs().challenger();
    write("b.csv", rows(2));
    ModelComparison.Result after = compare(model(1, -1), model(1, 0), PerRowScore.LOSS, null);
    Evaluation training =
        ModelEvaluation.of(
                "m",
                model(1, -1),
                files(),
                Split.TRAIN,
                RULE,
                7,
                reject -> {},
                ReadListener.NONE,
                false,
                List.of())
            .evaluation();

    assertEquals(2 * ROWS, training.examples() + after.challenger().examples());
    assertArrayEquals(before, Arrays.copyOf(after.pairs().challenger(), before.length));
    double sum = Arrays.stream(after.pairs().challenger()).sum();
    assertEquals(
        after.challenger().meanLossPerExample(), sum / after.challenger().examples(), 1e-12);
  }

  @Test
  void withoutAVersionInServiceTheChallengerIsScoredAlone()
      throws IOException, InterruptedException {
    write("a.csv", rows(1));

    ModelComparison.Result found = compare(model(1, -1), null, null, null);

    assertTrue(found.challenger().examples() > 80);
    assertNull(found.current());
    assertNull(found.pairs());
  }

  @Test
  void eachValueOfASegmentIsScoredByItself() throws IOException, InterruptedException {
    List<Row> rows = rows(1);
    write("a.csv", rows);
    List<Row> heldOut = heldOut("a", rows);

    Map<String, Evaluation> segments =
        compare(model(1, -1), model(1, 0), PerRowScore.ACCURACY, "x").segments();

    assertEquals(List.of("0", "1", "2", "3"), List.copyOf(segments.keySet()));
    for (int x = 0; x < 4; x++) {
      int of = x;
      List<Row> there = heldOut.stream().filter(row -> row.x == of).toList();
      assertEquals(there.size(), segments.get("" + x).examples());
      assertEquals(
          (double) there.stream().filter(row -> isRight(row, 1, -1)).count() / there.size(),
          segments.get("" + x).accuracy());
    }
    assertEquals(
        "retrain.gate.segment: no feature 'z' with one value a row; there are x, y",
        assertThrows(
                BrokenFileException.class,
                () -> compare(model(1, -1), null, PerRowScore.ACCURACY, "z"))
            .getMessage());
  }

  @Test
  void aRowOfAClassThatOneModelDoesNotKnowIsWrongInItsAccuracyAndInNoComparisonOfLosses()
      throws IOException, InterruptedException {
    List<Row> rows = new ArrayList<>(rows(1));
    rows.replaceAll(row -> row.y == 7 ? new Row(row.x, row.y, "never") : row);
    write("a.csv", rows);
    List<Row> heldOut = heldOut("a", rows);
    long never = heldOut.stream().filter(row -> row.larger.equals("never")).count();
    ModelRecord three =
        withWeights(
            ModelRecord.newBuilder(Models.signs())
                .setLoss(new CrossEntropy(0.0, List.of()))
                .setLabels(List.of("never", "no", "yes"))
                .build(),
            new float[] {-1, .2f, -1, 1, 1, -1},
            3);

    ModelComparison.Result narrow = compare(model(1, -1), three, PerRowScore.ACCURACY, null);
    ModelComparison.Result wide = compare(three, model(1, -1), PerRowScore.ACCURACY, null);

    assertEquals(never, narrow.unknown());
    assertEquals("never", narrow.firstUnknown());
    assertEquals(heldOut.size(), narrow.challenger().examples());
    assertEquals(
        heldOut.stream().filter(row -> isRight(row, 1, -1)).filter(row -> row.y != 7).count(),
        Math.round(narrow.challenger().accuracy() * heldOut.size()));
    assertEquals(0, wide.unknown() + wide.unpaired());
    assertEquals(narrow.challenger(), wide.current());
    assertEquals(narrow.current(), wide.challengerPaired());
    assertEquals(narrow.pairs().onlyCurrent(), wide.pairs().onlyChallenger());

    ModelComparison.Result losses = compare(three, model(1, -1), PerRowScore.LOSS, null);
    assertEquals(never, losses.unpaired());
    assertEquals(heldOut.size(), losses.challenger().examples());
    assertEquals(heldOut.size() - never, losses.challengerPaired().examples());
    assertEquals(heldOut.size() - never, losses.current().examples());
  }

  @Test
  void aModelOfOtherColumnsIsOneLine() throws IOException {
    write("a.csv", rows(1));
    ModelRecord other =
        ModelRecord.newBuilder(model(1, 1))
            .setColumns(
                List.of(
                    COLUMNS.get(0),
                    Column.newBuilder(COLUMNS.get(1)).setName("z").build(),
                    COLUMNS.get(2)))
            .build();

    assertEquals(
        "version 3 was trained on the column z FLOATS[], which is not among those of the job now"
            + " (x, y, larger)",
        assertThrows(
                BrokenFileException.class,
                () -> compare(model(1, -1), other, PerRowScore.ACCURACY, null))
            .getMessage());
  }

  @Test
  void aColumnThatIsReadAsAnotherTypeIsOneLine() throws IOException {
    write("a.csv", rows(1));
    ModelRecord model = model(1, 1);
    ModelRecord other =
        ModelRecord.newBuilder(model)
            .setColumns(
                List.of(
                    COLUMNS.get(0),
                    Columns.feature("y", ColumnType.STRINGS, List.of()),
                    COLUMNS.get(2)))
            .setEncodings(
                List.of(
                    model.getEncodings().get(0),
                    new CategoryEncoding(
                        "y", List.of("a", "b"), List.of(), false, 0, false, null, false, true)))
            .build();

    assertEquals(
        "version 3 was trained on the column y STRINGS[], but the job now reads it as FLOATS[]",
        assertThrows(
                BrokenFileException.class,
                () -> compare(model(1, -1), other, PerRowScore.ACCURACY, null))
            .getMessage());
  }

  @Test
  void withoutAHoldoutThereIsNothingToCompareOn() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new HoldoutScoring(List.of(), Map.of(), SplitRule.random(BigDecimal.ZERO), 7, null));
  }

  private JudgedModel trained(ModelRecord model, Map<String, String> contents) {
    return new JudgedModel("m", model, List.of(TrainedData.of(HOLDOUT, contents)));
  }

  /** How many rows judge both a challenger that has read nothing, and one that has read these. */
  private long judging(Map<String, String> contents) {
    JudgedModel challenger = new JudgedModel("c", model(1, -1), List.of());
    return compare(List.of(challenger, trained(model(1, 0), contents)), PerRowScore.ACCURACY, null)
        .challengerPaired()
        .examples();
  }

  @Test
  void aRowJudgesOnlyWhereNoModelMayHaveTrainedOnItByItsOwnRule() throws IOException {
    List<Row> rows = rows(1);
    write("a.csv", rows);
    int heldOut = heldOut("a", rows).size();
    String content = content("a");
    long both = 0; // held out under the name of now and under that of then
    for (int i = 0; i < rows.size(); i++) {
      both += isHeldOut("a", i) && isHeldOut("b", i) ? 1 : 0;
    }
    assertTrue(both > 10 && both < heldOut / 2, both + " of " + heldOut);

    assertEquals(heldOut, judging(Map.of()));
    assertEquals(heldOut, judging(Map.of("other.csv", "0123")));
    assertEquals(heldOut, judging(Map.of("a.csv", content)));
    assertEquals(0, judging(Map.of("a.csv", "another content, such as rows in another order")));
    assertEquals(0, judging(Map.of("a.csv.gz", "another content")));
    assertEquals(both, judging(Map.of("b.csv", content))); // it was renamed
    assertEquals(both, judging(Map.of("a.csv", content, "b.csv", content))); // it has a copy
  }

  @Test
  void whatAModelDescendsFromCounts() throws IOException {
    List<Row> rows = rows(1);
    write("a.csv", rows);
    Holdout other = new Holdout("other", new BigDecimal("0.5"));
    long both = 0;
    for (int i = 0; i < rows.size(); i++) {
      both += isHeldOut("a", i) && isBelow(other, "a", i) ? 1 : 0;
    }
    Map<String, String> read = Map.of("a.csv", content("a"));
    JudgedModel warm =
        new JudgedModel(
            "c", model(1, -1), List.of(TrainedData.of(HOLDOUT, read), TrainedData.of(other, read)));

    ModelComparison.Result found = compare(List.of(warm), PerRowScore.ACCURACY, null);

    assertEquals(both, found.challenger().examples());
    assertEquals(heldOut("a", rows).size() - both, found.seen());
    // Of a holdout that nobody knows all rows may have trained.
    JudgedModel unknown = new JudgedModel("c", model(1, -1), List.of(TrainedData.of(null, read)));
    assertEquals(0, compare(List.of(unknown), PerRowScore.ACCURACY, null).challenger().examples());
  }
}
