package io.beamgrad.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import io.beamgrad.data.files.Storage;
import io.beamgrad.schema.MetricRow;
import java.io.OutputStreamWriter;
import java.util.List;
import java.util.Locale;

/**
 * {@code metrics.csv}: one line for each model, epoch and split. Losses are written so that reading
 * them gives back the same double; what a row does not have is left empty.
 */
public final class MetricsCsv {
  private static final String[] HEADER = {
    "model",
    "epoch",
    "split",
    "loss",
    "accuracy",
    "examples",
    "seconds",
    "mse",
    "mae",
    "r2",
    "rocAuc",
    "logLoss",
    "top5Accuracy",
    "learningRate"
  };

  private MetricsCsv() {}

  public static void write(String path, List<MetricRow> rows) {
    Storage.write(
        path,
        out -> {
          try (CsvWriter csv =
              CsvWriter.builder()
                  .lineDelimiter(LineDelimiter.LF)
                  .build(new OutputStreamWriter(out, UTF_8))) {
            csv.writeRecord(HEADER);
            for (MetricRow row : rows) {
              csv.writeRecord(
                  row.getModel(),
                  Integer.toString(row.getEpoch()),
                  row.getSplit().name().toLowerCase(Locale.ROOT),
                  Double.toString(row.getLoss()),
                  text(row.getAccuracy()),
                  Long.toString(row.getExamples()),
                  String.format(Locale.ROOT, "%.6f", row.getSeconds()),
                  text(row.getMse()),
                  text(row.getMae()),
                  text(row.getR2()),
                  text(row.getRocAuc()),
                  text(row.getLogLoss()),
                  text(row.getTop5Accuracy()),
                  text(row.getLearningRate()));
            }
          }
        });
  }

  private static String text(Double value) {
    return value == null ? "" : value.toString();
  }
}
