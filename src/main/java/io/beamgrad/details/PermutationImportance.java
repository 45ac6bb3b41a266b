package io.beamgrad.details;

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
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Measures how much a model needs each column of a table: by how much its loss on some rows rises
 * when the values of that column are shuffled among the rows (Breiman, Random Forests, 2001,
 * section 10). Columns with the same information hide each other. Raw values are shuffled, so that
 * all inputs that are encoded from a column move together. Rows keep their weights.
 */
public final class PermutationImportance {
  public static final int ROWS = 1000;
  private static final int REPEATS = 5;
  private static final int MOST_COLUMNS = 200;

  private final Module network;
  private final Loss loss;
  private final Encoding encoding;
  private final RowEncoder encoder;
  private final long seed;

  /**
   * @param network the network, in evaluation mode
   * @param seed of the permutations
   */
  public PermutationImportance(Module network, Loss loss, Encoding encoding, long seed) {
    this.network = network;
    this.loss = loss;
    this.encoding = encoding;
    this.encoder = new RowEncoder(encoding);
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
    Evaluation whole = evaluate(rows);
    if (whole.weightSum() == 0) {
      return Optional.empty();
    }
    List<ColumnImportance> importance = new ArrayList<>();
    for (int c = 0; c < rows.columns().size(); c++) {
      if (Columns.isFeature(rows.columns().get(c))) {
        importance.add(of(rows, c, whole));
      }
    }
    return Optional.of(
        new Importance(
            rows.rows(), REPEATS, whole.meanLossPerExample(), whole.accuracy(), importance));
  }

  private ColumnImportance of(ColumnBlock rows, int column, Evaluation whole)
      throws InterruptedException {
    double[] increases = new double[REPEATS];
    double sum = 0;
    double drops = 0;
    for (int repeat = 0; repeat < REPEATS; repeat++) {
      if (Thread.interrupted()) {
        throw new InterruptedException("the importance of columns was interrupted");
      }
      long[] from = IntStream.range(0, rows.rows()).asLongStream().toArray();
      Generator.derive(seed, "importance", column, repeat).shuffle(from, 0, from.length);
      Evaluation shuffled =
          evaluate(
              rows.withMoved(column, Arrays.stream(from).mapToInt(Math::toIntExact).toArray()));
      increases[repeat] = shuffled.meanLossPerExample() - whole.meanLossPerExample();
      sum += increases[repeat];
      drops += whole.accuracy() == null ? 0 : whole.accuracy() - shuffled.accuracy();
    }
    double mean = sum / REPEATS;
    double squares = 0;
    for (double increase : increases) {
      squares += (increase - mean) * (increase - mean);
    }
    return new ColumnImportance(
        rows.columns().get(column).getName(),
        mean,
        Math.sqrt(squares / REPEATS),
        whole.accuracy() == null ? null : drops / REPEATS);
  }

  private Evaluation evaluate(ColumnBlock rows) {
    int width = encoder.inputWidth();
    int targetWidth = encoder.targetWidth();
    SparseRows sparse = encoder.isSparse() ? new SparseRows(width) : null;
    float[] inputs = new float[sparse == null ? rows.rows() * width : 0];
    float[] targets = new float[rows.rows() * targetWidth];
    float[] weights = new float[rows.rows()];
    for (int row = 0; row < rows.rows(); row++) {
      if (sparse == null) {
        encoder.encodeInputs(rows, row, inputs, row * width);
      } else {
        encoder.encodeSparse(rows, row, sparse);
        sparse.endRow();
      }
      encoder.encodeTargets(rows, row, targets, row * targetWidth);
      weights[row] = encoder.weight(rows, row);
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
            ? Tensor.wrap(targets, rows.rows())
            : Tensor.wrap(targets, rows.rows(), targetWidth),
        encoder.isWeighted() ? Tensor.wrap(weights, rows.rows()) : null);
    return evaluator.result();
  }
}
