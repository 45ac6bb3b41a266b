package io.beamgrad.transforms;

import io.beamgrad.data.split.SplitRule;
import io.beamgrad.data.split.TimeCounts;
import io.beamgrad.schema.FileRange;
import io.beamgrad.schema.TimeThresholds;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.coders.CannotProvideCoderException;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.CoderRegistry;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.ListCoder;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.extensions.avro.coders.AvroCoder;
import org.apache.beam.sdk.transforms.Combine;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Reshuffle;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;

/**
 * Gives the file ranges again, with the thresholds of a split by time filled in. All ranges of a
 * window are read for this, of each the one column of the time; what is found is exact and does not
 * depend on order or parallelism.
 */
final class FindTimeSplit extends PTransform<PCollection<FileRange>, PCollection<FileRange>> {
  private static final AvroCoder<FileRange> RANGE = AvroCoder.specific(FileRange.class);

  private final SplitRule rule;

  private FindTimeSplit(SplitRule rule) {
    this.rule = rule;
  }

  static FindTimeSplit of(SplitRule rule) {
    return new FindTimeSplit(rule);
  }

  @Override
  public PCollection<FileRange> expand(PCollection<FileRange> ranges) {
    return ranges
        .apply("OneKey", ParDo.of(new OneKeyFn()))
        .setCoder(KvCoder.of(VarIntCoder.of(), RANGE))
        .apply("CountTimes", Combine.perKey(new CountFn(rule)))
        .setCoder(KvCoder.of(VarIntCoder.of(), ListCoder.of(RANGE)))
        .apply("Ranges", ParDo.of(new RangesFn()))
        .setCoder(RANGE)
        .apply("Spread", Reshuffle.viaRandomKey());
  }

  private static final class OneKeyFn extends DoFn<FileRange, KV<Integer, FileRange>> {
    @ProcessElement
    public void process(@Element FileRange range, OutputReceiver<KV<Integer, FileRange>> out) {
      out.output(KV.of(0, range));
    }
  }

  /** The ranges seen so far and their times. */
  private static final class Seen implements Serializable {
    private static final long serialVersionUID = 1L;

    final ArrayList<FileRange> ranges = new ArrayList<>();
    final TimeCounts times = new TimeCounts();
  }

  private static final class CountFn extends Combine.CombineFn<FileRange, Seen, List<FileRange>> {
    private final SplitRule rule;

    CountFn(SplitRule rule) {
      this.rule = rule;
    }

    @Override
    public Coder<Seen> getAccumulatorCoder(CoderRegistry registry, Coder<FileRange> ranges)
        throws CannotProvideCoderException {
      return SerializableCoder.of(Seen.class);
    }

    @Override
    public Seen createAccumulator() {
      return new Seen();
    }

    @Override
    public Seen addInput(Seen seen, FileRange range) {
      seen.ranges.add(range);
      seen.times.add(TimeCounts.ofRange(range, rule));
      return seen;
    }

    @Override
    public Seen mergeAccumulators(Iterable<Seen> parts) {
      Seen merged = createAccumulator();
      for (Seen part : parts) {
        merged.ranges.addAll(part.ranges);
        merged.times.add(part.times);
      }
      return merged;
    }

    @Override
    public List<FileRange> extractOutput(Seen seen) {
      TimeThresholds thresholds = seen.times.thresholds(rule);
      return seen.ranges.stream()
          .map(range -> FileRange.newBuilder(range).setThresholds(thresholds).build())
          .toList();
    }
  }

  private static final class RangesFn extends DoFn<KV<Integer, List<FileRange>>, FileRange> {
    @ProcessElement
    public void process(
        @Element KV<Integer, List<FileRange>> ranges, OutputReceiver<FileRange> out) {
      ranges.getValue().forEach(out::output);
    }
  }
}
