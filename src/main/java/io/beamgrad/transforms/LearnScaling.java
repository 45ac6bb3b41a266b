package io.beamgrad.transforms;

import io.beamgrad.data.ColumnMoments;
import io.beamgrad.data.Columns;
import io.beamgrad.schema.BlockRef;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.LearnedScaling;
import io.beamgrad.schema.Manifest;
import io.beamgrad.schema.Split;
import io.beamgrad.schema.TrainingInput;
import java.util.List;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.extensions.avro.coders.AvroCoder;
import org.apache.beam.sdk.transforms.Combine;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Reshuffle;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;

/**
 * Learns mean and standard deviation of each feature column from the training rows alone: no row of
 * validation or test is looked at. Sums are exact, so that the result does not depend on order or
 * parallelism. Gives one element a window, keyed by the model.
 */
final class LearnScaling
    extends PTransform<PCollection<Manifest>, PCollection<KV<String, TrainingInput>>> {
  private final String model;
  private final List<Column> columns;

  private LearnScaling(String model, List<Column> columns) {
    this.model = model;
    this.columns = columns;
  }

  static LearnScaling of(String model, List<Column> columns) {
    return new LearnScaling(model, columns);
  }

  @Override
  public PCollection<KV<String, TrainingInput>> expand(PCollection<Manifest> manifests) {
    return manifests
        .apply("TrainingBlocks", ParDo.of(new TrainingBlocksFn()))
        .setCoder(AvroCoder.specific(BlockRef.class))
        .apply("SpreadBlocks", Reshuffle.viaRandomKey())
        .apply("Measure", ParDo.of(new MeasureFn(model, columns)))
        .setCoder(KvCoder.of(StringUtf8Coder.of(), SerializableCoder.of(ColumnMoments.class)))
        .apply("Merge", Combine.perKey(new MergeFn(features())))
        .apply("Standardise", ParDo.of(new StandardiseFn(columns)))
        .setCoder(KvCoder.of(StringUtf8Coder.of(), AvroCoder.specific(TrainingInput.class)));
  }

  private int features() {
    return Columns.features(columns).size();
  }

  private static final class TrainingBlocksFn extends DoFn<Manifest, BlockRef> {
    @ProcessElement
    public void process(@Element Manifest manifest, OutputReceiver<BlockRef> out) {
      manifest.getBlocks().stream()
          .filter(block -> block.getSplit() == Split.TRAIN)
          .forEach(out::output);
    }
  }

  private static final class MeasureFn extends DoFn<BlockRef, KV<String, ColumnMoments>> {
    private final String model;
    private final List<Column> columns;

    MeasureFn(String model, List<Column> columns) {
      this.model = model;
      this.columns = columns;
    }

    @ProcessElement
    public void process(@Element BlockRef block, OutputReceiver<KV<String, ColumnMoments>> out) {
      out.output(KV.of(model, ColumnMoments.ofBlock(block, columns)));
    }
  }

  private static final class MergeFn
      extends Combine.CombineFn<ColumnMoments, ColumnMoments, ColumnMoments> {
    private final int features;

    MergeFn(int features) {
      this.features = features;
    }

    @Override
    public ColumnMoments createAccumulator() {
      return new ColumnMoments(features);
    }

    @Override
    public ColumnMoments addInput(ColumnMoments accumulator, ColumnMoments input) {
      return accumulator.add(input);
    }

    @Override
    public ColumnMoments mergeAccumulators(Iterable<ColumnMoments> accumulators) {
      ColumnMoments merged = createAccumulator();
      accumulators.forEach(merged::add);
      return merged;
    }

    @Override
    public ColumnMoments extractOutput(ColumnMoments accumulator) {
      return accumulator;
    }
  }

  private static final class StandardiseFn
      extends DoFn<KV<String, ColumnMoments>, KV<String, TrainingInput>> {
    private final List<Column> columns;

    StandardiseFn(List<Column> columns) {
      this.columns = columns;
    }

    @ProcessElement
    public void process(
        @Element KV<String, ColumnMoments> moments, OutputReceiver<KV<String, TrainingInput>> out) {
      LearnedScaling scaling = new LearnedScaling(moments.getValue().standardise(columns));
      out.output(KV.of(moments.getKey(), new TrainingInput(scaling)));
    }
  }
}
