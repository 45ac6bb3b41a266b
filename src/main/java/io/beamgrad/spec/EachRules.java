package io.beamgrad.spec;

import io.beamgrad.data.split.SplitRule;
import java.util.List;
import java.util.Locale;

/** Checks how models by key go together with the other keys of a spec. */
final class EachRules {
  private EachRules() {}

  static void check(JobSpec spec, SpecErrors errors) {
    if (spec.each() == null) {
      return;
    }
    if (spec.data().isIdx()) {
      throw errors.error("each", "is for tables only; idx has images and labels");
    }
    checkColumns(spec, errors);
    checkSplit(spec, errors);
    checkTraining(spec, errors);
  }

  private static void checkColumns(JobSpec spec, SpecErrors errors) {
    String key = spec.each().key();
    if (spec.data().targets().contains(key)) {
      throw errors.error("each.key", "and data.target both name " + key);
    }
    if (key.equals(spec.data().weight())) {
      throw errors.error("each.key", "and data.weight both name " + key);
    }
    if (spec.data().features().equals(List.of(key))) {
      throw errors.error(
          "data.features",
          "must name a column besides each.key, which is no input of its models, was " + key);
    }
  }

  /** Each key needs rows to train on, and to validate on where there are any. */
  private static void checkSplit(JobSpec spec, SpecErrors errors) {
    JobSpec.SplitSpec split = spec.split();
    List<String> key = List.of(spec.each().key());
    if (split.by() == SplitRule.By.STRATIFIED) {
      throw errors.error(
          "split.by", "must be random, or by group, time or column with each, was stratified");
    }
    if (split.columns().equals(key)) {
      throw errors.error(
          "split.by",
          "must not be by each.key, %s, as all rows of a key would be in one split"
              .formatted(spec.each().key()));
    }
    if (split.holdout() != null && split.holdout().keys().equals(key)) {
      throw errors.error(
          "split.holdout.key",
          "must not be each.key, %s, as all rows of a key would be in one split"
              .formatted(spec.each().key()));
    }
  }

  private static void checkTraining(JobSpec spec, SpecErrors errors) {
    if (spec.sweep() != null) {
      throw errors.error(
          "sweep",
          String.format(
              Locale.ROOT,
              "must be null with each, had %,d trials; the job.yaml of the best one may have each",
              spec.sweep().trials()));
    }
    if (spec.folds() != null) {
      throw errors.error("folds", "must be null with each, was " + spec.folds().count());
    }
    if (spec.ensemble().members() > 1) {
      throw errors.error(
          "ensemble.members", "must be 1 with each, was " + spec.ensemble().members());
    }
    if (spec.init() != null) {
      throw errors.error("init", "must be null with each, was " + spec.init());
    }
    if (spec.refit()) {
      boolean isOfPreset =
          spec.preset()
              .map(name -> Preset.of(name).tree(spec.isOfClasses()))
              .filter(recipe -> recipe.path("refit").booleanValue())
              .isPresent();
      throw errors.error(
          "refit",
          "must be false with each, was true"
              + (isOfPreset
                  ? ", which is of the preset %s; say refit: false"
                      .formatted(spec.preset().orElseThrow())
                  : ""));
    }
  }
}
