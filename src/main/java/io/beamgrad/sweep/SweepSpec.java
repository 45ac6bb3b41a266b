package io.beamgrad.sweep;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.LongNode;
import io.beamgrad.metrics.Metric;
import io.beamgrad.tensor.Generator;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The trials of a sweep: of a grid each combination of values, or random draws. The same sweep has
 * the same trials on every machine.
 *
 * @param grid the values of each key; empty where values are drawn
 * @param draws how the value of each key is drawn; empty for a grid
 * @param draw how many trials are drawn; 0 for a grid
 * @param seed of the draws
 * @param metric by which trials are ranked; null is the metric of early stopping, or else the loss
 * @param halving null trains each trial to its end
 */
public record SweepSpec(
    Map<String, List<JsonNode>> grid,
    Map<String, Draw> draws,
    int draw,
    long seed,
    @Nullable Metric metric,
    @Nullable Halving halving) {

  /** The most trials of a sweep. */
  public static final int MOST_TRIALS = 1000;

  private static final MathContext DIGITS = new MathContext(4, RoundingMode.HALF_EVEN);

  /**
   * How a value is drawn.
   *
   * @param values one of which is drawn; empty where it is a number of a range
   * @param low the least number
   * @param high the largest number
   * @param isLog whether its logarithm is uniform, not the number
   * @param isWhole whether it is a whole number
   */
  public record Draw(
      List<JsonNode> values, double low, double high, boolean isLog, boolean isWhole) {
    public Draw {
      values = List.copyOf(values);
    }

    /** The next value; a number of a range has four digits, as more would say nothing. */
    JsonNode next(Generator random) {
      if (!values.isEmpty()) {
        return values.get((int) random.nextLong(values.size()));
      }
      if (isWhole && !isLog) {
        return LongNode.valueOf((long) low + random.nextLong((long) high - (long) low + 1));
      }
      double share = random.nextDouble();
      double number =
          isLog
              ? StrictMath.exp(
                  StrictMath.log(low) + share * (StrictMath.log(high) - StrictMath.log(low)))
              : low + share * (high - low);
      if (isWhole) {
        return LongNode.valueOf((long) within(StrictMath.rint(number)));
      }
      return DoubleNode.valueOf(within(new BigDecimal(number).round(DIGITS).doubleValue()));
    }

    private double within(double number) {
      return Math.max(low, Math.min(high, number));
    }
  }

  /**
   * Successive halving.
   *
   * @param from after so many epochs the first trials are stopped
   * @param keep the share of trials that go on
   */
  public record Halving(int from, double keep) {}

  public SweepSpec {
    // Their order is that of the spec, in which later keys change faster.
    grid = new LinkedHashMap<>(grid);
    draws = new LinkedHashMap<>(draws);
  }

  /** The keys that differ between trials. */
  public List<String> keys() {
    return List.copyOf((draw > 0 ? draws : grid).keySet());
  }

  /** How many trials there are; more than {@link #MOST_TRIALS} are not counted exactly. */
  public long trials() {
    if (draw > 0) {
      return draw;
    }
    long trials = 1;
    for (List<JsonNode> values : grid.values()) {
      trials = Math.min(Integer.MAX_VALUE, trials * values.size());
    }
    return trials;
  }

  /** The value of each key in each trial, by the numbers of the trials. */
  public List<Map<String, JsonNode>> settings() {
    return draw > 0 ? drawn() : combined();
  }

  private List<Map<String, JsonNode>> combined() {
    List<Map<String, JsonNode>> all = List.of(Map.of());
    for (Map.Entry<String, List<JsonNode>> key : grid.entrySet()) {
      List<Map<String, JsonNode>> longer = new ArrayList<>();
      for (Map<String, JsonNode> before : all) {
        for (JsonNode value : key.getValue()) {
          Map<String, JsonNode> settings = new LinkedHashMap<>(before);
          settings.put(key.getKey(), value);
          longer.add(settings);
        }
      }
      all = longer;
    }
    return all;
  }

  /** A draw depends on its trial and key alone: more trials or keys leave it as it is. */
  private List<Map<String, JsonNode>> drawn() {
    List<Map<String, JsonNode>> all = new ArrayList<>();
    for (int trial = 0; trial < draw; trial++) {
      Map<String, JsonNode> settings = new LinkedHashMap<>();
      for (Map.Entry<String, Draw> key : draws.entrySet()) {
        Generator random = Generator.derive(seed, "sweep " + key.getKey(), trial);
        settings.put(key.getKey(), key.getValue().next(random));
      }
      all.add(settings);
    }
    return all;
  }

  /**
   * The stages before the last one, in which all that are left are trained to their end.
   *
   * @param epochs of a whole training
   */
  public List<HalvingStage> stages(int epochs) {
    return halving == null
        ? List.of()
        : HalvingStage.of((int) trials(), epochs, halving.from, halving.keep);
  }
}
