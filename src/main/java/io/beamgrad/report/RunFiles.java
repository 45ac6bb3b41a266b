package io.beamgrad.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.beamgrad.data.files.RecordFile;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.failure.MissingDataException;
import io.beamgrad.metrics.RunJson;
import io.beamgrad.model.ModelFile;
import io.beamgrad.schema.Details;
import io.beamgrad.schema.MetricRow;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.schema.Reject;
import io.beamgrad.schema.RunRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The files that a finished run left in its folder.
 *
 * @param summary {@code run.json}
 * @param spec {@code job.yaml}
 * @param rejectsBytes the size of {@code rejects.avro}; 0 where there is no such file
 */
public record RunFiles(
    Path folder,
    RunRecord summary,
    List<MetricRow> metrics,
    Details details,
    ModelRecord model,
    String spec,
    long rejectsBytes) {

  /**
   * The files of a finished run.
   *
   * @throws MissingDataException where a file is missing, or the folder is not that of a finished
   *     run
   * @throws BrokenFileException where a file is damaged
   */
  public static RunFiles read(Path folder) {
    return read(folder, summary(folder));
  }

  /**
   * The files of a run whose {@code run.json} is not written yet.
   *
   * @param summary the future content of {@code run.json}
   */
  public static RunFiles read(Path folder, RunRecord summary) {
    Path rejects = folder.resolve("rejects.avro");
    try {
      return new RunFiles(
          folder,
          summary,
          RecordFile.of(MetricRow.class).read(file(folder, "metrics.avro")),
          details(file(folder, "details.avro")),
          ModelFile.read(file(folder, "model.avro")),
          Files.readString(Path.of(file(folder, "job.yaml")), UTF_8),
          Files.exists(rejects) ? Files.size(rejects) : 0);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + folder + ": " + e.getMessage(), e);
    }
  }

  /**
   * The content of {@code run.json}.
   *
   * @throws MissingDataException where there is none
   * @throws BrokenFileException where it is damaged
   */
  public static RunRecord summary(Path folder) {
    Path file = folder.resolve("run.json");
    if (!Files.exists(file)) {
      throw new MissingDataException(
          folder + ": expected the folder of a finished run, found no run.json");
    }
    RunRecord summary = RunJson.read(file);
    if (summary.getName().isEmpty() || summary.getWeightsSha256().isEmpty()) {
      throw new BrokenFileException(
          file + ": expected the summary of a run, found no name and weightsSha256");
    }
    return summary;
  }

  private static Details details(String path) {
    List<Details> records = RecordFile.of(Details.class).read(path);
    if (records.size() != 1) {
      throw new BrokenFileException(
          "%s: expected the details of one run, found %s".formatted(path, records.size()));
    }
    return records.get(0);
  }

  private static String file(Path folder, String name) {
    Path file = folder.resolve(name);
    if (!Files.exists(file)) {
      throw new MissingDataException(
          "%s: expected the run's %s, found none".formatted(folder, name));
    }
    return file.toString();
  }

  /** The records that could not be used; none where there is no such file. */
  List<Reject> rejects() {
    return rejectsBytes == 0
        ? List.of()
        : RecordFile.of(Reject.class).read(folder.resolve("rejects.avro").toString());
  }
}
