package io.beamgrad.retrain;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.beamgrad.data.sources.SourcePart;
import io.beamgrad.data.split.Holdout;
import io.beamgrad.data.split.SplitRule;
import io.beamgrad.registry.Decision;
import io.beamgrad.registry.ModelRegistry;
import io.beamgrad.registry.Version;
import io.beamgrad.registry.gate.JudgingRows;
import io.beamgrad.spec.JobSpec;
import io.beamgrad.spec.RetrainSpec;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.checkerframework.checker.nullness.qual.Nullable;

/** The data of a run: its day, its files, whether they are new, and the spec that names them. */
final class RunData {
  private final RetrainRequest request;
  private final JobSpec spec;
  private final String salt;
  private final @Nullable Integer parent;
  private final DataSelection selection;

  /**
   * @param current the version in service
   * @param fingerprint of the spec keys that decide a run
   */
  RunData(
      RetrainRequest request,
      JobSpec spec,
      ModelRegistry registry,
      Optional<Version> current,
      String fingerprint) {
    this.request = request;
    this.spec = spec;
    this.salt = registry.salt();
    this.parent = current.map(Version::number).orElse(null);
    this.selection =
        DataSelection.of(
            spec,
            today(),
            names -> new EarlierData(registry.files(), names, fingerprint, parent),
            request.isForced());
  }

  DataSelection selection() {
    return selection;
  }

  /** The day after which files are ignored; null where days do not matter. */
  private @Nullable LocalDate today() {
    boolean needsDay =
        spec.retrain().select().by() == RetrainSpec.Select.By.DAYS
            || spec.retrain().judgingRows().by() == JudgingRows.By.DAYS;
    return request.date() == null && needsDay
        ? LocalDate.now(ZoneId.systemDefault())
        : request.date();
  }

  /** Why there is nothing to train on; empty where there is something. */
  Optional<String> nothingNew() {
    if (selection.training().isEmpty()) {
      return Optional.of(whyNoFiles());
    }
    if (request.isForced()) {
      return Optional.empty();
    }
    boolean isWindow = spec.retrain().select().by() == RetrainSpec.Select.By.DAYS;
    return selection
        .earlier()
        .sameRun(selection, isWindow)
        .map(
            last ->
                "files and spec are those of decision %s (%s)"
                    .formatted(last.number(), last.kind().words()));
  }

  /**
   * The stop that an alert is of as long as nobody has acted: that of files which are set aside, or
   * of a run that would be the same again.
   */
  Optional<Decision> stoppedBy() {
    boolean isWindow = spec.retrain().select().by() == RetrainSpec.Select.By.DAYS;
    return selection
        .setAsideBy()
        .or(
            () ->
                selection
                    .earlier()
                    .sameRun(selection, isWindow)
                    .filter(last -> last.kind() == Decision.Kind.STOPPED)
                    .filter(last -> !selection.training().isEmpty()));
  }

  private String whyNoFiles() {
    if (!selection.setAside().isEmpty()) {
      return "what there is is set aside";
    }
    if (!selection.judging().isEmpty()) {
      return "version %s has seen all files".formatted(parent);
    }
    return "no file matches data.train" + (today() == null ? "" : " up to " + today());
  }

  /**
   * The spec with explicit files, so that the version's {@code job.yaml} says what it was trained
   * on, and without the rows of the holdout.
   *
   * @param holdout what names its rows; empty where the data are yet to tell
   * @param more overrides besides
   */
  JobSpec spec(List<SourcePart> train, Optional<Holdout> holdout, List<String> more) {
    List<String> overrides = new ArrayList<>();
    overrides.add("data.train=" + json(DataSelection.names(train)));
    overrides.add("split.holdout.share=" + spec.retrain().holdout().share());
    overrides.add("split.holdout.salt=" + json(salt));
    holdout
        .filter(rows -> rows.by() != Holdout.By.ROWS && spec.split().by() != SplitRule.By.GROUP)
        .ifPresent(
            rows ->
                overrides.add(
                    "split.holdout.%s=%s"
                        .formatted(
                            rows.by().name().toLowerCase(Locale.ROOT), json(rows.columns()))));
    overrides.addAll(more);
    return spec.with(overrides);
  }

  /** The value as JSON, which is YAML too. */
  private static String json(Object value) {
    try {
      return new ObjectMapper().writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot write as JSON: " + value, e);
    }
  }
}
