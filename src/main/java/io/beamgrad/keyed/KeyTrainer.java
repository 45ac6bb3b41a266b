package io.beamgrad.keyed;

import io.beamgrad.failure.UnusableDataException;
import io.beamgrad.schema.KeyEnd;
import io.beamgrad.train.Dataset;
import io.beamgrad.train.Evaluation;
import java.nio.ByteBuffer;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Trains the models of keys, one after the other, each from the pooled weights. What comes of a key
 * does not depend on the keys before it. For one thread at a time.
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
   * @param weights of all parameters of the model, in their order, float32 little-endian; null
   *     unless they are its own
   */
  record Trained(
      KeyEnd ended,
      int epochs,
      int keptEpoch,
      @Nullable Evaluation validation,
      @Nullable ByteBuffer weights) {

    /**
     * A training that diverged.
     *
     * @param epochs that were trained before
     */
    static Trained diverged(int epochs) {
      return new Trained(KeyEnd.DIVERGED, epochs, 0, null, null);
    }
  }

  /**
   * Trains a key.
   *
   * @param pooledValidation what the pooled model gives on the validation rows; null without any
   */
  Trained train(Dataset training, Dataset validation, @Nullable Evaluation pooledValidation)
      throws InterruptedException, UnusableDataException;

  /** Measures the weights of the key that was trained last, which are its own. */
  Evaluation measure(Dataset rows) throws InterruptedException;

  /** Measures the pooled weights; what is trained stays as it is. */
  Evaluation measurePooled(Dataset rows) throws InterruptedException;
}
