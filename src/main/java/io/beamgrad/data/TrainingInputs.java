package io.beamgrad.data;

import io.beamgrad.schema.BlockRef;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnScaling;
import io.beamgrad.schema.LearnedColumns;
import io.beamgrad.schema.LearnedScaling;
import io.beamgrad.schema.Split;
import io.beamgrad.schema.TrainingInput;
import io.beamgrad.schema.TrainingPlan;
import io.beamgrad.train.RandomSampler;
import io.beamgrad.train.RunSampler;
import io.beamgrad.train.Sampler;
import java.util.ArrayList;
import java.util.List;

/**
 * What one model is trained with.
 *
 * @param scaling one entry for each feature column
 * @param trainingBlocks the blocks of the training files: validation rows first by rank
 */
public record TrainingInputs(
    TrainingPlan plan,
    LearnedColumns learned,
    List<ColumnScaling> scaling,
    List<BlockRef> trainingBlocks,
    List<BlockRef> testBlocks) {

  /** So many bytes of rows are in the smallest cache, with what else is in it. */
  private static final int FULL_BYTES = 48 << 20;

  /** Several blocks, so that most of what is read for a run belongs to it. */
  private static final int RUN_BYTES = 4 << 20;

  /** This and the next buffer are in the smallest cache at once. */
  private static final int BUFFER_RUNS = 5;

  /**
   * Puts together what arrived, in whatever order.
   *
   * @throws IllegalStateException where a part is missing or is there twice
   */
  public static TrainingInputs of(String model, Iterable<TrainingInput> arrived) {
    List<TrainingPlan> plans = new ArrayList<>();
    List<LearnedColumns> learned = new ArrayList<>();
    List<LearnedScaling> scalings = new ArrayList<>();
    List<BlockRef> training = new ArrayList<>();
    List<BlockRef> test = new ArrayList<>();
    for (TrainingInput input : arrived) {
      Object content = input.getContent();
      if (content instanceof TrainingPlan plan) {
        plans.add(plan);
      } else if (content instanceof LearnedColumns columns) {
        learned.add(columns);
      } else if (content instanceof LearnedScaling scaling) {
        scalings.add(scaling);
      } else {
        BlockRef block = (BlockRef) content;
        (block.getSplit() == Split.TEST ? test : training).add(block);
      }
    }
    TrainingPlan plan = one(model, "plan", plans);
    List<ColumnScaling> scaling =
        plan.getScale() == null
            ? one(model, "learned scaling", scalings).getColumns()
            : divideBy(plan.getScale(), plan.getColumns());
    return new TrainingInputs(
        plan, one(model, "learned columns", learned), scaling, training, test);
  }

  private static <T> T one(String model, String what, List<T> found) {
    if (found.size() != 1) {
      throw new IllegalStateException(
          "TrainModel: model '%s': expected one %s in its window, found %d"
              .formatted(model, what, found.size()));
    }
    return found.get(0);
  }

  private static List<ColumnScaling> divideBy(double scale, List<Column> columns) {
    return columns.stream()
        .filter(Columns::isFeature)
        .map(column -> new ColumnScaling(column.getName(), 0f, (float) scale))
        .toList();
  }

  BlockDataset validation() {
    return dataset(trainingBlocks, 0, learned.getValidationRows());
  }

  BlockDataset training() {
    long first = learned.getValidationRows();
    return dataset(trainingBlocks, first, first + learned.getTrainRows());
  }

  BlockDataset test() {
    return dataset(testBlocks, 0, learned.getTestRows());
  }

  /**
   * The order of the training rows: a fresh permutation of all in each epoch, or where there are
   * more of them than {@value #FULL_BYTES} bytes or than the plan allows, one of runs of rows that
   * are then shuffled in a buffer. The plan and the rows' size decide, never the machine.
   */
  Sampler sampler() {
    long rows = learned.getTrainRows();
    int rowBytes = ColumnLayout.bytesPerRow(plan.getColumns());
    if (rows <= Math.min(plan.getFullPermutationRows(), FULL_BYTES / rowBytes)) {
      return new RandomSampler(rows, plan.getSeed());
    }
    return new RunSampler(rows, plan.getSeed(), Math.max(1, RUN_BYTES / rowBytes), BUFFER_RUNS);
  }

  private BlockDataset dataset(List<BlockRef> blocks, long fromRank, long toRank) {
    return new BlockDataset(
        blocks,
        fromRank,
        toRank,
        new BlockDataset.Encoding(plan.getColumns(), scaling, learned.getLabels()),
        BlockCache.shared(plan.getCacheBytes()));
  }
}
