package io.beamgrad.transforms;

import io.beamgrad.data.profile.DataProfiler;
import io.beamgrad.schema.DataProfile;
import io.beamgrad.schema.Distribution;
import io.beamgrad.schema.FileRange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.CoderRegistry;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.ListCoder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.extensions.avro.coders.AvroCoder;
import org.apache.beam.sdk.transforms.Combine;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;

/**
 * Gives one profile a window of all rows of file ranges that have the same columns: how the values
 * of each column are distributed. Files are read once, each column is summed up by itself, and
 * counts are exact, so that the profile does not depend on order or parallelism. Nothing that data
 * can cause is thrown: what is wrong with a file is in the profile.
 */
public final class ProfileRows
    extends PTransform<PCollection<FileRange>, PCollection<DataProfile>> {
  private static final AvroCoder<DataProfile> CODER = AvroCoder.specific(DataProfile.class);
  private static final KvCoder<Integer, DataProfile> KEYED = KvCoder.of(VarIntCoder.of(), CODER);

  private ProfileRows() {}

  public static ProfileRows create() {
    return new ProfileRows();
  }

  @Override
  public PCollection<DataProfile> expand(PCollection<FileRange> ranges) {
    return ranges
        .apply("CountRows", ParDo.of(new CountFn()))
        .setCoder(KEYED)
        .apply("MergeColumns", Combine.perKey(new MergeFn()))
        .setCoder(KEYED)
        .apply("OneKey", ParDo.of(new OneKeyFn()))
        .setCoder(KvCoder.of(VarIntCoder.of(), KEYED))
        .apply("GatherColumns", GroupByKey.create())
        .apply("Join", ParDo.of(new JoinFn()))
        .setCoder(CODER);
  }

  /**
   * Gives each distribution a key of its own, as all together may be more than one element takes.
   */
  private static final class CountFn extends DoFn<FileRange, KV<Integer, DataProfile>> {
    @ProcessElement
    public void process(@Element FileRange range, OutputReceiver<KV<Integer, DataProfile>> out) {
      DataProfile profile = DataProfiler.of(range);
      List<Distribution> distributions = profile.getDistributions();
      for (int i = 0; i < distributions.size(); i++) {
        out.output(KV.of(i, with(profile, distributions.subList(i, i + 1))));
      }
    }
  }

  private static DataProfile with(DataProfile profile, List<Distribution> distributions) {
    return DataProfile.newBuilder(profile).setDistributions(List.copyOf(distributions)).build();
  }

  private static final class MergeFn
      extends Combine.CombineFn<DataProfile, List<DataProfile>, DataProfile> {
    @Override
    public Coder<List<DataProfile>> getAccumulatorCoder(
        CoderRegistry registry, Coder<DataProfile> profiles) {
      return ListCoder.of(profiles);
    }

    @Override
    public List<DataProfile> createAccumulator() {
      return new ArrayList<>();
    }

    @Override
    public List<DataProfile> addInput(List<DataProfile> merged, DataProfile profile) {
      return List.of(merged.isEmpty() ? profile : DataProfiler.merge(merged.get(0), profile));
    }

    @Override
    public List<DataProfile> mergeAccumulators(Iterable<List<DataProfile>> parts) {
      List<DataProfile> merged = createAccumulator();
      for (List<DataProfile> part : parts) {
        merged = part.isEmpty() ? merged : addInput(merged, part.get(0));
      }
      return merged;
    }

    @Override
    public DataProfile extractOutput(List<DataProfile> merged) {
      return merged.get(0); // a key has an element
    }
  }

  private static final class OneKeyFn
      extends DoFn<KV<Integer, DataProfile>, KV<Integer, KV<Integer, DataProfile>>> {
    @ProcessElement
    public void process(
        @Element KV<Integer, DataProfile> column,
        OutputReceiver<KV<Integer, KV<Integer, DataProfile>>> out) {
      out.output(KV.of(0, column));
    }
  }

  private static final class JoinFn
      extends DoFn<KV<Integer, Iterable<KV<Integer, DataProfile>>>, DataProfile> {
    @ProcessElement
    public void process(
        @Element KV<Integer, Iterable<KV<Integer, DataProfile>>> gathered,
        OutputReceiver<DataProfile> out) {
      List<KV<Integer, DataProfile>> columns = new ArrayList<>();
      gathered.getValue().forEach(columns::add);
      columns.sort(Comparator.comparing(KV::getKey));
      List<Distribution> distributions =
          columns.stream().map(column -> column.getValue().getDistributions().get(0)).toList();
      out.output(with(columns.get(0).getValue(), distributions));
    }
  }
}
