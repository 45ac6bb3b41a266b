package io.beamgrad.data.shuffle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.rows.Rows;
import io.beamgrad.data.split.Holdout;
import io.beamgrad.data.split.SplitRule;
import io.beamgrad.data.split.SplitSettings;
import io.beamgrad.failure.UnusableDataException;
import io.beamgrad.schema.BlockRef;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.Manifest;
import io.beamgrad.schema.OutcomeStatus;
import io.beamgrad.schema.ReadSummary;
import io.beamgrad.schema.Split;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RankingTest {
  private static final Column FEATURE = Columns.feature("x", ColumnType.FLOATS, List.of());
  private static final Column NAMED = Columns.target("kind", ColumnType.STRINGS, List.of());
  private static final List<Column> COLUMNS = List.of(FEATURE, NAMED);

  @TempDir Path folder;

  private static SplitSettings settings(String validation, String maxRejects, int classes) {
    return new SplitSettings(
        "f",
        COLUMNS,
        SplitRule.random(new BigDecimal(validation)),
        new BigDecimal(maxRejects),
        classes);
  }

  /** A block of rows {@code from, from + 1, ...} of file f; the class is a, b, a, b, ... */
  private BlockRef block(Split split, int bucket, int ordinal, int from, int rows) {
    ChunkRows chunk = new ChunkRows(COLUMNS, rows);
    for (int record = from; record < from + rows; record++) {
      ColumnBlock row = Rows.block(COLUMNS, new float[] {record}, record % 2 == 0 ? "a" : "b");
      chunk.add("f", record, row, 0);
    }
    BlockBuilder builder = new BlockBuilder(List.of(new PackedRows(chunk.build())), COLUMNS);
    int[] inOrder = IntStream.range(0, rows).toArray();
    SortedBucket.Block block =
        new SortedBucket.Block(builder.block(new int[rows], inOrder).rows(), 31L * rows, null);
    return new BlockStore(folder.toString())
        .countingClasses(true)
        .write(split, bucket, COLUMNS, 7L, new int[] {ordinal}, i -> block)
        .get(0);
  }

  private static ReadSummary summary(Split split, long read, long rejected, String... labels) {
    boolean isTest = split == Split.TEST;
    return new ReadSummary(
        "f.csv",
        split,
        0L,
        read,
        rejected,
        isTest ? List.of() : List.of(labels),
        rejected > 0 ? "f.csv record 9: bad" : null,
        List.of(),
        null,
        0L,
        null);
  }

  /** For each split the numbers of its rows in order of rank, which is checked to have no gaps. */
  private static String rows(Manifest manifest) {
    StringBuilder text = new StringBuilder();
    for (Split split : List.of(Split.TRAIN, Split.VALIDATION, Split.TEST)) {
      text.append(split).append(':');
      long rank = 0;
      for (BlockRef block : manifest.getBlocks()) {
        if (block.getSplit() == split) {
          assertEquals(rank, block.getFirstRank());
          assertEquals(List.of(), block.getClassRows());
          StoredRows rows = StoredRows.of(BlockStore.read(block), COLUMNS);
          for (int row = 0; row < rows.values().rows(); row++, rank++) {
            text.append(' ').append(rows.origin(row).record());
          }
        }
      }
      text.append('\n');
    }
    return text.toString();
  }

  private List<BlockRef> blocks() {
    return List.of(
        block(Split.TEST, 0, 0, 20, 5),
        block(Split.TRAIN, 1, 0, 6, 7),
        block(Split.TRAIN, 0, 1, 4, 2),
        block(Split.TRAIN, 0, 0, 0, 4));
  }

  private static final ReadSummary[] SUMMARIES = {
    summary(Split.TRAIN, 13, 0, "b", "a"), summary(Split.TEST, 5, 0, "a")
  };

  @Test
  void classesThatAreKnownNeedNotBeAmongTheRowsButOthersMayNotBe() throws UnusableDataException {
    SplitSettings learned = settings("0.2", "0", 3);
    SplitSettings known =
        new SplitSettings(
            "f", COLUMNS, learned.rule(), learned.maxRejects(), 3, List.of("a", "b", "c"));
    Manifest manifest = new Ranking(known).rank(blocks(), List.of(SUMMARIES));
    assertEquals(List.of("a", "b", "c"), manifest.getLearned().getLabels());
    ReadSummary[] more = {summary(Split.TRAIN, 13, 0, "b", "d"), SUMMARIES[1]};
    assertEquals(
        "column 'kind' has 4 classes (a, b, c, d), but the model tells 3 apart; the loss"
            + " cross_entropy and linear: {out: classes} at the end would tell all",
        assertThrows(
                UnusableDataException.class, () -> new Ranking(known).rank(blocks(), List.of(more)))
            .getMessage());
  }

  @Test
  void ranksFollowBucketAndOrdinalAndTheShareIsExact() throws UnusableDataException {
    Manifest manifest = new Ranking(settings("0.2", "0", 2)).rank(blocks(), List.of(SUMMARIES));
    assertEquals(
        """
        TRAIN: 2 3 4 5 6 7 8 9 10 11 12
        VALIDATION: 0 1
        TEST: 20 21 22 23 24
        """,
        rows(manifest)); // floor of 2.6
    assertEquals(11, manifest.getLearned().getTrainRows());
    assertEquals(2, manifest.getLearned().getValidationRows());
    assertEquals(5, manifest.getLearned().getTestRows());
    assertEquals(List.of("a", "b"), manifest.getLearned().getLabels());
  }

  @Test
  void theSameBlocksComeOfItWhenItIsDoneAgain() throws UnusableDataException {
    List<BlockRef> reversed = new ArrayList<>(blocks());
    Collections.reverse(reversed);
    Ranking ranking = new Ranking(settings("0.2", "0", 2));
    assertEquals(
        ranking.rank(blocks(), List.of(SUMMARIES)), ranking.rank(reversed, List.of(SUMMARIES)));
  }

  @Test
  void aShareThatEndsBetweenBlocksRewritesNone() throws Exception {
    List<BlockRef> blocks = blocks();
    long files = count();
    new Ranking(settings("0.47", "0", 2)).rank(blocks, List.of(SUMMARIES)); // 6 of 13
    assertEquals(files, count());
  }

  private long count() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.count();
    }
  }

  @Test
  void aDamagedBlockThatHasToBeCutIsNamed() throws IOException {
    BlockRef block = block(Split.TRAIN, 0, 0, 0, 10);
    byte[] bytes = Files.readAllBytes(Path.of(block.getPath()));
    bytes[(int) block.getPosition() + 60] ^= 1;
    Files.write(Path.of(block.getPath()), bytes);
    UnusableDataException e =
        assertThrows(
            UnusableDataException.class,
            () ->
                new Ranking(settings("0.2", "0", 2))
                    .rank(List.of(block), List.of(summary(Split.TRAIN, 10, 0, "a", "b"))));
    assertTrue(
        e.getMessage().startsWith(block.getPath() + ": damaged block at byte"), e.getMessage());
    assertEquals(OutcomeStatus.FAILED, e.status());
  }

  @Test
  void aFifthOf60000Is12000() {
    assertEquals(12000, SplitRule.random(new BigDecimal("0.2")).validationRows(60000));
    assertEquals(2, SplitRule.random(new BigDecimal("0.29")).validationRows(7));
    assertEquals(29, SplitRule.random(new BigDecimal("0.29")).validationRows(100));
  }

  private void assertUnusable(
      OutcomeStatus status, String message, SplitSettings settings, ReadSummary... summaries) {
    UnusableDataException e =
        assertThrows(
            UnusableDataException.class,
            () ->
                new Ranking(settings)
                    .rank(List.of(block(Split.TRAIN, 0, 0, 0, 10)), List.of(summaries)));
    assertEquals(message, e.getMessage());
    assertEquals(status, e.status());
  }

  @Test
  void tooManyRejectsFailTheJob() {
    assertUnusable(
        OutcomeStatus.FAILED,
        "too many rejected records: 3 of 100, the limit is 1% (data.maxRejects); the first:"
            + " f.csv record 9: bad",
        settings("0.2", "0.01", 2),
        summary(Split.TRAIN, 100, 3, "a", "b"));
  }

  @Test
  void aBrokenFileFailsTheJob() {
    ReadSummary broken =
        ReadSummary.newBuilder(summary(Split.TRAIN, 4, 0)).setBroken("f.gz: cut short").build();
    assertUnusable(OutcomeStatus.BAD_INPUT, "f.gz: cut short", settings("0.2", "0.01", 2), broken);
  }

  @Test
  void classesThatDoNotFitTheModelFailTheJob() {
    assertUnusable(
        OutcomeStatus.BAD_INPUT,
        "column 'kind' has 3 classes (a, b, c), but the model tells 2 apart; the loss"
            + " cross_entropy and linear: {out: classes} at the end would tell all",
        settings("0.2", "0", 2),
        summary(Split.TRAIN, 10, 0, "a", "c", "b"));
  }

  @Test
  void classesThatAreYetToBeLearnedAreNotThoseOfAllTrainingFiles() throws UnusableDataException {
    Manifest manifest =
        new Ranking(settings("0.2", "0", SplitSettings.LEARNED)).rank(blocks(), List.of(SUMMARIES));
    assertEquals(List.of(), manifest.getLearned().getLabels());
  }

  @Test
  void recordsThatAreLostOrThereTwiceFailTheJob() {
    assertUnusable(
        OutcomeStatus.FAILED,
        "the counts do not add up: 11 records read, but 8 trained, 2 validated, 0 tested, 0"
            + " calibrated, 0 held out and 0 rejected are 10",
        settings("0.2", "0", 2),
        summary(Split.TRAIN, 11, 0, "a", "b"));
  }

  private static SplitSettings settings(SplitRule.By by, String column, String test) {
    SplitRule rule = new SplitRule(by, column, new BigDecimal("0.15"), new BigDecimal(test));
    return new SplitSettings("f", COLUMNS, rule, BigDecimal.ZERO, 2);
  }

  @Test
  void aSplitThatCannotBeMadeSaysWhy() {
    ReadSummary summary = summary(Split.TRAIN, 10, 0, "a", "b");
    assertUnusable(
        OutcomeStatus.BAD_INPUT,
        "class 'a' of column 'kind' has too few rows to stratify: 5, but split.validation 0.15"
            + " needs 7",
        settings(SplitRule.By.STRATIFIED, null, "0.3"),
        summary);
    assertUnusable(
        OutcomeStatus.BAD_INPUT,
        "no validation rows: no value of column 'who' falls into the share of 0.15"
            + " (split.validation) of 10 rows; another split.seed may do, or more values",
        settings(SplitRule.By.GROUP, "who", "0"),
        summary);
    assertUnusable(
        OutcomeStatus.BAD_INPUT,
        "no validation rows: the last time of column 'day' has more than the share of 0.15"
            + " (split.validation) of 10 rows",
        settings(SplitRule.By.TIME, "day", "0.1"),
        summary);
  }

  @Test
  void rowsWithoutCalibrationOrTrainingSayWhy() {
    ReadSummary summary = summary(Split.TRAIN, 10, 0, "a", "b");
    BigDecimal tenth = new BigDecimal("0.1");
    SplitRule none = SplitRule.random(BigDecimal.ZERO).withCalibration(tenth);
    assertUnusable(
        OutcomeStatus.BAD_INPUT,
        "no calibration rows: no value of column 'who' falls into the share of 0.1"
            + " (split.calibration) of 10 rows; another split.seed may do, or more values",
        settings(none.withHoldout(new Holdout("h", tenth).byKey(List.of("who")))),
        summary);
    assertUnusable(
        OutcomeStatus.BAD_INPUT,
        "no calibration rows: no row falls into the share of 0.1 (split.calibration) of 10 rows;"
            + " another split.seed may do, or more rows",
        settings(none.withHoldout(new Holdout("h", tenth).byContent(List.of("a", "kind")))),
        summary);
    assertUnusable(
        OutcomeStatus.BAD_INPUT,
        "no training rows: 5 are for validation (split.validation 0.5), 0 for test (split.test 0)"
            + " and 5 for calibration (split.calibration 0.5)",
        settings(SplitRule.random(new BigDecimal("0.5")).withCalibration(new BigDecimal("0.5"))),
        summary);
  }

  private static SplitSettings settings(SplitRule rule) {
    return new SplitSettings("f", COLUMNS, rule, BigDecimal.ZERO, 2);
  }

  @Test
  void rowsThatAreAllForValidationFailTheJob() {
    assertUnusable(
        OutcomeStatus.BAD_INPUT,
        "no training rows: 10 are for validation (split.validation 1) and 0 for test (split.test 0)",
        settings("1", "0", 2),
        summary(Split.TRAIN, 10, 0, "a", "b"));
  }
}
