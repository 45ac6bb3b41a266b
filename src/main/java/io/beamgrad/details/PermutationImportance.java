package io.beamgrad.details;

import io.beamgrad.data.encoding.BlockEncoder;
import io.beamgrad.data.encoding.EncodedRows;
import io.beamgrad.data.encoding.Encoding;
import io.beamgrad.data.encoding.RowEncoder;
import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.nn.Loss;
import io.beamgrad.nn.Module;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnImportance;
import io.beamgrad.schema.Importance;
import io.beamgrad.tensor.Generator;
import io.beamgrad.tensor.SparseRows;
import io.beamgrad.tensor.Tensor;
import io.beamgrad.train.Evaluation;
import io.beamgrad.train.Evaluator;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * Measures how much a model needs each column of a table: by how much its loss on some rows rises
 * when the values of that column are shuffled among the rows (Breiman, Random Forests, 2001,
 * section 10). Columns with the same information hide each other. All inputs that are encoded from
 * a column move together. Rows keep their weights.
 */
public final class PermutationImportance {
  public static final int ROWS = 1000;
  private static final int REPEATS = 5;
  private static final int MOST_COLUMNS = 200;

  private final Module network;
  private final Loss loss;
  private final Encoding encoding;
  private final BlockEncoder encoder;
  private final long seed;

  /**
   * @param network the network, in evaluation mode
   * @param seed of the permutations
   */
  public PermutationImportance(Module network, Loss loss, Encoding encoding, long seed) {
    this.network = network;
    this.loss = loss;
    this.encoding = encoding;
    this.encoder = new BlockEncoder(encoding);
    this.seed = seed;
  }

  /** True for tables of two columns or more, up to a bound. */
  public static boolean appliesTo(List<Column> columns) {
    int features = Columns.features(columns).size();
    return features >= 2 && features <= MOST_COLUMNS;
  }

  /** The importance of each feature column; empty where all weights are 0 or there are no rows. */
  public Optional<Importance> of(ColumnBlock rows) throws InterruptedException {
    if (rows.rows() == 0) {
      return Optional.empty();
    }
    EncodedRows encoded = encoder.encode(rows);
    Evaluation whole = evaluate(encoded);
    if (whole.weightSum() == 0) {
      return Optional.empty();
    }
    EncodedRows shuffled = encoder.encode(rows);
    List<ColumnImportance> importance = new ArrayList<>();
    for (int c = 0; c < rows.columns().size(); c++) {
      if (Columns.isFeature(rows.columns().get(c))) {
        importance.add(of(rows, encoded, shuffled, c, whole));
      }
    }
    return Optional.of(
        new Importance(
            rows.rows(), REPEATS, whole.meanLossPerExample(), whole.accuracy(), importance));
  }

  /** Rows of which one feature has the values of other rows, with all that is encoded from it. */
  private EncodedRows moved(
      ColumnBlock rows, EncodedRows encoded, EncodedRows shuffled, int column, long[] from) {
    if (encoder.isCrossed(column)) {
      return encoder.encode(
          rows.withMoved(column, LongStream.of(from).mapToInt(Math::toIntExact).toArray()));
    }
    encoder.copyFeature(column, encoded, from, shuffled);
    return shuffled;
  }

  /**
   * @param rows the raw rows
   * @param shuffled the same rows as {@code encoded}, before and afterwards
   */
  private ColumnImportance of(
      ColumnBlock rows, EncodedRows encoded, EncodedRows shuffled, int column, Evaluation whole)
      throws InterruptedException {
    double[] increases = new double[REPEATS];
    double sum = 0;
    double drops = 0;
    for (int repeat = 0; repeat < REPEATS; repeat++) {
      if (Thread.interrupted()) {
        throw new InterruptedException("the importance of columns was interrupted");
      }
      long[] from = LongStream.range(0, encoded.rows()).toArray();
      Generator.derive(seed, "importance", column, repeat).shuffle(from, 0, from.length);
      Evaluation found = evaluate(moved(rows, encoded, shuffled, column, from));
      increases[repeat] = found.meanLossPerExample() - whole.meanLossPerExample();
      sum += increases[repeat];
      drops += whole.accuracy() == null ? 0 : whole.accuracy() - found.accuracy();
    }
    encoder.copyFeature(column, encoded, LongStream.range(0, encoded.rows()).toArray(), shuffled);
    double mean = sum / REPEATS;
    double squares = 0;
    for (double increase : increases) {
      squares += (increase - mean) * (increase - mean);
    }
    return new ColumnImportance(
        encoding.columns().get(column).getName(),
        mean,
        Math.sqrt(squares / REPEATS),
        whole.accuracy() == null ? null : drops / REPEATS);
  }

  private Evaluation evaluate(EncodedRows rows) {
    RowEncoder shapes = encoder.rowEncoder();
    int width = shapes.inputWidth();
    int targetWidth = shapes.targetWidth();
    SparseRows sparse = shapes.isSparse() ? new SparseRows(width) : null;
    float[] inputs = new float[sparse == null ? rows.rows() * width : 0];
    for (int row = 0; row < rows.rows(); row++) {
      if (sparse == null) {
        encoder.copyInputs(rows, row, inputs, row * width);
      } else {
        encoder.copySparse(rows, row, sparse);
        sparse.endRow();
      }
    }
    boolean isClass = !encoding.labels().isEmpty();
    Evaluator evaluator = new Evaluator(loss);
    evaluator.add(
        Tensor.noGrad(
            () ->
                sparse == null
                    ? network.forward(Tensor.wrap(inputs, rows.rows(), width))
                    : network.forward(sparse)),
        isClass
            ? Tensor.wrap(rows.targets(), rows.rows())
            : Tensor.wrap(rows.targets(), rows.rows(), targetWidth),
        shapes.isWeighted() ? Tensor.wrap(rows.weights(), rows.rows()) : null);
    return evaluator.result();
  }
}
