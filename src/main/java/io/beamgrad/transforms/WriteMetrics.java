package io.beamgrad.transforms;

import io.beamgrad.data.files.RecordFile;
import io.beamgrad.metrics.MetricsCsv;
import io.beamgrad.metrics.TensorBoardFiles;
import io.beamgrad.schema.MetricRow;
import io.beamgrad.schema.Metrics;
import java.util.List;
import org.apache.beam.sdk.extensions.avro.coders.AvroCoder;
import org.apache.beam.sdk.transforms.FlatMapElements;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PDone;
import org.apache.beam.sdk.values.TypeDescriptor;

/**
 * Writes the metrics of all models, by model, epoch and split, as {@code metrics.avro} and, where
 * asked for, {@code metrics.csv} and the event files of {@link TensorBoardFiles} in {@code
 * tensorboard}. Each file appears whole or not at all.
 */
public final class WriteMetrics extends PTransform<PCollection<Metrics>, PDone> {
  private final String folder;
  private final boolean csv;
  private final boolean tensorBoard;

  private WriteMetrics(String folder, boolean csv, boolean tensorBoard) {
    this.folder = folder;
    this.csv = csv;
    this.tensorBoard = tensorBoard;
  }

  public static WriteMetrics to(String folder) {
    return new WriteMetrics(folder, false, false);
  }

  public WriteMetrics withCsv(boolean written) {
    return new WriteMetrics(folder, written, tensorBoard);
  }

  public WriteMetrics withTensorBoard(boolean written) {
    return new WriteMetrics(folder, csv, written);
  }

  @Override
  public PDone expand(PCollection<Metrics> metrics) {
    String avroPath = folder + "/metrics.avro";
    String csvPath = csv ? folder + "/metrics.csv" : null;
    String eventsPath = tensorBoard ? folder + "/tensorboard" : null;
    return metrics
        .apply(
            "Rows", FlatMapElements.into(TypeDescriptor.of(MetricRow.class)).via(Metrics::getRows))
        .setCoder(AvroCoder.specific(MetricRow.class))
        .apply(
            "Files",
            WriteRecords.to(avroPath, (path, rows) -> writeFiles(path, csvPath, eventsPath, rows)));
  }

  private static void writeFiles(
      String avroPath, String csvPath, String eventsPath, List<MetricRow> rows) {
    RecordFile.of(MetricRow.class).write(avroPath, rows);
    if (csvPath != null) {
      MetricsCsv.write(csvPath, rows);
    }
    if (eventsPath != null) {
      TensorBoardFiles.write(eventsPath, rows);
    }
  }
}
