package io.beamgrad.job;

import io.beamgrad.data.BrokenFileException;
import io.beamgrad.data.Field;
import io.beamgrad.data.MissingDataException;
import io.beamgrad.data.Sha256;
import io.beamgrad.data.SourceFile;
import io.beamgrad.data.SourceFiles;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.FileFormat;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.schema.ValueKind;
import java.util.List;
import java.util.Locale;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Finds the files of a job's data, and makes them where the job says how. */
final class JobData {
  private JobData() {}

  /**
   * The files, their headers checked.
   *
   * @throws WrongInputException with one line, where a file is missing or not what it should be
   */
  static SourceFiles find(JobSpec spec) {
    return find(spec, PlanFromSpec.csvColumns(spec));
  }

  /** The files, for a model that is trained already: tables are read by the model's columns. */
  static SourceFiles findFor(ModelRecord model, JobSpec spec) {
    boolean isTable = model.getColumns().stream().allMatch(c -> c.getShape().isEmpty());
    if (isTable != (spec.data().format() == FileFormat.CSV)) {
      throw new WrongInputException(
          "%s was trained on %s, but data.format is %s"
              .formatted(
                  model.getName(),
                  isTable ? "a table" : "images",
                  spec.data().format().name().toLowerCase(Locale.ROOT)));
    }
    return find(spec, model.getColumns());
  }

  private static SourceFiles find(JobSpec spec, List<Column> csvColumns) {
    JobSpec.Data data = spec.data();
    try {
      return data.format() == FileFormat.IDX
          ? SourceFiles.idx(data.dir(), data.train(), data.validation(), data.test())
          : SourceFiles.csv(
              data.dir(),
              data.train(),
              data.validation(),
              data.test(),
              PlanFromSpec.withKey(csvColumns, spec, keyKind(spec)));
    } catch (MissingDataException e) {
      throw new WrongInputException(e.getMessage() + hint(spec), e);
    } catch (BrokenFileException | IllegalArgumentException e) {
      throw new WrongInputException(e.getMessage(), e);
    }
  }

  /** What the files say of the column that decides the split. */
  private static @Nullable ValueKind keyKind(JobSpec spec) {
    if (spec.split().column() == null) {
      return null;
    }
    return SourceFiles.fields(spec.data().dir(), spec.data().train()).stream()
        .filter(field -> field.name().equals(spec.split().column()))
        .findFirst()
        .map(Field::kind)
        .orElse(null);
  }

  private static String hint(JobSpec spec) {
    return spec.data().format() == FileFormat.IDX
        ? "; scripts/fetch-mnist downloads MNIST, --set data.dir=DIR names another folder"
        : "; --set data.dir=DIR names another folder";
  }

  /**
   * Hex SHA-256 over identities, sizes and times of the files and the part of the spec that decides
   * how they are read and split: tells whether the blocks of an earlier attempt can be used.
   */
  static String fingerprint(JobSpec spec, SourceFiles files) {
    StringBuilder text = new StringBuilder("beamgrad data 1\n");
    text.append(files.columns()).append('\n');
    text.append(spec.split()).append('\n');
    text.append(spec.data().maxRejects()).append('\n');
    for (SourceFile file : files.files()) {
      text.append(file.split()).append(' ');
      text.append(file.identity()).append(' ');
      text.append(file.fileBytes()).append(' ');
      text.append(file.modifiedMillis()).append('\n');
    }
    return Sha256.hex(text.toString());
  }
}
