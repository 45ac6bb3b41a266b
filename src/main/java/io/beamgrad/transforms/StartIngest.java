package io.beamgrad.transforms;

import io.beamgrad.data.shuffle.IngestResume;
import io.beamgrad.schema.FileRange;
import io.beamgrad.schema.Manifest;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.extensions.avro.coders.AvroCoder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.Impulse;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;

/**
 * Gives the file ranges that are to be read, in no order, spread over all workers; or, where an
 * earlier attempt has left all of its blocks, none, and its manifest instead. Bounded, in the
 * global window.
 *
 * <p>The decision is one element's, taken anew whenever a runner starts the pipeline again from its
 * sources: a restart reads nothing that is in blocks already. A runner that runs this step again
 * runs what came of it again too, so that one attempt never has both.
 */
public final class StartIngest extends PTransform<PBegin, PCollectionTuple> {

  /** What is to be read. */
  public static final TupleTag<FileRange> RANGES = new TupleTag<>() {};

  /** The manifest of an earlier attempt; at most one element. */
  public static final TupleTag<Manifest> MANIFESTS = new TupleTag<>() {};

  private static final AvroCoder<FileRange> RANGE = AvroCoder.specific(FileRange.class);
  private static final TupleTag<KV<Integer, FileRange>> KEYED = new TupleTag<>() {};

  private final List<List<FileRange>> units;
  private final Optional<IngestResume> earlier;

  private StartIngest(List<List<FileRange>> units, Optional<IngestResume> earlier) {
    this.units = List.copyOf(units);
    this.earlier = earlier;
  }

  /**
   * @param units the ranges, those together that one worker is to read in one bundle: a runner
   *     keeps its state after each
   */
  public static StartIngest of(List<List<FileRange>> units) {
    return new StartIngest(units, Optional.empty());
  }

  /** The same, but nothing is read where this ingest is found to be whole. */
  public StartIngest unlessWhole(IngestResume ingest) {
    return new StartIngest(units, Optional.of(ingest));
  }

  @Override
  public PCollectionTuple expand(PBegin begin) {
    PCollection<byte[]> start = begin.apply("Start", Impulse.create());
    if (units.size() <= 1) { // nothing to spread
      PCollectionTuple decided = decide(start, RANGES, (unit, range) -> range);
      decided.get(RANGES).setCoder(RANGE);
      return decided;
    }
    PCollectionTuple decided = decide(start, KEYED, KV::of);
    PCollection<FileRange> spread =
        decided
            .get(KEYED)
            .setCoder(KvCoder.of(VarIntCoder.of(), RANGE))
            .apply("Spread", new Spread<>());
    return PCollectionTuple.of(RANGES, spread).and(MANIFESTS, decided.get(MANIFESTS));
  }

  private <T> PCollectionTuple decide(
      PCollection<byte[]> start, TupleTag<T> ranges, Keyed<T> keyed) {
    PCollectionTuple decided =
        start.apply(
            "Decide",
            ParDo.of(new DecideFn<>(units, earlier.orElse(null), ranges, keyed))
                .withOutputTags(ranges, TupleTagList.of(MANIFESTS)));
    decided.get(MANIFESTS).setCoder(AvroCoder.specific(Manifest.class));
    return decided;
  }

  /** What is made of a range and the place of its unit. */
  @FunctionalInterface
  private interface Keyed<T> extends Serializable {
    T of(int unit, FileRange range);
  }

  private static final class DecideFn<T> extends DoFn<byte[], T> {
    private final ArrayList<ArrayList<FileRange>> units = new ArrayList<>();
    private final IngestResume earlier; // null where none is looked for
    private final TupleTag<T> ranges;
    private final Keyed<T> keyed;

    DecideFn(
        List<List<FileRange>> units, IngestResume earlier, TupleTag<T> ranges, Keyed<T> keyed) {
      units.forEach(unit -> this.units.add(new ArrayList<>(unit)));
      this.earlier = earlier;
      this.ranges = ranges;
      this.keyed = keyed;
    }

    @ProcessElement
    public void process(MultiOutputReceiver out) {
      Optional<Manifest> found = earlier == null ? Optional.empty() : earlier.find();
      if (found.isPresent()) {
        out.get(MANIFESTS).output(found.get());
        return;
      }
      for (int i = 0; i < units.size(); i++) {
        for (FileRange range : units.get(i)) {
          out.get(ranges).output(keyed.of(i, range));
        }
      }
    }
  }
}
