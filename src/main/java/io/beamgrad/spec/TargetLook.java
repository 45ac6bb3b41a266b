package io.beamgrad.spec;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beamgrad.data.files.Storage;
import io.beamgrad.data.profile.TableProfile;
import io.beamgrad.data.rows.SourceField;
import io.beamgrad.data.sources.DataFolder;
import io.beamgrad.data.sources.DataPaths;
import io.beamgrad.data.sources.SourceFiles;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.failure.MissingDataException;
import io.beamgrad.failure.WrongInputException;
import java.util.List;
import java.util.Optional;

/**
 * Looks whether a target is a class or numbers, for a spec that leaves it to its preset: at the
 * first records of the first file to train on, as {@code beamgrad init} does, so that it is the
 * same on every runner.
 */
final class TargetLook {
  private static final int MOST_RECORDS = 50_000;

  private TargetLook() {}

  /**
   * True for a class, false for numbers; empty where there are no files of this machine to look at,
   * or they have no such column.
   *
   * @param given the keys of the spec
   * @throws WrongInputException where a key below {@code data} is wrong, or files are missing or
   *     broken
   */
  static Optional<Boolean> isOfClasses(ObjectNode given, SpecErrors errors) {
    if (!given.at("/data/jdbc").isMissingNode()) {
      return Optional.empty();
    }
    JobSpec.Data data = SpecBinder.data(data(given, errors));
    if (Storage.isRemote(data.dir()) || data.targets().size() != 1) {
      return Optional.empty();
    }
    DataPaths files =
        new DataPaths(
            DataFolder.of(data.dir()),
            data.train(),
            List.of(),
            List.of(),
            data.format(),
            data.csv());
    try {
      List<SourceField> target =
          SourceFiles.fields(files).stream()
              .filter(field -> field.name().equals(data.targets().get(0)))
              .filter(field -> field.refusal() == null && field.length() == 0)
              .toList();
      return target.isEmpty()
          ? Optional.empty()
          : TableProfile.of(files, target, MOST_RECORDS).columns().stream()
              .findFirst()
              .filter(column -> column.values() > 0)
              .map(column -> column.isOfClasses());
    } catch (MissingDataException | BrokenFileException e) {
      throw new WrongInputException(e.getMessage(), e);
    }
  }

  private static ObjectNode data(ObjectNode given, SpecErrors errors) {
    ObjectNode data = new SpecResolver(SpecKeys.TABLE, errors).section("data", given);
    SpecDefaults.csv(data, errors);
    return data;
  }
}
