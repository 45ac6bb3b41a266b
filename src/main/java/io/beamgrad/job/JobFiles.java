package io.beamgrad.job;

import io.beamgrad.data.sources.SourceFiles;
import io.beamgrad.failure.MissingDataException;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.pipeline.JobSources;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.spec.JobSpec;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;

/** The files of a command's job; where one is missing, it is said what the command can do. */
public final class JobFiles {
  private JobFiles() {}

  /**
   * As {@link JobSources#find}.
   *
   * @throws WrongInputException with one line, where a file is missing or not what it should be
   */
  public static SourceFiles find(JobSpec spec) {
    return hinting(spec, () -> JobSources.find(spec));
  }

  /**
   * As {@link JobSources#findFor}.
   *
   * @throws WrongInputException with one line, where a file is missing or not what it should be
   */
  public static SourceFiles findFor(ModelRecord model, JobSpec spec) {
    return findFor(model, spec, List.of());
  }

  /**
   * The same with further keys of rows, where the files have them.
   *
   * @throws WrongInputException with one line, where a file is missing or not what it should be
   */
  public static SourceFiles findFor(ModelRecord model, JobSpec spec, Collection<String> keys) {
    return hinting(spec, () -> JobSources.findFor(model, spec, keys));
  }

  private static SourceFiles hinting(JobSpec spec, Supplier<SourceFiles> found) {
    try {
      return found.get();
    } catch (WrongInputException e) {
      if (!(e.getCause() instanceof MissingDataException) || spec.data().jdbc() != null) {
        throw e;
      }
      String mnist = spec.data().isIdx() ? "scripts/fetch-mnist downloads MNIST, " : "";
      throw new WrongInputException(
          "%s; %s--set data.dir=DIR names another folder".formatted(e.getMessage(), mnist), e);
    }
  }
}
