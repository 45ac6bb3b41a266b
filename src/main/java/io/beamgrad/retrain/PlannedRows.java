package io.beamgrad.retrain;

import io.beamgrad.data.files.Xxh64;
import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.data.rows.WeightCheck;
import io.beamgrad.data.sources.SourceFiles;
import io.beamgrad.data.sources.SourcePart;
import io.beamgrad.data.split.KeyShares;
import io.beamgrad.data.split.RowSplitter;
import io.beamgrad.data.split.SplitRule;
import io.beamgrad.data.split.SplitSink;
import io.beamgrad.data.split.TimeCounts;
import io.beamgrad.data.split.TrainedData;
import io.beamgrad.schema.FileRange;
import io.beamgrad.schema.Reject;
import io.beamgrad.schema.Split;
import io.beamgrad.schema.TimeThresholds;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Counts what the rows of a run would be for, by reading them and keeping none. */
final class PlannedRows {
  private final DataSelection selection;
  private final SplitRule rule;
  private final long seed;
  private final List<TrainedData> trained;
  private final Map<String, SourcePart> parts = new HashMap<>();
  private final Set<String> training;
  private final Set<String> judging;
  private final Set<String> fresh;
  private final Map<Split, Long> split = new EnumMap<>(Split.class);
  private final Map<String, Integer> ofKeys = new HashMap<>(); // rows to deal out key by key
  private long heldOut;
  private long judges;
  private long freshJudges;
  private long seen;

  /**
   * @param rule of the split, with a holdout
   * @param seed of the split
   * @param trained what the models that are to be judged have been trained on
   */
  PlannedRows(DataSelection selection, SplitRule rule, long seed, Collection<TrainedData> trained) {
    this.selection = selection;
    this.rule = rule;
    this.seed = seed;
    this.trained = List.copyOf(trained);
    this.training = identities(selection.training());
    this.judging = identities(selection.judging());
    this.fresh = identities(selection.fresh());
  }

  private Set<String> identities(List<SourcePart> of) {
    Set<String> identities = new HashSet<>();
    for (SourcePart part : of) {
      parts.put(part.identity(), part);
      identities.add(part.identity());
    }
    return identities;
  }

  /** Reads the files to train on and those that judge. */
  PlannedRows count(SourceFiles source) throws InterruptedException {
    List<FileRange> ranges =
        source.ranges().stream().filter(range -> range.getSplit() == Split.TRAIN).toList();
    TimeThresholds thresholds =
        TimeCounts.thresholds(
            ranges.stream().filter(range -> training.contains(range.getIdentity())).toList(), rule);
    for (FileRange range : ranges) {
      if (Thread.interrupted()) {
        throw new InterruptedException("the count of rows was interrupted");
      }
      FileRange of = FileRange.newBuilder(range).setThresholds(thresholds).build();
      SourceFiles.reader(range.getFormat())
          .read(of, WeightCheck.of(of, new RowSplitter(of, rule, seed, new Rows(of))));
    }
    KeyShares shares = new KeyShares(rule, seed);
    ofKeys.forEach(
        (key, rows) -> {
          KeyShares.Rows dealt = shares.of(Xxh64.hash(key, 0), rows);
          split.merge(Split.VALIDATION, (long) dealt.validation(), Long::sum);
          split.merge(Split.TEST, (long) dealt.test(), Long::sum);
          split.merge(Split.TRAIN, (long) dealt.train(), Long::sum);
        });
    ofKeys.clear();
    return this;
  }

  private final class Rows implements SplitSink {
    private final boolean isTraining;
    private final boolean isJudging;
    private final boolean isFresh;
    private final List<TrainedData.Rows> lineage;
    private final int key;

    Rows(FileRange range) {
      String identity = range.getIdentity();
      SourcePart part = parts.get(identity);
      List<String> contents = selection.sha256(part);
      isTraining = training.contains(identity);
      isJudging = judging.contains(identity);
      isFresh = fresh.contains(identity);
      key = rule.eachColumn(range.getColumns());
      lineage =
          trained.stream()
              .map(data -> data.of(part.files(), contents, range.getColumns()))
              .toList();
    }

    @Override
    public void accept(Split of, long record, ColumnBlock row) {
      if (!isTraining) {
        return;
      }
      if (of == Split.TRAIN && rule.isByRankInKey()) {
        ofKeys.merge(row.column(key).text(0), 1, Integer::sum);
      } else {
        split.merge(of, 1L, Long::sum);
      }
    }

    @Override
    public void holdOut(String word) {}

    @Override
    public void holdOut(long record, ColumnBlock row, long group) {
      heldOut += isTraining ? 1 : 0;
      if (!isJudging) {
        return;
      }
      if (lineage.stream().anyMatch(data -> data.mayHaveTrained(record, row))) {
        seen++;
      } else {
        judges++;
        freshJudges += isFresh ? 1 : 0;
      }
    }

    @Override
    public void reject(Reject reject) {}
  }

  private long rows(Split of) {
    return split.getOrDefault(of, 0L);
  }

  private long share(BigDecimal share) {
    return share.multiply(BigDecimal.valueOf(rows(Split.TRAIN))).longValue();
  }

  /** Rows of the files to train on; of a stratified split up to a row of each class more. */
  long validated() {
    return rule.isByRank() ? share(rule.validation()) : rows(Split.VALIDATION);
  }

  long tested() {
    return rule.isByRank() ? share(rule.test()) : rows(Split.TEST);
  }

  long calibrated() {
    return rule.isByRank() ? share(rule.calibration()) : rows(Split.CALIBRATION);
  }

  long trained() {
    return rule.isByRank()
        ? rows(Split.TRAIN) - validated() - tested() - calibrated()
        : rows(Split.TRAIN);
  }

  /** Rows of the files to train on that would be held out. */
  long heldOut() {
    return heldOut;
  }

  /** Held-out rows of the judging files that none of the models may have been trained on. */
  long judging() {
    return judges;
  }

  /** Those of them that are of fresh files. */
  long freshJudging() {
    return freshJudges;
  }

  /** Held-out rows of the judging files that one of the models may have been trained on. */
  long seen() {
    return seen;
  }
}
