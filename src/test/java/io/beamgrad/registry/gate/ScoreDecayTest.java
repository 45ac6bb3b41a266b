package io.beamgrad.registry.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.beamgrad.metrics.Metric;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ScoreDecayTest {
  private static Optional<Finding> of(
      Metric metric, Double warn, Double stop, double published, double now) {
    return ScoreDecay.of(new CheckLimits.Limit(warn, stop), metric, 3, published, now);
  }

  @Test
  void whatIsLostOfAnAccuracyIsWarnedOfAndStops() {
    assertEquals(Optional.empty(), of(Metric.ACCURACY, 0.1, 0.5, 0.98, 0.89));
    assertEquals(Optional.empty(), of(Metric.ACCURACY, 0.1, 0.5, 0.9, 0.95));
    Finding warned = of(Metric.ACCURACY, 0.1, 0.5, 0.9, 0.72).orElseThrow();
    assertEquals(
        "version 3 has accuracy 0.72 on fresh rows and had 0.9 when it was published, 0.2 of it lost,"
            + " at most 0.1 expected",
        warned.message());
    assertEquals(Finding.Action.WARN, warned.action());
    assertEquals(0.1, warned.limit());
    assertEquals(
        Finding.Action.STOP, of(Metric.ACCURACY, 0.1, 0.5, 0.98, 0.185).orElseThrow().action());
    assertEquals(Optional.empty(), of(Metric.ACCURACY, null, null, 0.98, 0.185));
  }

  @Test
  void anErrorDecaysAsItGrows() {
    assertEquals(Optional.empty(), of(Metric.LOSS, 0.1, null, 0.2, 0.1));
    assertEquals(
        "version 3 has loss 0.3 on fresh rows and had 0.2 when it was published, 0.5 of it more, at"
            + " most 0.1 expected",
        of(Metric.LOSS, 0.1, null, 0.2, 0.3).orElseThrow().message());
  }

  @Test
  void whatIsAsGoodAsNothingHasNotDecayed() {
    assertEquals(Optional.empty(), of(Metric.LOSS, 0.1, 0.5, 0, 0));
    assertEquals(Optional.empty(), of(Metric.MAE, 0.1, 0.5, 0, 0));
    assertEquals(Finding.Action.STOP, of(Metric.MAE, 0.1, 0.5, 0, 0.1).orElseThrow().action());
  }

  @Test
  void whatIsNotANumberHasDecayed() {
    assertEquals(
        Finding.Action.STOP, of(Metric.LOSS, 0.1, 0.5, 0.2, Double.NaN).orElseThrow().action());
  }
}
