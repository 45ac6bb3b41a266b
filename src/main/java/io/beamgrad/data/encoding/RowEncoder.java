package io.beamgrad.data.encoding;

import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.data.rows.ColumnLayout;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.rows.FloatsColumn;
import io.beamgrad.data.rows.RawColumn;
import io.beamgrad.data.rows.TextsColumn;
import io.beamgrad.nn.Loss;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnRole;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.InputCoverage;
import io.beamgrad.tensor.SparseRows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Encodes raw columns as model input and targets: each feature by its encoding, classes as their
 * index. Training, evaluation and prediction all use it. Columns are features first, then targets,
 * then the weight. Safe for several threads.
 */
public final class RowEncoder {
  /** Rows of more numbers than this are stored sparse where few of the numbers are nonzero. */
  private static final int MOST_DENSE = 1024;

  private static final int SPARSE_FACTOR = 8;

  private final List<Column> features;
  private final List<Column> targets;
  private final int classColumn; // -1 where targets are numbers
  private final boolean isWeighted;
  private final long mostNonZero;
  private final boolean isSparse;
  private final Encoding encoding;
  private final ColumnEncoder[] encoders; // by feature
  private final CrossEncoder[] crosses; // whose inputs are behind those of the features
  private final int crossesAt; // the feature before whose inputs they are, which is a key
  private final int crossesWidth;
  private final int inputWidth;
  private final int networkWidth; // without the place of a key's model
  private final int targetWidth;
  private final LearnedTexts labels;

  public RowEncoder(Encoding encoding) {
    this.encoding = encoding;
    this.features = Columns.features(encoding.columns());
    this.targets = Columns.targets(encoding.columns());
    this.classColumn = Columns.classColumn(encoding.columns());
    this.isWeighted =
        encoding.columns().stream().anyMatch(column -> column.getRole() == ColumnRole.WEIGHT);
    List<ColumnEncoder> all = new ArrayList<>();
    for (Column feature : features) {
      all.add(ColumnEncoder.of(feature, encoding.encodings().get(all.size())));
    }
    this.encoders = all.toArray(ColumnEncoder[]::new);
    this.crosses =
        encoding.crosses().stream()
            .map(cross -> new CrossEncoder(cross, features, all))
            .toArray(CrossEncoder[]::new);
    this.crossesWidth = Stream.of(crosses).mapToInt(CrossEncoder::width).reduce(0, Math::addExact);
    boolean isKeyLast = all.get(all.size() - 1) instanceof KeyEncoder;
    this.crossesAt = isKeyLast ? all.size() - 1 : all.size();
    this.inputWidth =
        all.stream().mapToInt(ColumnEncoder::width).reduce(crossesWidth, Math::addExact);
    int placeWidth =
        all.stream().filter(KeyEncoder.class::isInstance).mapToInt(ColumnEncoder::width).sum();
    this.networkWidth = inputWidth - placeWidth;
    this.mostNonZero =
        all.stream().mapToLong(ColumnEncoder::mostNonZero).sum() - placeWidth + crosses.length;
    this.isSparse = networkWidth > MOST_DENSE && mostNonZero * SPARSE_FACTOR <= networkWidth;
    this.targetWidth = targets.stream().mapToInt(ColumnLayout::valuesPerRow).sum();
    Map<String, Integer> indexOfLabel = new HashMap<>();
    encoding.labels().forEach(label -> indexOfLabel.put(label, indexOfLabel.size()));
    this.labels = new LearnedTexts(indexOfLabel, null);
  }

  /**
   * What tells of the values of rows what the training has seen of them.
   *
   * @param coverage what the model says of that; columns of which it says nothing have no range
   * @param hasTargets whether rows have the target columns too
   */
  public InputObserver observer(List<InputCoverage> coverage, boolean hasTargets) {
    InputObserver observer = new InputObserver();
    for (int f = 0; f < features.size(); f++) {
      observer.addFeature(f, features.get(f), encoders[f], coverage);
    }
    if (hasTargets && classColumn >= 0 && targets.get(0).getType() == ColumnType.STRINGS) {
      observer.addClass(classColumn, targets.get(0), labels);
    }
    return observer;
  }

  /** The encoder of a feature. */
  ColumnEncoder feature(int feature) {
    return encoders[feature];
  }

  /** The encoders of what several features have together. */
  CrossEncoder[] crosses() {
    return crosses;
  }

  /** Where the inputs of a feature begin; of the number behind the last, where crosses begin. */
  int inputAt(int feature) {
    int at = feature < encoders.length && feature >= crossesAt ? crossesWidth : 0;
    for (int f = 0; f < Math.min(feature, crossesAt); f++) {
      at += encoders[f].width();
    }
    return at;
  }

  /** How many numbers one row of input has. */
  public int inputWidth() {
    return inputWidth;
  }

  /** The shape of one row of input: that of the only feature, or all numbers in one vector. */
  public int[] inputShape() {
    if (features.size() == 1 && features.get(0).getShape().size() > 1) {
      return features.get(0).getShape().stream().mapToInt(Integer::intValue).toArray();
    }
    return new int[] {inputWidth};
  }

  /**
   * How many numbers of a row of input come to a network: all but the place of a key's model, which
   * is the last one.
   */
  public int networkWidth() {
    return networkWidth;
  }

  /** The shape of what comes to a network of one row of input. */
  public int[] networkShape() {
    return networkWidth == inputWidth ? inputShape() : new int[] {networkWidth};
  }

  /** How many numbers one row of targets has; 1 for a class. */
  public int targetWidth() {
    return targetWidth;
  }

  /** How many numbers that come to a network can be other than zero, at the most. */
  public long mostNonZero() {
    return mostNonZero;
  }

  /** Whether rows are wide and at most an eighth of their numbers can be nonzero. */
  public boolean isSparse() {
    return isSparse;
  }

  /**
   * What each byte of a row stands for as input, {@code (256)}, where the only feature is bytes
   * that are all encoded alike; null where it is not.
   */
  public float[] numbersOfBytes() {
    return encoders.length == 1 ? encoders[0].numbersOfBytes() : null;
  }

  /** Whether rows have weights. */
  public boolean isWeighted() {
    return isWeighted;
  }

  /** The weight of a row; 1 where rows have no weights. */
  public float weight(ColumnBlock rows, int row) {
    return isWeighted ? (float) rows.column(features.size() + targets.size()).number(row) : 1;
  }

  /**
   * Encodes the features of a row as input.
   *
   * @param rows a block whose first columns are the features; other columns are ignored
   */
  public void encodeInputs(ColumnBlock rows, int row, float[] inputs, int at) {
    for (int c = 0; c <= encoders.length; c++) {
      if (c == crossesAt) {
        Arrays.fill(inputs, at, at + crossesWidth, 0);
        for (CrossEncoder cross : crosses) {
          inputs[at + cross.slot(rows, row)] = 1;
          at += cross.width();
        }
      }
      if (c < encoders.length) {
        encoders[c].encode(rows.column(c), row, inputs, at);
        at += encoders[c].width();
      }
    }
  }

  /**
   * Encodes a row whose features are all numbers, or booleans as 0 and 1: one number for each
   * feature, or all numbers of the only feature. The numbers of an image are 0 to 255.
   *
   * @param numbers the numbers of all features; NaN where one is missing
   */
  public void encodeNumbers(FloatsColumn numbers, float[] inputs) {
    int at = 0;
    for (int c = 0; c < encoders.length; c++) {
      encoders[c].encode(numbers, c, inputs, at); // one number each, so feature c is row c
      at += encoders[c].width();
    }
  }

  /** Adds the nonzero numbers of {@link #encodeInputs} to a sparse row, which the caller ends. */
  public void encodeSparse(ColumnBlock rows, int row, SparseRows to) {
    int at = 0;
    for (int c = 0; c <= encoders.length; c++) {
      if (c == crossesAt) {
        for (CrossEncoder cross : crosses) {
          to.add(at + cross.slot(rows, row), 1);
          at += cross.width();
        }
      }
      if (c < encoders.length) {
        encoders[c].encodeSparse(rows.column(c), row, to, at);
        at += encoders[c].width();
      }
    }
  }

  /**
   * Copies the targets of a row; a class becomes its index, or {@link Loss#UNKNOWN_CLASS} where the
   * model does not know it.
   */
  public void encodeTargets(ColumnBlock rows, int row, float[] to, int at) {
    if (classColumn >= 0) {
      to[at] = classIndex(rows.column(classColumn), row);
      return;
    }
    for (int c = 0; c < targets.size(); c++) {
      RawColumn values = rows.column(features.size() + c);
      for (int i = 0; i < values.width(); i++) {
        to[at++] = (float) values.number(row * values.width() + i);
      }
    }
  }

  /**
   * The index of a row's class. A label of one byte is the index itself, as {@code Ranking} makes
   * labels 0, 1, ... of bytes.
   */
  private float classIndex(RawColumn classes, int row) {
    int index =
        classes instanceof TextsColumn names ? names.code(row, labels) : (int) classes.number(row);
    return index == LearnedTexts.UNKNOWN || index >= encoding.labels().size()
        ? Loss.UNKNOWN_CLASS
        : index;
  }
}
