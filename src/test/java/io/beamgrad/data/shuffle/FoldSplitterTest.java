package io.beamgrad.data.shuffle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.rows.RowOrigin;
import io.beamgrad.data.rows.Rows;
import io.beamgrad.data.split.FoldRule;
import io.beamgrad.data.split.SplitRule;
import io.beamgrad.data.split.SplitSettings;
import io.beamgrad.failure.UnusableDataException;
import io.beamgrad.schema.BlockRef;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.FoldBlocks;
import io.beamgrad.schema.Manifest;
import io.beamgrad.schema.ReadSummary;
import io.beamgrad.schema.Split;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FoldSplitterTest {
  private static final int RECORDS = 101;
  private static final List<Column> COLUMNS =
      List.of(
          Columns.feature("x", ColumnType.FLOATS, List.of()),
          Columns.target("kind", ColumnType.STRINGS, List.of()));

  @TempDir Path folder;

  private static String kind(long record) {
    return record % 7 == 0 ? "rare" : record % 3 == 0 ? "some" : "many";
  }

  private static SplitRule rule(SplitRule.By by, String validation, FoldRule folds) {
    return new SplitRule(by, null, new BigDecimal(validation), new BigDecimal("0.1"))
        .withFolds(folds);
  }

  private Manifest rank(SplitRule rule, int blockRows) throws UnusableDataException {
    ChunkRows rows = new ChunkRows(COLUMNS, 1);
    for (int i = 0; i < RECORDS; i++) {
      int part = rule.folds().isByKey() ? i % rule.folds().parts() : -1;
      rows.add("f", i, Rows.block(COLUMNS, new float[] {i}, kind(i)), 0, part);
    }
    List<BlockRef> blocks =
        new BlockStore(folder.resolve("blocks" + blockRows + rule.by()).toString())
            .countingClasses(rule.countsClasses())
            .write(
                Split.TRAIN,
                0,
                COLUMNS,
                SortedBucket.of(List.of(rows.build()), COLUMNS, 1, blockRows));
    ReadSummary read =
        new ReadSummary("f", Split.TRAIN, 0L, 101L, 0L, List.of(), null, List.of(), null, 0L, null);
    return new Ranking(new SplitSettings("f", COLUMNS, rule, BigDecimal.ZERO, 0))
        .rank(blocks, List.of(read));
  }

  /** The records of a split in order of rank, whose values are checked to be theirs. */
  private static List<Long> records(List<BlockRef> blocks, Split split) {
    List<Long> records = new ArrayList<>();
    for (BlockRef block : blocks) {
      if (block.getSplit() == split) {
        assertEquals(records.size(), block.getFirstRank());
        ColumnBlock values = new ColumnBlock(COLUMNS, 0);
        BlockStore.read(block, values);
        List<RowOrigin> places = BlockStore.places(block, COLUMNS);
        assertEquals(block.getRows(), values.rows());
        assertEquals(block.getRows(), places.size());
        for (int row = 0; row < values.rows(); row++) {
          long record = places.get(row).record();
          assertEquals(record, (long) values.column(0).number(row));
          assertEquals(kind(record), values.column(1).text(row));
          assertEquals(record, BlockStore.place(block, row).record());
          records.add(record);
        }
      }
    }
    return records;
  }

  @Test
  void foldsAreTheSameHoweverBlocksAreCut() throws UnusableDataException {
    for (SplitRule.By by : List.of(SplitRule.By.RANDOM, SplitRule.By.STRATIFIED)) {
      for (FoldRule.By dealt : FoldRule.By.values()) {
        boolean isByKey = dealt == FoldRule.By.GROUP || dealt == FoldRule.By.TIME;
        FoldRule folds = new FoldRule(4, dealt, isByKey ? List.of("key") : List.of());
        SplitRule rule = rule(by, "0.2", folds);
        List<FoldBlocks> large = rank(rule, 1000).getFolds();
        List<FoldBlocks> small = rank(rule, 3).getFolds();
        for (int fold = 0; fold < 4; fold++) {
          assertEquals(large.get(fold).getLearned(), small.get(fold).getLearned());
          if (isByKey) {
            int part = folds.testedBy(fold);
            assertTrue(
                records(small.get(fold).getBlocks(), Split.TEST).stream()
                    .allMatch(record -> record % folds.parts() == part));
            assertTrue(
                records(small.get(fold).getBlocks(), Split.TRAIN).stream()
                    .allMatch(
                        record ->
                            dealt == FoldRule.By.GROUP
                                ? record % folds.parts() != part
                                : record % folds.parts() < part));
          }
          for (Split split : List.of(Split.TRAIN, Split.VALIDATION)) {
            assertEquals(
                records(large.get(fold).getBlocks(), split),
                records(small.get(fold).getBlocks(), split));
          }
          assertEquals(
              new TreeSet<>(records(large.get(fold).getBlocks(), Split.TEST)),
              new TreeSet<>(records(small.get(fold).getBlocks(), Split.TEST)));
        }
      }
    }
  }

  @Test
  void eachRowThatIsNotForTestIsTestedOnceAndKeepsItsSplitInOtherFolds()
      throws UnusableDataException {
    Manifest manifest =
        rank(rule(SplitRule.By.RANDOM, "0.2", new FoldRule(4, FoldRule.By.RANDOM)), 8);
    List<Long> trained = records(manifest.getBlocks(), Split.TRAIN);
    List<Long> validated = records(manifest.getBlocks(), Split.VALIDATION);
    TreeSet<Long> pool = new TreeSet<>(trained);
    pool.addAll(validated);
    List<Long> tested = new ArrayList<>();
    for (FoldBlocks fold : manifest.getFolds()) {
      List<Long> own = records(fold.getBlocks(), Split.TEST);
      tested.addAll(own);
      List<Long> train = new ArrayList<>(trained);
      train.removeAll(own);
      assertEquals(train, records(fold.getBlocks(), Split.TRAIN)); // in their order
      List<Long> validation = new ArrayList<>(validated);
      validation.removeAll(own);
      assertEquals(validation, records(fold.getBlocks(), Split.VALIDATION));
      assertEquals(own.size(), fold.getLearned().getTestRows());
      assertEquals(10, fold.getLearned().getHeldOutRecords());
    }
    assertEquals(pool.size(), tested.size());
    assertEquals(pool, new TreeSet<>(tested));
  }

  @Test
  void noRowIsWrittenAgainForAFold() throws UnusableDataException {
    Manifest manifest =
        rank(rule(SplitRule.By.RANDOM, "0", new FoldRule(5, FoldRule.By.STRATIFIED)), 8);
    List<String> paths = manifest.getBlocks().stream().map(BlockRef::getPath).toList();
    int selected = 0;
    for (FoldBlocks fold : manifest.getFolds()) {
      for (BlockRef block : fold.getBlocks()) {
        assertTrue(paths.contains(block.getPath()));
        assertEquals(List.of(), block.getClassRows());
        selected += block.getSelected() == null ? 0 : 1;
      }
    }
    assertTrue(selected > 0);
    manifest.getBlocks().forEach(block -> assertNull(block.getSelected()));
  }

  @Test
  void moreFoldsThanRowsOfAClassAreOneLine() {
    UnusableDataException thrown =
        assertThrows(
            UnusableDataException.class,
            () ->
                rank(rule(SplitRule.By.RANDOM, "0", new FoldRule(20, FoldRule.By.STRATIFIED)), 8));
    assertTrue(
        thrown
            .getMessage()
            .startsWith("class 'rare' of column 'kind' has too few rows for 20 folds: 1"),
        thrown.getMessage());
    thrown =
        assertThrows(
            UnusableDataException.class,
            () -> rank(rule(SplitRule.By.RANDOM, "0", new FoldRule(200, FoldRule.By.RANDOM)), 8));
    assertEquals("folds: 200 folds need as many rows, found 91", thrown.getMessage());
  }
}
