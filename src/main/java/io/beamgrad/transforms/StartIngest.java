package io.beamgrad.transforms;

import io.beamgrad.data.shuffle.IngestResume;
import io.beamgrad.schema.FileRange;
import io.beamgrad.schema.Manifest;
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
    PCollectionTuple decided =
        begin
            .apply("Start", Impulse.create())
            .apply(
                "Decide",
                ParDo.of(new DecideFn(units, earlier.orElse(null)))
                    .withOutputTags(KEYED, TupleTagList.of(MANIFESTS)));
    PCollection<Manifest> manifests =
        decided.get(MANIFESTS).setCoder(AvroCoder.specific(Manifest.class));
    PCollection<FileRange> spread =
        decided
            .get(KEYED)
            .setCoder(KvCoder.of(VarIntCoder.of(), AvroCoder.specific(FileRange.class)))
            .apply("Spread", new Spread<>());
    return PCollectionTuple.of(RANGES, spread).and(MANIFESTS, manifests);
  }

  /** Gives each unit a key of its own. */
  private static final class DecideFn extends DoFn<byte[], KV<Integer, FileRange>> {
    private final ArrayList<ArrayList<FileRange>> units = new ArrayList<>();
    private final IngestResume earlier; // null where none is looked for

    DecideFn(List<List<FileRange>> units, IngestResume earlier) {
      units.forEach(unit -> this.units.add(new ArrayList<>(unit)));
      this.earlier = earlier;
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
          out.get(KEYED).output(KV.of(i, range));
        }
      }
    }
  }
}
