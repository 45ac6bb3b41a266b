package io.beamgrad.data.shuffle;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.beamgrad.schema.MetricRow;
import io.beamgrad.schema.Split;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RecordCountsTest {
  private static final RecordCounts COUNTS = new RecordCounts(22, 10, 4, 3, 2, 2, 1);

  private static MetricRow row(int epoch, Split split, long examples) {
    return MetricRow.newBuilder()
        .setModel("m")
        .setEpoch(epoch)
        .setSplit(split)
        .setLoss(1)
        .setAccuracy(null)
        .setMse(null)
        .setMae(null)
        .setR2(null)
        .setRocAuc(null)
        .setLogLoss(null)
        .setTop5Accuracy(null)
        .setExamples(examples)
        .setSeconds(0)
        .build();
  }

  @Test
  void whatAddsUpHasNoGap() {
    List<MetricRow> metrics =
        List.of(row(0, Split.TRAIN, 10), row(0, Split.VALIDATION, 4), row(1, Split.TEST, 3));
    assertEquals(Optional.empty(), COUNTS.gap(metrics, null));
  }

  @Test
  void aRecordTooManyOrTooFewIsAGap() {
    assertEquals(
        Optional.of(
            "the counts do not add up: 22 records read, but 10 trained, 4 validated, 3 tested, 2"
                + " calibrated, 2 held out and 0 rejected are 21"),
        new RecordCounts(22, 10, 4, 3, 2, 2, 0).gap());
  }

  @Test
  void anEpochThatHasNotSeenAllOfItsSplitIsAGap() {
    assertEquals(
        Optional.of("the counts do not add up: epoch 1 has seen 3 validation rows of 4"),
        COUNTS.gap(List.of(row(0, Split.TRAIN, 10), row(1, Split.VALIDATION, 3)), null));
  }
}
