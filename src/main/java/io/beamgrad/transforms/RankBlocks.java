package io.beamgrad.transforms;

import io.beamgrad.data.shuffle.Ranking;
import io.beamgrad.data.split.SplitSettings;
import io.beamgrad.failure.UnusableDataException;
import io.beamgrad.schema.BlockRef;
import io.beamgrad.schema.Manifest;
import io.beamgrad.schema.Outcome;
import io.beamgrad.schema.RankInput;
import io.beamgrad.schema.ReadSummary;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.beam.sdk.coders.ListCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.extensions.avro.coders.AvroCoder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;

/**
 * Brings all block references of a window together, gives them their global ranks and splits them.
 * The references are tiny; the rows stay where they are. Gives one {@link Manifest} a window, or,
 * where the data cannot be trained on, one failed {@link Outcome} for each model instead. The
 * result does not depend on order, parallelism or replay.
 */
public final class RankBlocks
    extends PTransform<PCollection<KV<Integer, RankInput>>, PCollectionTuple> {

  /** Output: the ranked blocks, one element a window. */
  public static final TupleTag<Manifest> MANIFESTS = new TupleTag<>() {};

  /** Output: one failure for each model where the data cannot be trained on. */
  public static final TupleTag<Outcome> OUTCOMES = new TupleTag<>() {};

  /**
   * Output: the files that rejects were put aside in, by file and record; no element where there
   * are none.
   */
  public static final TupleTag<List<String>> REJECTS = new TupleTag<>() {};

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
  public PCollectionTuple expand(PCollection<KV<Integer, RankInput>> input) {
    PCollectionTuple ranked =
        input
            .apply("Gather", GroupByKey.create())
            .apply(
                "Rank",
                ParDo.of(new RankFn(settings, models))
                    .withOutputTags(MANIFESTS, TupleTagList.of(OUTCOMES).and(REJECTS)));
    ranked.get(MANIFESTS).setCoder(AvroCoder.specific(Manifest.class));
    ranked.get(OUTCOMES).setCoder(AvroCoder.specific(Outcome.class));
    ranked.get(REJECTS).setCoder(ListCoder.of(StringUtf8Coder.of()));
    return ranked;
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
        @Element KV<Integer, Iterable<RankInput>> gathered,
        BoundedWindow window,
        MultiOutputReceiver out) {
      List<BlockRef> blocks = new ArrayList<>();
      List<ReadSummary> summaries = new ArrayList<>();
      for (RankInput input : gathered.getValue()) {
        if (input.getContent() instanceof BlockRef block) {
          blocks.add(block);
        } else {
          summaries.add((ReadSummary) input.getContent());
        }
      }
      List<String> rejects =
          summaries.stream()
              .sorted(
                  Comparator.comparing(ReadSummary::getFile)
                      .thenComparingLong(ReadSummary::getFirstRecord))
              .flatMap(summary -> summary.getRejects().stream())
              .toList();
      if (!rejects.isEmpty()) {
        out.get(REJECTS).output(rejects);
      }
      try {
        out.get(MANIFESTS).output(new Ranking(settings).rank(blocks, summaries));
      } catch (UnusableDataException e) {
        for (String model : models) {
          out.get(OUTCOMES).output(Windows.outcome(failure(model, e, summaries), window));
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
          .setCalibrated(0)
          .setHeldOut(summaries.stream().mapToLong(ReadSummary::getHeldOut).sum())
          .setRejected(summaries.stream().mapToLong(ReadSummary::getRejected).sum())
          .setWeightsSha256(null)
          .setDataChecksum(null)
          .build();
    }
  }
}
