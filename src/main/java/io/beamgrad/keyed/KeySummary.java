package io.beamgrad.keyed;

import io.beamgrad.schema.KeyDetails;
import io.beamgrad.schema.KeyEnd;
import io.beamgrad.schema.KeyQuantile;
import io.beamgrad.schema.KeyResult;
import io.beamgrad.schema.KeyScore;
import io.beamgrad.schema.Split;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Picks what a report shows of keys, of however many: it keeps two numbers of each and some whole
 * ones. Keys are added in the order of their hashes.
 */
final class KeySummary {
  private static final int MOST_SHOWN = 20;
  private static final double[] SHARES = {0, 0.05, 0.25, 0.5, 0.75, 0.95, 1};
  private static final List<Double> EDGES =
      List.of(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.5, 2.0);

  private final Split split;
  private final Top largest =
      new Top(Comparator.comparingLong(key -> key.getTrained() + key.getValidated()));
  private final Top worst = new Top(Comparator.comparingDouble(this::loss));
  private final long[] bars = new long[EDGES.size() + 1];
  private double[] losses = new double[1024];
  private double[] pooledLosses = new double[1024];
  private int scored;

  /** The keys that a comparator has as the largest, of equals the first. */
  private static final class Top {
    private record Place(KeyResult key, long number) {}

    private final Comparator<Place> order;
    private final PriorityQueue<Place> places; // the least one first
    private long added;

    Top(Comparator<KeyResult> by) {
      order =
          Comparator.comparing(Place::key, by)
              .thenComparing(Comparator.comparingLong(Place::number).reversed());
      places = new PriorityQueue<>(order);
    }

    void add(KeyResult key) {
      places.add(new Place(key, added++));
      if (places.size() > MOST_SHOWN) {
        places.remove();
      }
    }

    List<KeyResult> inOrder() {
      List<Place> sorted = new ArrayList<>(places);
      sorted.sort(order.reversed());
      return sorted.stream().map(Place::key).toList();
    }
  }

  /**
   * @param split whose scores count: TEST or VALIDATION
   */
  KeySummary(Split split) {
    this.split = split;
  }

  private @Nullable KeyScore score(KeyResult key) {
    return split == Split.TEST ? key.getTest() : key.getValidation();
  }

  /** That of the model that the key has. */
  private double loss(KeyResult key) {
    KeyScore score = score(key);
    return key.getEnded() == KeyEnd.OWN ? score.getLoss() : score.getPooledLoss();
  }

  void add(KeyResult key) {
    largest.add(key);
    KeyScore score = score(key);
    if (score == null) {
      return;
    }
    worst.add(key);
    if (scored == losses.length) {
      losses = Arrays.copyOf(losses, 2 * scored);
      pooledLosses = Arrays.copyOf(pooledLosses, 2 * scored);
    }
    losses[scored] = loss(key);
    pooledLosses[scored] = score.getPooledLoss();
    scored++;
    if (key.getEnded() == KeyEnd.OWN) {
      boolean isSame = score.getLoss() == score.getPooledLoss(); // of which both may be 0
      bars[bar(isSame ? 1 : score.getLoss() / score.getPooledLoss())]++;
    }
  }

  private static int bar(double ratio) {
    if (Double.isNaN(ratio)) {
      return EDGES.size(); // of a loss that is no number
    }
    int bar = 0;
    while (bar < EDGES.size() && ratio >= EDGES.get(bar)) {
      bar++;
    }
    return bar;
  }

  KeyDetails details(String column) {
    double[] own = Arrays.copyOf(losses, scored);
    double[] pooled = Arrays.copyOf(pooledLosses, scored);
    Arrays.sort(own);
    Arrays.sort(pooled);
    List<KeyQuantile> quantiles = new ArrayList<>();
    for (double share : SHARES) {
      if (scored > 0) {
        int at = (int) Math.round(share * (scored - 1));
        quantiles.add(new KeyQuantile(share, own[at], pooled[at]));
      }
    }
    return new KeyDetails(
        column,
        scored == 0 ? Split.TRAIN : split,
        (long) scored,
        quantiles,
        EDGES,
        Arrays.stream(bars).boxed().toList(),
        largest.inOrder(),
        worst.inOrder());
  }
}
