package io.beamgrad.learner;

import io.beamgrad.schema.BaselineScore;
import io.beamgrad.schema.Checkpoint;
import io.beamgrad.schema.MetricRow;
import io.beamgrad.schema.Split;
import io.beamgrad.train.EpochResult;
import java.util.ArrayList;
import java.util.List;

/** What was measured of a training, those attempts included that it goes on from. */
final class TrainingLog {
  private final List<MetricRow> rows = new ArrayList<>();
  private final List<String> hashes = new ArrayList<>(); // of the weights, from epoch 0 on
  private final List<EpochResult> refit = new ArrayList<>(); // of this attempt
  private int rowsBefore; // of an earlier attempt

  /** Takes over what an earlier attempt has measured. */
  void restore(Checkpoint checkpoint) {
    rows.addAll(checkpoint.getRows());
    hashes.addAll(checkpoint.getWeightsSha256());
    rowsBefore = rows.size();
  }

  void add(MetricRow row) {
    rows.add(row);
  }

  /** Puts a row in the place of the last one of its split. */
  void replace(MetricRow row) {
    int last = rows.size() - 1;
    while (rows.get(last).getSplit() != row.getSplit()) {
      last--;
    }
    rows.set(last, row);
  }

  /** Notes how good a baseline is on the rows that one of the rows was measured on. */
  void setBaseline(Split split, int epoch, BaselineScore baseline) {
    rows.replaceAll(
        row ->
            row.getSplit() == split && row.getEpoch() == epoch
                ? MetricRow.newBuilder(row).setBaseline(baseline).build()
                : row);
  }

  void addRefit(EpochResult epoch) {
    refit.add(epoch);
  }

  /** The epochs of the refit that this attempt has trained. */
  List<EpochResult> refit() {
    return refit;
  }

  void addHash(String sha256) {
    hashes.add(sha256);
  }

  /** All metric rows so far. */
  List<MetricRow> rows() {
    return rows;
  }

  /** Those of this attempt. */
  List<MetricRow> rowsOfThisAttempt() {
    return rows.subList(rowsBefore, rows.size());
  }

  /** Hex SHA-256 of the weights before the first epoch and after each. */
  List<String> hashes() {
    return hashes;
  }
}
