package io.beamgrad.transforms;

import io.beamgrad.schema.FoldResult;
import io.beamgrad.schema.Metrics;
import io.beamgrad.schema.Outcome;
import io.beamgrad.schema.TrainingInput;
import io.beamgrad.schema.TrialResult;
import io.beamgrad.sweep.HalvingStage;
import io.beamgrad.sweep.TrialRanking;
import java.util.List;
import org.apache.beam.sdk.transforms.Filter;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PCollectionTuple;

/**
 * Trains the folds of trials, in stages where there are some, and then the best trial on all rows.
 * Gives of it what {@link TrainModel} gives, under its trial's name, with the outcomes and metrics
 * of trials that failed, and what {@link RankFolds} gives of all.
 */
final class TrainTrialFolds
    extends PTransform<PCollection<KV<String, TrainingInput>>, PCollectionTuple> {
  private final String bestName;
  private final TrialRanking ranking;
  private final List<HalvingStage> stages;

  TrainTrialFolds(String bestName, TrialRanking ranking, List<HalvingStage> stages) {
    this.bestName = bestName;
    this.ranking = ranking;
    this.stages = List.copyOf(stages);
  }

  @Override
  public PCollectionTuple expand(PCollection<KV<String, TrainingInput>> inputs) {
    PCollection<KV<String, TrainingInput>> ofFolds =
        inputs.apply("OfFolds", Filter.by(input -> PlanTraining.isOfFold(input.getKey())));
    PCollection<KV<String, TrainingInput>> ofTrials =
        inputs.apply("OfTrials", Filter.by(input -> !PlanTraining.isOfFold(input.getKey())));
    PCollection<KV<String, TrainingInput>> ofStage = ofFolds;
    TrainModel training = TrainModel.create();
    PCollectionList<TrialResult> results = PCollectionList.empty(inputs.getPipeline());
    PCollectionList<FoldResult> folds = PCollectionList.empty(inputs.getPipeline());
    PCollectionList<Outcome> outcomes = PCollectionList.empty(inputs.getPipeline());
    PCollectionList<Metrics> metrics = PCollectionList.empty(inputs.getPipeline());
    for (int i = 0; i < stages.size(); i++) {
      HalvingStage stage = stages.get(i);
      PCollectionTuple ranked =
          ofStage
              .apply("Stage-" + i, training.upTo(stage.epoch()))
              .get(TrainModel.FOLDS)
              .apply("RankStage-" + i, RankFolds.of(ranking, stage.kept()));
      results = results.and(ranked.get(RankTrials.RESULTS));
      folds = folds.and(ranked.get(RankFolds.OF_TRIALS));
      outcomes = outcomes.and(ranked.get(RankTrials.OUTCOMES));
      metrics = metrics.and(ranked.get(RankTrials.METRICS));
      training = TrainModel.create().ofThoseThatGoOn();
      ofStage = with(ofFolds, ranked.get(RankTrials.NEXT), "StageInputs-" + i);
    }
    PCollectionTuple last =
        ofStage
            .apply("TrainToTheEnd", training)
            .get(TrainModel.FOLDS)
            .apply("Rank", RankFolds.atTheEnd(ranking, bestName));
    PCollectionTuple best =
        with(ofTrials, last.get(RankTrials.NEXT), "InputsOfBest")
            .apply("TrainBest", TrainModel.create().ofThoseThatGoOn());
    return PCollectionTuple.of(TrainModel.MODELS, best.get(TrainModel.MODELS))
        .and(TrainModel.DETAILS, best.get(TrainModel.DETAILS))
        .and(
            TrainModel.OUTCOMES,
            outcomes
                .and(best.get(TrainModel.OUTCOMES))
                .and(last.get(RankTrials.OUTCOMES))
                .apply("Outcomes", Flatten.pCollections()))
        .and(
            TrainModel.METRICS,
            metrics
                .and(best.get(TrainModel.METRICS))
                .and(last.get(RankTrials.METRICS))
                .apply("Metrics", Flatten.pCollections()))
        .and(TrainTrials.RESULTS, TrainTrials.overall(results.and(last.get(RankTrials.RESULTS))))
        .and(RankFolds.OF_BEST, last.get(RankFolds.OF_BEST))
        .and(
            TrainTrials.TRIAL_FOLDS,
            folds.and(last.get(RankFolds.OF_TRIALS)).apply("Folds", Flatten.pCollections()));
  }

  private static PCollection<KV<String, TrainingInput>> with(
      PCollection<KV<String, TrainingInput>> inputs,
      PCollection<KV<String, TrainingInput>> next,
      String name) {
    return PCollectionList.of(inputs).and(next).apply(name, Flatten.pCollections());
  }
}
