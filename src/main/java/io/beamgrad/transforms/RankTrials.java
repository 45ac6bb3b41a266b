package io.beamgrad.transforms;

import io.beamgrad.schema.Metrics;
import io.beamgrad.schema.NextStage;
import io.beamgrad.schema.Outcome;
import io.beamgrad.schema.TrainingInput;
import io.beamgrad.schema.TrialEnd;
import io.beamgrad.schema.TrialResult;
import io.beamgrad.sweep.TrialRanking;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.extensions.avro.coders.AvroCoder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.WithKeys;
import org.apache.beam.sdk.transforms.join.CoGbkResult;
import org.apache.beam.sdk.transforms.join.CoGroupByKey;
import org.apache.beam.sdk.transforms.join.KeyedPCollectionTuple;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;
import org.apache.beam.sdk.values.TypeDescriptors;

/**
 * Ranks the trials that have come to the end of a stage, sends the best of them into the next one,
 * and lets the others go. All that it looks at is in the metrics, so that ranks do not depend on
 * order, parallelism, time or replay. One worker has the metrics of all trials of a window.
 */
final class RankTrials extends PTransform<PCollectionTuple, PCollectionTuple> {

  /** Output: that a trial goes on, for the model's key. */
  static final TupleTag<KV<String, TrainingInput>> NEXT = new TupleTag<>() {};

  /** Output: what came of each trial that does not go on. */
  static final TupleTag<TrialResult> RESULTS = new TupleTag<>() {};

  /** Output: the outcomes of the trials that do not go on. */
  static final TupleTag<Outcome> OUTCOMES = new TupleTag<>() {};

  /** Output: the metrics of the trials that do not go on. */
  static final TupleTag<Metrics> METRICS = new TupleTag<>() {};

  private final TrialRanking ranking;
  private final int kept;

  private RankTrials(TrialRanking ranking, int kept) {
    this.ranking = ranking;
    this.kept = kept;
  }

  /**
   * @param kept how many go on; 0 at the end
   */
  static RankTrials of(TrialRanking ranking, int kept) {
    return new RankTrials(ranking, kept);
  }

  /** Takes what {@link TrainModel} gives of a stage. */
  @Override
  public PCollectionTuple expand(PCollectionTuple stage) {
    PCollection<KV<Integer, Outcome>> outcomes =
        stage
            .get(TrainModel.OUTCOMES)
            .apply(
                "OutcomesAsOne",
                WithKeys.<Integer, Outcome>of(0).withKeyType(TypeDescriptors.integers()));
    PCollection<KV<Integer, Metrics>> metrics =
        stage
            .get(TrainModel.METRICS)
            .apply(
                "MetricsAsOne",
                WithKeys.<Integer, Metrics>of(0).withKeyType(TypeDescriptors.integers()));
    PCollectionTuple ranked =
        KeyedPCollectionTuple.of(RankFn.OF_OUTCOMES, outcomes)
            .and(RankFn.OF_METRICS, metrics)
            .apply("Gather", CoGroupByKey.create())
            .apply(
                "Rank",
                ParDo.of(new RankFn(ranking, kept))
                    .withOutputTags(NEXT, TupleTagList.of(RESULTS).and(OUTCOMES).and(METRICS)));
    ranked
        .get(NEXT)
        .setCoder(KvCoder.of(StringUtf8Coder.of(), AvroCoder.specific(TrainingInput.class)));
    ranked.get(RESULTS).setCoder(AvroCoder.specific(TrialResult.class));
    ranked.get(OUTCOMES).setCoder(AvroCoder.specific(Outcome.class));
    ranked.get(METRICS).setCoder(AvroCoder.specific(Metrics.class));
    return ranked;
  }

  private static final class RankFn
      extends DoFn<KV<Integer, CoGbkResult>, KV<String, TrainingInput>> {
    static final TupleTag<Outcome> OF_OUTCOMES = new TupleTag<>() {};
    static final TupleTag<Metrics> OF_METRICS = new TupleTag<>() {};

    private final TrialRanking ranking;
    private final int kept;

    RankFn(TrialRanking ranking, int kept) {
      this.ranking = ranking;
      this.kept = kept;
    }

    @ProcessElement
    public void process(@Element KV<Integer, CoGbkResult> stage, MultiOutputReceiver out) {
      Map<String, Outcome> outcomes = new HashMap<>();
      Map<String, Metrics> metrics = new HashMap<>();
      stage.getValue().getAll(OF_OUTCOMES).forEach(one -> outcomes.put(one.getModel(), one));
      stage.getValue().getAll(OF_METRICS).forEach(one -> metrics.put(one.getModel(), one));
      List<TrialResult> ranked = ranking.of(outcomes, metrics);
      for (TrialResult trial : ranked) {
        String model = trial.getModel();
        if (trial.getRank() <= kept && trial.getEnded() != TrialEnd.FAILED) {
          NextStage next = new NextStage(trial.getRank());
          out.get(NEXT).output(KV.of(model, new TrainingInput(next)));
        } else {
          out.get(RESULTS).output(trial);
          out.get(OUTCOMES).output(outcomes.get(model));
          out.get(METRICS).output(metrics.get(model));
        }
      }
    }
  }
}
