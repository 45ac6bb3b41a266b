package io.beamgrad.job;

import io.beamgrad.data.sources.SourceFiles;
import io.beamgrad.rundir.RunFolder;
import io.beamgrad.schema.Outcome;
import io.beamgrad.schema.TrainingPlan;
import io.beamgrad.spec.JobSpec;
import io.beamgrad.terminal.ShutdownHook;
import java.util.List;

/** The training of a spec by itself, which tells a person all, and answers Ctrl-C. */
record SpecTraining(JobSpec spec, SourceFiles source) implements Training {
  @Override
  public String fingerprint() {
    return spec.fingerprint();
  }

  @Override
  public List<String> labels() {
    return List.of();
  }

  @Override
  public void bringStart(String work) {}

  @Override
  public TrainingPlan planned(TrainingPlan plan) {
    return plan;
  }

  @Override
  public boolean isDoneBy(Outcome outcome) {
    return false;
  }

  @Override
  public void keep(RunFolder folder, TrainingPlan plan, Outcome outcome) {}

  @Override
  public void tell(Runnable lines) {
    lines.run();
  }

  @Override
  public void await(Wait wait, Runnable onExit, Runnable onInterrupt) throws InterruptedException {
    try (ShutdownHook hook = ShutdownHook.of(onExit)) {
      wait.run();
    }
  }
}
