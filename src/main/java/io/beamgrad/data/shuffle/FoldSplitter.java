package io.beamgrad.data.shuffle;

import io.beamgrad.data.files.Sha256;
import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.split.FoldRule;
import io.beamgrad.data.split.FoldShares;
import io.beamgrad.data.split.SplitCheck;
import io.beamgrad.data.split.SplitSettings;
import io.beamgrad.data.split.SplitShares;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.failure.UnusableDataException;
import io.beamgrad.schema.BlockRef;
import io.beamgrad.schema.ClassRows;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.FoldBlocks;
import io.beamgrad.schema.LearnedColumns;
import io.beamgrad.schema.Split;
import java.nio.ByteOrder;
import java.nio.ShortBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntPredicate;

/**
 * Says which rows each fold trains, validates and tests on, of blocks that are split and ranked
 * already. No row is written again: a block of which a fold has some rows alone is referred to with
 * a selection, and only such blocks are read, where classes matter. Rows keep their order.
 */
final class FoldSplitter {
  private final SplitSettings settings;
  private final FoldRule rule;
  private final List<Column> columns;
  private final int classColumn; // -1 where classes do not matter

  /**
   * A block of the final model's.
   *
   * @param parts those of all of its rows, of which there is one where they are the same
   */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares or changes the array
  private record Dealt(BlockRef block, int[] parts) {

    /** The rows whose parts are so. */
    BitSet rows(IntPredicate isWanted) {
      BitSet rows = new BitSet();
      for (int row = 0; row < block.getRows(); row++) {
        rows.set(row, isWanted.test(parts.length == 1 ? parts[0] : parts[row]));
      }
      return rows;
    }
  }

  /**
   * @param settings of which the rule has folds
   */
  FoldSplitter(SplitSettings settings) {
    this.settings = settings;
    this.rule = settings.rule().folds();
    this.columns = settings.columns();
    this.classColumn =
        rule.by() == FoldRule.By.STRATIFIED ? Columns.classColumn(settings.columns()) : -1;
  }

  /**
   * The folds in order.
   *
   * @param splits the ranked blocks of the final model, with the rows of each class where classes
   *     matter
   * @param learned its labels and counts
   * @throws UnusableDataException where there are too few rows, or rows of a class
   * @throws BrokenFileException where a block is damaged
   */
  List<FoldBlocks> split(Map<Split, List<BlockRef>> splits, LearnedColumns learned)
      throws UnusableDataException {
    List<BlockRef> pool = new ArrayList<>(splits.get(Split.TRAIN));
    boolean areValidatingDealt = settings.rule().validation().signum() > 0;
    if (areValidatingDealt) {
      pool.addAll(splits.get(Split.VALIDATION));
    }
    List<Dealt> dealt = rule.isByKey() ? byKey(pool) : byShares(pool);
    List<FoldBlocks> folds = new ArrayList<>();
    for (int fold = 0; fold < rule.count(); fold++) {
      List<BlockRef> blocks = new ArrayList<>();
      for (Dealt block : dealt) {
        addTo(blocks, block, fold);
      }
      if (!areValidatingDealt) {
        blocks.addAll(splits.get(Split.VALIDATION));
      }
      blocks.addAll(splits.get(Split.CALIBRATION));
      folds.add(ranked(fold, blocks, learned));
    }
    return folds;
  }

  private List<Dealt> byKey(List<BlockRef> pool) throws UnusableDataException {
    long[] rows = new long[rule.parts()];
    List<Dealt> dealt = new ArrayList<>();
    for (BlockRef block : pool) {
      int[] parts = parts(block);
      for (int part : parts) {
        rows[part]++;
      }
      dealt.add(new Dealt(block, parts));
    }
    SplitCheck.requireRowsOfParts(rule, rows);
    return dealt;
  }

  /** The parts that keys put the rows of a block in; empty where they are not known. */
  static int[] parts(BlockRef block) {
    if (block.getParts() == null) {
      return new int[0];
    }
    ShortBuffer stored =
        block.getParts().duplicate().order(ByteOrder.LITTLE_ENDIAN).asShortBuffer();
    int[] parts = new int[stored.remaining()];
    for (int row = 0; row < parts.length; row++) {
      parts[row] = stored.get(row);
    }
    return parts;
  }

  private List<Dealt> byShares(List<BlockRef> pool) throws UnusableDataException {
    TreeMap<String, Long> rows = new TreeMap<>(); // by stratum
    TreeMap<String, Long> ofClasses = new TreeMap<>();
    for (BlockRef block : pool) {
      for (ClassRows of : classRows(block)) {
        rows.merge(stratum(block, of.getLabel()), (long) of.getRows(), Long::sum);
        ofClasses.merge(of.getLabel(), (long) of.getRows(), Long::sum);
      }
    }
    SplitCheck.requireRowsToFold(rule, columns, ofClasses);
    FoldShares shares = new FoldShares(rule.count(), rows);
    return pool.stream().map(block -> deal(block, shares)).toList();
  }

  private static String stratum(BlockRef block, String label) {
    return label + "/" + block.getSplit(); // classes first, so that a class's rows go round as one
  }

  private List<ClassRows> classRows(BlockRef block) {
    return classColumn < 0
        ? List.of(new ClassRows(SplitShares.ANY, block.getRows()))
        : block.getClassRows();
  }

  private Dealt deal(BlockRef block, FoldShares shares) {
    Map<String, Integer> strata = new TreeMap<>();
    classRows(block).forEach(of -> strata.put(stratum(block, of.getLabel()), of.getRows()));
    int whole = shares.next(strata);
    if (whole >= 0) {
      return new Dealt(block, new int[] {whole});
    }
    ColumnBlock values = new ColumnBlock(columns, 0);
    if (classColumn >= 0) {
      BlockStore.read(block, values);
    }
    int[] folds = new int[block.getRows()];
    for (int row = 0; row < folds.length; row++) {
      String label = classColumn < 0 ? SplitShares.ANY : values.column(classColumn).text(row);
      folds[row] = shares.next(stratum(block, label));
    }
    return new Dealt(block, folds);
  }

  private void addTo(List<BlockRef> blocks, Dealt dealt, int fold) {
    BlockRef tested = BlockRef.newBuilder(dealt.block()).setSplit(Split.TEST).build();
    addTo(blocks, tested, dealt.rows(part -> rule.isTested(part, fold)));
    addTo(
        blocks,
        dealt.block(),
        dealt.rows(part -> rule.isUsed(part, fold) && !rule.isTested(part, fold)));
  }

  private static void addTo(List<BlockRef> blocks, BlockRef block, BitSet rows) {
    if (rows.cardinality() == block.getRows()) {
      blocks.add(block);
    } else if (!rows.isEmpty()) {
      blocks.add(RowSelection.of(block, rows));
    }
  }

  private FoldBlocks ranked(int fold, List<BlockRef> blocks, LearnedColumns all)
      throws UnusableDataException {
    List<BlockRef> train = Ranking.rank(Ranking.inOrder(blocks, Split.TRAIN));
    SplitCheck.requireRowsToTrain(fold, rule, Ranking.rows(train));
    List<BlockRef> validation = Ranking.rank(Ranking.inOrder(blocks, Split.VALIDATION));
    List<BlockRef> test = Ranking.rank(Ranking.inOrder(blocks, Split.TEST));
    List<BlockRef> calibration = Ranking.rank(Ranking.inOrder(blocks, Split.CALIBRATION));
    long used =
        Ranking.rows(train)
            + Ranking.rows(validation)
            + Ranking.rows(test)
            + Ranking.rows(calibration);
    long usable = all.getReadRecords() - all.getRejectedRecords();
    List<BlockRef> ranked = new ArrayList<>();
    for (List<BlockRef> split : List.of(train, validation, test, calibration)) {
      split.forEach(block -> ranked.add(Ranking.asRanked(block)));
    }
    return new FoldBlocks(
        LearnedColumns.newBuilder(all)
            .setTrainRows(Ranking.rows(train))
            .setValidationRows(Ranking.rows(validation))
            .setTestRows(Ranking.rows(test))
            .setHeldOutRecords(usable - used)
            .setDataChecksum(
                Sha256.hex(
                    "%s fold %s of %s %s"
                        .formatted(all.getDataChecksum(), fold, rule.count(), rule.by())))
            .build(),
        ranked);
  }
}
