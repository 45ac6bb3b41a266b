package io.beamgrad.transforms;

import io.beamgrad.failure.MissingDataException;
import io.beamgrad.model.Intervals;
import io.beamgrad.model.ModelFile;
import io.beamgrad.predict.BatchPredictor;
import io.beamgrad.predict.RowPredictor;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.Example;
import io.beamgrad.schema.ModelRef;
import io.beamgrad.schema.Prediction;
import io.beamgrad.schema.Reject;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.extensions.avro.coders.AvroCoder;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.PaneInfo;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.PCollectionView;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;
import org.checkerframework.checker.nullness.qual.Nullable;
import org.joda.time.Duration;
import org.joda.time.Instant;

/**
 * Gives what a model says of each element, under {@link #PREDICTIONS}, or why it cannot be used,
 * under {@link #REJECTS}: one or the other for each element, with its timestamp and in its windows.
 *
 * <pre>{@code
 * PCollectionTuple predicted = rows.apply(Predict.rows("models/shops.avro").withId("shop"));
 * predicted.get(Predict.PREDICTIONS);
 * }</pre>
 *
 * <p>Works on bounded and unbounded collections, in any windows and with any triggers, as many
 * elements at once as the runner has threads. In no order; elements of a bundle are computed
 * together, up to a thousand, and come out by the end of the bundle at the latest. What an element
 * gives does not depend on its neighbours: with the same model a bundle that is run again gives the
 * same. The coders of both outputs are Avro's.
 *
 * <p>The model is read once in each JVM and shared by its threads and by all transforms; models of
 * up to 256 MB together stay in memory. Where it comes as a side input, such as the {@link
 * NewestModel} of what {@link TrainModel} gives, or of references made by {@link ModelFile#ref},
 * each element is computed by the model that the view has for its window at that time: a new value
 * takes the place of the old one while a stream runs. Elements wait until there is a first one. A
 * bundle that is run again may then see a newer model; {@code model} in a prediction says which it
 * was.
 *
 * <p>Columns are fields by name; what a field may hold is as for files, and a field that an element
 * does not have is missing. What a column cannot take makes a reject, whose {@code file} is the
 * element's id, and whose record number is 0.
 *
 * <p>Metrics of the namespace {@code beamgrad} count {@code rows_predicted} and {@code
 * rows_rejected}, and by column what the training has not seen: {@code
 * values_outside_training_COLUMN} and {@code values_looked_up_as_numbers_COLUMN}.
 *
 * @param <T> the elements, rows or {@link Example}s
 */
public final class Predict<T> extends PTransform<PCollection<T>, PCollectionTuple> {

  /** What the model says. */
  public static final TupleTag<Prediction> PREDICTIONS = new TupleTag<>() {};

  /** What could not be used, and why. */
  public static final TupleTag<Reject> REJECTS = new TupleTag<>() {};

  private final Fields<T> fields;
  private final @Nullable String path;
  private final @Nullable PCollectionView<ModelRef> view;
  private final boolean isValidated;
  private final @Nullable Double interval;

  /** Reads elements of one type. */
  private interface Fields<T> extends Serializable {
    /** Null for a hash of the values. */
    @Nullable String id(T element);

    @Nullable Object value(T element, String field);

    /** Checks that elements can have some columns. */
    void check(PCollection<T> elements, String model, List<Column> features);
  }

  private Predict(
      Fields<T> fields,
      @Nullable String path,
      @Nullable PCollectionView<ModelRef> view,
      boolean isValidated,
      @Nullable Double interval) {
    this.fields = fields;
    this.path = path;
    this.view = view;
    this.isValidated = isValidated;
    this.interval = interval;
  }

  /**
   * Predicts for rows by the model of a file, which the workers see and which does not change; the
   * ids are hashes of the values.
   */
  public static Predict<Row> rows(String modelPath) {
    return new Predict<>(new RowFields(null), modelPath, null, true, null);
  }

  /** Predicts for rows by the newest model. */
  public static Predict<Row> rows(PCollectionView<ModelRef> newest) {
    return new Predict<>(new RowFields(null), null, newest, false, null);
  }

  /** Predicts for examples by the model of a file, as {@link #rows(String)} does. */
  public static Predict<Example> examples(String modelPath) {
    return new Predict<>(new ExampleFields(), modelPath, null, true, null);
  }

  /** Predicts for examples by the newest model. */
  public static Predict<Example> examples(PCollectionView<ModelRef> newest) {
    return new Predict<>(new ExampleFields(), null, newest, false, null);
  }

  /**
   * The same with the ids that a field of the rows has.
   *
   * @throws IllegalStateException where the elements are examples, which have ids
   */
  public Predict<T> withId(String field) {
    if (!(fields instanceof RowFields)) {
      throw new IllegalStateException("Predict.withId: examples have their own ids");
    }
    @SuppressWarnings("unchecked") // T is Row
    Fields<T> named = (Fields<T>) new RowFields(field);
    return new Predict<>(named, path, view, isValidated, interval);
  }

  /**
   * The same with an interval of each number, or the set of classes that the row's own is among.
   *
   * @param level such as 0.9; the models need calibration rows enough for it
   * @throws IllegalArgumentException where it is not above 0 and below 1
   */
  public Predict<T> withInterval(double level) {
    Intervals.requireLevel(level);
    return new Predict<>(fields, path, view, isValidated, level);
  }

  /** The same, but the model is not looked at before the pipeline runs, as it is not here. */
  public Predict<T> withoutValidation() {
    return new Predict<>(fields, path, view, false, interval);
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException where rows lack a field that the model predicts from
   * @throws io.beamgrad.failure.MissingDataException where the model's file is missing here
   * @throws io.beamgrad.failure.BrokenFileException where it is no whole model
   */
  @Override
  public PCollectionTuple expand(PCollection<T> elements) {
    fields.check(
        elements, path, isValidated ? BatchPredictor.features(ModelFile.read(path)) : List.of());
    ParDo.SingleOutput<T, Prediction> predict =
        ParDo.of(new PredictFn<>(fields, path, view, interval));
    PCollectionTuple predicted =
        elements.apply(
            "Predict",
            (view == null ? predict : predict.withSideInputs(view))
                .withOutputTags(PREDICTIONS, TupleTagList.of(REJECTS)));
    predicted.get(PREDICTIONS).setCoder(AvroCoder.specific(Prediction.class));
    predicted.get(REJECTS).setCoder(AvroCoder.specific(Reject.class));
    return predicted;
  }

  private record RowFields(@Nullable String idField) implements Fields<Row> {
    @Override
    public @Nullable String id(Row row) {
      Object id = idField == null ? null : value(row, idField);
      return id == null ? null : id.toString();
    }

    @Override
    public @Nullable Object value(Row row, String field) {
      return row.getSchema().hasField(field) ? PackRows.value(row, field) : null;
    }

    @Override
    public void check(PCollection<Row> rows, String model, List<Column> features) {
      Schema schema = rows.getSchema();
      List<String> needed = new ArrayList<>(features.stream().map(Column::getName).toList());
      if (idField != null) {
        needed.add(idField);
      }
      for (String field : needed) {
        if (!schema.hasField(field)) {
          throw new IllegalArgumentException(
              "Predict%s: no field '%s'; the rows have %s"
                  .formatted(
                      model == null ? "" : " by " + model,
                      field,
                      String.join(", ", schema.getFieldNames())));
        }
      }
    }
  }

  private record ExampleFields() implements Fields<Example> {
    @Override
    public String id(Example example) {
      return example.getId();
    }

    @Override
    public @Nullable Object value(Example example, String field) {
      return example.getFeatures().get(field);
    }

    /** Examples show what they have one by one. */
    @Override
    public void check(PCollection<Example> examples, String model, List<Column> features) {}
  }

  private static final class PredictFn<T> extends DoFn<T, Prediction> {
    private final Fields<T> fields;
    private final @Nullable String path;
    private final @Nullable PCollectionView<ModelRef> view;
    private final @Nullable Double interval;
    private final Counter rowsPredicted = Counters.of("rows_predicted");
    private final Counter rowsRejected = Counters.of("rows_rejected");
    private transient List<Waiting> waiting; // in the order of the predictor's rows
    private transient RowPredictor predictor; // null before the first element
    private transient ModelRef current; // the predictor's; null where it is by path
    private transient Out out;

    /** Where a prediction goes. */
    private record Waiting(Instant timestamp, BoundedWindow window, PaneInfo pane) {}

    /** Gives one, in the midst of a bundle or at its end. */
    @FunctionalInterface
    private interface Out {
      void give(Prediction prediction, Waiting to);
    }

    PredictFn(
        Fields<T> fields,
        @Nullable String path,
        @Nullable PCollectionView<ModelRef> view,
        @Nullable Double interval) {
      this.fields = fields;
      this.path = path;
      this.view = view;
      this.interval = interval;
    }

    /**
     * Predictions keep the timestamps of elements that came earlier in the same bundle, which holds
     * the watermark.
     */
    @Override
    @SuppressWarnings("deprecation") // there is no other way to say it
    public Duration getAllowedTimestampSkew() {
      return Duration.millis(Long.MAX_VALUE);
    }

    @StartBundle
    public void startBundle() {
      waiting = new ArrayList<>();
      if (predictor != null && !predictor.isEmpty()) {
        predictor = null; // a bundle that failed has left some
      }
    }

    @ProcessElement
    public void process(ProcessContext context, BoundedWindow window) {
      out =
          (prediction, to) ->
              context.outputWindowedValue(
                  PREDICTIONS, prediction, to.timestamp(), List.of(to.window()), to.pane());
      prepare(view == null ? null : newest(context.sideInput(view)));
      waiting.add(new Waiting(context.timestamp(), window, context.pane()));
      T element = context.element();
      Reject reject = predictor.add(fields.id(element), field -> fields.value(element, field));
      if (reject != null) {
        waiting.remove(waiting.size() - 1);
        rowsRejected.inc();
        context.output(REJECTS, reject);
      } else if (predictor.isEmpty()) {
        waiting.clear();
      }
    }

    @FinishBundle
    public void finishBundle(FinishBundleContext context) {
      out =
          (prediction, to) -> context.output(PREDICTIONS, prediction, to.timestamp(), to.window());
      flush();
      out = null;
    }

    /** A view of no model at all, of a training that failed for instance, holds null. */
    private static ModelRef newest(@Nullable ModelRef model) {
      if (model == null) {
        throw new MissingDataException("Predict: the view of models has none");
      }
      return model;
    }

    /** Has the model of an element at hand. */
    private void prepare(@Nullable ModelRef wanted) {
      if (predictor != null && (wanted == null || wanted.equals(current))) {
        return;
      }
      flush();
      current = wanted;
      predictor =
          wanted == null
              ? RowPredictor.of(path, null, interval, this::give)
              : RowPredictor.of(wanted.getPath(), wanted.getWeightsSha256(), interval, this::give);
    }

    private void flush() {
      if (predictor != null) {
        predictor.flush();
        waiting.clear();
        Counters.add(predictor.takeInputCounts());
      }
    }

    private void give(int place, Prediction prediction) {
      rowsPredicted.inc();
      out.give(prediction, waiting.get(place));
    }
  }
}
