package io.beamgrad.transforms;

import io.beamgrad.predict.OutOfFoldFile;
import io.beamgrad.schema.FoldResult;
import io.beamgrad.schema.MetricRow;
import io.beamgrad.schema.Metrics;
import io.beamgrad.schema.NextStage;
import io.beamgrad.schema.Outcome;
import io.beamgrad.schema.TrainingInput;
import io.beamgrad.schema.TrialEnd;
import io.beamgrad.schema.TrialResult;
import io.beamgrad.sweep.TrialRanking;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.extensions.avro.coders.AvroCoder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.WithKeys;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;
import org.apache.beam.sdk.values.TypeDescriptors;

/**
 * Does what {@link RankTrials} does, with its outputs, of trials that are judged by their folds:
 * all folds of the best go on into the next stage. At the end the best trial itself goes on, to be
 * trained on all rows, and its folds are those of the sweep; what the folds of the others predict
 * is deleted, which no replay reads. Outcomes and metrics are those of trials that failed.
 */
final class RankFolds extends PTransform<PCollection<FoldResult>, PCollectionTuple> {

  /**
   * Output: the folds of the trials that do not go on, of which each has its trial's name; without
   * predictions.
   */
  static final TupleTag<FoldResult> OF_TRIALS = new TupleTag<>() {};

  /** Output: at the end the folds of the best trial, under the name of the sweep. */
  static final TupleTag<FoldResult> OF_BEST = new TupleTag<>() {};

  private final TrialRanking ranking;
  private final int kept;
  private final String bestName;

  private RankFolds(TrialRanking ranking, int kept, String bestName) {
    this.ranking = ranking;
    this.kept = kept;
    this.bestName = bestName;
  }

  /**
   * After a stage.
   *
   * @param kept how many trials go on
   */
  static RankFolds of(TrialRanking ranking, int kept) {
    return new RankFolds(ranking, kept, "");
  }

  /** After the last one. */
  static RankFolds atTheEnd(TrialRanking ranking, String bestName) {
    return new RankFolds(ranking, 0, bestName);
  }

  @Override
  public PCollectionTuple expand(PCollection<FoldResult> folds) {
    PCollectionTuple ranked =
        folds
            .apply(
                "FoldsAsOne",
                WithKeys.<Integer, FoldResult>of(0).withKeyType(TypeDescriptors.integers()))
            .apply("Gather", GroupByKey.create())
            .apply(
                "Rank",
                ParDo.of(new RankFn(ranking, kept, bestName))
                    .withOutputTags(
                        RankTrials.NEXT,
                        TupleTagList.of(RankTrials.RESULTS)
                            .and(RankTrials.OUTCOMES)
                            .and(RankTrials.METRICS)
                            .and(OF_TRIALS)
                            .and(OF_BEST)));
    ranked
        .get(RankTrials.NEXT)
        .setCoder(KvCoder.of(StringUtf8Coder.of(), AvroCoder.specific(TrainingInput.class)));
    ranked.get(RankTrials.RESULTS).setCoder(AvroCoder.specific(TrialResult.class));
    ranked.get(OF_TRIALS).setCoder(AvroCoder.specific(FoldResult.class));
    ranked.get(OF_BEST).setCoder(AvroCoder.specific(FoldResult.class));
    ranked.get(RankTrials.OUTCOMES).setCoder(AvroCoder.specific(Outcome.class));
    ranked.get(RankTrials.METRICS).setCoder(AvroCoder.specific(Metrics.class));
    return ranked;
  }

  private static final class RankFn
      extends DoFn<KV<Integer, Iterable<FoldResult>>, KV<String, TrainingInput>> {
    private final TrialRanking ranking;
    private final int kept;
    private final String bestName; // empty before the end

    RankFn(TrialRanking ranking, int kept, String bestName) {
      this.ranking = ranking;
      this.kept = kept;
      this.bestName = bestName;
    }

    @ProcessElement
    public void process(
        @Element KV<Integer, Iterable<FoldResult>> stage,
        BoundedWindow window,
        MultiOutputReceiver out) {
      Map<String, List<FoldResult>> folds = new HashMap<>();
      stage
          .getValue()
          .forEach(
              fold ->
                  folds
                      .computeIfAbsent(fold.getOutcome().getModel(), trial -> new ArrayList<>())
                      .add(fold));
      folds.values().forEach(all -> all.sort(Comparator.comparingInt(FoldResult::getFold)));
      for (TrialResult trial : ranking.ofFolds(folds)) {
        List<FoldResult> its = folds.get(trial.getModel());
        if (trial.getRank() <= kept && trial.getEnded() != TrialEnd.FAILED) {
          its.forEach(fold -> goOn(PlanTraining.key(trial.getModel(), fold.getFold()), trial, out));
        } else {
          out.get(RankTrials.RESULTS).output(trial);
          its.forEach(fold -> out.get(OF_TRIALS).output(OutOfFoldFile.withoutParts(fold)));
        }
        if (isBest(trial)) {
          goOn(trial.getModel(), trial, out);
          its.forEach(fold -> out.get(OF_BEST).output(named(fold)));
        } else {
          its.forEach(OutOfFoldFile::deleteParts);
        }
        if (trial.getEnded() == TrialEnd.FAILED) {
          fail(trial, its, window, out);
        }
      }
    }

    private boolean isBest(TrialResult trial) {
      return !bestName.isEmpty() && trial.getRank() == 1 && trial.getEnded() != TrialEnd.FAILED;
    }

    private static void goOn(String key, TrialResult trial, MultiOutputReceiver out) {
      out.get(RankTrials.NEXT)
          .output(KV.of(key, new TrainingInput(new NextStage(trial.getRank()))));
    }

    private void fail(
        TrialResult trial, List<FoldResult> its, BoundedWindow window, MultiOutputReceiver out) {
      FoldResult failed = ranking.withoutScore(its).orElseThrow();
      Outcome outcome =
          Outcome.newBuilder(failed.getOutcome())
              .setMessage(trial.getMessage())
              .setWeightsSha256(null)
              .build();
      out.get(RankTrials.OUTCOMES).output(Windows.outcome(outcome, window));
      out.get(RankTrials.METRICS).output(new Metrics(trial.getModel(), failed.getMetrics()));
    }

    private FoldResult named(FoldResult fold) {
      return FoldResult.newBuilder(fold)
          .setOutcome(Outcome.newBuilder(fold.getOutcome()).setModel(bestName).build())
          .setMetrics(
              fold.getMetrics().stream()
                  .map(row -> MetricRow.newBuilder(row).setModel(bestName).build())
                  .toList())
          .build();
    }
  }
}
