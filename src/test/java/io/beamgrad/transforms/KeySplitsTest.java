package io.beamgrad.transforms;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.data.encoding.Encoding;
import io.beamgrad.data.encoding.RowEncoder;
import io.beamgrad.data.files.RecordFile;
import io.beamgrad.data.files.Xxh64;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.shuffle.BlockCache;
import io.beamgrad.data.shuffle.KeyReader;
import io.beamgrad.data.shuffle.KeyRows;
import io.beamgrad.data.split.Holdout;
import io.beamgrad.data.split.KeyShares;
import io.beamgrad.data.split.RowOrder;
import io.beamgrad.data.split.SplitRule;
import io.beamgrad.data.split.SplitSettings;
import io.beamgrad.learner.BlockDataset;
import io.beamgrad.schema.BlockRef;
import io.beamgrad.schema.CategoryEncoding;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnRole;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.FileFormat;
import io.beamgrad.schema.FileRange;
import io.beamgrad.schema.LearnedColumns;
import io.beamgrad.schema.Manifest;
import io.beamgrad.schema.NumberEncoding;
import io.beamgrad.schema.Split;
import io.beamgrad.schema.ValueKind;
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
 * Rows that are shuffled by key lie together in each split, whatever the size of buckets and blocks
 * and the order of the files. Rows are known by their number.
 */
class KeySplitsTest {
  private static final long SEED = 5;
  private static final int FILES = 3;
  private static final int ROWS_OF_FILE = 200;
  private static final int ROWS = FILES * ROWS_OF_FILE;
  private static final List<Column> COLUMNS =
      List.of(
          Columns.feature("number", ColumnType.FLOATS, List.of()),
          new Column(
              "customer",
              ColumnType.STRINGS,
              List.of(),
              ColumnRole.FEATURE,
              ValueKind.TEXT,
              null,
              true),
          Columns.target("kind", ColumnType.STRINGS, List.of()));

  private static final Encoding ENCODING =
      new Encoding(
          COLUMNS,
          List.of(
              new NumberEncoding(
                  "number", null, null, false, List.of(0.0), List.of(1.0), null, false, null, null),
              new CategoryEncoding(
                  "customer", List.of(), List.of(), false, 4, true, null, true, false)),
          List.of("even", "odd"));

  @TempDir Path folder;
  private int runs;

  @BeforeEach
  void writeTables() throws IOException {
    for (int file = 0; file < FILES; file++) {
      StringBuilder csv = new StringBuilder("number,customer,kind,shop\n");
      for (int i = file * ROWS_OF_FILE; i < (file + 1) * ROWS_OF_FILE; i++) {
        csv.append("%s,%s,%s,s%s\n".formatted(i, customer(i), kind(i), i % 23));
      }
      Files.writeString(folder.resolve(file + ".csv"), csv);
    }
  }

  private static String kind(int row) {
    return row % 2 == 0 ? "even" : "odd";
  }

  /** Some customers have many rows, most have few. */
  private static String customer(int row) {
    return "c" + (row % 4 == 0 ? row % 3 : row % 89);
  }

  private static SplitRule rule(SplitRule.By by, String column, String validation, String test) {
    return new SplitRule(by, column, new BigDecimal(validation), new BigDecimal(test))
        .withEach("customer");
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
        new ShuffleSettings(COLUMNS, SEED, bucketBits, blockRows, work + "/blocks", 2, rule);
    Pipeline pipeline = Pipeline.create();
    pipeline
        .apply(Create.of(files).withCoder(AvroCoder.specific(FileRange.class)))
        .apply(ReadExamples.of(shuffle))
        .apply(WriteBlocks.of(shuffle))
        .apply(
            RankBlocks.of(new SplitSettings("f", COLUMNS, rule, BigDecimal.ONE, 2), List.of("m")))
        .get(RankBlocks.MANIFESTS)
        .apply(WriteManifest.to(work + "/manifest.avro"));
    pipeline.run().waitUntilFinish();
    return RecordFile.of(Manifest.class).read(work + "/manifest.avro").get(0);
  }

  /** The numbers of the rows of each split in order of rank, which come out of many ways to run. */
  private Map<Split, List<Integer>> rows(SplitRule rule) {
    List<FileRange> files = new ArrayList<>();
    for (int file = 0; file < FILES; file++) {
      files.add(file(file, rule));
    }
    return rows(rule, files);
  }

  private Map<Split, List<Integer>> rows(SplitRule rule, List<FileRange> files) {
    List<FileRange> reversed = new ArrayList<>(files);
    Collections.reverse(reversed);
    Manifest first = run(rule, files, 0, 1000);
    for (Manifest other : List.of(run(rule, reversed, 2, 16), run(rule, files, 5, 1))) {
      assertEquals(first.getLearned(), other.getLearned());
      assertEquals(rows(first), rows(other));
      assertEquals(rows(first), rowsOfKeys(other));
    }
    return rows(first);
  }

  private static Map<Split, List<Integer>> rows(Manifest manifest) {
    TreeMap<Split, List<Integer>> rows = new TreeMap<>();
    for (Split split : List.of(Split.TRAIN, Split.VALIDATION, Split.TEST)) {
      List<BlockRef> blocks =
          manifest.getBlocks().stream().filter(block -> block.getSplit() == split).toList();
      BlockDataset dataset = new BlockDataset(blocks, ENCODING, BlockCache.shared(1 << 20));
      List<Integer> numbers = new ArrayList<>();
      RowBatch batch = new RowBatch(dataset);
      for (long row = 0; row < dataset.size(); row++) {
        batch.resize(1);
        dataset.copyRows(new long[] {row}, 1, batch);
        int number = (int) batch.inputs()[0];
        numbers.add(number);
        assertEquals(kind(number), ENCODING.labels().get((int) batch.targets()[0]));
      }
      rows.put(split, numbers);
    }
    return rows;
  }

  /** The same, bucket by bucket and key by key. */
  private static Map<Split, List<Integer>> rowsOfKeys(Manifest manifest) {
    TreeMap<Split, List<Integer>> rows = new TreeMap<>();
    for (Split split : List.of(Split.TRAIN, Split.VALIDATION, Split.TEST)) {
      rows.put(split, new ArrayList<>());
    }
    TreeMap<Integer, List<BlockRef>> buckets = new TreeMap<>();
    for (BlockRef block : manifest.getBlocks()) {
      buckets.computeIfAbsent(block.getBucket(), bucket -> new ArrayList<>()).add(block);
    }
    Set<String> seen = new HashSet<>();
    for (List<BlockRef> bucket : buckets.values()) {
      KeyReader keys = new KeyReader(bucket, ENCODING, 1, 1 << 20);
      while (keys.next()) {
        assertTrue(seen.add(keys.key()), keys.key());
        rows.forEach(
            (split, numbers) -> {
              KeyRows ofKey = keys.rows(split);
              int width = ofKey.rows() == 0 ? 0 : new RowEncoder(ENCODING).inputWidth();
              for (int row = 0; row < ofKey.rows(); row++) {
                numbers.add((int) ofKey.inputs()[row * width]);
                assertEquals(keys.key(), customer((int) ofKey.inputs()[row * width]));
              }
            });
      }
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
    Comparator<Integer> byKey =
        Comparator.comparing(row -> Xxh64.hash(customer(row), 0), Long::compareUnsigned);
    rows.sort(byKey.thenComparing(KeySplitsTest::hash, Long::compareUnsigned));
    return rows;
  }

  private static long hash(int row) {
    return RowOrder.of(SEED, row / ROWS_OF_FILE + ".csv").hash(row % ROWS_OF_FILE);
  }

  @Test
  void atRandomTheFirstRowsOfEachKeyValidateAndTheNextTest() {
    SplitRule rule = rule(SplitRule.By.RANDOM, null, "0.15", "0.1");
    Set<Integer> validation = new HashSet<>();
    Set<Integer> test = new HashSet<>();
    Set<String> customers = new HashSet<>();
    shuffled(i -> true).forEach(row -> customers.add(customer(row)));
    for (String customer : customers) {
      List<Integer> rows = shuffled(i -> customer(i).equals(customer));
      KeyShares.Rows of = new KeyShares(rule, SEED).of(Xxh64.hash(customer, 0), rows.size());
      validation.addAll(rows.subList(0, of.validation()));
      test.addAll(rows.subList(of.validation(), of.validation() + of.test()));
    }
    assertEquals(90, validation.size(), 15);
    assertEquals(60, test.size(), 15);
    assertEquals(
        new TreeMap<>(
            Map.of(
                Split.VALIDATION, shuffled(validation::contains),
                Split.TEST, shuffled(test::contains),
                Split.TRAIN, shuffled(i -> !validation.contains(i) && !test.contains(i)))),
        rows(rule));
  }

  @Test
  void splitsThatAreNotAtRandomGoAsEver() {
    assertEquals(
        new TreeMap<>(
            Map.of(
                Split.TEST, List.of(),
                Split.VALIDATION, shuffled(i -> i >= 480),
                Split.TRAIN, shuffled(i -> i < 480))),
        rows(rule(SplitRule.By.TIME, "number", "0.2", "0")));

    Set<String> seen = new HashSet<>();
    rows(rule(SplitRule.By.GROUP, "shop", "0.3", "0.2"))
        .forEach(
            (split, rows) -> {
              Set<Integer> shops = new HashSet<>();
              rows.forEach(row -> shops.add(row % 23));
              assertEquals(shuffled(i -> shops.contains(i % 23)), rows);
              shops.forEach(shop -> assertTrue(seen.add("s" + shop)));
            });
    assertEquals(23, seen.size());
  }

  @Test
  void filesOfTheirOwnValidate() {
    SplitRule rule = rule(SplitRule.By.RANDOM, null, "0", "0");
    FileRange validation = FileRange.newBuilder(file(1, rule)).setSplit(Split.VALIDATION).build();
    assertEquals(
        new TreeMap<>(
            Map.of(
                Split.VALIDATION, shuffled(i -> i / ROWS_OF_FILE == 1),
                Split.TEST, List.of(),
                Split.TRAIN, shuffled(i -> i / ROWS_OF_FILE != 1))),
        rows(rule, List.of(validation, file(2, rule), file(0, rule))));
  }

  @Test
  void whatIsHeldOutIsDealtToNoSplit() {
    SplitRule plain = rule(SplitRule.By.RANDOM, null, "0.15", "0.1");
    for (Holdout holdout :
        List.of(
            new Holdout("salt", new BigDecimal("0.2")),
            new Holdout("salt", new BigDecimal("0.2")).byKey(List.of("number", "shop")))) {
      SplitRule rule = plain.withHoldout(holdout);
      Map<Split, List<Integer>> rows = rows(rule);
      Set<Integer> used = new HashSet<>();
      rows.values().forEach(used::addAll);
      assertEquals(480, used.size(), 70);
      rows.forEach(
          (split, some) -> {
            Set<Integer> ofSplit = new HashSet<>(some);
            assertEquals(shuffled(ofSplit::contains), some);
            assertTrue(some.size() > 20, split + " has " + some.size());
          });
    }
  }

  @Test
  void aRowWithoutAKeyIsRejected() throws IOException {
    Files.writeString(
        folder.resolve("0.csv"), "number,customer,kind\n1,c1,odd\n2,,even\n3,c2,odd\n");
    SplitRule rule = rule(SplitRule.By.RANDOM, null, "0", "0");
    LearnedColumns learned = run(rule, List.of(file(0, rule), file(1, rule)), 1, 16).getLearned();
    assertEquals(1, learned.getRejectedRecords());
    assertEquals(3 + ROWS_OF_FILE, learned.getReadRecords());
    assertEquals(2 + ROWS_OF_FILE, learned.getTrainRows());
  }
}
