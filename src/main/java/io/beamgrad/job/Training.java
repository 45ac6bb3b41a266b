package io.beamgrad.job;

import io.beamgrad.data.sources.SourceFiles;
import io.beamgrad.rundir.RunFolder;
import io.beamgrad.schema.Outcome;
import io.beamgrad.schema.TrainingPlan;
import io.beamgrad.spec.JobSpec;
import java.util.List;

/** What a {@link TrainJob} trains on whose behalf: a person's spec, or a retrain's challenger. */
interface Training {

  /** With the epochs to train. */
  JobSpec spec();

  SourceFiles source();

  /** Hex SHA-256 of all but the data that decides the weights. */
  String fingerprint();

  /** The classes that the rows may have, where they are known before any is read; else none. */
  List<String> labels();

  /**
   * Copies what the training starts from to where all workers see it.
   *
   * @param work the run's work folder
   */
  void bringStart(String work);

  /** The plan of the spec as that of this training. */
  TrainingPlan planned(TrainingPlan plan);

  /** Takes the outcome of a training that makes no model; false where it has made one. */
  boolean isDoneBy(Outcome outcome);

  /** Keeps in the run's folder what later trainings need of its work folder. */
  void keep(RunFolder folder, TrainingPlan plan, Outcome outcome);

  /** Says what the owner wants to be told of the plan and of the files that are left. */
  void tell(Runnable lines);

  /**
   * Waits until the training has ended.
   *
   * @param onExit what to do where the process is asked to end, if that is for us to answer
   * @param onInterrupt what to do where the owner interrupts this thread
   */
  void await(Wait wait, Runnable onExit, Runnable onInterrupt) throws InterruptedException;

  /** Waits, and shows progress. */
  interface Wait {
    void run() throws InterruptedException;
  }
}
