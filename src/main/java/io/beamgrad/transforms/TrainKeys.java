package io.beamgrad.transforms;

import io.beamgrad.keyed.BucketTraining;
import io.beamgrad.keyed.KeyedTraining;
import io.beamgrad.schema.BlockRef;
import io.beamgrad.schema.Details;
import io.beamgrad.schema.KeyBucket;
import io.beamgrad.schema.KeyTask;
import io.beamgrad.schema.Manifest;
import io.beamgrad.schema.Metrics;
import io.beamgrad.schema.ModelRef;
import io.beamgrad.schema.Outcome;
import io.beamgrad.schema.TrainingPlan;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.extensions.avro.coders.AvroCoder;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.WithKeys;
import org.apache.beam.sdk.transforms.join.CoGbkResult;
import org.apache.beam.sdk.transforms.join.CoGroupByKey;
import org.apache.beam.sdk.transforms.join.KeyedPCollectionTuple;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;
import org.apache.beam.sdk.values.TypeDescriptors;

/**
 * Trains a model for each key of the rows, from the weights of the pooled model that {@link
 * TrainModel} has trained, and gives what it gave, of one model that has them all. Each bucket of
 * the shuffle is a task, which one worker does in turn and whose file is its checkpoint: a task
 * that is done is not done again. Windows are kept. Where the pooled training failed, so has this.
 *
 * <p>Takes {@link RankBlocks#MANIFESTS} and the outputs of {@link TrainModel}; gives these outputs,
 * and {@link #KEYS}.
 */
public final class TrainKeys extends PTransform<PCollectionTuple, PCollectionTuple> {

  /** Output: the file in the work folder with what came of each key; one a window. */
  public static final TupleTag<String> KEYS = new TupleTag<>() {};

  private static final TupleTag<Manifest> OF_MANIFESTS = new TupleTag<>() {};
  private static final TupleTag<ModelRef> OF_MODELS = new TupleTag<>() {};
  private static final TupleTag<Metrics> OF_METRICS = new TupleTag<>() {};
  private static final TupleTag<Details> OF_DETAILS = new TupleTag<>() {};
  private static final TupleTag<Outcome> OF_OUTCOMES = new TupleTag<>() {};
  private static final TupleTag<KeyBucket> OF_BUCKETS = new TupleTag<>() {};

  private final TrainingPlan plan;

  private TrainKeys(TrainingPlan plan) {
    this.plan = plan;
  }

  /**
   * @param plan of the pooled model, which says what the keys are
   */
  public static TrainKeys of(TrainingPlan plan) {
    return new TrainKeys(plan);
  }

  @Override
  public PCollectionTuple expand(PCollectionTuple pooled) {
    PCollection<KV<Integer, Manifest>> manifests =
        together(pooled.get(RankBlocks.MANIFESTS), "Manifests");
    PCollection<KV<Integer, ModelRef>> models = together(pooled.get(TrainModel.MODELS), "Models");
    PCollection<KeyBucket> buckets =
        KeyedPCollectionTuple.of(OF_MANIFESTS, manifests)
            .and(OF_MODELS, models)
            .apply("GatherBlocks", CoGroupByKey.create())
            .apply("PlanBuckets", ParDo.of(new PlanFn(plan)))
            .setCoder(KvCoder.of(VarIntCoder.of(), AvroCoder.specific(KeyTask.class)))
            .apply("SpreadBuckets", new Spread<>())
            .apply("TrainBucket", ParDo.of(new TrainFn()))
            .setCoder(AvroCoder.specific(KeyBucket.class));
    PCollectionTuple finished =
        KeyedPCollectionTuple.of(OF_MANIFESTS, manifests)
            .and(OF_MODELS, models)
            .and(OF_METRICS, together(pooled.get(TrainModel.METRICS), "Metrics"))
            .and(OF_DETAILS, together(pooled.get(TrainModel.DETAILS), "Details"))
            .and(OF_OUTCOMES, together(pooled.get(TrainModel.OUTCOMES), "Outcomes"))
            .and(OF_BUCKETS, together(buckets, "Buckets"))
            .apply("GatherKeys", CoGroupByKey.create())
            .apply(
                "FinishKeys",
                ParDo.of(new FinishFn(plan))
                    .withOutputTags(
                        TrainModel.MODELS,
                        TupleTagList.of(TrainModel.METRICS)
                            .and(TrainModel.DETAILS)
                            .and(TrainModel.OUTCOMES)
                            .and(KEYS)));
    finished.get(TrainModel.MODELS).setCoder(AvroCoder.specific(ModelRef.class));
    finished.get(TrainModel.METRICS).setCoder(AvroCoder.specific(Metrics.class));
    finished.get(TrainModel.DETAILS).setCoder(AvroCoder.specific(Details.class));
    finished.get(TrainModel.OUTCOMES).setCoder(AvroCoder.specific(Outcome.class));
    finished.get(KEYS).setCoder(StringUtf8Coder.of());
    return finished;
  }

  private static <T> PCollection<KV<Integer, T>> together(PCollection<T> records, String what) {
    return records.apply(
        what + "AsOne", WithKeys.<Integer, T>of(0).withKeyType(TypeDescriptors.integers()));
  }

  /** Makes a task of the blocks of each bucket, once there is a pooled model. */
  private static final class PlanFn extends DoFn<KV<Integer, CoGbkResult>, KV<Integer, KeyTask>> {
    private final TrainingPlan plan;

    PlanFn(TrainingPlan plan) {
      this.plan = plan;
    }

    @ProcessElement
    public void process(
        @Element KV<Integer, CoGbkResult> gathered,
        BoundedWindow window,
        OutputReceiver<KV<Integer, KeyTask>> out) {
      ModelRef model = gathered.getValue().getOnly(OF_MODELS, null);
      if (model == null) {
        return;
      }
      SortedMap<Integer, List<BlockRef>> buckets = new TreeMap<>();
      for (BlockRef block : gathered.getValue().getOnly(OF_MANIFESTS).getBlocks()) {
        buckets.computeIfAbsent(block.getBucket(), bucket -> new ArrayList<>()).add(block);
      }
      TrainingPlan own = PlanTraining.in(window, plan);
      buckets.forEach(
          (bucket, blocks) -> {
            blocks.sort(
                Comparator.comparing(BlockRef::getSplit).thenComparingInt(BlockRef::getOrdinal));
            out.output(KV.of(bucket, new KeyTask(own, model, bucket, buckets.size(), blocks)));
          });
    }
  }

  private static final class TrainFn extends DoFn<KeyTask, KeyBucket> {
    private final Counter keysTrained = Counters.of("keys_trained");

    @ProcessElement
    public void process(@Element KeyTask task, OutputReceiver<KeyBucket> out)
        throws InterruptedException {
      KeyBucket trained = BucketTraining.run(task);
      keysTrained.inc(trained.getKeys());
      out.output(trained);
    }
  }

  /** Makes one model of all, or passes on why there is none. */
  private static final class FinishFn extends DoFn<KV<Integer, CoGbkResult>, ModelRef> {
    private final TrainingPlan plan;

    FinishFn(TrainingPlan plan) {
      this.plan = plan;
    }

    @ProcessElement
    public void process(
        @Element KV<Integer, CoGbkResult> gathered, BoundedWindow window, MultiOutputReceiver out)
        throws InterruptedException {
      CoGbkResult its = gathered.getValue();
      Outcome outcome = its.getOnly(OF_OUTCOMES);
      Metrics metrics = its.getOnly(OF_METRICS);
      ModelRef model = its.getOnly(OF_MODELS, null);
      if (model == null) {
        out.get(TrainModel.OUTCOMES).output(outcome);
        out.get(TrainModel.METRICS).output(metrics);
        return;
      }
      List<KeyBucket> buckets = new ArrayList<>();
      its.getAll(OF_BUCKETS).forEach(buckets::add);
      KeyedTraining.Result result =
          new KeyedTraining(
                  PlanTraining.in(window, plan),
                  its.getOnly(OF_MANIFESTS),
                  new KeyedTraining.Pooled(model, metrics, its.getOnly(OF_DETAILS), outcome),
                  buckets)
              .finish();
      out.get(TrainModel.OUTCOMES).output(result.outcome());
      out.get(TrainModel.METRICS).output(result.metrics());
      result.model().ifPresent(out.get(TrainModel.MODELS)::output);
      result.details().ifPresent(out.get(TrainModel.DETAILS)::output);
      result.keys().ifPresent(out.get(KEYS)::output);
    }
  }
}
