package io.beamgrad.learner;

import io.beamgrad.data.encoding.Encoding;
import io.beamgrad.data.encoding.TextEncoder;
import io.beamgrad.data.rows.ColumnLayout;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.shuffle.BlockCache;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.failure.MissingDataException;
import io.beamgrad.failure.UnusableDataException;
import io.beamgrad.model.ClassOutputs;
import io.beamgrad.model.KeyedModels;
import io.beamgrad.model.ModelFile;
import io.beamgrad.schema.BlockRef;
import io.beamgrad.schema.EncodingsRef;
import io.beamgrad.schema.InputCoverage;
import io.beamgrad.schema.LearnedColumns;
import io.beamgrad.schema.LearnedEncodings;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.schema.NextStage;
import io.beamgrad.schema.OutcomeStatus;
import io.beamgrad.schema.Split;
import io.beamgrad.schema.TargetEncoding;
import io.beamgrad.schema.TrainingInput;
import io.beamgrad.schema.TrainingPlan;
import io.beamgrad.train.BlockShuffleSampler;
import io.beamgrad.train.RandomSampler;
import io.beamgrad.train.Sampler;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * What one model is trained with.
 *
 * @param encodingsRef where the encodings lie; null where they are not learned from the rows
 * @param blocks the blocks of all splits
 */
public record TrainingInputs(
    TrainingPlan plan,
    LearnedColumns learned,
    @Nullable EncodingsRef encodingsRef,
    List<BlockRef> blocks) {

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
    List<EncodingsRef> encodings = new ArrayList<>();
    List<BlockRef> blocks = new ArrayList<>();
    for (TrainingInput input : arrived) {
      Object content = input.getContent();
      if (content instanceof TrainingPlan plan) {
        plans.add(plan);
      } else if (content instanceof LearnedColumns columns) {
        learned.add(columns);
      } else if (content instanceof EncodingsRef ref) {
        encodings.add(ref);
      } else if (!(content instanceof NextStage)) {
        blocks.add((BlockRef) content);
      }
    }
    TrainingPlan plan = one(model, "plan", plans);
    EncodingsRef ref = learnsEncodings(plan) ? one(model, "learned encodings", encodings) : null;
    return new TrainingInputs(plan, one(model, "learned columns", learned), ref, blocks);
  }

  /** True where a trial goes on in the next stage. */
  public static boolean goesOn(Iterable<TrainingInput> arrived) {
    for (TrainingInput input : arrived) {
      if (input.getContent() instanceof NextStage) {
        return true;
      }
    }
    return false;
  }

  /** True where how columns become input is to be learned from the training rows. */
  public static boolean learnsEncodings(TrainingPlan plan) {
    return plan.getWarmStart() == null && ColumnLearner.needsRows(plan);
  }

  private static <T> T one(String model, String what, List<T> found) {
    if (found.size() != 1) {
      throw new IllegalStateException(
          "TrainModel: model '%s': expected one %s in its window, found %s"
              .formatted(model, what, found.size()));
    }
    return found.get(0);
  }

  /**
   * How each feature becomes input and each output a prediction; of a warm start as the model has
   * it, to which its weights belong.
   *
   * @throws UnusableDataException where that cannot be learned
   */
  LearnedEncodings encodings() throws UnusableDataException {
    if (plan.getWarmStart() != null) {
      return encodings(plan.getWarmStart().getModel());
    }
    if (encodingsRef == null) {
      return new LearnedEncodings(
          new ColumnLearner(EncodingPlan.of(plan)).encodings(List.of()), List.of());
    }
    if (encodingsRef.getProblem() != null) {
      throw new UnusableDataException(OutcomeStatus.BAD_INPUT, encodingsRef.getProblem());
    }
    return LearnedEncodingsFile.read(encodingsRef.getPath());
  }

  /**
   * The same with the classes of the training rows, and as many outputs, where the plan leaves them
   * open; else the same.
   *
   * @throws UnusableDataException where there are too few or too many, or they do not fit the loss
   */
  TrainingInputs withClasses() throws InterruptedException, UnusableDataException {
    if (!ClassOutputs.areOpen(plan.getLayers())) {
      return this;
    }
    List<String> labels =
        new ClassLearner(plan.getColumns())
            .labels(dataset(Split.TRAIN, encodings().getColumns()), plan.getLoss());
    return new TrainingInputs(
        TrainingPlan.newBuilder(plan)
            .setLayers(ClassOutputs.of(plan.getLayers(), labels.size()))
            .build(),
        LearnedColumns.newBuilder(learned).setLabels(labels).build(),
        encodingsRef,
        blocks);
  }

  /**
   * How each output becomes a prediction.
   *
   * @param found what {@link #encodings} gives
   */
  List<TargetEncoding> targets(LearnedEncodings found, BlockDataset training)
      throws InterruptedException {
    return plan.getWarmStart() == null || plan.getTargets() == null
        ? found.getTargets()
        : new TargetLearner(Columns.kept(plan.getColumns()), plan.getTargets())
            .widened(found.getTargets(), training);
  }

  /** What the model that a warm start goes on from has seen of the columns; else nothing. */
  List<InputCoverage> coverageBefore() {
    return plan.getWarmStart() == null
        ? List.of()
        : ModelFile.read(plan.getWarmStart().getModel()).getCoverage();
  }

  private LearnedEncodings encodings(String model) throws UnusableDataException {
    try {
      ModelRecord before = ModelFile.read(model);
      if (!before.getColumns().equals(plan.getColumns())
          || !before.getCrosses().equals(plan.getCrosses())
          || !before.getLabels().equals(learned.getLabels())) {
        throw new UnusableDataException(
            OutcomeStatus.BAD_INPUT,
            "warm start: %s: was trained on other columns, crosses or classes".formatted(model));
      }
      if (!TargetLearner.fits(before.getTargets(), plan.getTargets())) {
        throw new UnusableDataException(
            OutcomeStatus.BAD_INPUT,
            "warm start: %s: was trained on targets of another data.target.scale or clip"
                .formatted(model));
      }
      return new LearnedEncodings(KeyedModels.pooledEncodings(before), before.getTargets());
    } catch (BrokenFileException | MissingDataException e) {
      throw new UnusableDataException(OutcomeStatus.BAD_INPUT, "warm start: " + e.getMessage());
    }
  }

  /** The seeds that the rows are in order by: one, or none where the blocks do not tell it. */
  Set<Long> orderSeeds() {
    return blocks.stream()
        .map(BlockRef::getSeed)
        .filter(Objects::nonNull)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The rows of one split, in order of rank, by {@link #encodings}. */
  public BlockDataset dataset(Split split, List<Object> encodings) {
    return dataset(blocks.stream().filter(block -> block.getSplit() == split).toList(), encodings);
  }

  /** The training rows in order of rank, and then the validation rows. */
  BlockDataset trainingAndValidation(List<Object> encodings) {
    List<BlockRef> both = new ArrayList<>();
    for (BlockRef block : blocks) {
      if (block.getSplit() == Split.TRAIN) {
        both.add(block);
      } else if (block.getSplit() == Split.VALIDATION) {
        long rank = learned.getTrainRows() + block.getFirstRank();
        both.add(BlockRef.newBuilder(block).setFirstRank(rank).build());
      }
    }
    return dataset(both, encodings);
  }

  private BlockDataset dataset(List<BlockRef> of, List<Object> encodings) {
    return new BlockDataset(
        of,
        new Encoding(
            Columns.kept(plan.getColumns()), encodings, plan.getCrosses(), learned.getLabels()),
        BlockCache.shared(plan.getCacheBytes()));
  }

  /**
   * The order of the training rows.
   *
   * @param rows how many; a refit has others too
   */
  Sampler sampler(long rows) {
    return sampler(plan, rows);
  }

  /**
   * The order of training rows: a fresh permutation of all in each epoch, or where there are more
   * of them than {@value #FULL_BYTES} bytes or than the plan allows, one of runs of rows that are
   * then shuffled in a buffer. The plan and the rows' size decide, that of texts by a usual number
   * of words, never the machine.
   */
  public static Sampler sampler(TrainingPlan plan, long rows) {
    int rowBytes =
        ColumnLayout.bytesPerRow(plan.getColumns())
            + TextEncoder.usualBytes(plan.getPreparations());
    if (rows <= Math.min(plan.getFullPermutationRows(), FULL_BYTES / rowBytes)) {
      return new RandomSampler(rows, plan.getSeed());
    }
    return new BlockShuffleSampler(
        rows, plan.getSeed(), Math.max(1, RUN_BYTES / rowBytes), BUFFER_RUNS);
  }
}
