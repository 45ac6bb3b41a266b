package io.beamgrad.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import io.beamgrad.data.files.Storage;
import io.beamgrad.schema.MetricRow;
import java.io.OutputStreamWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * {@code metrics.csv}: one line for each model, epoch and split. Losses are written so that reading
 * them gives back the same double; what a row does not have is left empty.
 */
public final class MetricsCsv {
  /** The metrics of the first columns; the rows and seconds stand between them and the others. */
  private static final int FIRST = 2;

  private MetricsCsv() {}

  public static void write(String path, List<MetricRow> rows) {
    Storage.write(
        path,
        out -> {
          try (CsvWriter csv =
              CsvWriter.builder()
                  .lineDelimiter(LineDelimiter.LF)
                  .build(new OutputStreamWriter(out, UTF_8))) {
            csv.writeRecord(
                record("model", "epoch", "split", "examples", "seconds", Metric::word, "weight"));
            for (MetricRow row : rows) {
              csv.writeRecord(
                  record(
                      row.getModel(),
                      Integer.toString(row.getEpoch()),
                      row.getSplit().name().toLowerCase(Locale.ROOT),
                      Long.toString(row.getExamples()),
                      String.format(Locale.ROOT, "%.6f", row.getSeconds()),
                      metric -> text(metric.in(row)),
                      text(row.getWeight())));
            }
          }
        });
  }

  private static List<String> record(
      String model,
      String epoch,
      String split,
      String examples,
      String seconds,
      Function<Metric, String> ofMetric,
      String weight) {
    List<String> metrics = Metric.ofFiles().stream().map(ofMetric).toList();
    List<String> record = new ArrayList<>(List.of(model, epoch, split));
    record.addAll(metrics.subList(0, FIRST));
    record.addAll(List.of(examples, seconds));
    record.addAll(metrics.subList(FIRST, metrics.size()));
    record.add(weight);
    return record;
  }

  private static String text(Double value) {
    return value == null ? "" : value.toString();
  }
}
