package io.beamgrad.retrain;

import io.beamgrad.registry.Decision;
import io.beamgrad.registry.Decision.Kind;
import io.beamgrad.registry.gate.Finding;
import io.beamgrad.registry.gate.TestResult;
import io.beamgrad.registry.gate.Verdict;
import io.beamgrad.report.RunFiles;
import io.beamgrad.schema.RunCounts;
import io.beamgrad.schema.RunRecord;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Collects the facts of a run until its decision can be drafted. */
final class DecisionBuilder {
  private final Instant started = Instant.now();
  private final String specFingerprint;
  private final @Nullable Integer parent;
  private final DataSelection selection;
  private final List<String> remarks = new ArrayList<>(); // reasons that no verdict has
  private List<Finding> findings = List.of();
  private Decision.@Nullable Rows rows;
  private Decision.@Nullable Copies copies;
  private @Nullable String weights;
  private Decision.@Nullable Scores scores;
  private Decision.@Nullable Judging judging;
  private Decision.@Nullable Test test;
  private @Nullable Integer warmFrom;

  /**
   * @param specFingerprint the fingerprint of the spec keys that decide a run
   * @param parent the version in service; null where there is none
   */
  DecisionBuilder(String specFingerprint, @Nullable Integer parent, DataSelection selection) {
    this.specFingerprint = specFingerprint;
    this.parent = parent;
    this.selection = selection;
  }

  String specFingerprint() {
    return specFingerprint;
  }

  void setFindings(List<Finding> found) {
    findings = List.copyOf(found);
  }

  private void addFinding(Finding found) {
    List<Finding> all = new ArrayList<>(findings);
    all.add(found);
    setFindings(all);
  }

  void setChecked(DataReview checked) {
    setFindings(checked.findings());
    rows = new Decision.Rows(checked.profile().getRead(), 0, 0, 0, checked.profile().getRejected());
  }

  void setCopies(Decision.Copies found) {
    copies = found;
  }

  void setStart(StartChoice start) {
    remarks.add("trained " + start.why());
    warmFrom = start.from().isPresent() ? parent : null;
  }

  /**
   * @param run the folder of a finished training
   * @return its summary
   */
  RunRecord setRun(Path run) {
    RunRecord report = RunFiles.summary(run);
    weights = report.getWeightsSha256();
    RunCounts counts = report.getCounts();
    rows =
        new Decision.Rows(
            counts.getRead(),
            counts.getTrained(),
            counts.getValidated(),
            counts.getHeldOut(),
            counts.getRejected(),
            counts.getCalibrated() == 0 ? null : counts.getCalibrated());
    return report;
  }

  void setJudgement(Judge.Judgement judgement) {
    Verdict verdict = judgement.verdict();
    judging = judgement.judging();
    judgement.decay().ifPresent(this::addFinding);
    scores =
        new Decision.Scores(
            verdict.metric().word(),
            verdict.challenger(),
            verdict.current(),
            verdict.rows(),
            verdict.metric().isHigherBetter());
    TestResult paired = verdict.test();
    test =
        paired == null
            ? null
            : new Decision.Test(
                paired.name(), paired.statistic(), paired.pValue(), paired.confidence());
  }

  Decision.@Nullable Rows rows() {
    return rows;
  }

  Decision.Draft of(Kind kind, List<String> reasons) {
    List<String> all = new ArrayList<>(reasons);
    all.addAll(remarks);
    selection.setAsideText().ifPresent(all::add);
    return new Decision.Draft(
        kind,
        parent,
        all,
        null,
        scores,
        judging,
        test,
        findings.stream().map(DecisionBuilder::check).toList(),
        new Decision.Fingerprints(specFingerprint, selection.fingerprint(), weights),
        rows,
        warmFrom,
        copies,
        Duration.between(started, Instant.now()).toMillis() / 1e3,
        selection.files());
  }

  private static Decision.Check check(Finding found) {
    return new Decision.Check(
        found.name(),
        found.column(),
        found.value(),
        found.limit(),
        found.action().name().toLowerCase(Locale.ROOT));
  }
}
