package io.beamgrad.transforms;

import io.beamgrad.learner.TrainingCounts;
import io.beamgrad.learner.TrainingInputs;
import io.beamgrad.learner.TrainingRun;
import io.beamgrad.schema.Details;
import io.beamgrad.schema.FoldResult;
import io.beamgrad.schema.Metrics;
import io.beamgrad.schema.ModelRef;
import io.beamgrad.schema.NextStage;
import io.beamgrad.schema.Outcome;
import io.beamgrad.schema.TrainingInput;
import org.apache.beam.sdk.extensions.avro.coders.AvroCoder;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.state.BagState;
import org.apache.beam.sdk.state.StateSpec;
import org.apache.beam.sdk.state.StateSpecs;
import org.apache.beam.sdk.state.TimeDomain;
import org.apache.beam.sdk.state.Timer;
import org.apache.beam.sdk.state.TimerSpec;
import org.apache.beam.sdk.state.TimerSpecs;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;

/**
 * Trains one model for each key and window: the key is the model's name, so that many models train
 * in parallel, and a stream cut into days gives a model a day. Training starts when the window
 * ends. The order in which the inputs arrive never shows in the result.
 *
 * <p>State holds the plan and block references, never rows; rows come through a cache that all
 * trainers of the JVM share. A bundle that is retried, on this worker or another, continues from
 * the checkpoint of the last finished epoch. What data causes, such as a diverging loss, is an
 * {@link Outcome}; only faults of the machine are thrown.
 */
public final class TrainModel
    extends PTransform<PCollection<KV<String, TrainingInput>>, PCollectionTuple> {

  /** Where the weights of each trained model lie. */
  public static final TupleTag<ModelRef> MODELS = new TupleTag<>() {};

  /** All metrics of a model in one element, so that each epoch is reported once. */
  public static final TupleTag<Metrics> METRICS = new TupleTag<>() {};

  /** How each training ended. */
  public static final TupleTag<Outcome> OUTCOMES = new TupleTag<>() {};

  /** What a report shows beyond the metrics, of each trained model. */
  public static final TupleTag<Details> DETAILS = new TupleTag<>() {};

  /** What came of each fold, in place of the other outputs. */
  public static final TupleTag<FoldResult> FOLDS = new TupleTag<>() {};

  private final int lastEpoch;
  private final boolean isLaterStage;

  private TrainModel(int lastEpoch, boolean isLaterStage) {
    this.lastEpoch = lastEpoch;
    this.isLaterStage = isLaterStage;
  }

  public static TrainModel create() {
    return new TrainModel(Integer.MAX_VALUE, false);
  }

  /**
   * The same as a stage: models of more epochs pause after so many, and give metrics and an outcome
   * alone. A later stage of the same inputs goes on from their checkpoints.
   */
  public TrainModel upTo(int epoch) {
    return new TrainModel(epoch, isLaterStage);
  }

  /** The same, but only those models are trained that have a {@link NextStage} in their inputs. */
  public TrainModel ofThoseThatGoOn() {
    return new TrainModel(lastEpoch, true);
  }

  /**
   * @throws IllegalArgumentException where windows merge, have no start, fire before they end or
   *     allow late rows: each would train a model on a part of its data
   */
  @Override
  public PCollectionTuple expand(PCollection<KV<String, TrainingInput>> inputs) {
    Windows.requireWhole("TrainModel", inputs.getWindowingStrategy());
    PCollectionTuple trained =
        inputs.apply(
            "TrainEachModel",
            ParDo.of(new TrainFn(lastEpoch, isLaterStage))
                .withOutputTags(
                    MODELS, TupleTagList.of(METRICS).and(DETAILS).and(OUTCOMES).and(FOLDS)));
    trained.get(MODELS).setCoder(AvroCoder.specific(ModelRef.class));
    trained.get(METRICS).setCoder(AvroCoder.specific(Metrics.class));
    trained.get(DETAILS).setCoder(AvroCoder.specific(Details.class));
    trained.get(OUTCOMES).setCoder(AvroCoder.specific(Outcome.class));
    trained.get(FOLDS).setCoder(AvroCoder.specific(FoldResult.class));
    return trained;
  }

  private static final class TrainFn extends DoFn<KV<String, TrainingInput>, ModelRef> {

    private final Counter rowsTrained = Counters.of("rows_trained");
    private final Counter epochs = Counters.of("epochs");
    private final Counter trainMillis = Counters.of("train_millis");
    private final Counter evaluateMillis = Counters.of("evaluate_millis");
    private final Counter cacheHits = Counters.of("block_cache_hits");
    private final Counter cacheMisses = Counters.of("block_cache_misses");

    private final int lastEpoch;
    private final boolean isLaterStage;

    @StateId("inputs")
    private final StateSpec<BagState<TrainingInput>> inputsSpec =
        StateSpecs.bag(AvroCoder.specific(TrainingInput.class));

    @TimerId("endOfWindow")
    private final TimerSpec endOfWindowSpec = TimerSpecs.timer(TimeDomain.EVENT_TIME);

    TrainFn(int lastEpoch, boolean isLaterStage) {
      this.lastEpoch = lastEpoch;
      this.isLaterStage = isLaterStage;
    }

    @ProcessElement
    public void keep(
        @Element KV<String, TrainingInput> input,
        BoundedWindow window,
        @StateId("inputs") BagState<TrainingInput> inputs,
        @TimerId("endOfWindow") Timer endOfWindow) {
      inputs.add(input.getValue());
      endOfWindow.set(window.maxTimestamp());
    }

    @OnTimer("endOfWindow")
    public void train(
        @Key String model,
        BoundedWindow window,
        @StateId("inputs") BagState<TrainingInput> inputs,
        MultiOutputReceiver out)
        throws InterruptedException {
      Iterable<TrainingInput> arrived = inputs.read();
      if (isLaterStage && !TrainingInputs.goesOn(arrived)) {
        inputs.clear();
        return;
      }
      TrainingRun.Result result =
          new TrainingRun(TrainingInputs.of(model, arrived), lastEpoch).run();
      if (result.fold().isPresent()) {
        out.get(FOLDS).output(result.fold().get());
      } else {
        give(result, window, out);
      }
      inputs.clear();
      count(result.work());
    }

    private static void give(
        TrainingRun.Result result, BoundedWindow window, MultiOutputReceiver out) {
      result.model().ifPresent(out.get(MODELS)::output);
      out.get(METRICS).output(result.metrics());
      result.details().ifPresent(out.get(DETAILS)::output);
      out.get(OUTCOMES).output(Windows.outcome(result.outcome(), window));
    }

    private void count(TrainingCounts work) {
      rowsTrained.inc(work.rowsTrained());
      epochs.inc(work.epochs());
      trainMillis.inc(work.trainMillis());
      evaluateMillis.inc(work.evaluateMillis());
      cacheHits.inc(work.cacheHits());
      cacheMisses.inc(work.cacheMisses());
    }
  }
}
