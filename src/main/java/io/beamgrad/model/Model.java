package io.beamgrad.model;

import io.beamgrad.data.encoding.RowEncoder;
import io.beamgrad.data.rows.BytesColumn;
import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.rows.FloatsColumn;
import io.beamgrad.data.rows.NestedValues;
import io.beamgrad.data.rows.RowBuilder;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.failure.MissingDataException;
import io.beamgrad.nn.Logits;
import io.beamgrad.nn.Loss;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.schema.ValueKind;
import io.beamgrad.tensor.SparseRows;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A trained model in plain Java, one row at a time, for services: it needs neither Beam nor a
 * runner, and gives the bits of {@code beamgrad predict}.
 *
 * <p>Safe for any number of threads at once. Each has arrays of its own, made when it first
 * predicts; from then on a prediction allocates nothing but itself (and a few small objects for
 * each column of dates). Of models by key it keeps those of about {@value
 * KeyedRowNetworks#MOST_BYTES} bytes ready, and makes others anew: where there are more, a key may
 * share its room with others, and the one of them that came last has it.
 */
public final class Model {
  private static final long MAX_BYTES = Integer.MAX_VALUE - 8;
  private static final int NO_NUMBERS = -1;

  private final ModelRecord record;
  private final List<Column> features;
  private final List<String> names; // of the features
  private final List<String> outputs; // the labels, or the targets
  private final Prediction.Outputs shared; // by all predictions
  private final Loss.Target target;
  private final RowEncoder encoder;
  private final RowNetworks network;
  private final int numbers; // of a row that is numbers alone; NO_NUMBERS for others
  private final ThreadLocal<Scratch> scratch = ThreadLocal.withInitial(() -> new Scratch(this));

  /** What a thread writes to. It knows no model, which could not be collected otherwise. */
  private static final class Scratch {
    private final RowNetworks.Scratch layers;
    private final float[] input; // (inputs); empty for sparse rows
    private final @Nullable SparseRows sparse; // null for others
    private final @Nullable RowBuilder row; // null for images
    private final @Nullable ColumnBlock image; // null for tables
    private final @Nullable FloatsColumn numbers; // null where rows are not numbers alone

    Scratch(Model model) {
      RowEncoder encoder = model.encoder;
      this.layers = model.network.newScratch();
      this.input = new float[encoder.isSparse() ? 0 : encoder.inputWidth()];
      this.sparse = encoder.isSparse() ? new SparseRows(encoder.inputWidth()) : null;
      boolean isImage = model.isImage();
      this.row = isImage ? null : new RowBuilder(model.features);
      this.image = isImage ? new ColumnBlock(model.features, 1) : null;
      this.numbers = model.numbers == NO_NUMBERS ? null : new FloatsColumn(model.numbers);
    }
  }

  private Model(ModelRecord record) {
    this.record = record;
    this.features = Columns.features(record.getColumns());
    this.names = features.stream().map(Column::getName).toList();
    this.outputs =
        record.getLabels().isEmpty()
            ? Columns.targets(record.getColumns()).stream().map(Column::getName).toList()
            : List.copyOf(record.getLabels());
    this.shared = new Prediction.Outputs(outputs, record);
    this.target = Networks.loss(record.getLoss()).target();
    this.encoder = new RowEncoder(ModelFile.encoding(record));
    this.network = new RowNetworks(record, target, encoder.networkWidth(), encoder.isSparse());
    this.numbers = numbers();
  }

  /**
   * Reads a {@code model.avro}.
   *
   * @throws MissingDataException where there is no such file
   * @throws BrokenFileException where it is not a whole model of a known version
   */
  public static Model load(Path file) {
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new BrokenFileException(file + ": larger than 2 GB");
      }
      return of(file.toString(), Files.readAllBytes(file));
    } catch (NoSuchFileException e) {
      throw new MissingDataException(file + ": no such file");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read %s: %s".formatted(file, e.getMessage()), e);
    }
  }

  /**
   * The model of a {@code model.avro} that is in memory.
   *
   * @param name of the file in messages
   * @throws BrokenFileException where it is not a whole model of a known version
   */
  public static Model of(String name, byte[] file) {
    return new Model(ModelFile.parse(name, ByteBuffer.wrap(file)));
  }

  /** The model's name: that of its job. */
  public String name() {
    return record.getName();
  }

  /** The hex SHA-256 of its weights. */
  public String weightsSha256() {
    return record.getWeightsSha256();
  }

  /** The columns that it predicts from, in order. */
  public List<String> features() {
    return names;
  }

  /** The classes; none for a model of numbers. */
  public List<String> labels() {
    return record.getLabels().isEmpty() ? List.of() : outputs;
  }

  /** The columns that it predicts. */
  public List<String> targets() {
    return Columns.targets(record.getColumns()).stream().map(Column::getName).toList();
  }

  /**
   * Predicts a row of a table.
   *
   * @param row by column its value, as {@link #predict(Object...)} has it; what is not there is
   *     missing, and columns that the model does not know are not looked at. A column of a path,
   *     such as {@code customer.age} or {@code tags[0]}, is a key of this name, or a value within
   *     maps and lists
   * @throws IllegalArgumentException where a value is not what its column takes
   */
  public Prediction predict(Map<String, ?> row) {
    Scratch own = scratch.get();
    if (own.row == null) {
      return predictImage(row.get(names.get(0)));
    }
    own.row.begin();
    for (int i = 0; i < names.size(); i++) { // no iterator
      own.row.take(i, NestedValues.of(row, names.get(i)));
    }
    return predict(own);
  }

  /**
   * Predicts a row of a table.
   *
   * @param values of the columns in the order of {@link #features}: numbers, texts, booleans,
   *     {@code LocalDate}, {@code LocalDateTime} or {@code Instant}, {@code float[]}, {@code
   *     double[]}, {@code long[]} or lists for vectors, or text for any of them as in a CSV file;
   *     null where one is missing
   * @throws IllegalArgumentException where a value is not what its column takes
   */
  public Prediction predict(Object... values) {
    if (values.length != names.size()) {
      throw wrong("expected %s values, found %s".formatted(names.size(), values.length));
    }
    Scratch own = scratch.get();
    if (own.row == null) {
      return predictImage(values[0]);
    }
    own.row.begin();
    for (int i = 0; i < names.size(); i++) {
      own.row.take(i, values[i]);
    }
    return predict(own);
  }

  private Prediction predict(Scratch own) {
    own.row.end();
    if (own.row.isFaulty()) {
      throw wrong(own.row.describeFault());
    }
    return predict(own, own.row.row());
  }

  private Prediction predict(Scratch own, ColumnBlock row) {
    if (own.sparse != null) {
      own.sparse.clear();
      encoder.encodeSparse(row, 0, own.sparse);
      own.sparse.endRow();
      return prediction(network.run(own.sparse, own.layers));
    }
    encoder.encodeInputs(row, 0, own.input, 0);
    return prediction(network.run(own.input, own.layers));
  }

  private Prediction predictImage(Object image) {
    if (image instanceof byte[] bytes) {
      return predict(bytes);
    }
    if (image instanceof float[] floats) {
      return predict(floats);
    }
    throw wrong("column %s: expected byte[] or float[]".formatted(names.get(0)));
  }

  /**
   * Predicts an image.
   *
   * @param image its pixels from 0 to 255, row by row, as the model was trained on
   * @throws IllegalArgumentException where the model takes no images, or others
   */
  public Prediction predict(byte[] image) {
    if (!isImage()) {
      throw wrong("it takes no images of bytes");
    }
    requireNumbers(image.length);
    Scratch own = scratch.get();
    System.arraycopy(image, 0, ((BytesColumn) own.image.column(0)).values(), 0, image.length);
    return predict(own, own.image);
  }

  /**
   * Predicts a row that is numbers alone: an image with its pixels from 0 to 255, a vector, or the
   * numbers and booleans (0 and 1) of a table in the order of {@link #features}.
   *
   * @param row NaN where a value is missing
   * @throws IllegalArgumentException where the model takes other columns or another number of them,
   *     or a value is infinite, or missing where it must not be
   */
  public Prediction predict(float[] row) {
    FloatsColumn taken = numbers(row.length);
    for (int i = 0; i < row.length; i++) {
      requireFinite(i, row[i]);
      taken.setNumber(i, row[i]);
    }
    return predictNumbers();
  }

  /**
   * Predicts a row that is numbers alone, some of which a float does not hold, such as milliseconds
   * since 1970; otherwise as {@link #predict(float[])}. Whole numbers beyond 2^53 go in by {@link
   * #predict(Object...)}.
   */
  public Prediction predict(double[] row) {
    FloatsColumn taken = numbers(row.length);
    for (int i = 0; i < row.length; i++) {
      requireFinite(i, row[i]);
      taken.setNumber(i, row[i]);
    }
    return predictNumbers();
  }

  /** The numbers of this thread, to be set. */
  private FloatsColumn numbers(int found) {
    if (numbers == NO_NUMBERS) {
      throw wrong("it does not take numbers alone");
    }
    requireNumbers(found);
    return scratch.get().numbers;
  }

  private void requireFinite(int index, double number) {
    Column column = features.get(features.size() == 1 ? 0 : index);
    if (!Float.isFinite((float) number) && !(Double.isNaN(number) && column.getNullable())) {
      throw wrong("column %s: number %s is %s".formatted(column.getName(), index, number));
    }
  }

  private Prediction predictNumbers() {
    Scratch own = scratch.get();
    encoder.encodeNumbers(own.numbers, own.input);
    return prediction(network.run(own.input, own.layers));
  }

  private void requireNumbers(int found) {
    if (found != numbers) {
      throw wrong("expected %s numbers, found %s".formatted(numbers, found));
    }
  }

  private Prediction prediction(float[] out) {
    if (record.getLabels().isEmpty()) {
      float[] values = new float[network.outputs()];
      System.arraycopy(out, 0, values, 0, values.length);
      return new Prediction(shared, values, Prediction.NUMBERS);
    }
    float[] probabilities = new float[outputs.size()];
    Logits.probabilities(target, out, 0, network.outputs(), probabilities, 0);
    int best = Logits.label(target, out, 0, network.outputs());
    return new Prediction(shared, probabilities, best);
  }

  private boolean isImage() {
    return features.size() == 1 && features.get(0).getType() == ColumnType.BYTES;
  }

  private int numbers() {
    boolean areNumbers =
        features.stream()
            .map(Column::getKind)
            .allMatch(kind -> kind == ValueKind.NUMBER || kind == ValueKind.BOOLEAN);
    boolean areSingle = features.stream().allMatch(column -> column.getShape().isEmpty());
    if (!areNumbers || !(areSingle || features.size() == 1)) {
      return NO_NUMBERS;
    }
    return areSingle
        ? features.size()
        : features.get(0).getShape().stream().reduce(1, Math::multiplyExact);
  }

  private IllegalArgumentException wrong(String what) {
    return new IllegalArgumentException(record.getName() + ": " + what);
  }

  @Override
  public String toString() {
    return "Model[%s, %s -> %s]".formatted(record.getName(), features(), outputs);
  }
}
