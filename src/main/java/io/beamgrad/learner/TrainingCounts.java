package io.beamgrad.learner;

import io.beamgrad.data.shuffle.BlockCache;
import io.beamgrad.schema.MetricRow;
import io.beamgrad.schema.Split;
import io.beamgrad.train.EpochResult;
import java.util.List;

/**
 * What one attempt at a training did, a refit included; what an earlier attempt had done is not in
 * it.
 *
 * @param cacheHits how often a batch found a block in the cache of the JVM, whoever asked for it
 * @param cacheMisses how often a block was read
 */
public record TrainingCounts(
    long rowsTrained,
    int epochs,
    long trainMillis,
    long evaluateMillis,
    long cacheHits,
    long cacheMisses) {

  /**
   * @param log of this attempt
   * @param before the cache at its start
   * @param after the cache at its end
   */
  static TrainingCounts of(TrainingLog log, CacheCounts before, CacheCounts after) {
    List<MetricRow> added = log.rowsOfThisAttempt();
    List<MetricRow> trained = added.stream().filter(TrainingCounts::isTrained).toList();
    double trainSeconds = trained.stream().mapToDouble(MetricRow::getSeconds).sum();
    double allSeconds = added.stream().mapToDouble(MetricRow::getSeconds).sum();
    double refitSeconds = log.refit().stream().mapToDouble(EpochResult::elapsedNanos).sum() / 1e9;
    return new TrainingCounts(
        trained.stream().mapToLong(MetricRow::getExamples).sum()
            + log.refit().stream().mapToLong(EpochResult::rows).sum(),
        trained.size() + log.refit().size(),
        Math.round((trainSeconds + refitSeconds) * 1e3),
        Math.round((allSeconds - trainSeconds) * 1e3),
        after.hits - before.hits,
        after.misses - before.misses);
  }

  /** Epoch 0 is an evaluation. */
  private static boolean isTrained(MetricRow row) {
    return row.getSplit() == Split.TRAIN && row.getEpoch() > 0;
  }

  /** What a cache has counted since its start. */
  record CacheCounts(long hits, long misses) {
    static CacheCounts of(BlockCache cache) {
      return new CacheCounts(cache.hits(), cache.misses());
    }
  }
}
