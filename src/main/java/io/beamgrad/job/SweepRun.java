package io.beamgrad.job;

import io.beamgrad.data.files.RecordFile;
import io.beamgrad.data.files.Storage;
import io.beamgrad.data.sources.SourceFiles;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.metrics.RunJson;
import io.beamgrad.pipeline.SweepPlan;
import io.beamgrad.pipeline.TrainingSetup;
import io.beamgrad.report.TrialTable;
import io.beamgrad.rundir.FoldScores;
import io.beamgrad.rundir.RunFolder;
import io.beamgrad.rundir.RunReport;
import io.beamgrad.rundir.SweepProgress;
import io.beamgrad.rundir.TrialFolders;
import io.beamgrad.schema.FoldResult;
import io.beamgrad.schema.RunSweep;
import io.beamgrad.schema.TrainingPlan;
import io.beamgrad.schema.TrialEnd;
import io.beamgrad.schema.TrialResult;
import io.beamgrad.spec.JobSpec;
import io.beamgrad.sweep.HalvingStage;
import io.beamgrad.terminal.Terminal;
import io.beamgrad.terminal.TextTable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The trials of a job's sweep: what they are, how they go, and what is left of them.
 *
 * @param trials the specs of the trials
 */
record SweepRun(JobSpec spec, List<JobSpec> trials) {

  /**
   * The trials of a spec that has a sweep.
   *
   * @throws WrongInputException where a trial is wrong, or would read other data; one line
   */
  static SweepRun of(JobSpec spec, SourceFiles source) {
    return new SweepRun(
        spec, SweepPlan.trials(spec, source.columns(), trial -> JobFiles.find(trial).columns()));
  }

  /** Checks that the model of each trial fits the columns. */
  void requireFit(String source, SourceFiles files) {
    trials.forEach(trial -> TrainingSetup.requireFit(source, trial, files.columns()));
  }

  /** A line for a person. */
  static String summary(JobSpec spec) {
    List<HalvingStage> stages = spec.sweep().stages(spec.epochs());
    StringBuilder text =
        new StringBuilder(
            "%s trials of %s, ranked by %s %s"
                .formatted(
                    spec.sweep().trials(),
                    String.join(", ", spec.sweep().keys()),
                    spec.folds() == null ? "validation" : "the folds' mean",
                    spec.sweepMetric().inFull()));
    for (HalvingStage stage : stages) {
      text.append("; after epoch %s the best %s go on".formatted(stage.epoch(), stage.kept()));
    }
    return text.toString();
  }

  /** The setup with the trials in place of the one training. */
  TrainingSetup planned(
      TrainingSetup setup, SourceFiles source, RunFolder folder, UnaryOperator<TrainingPlan> as) {
    return setup.withSweep(SweepPlan.of(spec, trials, source.columns(), folder.work(), as));
  }

  /** Shows how the trials go. */
  SweepProgress progress(RunFolder folder, Terminal terminal) {
    int folds = spec.folds() == null ? 0 : spec.folds().count();
    List<SweepProgress.Folders> works = new ArrayList<>();
    for (JobSpec trial : trials) {
      String work = work(folder, trial);
      works.add(
          new SweepProgress.Folders(
              work,
              IntStream.range(0, folds)
                  .mapToObj(fold -> TrainingSetup.foldFolder(work, fold))
                  .toList()));
    }
    return new SweepProgress(terminal, works, spec.sweepMetric());
  }

  private static String work(RunFolder folder, JobSpec trial) {
    return SweepPlan.folder(folder.work(), trial.name());
  }

  /** What came of the trials, as the pipeline wrote it. */
  RunSweep results(RunFolder folder) {
    List<TrialResult> results =
        new ArrayList<>(RecordFile.of(TrialResult.class).read(folder.trials()));
    results.sort(Comparator.comparingInt(TrialResult::getRank));
    return new RunSweep(spec.sweepMetric().word(), results);
  }

  /** The number of the best trial of a run that is finished. */
  static int bestOf(RunFolder folder) {
    return best(RunJson.read(Path.of(folder.report())).getSweep());
  }

  /** The number of the best trial. */
  static int best(RunSweep sweep) {
    return sweep.getTrials().get(0).getTrial();
  }

  /** The plan of the best trial. */
  static TrainingPlan bestPlan(TrainingSetup setup, RunSweep sweep) {
    return setup.sweep().orElseThrow().plans().get(best(sweep));
  }

  /**
   * How the message of a sweep that failed begins, with the trial that it is of; empty where it had
   * not come to its trials.
   */
  String failed(RunFolder folder) {
    if (!Storage.exists(folder.trials())) {
      return "";
    }
    TrialResult first = results(folder).getTrials().get(0);
    if (first.getEnded() != TrialEnd.FAILED) {
      return named(first) + ", the best by its folds, on all rows: ";
    }
    String all =
        spec.sweep().halving() == null
            ? "all %s trials failed".formatted(trials.size())
            : "no trial came to the end of the last stage";
    return "%s; the first, %s: ".formatted(all, named(first));
  }

  /** A trial by its number and what tells it from the others. */
  private static String named(TrialResult trial) {
    return trial.getSettings().stream()
        .map(setting -> setting.getKey() + "=" + setting.getValue())
        .collect(Collectors.joining(", ", "trial %s (".formatted(trial.getTrial()), ")"));
  }

  /**
   * Leaves a folder for each trial.
   *
   * @param run what {@code run.json} says of the run
   */
  void publish(RunFolder folder, RunReport run) {
    if (spec.folds() != null) {
      publishFolds(folder);
      return;
    }
    for (int number = 0; number < trials.size(); number++) {
      JobSpec trial = trials.get(number);
      TrialFolders.publish(work(folder, trial), folder.trial(number), trial, run);
    }
  }

  private void publishFolds(RunFolder folder) {
    List<FoldResult> folds = RecordFile.of(FoldResult.class).read(folder.foldsOfTrials());
    for (TrialResult trial : results(folder).getTrials()) {
      List<FoldResult> its =
          folds.stream()
              .filter(fold -> fold.getOutcome().getModel().equals(trial.getModel()))
              .toList();
      its.forEach(fold -> FoldScores.requireWhole(named(trial) + ": ", fold, spec.folds().count()));
      TrialFolders.publish(its, folder.trial(trial.getTrial()), trials.get(trial.getTrial()));
    }
  }

  /** Prints the table, and how many failed. */
  static void print(RunSweep sweep, Terminal terminal) {
    TextTable.print(terminal, TrialTable.of(sweep));
    long failed =
        sweep.getTrials().stream().filter(one -> one.getEnded() == TrialEnd.FAILED).count();
    TrialResult best = sweep.getTrials().get(0);
    terminal.line(
        "best      trial %s of %s%s"
            .formatted(
                best.getTrial(),
                sweep.getTrials().size(),
                failed == 0 ? "" : ", of which %s failed".formatted(failed)));
  }
}
