package io.beamgrad.data;

import io.beamgrad.nn.Sequential;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.tensor.SparseRows;
import io.beamgrad.tensor.Tensor;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Runs a model on rows, a batch at a time and in their order. What a row gives does not depend on
 * the batch it is in. For one thread at a time.
 */
public final class Predictor {
  private static final int BATCH_ROWS = 1000;
  private static final int BATCH_ELEMENTS = 1 << 20;

  /** Takes what the model makes of rows. */
  @FunctionalInterface
  public interface Sink {

    /**
     * Takes some rows, in their order.
     *
     * @param records the numbers of the rows, {@code (at least rows)}; overwritten after the call
     * @param outputs {@code [rows, outputs]}; logits for classes
     */
    void accept(long[] records, Tensor outputs);
  }

  private final ModelRecord model;
  private final Sequential network;
  private final RowEncoder encoder;
  private final int[] inputShape;
  private final Sink sink;
  private final long[] records;
  private final float[] inputs; // (records.length, ...inputShape); empty for sparse rows
  private final SparseRows sparseInputs; // null for others
  private final int width;
  private int rows;

  /**
   * @param path names the model in messages
   * @param sink takes the outputs
   * @throws BrokenFileException where the weights do not fit the layers
   */
  public Predictor(String path, ModelRecord model, Sink sink) {
    this.model = model;
    this.network = ModelFile.network(path, model);
    this.encoder = new RowEncoder(ModelFile.encoding(model));
    this.inputShape = ModelFile.inputShape(model);
    this.sink = sink;
    this.width = encoder.inputWidth();
    boolean sparse = encoder.isSparse();
    int most = sparse ? BATCH_ROWS : Math.min(BATCH_ROWS, BATCH_ELEMENTS / width);
    this.records = new long[Math.max(1, most)];
    this.inputs = new float[sparse ? 0 : records.length * width];
    this.sparseInputs = sparse ? new SparseRows(width) : null;
  }

  /** The columns that the model predicts from. */
  public List<Column> features() {
    return features(model);
  }

  static List<Column> features(ModelRecord model) {
    return Columns.features(model.getColumns());
  }

  /**
   * Takes one row.
   *
   * @param values of the features, as {@link RowSink#accept} has them; copied
   */
  public void add(long record, Object[] values) {
    if (sparseInputs == null) {
      encoder.encodeInputs(values, 0, inputs, rows * width);
    } else {
      encoder.encodeSparse(values, 0, sparseInputs);
      sparseInputs.endRow();
    }
    records[rows++] = record;
    if (rows == records.length) {
      flush();
    }
  }

  /** Runs the rows that are waiting. */
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
    return network.forward(Tensor.wrap(Arrays.copyOf(inputs, rows * width), shape));
  }

  /**
   * Adds the images of an IDX file, numbered from 0.
   *
   * @throws BrokenFileException where it is no such file, or the model takes other images
   */
  public void addIdx(Path file) {
    try (SourceStream in = SourceStream.open(file, file.getFileName().toString())) {
      IdxHeader header = IdxHeader.readImages(in);
      requireShape(in.name(), header.rowShape());
      byte[] image = new byte[header.rowBytes()];
      Object[] values = {image};
      for (long record = 0; record < header.count(); record++) {
        if (in.read(image, image.length) < image.length) {
          throw header.wrongSize(in.name(), in.position());
        }
        add(record, values);
      }
      in.readToEnd();
      if (in.position() != header.fileBytes()) {
        throw header.wrongSize(in.name(), in.position());
      }
    }
  }

  /** Adds a PNG, scaled to the size that the model takes, as number 0. */
  public void addPng(Path file) {
    int[] size = inputShape;
    add(0, new Object[] {ImageReader.readPng(file, size[0], size[1]).pixels()});
  }

  private void requireShape(String name, List<Integer> found) {
    List<Integer> expected = features().get(0).getShape();
    if (!found.equals(expected)) {
      throw new BrokenFileException(
          "%s: images of %s, but the model takes %s"
              .formatted(name, shown(found), shown(expected)));
    }
  }

  private static String shown(List<Integer> shape) {
    return String.join("x", shape.stream().map(Object::toString).toList());
  }

  /** True if the model takes one grey image a row. */
  public boolean takesImages() {
    return takesImages(model);
  }

  static boolean takesImages(ModelRecord model) {
    List<Column> features = features(model);
    return features.size() == 1 && features.get(0).getShape().size() == 2;
  }
}
