package io.beamgrad.transforms;

import io.beamgrad.schema.FileRange;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.Impulse;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;

/**
 * Gives ranges of files, those that one worker is to read together as one element with its place
 * among them as the key, in no order, spread over all workers. Bounded, in the global window.
 */
public final class StartUnits
    extends PTransform<PBegin, PCollection<KV<Integer, List<FileRange>>>> {
  private final List<List<FileRange>> units;

  private StartUnits(List<List<FileRange>> units) {
    this.units = units;
  }

  public static StartUnits of(List<List<FileRange>> units) {
    return new StartUnits(List.copyOf(units));
  }

  @Override
  public PCollection<KV<Integer, List<FileRange>>> expand(PBegin begin) {
    return begin
        .apply("Start", Impulse.create())
        .apply("Units", ParDo.of(new UnitsFn(units)))
        .setCoder(KvCoder.of(VarIntCoder.of(), PredictFiles.CODER))
        .apply("Spread", new Spread<>());
  }

  private static final class UnitsFn
      extends DoFn<byte[], KV<Integer, KV<Integer, List<FileRange>>>> {
    private final ArrayList<ArrayList<FileRange>> units = new ArrayList<>();

    UnitsFn(List<List<FileRange>> units) {
      units.forEach(unit -> this.units.add(new ArrayList<>(unit)));
    }

    @ProcessElement
    public void process(OutputReceiver<KV<Integer, KV<Integer, List<FileRange>>>> out) {
      for (int i = 0; i < units.size(); i++) {
        out.output(KV.of(i, KV.of(i, units.get(i))));
      }
    }
  }
}
