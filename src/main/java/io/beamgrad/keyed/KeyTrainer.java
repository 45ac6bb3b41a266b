package io.beamgrad.keyed;

import io.beamgrad.failure.UnusableDataException;
import io.beamgrad.schema.KeyEnd;
import io.beamgrad.train.Dataset;
import io.beamgrad.train.Evaluation;
import java.nio.ByteBuffer;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Trains the models of keys, each from the pooled weights. What comes of a key does not depend on
 * the keys before it or beside it. For one thread at a time.
 */
interface KeyTrainer {

  /**
   * What came of a key.
   *
   * @param ended OWN, POOLED_IS_BETTER or DIVERGED
   * @param epochs that were trained
   * @param keptEpoch whose weights are kept
   * @param validation by the weights that are kept; null without validation rows, or where it
   *     diverged
   * @param test by the weights that are kept; null without test rows, or unless they are its own
   * @param weights of all parameters of the model, in their order, float32 little-endian; null
   *     unless they are its own
   */
  record Trained(
      KeyEnd ended,
      int epochs,
      int keptEpoch,
      @Nullable Evaluation validation,
      @Nullable Evaluation test,
      @Nullable ByteBuffer weights) {

    /**
     * A training that diverged.
     *
     * @param epochs that were trained before
     */
    static Trained diverged(int epochs) {
      return new Trained(KeyEnd.DIVERGED, epochs, 0, null, null, null);
    }

    Trained withTest(@Nullable Evaluation ownTest) {
      return new Trained(ended, epochs, keptEpoch, validation, ownTest, weights);
    }
  }

  /** How many keys like this one, with as many training rows, are best trained together. */
  int together(KeySplits key);

  /**
   * Trains some keys, at most as many as are best {@link #together}, with as many training rows.
   *
   * @return what came of each
   */
  List<Trained> train(List<KeySplits> keys) throws InterruptedException, UnusableDataException;

  /** Measures the pooled weights. */
  Evaluation measurePooled(Dataset rows) throws InterruptedException;
}
