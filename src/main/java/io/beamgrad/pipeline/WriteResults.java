package io.beamgrad.pipeline;

import io.beamgrad.data.files.RecordFile;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.predict.OutOfFoldFile;
import io.beamgrad.schema.Details;
import io.beamgrad.schema.FoldResult;
import io.beamgrad.schema.ModelRef;
import io.beamgrad.schema.Outcome;
import io.beamgrad.spec.JobSpec;
import io.beamgrad.transforms.DeleteFolders;
import io.beamgrad.transforms.PublishFile;
import io.beamgrad.transforms.PublishModels;
import io.beamgrad.transforms.Windows;
import io.beamgrad.transforms.WriteMetrics;
import io.beamgrad.transforms.WriteRecords;
import io.beamgrad.transforms.WriteRejects;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Writes what {@link Train} gives, and the composites beside it: {@code model.avro}, {@code
 * metrics.avro}, {@code metrics.csv} and TensorBoard's files as the spec's {@code sinks} say,
 * {@code details.avro}, {@code rejects.avro} and {@code outcomes.avro}, of folds {@code folds.avro}
 * and {@code out-of-fold.avro}, and of models by key {@code keys.avro}; each whole or not at all.
 * In windows each has a folder of its own, which is named by its start, such as {@code
 * 2026-11-23T00-00-00.000Z}. Gives the models with their published paths. Replayed, it writes the
 * same files again.
 *
 * <p>When all files of a window are written, its work (blocks, checkpoints, the model's first copy)
 * is deleted, however the training ended; see {@link DeleteFolders} for replays. Who reads a path
 * of {@link Train#MODELS} or {@link Train#REJECTS} in another way asks for {@link #keepingWork}.
 */
public final class WriteResults extends PTransform<PCollectionTuple, PCollection<ModelRef>> {
  private static final String FOLDS = "/folds.avro";

  private final String folder;
  private final boolean csv;
  private final boolean tensorBoard;
  private final @Nullable String outcomes;
  private final boolean keepsWork;

  private WriteResults(
      String folder,
      boolean csv,
      boolean tensorBoard,
      @Nullable String outcomes,
      boolean keepsWork) {
    this.folder = folder;
    this.csv = csv;
    this.tensorBoard = tensorBoard;
    this.outcomes = outcomes;
    this.keepsWork = keepsWork;
  }

  /**
   * @param folder of the files, a path or an address, in which <code>{window}</code> may stand for
   *     the window; where it does not, windows are folders in it
   * @throws WrongInputException where the spec's {@code sinks} are wrong; its other keys are not
   *     looked at
   */
  public static WriteResults of(Spec spec, String folder) {
    JobSpec.Sinks sinks = spec.sinks();
    return to(folder).withCsv(sinks.csv()).withTensorBoard(sinks.tensorboard());
  }

  /** The Avro files alone, to a folder as that of {@link #of}. */
  public static WriteResults to(String folder) {
    return new WriteResults(folder, false, false, null, false);
  }

  /** The same with {@code metrics.csv}, or without. */
  public WriteResults withCsv(boolean isWritten) {
    return new WriteResults(folder, isWritten, tensorBoard, outcomes, keepsWork);
  }

  /** The same with TensorBoard's files, or without. */
  public WriteResults withTensorBoard(boolean isWritten) {
    return new WriteResults(folder, csv, isWritten, outcomes, keepsWork);
  }

  /** The same with another path for {@code outcomes.avro}. */
  public WriteResults withOutcomes(String path) {
    return new WriteResults(folder, csv, tensorBoard, path, keepsWork);
  }

  /** The same, but the work folder is left as it is. */
  public WriteResults keepingWork() {
    return new WriteResults(folder, csv, tensorBoard, outcomes, true);
  }

  @Override
  public PCollection<ModelRef> expand(PCollectionTuple trained) {
    String to = folder(trained.get(Train.OUTCOMES));
    PCollection<ModelRef> models =
        trained.get(Train.MODELS).apply("PublishModel", PublishModels.to(to + "/model.avro"));
    PCollection<String> metrics =
        trained
            .get(Train.METRICS)
            .apply(
                "WriteMetrics",
                WriteMetrics.to(to).withCsv(csv).withTensorBoard(tensorBoard).ofOneModel());
    PCollection<String> details =
        trained
            .get(Train.DETAILS)
            .apply("WriteDetails", WriteRecords.avro(to + "/details.avro", Details.class).ofOne());
    PCollection<String> rejects =
        trained.get(Train.REJECTS).apply("WriteRejects", WriteRejects.to(to + "/rejects.avro"));
    PCollection<String> ended =
        trained
            .get(Train.OUTCOMES)
            .apply(
                "WriteOutcome",
                WriteRecords.avro(
                        outcomes == null ? to + "/outcomes.avro" : outcomes, Outcome.class)
                    .ofOne());
    List<PCollection<String>> written = new ArrayList<>(List.of(metrics, details, rejects, ended));
    if (trained.has(Folds.FOLDS)) {
      written.add(
          trained
              .get(Folds.FOLDS)
              .apply("WriteFolds", WriteRecords.to(to + FOLDS, WriteResults::writeFolds)));
    }
    if (trained.has(TrainEach.KEYS)) {
      written.add(
          trained.get(TrainEach.KEYS).apply("PublishKeys", PublishFile.to(to + "/keys.avro")));
    }
    if (!keepsWork) {
      PCollection<String> published =
          models.apply(
              "PublishedPaths", MapElements.into(TypeDescriptors.strings()).via(ModelRef::getPath));
      written.add(0, published);
      trained.get(Train.WORK).apply("DeleteWork", DeleteFolders.after(written));
    }
    return models;
  }

  /** The predictions first: where the other file is, both are. */
  private static void writeFolds(String path, List<FoldResult> folds) {
    String to = path.substring(0, path.length() - FOLDS.length());
    OutOfFoldFile.write(to + "/out-of-fold.avro", folds);
    RecordFile.of(FoldResult.class)
        .write(path, folds.stream().map(OutOfFoldFile::withoutParts).toList());
  }

  private String folder(PCollection<?> windowed) {
    boolean isTold = folder.contains(Windows.WINDOW) || Windows.isGlobal(windowed);
    return isTold ? folder : folder + "/" + Windows.WINDOW;
  }
}
