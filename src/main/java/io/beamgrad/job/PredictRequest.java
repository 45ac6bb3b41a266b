package io.beamgrad.job;

import com.fasterxml.jackson.databind.node.TextNode;
import io.beamgrad.data.formats.CsvStyle;
import io.beamgrad.data.sources.NamedFiles;
import io.beamgrad.data.sources.SourceFiles;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.predict.BatchPredictor;
import io.beamgrad.predict.PredictionFormat;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.spec.AllowedValues;
import io.beamgrad.spec.CsvArguments;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * What {@code beamgrad predict} was asked to do.
 *
 * @param model the model's file
 * @param input files, folders and globs
 * @param delimiter what is between the fields of CSV files; null is as in the model's data
 * @param csv keys of {@code data.csv} with their values, for CSV files that are written otherwise
 *     than the model's data
 * @param format of the predictions
 * @param out where they go; null is the standard output
 * @param rejects where rejects go; null is nowhere
 * @param interval the level of the intervals or sets of classes that are written too; null for none
 */
public record PredictRequest(
    Path model,
    List<String> input,
    @Nullable String delimiter,
    List<String> csv,
    PredictionFormat format,
    @Nullable Path out,
    @Nullable Path rejects,
    @Nullable Double interval) {

  public PredictRequest {
    input = List.copyOf(input);
    csv = List.copyOf(csv);
    if (out == null && format == PredictionFormat.AVRO) {
      throw new WrongInputException("--format avro needs --out");
    }
    requireNoFolder(out);
    requireNoFolder(rejects);
    DistinctFiles.require(out, "--out", model, "--model");
    DistinctFiles.require(rejects, "--rejects", model, "--model");
    DistinctFiles.require(rejects, "--rejects", out, "--out");
  }

  private static void requireNoFolder(@Nullable Path file) {
    if (file != null && Files.isDirectory(file)) {
      throw new WrongInputException(file + ": is a folder, not a file");
    }
  }

  /** The files, with the columns that a model predicts from; headers have been checked. */
  NamedFiles files(ModelRecord record) {
    NamedFiles files =
        BatchPredictor.takesImages(record) ? NamedFiles.images(input) : NamedFiles.tables(input);
    for (String file : files.paths()) {
      DistinctFiles.require(out, "--out", file, "input");
      DistinctFiles.require(rejects, "--rejects", file, "input");
    }
    return files;
  }

  /** What there is to read. */
  SourceFiles source(ModelRecord record, NamedFiles files) {
    List<Column> features = BatchPredictor.features(record);
    CsvStyle style = CsvArguments.apply(CsvStyle.of(record.getCsv()).withDelimiter(delimiter), csv);
    return BatchPredictor.takesImages(record)
        ? files.imagesOf(features.get(0))
        : files.tablesOf(features, style);
  }

  /** A delimiter that CSV can have, or null. */
  public static @Nullable String checked(@Nullable String delimiter) {
    if (delimiter != null
        && (delimiter.length() != 1
            || !AllowedValues.character().isInRange().test(TextNode.valueOf(delimiter)))) {
      throw new WrongInputException(
          "--delimiter must be one character %s, was '%s'"
              .formatted(AllowedValues.character().range(), delimiter));
    }
    return delimiter;
  }
}
