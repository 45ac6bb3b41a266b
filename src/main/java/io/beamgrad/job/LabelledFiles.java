package io.beamgrad.job;

import io.beamgrad.data.CsvStyle;
import io.beamgrad.data.InputFiles;
import io.beamgrad.data.Predictor;
import io.beamgrad.data.SourceFiles;
import io.beamgrad.schema.ModelRecord;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Finds files that have what a model predicts from and what it predicts. */
final class LabelledFiles {
  private LabelledFiles() {}

  /**
   * The files that names, folders and globs stand for, their headers checked.
   *
   * @param delimiter what is between the fields of CSV files; null is as in the model's data
   * @throws io.beamgrad.data.MissingDataException where there are none
   * @throws io.beamgrad.data.BrokenFileException where they have not the model's columns
   */
  static SourceFiles find(ModelRecord model, List<String> named, @Nullable String delimiter) {
    if (Predictor.takesImages(model)) {
      return InputFiles.pairs(named).pairsOf();
    }
    CsvStyle csv = CsvStyle.of(model.getCsv()).withDelimiter(delimiter);
    return InputFiles.tables(named).tablesOf(model.getColumns(), csv);
  }
}
