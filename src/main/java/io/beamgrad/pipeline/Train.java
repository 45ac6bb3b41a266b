package io.beamgrad.pipeline;

import io.beamgrad.data.files.Storage;
import io.beamgrad.schema.Details;
import io.beamgrad.schema.Manifest;
import io.beamgrad.schema.Metrics;
import io.beamgrad.schema.ModelRef;
import io.beamgrad.schema.Outcome;
import io.beamgrad.schema.ReadOutput;
import io.beamgrad.schema.TrainingInput;
import io.beamgrad.transforms.PlanTraining;
import io.beamgrad.transforms.RankBlocks;
import io.beamgrad.transforms.TrainKeys;
import io.beamgrad.transforms.TrainModel;
import io.beamgrad.transforms.TrainTrials;
import io.beamgrad.transforms.Windows;
import io.beamgrad.transforms.WriteBlocks;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTag;

/**
 * Trains a model in a pipeline of one's own: from rows or files to what {@link WriteResults}
 * writes, as a {@link Spec} says. For specs with {@code each}, {@code folds} or a {@code sweep}
 * there are {@link TrainEach}, {@link Folds} and {@link Sweep}. All that these composites are made
 * of is public in {@code io.beamgrad.transforms}.
 *
 * <p>The same spec and rows give the same weights, bit for bit, on any runner, at any parallelism
 * and after any restart. What data causes, such as a loss that diverges or too many rejects, is a
 * failed {@link Outcome} and is not thrown: who wants the pipeline to end with it looks at {@link
 * #OUTCOMES}.
 */
public final class Train {

  /** Output: where the weights of the trained model lie, in the work folder; one a window. */
  public static final TupleTag<ModelRef> MODELS = TrainModel.MODELS;

  /** Output: all metrics of the training in one element; one a window. */
  public static final TupleTag<Metrics> METRICS = TrainModel.METRICS;

  /** Output: how the training ended, with what was read and its window; one a window. */
  public static final TupleTag<Outcome> OUTCOMES = TrainModel.OUTCOMES;

  /** Output: what a report shows beyond the metrics; one a window. */
  public static final TupleTag<Details> DETAILS = TrainModel.DETAILS;

  /** Output: the files in the work folder with the records that could not be used. */
  public static final TupleTag<List<String>> REJECTS = RankBlocks.REJECTS;

  /** Output: the blocks that the rows were written to; one a window that could be trained on. */
  public static final TupleTag<Manifest> MANIFESTS = RankBlocks.MANIFESTS;

  /** Output: the folder that can be deleted once all other outputs are written; one a window. */
  public static final TupleTag<String> WORK = new TupleTag<>() {};

  private Train() {}

  /** Trains on the rows of a collection, which need not lie in files. */
  public static TrainRows rows(Spec spec) {
    return TrainRows.of(spec, Composite.TRAIN);
  }

  /** Trains on the files that the spec names. */
  public static TrainFiles files(Spec spec) {
    return new TrainFiles(spec, null, Composite.TRAIN);
  }

  /**
   * Shuffles, ranks and trains.
   *
   * @param packed what readers have read
   * @param earlier the manifest of an earlier attempt, in place of all that would be read
   */
  static PCollectionTuple train(
      TrainingSetup setup,
      PCollection<KV<Integer, ReadOutput>> packed,
      Optional<PCollection<Manifest>> earlier) {
    PCollectionTuple ranked =
        packed
            .apply("WriteBlocks", WriteBlocks.of(setup.shuffle()))
            .apply("RankBlocks", RankBlocks.of(setup.split(), List.of(setup.plan().getModel())));
    PCollection<Manifest> written = ranked.get(RankBlocks.MANIFESTS);
    PlanTraining plan = PlanTraining.of(setup.plans());
    PCollection<Manifest> manifests =
        earlier
            .map(
                found ->
                    PCollectionList.of(found)
                        .and(written)
                        .apply("Manifests", Flatten.pCollections()))
            .orElse(written);
    PCollection<KV<String, TrainingInput>> inputs =
        manifests.apply(
            "PlanTraining", setup.shuffle().isOneBucket() ? plan.learningOnTheSpot() : plan);
    PCollectionTuple trained = trained(setup, manifests, inputs);
    PCollection<Outcome> outcomes =
        PCollectionList.of(ranked.get(RankBlocks.OUTCOMES))
            .and(trained.get(TrainModel.OUTCOMES))
            .apply("AllOutcomes", Flatten.pCollections());
    PCollectionTuple all = PCollectionTuple.empty(outcomes.getPipeline()).and(OUTCOMES, outcomes);
    for (Map.Entry<TupleTag<?>, PCollection<?>> output : trained.getAll().entrySet()) {
      boolean isLeftOut =
          output.getKey().equals(OUTCOMES)
              || (output.getKey().equals(TrainModel.FOLDS) && !setup.hasFolds());
      all = isLeftOut ? all : withOutput(all, output.getKey(), output.getValue());
    }
    return all.and(REJECTS, ranked.get(RankBlocks.REJECTS)).and(MANIFESTS, written);
  }

  private static PCollectionTuple trained(
      TrainingSetup setup,
      PCollection<Manifest> manifests,
      PCollection<KV<String, TrainingInput>> inputs) {
    if (setup.sweep().isPresent()) {
      TrainTrials trials = setup.sweep().get().training(setup.plan().getModel());
      return inputs.apply("TrainTrials", setup.hasFolds() ? trials.onFolds() : trials);
    }
    PCollectionTuple trained = inputs.apply("TrainModel", TrainModel.create());
    return setup.plan().getEach() == null || setup.plan().getFindLr()
        ? trained
        : trained
            .and(RankBlocks.MANIFESTS, manifests)
            .apply("TrainKeys", TrainKeys.of(setup.plan()));
  }

  @SuppressWarnings("unchecked") // a tuple has a collection of its tag's type
  static <T> PCollectionTuple withOutput(
      PCollectionTuple outputs, TupleTag<T> tag, PCollection<?> output) {
    return outputs.and(tag, (PCollection<T>) output);
  }

  /** The same outputs, with the work folder of each window. */
  static PCollectionTuple withWork(PCollectionTuple trained, String workFolder) {
    return trained.and(
        WORK,
        trained
            .get(OUTCOMES)
            .apply("WorkFolders", ParDo.of(new WorkFolderFn(workFolder)))
            .setCoder(StringUtf8Coder.of()));
  }

  /**
   * The folder of one model in a work folder, one for each window.
   *
   * @param workFolder a path or an address
   */
  static String workOf(String workFolder, String model) {
    if (workFolder == null) {
      throw new IllegalArgumentException(
          "Train: expected a folder for the work in progress, found none (withWorkFolder)");
    }
    String folder =
        Storage.isRemote(workFolder)
            ? workFolder.replaceFirst("/+$", "")
            : Path.of(workFolder).toAbsolutePath().normalize().toString();
    return "%s/%s/%s".formatted(folder, model, Windows.WINDOW);
  }

  private static final class WorkFolderFn extends DoFn<Outcome, String> {
    private final String folder;

    WorkFolderFn(String folder) {
      this.folder = folder;
    }

    @ProcessElement
    public void process(BoundedWindow window, OutputReceiver<String> out) {
      out.output(Windows.path(folder, window));
    }
  }
}
