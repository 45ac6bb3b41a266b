package io.beamgrad.sweep;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * A stage of successive halving (Jamieson and Talwalkar, arXiv 1502.07943).
 *
 * @param epoch after which the trials pause
 * @param kept how many of them go on, the best ones
 */
public record HalvingStage(int epoch, int kept) implements Serializable {
  public HalvingStage {
    if (epoch < 1 || kept < 1) {
      throw new IllegalArgumentException(
          "HalvingStage: expected an epoch and a count from 1, found %s and %s"
              .formatted(epoch, kept));
    }
  }

  /**
   * All stages before the last one, which is the training to the end: each next one is of so many
   * more epochs as it is of fewer trials.
   *
   * @param trials how many there are
   * @param epochs of a whole training
   * @param from the epochs of the first stage
   * @param keep the share of trials that go on, in (0, 1); at least one does
   */
  public static List<HalvingStage> of(int trials, int epochs, int from, double keep) {
    List<HalvingStage> stages = new ArrayList<>();
    int left = trials;
    double epoch = from;
    while (left > 1 && epoch < epochs) {
      left = Math.max(1, Math.min(left - 1, (int) Math.ceil(left * keep)));
      stages.add(new HalvingStage((int) Math.ceil(epoch), left));
      epoch = Math.max(Math.ceil(epoch) + 1, epoch / keep);
    }
    return stages;
  }
}
