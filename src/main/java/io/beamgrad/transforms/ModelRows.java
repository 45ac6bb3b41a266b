package io.beamgrad.transforms;

import io.beamgrad.data.shuffle.RankSample;
import io.beamgrad.learner.EncodingPlan;
import io.beamgrad.schema.BlockRef;
import io.beamgrad.schema.EachKey;
import io.beamgrad.schema.LearnedColumns;
import io.beamgrad.schema.Manifest;
import io.beamgrad.schema.Split;
import io.beamgrad.schema.TrainingPlan;
import java.util.ArrayList;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The rows of a manifest that a plan trains, validates and tests on.
 *
 * @param fold those of a fold; null for those of the final model
 * @param pooledRows so many training rows at the most, and validation rows in the same share; null
 *     for all
 */
record ModelRows(@Nullable Integer fold, @Nullable Long pooledRows) {

  static ModelRows of(TrainingPlan plan) {
    EachKey each = plan.getEach();
    return new ModelRows(plan.getFold(), each == null ? null : each.getPooledRows());
  }

  static ModelRows of(EncodingPlan plan) {
    return new ModelRows(plan.fold(), plan.pooledRows());
  }

  /** The same, but all training and validation rows. */
  ModelRows whole() {
    return new ModelRows(fold, null);
  }

  /** The blocks of all splits. */
  List<BlockRef> blocks(Manifest manifest) {
    List<BlockRef> all = all(manifest);
    if (pooledRows == null) {
      return all;
    }
    List<BlockRef> cut = new ArrayList<>(train(manifest).cut(of(Split.TRAIN, all)));
    cut.addAll(validation(manifest).cut(of(Split.VALIDATION, all)));
    cut.addAll(of(Split.TEST, all));
    return cut;
  }

  /** The blocks of the training rows. */
  List<BlockRef> trainBlocks(Manifest manifest) {
    List<BlockRef> train = of(Split.TRAIN, all(manifest));
    return pooledRows == null ? train : train(manifest).cut(train);
  }

  /** The labels and counts; rows that are left out count as held out. */
  LearnedColumns learned(Manifest manifest) {
    LearnedColumns all = allLearned(manifest);
    if (pooledRows == null) {
      return all;
    }
    long trained = train(manifest).taken();
    long validated = validation(manifest).taken();
    long leftOut = all.getTrainRows() - trained + all.getValidationRows() - validated;
    return LearnedColumns.newBuilder(all)
        .setTrainRows(trained)
        .setValidationRows(validated)
        .setHeldOutRecords(all.getHeldOutRecords() + leftOut)
        .build();
  }

  private RankSample train(Manifest manifest) {
    return RankSample.ofAtMost(pooledRows, allLearned(manifest).getTrainRows());
  }

  private RankSample validation(Manifest manifest) {
    return train(manifest).sameShareOf(allLearned(manifest).getValidationRows());
  }

  private List<BlockRef> all(Manifest manifest) {
    return fold == null ? manifest.getBlocks() : manifest.getFolds().get(fold).getBlocks();
  }

  private LearnedColumns allLearned(Manifest manifest) {
    return fold == null ? manifest.getLearned() : manifest.getFolds().get(fold).getLearned();
  }

  private static List<BlockRef> of(Split split, List<BlockRef> blocks) {
    return blocks.stream().filter(block -> block.getSplit() == split).toList();
  }
}
