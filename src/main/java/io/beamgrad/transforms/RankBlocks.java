package io.beamgrad.transforms;

import io.beamgrad.data.Ranking;
import io.beamgrad.data.SplitSettings;
import io.beamgrad.data.UnusableDataException;
import io.beamgrad.schema.BlockRef;
import io.beamgrad.schema.Manifest;
import io.beamgrad.schema.Outcome;
import io.beamgrad.schema.RankInput;
import io.beamgrad.schema.ReadSummary;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.extensions.avro.coders.AvroCoder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;

/**
 * Brings all block references of a window together, gives them their global ranks and splits them.
 * The references are tiny; the rows stay where they are. Gives one {@link Manifest} a window, or,
 * where the data cannot be trained on, one failed {@link Outcome} for each model instead. The
 * result does not depend on order, parallelism or replay.
 */
public final class RankBlocks extends PTransform<PCollectionTuple, PCollectionTuple> {

  /** Input: block references. */
  public static final TupleTag<BlockRef> BLOCKS = new TupleTag<>() {};

  /** Input: what the readers found. */
  public static final TupleTag<ReadSummary> SUMMARIES = ReadExamples.SUMMARIES;

  /** Output: the ranked blocks, one element a window. */
  public static final TupleTag<Manifest> MANIFESTS = new TupleTag<>() {};

  /** Output: one failure for each model where the data cannot be trained on. */
  public static final TupleTag<Outcome> OUTCOMES = new TupleTag<>() {};

  private final SplitSettings settings;
  private final List<String> models;

  private RankBlocks(SplitSettings settings, List<String> models) {
    this.settings = settings;
    this.models = List.copyOf(models);
  }

  /**
   * @param models the names of the models that are to be trained on the data
   */
  public static RankBlocks of(SplitSettings settings, List<String> models) {
    return new RankBlocks(settings, models);
  }

  @Override
  public PCollectionTuple expand(PCollectionTuple input) {
    Coder<KV<Integer, RankInput>> keyed =
        KvCoder.of(VarIntCoder.of(), AvroCoder.specific(RankInput.class));
    PCollectionTuple ranked =
        PCollectionList.of(
                input.get(BLOCKS).apply("KeyBlocks", ParDo.of(new OneKeyFn<>())).setCoder(keyed))
            .and(
                input
                    .get(SUMMARIES)
                    .apply("KeySummaries", ParDo.of(new OneKeyFn<>()))
                    .setCoder(keyed))
            .apply("BlocksAndSummaries", Flatten.pCollections())
            .apply("Gather", GroupByKey.create())
            .apply(
                "Rank",
                ParDo.of(new RankFn(settings, models))
                    .withOutputTags(MANIFESTS, TupleTagList.of(OUTCOMES)));
    ranked.get(MANIFESTS).setCoder(AvroCoder.specific(Manifest.class));
    ranked.get(OUTCOMES).setCoder(AvroCoder.specific(Outcome.class));
    return ranked;
  }

  private static final class OneKeyFn<T> extends DoFn<T, KV<Integer, RankInput>> {
    @ProcessElement
    public void process(@Element T content, OutputReceiver<KV<Integer, RankInput>> out) {
      out.output(KV.of(0, new RankInput(content)));
    }
  }

  private static final class RankFn extends DoFn<KV<Integer, Iterable<RankInput>>, Manifest> {
    private final SplitSettings settings;
    private final List<String> models;

    RankFn(SplitSettings settings, List<String> models) {
      this.settings = settings;
      this.models = models;
    }

    @ProcessElement
    public void process(
        @Element KV<Integer, Iterable<RankInput>> gathered, MultiOutputReceiver out) {
      List<BlockRef> blocks = new ArrayList<>();
      List<ReadSummary> summaries = new ArrayList<>();
      for (RankInput input : gathered.getValue()) {
        if (input.getContent() instanceof BlockRef block) {
          blocks.add(block);
        } else {
          summaries.add((ReadSummary) input.getContent());
        }
      }
      try {
        out.get(MANIFESTS).output(new Ranking(settings).rank(blocks, summaries));
      } catch (UnusableDataException e) {
        for (String model : models) {
          out.get(OUTCOMES).output(failure(model, e, summaries));
        }
      }
    }

    private static Outcome failure(
        String model, UnusableDataException cause, List<ReadSummary> summaries) {
      return Outcome.newBuilder()
          .setModel(model)
          .setStatus(cause.status())
          .setMessage(cause.getMessage())
          .setRead(summaries.stream().mapToLong(ReadSummary::getRead).sum())
          .setTrained(0)
          .setValidated(0)
          .setTested(0)
          .setHeldOut(summaries.stream().mapToLong(ReadSummary::getHeldOut).sum())
          .setRejected(summaries.stream().mapToLong(ReadSummary::getRejected).sum())
          .setWeightsSha256(null)
          .setDataChecksum(null)
          .build();
    }
  }
}
