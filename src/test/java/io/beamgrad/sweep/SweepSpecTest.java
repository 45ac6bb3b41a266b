package io.beamgrad.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.beamgrad.sweep.SweepSpec.Draw;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SweepSpecTest {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final Draw RATE = new Draw(List.of(), 0.0003, 0.03, true, false);
  private static final Draw BATCH = new Draw(List.of(), 4, 9, false, true);

  private static SweepSpec drawn(int trials, long seed, Map<String, Draw> draws) {
    return new SweepSpec(Map.of(), draws, trials, seed, null, null);
  }

  private static List<JsonNode> values(SweepSpec sweep, String key) {
    return sweep.settings().stream().map(settings -> settings.get(key)).toList();
  }

  @Test
  void aGridHasEachCombinationAndItsLastKeyChangesFastest() {
    Map<String, List<JsonNode>> grid = new LinkedHashMap<>();
    grid.put("b", List.of(NODES.numberNode(1), NODES.numberNode(2)));
    grid.put("a", List.of(NODES.textNode("x"), NODES.textNode("y"), NODES.textNode("z")));
    SweepSpec sweep = new SweepSpec(grid, Map.of(), 0, 1, null, null);

    assertEquals(6, sweep.trials());
    assertEquals(
        List.of(
            "{b=1, a=\"x\"}",
            "{b=1, a=\"y\"}",
            "{b=1, a=\"z\"}",
            "{b=2, a=\"x\"}",
            "{b=2, a=\"y\"}",
            "{b=2, a=\"z\"}"),
        sweep.settings().stream().map(Object::toString).toList());
  }

  /** The numbers of this generator, which no machine may change. */
  @Test
  void theSeedDecidesTheDraws() {
    SweepSpec sweep = drawn(4, 3, Map.of("optimizer.lr", RATE));

    assertEquals(
        List.of(0.001338, 0.002645, 0.01623, 0.008458),
        values(sweep, "optimizer.lr").stream().map(JsonNode::doubleValue).toList());
    assertNotEquals(sweep.settings(), drawn(4, 4, Map.of("optimizer.lr", RATE)).settings());
  }

  @Test
  void moreTrialsOrKeysLeaveADrawAsItIs() {
    SweepSpec few = drawn(4, 1, Map.of("optimizer.lr", RATE));
    SweepSpec many = drawn(40, 1, Map.of("batch", BATCH, "optimizer.lr", RATE));

    assertEquals(values(few, "optimizer.lr"), values(many, "optimizer.lr").subList(0, 4));
  }

  @Test
  void drawsKeepWithinTheirRange() {
    SweepSpec sweep = drawn(500, 1, Map.of("rate", RATE, "batch", BATCH));

    assertEquals(
        List.of(4, 5, 6, 7, 8, 9),
        values(sweep, "batch").stream().map(JsonNode::intValue).distinct().sorted().toList());
    List<Double> rates = values(sweep, "rate").stream().map(JsonNode::doubleValue).toList();
    assertTrue(rates.stream().allMatch(rate -> rate >= 0.0003 && rate <= 0.03));
    // The logarithm is uniform: a half is below the geometric mean.
    assertEquals(250.0, (double) rates.stream().filter(rate -> rate < 0.003).count(), 40.0);
  }

  @Test
  void aLogarithmOfAWholeNumberIsUniformToo() {
    Draw width = new Draw(List.of(), 16, 256, true, true);
    List<JsonNode> drawn = values(drawn(500, 1, Map.of("width", width)), "width");

    assertTrue(drawn.stream().allMatch(JsonNode::isIntegralNumber));
    assertEquals(250.0, (double) drawn.stream().filter(one -> one.intValue() < 64).count(), 40.0);
  }

  @Test
  void halvingGivesFewerTrialsMoreEpochs() {
    assertEquals(
        List.of(new HalvingStage(5, 8), new HalvingStage(10, 4), new HalvingStage(20, 2)),
        HalvingStage.of(16, 30, 5, 0.5));
    assertEquals(
        List.of(new HalvingStage(1, 9), new HalvingStage(3, 3), new HalvingStage(9, 1)),
        HalvingStage.of(27, 81, 1, 1 / 3.0));
    assertEquals(List.of(new HalvingStage(2, 1)), HalvingStage.of(2, 100, 2, 0.5));
    assertEquals(List.of(), HalvingStage.of(1, 100, 2, 0.5));
  }

  /** Whatever the share, at least one goes and one stays, and epochs rise. */
  @Test
  void eachStageIsSmallerAndLaterThanTheOneBefore() {
    for (double keep : new double[] {0.01, 0.3, 0.5, 0.9, 0.999}) {
      List<HalvingStage> stages = HalvingStage.of(40, 1000, 1, keep);
      assertTrue(
          IntStream.range(1, stages.size())
              .allMatch(
                  i ->
                      stages.get(i).epoch() > stages.get(i - 1).epoch()
                          && stages.get(i).kept() < stages.get(i - 1).kept()));
      assertTrue(stages.stream().allMatch(stage -> stage.kept() >= 1 && stage.epoch() < 1000));
    }
  }
}
