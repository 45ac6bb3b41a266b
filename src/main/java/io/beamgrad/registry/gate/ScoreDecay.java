package io.beamgrad.registry.gate;

import io.beamgrad.metrics.Metric;
import java.util.Optional;

/** Tells whether a version in service has become worse since it was published. */
public final class ScoreDecay {
  private ScoreDecay() {}

  /**
   * The share of a score that is lost: of an accuracy by how much it has fallen, of an error by how
   * much it has grown, as a part of what it was.
   *
   * @param version in service
   * @param published its score when it was published
   * @param now its score on fresh rows
   * @return empty where no limit is passed
   */
  public static Optional<Finding> of(
      CheckLimits.Limit limit, Metric metric, int version, double published, double now) {
    double fall = metric.gain(published, now);
    double lost = fall <= 0 ? 0 : fall / Math.abs(published);
    boolean stops = limit.stop() != null && !(lost <= limit.stop());
    boolean warns = limit.warn() != null && !(lost <= limit.warn());
    if (!stops && !warns) {
      return Optional.empty();
    }
    double most = stops ? limit.stop() : limit.warn();
    return Optional.of(
        new Finding(
            "decay",
            null,
            lost,
            most,
            stops ? Finding.Action.STOP : Finding.Action.WARN,
            "version %s has %s %s on fresh rows and had %s when it was published, %s of it %s, at most %s expected"
                .formatted(
                    version,
                    metric,
                    Numbers.format(now),
                    Numbers.format(published),
                    Numbers.format(lost),
                    metric.isHigherBetter() ? "lost" : "more",
                    Numbers.format(most))));
  }
}
