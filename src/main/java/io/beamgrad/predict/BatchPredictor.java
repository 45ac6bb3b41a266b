package io.beamgrad.predict;

import io.beamgrad.data.encoding.InputObserver;
import io.beamgrad.data.encoding.RowEncoder;
import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.rows.RowSink;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.model.LoadedModel;
import io.beamgrad.model.ModelFile;
import io.beamgrad.nn.Module;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.tensor.SparseRows;
import io.beamgrad.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Runs a model on rows, a batch at a time and in their order. The outputs of a row do not depend on
 * its batch. Not thread-safe.
 */
public final class BatchPredictor {
  private static final int BATCH_ROWS = 1000;

  /**
   * A batch of so many numbers stays in a core's own cache between encoding and the first layer.
   */
  private static final int BATCH_ELEMENTS = 1 << 17;

  /** Receives the outputs of the model. */
  @FunctionalInterface
  public interface Sink {

    /**
     * Takes the outputs of some rows, in the order of the rows.
     *
     * @param records the numbers of the rows, {@code (at least rows)}; overwritten after the call
     * @param outputs {@code [rows, outputs]}; logits for classes
     */
    void accept(long[] records, Tensor outputs);
  }

  private final Module network;
  private final RowEncoder encoder;
  private final InputObserver observer;
  private final int[] inputShape;
  private final Sink sink;
  private final long[] records;
  private final float[] inputs; // (records.length, ...inputShape); empty for sparse rows
  private final SparseRows sparseInputs; // null where rows are dense
  private final int width;
  private int rows;

  /**
   * @param path names the model in messages
   * @param sink takes the outputs
   * @throws BrokenFileException where the weights do not fit the layers
   */
  public BatchPredictor(String path, ModelRecord model, Sink sink) {
    this(model, ModelFile.network(path, model), sink);
  }

  /** A predictor that shares the network, which is only read, with others. */
  BatchPredictor(LoadedModel loaded, Sink sink) {
    this(loaded.model(), loaded.network(), sink);
  }

  private BatchPredictor(ModelRecord model, Module network, Sink sink) {
    this.network = network;
    this.encoder = new RowEncoder(ModelFile.encoding(model));
    this.observer = encoder.observer(model.getCoverage(), false);
    this.inputShape = encoder.inputShape();
    this.sink = sink;
    this.width = encoder.inputWidth();
    boolean sparse = encoder.isSparse();
    int most = sparse ? BATCH_ROWS : Math.min(BATCH_ROWS, BATCH_ELEMENTS / width);
    this.records = new long[Math.max(1, most)];
    this.inputs = new float[sparse ? 0 : records.length * width];
    this.sparseInputs = sparse ? new SparseRows(width) : null;
  }

  /** The columns that a model predicts from. */
  public static List<Column> features(ModelRecord model) {
    return Columns.features(model.getColumns());
  }

  /**
   * Takes one row.
   *
   * @param row features first, as {@link RowSink#accept} has them; copied
   */
  public void add(long record, ColumnBlock row) {
    if (sparseInputs == null) {
      encoder.encodeInputs(row, 0, inputs, rows * width);
    } else {
      encoder.encodeSparse(row, 0, sparseInputs);
      sparseInputs.endRow();
    }
    records[rows++] = record;
    if (rows == records.length) {
      flush();
    }
  }

  /** What tells of the values of rows what the model's training has seen of them. */
  InputObserver observer() {
    return observer;
  }

  /** Runs the model on the rows that are waiting. */
  public void flush() {
    if (rows == 0) {
      return;
    }
    sink.accept(records, Tensor.noGrad(this::outputs));
    rows = 0;
    if (sparseInputs != null) {
      sparseInputs.clear();
    }
  }

  private Tensor outputs() {
    if (sparseInputs != null) {
      return network.forward(sparseInputs);
    }
    int[] shape = IntStream.concat(IntStream.of(rows), Arrays.stream(inputShape)).toArray();
    boolean isFull = rows == records.length;
    float[] batch = isFull ? inputs : Arrays.copyOf(inputs, rows * width);
    return network.forward(Tensor.wrap(batch, shape));
  }

  /** Whether the only feature of a model is a grey image. */
  public static boolean takesImages(ModelRecord model) {
    List<Column> features = features(model);
    return features.size() == 1 && features.get(0).getShape().size() == 2;
  }
}
