package io.beamgrad.transforms;

import io.beamgrad.data.files.RecordFile;
import io.beamgrad.metrics.MetricsCsv;
import io.beamgrad.metrics.TensorBoardFiles;
import io.beamgrad.schema.MetricRow;
import io.beamgrad.schema.Metrics;
import java.util.List;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollection;

/**
 * Writes the metrics of all models, by model, epoch and split, as {@code metrics.avro} and, where
 * asked for, {@code metrics.csv} and the event files of {@link TensorBoardFiles} in {@code
 * tensorboard}, in one folder or, where its path has <code>{window}</code>, in one for each window.
 * Each file appears whole or not at all. Gives the path of each {@code metrics.avro}.
 */
public final class WriteMetrics extends PTransform<PCollection<Metrics>, PCollection<String>> {
  private static final String AVRO = "/metrics.avro";

  private final String folder;
  private final boolean csv;
  private final boolean tensorBoard;
  private final boolean isOfOneModel;

  private WriteMetrics(String folder, boolean csv, boolean tensorBoard, boolean isOfOneModel) {
    this.folder = folder;
    this.csv = csv;
    this.tensorBoard = tensorBoard;
    this.isOfOneModel = isOfOneModel;
  }

  public static WriteMetrics to(String folder) {
    return new WriteMetrics(folder, false, false, false);
  }

  public WriteMetrics withCsv(boolean written) {
    return new WriteMetrics(folder, written, tensorBoard, isOfOneModel);
  }

  public WriteMetrics withTensorBoard(boolean written) {
    return new WriteMetrics(folder, csv, written, isOfOneModel);
  }

  /** The same where a window has one model at most, so that there is nothing to gather. */
  public WriteMetrics ofOneModel() {
    return new WriteMetrics(folder, csv, tensorBoard, true);
  }

  @Override
  public PCollection<String> expand(PCollection<Metrics> metrics) {
    boolean csvToo = csv;
    boolean tensorBoardToo = tensorBoard;
    WriteRecords<Metrics> files =
        WriteRecords.to(
            folder + AVRO, (path, models) -> writeFiles(path, csvToo, tensorBoardToo, models));
    return metrics.apply("Files", isOfOneModel ? files.ofOne() : files);
  }

  private static void writeFiles(
      String path, boolean csv, boolean tensorBoard, List<Metrics> models) {
    List<MetricRow> rows =
        models.stream().flatMap(model -> model.getRows().stream()).sorted().toList();
    String folder = path.substring(0, path.length() - AVRO.length());
    RecordFile.of(MetricRow.class).write(path, rows);
    if (csv) {
      MetricsCsv.write(folder + "/metrics.csv", rows);
    }
    if (tensorBoard) {
      TensorBoardFiles.write(folder + "/tensorboard", rows);
    }
  }
}
