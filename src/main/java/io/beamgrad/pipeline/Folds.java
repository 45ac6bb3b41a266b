package io.beamgrad.pipeline;

import io.beamgrad.schema.FoldResult;
import io.beamgrad.transforms.TrainModel;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.extensions.avro.coders.AvroCoder;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TypeDescriptor;

/**
 * Trains the models of a cross validation, as {@code folds} of a {@link Spec} say, and one on all
 * rows, in a pipeline of one's own and from one reading. Its outputs are those of {@link Train} for
 * the model of all rows, which {@link WriteResults} writes, and {@link #FOLDS}. The same spec and
 * rows give the same folds and weights on any runner, at any parallelism and after any restart.
 */
public final class Folds {

  /** Output: what came of each fold; one for each fold and window. */
  public static final TupleTag<FoldResult> FOLDS = TrainModel.FOLDS;

  private Folds() {}

  /**
   * Trains on the rows of a collection, which need not lie in files. They are read once, so that no
   * folds go by time, and have no number that tells which is which, so that nothing is said of what
   * each fold predicts of its rows.
   */
  public static TrainRows rows(Spec spec) {
    return TrainRows.of(spec, Composite.FOLDS);
  }

  /** Trains on the files that the spec names. */
  public static TrainFiles files(Spec spec) {
    return new TrainFiles(spec, null, Composite.FOLDS);
  }

  /** The same outputs, but folds have no predictions. */
  static PCollectionTuple withoutPredictions(PCollectionTuple trained) {
    PCollectionTuple outputs = PCollectionTuple.empty(trained.getPipeline());
    for (Map.Entry<TupleTag<?>, PCollection<?>> output : trained.getAll().entrySet()) {
      outputs =
          output.getKey().equals(FOLDS)
              ? outputs.and(FOLDS, withoutPredictions(trained.get(FOLDS)))
              : Train.withOutput(outputs, output.getKey(), output.getValue());
    }
    return outputs;
  }

  private static PCollection<FoldResult> withoutPredictions(PCollection<FoldResult> folds) {
    return folds
        .apply(
            "FoldsOfRows",
            MapElements.into(TypeDescriptor.of(FoldResult.class))
                .via(fold -> FoldResult.newBuilder(fold).setPredictions(List.of()).build()))
        .setCoder(AvroCoder.specific(FoldResult.class));
  }
}
