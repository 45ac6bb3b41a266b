package io.beamgrad.keyed;

import io.beamgrad.train.Dataset;
import io.beamgrad.train.Evaluation;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The rows of one key, and what the pooled model gives on them.
 *
 * @param pooledValidation null where no row that counts validates
 * @param pooledTest null where no row that counts tests
 */
record KeySplits(
    Dataset training,
    Dataset validation,
    Dataset test,
    @Nullable Evaluation pooledValidation,
    @Nullable Evaluation pooledTest) {

  /** Whether all of its rows are in memory. */
  boolean areInMemory() {
    return training instanceof KeyDataset
        && validation instanceof KeyDataset
        && test instanceof KeyDataset;
  }

  /** The same with copies of the rows, all of which are in memory. */
  KeySplits copy() {
    return new KeySplits(
        ((KeyDataset) training).copy(),
        ((KeyDataset) validation).copy(),
        ((KeyDataset) test).copy(),
        pooledValidation,
        pooledTest);
  }

  /** What the numbers of its rows take, in bytes. */
  long bytes() {
    return ((KeyDataset) training).bytes()
        + ((KeyDataset) validation).bytes()
        + ((KeyDataset) test).bytes();
  }
}
