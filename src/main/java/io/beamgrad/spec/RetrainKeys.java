package io.beamgrad.spec;

import io.beamgrad.metrics.Metric;
import java.util.List;

/** The keys of a job spec below {@code retrain}; none decides what {@code train} makes of it. */
final class RetrainKeys {
  private static final AllowedValues NOT_NEGATIVE =
      AllowedValues.number("of at least 0", x -> x >= 0);
  private static final AllowedValues SHARE =
      AllowedValues.number("in [0, 1]", x -> x >= 0 && x <= 1);
  private static final AllowedValues ANY_SIZE = NOT_NEGATIVE.orNull();
  private static final AllowedValues ANY_SHARE = SHARE.orNull();
  private static final AllowedValues ANY_BOUNDS = AllowedValues.bounds().orNull();

  static final List<SpecKey> ALL =
      List.of(
          key(
              "retrain.select",
              AllowedValues.selection(),
              "all",
              "Which of the files of data.train: all; sinceLast, those that the version in service"
                  + " has not seen; {days: N}, those of the last N days by a folder such as"
                  + " day=2026-11-23 or the date in their names."),
          key(
              "retrain.start",
              AllowedValues.oneOf("cold", "warm"),
              "cold",
              "What the training begins with. cold: weights as the seed draws them, or those of init."
                  + " warm: those of the version in service, with its optimiser's state."),
          key(
              "retrain.epochs",
              AllowedValues.wholeNumber(1, Integer.MAX_VALUE),
              "null",
              "How often a warm start goes through the training rows; null is epochs."),
          key(
              "retrain.holdout",
              AllowedValues.number("in (0, 1)", x -> x > 0 && x < 1),
              "0.1",
              "The share of the rows of data.train, by a hash of their identity, that never train or"
                  + " validate and by which models are judged; the same rows while data grows."),
          key(
              "retrain.gate.metric",
              AllowedValues.oneOf(Metric.words()),
              "null",
              "What the challenger and the version in service are compared by; null is accuracy for a"
                  + " cross-entropy, else loss."),
          key(
              "retrain.gate.minGain",
              NOT_NEGATIVE,
              "0.0",
              "By how much the challenger must be better; 0 is by anything at all."),
          key(
              "retrain.gate.maxLoss",
              NOT_NEGATIVE,
              "null",
              "By how much the challenger may be worse; null wants it better."),
          key(
              "retrain.gate.test",
              AllowedValues.oneOf("none", "mcnemar", "bootstrap"),
              "null",
              "What the difference on the same rows must pass, one-sided. mcnemar: of the rows that"
                  + " only one of the two gets right, the challenger has more than chance gives."
                  + " bootstrap: the lower bound of the gain is above 0, or with maxLoss not below"
                  + " -maxLoss. null is mcnemar for accuracy without maxLoss, else bootstrap, and none"
                  + " for rocAuc and r2."),
          key(
              "retrain.gate.confidence",
              AllowedValues.number("in (0.5, 1)", x -> x > 0.5 && x < 1),
              "0.95",
              "Of the test."),
          key(
              "retrain.gate.resamples",
              AllowedValues.wholeNumber(100, 1_000_000),
              "2000",
              "How often the bootstrap draws the rows again."),
          key(
              "retrain.gate.floors",
              AllowedValues.numbersOf(Metric.words()),
              "null",
              "What the challenger must reach whatever the other has, such as {accuracy: 0.9}; of an"
                  + " error (loss, logLoss, mse, mae) the most it may be. A first version is judged by"
                  + " floors alone."),
          key(
              "retrain.gate.classFloors",
              AllowedValues.numbersByNameOf("precision", "recall", "f1"),
              "null",
              "The same of each class: {recall: 0.8}, or by label {recall: {\"3\": 0.7, \"*\": 0.8}},"
                  + " where * is for all others."),
          key(
              "retrain.gate.segment",
              AllowedValues.text(),
              "null",
              "Tables: a feature whose values are the segments of segmentFloors."),
          key(
              "retrain.gate.segmentFloors",
              AllowedValues.numbersByNameOf(Metric.words()),
              "null",
              "The same as floors on the rows of each segment: {accuracy: 0.8}, or by value {accuracy:"
                  + " {north: 0.7, \"*\": 0.8}}."),
          key(
              "retrain.checks.schema",
              AllowedValues.oneOf("warn", "stop"),
              "stop",
              "What to do before training where the columns are not those of the version in service:"
                  + " warn or stop."),
          key(
              "retrain.checks.rows.warn",
              AllowedValues.bounds(),
              "null",
              "Warn where the data have not so many rows, [least, most]; null for no check, here and"
                  + " below."),
          key("retrain.checks.rows.stop", AllowedValues.bounds(), "null", "And where to stop."),
          key(
              "retrain.checks.rowsOfLast.warn",
              ANY_BOUNDS,
              "[0.5, 2]",
              "Rows as a multiple of those of the version in service."),
          key("retrain.checks.rowsOfLast.stop", AllowedValues.bounds(), "null", "The same."),
          key(
              "retrain.checks.rejects.warn",
              ANY_SHARE,
              "0.001",
              "The share of records that may be rejected."),
          key("retrain.checks.rejects.stop", ANY_SHARE, "0.01", "The same."),
          key(
              "retrain.checks.classes.warn",
              ANY_SIZE,
              "0.1",
              "The population stability index of the classes against those of the version in"
                  + " service."),
          key("retrain.checks.classes.stop", ANY_SIZE, "0.25", "The same."),
          key(
              "retrain.checks.psi.warn",
              ANY_SIZE,
              "0.1",
              "The population stability index of each feature, of ten bins, categories or missing"
                  + " values."),
          key("retrain.checks.psi.stop", ANY_SIZE, "0.25", "The same."),
          key(
              "retrain.checks.ks.warn",
              ANY_SHARE,
              "0.1",
              "The Kolmogorov-Smirnov distance of each feature of numbers or times."),
          key("retrain.checks.ks.stop", SHARE, "null", "The same."),
          key(
              "retrain.notify.command",
              AllowedValues.names(),
              "null",
              "A command and its arguments that gets each decision as JSON on its standard input."),
          key(
              "retrain.notify.webhook",
              AllowedValues.webAddress(),
              "null",
              "An address that each decision is posted to as JSON."),
          key(
                  "retrain.notify.timeout",
                  AllowedValues.wholeNumber(1, 3600),
                  "30",
                  "Seconds that each of the two may take.")
              .to(Place.field("timeoutSeconds")),
          key(
              "retrain.prometheus",
              AllowedValues.path(),
              "null",
              "A file for the text-file collector of Prometheus's node exporter."));

  private RetrainKeys() {}

  private static SpecKey key(String name, AllowedValues allowed, String fallback, String meaning) {
    return new SpecKey(name, allowed, fallback, false, meaning);
  }
}
