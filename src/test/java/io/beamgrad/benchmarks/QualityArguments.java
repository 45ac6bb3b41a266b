package io.beamgrad.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * What {@code scripts/bench quality} is asked for.
 *
 * @param folder of the tables, in which {@value #TARGETS} says the target of each
 * @param tables names of tables without their suffixes; empty for all
 * @param save where scores are kept, to go on from them; null for nowhere
 * @param settings {@code KEY=VALUE} for {@code train --set}; empty for the spec as it is written
 */
record QualityArguments(
    Path folder, List<String> tables, @Nullable Path save, List<String> settings) {
  static final String PART = "quality";
  static final String TARGETS = "targets.json";
  static final QualityArguments USUAL =
      new QualityArguments(Path.of("../shared/data/tables"), List.of(), null, List.of());

  QualityArguments {
    tables = List.copyOf(tables);
    settings = List.copyOf(settings);
  }

  QualityArguments in(Path newFolder) {
    return new QualityArguments(newFolder, tables, save, settings);
  }

  QualityArguments of(List<String> newTables) {
    return new QualityArguments(folder, newTables, save, settings);
  }

  QualityArguments savedTo(Path newSave) {
    return new QualityArguments(folder, tables, newSave, settings);
  }

  /** With one more setting. */
  QualityArguments with(String setting) {
    List<String> more = new ArrayList<>(settings);
    more.add(setting);
    return new QualityArguments(folder, tables, save, more);
  }

  /** Whether a file is of a table that is asked for. */
  boolean has(String file) {
    return tables.isEmpty() || tables.contains(file.replaceFirst("\\..*", ""));
  }

  /** What is missing to run, in a line; null where nothing is. */
  @Nullable String missing() {
    if (!Files.isDirectory(folder)) {
      return folder
          + ": no such folder; quality takes one of tables, as in scripts/bench quality DIR";
    }
    if (!Files.isRegularFile(folder.resolve(TARGETS))) {
      return "%s: has no %s, which says of each file what to predict: {\"cars.csv\": \"price\"}"
          .formatted(folder, TARGETS);
    }
    return null;
  }
}
