package io.beamgrad.evaluation;

import io.beamgrad.data.files.Sha256;
import io.beamgrad.data.sources.DataPaths;
import io.beamgrad.data.sources.SourceFile;
import io.beamgrad.data.sources.SourceFiles;
import io.beamgrad.data.split.SplitRule;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.schema.ScoredRows;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Models that are compared on the holdout of the CSV files of a folder. */
final class Comparisons {
  private Comparisons() {}

  /** A challenger, and where it is not null a version in service, which have trained on nothing. */
  static List<JudgedModel> models(ModelRecord challenger, ModelRecord current) {
    List<JudgedModel> models = new ArrayList<>();
    models.add(new JudgedModel("challenger", challenger, List.of()));
    if (current != null) {
      models.add(new JudgedModel("version 3", current, List.of()));
    }
    return models;
  }

  static ModelComparison.Result compare(
      List<JudgedModel> models,
      Path folder,
      List<Column> columns,
      SplitRule rule,
      PerRowScore metric,
      String segment) {
    SourceFiles files = SourceFiles.table(DataPaths.of(folder, "*.csv"), columns);
    Map<String, HoldoutFile> contents = new HashMap<>();
    for (SourceFile file : files.files()) {
      String name = file.identity() + ".csv";
      contents.put(
          file.identity(), new HoldoutFile(List.of(name), List.of(content(folder.resolve(name)))));
    }
    HoldoutScoring scoring = new HoldoutScoring(models, contents, rule, 7, segment);
    List<ScoredRows> scored = scoring.of(files.ranges());
    return new ModelComparison(
            models.stream().map(JudgedModel::record).toList(), scored, metric, of -> true)
        .compare(models.size() - 1, file -> true);
  }

  static String content(Path file) {
    try {
      return Sha256.ofFile(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
