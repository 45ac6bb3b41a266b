package io.beamgrad.data.shuffle;

import io.beamgrad.data.files.Sha256;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.rows.Labels;
import io.beamgrad.data.rows.RejectText;
import io.beamgrad.data.split.SplitCheck;
import io.beamgrad.data.split.SplitSettings;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.failure.UnusableDataException;
import io.beamgrad.schema.BlockRef;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.FoldBlocks;
import io.beamgrad.schema.LearnedColumns;
import io.beamgrad.schema.Manifest;
import io.beamgrad.schema.OutcomeStatus;
import io.beamgrad.schema.ReadSummary;
import io.beamgrad.schema.Split;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Assigns each block to a split and gives it its rank there. The split rule assigns the blocks of
 * the training files; ranks are a prefix sum over the buckets in order, and the blocks of each
 * bucket in order.
 */
public final class Ranking {
  /** The most distinct labels that a reader reports. */
  public static final int MOST_LABELS = 10_000;

  private final SplitSettings settings;

  public Ranking(SplitSettings settings) {
    this.settings = settings;
  }

  /**
   * Ranks the blocks of one ingest.
   *
   * @param blocks all blocks, in any order
   * @param summaries the summaries of the readers, in any order
   * @throws UnusableDataException where a file is broken, too many records were rejected, the
   *     labels do not fit the model, a requested split has no rows, or records are lost
   */
  public Manifest rank(List<BlockRef> blocks, List<ReadSummary> summaries)
      throws UnusableDataException {
    List<ReadSummary> sorted = new ArrayList<>(summaries);
    sorted.sort(
        Comparator.comparing(ReadSummary::getFile).thenComparingLong(ReadSummary::getFirstRecord));
    requireWholeFiles(sorted);
    requireFewRejects(sorted);
    Map<Split, List<BlockRef>> splits = split(blocks, sorted);
    LearnedColumns learned =
        LearnedColumns.newBuilder()
            .setLabels(labels(sorted))
            .setReadRecords(sorted.stream().mapToLong(ReadSummary::getRead).sum())
            .setRejectedRecords(sorted.stream().mapToLong(ReadSummary::getRejected).sum())
            .setHeldOutRecords(sorted.stream().mapToLong(ReadSummary::getHeldOut).sum())
            .setTrainRows(rows(splits.get(Split.TRAIN)))
            .setValidationRows(rows(splits.get(Split.VALIDATION)))
            .setTestRows(rows(splits.get(Split.TEST)))
            .setCalibrationRows(rows(splits.get(Split.CALIBRATION)))
            .setDataChecksum(dataChecksum(splits))
            .build();
    Optional<String> gap = RecordCounts.of(learned).gap();
    if (gap.isPresent()) {
      throw new UnusableDataException(OutcomeStatus.FAILED, gap.get());
    }
    return new Manifest(
        settings.fingerprint(),
        learned,
        splits.values().stream().flatMap(List::stream).map(Ranking::asRanked).toList(),
        BlockStore.FORMAT,
        folds(splits, learned));
  }

  private List<FoldBlocks> folds(Map<Split, List<BlockRef>> splits, LearnedColumns learned)
      throws UnusableDataException {
    if (settings.rule().folds() == null) {
      return List.of();
    }
    try {
      return new FoldSplitter(settings).split(splits, learned);
    } catch (BrokenFileException e) {
      throw new UnusableDataException(OutcomeStatus.FAILED, e.getMessage());
    }
  }

  /** The blocks of each split, ranked. */
  private Map<Split, List<BlockRef>> split(List<BlockRef> blocks, List<ReadSummary> summaries)
      throws UnusableDataException {
    SplitCheck check = new SplitCheck(settings, summaries);
    List<BlockRef> all = new ArrayList<>(blocks);
    if (settings.rule().isByRank()) {
      List<BlockRef> training = inOrder(blocks, Split.TRAIN);
      BlockSplitter cut = new BlockSplitter(settings.rule(), settings.columns());
      check.requireRowsOfEachClass(cut.classRows(training));
      all.removeAll(training);
      try {
        all.addAll(cut.cut(training));
      } catch (BrokenFileException e) {
        throw new UnusableDataException(OutcomeStatus.FAILED, e.getMessage());
      }
    }
    Map<Split, List<BlockRef>> splits = new EnumMap<>(Split.class);
    Map<Split, Long> rows = new EnumMap<>(Split.class);
    for (Split split : Split.values()) {
      splits.put(split, rank(inOrder(all, split)));
      rows.put(split, rows(splits.get(split)));
    }
    check.requireRows(rows);
    return splits;
  }

  static List<BlockRef> inOrder(List<BlockRef> blocks, Split split) {
    return blocks.stream()
        .filter(block -> block.getSplit() == split)
        .sorted(Comparator.comparingInt(BlockRef::getBucket).thenComparingInt(BlockRef::getOrdinal))
        .toList();
  }

  static List<BlockRef> rank(List<BlockRef> inOrder) {
    List<BlockRef> ranked = new ArrayList<>();
    long rank = 0;
    for (BlockRef block : inOrder) {
      ranked.add(BlockRef.newBuilder(block).setFirstRank(rank).build());
      rank += block.getRows();
    }
    return ranked;
  }

  static BlockRef asRanked(BlockRef block) {
    return BlockRef.newBuilder(block).setClassRows(List.of()).setParts(null).build();
  }

  private static void requireWholeFiles(List<ReadSummary> summaries) throws UnusableDataException {
    Optional<String> broken =
        summaries.stream().map(ReadSummary::getBroken).filter(b -> b != null).findFirst();
    if (broken.isPresent()) {
      throw new UnusableDataException(OutcomeStatus.BAD_INPUT, broken.get());
    }
  }

  private void requireFewRejects(List<ReadSummary> summaries) throws UnusableDataException {
    long read = summaries.stream().mapToLong(ReadSummary::getRead).sum();
    long rejected = summaries.stream().mapToLong(ReadSummary::getRejected).sum();
    BigDecimal limit = settings.maxRejects().multiply(BigDecimal.valueOf(read));
    if (BigDecimal.valueOf(rejected).compareTo(limit) > 0) {
      throw new UnusableDataException(
          OutcomeStatus.FAILED,
          "too many rejected records: %s of %s, the limit is %s%% (data.maxRejects); the first: %s"
              .formatted(
                  rejected,
                  read,
                  settings.maxRejects().movePointRight(2).stripTrailingZeros().toPlainString(),
                  summaries.stream()
                      .map(ReadSummary::getFirstReject)
                      .filter(reject -> reject != null)
                      .findFirst()
                      .orElse("unknown")));
    }
  }

  /**
   * The labels: the distinct texts of the rows of the training files, sorted; 0, 1, ... where they
   * are bytes. None where the training rows alone are to say them, once they are known.
   */
  private List<String> labels(List<ReadSummary> summaries) throws UnusableDataException {
    if (settings.classes() == 0 || settings.classes() == SplitSettings.LEARNED) {
      return List.of();
    }
    Column target = settings.columns().stream().filter(Columns::isTarget).findFirst().orElseThrow();
    if (target.getType() != ColumnType.STRINGS) {
      return IntStream.range(0, settings.classes()).mapToObj(Integer::toString).toList();
    }
    TreeSet<String> labels = new TreeSet<>(settings.labels());
    for (ReadSummary summary : summaries) {
      labels.addAll(summary.getLabels());
    }
    if (labels.size() != settings.classes()) {
      throw new UnusableDataException(
          OutcomeStatus.BAD_INPUT, wrongClasses(target.getName(), labels));
    }
    return Labels.sorted(labels);
  }

  private static String abbreviated(Set<String> labels) {
    List<String> some =
        labels.stream()
            .limit(20)
            .map(label -> RejectText.onOneLine(RejectText.cut(label)))
            .toList();
    return String.join(", ", some) + (labels.size() > some.size() ? ", ..." : "");
  }

  private String wrongClasses(String column, Set<String> labels) {
    String found =
        "column '%s' has %s%s classes (%s), but the model tells %s apart"
            .formatted(
                column,
                labels.size() < MOST_LABELS ? "" : "at least ",
                labels.size(),
                abbreviated(labels),
                settings.classes());
    return labels.size() < 2 || labels.size() >= MOST_LABELS
        ? found
        : found + "; the loss cross_entropy and linear: {out: classes} at the end would tell all";
  }

  /**
   * A checksum of the rows, which does not depend on how files are compressed and blocks are cut. A
   * split without calibration rows has the checksum that it had before there were any.
   */
  private String dataChecksum(Map<Split, List<BlockRef>> splits) {
    StringBuilder text = new StringBuilder(settings.columns().toString());
    splits.forEach(
        (split, blocks) -> {
          if (split != Split.CALIBRATION || !blocks.isEmpty()) {
            text.append(
                String.format(
                    Locale.ROOT, " %s %d %016x", split, rows(blocks), contentHash(blocks)));
          }
        });
    return Sha256.hex(text.toString());
  }

  private static long contentHash(List<BlockRef> blocks) {
    return blocks.stream().mapToLong(BlockRef::getContentHash).sum();
  }

  static long rows(List<BlockRef> blocks) {
    return blocks.stream().mapToLong(BlockRef::getRows).sum();
  }
}
