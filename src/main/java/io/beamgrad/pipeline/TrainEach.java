package io.beamgrad.pipeline;

import io.beamgrad.transforms.TrainKeys;
import org.apache.beam.sdk.values.TupleTag;

/**
 * Trains a model for each value of a column, as {@code each} of a {@link Spec} says, in a pipeline
 * of one's own and from one reading of the rows. Its outputs are those of {@link Train}, of one
 * model that has them all, which {@link WriteResults} writes, and {@link #KEYS}. In windows each
 * has its keys, whose models know nothing of another window. The same spec and rows give the same
 * weights on any runner, at any parallelism and after any restart.
 */
public final class TrainEach {

  /** Output: the file in the work folder with what came of each key; one a window. */
  public static final TupleTag<String> KEYS = TrainKeys.KEYS;

  private TrainEach() {}

  /** Trains on the rows of a collection, which need not lie in files. */
  public static TrainRows rows(Spec spec) {
    return TrainRows.of(spec, Composite.TRAIN_EACH);
  }

  /** Trains on the files that the spec names. */
  public static TrainFiles files(Spec spec) {
    return new TrainFiles(spec, null, Composite.TRAIN_EACH);
  }
}
