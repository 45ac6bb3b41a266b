package io.beamgrad.rundir;

import io.beamgrad.data.files.BuildVersion;
import io.beamgrad.data.sources.SourceFile;
import io.beamgrad.metrics.Metric;
import io.beamgrad.metrics.RunJson;
import io.beamgrad.schema.Confusion;
import io.beamgrad.schema.MetricRow;
import io.beamgrad.schema.Outcome;
import io.beamgrad.schema.RunCounts;
import io.beamgrad.schema.RunEpochs;
import io.beamgrad.schema.RunFingerprint;
import io.beamgrad.schema.RunFolds;
import io.beamgrad.schema.RunRecord;
import io.beamgrad.schema.RunRunner;
import io.beamgrad.schema.RunSweep;
import io.beamgrad.schema.RunTimes;
import io.beamgrad.schema.RunVersions;
import io.beamgrad.spec.JobSpec;
import io.beamgrad.train.Weights;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.beam.sdk.util.ReleaseInfo;
import org.apache.flink.runtime.util.EnvironmentInformation;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * {@code run.json}: what ran, on what, how long, and what came of it. Its presence says that the
 * run is whole.
 *
 * @param specFingerprint hex SHA-256 over the keys that decide the weights
 * @param keepsWork true where the work folder is to stay
 * @param outcome with counts and the weights' SHA-256
 * @param metrics all metric rows
 * @param files the source files
 * @param sweep the trials of which this is the best; null of a single training
 * @param folds null without folds
 */
public record RunReport(
    JobSpec spec,
    String specFingerprint,
    String runner,
    int parallelism,
    Instant started,
    Instant finished,
    boolean continued,
    boolean keepsWork,
    Outcome outcome,
    List<MetricRow> metrics,
    List<SourceFile> files,
    @Nullable RunSweep sweep,
    @Nullable RunFolds folds) {
  private static final String REMOVED = "removed";

  /** What {@code run.json} says. */
  public RunRecord toRecord() {
    Integer kept = outcome.getKeptEpoch();
    Metric metric = spec.earlyStopping().metric();
    Confusion confusion = outcome.getConfusion();
    return RunRecord.newBuilder()
        .setName(spec.name())
        .setSeed(spec.seed())
        .setFingerprint(new RunFingerprint(specFingerprint, outcome.getDataChecksum()))
        .setWeightsSha256(outcome.getWeightsSha256())
        .setEpochs(
            new RunEpochs(
                outcome.getEpochs(),
                kept == null ? outcome.getEpochs() : kept,
                metric == null ? null : metric.word(),
                outcome.getMembers().isEmpty() ? null : outcome.getMembers()))
        .setSweep(sweep)
        .setRemarks(outcome.getRemarks().isEmpty() ? null : outcome.getRemarks())
        .setCounts(
            new RunCounts(
                outcome.getRead(),
                outcome.getTrained(),
                outcome.getValidated(),
                outcome.getTested(),
                outcome.getCalibrated(),
                outcome.getHeldOut(),
                outcome.getRejected(),
                outcome.getRefitRows()))
        .setMetrics(metrics)
        .setEvaluation(
            confusion == null ? null : ClassTable.of(confusion).toRecord(confusion.getSplit()))
        .setRunner(new RunRunner(runner, parallelism, continued))
        .setTimes(
            new RunTimes(
                started.toString(),
                finished.toString(),
                Duration.between(started, finished).toMillis() / 1e3))
        .setWork(keepsWork ? "kept" : REMOVED)
        .setVersions(
            new RunVersions(
                BuildVersion.text(),
                ReleaseInfo.getReleaseInfo().getSdkVersion(),
                EnvironmentInformation.getVersion(),
                System.getProperty("java.version")))
        .setArithmetic(Weights.ARITHMETIC)
        .setChain(RunChain.of(files, outcome))
        .setCalibration(outcome.getCalibration())
        .setEach(outcome.getEach())
        .setFolds(folds)
        .build();
  }

  /**
   * The same of one of the trials, whose work folder is the run's.
   *
   * @param its spec
   * @param itsFingerprint that of the spec
   */
  RunReport ofTrial(
      JobSpec its, String itsFingerprint, Outcome itsOutcome, List<MetricRow> itsMetrics) {
    return new RunReport(
        its,
        itsFingerprint,
        runner,
        parallelism,
        started,
        finished,
        continued,
        false,
        itsOutcome,
        itsMetrics,
        files,
        null,
        null);
  }

  /**
   * True where a finished run deletes its work folder; one that is there is to be deleted still.
   */
  static boolean isWorkRemoved(Path report) {
    return RunJson.read(report).getWork().equals(REMOVED);
  }
}
