package io.beamgrad.transforms;

import io.beamgrad.learner.ColumnLearner;
import io.beamgrad.learner.ColumnStatistics;
import io.beamgrad.learner.EncodingPlan;
import io.beamgrad.schema.BlockRef;
import io.beamgrad.schema.Manifest;
import io.beamgrad.schema.TrainingInput;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.extensions.avro.coders.AvroCoder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;

/**
 * Learns from the training rows alone how feature columns become input: no row of validation or
 * test is looked at. Counts and sums are exact, so that the result does not depend on order or
 * parallelism. Where exact quantiles are asked for, the last worker goes through the blocks again.
 * What many models share is learned once. Gives one element for each model and window, keyed by the
 * model: where the encodings lie, in a file whose name and bytes its content decides.
 */
final class LearnColumns
    extends PTransform<PCollection<Manifest>, PCollection<KV<String, TrainingInput>>> {
  private final List<SharedEncodings> all;

  private LearnColumns(List<SharedEncodings> all) {
    this.all = List.copyOf(all);
  }

  static LearnColumns of(List<SharedEncodings> all) {
    return new LearnColumns(all);
  }

  @Override
  public PCollection<KV<String, TrainingInput>> expand(PCollection<Manifest> manifests) {
    SerializableCoder<ColumnStatistics> statistics = SerializableCoder.of(ColumnStatistics.class);
    return manifests
        .apply("TrainingBlocks", ParDo.of(new TrainingBlocksFn(all)))
        .setCoder(KvCoder.of(VarIntCoder.of(), AvroCoder.specific(BlockRef.class)))
        .apply("SpreadBlocks", GroupByKey.create())
        .apply("Count", ParDo.of(new CountFn(all)))
        .setCoder(KvCoder.of(KvCoder.of(VarIntCoder.of(), VarIntCoder.of()), statistics))
        .apply("GatherShard", GroupByKey.create())
        .apply("MergeShard", ParDo.of(new MergeFn(all)))
        .setCoder(KvCoder.of(VarIntCoder.of(), statistics))
        .apply("GatherShards", GroupByKey.create())
        .apply("Learn", ParDo.of(new LearnFn(all)))
        .setCoder(KvCoder.of(StringUtf8Coder.of(), AvroCoder.specific(TrainingInput.class)));
  }

  /**
   * Gives the training blocks in groups, each of which one worker is to count; those of plans of
   * the same rows once.
   */
  private static final class TrainingBlocksFn extends DoFn<Manifest, KV<Integer, BlockRef>> {
    private static final int GROUPS = 64;

    private final List<EncodingPlan> plans;

    TrainingBlocksFn(List<SharedEncodings> all) {
      this.plans = all.stream().map(SharedEncodings::plan).toList();
    }

    /** Whether a plan, by its number, learns from the rows of a group. */
    static boolean isOf(List<EncodingPlan> plans, int number, int group) {
      return group / GROUPS == firstOfSameRows(plans, number);
    }

    /** The number of the first plan of the same rows. */
    private static int firstOfSameRows(List<EncodingPlan> plans, int number) {
      ModelRows rows = ModelRows.of(plans.get(number));
      int first = 0;
      while (!ModelRows.of(plans.get(first)).equals(rows)) {
        first++;
      }
      return first;
    }

    @ProcessElement
    public void process(@Element Manifest manifest, OutputReceiver<KV<Integer, BlockRef>> out) {
      for (int number = 0; number < plans.size(); number++) {
        if (firstOfSameRows(plans, number) < number) {
          continue;
        }
        int blocks = 0;
        for (BlockRef block : ModelRows.of(plans.get(number)).trainBlocks(manifest)) {
          out.output(KV.of(number * GROUPS + blocks++ % GROUPS, block));
        }
      }
    }
  }

  /** Counts by the number of the encodings and the shard. */
  private static final class CountFn
      extends DoFn<KV<Integer, Iterable<BlockRef>>, KV<KV<Integer, Integer>, ColumnStatistics>> {
    private final List<EncodingPlan> plans;

    CountFn(List<SharedEncodings> all) {
      this.plans = all.stream().map(SharedEncodings::plan).toList();
    }

    @ProcessElement
    public void process(
        @Element KV<Integer, Iterable<BlockRef>> blocks,
        OutputReceiver<KV<KV<Integer, Integer>, ColumnStatistics>> out) {
      for (int number = 0; number < plans.size(); number++) {
        if (!TrainingBlocksFn.isOf(plans, number, blocks.getKey())) {
          continue;
        }
        for (Map.Entry<Integer, ColumnStatistics> shard :
            new ColumnLearner(plans.get(number)).count(blocks.getValue()).entrySet()) {
          out.output(KV.of(KV.of(number, shard.getKey()), shard.getValue()));
        }
      }
    }
  }

  private static final class MergeFn
      extends DoFn<
          KV<KV<Integer, Integer>, Iterable<ColumnStatistics>>, KV<Integer, ColumnStatistics>> {
    private final List<Integer> features;

    MergeFn(List<SharedEncodings> all) {
      this.features = all.stream().map(shared -> shared.plan().features()).toList();
    }

    @ProcessElement
    public void process(
        @Element KV<KV<Integer, Integer>, Iterable<ColumnStatistics>> shard,
        OutputReceiver<KV<Integer, ColumnStatistics>> out) {
      int number = shard.getKey().getKey();
      ColumnStatistics merged = new ColumnStatistics(features.get(number));
      shard.getValue().forEach(merged::add);
      out.output(KV.of(number, merged));
    }
  }

  private static final class LearnFn
      extends DoFn<KV<Integer, Iterable<ColumnStatistics>>, KV<String, TrainingInput>> {
    private final List<SharedEncodings> all;

    LearnFn(List<SharedEncodings> all) {
      this.all = all;
    }

    @ProcessElement
    public void process(
        @Element KV<Integer, Iterable<ColumnStatistics>> counted,
        BoundedWindow window,
        OutputReceiver<KV<String, TrainingInput>> out) {
      List<ColumnStatistics> shards = new ArrayList<>();
      counted.getValue().forEach(shards::add);
      all.get(counted.getKey()).send(shards, window, out);
    }
  }
}
