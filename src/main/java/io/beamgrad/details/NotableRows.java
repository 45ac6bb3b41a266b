package io.beamgrad.details;

import io.beamgrad.nn.Logits;
import io.beamgrad.nn.Loss;
import io.beamgrad.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Picks the evaluated rows that a person looks at: the first rows, which are a random sample as the
 * shuffle is random, and the worst mistakes, of classes that the model knows. Rows are added in
 * order of rank, so that every evaluation picks the same rows.
 */
public final class NotableRows {
  static final int SAMPLES = 20;
  static final int MISTAKES = 20;
  static final int POINTS = 1000;

  /** A row that was picked, with arrays of its own. */
  static final class Pick {
    private final long row;
    private final float[] outputs;
    private final float[] targets;
    private final double badness;

    private Pick(long row, float[] outputs, float[] targets, double badness) {
      this.row = row;
      this.outputs = outputs;
      this.targets = targets;
      this.badness = badness;
    }

    /** The rank of the row. */
    long row() {
      return row;
    }

    /** The outputs of the model; logits for classes. */
    float[] outputs() {
      return outputs;
    }

    float[] targets() {
      return targets;
    }

    /** The probability of the wrong class, or the sum of squared errors. */
    double badness() {
      return badness;
    }
  }

  private static final Comparator<Pick> WORST_FIRST =
      Comparator.comparingDouble(Pick::badness).reversed().thenComparingLong(Pick::row);

  private final Loss.Target target;
  private final List<Pick> first = new ArrayList<>();
  private final List<Pick> worst = new ArrayList<>();
  private long rows;

  public NotableRows(Loss.Target target) {
    this.target = target;
  }

  /** Adds the next rows, {@code [batch, ...]} each. */
  public void add(Tensor outputs, Tensor targets) {
    int batch = outputs.size(0);
    int width = batch == 0 ? 0 : outputs.elements() / batch;
    int targetWidth = batch == 0 ? 0 : targets.elements() / batch;
    int firstRows = target == Loss.Target.NUMBERS ? POINTS : SAMPLES;
    for (int r = 0; r < batch; r++, rows++) {
      if (isOfClasses() && targets.data()[r] == Loss.UNKNOWN_CLASS) {
        continue;
      }
      double badness = badness(outputs.data(), r * width, width, targets.data(), r * targetWidth);
      boolean isBad = badness > 0 && (worst.size() < MISTAKES || badness > least());
      if (rows < firstRows || isBad) {
        Pick pick =
            new Pick(
                rows,
                Arrays.copyOfRange(outputs.data(), r * width, (r + 1) * width),
                Arrays.copyOfRange(targets.data(), r * targetWidth, (r + 1) * targetWidth),
                badness);
        if (rows < firstRows) {
          first.add(pick);
        }
        if (isBad) {
          keepWorst(pick);
        }
      }
    }
  }

  private double least() {
    return worst.get(worst.size() - 1).badness();
  }

  private void keepWorst(Pick pick) {
    int at = 0;
    while (at < worst.size() && WORST_FIRST.compare(worst.get(at), pick) < 0) {
      at++;
    }
    worst.add(at, pick);
    if (worst.size() > MISTAKES) {
      worst.remove(MISTAKES);
    }
  }

  /** How wrong a row is; 0 for a row that is classified right. */
  private double badness(float[] outputs, int from, int width, float[] targets, int targetsFrom) {
    if (isOfClasses()) {
      return Logits.isRight(target, outputs, from, width, targets[targetsFrom])
          ? 0
          : Logits.probability(
              target, outputs, from, width, Logits.label(target, outputs, from, width));
    }
    double squares = 0;
    for (int i = 0; i < width; i++) {
      double error = (double) outputs[from + i] - targets[targetsFrom + i];
      squares += error * error;
    }
    return squares;
  }

  /** The probability of each class of a row that was picked. */
  double[] probabilities(Pick pick) {
    float[] logits = pick.outputs();
    int classes = target == Loss.Target.BINARY ? 2 : logits.length;
    return IntStream.range(0, classes)
        .mapToDouble(label -> Logits.probability(target, logits, 0, logits.length, label))
        .toArray();
  }

  boolean isOfClasses() {
    return target != Loss.Target.NUMBERS;
  }

  /** How many rows were added. */
  public long rows() {
    return rows;
  }

  /** The first rows: 20 of classes, 1,000 of numbers. */
  List<Pick> first() {
    return List.copyOf(first);
  }

  /** The mistakes, the worst first. */
  List<Pick> worst() {
    return List.copyOf(worst);
  }
}
