package io.beamgrad.pipeline;

import io.beamgrad.data.files.Sha256;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.rows.SourceField;
import io.beamgrad.data.sources.DataFolder;
import io.beamgrad.data.sources.DataPaths;
import io.beamgrad.data.sources.SourceFile;
import io.beamgrad.data.sources.SourceFiles;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.failure.MissingDataException;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.schema.ValueKind;
import io.beamgrad.spec.JobSpec;
import io.beamgrad.spec.PlanFromSpec;
import io.beamgrad.spec.SpecFingerprint;
import io.beamgrad.spec.TableColumns;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Finds the files of a job's data. It is public for beamgrad's own commands; a program gives {@link
 * Train#files} its {@link Spec}.
 */
public final class JobSources {
  private JobSources() {}

  /**
   * The files, their headers checked.
   *
   * @throws WrongInputException with one line, where a file is missing or not what it should be;
   *     its cause is then a {@link MissingDataException} or a {@link BrokenFileException}
   */
  public static SourceFiles find(JobSpec spec) {
    return find(spec, null, List.of());
  }

  /**
   * The same with further keys.
   *
   * @param keys columns that name rows, which are read where the files have them
   */
  public static SourceFiles find(JobSpec spec, Collection<String> keys) {
    return find(spec, null, keys);
  }

  /**
   * The files, for a model that is trained already: tables are read by the model's columns.
   *
   * @param keys further columns that name rows, which are read where the files have them
   */
  public static SourceFiles findFor(ModelRecord model, JobSpec spec, Collection<String> keys) {
    boolean isTable = model.getColumns().stream().noneMatch(c -> c.getType() == ColumnType.BYTES);
    if (isTable == spec.data().isIdx()) {
      throw new WrongInputException(
          "%s was trained on %s, but data.format is %s"
              .formatted(
                  model.getName(),
                  isTable ? "a table" : "images",
                  spec.data().format() == null
                      ? "null"
                      : spec.data().format().name().toLowerCase(Locale.ROOT)));
    }
    return find(spec, model.getColumns(), keys);
  }

  /** Where the files of a table are, and how they are written. */
  public static DataPaths files(JobSpec.Data data) {
    return new DataPaths(
        DataFolder.of(data.dir()),
        data.train(),
        data.validation(),
        data.test(),
        data.format(),
        data.csv());
  }

  /**
   * @param known the columns; null for what the spec makes of the files' fields
   */
  private static SourceFiles find(
      JobSpec spec, @Nullable List<Column> known, Collection<String> keys) {
    JobSpec.Data data = spec.data();
    try {
      if (data.isIdx()) {
        return SourceFiles.idx(files(data));
      }
      DataPaths files = files(data);
      List<SourceField> fields = SourceFiles.fields(files);
      List<Column> columns =
          PlanFromSpec.withKey(
              known == null ? TableColumns.of(spec, fields) : known, spec, keyKind(spec, fields));
      List<String> there =
          keys.stream()
              .filter(key -> fields.stream().anyMatch(field -> field.name().equals(key)))
              .toList();
      return SourceFiles.table(files, Columns.withKeys(columns, there));
    } catch (MissingDataException | BrokenFileException e) {
      throw new WrongInputException(e.getMessage(), e);
    }
  }

  /** What the files say of the column of times that decides the split, or the folds. */
  private static @Nullable ValueKind keyKind(JobSpec spec, List<SourceField> fields) {
    String time = PlanFromSpec.splitRule(spec).timeColumn();
    return fields.stream()
        .filter(field -> field.name().equals(time))
        .findFirst()
        .map(SourceField::kind)
        .orElse(null);
  }

  /**
   * Hex SHA-256 over identities, sizes and times of the files and the part of the spec that decides
   * how they are read and split: tells whether the blocks of an earlier attempt can be used.
   */
  public static String fingerprint(JobSpec spec, SourceFiles files) {
    StringBuilder text = new StringBuilder("beamgrad data 1\n");
    text.append(files.columns()).append('\n');
    text.append(SpecFingerprint.splitText(spec)).append('\n');
    text.append(spec.data().maxRejects()).append('\n');
    text.append(SpecFingerprint.formatText(spec)).append('\n');
    for (SourceFile file : files.files()) {
      text.append(file.split()).append(' ');
      text.append(file.identity()).append(' ');
      text.append(file.fileBytes()).append(' ');
      text.append(file.modifiedMillis());
      text.append(file.tag() == null ? "" : " " + file.tag()).append('\n');
    }
    return Sha256.hex(text.toString());
  }
}
