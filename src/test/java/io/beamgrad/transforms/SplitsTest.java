package io.beamgrad.transforms;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.data.encoding.Encoding;
import io.beamgrad.data.files.RecordFile;
import io.beamgrad.data.files.Xxh64;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.shuffle.BlockCache;
import io.beamgrad.data.split.Holdout;
import io.beamgrad.data.split.RowOrder;
import io.beamgrad.data.split.SplitRule;
import io.beamgrad.data.split.SplitSettings;
import io.beamgrad.learner.BlockDataset;
import io.beamgrad.schema.BlockRef;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.FileFormat;
import io.beamgrad.schema.FileRange;
import io.beamgrad.schema.LearnedColumns;
import io.beamgrad.schema.Manifest;
import io.beamgrad.schema.NumberEncoding;
import io.beamgrad.schema.Split;
import io.beamgrad.train.RowBatch;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.extensions.avro.coders.AvroCoder;
import org.apache.beam.sdk.transforms.Create;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every rule gives the very rows that it should, in the order of the shuffle, whatever the size of
 * buckets and blocks and the order of the files. Rows are known by their number.
 */
class SplitsTest {
  private static final long SEED = 5;
  private static final int FILES = 3;
  private static final int ROWS_OF_FILE = 100;
  private static final int ROWS = FILES * ROWS_OF_FILE;
  private static final List<Column> COLUMNS =
      List.of(
          Columns.feature("number", ColumnType.FLOATS, List.of()),
          Columns.target("kind", ColumnType.STRINGS, List.of()));

  private static final NumberEncoding AS_IT_IS =
      new NumberEncoding(
          "number", null, null, false, List.of(0.0), List.of(1.0), null, false, null, null);

  @TempDir Path folder;
  private int runs;

  @BeforeEach
  void writeTables() throws IOException {
    for (int file = 0; file < FILES; file++) {
      StringBuilder csv = new StringBuilder("number,kind,day,customer,part\n");
      for (int i = file * ROWS_OF_FILE; i < (file + 1) * ROWS_OF_FILE; i++) {
        csv.append("%s,%s,%s,%s,%s\n".formatted(i, kind(i), day(i), customer(i), part(i)));
      }
      Files.writeString(folder.resolve(file + ".csv"), csv);
    }
  }

  private static String kind(int row) {
    return row % 10 == 0 ? "rare" : row % 3 == 0 ? "some" : "most";
  }

  /** Thirty days of ten rows each. */
  private static String day(int row) {
    return String.format(Locale.ROOT, "2024-03-%02d", row * 7 % 30 + 1);
  }

  private static String customer(int row) {
    return "c" + row % 97;
  }

  private static String part(int row) {
    return List.of("Train", " val", "TEST", "dev", "none", "training").get(row % 6);
  }

  private static SplitRule rule(SplitRule.By by, String column, String validation, String test) {
    return new SplitRule(by, column, new BigDecimal(validation), new BigDecimal(test));
  }

  private FileRange file(int number, SplitRule rule) {
    String name = number + ".csv";
    return FileRange.newBuilder()
        .setSplit(Split.TRAIN)
        .setFormat(FileFormat.CSV)
        .setPath(folder.resolve(name).toString())
        .setLabelsPath(null)
        .setIdentity(name)
        .setFirstRecord(0)
        .setRecords(-1)
        .setColumns(Columns.withKeys(COLUMNS, rule.keys()))
        .build();
  }

  private Manifest run(SplitRule rule, List<FileRange> files, int bucketBits, int blockRows) {
    String work = folder.resolve("run" + runs++).toString();
    ShuffleSettings shuffle =
        new ShuffleSettings(COLUMNS, SEED, bucketBits, blockRows, work + "/blocks", 3, rule);
    Pipeline pipeline = Pipeline.create();
    pipeline
        .apply(Create.of(files).withCoder(AvroCoder.specific(FileRange.class)))
        .apply(ReadExamples.of(shuffle))
        .apply(WriteBlocks.of(shuffle))
        .apply(
            RankBlocks.of(new SplitSettings("f", COLUMNS, rule, BigDecimal.ZERO, 3), List.of("m")))
        .get(RankBlocks.MANIFESTS)
        .apply(WriteManifest.to(work + "/manifest.avro"));
    pipeline.run().waitUntilFinish();
    return RecordFile.of(Manifest.class).read(work + "/manifest.avro").get(0);
  }

  /** The numbers of the rows of each split in order of rank, which come out of two ways to run. */
  private Map<Split, List<Integer>> rows(SplitRule rule) {
    List<FileRange> files = new ArrayList<>();
    for (int file = 0; file < FILES; file++) {
      files.add(file(file, rule));
    }
    Manifest first = run(rule, files, 0, 1000);
    Collections.reverse(files);
    Manifest second = run(rule, files, 2, 16);
    assertEquals(first.getLearned(), second.getLearned());
    assertEquals(rows(first), rows(second));
    return rows(second);
  }

  private static Map<Split, List<Integer>> rows(Manifest manifest) {
    TreeMap<Split, List<Integer>> rows = new TreeMap<>();
    LearnedColumns learned = manifest.getLearned();
    List<Split> splits = new ArrayList<>(List.of(Split.TRAIN, Split.VALIDATION, Split.TEST));
    if (learned.getCalibrationRows() > 0) {
      splits.add(Split.CALIBRATION);
    }
    for (Split split : splits) {
      List<BlockRef> blocks =
          manifest.getBlocks().stream().filter(block -> block.getSplit() == split).toList();
      BlockDataset dataset =
          new BlockDataset(
              blocks,
              new Encoding(COLUMNS, List.of(AS_IT_IS), learned.getLabels()),
              BlockCache.shared(1 << 20));
      List<Integer> numbers = new ArrayList<>();
      RowBatch batch = new RowBatch(dataset);
      for (long row = 0; row < dataset.size(); row++) {
        batch.resize(1);
        dataset.copyRows(new long[] {row}, 1, batch);
        int number = (int) batch.inputs()[0];
        numbers.add(number);
        assertEquals(kind(number), learned.getLabels().get((int) batch.targets()[0]));
      }
      rows.put(split, numbers);
    }
    return rows;
  }

  /** The rows of which something holds, in the order of the shuffle. */
  private static List<Integer> shuffled(IntPredicate isWanted) {
    List<Integer> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      if (isWanted.test(i)) {
        rows.add(i);
      }
    }
    rows.sort(Comparator.comparing(SplitsTest::hash, Long::compareUnsigned));
    return rows;
  }

  private static long hash(int row) {
    return RowOrder.of(SEED, row / ROWS_OF_FILE + ".csv").hash(row % ROWS_OF_FILE);
  }

  @Test
  void atRandomTheFirstOfTheShuffleValidateAndTheNextTest() {
    List<Integer> all = shuffled(i -> true);
    assertEquals(
        new TreeMap<>(
            Map.of(
                Split.VALIDATION, all.subList(0, 61),
                Split.TEST, all.subList(61, 61 + 30),
                Split.TRAIN, all.subList(91, ROWS))),
        rows(rule(SplitRule.By.RANDOM, null, "0.2049", "0.1")));
  }

  @Test
  void stratifiedTheFirstOfEachClassValidateAndTheNextTest() {
    Set<Integer> validation = new HashSet<>();
    Set<Integer> test = new HashSet<>();
    for (String kind : List.of("rare", "some", "most")) {
      List<Integer> ofKind = shuffled(i -> kind(i).equals(kind));
      int first = ofKind.size() * 15 / 100; // 4 of 30, 13 of 90, 27 of 180
      validation.addAll(ofKind.subList(0, first));
      test.addAll(ofKind.subList(first, first + ofKind.size() / 10));
    }
    assertEquals(4 + 13 + 27, validation.size());
    assertEquals(
        new TreeMap<>(
            Map.of(
                Split.VALIDATION, shuffled(validation::contains),
                Split.TEST, shuffled(test::contains),
                Split.TRAIN, shuffled(i -> !validation.contains(i) && !test.contains(i)))),
        rows(rule(SplitRule.By.STRATIFIED, null, "0.15", "0.1")));
  }

  private static SplitRule calibrating(SplitRule rule, String share) {
    return rule.withCalibration(new BigDecimal(share));
  }

  @Test
  void atRandomTheRowsBehindThoseOfTheTestCalibrateAndNoOtherSplitMoves() {
    List<Integer> all = shuffled(i -> true);
    assertEquals(
        new TreeMap<>(
            Map.of(
                Split.VALIDATION, all.subList(0, 61),
                Split.TEST, all.subList(61, 91),
                Split.CALIBRATION, all.subList(91, 91 + 44),
                Split.TRAIN, all.subList(135, ROWS))),
        rows(calibrating(rule(SplitRule.By.RANDOM, null, "0.2049", "0.1"), "0.1499")));
  }

  @Test
  void stratifiedSomeOfEachClassCalibrate() {
    Set<Integer> calibration = new HashSet<>();
    for (String kind : List.of("rare", "some", "most")) {
      List<Integer> ofKind = shuffled(i -> kind(i).equals(kind));
      int from = ofKind.size() * 15 / 100 + ofKind.size() / 10;
      calibration.addAll(ofKind.subList(from, from + ofKind.size() / 5));
    }
    Map<Split, List<Integer>> with =
        rows(calibrating(rule(SplitRule.By.STRATIFIED, null, "0.15", "0.1"), "0.2"));
    Map<Split, List<Integer>> without = rows(rule(SplitRule.By.STRATIFIED, null, "0.15", "0.1"));
    assertEquals(shuffled(calibration::contains), with.get(Split.CALIBRATION));
    assertEquals(without.get(Split.VALIDATION), with.get(Split.VALIDATION));
    assertEquals(without.get(Split.TEST), with.get(Split.TEST));
    assertEquals(ROWS, with.values().stream().mapToInt(List::size).sum());
  }

  @Test
  void wholeGroupsCalibrate() {
    Map<Split, List<Integer>> with =
        rows(calibrating(rule(SplitRule.By.GROUP, "customer", "0.3", "0.2"), "0.2"));
    Map<Split, List<Integer>> without = rows(rule(SplitRule.By.GROUP, "customer", "0.3", "0.2"));
    Set<String> customers = new HashSet<>();
    with.get(Split.CALIBRATION).forEach(row -> customers.add(customer(row)));
    assertEquals(shuffled(i -> customers.contains(customer(i))), with.get(Split.CALIBRATION));
    assertEquals(60, with.get(Split.CALIBRATION).size(), 40);
    assertEquals(without.get(Split.VALIDATION), with.get(Split.VALIDATION));
    assertEquals(without.get(Split.TEST), with.get(Split.TEST));
    assertTrue(without.get(Split.TRAIN).containsAll(with.get(Split.CALIBRATION)));
  }

  @Test
  void byTimeTheDaysJustBeforeTheTestCalibrate() {
    assertEquals(
        new TreeMap<>(
            Map.of(
                Split.TEST, shuffled(i -> day(i).compareTo("2024-03-26") >= 0),
                Split.CALIBRATION,
                    shuffled(
                        i ->
                            day(i).compareTo("2024-03-23") >= 0
                                && day(i).compareTo("2024-03-26") < 0),
                Split.VALIDATION,
                    shuffled(
                        i ->
                            day(i).compareTo("2024-03-21") >= 0
                                && day(i).compareTo("2024-03-23") < 0),
                Split.TRAIN, shuffled(i -> day(i).compareTo("2024-03-21") < 0))),
        rows(calibrating(rule(SplitRule.By.TIME, "day", "0.08", "0.1667"), "0.11")));
  }

  @Test
  void aColumnNamesCalibrationRowsWhereTheRuleHasThem() throws IOException {
    for (int file = 0; file < FILES; file++) {
      Path table = folder.resolve(file + ".csv");
      Files.writeString(table, Files.readString(table).replace(",none", ", Calibration"));
    }
    SplitRule rule = rule(SplitRule.By.COLUMN, "part", "0", "0");
    Map<Split, List<Integer>> with = rows(calibrating(rule, "0.5"));
    assertEquals(shuffled(i -> i % 6 == 4), with.get(Split.CALIBRATION));
    Map<Split, List<Integer>> without = rows(rule);
    with.remove(Split.CALIBRATION);
    assertEquals(without, with); // where such rows are held out, as they were before
  }

  @Test
  void aGroupIsInOneSplitAndSharesAreAboutWhatWasAskedFor() {
    Map<Split, List<Integer>> rows = rows(rule(SplitRule.By.GROUP, "customer", "0.3", "0.2"));
    Set<String> seen = new HashSet<>();
    for (List<Integer> split : rows.values()) {
      Set<String> customers = new HashSet<>();
      split.forEach(row -> customers.add(customer(row)));
      assertEquals(shuffled(i -> customers.contains(customer(i))), split);
      customers.forEach(customer -> assertTrue(seen.add(customer), customer));
    }
    assertEquals(97, seen.size());
    assertEquals(90, rows.get(Split.VALIDATION).size(), 40);
    assertEquals(60, rows.get(Split.TEST).size(), 40);
  }

  @Test
  void byTimeTheLastDaysTestThoseBeforeThemValidateAndADayStaysTogether() {
    // Floors of 50 and 79 rows hold five and seven days of ten.
    assertEquals(
        new TreeMap<>(
            Map.of(
                Split.TEST, shuffled(i -> day(i).compareTo("2024-03-26") >= 0),
                Split.VALIDATION,
                    shuffled(
                        i ->
                            day(i).compareTo("2024-03-19") >= 0
                                && day(i).compareTo("2024-03-26") < 0),
                Split.TRAIN, shuffled(i -> day(i).compareTo("2024-03-19") < 0))),
        rows(rule(SplitRule.By.TIME, "day", "0.265", "0.1667")));
  }

  @Test
  void byAColumnOfNumbersThatIsAFeatureTooTheLastValidate() {
    assertEquals(
        new TreeMap<>(
            Map.of(
                Split.TEST, List.of(),
                Split.VALIDATION, shuffled(i -> i >= 240),
                Split.TRAIN, shuffled(i -> i < 240))),
        rows(rule(SplitRule.By.TIME, "number", "0.2", "0")));
  }

  @Test
  void aColumnNamesTheSplitInAnyCaseAndOtherRowsAreHeldOut() {
    SplitRule rule = rule(SplitRule.By.COLUMN, "part", "0", "0");
    assertEquals(
        new TreeMap<>(
            Map.of(
                Split.TRAIN, shuffled(i -> i % 6 == 0 || i % 6 == 5),
                Split.VALIDATION, shuffled(i -> i % 6 == 1 || i % 6 == 3),
                Split.TEST, shuffled(i -> i % 6 == 2))),
        rows(rule));
    LearnedColumns learned = run(rule, List.of(file(0, rule)), 1, 32).getLearned();
    assertEquals(16, learned.getHeldOutRecords());
    assertEquals(100, learned.getReadRecords());
  }

  @Test
  void rowsOfTheHoldoutAreInNoSplitAndStayHeldOutAsFilesAreAdded() {
    SplitRule rule = rule(SplitRule.By.RANDOM, null, "0.2", "0.1");
    SplitRule holding = rule.withHoldout(new Holdout("salt", new BigDecimal("0.2")));
    Set<Integer> before = used(run(holding, List.of(file(1, rule), file(0, rule)), 1, 32), 200);
    Set<Integer> after =
        used(run(holding, List.of(file(0, rule), file(2, rule), file(1, rule)), 2, 16), ROWS);

    assertEquals(new HashSet<>(shuffled(i -> !isHeldOut(i) && i < 200)), before);
    assertEquals(new HashSet<>(shuffled(i -> !isHeldOut(i))), after);
  }

  @Test
  void whateverTheRuleTheSameRowsAreHeldOut() {
    for (SplitRule rule :
        List.of(
            rule(SplitRule.By.STRATIFIED, null, "0.2", "0"),
            rule(SplitRule.By.TIME, "day", "0.2", "0.1"))) {
      SplitRule holding = rule.withHoldout(new Holdout("salt", new BigDecimal("0.2")));

      assertEquals(
          new HashSet<>(shuffled(i -> !isHeldOut(i) && i < 100)),
          used(run(holding, List.of(file(0, rule)), 0, 64), 100));
    }
  }

  /** The rows of all splits, which together with those held out are all. */
  private static Set<Integer> used(Manifest manifest, int all) {
    Set<Integer> used = new HashSet<>();
    rows(manifest).values().forEach(used::addAll);
    assertEquals(all, used.size() + manifest.getLearned().getHeldOutRecords());
    assertEquals(all, manifest.getLearned().getReadRecords());
    return used;
  }

  /** A fifth of the hashes, by other means than those that are tested. */
  private static boolean isHeldOut(int row) {
    long seed = Xxh64.hash("salt", 0);
    long hash = RowOrder.of(seed, row / ROWS_OF_FILE + ".csv").hash(row % ROWS_OF_FILE);
    return new BigDecimal(Long.toUnsignedString(hash))
            .compareTo(new BigDecimal("3689348814741910323.2"))
        < 0;
  }

  @Test
  void aGroupIsHeldOutAsAWhole() {
    SplitRule rule = rule(SplitRule.By.GROUP, "customer", "0.3", "0.1");
    SplitRule holding = rule.withHoldout(new Holdout("salt", new BigDecimal("0.2")));
    Set<String> customers = new HashSet<>();
    Set<Integer> used =
        used(run(holding, List.of(file(0, rule), file(1, rule), file(2, rule)), 2, 16), ROWS);
    used.forEach(row -> customers.add(customer(row)));

    assertEquals(new HashSet<>(shuffled(i -> customers.contains(customer(i)))), used);
    assertEquals(78, customers.size(), 12);
  }

  @Test
  void ofAKeyTheCopiesInAllFilesAreInOneSplitOrHeldOut() {
    for (SplitRule.By by : List.of(SplitRule.By.RANDOM, SplitRule.By.STRATIFIED)) {
      SplitRule rule = rule(by, null, "0.3", "0.1");
      Holdout holdout = new Holdout("salt", new BigDecimal("0.2"));
      SplitRule holding = rule.withHoldout(holdout.byKey(List.of("customer", "part")));
      Map<Split, List<Integer>> rows = rows(holding);
      Set<String> seen = new HashSet<>();
      int used = 0;
      for (List<Integer> split : rows.values()) {
        Set<String> keys = new HashSet<>();
        split.forEach(row -> keys.add(customer(row) + part(row)));
        assertEquals(shuffled(i -> keys.contains(customer(i) + part(i))), split);
        keys.forEach(key -> assertTrue(seen.add(key), key));
        used += split.size();
      }
      assertEquals(240, used, 24);
      assertEquals(72, rows.get(Split.VALIDATION).size(), 24);
      assertEquals(24, rows.get(Split.TEST).size(), 16);
    }
  }

  @Test
  void anotherSaltHoldsOutOtherRows() {
    SplitRule rule = rule(SplitRule.By.RANDOM, null, "0", "0");
    BigDecimal share = new BigDecimal("0.2");
    Set<Integer> one =
        used(run(rule.withHoldout(new Holdout("salt", share)), List.of(file(0, rule)), 1, 32), 100);
    Set<Integer> other =
        used(
            run(rule.withHoldout(new Holdout("pepper", share)), List.of(file(0, rule)), 1, 32),
            100);

    assertNotEquals(one, other);
  }

  @Test
  void filesOfTheirOwnValidate() {
    SplitRule rule = rule(SplitRule.By.RANDOM, null, "0", "0.1");
    FileRange validation = FileRange.newBuilder(file(1, rule)).setSplit(Split.VALIDATION).build();
    Map<Split, List<Integer>> rows =
        rows(run(rule, List.of(validation, file(2, rule), file(0, rule)), 2, 16));
    List<Integer> others = shuffled(i -> i / ROWS_OF_FILE != 1);
    assertEquals(shuffled(i -> i / ROWS_OF_FILE == 1), rows.get(Split.VALIDATION));
    assertEquals(others.subList(0, 20), rows.get(Split.TEST));
    assertEquals(others.subList(20, 200), rows.get(Split.TRAIN));
  }
}
