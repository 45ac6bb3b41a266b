package io.beamgrad.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.beamgrad.evaluation.PerRowScore;
import io.beamgrad.schema.MetricRow;
import io.beamgrad.schema.Split;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;

class MetricTest {
  private static final Set<String> OTHERS =
      Set.of("model", "epoch", "split", "examples", "seconds", "weight", "unknown", "baseline");

  private static MetricRow.Builder row() {
    return MetricRow.newBuilder()
        .setModel("m")
        .setEpoch(1)
        .setSplit(Split.TEST)
        .setLoss(0.5)
        .setExamples(3)
        .setSeconds(1);
  }

  @Test
  void eachMetricOfARowIsInTheTable() {
    List<String> fields =
        MetricRow.getClassSchema().getFields().stream()
            .map(Schema.Field::name)
            .filter(name -> !OTHERS.contains(name))
            .toList();
    assertEquals(fields, Metric.ofFiles().stream().map(Metric::word).toList());
    assertEquals(
        Metric.values().length,
        Arrays.stream(Metric.values()).map(Metric::tag).collect(Collectors.toSet()).size());
  }

  @Test
  void aMetricReadsItsFieldOfARow() {
    MetricRow row = row().setAccuracy(0.75).setTop5Accuracy(1.0).build();
    assertEquals(0.5, Metric.LOSS.in(row));
    assertEquals(0.75, Metric.ACCURACY.in(row));
    assertEquals(1, Metric.TOP_5_ACCURACY.in(row));
    assertNull(Metric.MAE.in(row));
    assertEquals(Optional.of(Metric.ACCURACY), Metric.main(row));
    assertEquals(Optional.of(Metric.MAE), Metric.main(row().setMae(2.0).build()));
    assertEquals(Optional.empty(), Metric.main(row().build()));
  }

  @Test
  void aMeanOfRowsHasAScoreOfEachRow() {
    Set<String> names = new HashSet<>();
    for (Metric metric : Metric.values()) {
      if (metric.isMeanOfRows()) {
        names.add(metric.name());
      }
    }
    assertEquals(
        Arrays.stream(PerRowScore.values()).map(Enum::name).collect(Collectors.toSet()), names);
  }

  @Test
  void aScoreIsKnownByItsWordAndOnlyAScore() {
    assertEquals(Optional.of(Metric.ROC_AUC), Metric.of("rocAuc"));
    assertFalse(Metric.of("learningRate").isPresent());
    assertEquals(0.25, Metric.ACCURACY.gain(0.75, 0.5));
    assertEquals(-0.25, Metric.MAE.gain(0.75, 0.5));
  }
}
