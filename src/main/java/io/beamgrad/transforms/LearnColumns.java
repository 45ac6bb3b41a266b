package io.beamgrad.transforms;

import io.beamgrad.learner.ColumnLearner;
import io.beamgrad.learner.ColumnStatistics;
import io.beamgrad.learner.LearnedEncodingsFile;
import io.beamgrad.schema.BlockRef;
import io.beamgrad.schema.Manifest;
import io.beamgrad.schema.Split;
import io.beamgrad.schema.TrainingInput;
import io.beamgrad.schema.TrainingPlan;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.extensions.avro.coders.AvroCoder;
import org.apache.beam.sdk.transforms.Combine;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Reshuffle;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;

/**
 * Learns from the training rows alone how feature columns become input: no row of validation or
 * test is looked at. Counts and sums are exact, so that the result does not depend on order or
 * parallelism. Gives one element a window, keyed by the model: where the encodings lie, in a file
 * whose name and bytes its content decides.
 */
final class LearnColumns
    extends PTransform<PCollection<Manifest>, PCollection<KV<String, TrainingInput>>> {
  private final TrainingPlan plan;

  private LearnColumns(TrainingPlan plan) {
    this.plan = plan;
  }

  static LearnColumns of(TrainingPlan plan) {
    return new LearnColumns(plan);
  }

  @Override
  public PCollection<KV<String, TrainingInput>> expand(PCollection<Manifest> manifests) {
    SerializableCoder<ColumnStatistics> statistics = SerializableCoder.of(ColumnStatistics.class);
    int features = plan.getPreparations().size();
    return manifests
        .apply("TrainingBlocks", ParDo.of(new TrainingBlocksFn()))
        .setCoder(AvroCoder.specific(BlockRef.class))
        .apply("SpreadBlocks", Reshuffle.viaRandomKey())
        .apply("Count", ParDo.of(new CountFn(plan)))
        .setCoder(KvCoder.of(VarIntCoder.of(), statistics))
        .apply("MergeShards", Combine.perKey(new MergeFn(features)))
        .apply("KeyByModel", ParDo.of(new KeyByModelFn(plan.getModel())))
        .setCoder(KvCoder.of(StringUtf8Coder.of(), statistics))
        .apply("GatherShards", GroupByKey.create())
        .apply("Learn", ParDo.of(new LearnFn(plan)))
        .setCoder(KvCoder.of(StringUtf8Coder.of(), AvroCoder.specific(TrainingInput.class)));
  }

  private static final class TrainingBlocksFn extends DoFn<Manifest, BlockRef> {
    @ProcessElement
    public void process(@Element Manifest manifest, OutputReceiver<BlockRef> out) {
      manifest.getBlocks().stream()
          .filter(block -> block.getSplit() == Split.TRAIN)
          .forEach(out::output);
    }
  }

  private static final class CountFn extends DoFn<BlockRef, KV<Integer, ColumnStatistics>> {
    private final TrainingPlan plan;

    CountFn(TrainingPlan plan) {
      this.plan = plan;
    }

    @ProcessElement
    public void process(
        @Element BlockRef block, OutputReceiver<KV<Integer, ColumnStatistics>> out) {
      new ColumnLearner(plan.getColumns(), plan.getPreparations())
          .count(block)
          .forEach((shard, counted) -> out.output(KV.of(shard, counted)));
    }
  }

  private static final class MergeFn
      extends Combine.CombineFn<ColumnStatistics, ColumnStatistics, ColumnStatistics> {
    private final int features;

    MergeFn(int features) {
      this.features = features;
    }

    @Override
    public ColumnStatistics createAccumulator() {
      return new ColumnStatistics(features);
    }

    @Override
    public ColumnStatistics addInput(ColumnStatistics accumulator, ColumnStatistics input) {
      return accumulator.add(input);
    }

    @Override
    public ColumnStatistics mergeAccumulators(Iterable<ColumnStatistics> accumulators) {
      ColumnStatistics merged = createAccumulator();
      accumulators.forEach(merged::add);
      return merged;
    }

    @Override
    public ColumnStatistics extractOutput(ColumnStatistics accumulator) {
      return accumulator;
    }
  }

  private static final class KeyByModelFn
      extends DoFn<KV<Integer, ColumnStatistics>, KV<String, ColumnStatistics>> {
    private final String model;

    KeyByModelFn(String model) {
      this.model = model;
    }

    @ProcessElement
    public void process(
        @Element KV<Integer, ColumnStatistics> shard,
        OutputReceiver<KV<String, ColumnStatistics>> out) {
      out.output(KV.of(model, shard.getValue()));
    }
  }

  private static final class LearnFn
      extends DoFn<KV<String, Iterable<ColumnStatistics>>, KV<String, TrainingInput>> {
    private final TrainingPlan plan;

    LearnFn(TrainingPlan plan) {
      this.plan = plan;
    }

    @ProcessElement
    public void process(
        @Element KV<String, Iterable<ColumnStatistics>> counted,
        BoundedWindow window,
        OutputReceiver<KV<String, TrainingInput>> out) {
      List<ColumnStatistics> shards = new ArrayList<>();
      counted.getValue().forEach(shards::add);
      out.output(
          KV.of(
              plan.getModel(),
              new TrainingInput(
                  LearnedEncodingsFile.write(PlanTraining.in(window, plan), shards))));
    }
  }
}
