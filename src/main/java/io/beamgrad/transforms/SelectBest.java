package io.beamgrad.transforms;

import io.beamgrad.model.ModelFile;
import io.beamgrad.schema.Details;
import io.beamgrad.schema.MetricRow;
import io.beamgrad.schema.Metrics;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.schema.ModelRef;
import io.beamgrad.schema.Outcome;
import io.beamgrad.schema.OutcomeStatus;
import io.beamgrad.schema.TrialEnd;
import io.beamgrad.schema.TrialResult;
import java.util.List;
import org.apache.beam.sdk.extensions.avro.coders.AvroCoder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.SerializableFunction;
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
 * Gives what {@link TrainModel} gave of the best trial alone, under the name of the sweep. Where
 * all trials failed it is the outcome of the one with the lowest number.
 */
final class SelectBest extends PTransform<PCollectionTuple, PCollectionTuple> {
  private final String bestName;

  private SelectBest(String bestName) {
    this.bestName = bestName;
  }

  static SelectBest as(String bestName) {
    return new SelectBest(bestName);
  }

  /** Takes the outputs of all trials, with their results. */
  @Override
  public PCollectionTuple expand(PCollectionTuple trials) {
    PCollectionTuple best =
        KeyedPCollectionTuple.of(
                SelectFn.OF_RESULTS,
                keyed(trials.get(TrainTrials.RESULTS), "Results", TrialResult::getModel))
            .and(
                SelectFn.OF_OUTCOMES,
                keyed(trials.get(TrainModel.OUTCOMES), "Outcomes", Outcome::getModel))
            .and(
                SelectFn.OF_METRICS,
                keyed(trials.get(TrainModel.METRICS), "Metrics", Metrics::getModel))
            .and(
                SelectFn.OF_MODELS,
                keyed(trials.get(TrainModel.MODELS), "Models", ModelRef::getModel))
            .and(
                SelectFn.OF_DETAILS,
                keyed(trials.get(TrainModel.DETAILS), "Details", Details::getModel))
            .apply("GatherTrial", CoGroupByKey.create())
            .apply(
                "Select",
                ParDo.of(new SelectFn(bestName))
                    .withOutputTags(
                        TrainModel.MODELS,
                        TupleTagList.of(TrainModel.METRICS)
                            .and(TrainModel.DETAILS)
                            .and(TrainModel.OUTCOMES)));
    best.get(TrainModel.MODELS).setCoder(AvroCoder.specific(ModelRef.class));
    best.get(TrainModel.METRICS).setCoder(AvroCoder.specific(Metrics.class));
    best.get(TrainModel.DETAILS).setCoder(AvroCoder.specific(Details.class));
    best.get(TrainModel.OUTCOMES).setCoder(AvroCoder.specific(Outcome.class));
    return best;
  }

  private static <T> PCollection<KV<String, T>> keyed(
      PCollection<T> records, String what, SerializableFunction<T, String> model) {
    return records.apply(
        what + "ByTrial", WithKeys.of(model).withKeyType(TypeDescriptors.strings()));
  }

  private static final class SelectFn extends DoFn<KV<String, CoGbkResult>, ModelRef> {
    static final TupleTag<TrialResult> OF_RESULTS = new TupleTag<>() {};
    static final TupleTag<Outcome> OF_OUTCOMES = new TupleTag<>() {};
    static final TupleTag<Metrics> OF_METRICS = new TupleTag<>() {};
    static final TupleTag<ModelRef> OF_MODELS = new TupleTag<>() {};
    static final TupleTag<Details> OF_DETAILS = new TupleTag<>() {};

    private final String name;

    SelectFn(String name) {
      this.name = name;
    }

    @ProcessElement
    public void process(@Element KV<String, CoGbkResult> trial, MultiOutputReceiver out) {
      CoGbkResult its = trial.getValue();
      TrialResult result = its.getOnly(OF_RESULTS);
      if (result.getRank() != 1) {
        return;
      }
      out.get(TrainModel.OUTCOMES).output(named(its.getOnly(OF_OUTCOMES), result));
      out.get(TrainModel.METRICS).output(named(its.getOnly(OF_METRICS)));
      if (result.getEnded() == TrialEnd.FAILED) {
        return;
      }
      its.getAll(OF_DETAILS)
          .forEach(
              details ->
                  out.get(TrainModel.DETAILS)
                      .output(Details.newBuilder(details).setModel(name).build()));
      its.getAll(OF_MODELS).forEach(model -> out.get(TrainModel.MODELS).output(named(model)));
    }

    /** A trial that trained but could not be ranked is no model. */
    private Outcome named(Outcome outcome, TrialResult result) {
      Outcome.Builder named = Outcome.newBuilder(outcome).setModel(name);
      boolean isUnranked =
          result.getEnded() == TrialEnd.FAILED && outcome.getStatus() == OutcomeStatus.SUCCEEDED;
      return isUnranked
          ? named
              .setStatus(OutcomeStatus.BAD_INPUT)
              .setMessage(result.getMessage())
              .setWeightsSha256(null)
              .build()
          : named.build();
    }

    private Metrics named(Metrics metrics) {
      List<MetricRow> rows =
          metrics.getRows().stream()
              .map(row -> MetricRow.newBuilder(row).setModel(name).build())
              .toList();
      return new Metrics(name, rows);
    }

    /** A copy of the file, which has the name too. */
    private ModelRef named(ModelRef model) {
      String path = model.getPath().replaceFirst("\\.avro$", "-best.avro");
      ModelFile.write(
          path, ModelRecord.newBuilder(ModelFile.read(model.getPath())).setName(name).build());
      return new ModelRef(name, path, model.getWeightsSha256());
    }
  }
}
