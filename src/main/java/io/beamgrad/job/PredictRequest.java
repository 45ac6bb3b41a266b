package io.beamgrad.job;

import io.beamgrad.data.CsvStyle;
import io.beamgrad.data.InputFiles;
import io.beamgrad.data.PredictionFormat;
import io.beamgrad.data.Predictor;
import io.beamgrad.data.SourceFiles;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ModelRecord;
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
 * @param format of the predictions
 * @param out where they go; null is the standard output
 * @param rejects where rejects go; null is nowhere
 */
record PredictRequest(
    Path model,
    List<String> input,
    @Nullable String delimiter,
    PredictionFormat format,
    @Nullable Path out,
    @Nullable Path rejects) {

  PredictRequest {
    input = List.copyOf(input);
    if (out == null && format == PredictionFormat.AVRO) {
      throw new WrongInputException("--format avro needs --out");
    }
    requireNoFolder(out);
    requireNoFolder(rejects);
    ApartFiles.require(out, "--out", model, "--model");
    ApartFiles.require(rejects, "--rejects", model, "--model");
    ApartFiles.require(rejects, "--rejects", out, "--out");
  }

  private static void requireNoFolder(@Nullable Path file) {
    if (file != null && Files.isDirectory(file)) {
      throw new WrongInputException(file + ": is a folder, not a file");
    }
  }

  /** The files, with the columns that a model predicts from; headers have been checked. */
  InputFiles files(ModelRecord record) {
    InputFiles files =
        Predictor.takesImages(record) ? InputFiles.images(input) : InputFiles.tables(input);
    for (Path file : files.paths()) {
      ApartFiles.require(out, "--out", file, "input");
      ApartFiles.require(rejects, "--rejects", file, "input");
    }
    return files;
  }

  /** What there is to read. */
  SourceFiles source(ModelRecord record, InputFiles files) {
    List<Column> features = Predictor.features(record);
    CsvStyle csv = CsvStyle.of(record.getCsv()).withDelimiter(delimiter);
    return Predictor.takesImages(record)
        ? files.imagesOf(features.get(0))
        : files.tablesOf(features, csv);
  }
}
