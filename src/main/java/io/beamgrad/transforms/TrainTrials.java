package io.beamgrad.transforms;

import io.beamgrad.schema.Details;
import io.beamgrad.schema.FoldResult;
import io.beamgrad.schema.Metrics;
import io.beamgrad.schema.ModelRef;
import io.beamgrad.schema.Outcome;
import io.beamgrad.schema.TrainingInput;
import io.beamgrad.schema.TrialResult;
import io.beamgrad.sweep.HalvingStage;
import io.beamgrad.sweep.TrialRanking;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.extensions.avro.coders.AvroCoder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.WithKeys;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TypeDescriptors;

/**
 * Trains the trials of a sweep, one model each, and ranks them; gives the outputs of {@link
 * TrainModel} for the best one, {@link #RESULTS}, and what all of them gave. Where there are
 * stages, all are trained up to the first one's epoch, the best go on from their checkpoints, and
 * so forth: what a model is at its end is what it is when it is trained alone, and no clock
 * decides. A trial that does not go on has an outcome without weights, and no model.
 *
 * <p>Trials that are judged by {@linkplain #onFolds folds} are trained on the rows of each fold,
 * and the best one then on all; the outputs for each trial are its {@link #TRIAL_FOLDS} alone.
 */
public final class TrainTrials
    extends PTransform<PCollection<KV<String, TrainingInput>>, PCollectionTuple> {

  /** Output: what came of each trial, with its rank; in any order. */
  public static final TupleTag<TrialResult> RESULTS = RankTrials.RESULTS;

  /** Output: where the weights of each trial lie that was trained to its end. */
  public static final TupleTag<ModelRef> TRIAL_MODELS = new TupleTag<>() {};

  /** Output: the metrics of each trial. */
  public static final TupleTag<Metrics> TRIAL_METRICS = new TupleTag<>() {};

  /** Output: what a report shows of each trial that was trained to its end. */
  public static final TupleTag<Details> TRIAL_DETAILS = new TupleTag<>() {};

  /** Output: how each trial ended. */
  public static final TupleTag<Outcome> TRIAL_OUTCOMES = new TupleTag<>() {};

  /**
   * Output: what came of each fold of each trial, which are told by the names of their models;
   * without predictions, which are deleted of all but the best.
   */
  public static final TupleTag<FoldResult> TRIAL_FOLDS = RankFolds.OF_TRIALS;

  private final String bestName;
  private final TrialRanking ranking;
  private final List<HalvingStage> stages;
  private final boolean areOnFolds;

  private TrainTrials(
      String bestName, TrialRanking ranking, List<HalvingStage> stages, boolean areOnFolds) {
    this.bestName = bestName;
    this.ranking = ranking;
    this.stages = List.copyOf(stages);
    this.areOnFolds = areOnFolds;
  }

  /**
   * Trains all to their ends.
   *
   * @param bestName what the best one's model is to be called
   */
  public static TrainTrials of(String bestName, TrialRanking ranking) {
    return new TrainTrials(bestName, ranking, List.of(), false);
  }

  /**
   * The same in stages before the last one.
   *
   * @param before in their order, each of a later epoch and of fewer trials than the one before
   */
  public TrainTrials inStages(List<HalvingStage> before) {
    return new TrainTrials(bestName, ranking, before, areOnFolds);
  }

  /**
   * The same, but ranked by the mean of the scores of their folds, of which the inputs have plans
   * beside those of the trials themselves. {@link TrainModel#FOLDS} are those of the best one.
   */
  public TrainTrials onFolds() {
    return new TrainTrials(bestName, ranking, stages, true);
  }

  @Override
  public PCollectionTuple expand(PCollection<KV<String, TrainingInput>> inputs) {
    if (areOnFolds) {
      PCollectionTuple folded =
          inputs.apply("TrainOnFolds", new TrainTrialFolds(bestName, ranking, stages));
      return folded
          .apply("SelectBest", SelectBest.as(bestName))
          .and(RESULTS, folded.get(RESULTS))
          .and(TRIAL_FOLDS, folded.get(TRIAL_FOLDS))
          .and(TrainModel.FOLDS, folded.get(RankFolds.OF_BEST));
    }
    PCollectionTuple all = trained(inputs);
    return all.apply("SelectBest", SelectBest.as(bestName))
        .and(RESULTS, all.get(RESULTS))
        .and(TRIAL_MODELS, all.get(TrainModel.MODELS))
        .and(TRIAL_METRICS, all.get(TrainModel.METRICS))
        .and(TRIAL_DETAILS, all.get(TrainModel.DETAILS))
        .and(TRIAL_OUTCOMES, all.get(TrainModel.OUTCOMES));
  }

  private PCollectionTuple trained(PCollection<KV<String, TrainingInput>> inputs) {
    PCollection<KV<String, TrainingInput>> ofStage = inputs;
    TrainModel training = TrainModel.create();
    PCollectionList<TrialResult> results = PCollectionList.empty(inputs.getPipeline());
    PCollectionList<Outcome> outcomes = PCollectionList.empty(inputs.getPipeline());
    PCollectionList<Metrics> metrics = PCollectionList.empty(inputs.getPipeline());
    for (int i = 0; i < stages.size(); i++) {
      HalvingStage stage = stages.get(i);
      PCollectionTuple ranked =
          ofStage
              .apply("Stage-" + i, training.upTo(stage.epoch()))
              .apply("RankStage-" + i, RankTrials.of(ranking, stage.kept()));
      results = results.and(ranked.get(RankTrials.RESULTS));
      outcomes = outcomes.and(ranked.get(RankTrials.OUTCOMES));
      metrics = metrics.and(ranked.get(RankTrials.METRICS));
      training = TrainModel.create().ofThoseThatGoOn();
      ofStage =
          PCollectionList.of(inputs)
              .and(ranked.get(RankTrials.NEXT))
              .apply("StageInputs-" + i, Flatten.pCollections());
    }
    PCollectionTuple trained = ofStage.apply("TrainToTheEnd", training);
    PCollectionTuple last = trained.apply("Rank", RankTrials.of(ranking, 0));
    return PCollectionTuple.of(TrainModel.MODELS, trained.get(TrainModel.MODELS))
        .and(TrainModel.DETAILS, trained.get(TrainModel.DETAILS))
        .and(
            TrainModel.OUTCOMES,
            outcomes.and(last.get(RankTrials.OUTCOMES)).apply("Outcomes", Flatten.pCollections()))
        .and(
            TrainModel.METRICS,
            metrics.and(last.get(RankTrials.METRICS)).apply("Metrics", Flatten.pCollections()))
        .and(RESULTS, overall(results.and(last.get(RankTrials.RESULTS))));
  }

  /** Ranks the results of all stages as one. */
  static PCollection<TrialResult> overall(PCollectionList<TrialResult> ofStages) {
    if (ofStages.size() == 1) {
      return ofStages.get(0);
    }
    return ofStages
        .apply("Results", Flatten.pCollections())
        .apply(
            "ResultsAsOne",
            WithKeys.<Integer, TrialResult>of(0).withKeyType(TypeDescriptors.integers()))
        .apply("GatherResults", GroupByKey.create())
        .apply("RankOverall", ParDo.of(new RankOverallFn()))
        .setCoder(AvroCoder.specific(TrialResult.class));
  }

  private static final class RankOverallFn
      extends DoFn<KV<Integer, Iterable<TrialResult>>, TrialResult> {
    @ProcessElement
    public void process(
        @Element KV<Integer, Iterable<TrialResult>> results, OutputReceiver<TrialResult> out) {
      List<TrialResult> all = new ArrayList<>();
      results.getValue().forEach(all::add);
      TrialRanking.overall(all).forEach(out::output);
    }
  }
}
