package io.beamgrad.cli;

import io.beamgrad.data.formats.CsvStyle;
import io.beamgrad.data.sources.NamedFiles;
import io.beamgrad.data.sources.SourceFiles;
import io.beamgrad.predict.BatchPredictor;
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
   * @throws io.beamgrad.failure.MissingDataException where there are none
   * @throws io.beamgrad.failure.BrokenFileException where they have not the model's columns
   */
  static SourceFiles find(ModelRecord model, List<String> named, @Nullable String delimiter) {
    if (BatchPredictor.takesImages(model)) {
      return NamedFiles.pairs(named).pairsOf();
    }
    CsvStyle csv = CsvStyle.of(model.getCsv()).withDelimiter(delimiter);
    return NamedFiles.tables(named).tablesOf(model.getColumns(), csv);
  }
}
