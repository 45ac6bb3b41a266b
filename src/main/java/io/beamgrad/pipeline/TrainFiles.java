package io.beamgrad.pipeline;

import io.beamgrad.data.sources.SourceFiles;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.spec.JobSpec;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Trains on the files that a spec names, with the weights that {@code beamgrad train} gives on the
 * same files; gives the outputs of {@link Train}, or of what it is from. The files are found where
 * the pipeline is made, and read by the workers; nothing is drawn, whatever {@code data.generate}
 * says. Bounded, in the global window.
 */
public final class TrainFiles extends PTransform<PBegin, PCollectionTuple> {
  private final Spec spec;
  private final @Nullable String workFolder;
  private final Composite composite;

  TrainFiles(Spec spec, @Nullable String workFolder, Composite composite) {
    this.spec = spec;
    this.workFolder = workFolder;
    this.composite = composite;
  }

  /** The same with a folder as that of {@link TrainRows#withWorkFolder}. */
  public TrainFiles withWorkFolder(String path) {
    return new TrainFiles(spec, path, composite);
  }

  /**
   * {@inheritDoc}
   *
   * @throws WrongInputException where the spec is wrong or does not fit the files, or a file is
   *     missing or not of its format; one line
   */
  @Override
  public PCollectionTuple expand(PBegin begin) {
    JobSpec job = spec.ofFiles();
    if (job.data().jdbc() != null) {
      throw spec.wrong("data.jdbc", "is for beamgrad's commands; a program gives Train.rows rows");
    }
    composite.require(spec, job);
    SourceFiles files = JobSources.find(job);
    TrainingSetup.requireFit(spec.source(), job, files.columns());
    String work = Train.workOf(workFolder, job.name());
    TrainingSetup setup =
        TrainingSetup.of(
            job, files.columns(), files.dataBytes(), JobSources.fingerprint(job, files), work);
    if (composite == Composite.SWEEP) {
      setup =
          Sweep.setup(
              setup, spec, job, files.columns(), work, trial -> JobSources.find(trial).columns());
    }
    return Train.withWork(begin.apply("TrainRanges", TrainRanges.of(setup, files.units())), work);
  }
}
