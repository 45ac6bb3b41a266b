package io.beamgrad.train;

/**
 * The orders of a sampler from a later epoch on, for a training that goes on from another: its
 * epoch 1 has the order that would have come next.
 *
 * @param epochsBefore how many epochs came before, at least 0
 */
public record OffsetSampler(Sampler sampler, int epochsBefore) implements Sampler {
  public OffsetSampler {
    if (epochsBefore < 0) {
      throw new IllegalArgumentException(
          "OffsetSampler: epochsBefore must be at least 0, was " + epochsBefore);
    }
  }

  @Override
  public long size() {
    return sampler.size();
  }

  @Override
  public RowOrder order(int epoch) {
    return sampler.order(epochsBefore + epoch);
  }
}
