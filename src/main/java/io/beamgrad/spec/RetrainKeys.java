package io.beamgrad.spec;

import static io.beamgrad.spec.AllowedValues.bounds;
import static io.beamgrad.spec.AllowedValues.holdout;
import static io.beamgrad.spec.AllowedValues.names;
import static io.beamgrad.spec.AllowedValues.number;
import static io.beamgrad.spec.AllowedValues.numbersByNameOf;
import static io.beamgrad.spec.AllowedValues.numbersOf;
import static io.beamgrad.spec.AllowedValues.oneOf;
import static io.beamgrad.spec.AllowedValues.path;
import static io.beamgrad.spec.AllowedValues.selection;
import static io.beamgrad.spec.AllowedValues.text;
import static io.beamgrad.spec.AllowedValues.webAddress;
import static io.beamgrad.spec.AllowedValues.wholeNumber;
import static io.beamgrad.spec.AllowedValues.words;

import io.beamgrad.metrics.Metric;
import java.util.List;

/** The keys of a job spec below {@code retrain}; none decides what {@code train} makes of it. */
final class RetrainKeys {
  private static final AllowedValues NOT_NEGATIVE = number("of at least 0", x -> x >= 0);
  private static final AllowedValues SHARE = number("in [0, 1]", x -> x >= 0 && x <= 1);
  private static final AllowedValues ANY_SIZE = NOT_NEGATIVE.orNull();
  private static final AllowedValues ANY_SHARE = SHARE.orNull();
  private static final AllowedValues ANY_BOUNDS = bounds().orNull();

  static final List<SpecKey> ALL =
      List.of(
          key("retrain.select", selection("all", "sinceLast"), "all")
              .means(
                  "Which of the files of data.train: all; sinceLast, those that the version in service"
                      + " has not seen; {days: N}, those of the last N days by the date in their path, such"
                      + " as day=2026-11-23, year=2026/month=11/day=23, 2026/11/23 or 20261123."),
          key("retrain.start", oneOf("cold", "warm"), "cold")
              .means(
                  "What the training begins with. cold: weights as the seed draws them, or those of init."
                      + " warm: those of the version in service, with its optimiser's state."),
          key("retrain.epochs", wholeNumber(1, Integer.MAX_VALUE), "null")
              .means("How often a warm start goes through the training rows; null is epochs."),
          key("retrain.holdout", holdout(), "0.1")
              .means(
                  "The share of the rows of data.train that never train or validate and by which models are"
                      + " judged, by a hash of what names them; the same rows while data grows. {share: 0.1,"
                      + " key: COLUMNS}: rows of equal keys are held out together. {share: 0.1, by: rows} is"
                      + " by file and record, by: content by the values of features and target. Where"
                      + " nothing is said: the groups of split.by, the key of data.jdbc, what the version in"
                      + " service goes by, or for a first version content where rows of one file differ,"
                      + " else rows."),
          key("retrain.gate.metric", oneOf(Metric.words()), "null")
              .means(
                  "What the challenger and the version in service are compared by; null is accuracy for a"
                      + " cross-entropy, else loss."),
          key("retrain.gate.minGain", NOT_NEGATIVE, "0.0")
              .means("By how much the challenger must be better; 0 is by anything at all."),
          key("retrain.gate.maxLoss", NOT_NEGATIVE, "null")
              .means("By how much the challenger may be worse; null wants it better."),
          key("retrain.gate.test", oneOf("none", "mcnemar", "bootstrap"), "null")
              .means(
                  "What the difference on the same rows must pass, one-sided. mcnemar: of the rows that"
                      + " only one of the two gets right, the challenger has more than chance gives."
                      + " bootstrap: the lower bound of the gain is above 0, or with maxLoss not below"
                      + " -maxLoss. null is mcnemar for accuracy without maxLoss and data.weight, else"
                      + " bootstrap, and none for rocAuc and r2. Where rows are held out by group or key,"
                      + " groups are drawn whole, and a bootstrap takes the place of mcnemar."),
          key("retrain.gate.confidence", number("in (0.5, 1)", x -> x > 0.5 && x < 1), "0.95")
              .means("Of the test."),
          key("retrain.gate.resamples", wholeNumber(100, 1_000_000), "2000")
              .means("How often the bootstrap draws the rows, or their groups, again."),
          key("retrain.gate.of", selection("fresh", "all").orNull(), "null")
              .means(
                  "Whose held-out rows judge: fresh, those of files that the version in service has not"
                      + " seen, or where they are fewer than rows those of all selected files; {days: N},"
                      + " those of files of the last N days; all. null is the days of select, else fresh.")
              .later(),
          key("retrain.gate.rows", wholeNumber(1, Integer.MAX_VALUE), "null")
              .means(
                  "How many held-out rows, which none of the models has trained on, it takes to judge;"
                      + " with fewer nothing is published. null is 30, and for a first version 1.")
              .later(),
          key("retrain.gate.floors", numbersOf(Metric.words()), "null")
              .means(
                  "What the challenger must reach whatever the other has, such as {accuracy: 0.9}; of an"
                      + " error (loss, logLoss, mse, mae) the most it may be. A first version is judged by"
                      + " floors alone."),
          key("retrain.gate.classFloors", numbersByNameOf("precision", "recall", "f1"), "null")
              .means(
                  "The same of each class: {recall: 0.8}, or by label {recall: {\"3\": 0.7, \"*\": 0.8}},"
                      + " where * is for all others."),
          key("retrain.gate.unknown", ANY_SHARE, "0.05")
              .later()
              .means(
                  "The share of the holdout's rows that may be of classes that the challenger's training"
                      + " rows do not have; such rows are wrong in accuracy and in no loss. null for no"
                      + " limit."),
          key("retrain.gate.segment", text(), "null")
              .means(
                  "Tables: a feature, or each.key, whose values are the segments of segmentFloors."),
          key("retrain.gate.segmentFloors", numbersByNameOf(Metric.words()), "null")
              .means(
                  "The same as floors on the rows of each segment: {accuracy: 0.8}, or by value {accuracy:"
                      + " {north: 0.7, \"*\": 0.8}}."),
          key("retrain.checks.schema", oneOf("warn", "stop"), "stop")
              .means(
                  "What to do before training where the columns are not those of the version in service:"
                      + " warn or stop."),
          key("retrain.checks.rows.warn", bounds(), "null")
              .means(
                  "Warn where the data have not so many rows, [least, most]; null for no check, here and"
                      + " below."),
          key("retrain.checks.rows.stop", bounds(), "null").means("And where to stop."),
          key("retrain.checks.rowsOfLast.warn", ANY_BOUNDS, "[0.5, 2]")
              .means("Rows as a multiple of those of the version in service."),
          key("retrain.checks.rowsOfLast.stop", bounds(), "null").means("The same."),
          key("retrain.checks.rejects.warn", ANY_SHARE, "0.001")
              .means("The share of records that may be rejected."),
          key("retrain.checks.rejects.stop", ANY_SHARE, "0.01").means("The same."),
          key("retrain.checks.classes.warn", ANY_SIZE, "0.1")
              .means(
                  "The population stability index of the classes against those of the version in"
                      + " service."),
          key("retrain.checks.classes.stop", ANY_SIZE, "0.25").means("The same."),
          key("retrain.checks.psi.warn", NOT_NEGATIVE.byColumn(0.1), "0.1")
              .means(
                  "The population stability index of each column, of ten bins, categories or missing"
                      + " values; or by column {\"*\": 0.1, age: null}, where * is for all others, and"
                      + " their default where it is left out. Dates are compared by hour of day, weekday"
                      + " and month."),
          key("retrain.checks.psi.stop", NOT_NEGATIVE.byColumn(0.25), "0.25")
              .means("The same. What grows with time only warns."),
          key("retrain.checks.ks.warn", SHARE.byColumn(0.1), "0.1")
              .means("The Kolmogorov-Smirnov distance of each column of numbers; or by column."),
          key("retrain.checks.ks.stop", SHARE.byColumn(null), "null").means("The same."),
          key("retrain.checks.decay.warn", ANY_SIZE, "0.1")
              .means(
                  "The share of its score that the version in service has lost on fresh held-out rows since"
                      + " it was published: 0.1 is an accuracy of 0.81 after 0.9, or a loss of 0.22 after 0.2.")
              .later(),
          key("retrain.checks.decay.stop", ANY_SIZE, "null").means("The same.").later(),
          key("retrain.checks.duplicates.warn", ANY_SHARE, "0.1")
              .later()
              .means(
                  "The share of the rows that are copies of another row of the same day, or of the same"
                      + " file where its path has no day; copies across days do not count."),
          key("retrain.checks.duplicates.stop", ANY_SHARE, "null").later().means("The same."),
          key("retrain.notify.command", names(), "null")
              .means(
                  "A command and its arguments that gets each decision, and each failure, as JSON on its"
                      + " standard input."),
          key("retrain.notify.webhook", webAddress(), "null")
              .means("An address that the same is posted to."),
          key("retrain.notify.timeout", wholeNumber(1, 3600), "30")
              .means("Seconds that each of the two may take, the whole answer included.")
              .to("timeoutSeconds"),
          key(
                  "retrain.notify.on",
                  words(RetrainSpec.Notification.Event.class, List.of("decision", "failure")),
                  "null")
              .means(
                  "What they are told of: decision (published, not better, stopped by a check),"
                      + " failure (exit codes 1 and 2, a crash, the schedule's time limit); null is"
                      + " both.")
              .later(),
          key("retrain.prometheus", path(), "null")
              .means("A file for the text-file collector of Prometheus's node exporter."));

  private RetrainKeys() {}

  private static SpecKey key(String name, AllowedValues allowed, String fallback) {
    return new SpecKey(name, allowed, fallback, false);
  }
}
