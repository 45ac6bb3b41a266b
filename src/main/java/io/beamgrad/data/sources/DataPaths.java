package io.beamgrad.data.sources;

import io.beamgrad.data.formats.CsvStyle;
import io.beamgrad.data.formats.Format;
import io.beamgrad.data.streams.OtherFormat;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.schema.FileFormat;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The files of a job's data. Each is a path below the folder, with or without the suffix of a
 * compression; a glob such as {@code day-*.csv} or {@code **.csv.gz}; or a folder, for all tables
 * in it. In globs and folders, names that begin with a dot or an underscore are no data.
 *
 * @param folder below which files have their identity
 * @param train what to train on
 * @param validation what to validate on; may be empty
 * @param test what to test on; may be empty
 * @param format null to tell it by the suffix of each file
 * @param csv how CSV files are written
 */
public record DataPaths(
    DataFolder folder,
    List<String> train,
    List<String> validation,
    List<String> test,
    @Nullable FileFormat format,
    CsvStyle csv) {
  public DataPaths {
    train = List.copyOf(train);
    validation = List.copyOf(validation);
    test = List.copyOf(test);
  }

  /** Files of a disk to train on whose suffix tells their format. */
  public static DataPaths of(Path folder, String... train) {
    return new DataPaths(
        new DiskFolder(folder), List.of(train), List.of(), List.of(), null, CsvStyle.DEFAULT);
  }

  /** The same with files to test on. */
  public DataPaths withTest(String... files) {
    return new DataPaths(folder, train, validation, List.of(files), format, csv);
  }

  /**
   * The format of a file of this name.
   *
   * @throws WrongInputException where its name does not tell, or its first bytes tell one that is
   *     not read
   */
  Format formatOf(String file) {
    return Optional.ofNullable(format)
        .map(Format::of)
        .or(() -> Format.bySuffix(file))
        .orElseThrow(() -> notTold(file));
  }

  private WrongInputException notTold(String file) {
    OtherFormat.requireNone(folder.path(file), folder.shown(file));
    return new WrongInputException(
        "%s: its name does not tell its format; data.format can say it, or a suffix: %s"
            .formatted(folder.shown(file), String.join(", ", Format.suffixes())));
  }

  /** Whether a file in a folder is data: its format is said, or its name tells it. */
  boolean isTable(String file) {
    return format != null || Format.bySuffix(file).isPresent();
  }
}
