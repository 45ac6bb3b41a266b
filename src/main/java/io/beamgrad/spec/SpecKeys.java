package io.beamgrad.spec;

import static io.beamgrad.spec.SpecKey.REQUIRED;

import io.beamgrad.data.formats.Format;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Every key of a job spec. Validation, defaults, {@code --set}, {@code job.yaml}, the fingerprint
 * and {@code beamgrad explain} follow from this one table.
 */
public final class SpecKeys {
  private static final AllowedValues NOT_NEGATIVE =
      AllowedValues.number("of at least 0", x -> x >= 0);
  private static final AllowedValues BELOW_ONE =
      AllowedValues.number("in [0, 1)", x -> x >= 0 && x < 1);
  private static final AllowedValues POSITIVE = AllowedValues.number("above 0", x -> x > 0);
  private static final AllowedValues POSITIVE_FLOAT =
      AllowedValues.numberAsFloat("above 0", x -> x > 0);
  private static final AllowedValues SHARE =
      AllowedValues.number("in [0, 1]", x -> x >= 0 && x <= 1);
  private static final AllowedValues COUNT = AllowedValues.wholeNumber(1, Integer.MAX_VALUE);
  private static final AllowedValues LENGTH = AllowedValues.wholeNumber(1, Long.MAX_VALUE);

  private static final List<SpecKey> OF_TRAINING =
      List.of(
          free("name", AllowedValues.name(), "null", "The job's name; null is the file's name."),
          key(
              "seed",
              AllowedValues.wholeNumber(),
              "42",
              "Seed of the initial weights and of the order of rows in each epoch."),
          key(
              "data.format",
              AllowedValues.oneOf(Format.words().toArray(String[]::new)),
              "null",
              "The format of the files: tsv is csv with tabs, jsonl one JSON object a line; null tells"
                  + " it by each file's suffix."),
          free(
              "data.dir",
              AllowedValues.text(),
              REQUIRED,
              "The folder below which files have their identity."),
          key(
              "data.train",
              AllowedValues.nameOrNames(),
              REQUIRED,
              "What to train on, and what split takes validation and test rows from, below data.dir: a"
                  + " file, a glob, a folder, or a list of them. idx: NAME of NAME-images-idx3-ubyte"
                  + " and NAME-labels-idx1-ubyte. Of a file packed by gzip, zstd or bzip2 its suffix"
                  + " may be left out."),
          key(
              "data.validation",
              AllowedValues.nameOrNames(),
              "null",
              "What to validate on, named like data.train; null takes the share split.validation of"
                  + " data.train."),
          key(
              "data.test",
              AllowedValues.nameOrNames(),
              "null",
              "What to test on at the end, named like data.train; null takes the share split.test of"
                  + " data.train."),
          key(
              "data.csv.delimiter",
              AllowedValues.character(),
              "null",
              "The character between fields; null is a tab in .tsv files and a comma in others."),
          key("data.csv.quote", AllowedValues.character(), "'\"'", "The character around fields."),
          key(
              "data.csv.header",
              AllowedValues.flag(),
              "true",
              "The first line names the columns; without it they are c1, c2, ...."),
          key(
              "data.csv.encoding",
              AllowedValues.charset(),
              "UTF-8",
              "The encoding of the text, as Java's charsets are named."),
          key(
              "data.csv.comment",
              AllowedValues.character(),
              "null",
              "Lines that start with this character are comments; null for none."),
          key(
              "data.features",
              AllowedValues.names(),
              "null",
              "Tables: the columns to predict from: names and globs such as income*, whose columns are"
                  + " sorted by name; a leading ! takes away, as in [\"*\", \"!id\"]. Target and weight are"
                  + " never in a glob."),
          key(
              "data.target",
              AllowedValues.nameOrNames(),
              "null",
              "Tables: the column or columns to predict; numbers, or with a cross-entropy one class."),
          key(
              "data.weight",
              AllowedValues.text(),
              "null",
              "Tables: the column of what each row counts, a number of at least 0; null is 1."),
          key(
              "data.columns",
              AllowedValues.keys("a map of names or globs to kinds"),
              "",
              "Tables: the kinds of features, such as {city: category}; the first that fits a name"
                  + " counts. Others are what the format says, or else numbers."),
          key(
              "data.columns.number",
              AllowedValues.keys("a kind of column"),
              "",
              "A number; clipped, then its logarithm taken, then scaled."),
          key(
              "data.columns.number.scale",
              AllowedValues.wordOrNumber("above 0", x -> x > 0, "none", "standard", "minmax"),
              "null",
              "As data.scale, which null is."),
          key(
              "data.columns.number.log",
              AllowedValues.flag(),
              "false",
              "Take ln(1 + x), below 0 -ln(1 - x)."),
          key(
              "data.columns.number.clip",
              AllowedValues.bounds(),
              "null",
              "Numbers beyond become the bound, such as [0, 100] or [0, null]."),
          key(
              "data.columns.number.missing",
              AllowedValues.wordOrNumber("", x -> true, "reject", "mean", "median"),
              "reject",
              "What becomes of a missing one: the row is rejected, or it gets the mean or median of the"
                  + " training rows (the median to 1/128), or a number."),
          key(
              "data.columns.number.indicator",
              AllowedValues.flag(),
              "false",
              "Add an input that is 1 where the number is missing."),
          key(
              "data.columns.category",
              AllowedValues.keys("a kind of column"),
              "",
              "A text that is one of some: an input for each that the training rows have, and one for"
                  + " all that they do not have."),
          key(
              "data.columns.category.minCount",
              LENGTH,
              "1",
              "Categories of fewer training rows share one input."),
          key(
              "data.columns.category.most",
              COUNT,
              "null",
              "Only so many of the most frequent categories have an input of their own, ties by name;"
                  + " the others share one."),
          key(
              "data.columns.category.hash",
              COUNT,
              "null",
              "Texts share so many inputs by their hash; nothing is learned."),
          key(
              "data.columns.category.missing",
              AllowedValues.text(),
              "reject",
              "reject, own for an input of its own, or the text that stands for it."),
          key(
              "data.columns.boolean",
              AllowedValues.keys("a kind of column"),
              "",
              "True or false, as 1 or 0."),
          key(
              "data.columns.boolean.missing",
              AllowedValues.wordOrFlag("reject"),
              "reject",
              "What becomes of a missing one."),
          key(
              "data.columns.boolean.indicator",
              AllowedValues.flag(),
              "false",
              "Add an input that is 1 where it is missing."),
          key("data.columns.date", AllowedValues.keys("a kind of column"), "", "A date or time."),
          key(
              "data.columns.date.pattern",
              AllowedValues.text(),
              "null",
              "Of a text, such as dd.MM.yyyy, as Java's DateTimeFormatter has it; null is ISO 8601."
                  + " A text without a zone is in UTC."),
          key(
              "data.columns.date.parts",
              AllowedValues.words(ColumnTree.partWords()),
              "null",
              "What becomes input: year and epochDays as standardised numbers, the others as sine and"
                  + " cosine of their part of a turn; null is [year, month, day, weekday, hour]."),
          key(
              "data.columns.date.zone",
              AllowedValues.text(),
              "UTC",
              "The time zone in which the parts are looked at, such as Europe/Berlin."),
          key(
              "data.columns.date.missing",
              AllowedValues.oneOf("reject", "zero"),
              "reject",
              "What becomes of a missing one: the row is rejected, or all parts are 0."),
          key(
              "data.columns.date.indicator",
              AllowedValues.flag(),
              "false",
              "Add an input that is 1 where it is missing."),
          key(
              "data.columns.vector",
              AllowedValues.keys("a kind of column"),
              "",
              "So many numbers, each scaled by itself; none may be missing."),
          key(
              "data.columns.vector.size",
              COUNT,
              "null",
              "How many numbers; null is as many as the first record has."),
          key(
              "data.columns.vector.scale",
              AllowedValues.wordOrNumber("above 0", x -> x > 0, "none", "standard", "minmax"),
              "null",
              "As data.scale, which null is."),
          key(
              "data.scale",
              AllowedValues.wordOrNumber("above 0", x -> x > 0, "standard", "minmax"),
              "null",
              "Numbers and images are divided by this; standard gives mean 0 and deviation 1, minmax"
                  + " [0, 1], as learned from the training rows; null takes them as they are."),
          free(
              "data.maxRejects",
              SHARE,
              "0.01",
              "The share of records that may be rejected before the job fails."),
          free(
              "data.generate.digits",
              AllowedValues.wholeNumber(10, 100_000_000),
              "null",
              "Where data.dir has no such files, draw so many handwritten digits into it first."),
          free("data.generate.seed", AllowedValues.wholeNumber(), "1", "Seed of the drawn digits."),
          key(
              "split.validation",
              BELOW_ONE,
              "0.2",
              "The share of the rows to validate on, rounded down to whole rows; 0 where left out and"
                  + " data.validation or the column of split.by says what validates."),
          key(
              "split.test",
              BELOW_ONE,
              "0.0",
              "The share of the rows to test on, rounded down to whole rows."),
          key(
              "split.by",
              AllowedValues.splitBy(),
              "random",
              "What decides. random: the shares of all rows, exactly. stratified: those of each"
                  + " class, exactly. group: rows of one value stay together, so the shares are"
                  + " approximate. time: the last rows by a column of ISO dates, times or numbers"
                  + " test, those before them validate, at most the shares; rows of one time stay"
                  + " together. column: its value is train, validation (or valid, val, dev) or test;"
                  + " other rows are held out."),
          key(
              "split.seed",
              AllowedValues.wholeNumber(),
              "null",
              "Seed of the split and of the order of the data; null is the job's."),
          key(
              "split.holdout.share",
              BELOW_ONE,
              "0.0",
              "The share of the rows that neither train, validate nor test, by a hash of salt, file and"
                  + " record, or of salt and group: the same rows while data grows. retrain sets both."),
          key(
              "split.holdout.salt",
              AllowedValues.text(),
              "null",
              "What the hash of the holdout begins with."),
          key(
              "model.flatten",
              AllowedValues.keys("a layer"),
              "",
              "Makes each row one-dimensional."),
          key("model.linear", AllowedValues.keys("a layer"), "", "Fully connected, y = x W^T + b."),
          key("model.linear.out", COUNT, REQUIRED, "The size of each output row."),
          key("model.relu", AllowedValues.keys("a layer"), "", "max(x, 0)."),
          key("model.tanh", AllowedValues.keys("a layer"), "", "tanh(x)."),
          key("model.sigmoid", AllowedValues.keys("a layer"), "", "1 / (1 + exp(-x))."),
          key(
              "model.dropout",
              AllowedValues.keys("a layer"),
              "",
              "In training zeros at random, and all else is scaled by 1 / (1 - p)."),
          key("model.dropout.p", BELOW_ONE, "0.5", "The share of zeros."),
          key(
              "loss.cross_entropy",
              AllowedValues.keys("a loss"),
              "",
              "The cross-entropy of a class; the model has one output a class."),
          key(
              "loss.cross_entropy.labelSmoothing",
              SHARE,
              "0.0",
              "The share of each target that is spread over all classes."),
          key(
              "loss.cross_entropy.classWeights",
              AllowedValues.numbersAsFloats("above 0 each", x -> x > 0),
              "null",
              "What a row of each class counts, in the order of the labels: of numbers where all are,"
                  + " otherwise of texts; null for 1."),
          key(
              "loss.binary_cross_entropy",
              AllowedValues.keys("a loss"),
              "",
              "The cross-entropy of one of two classes; the model has one output, of which the"
                  + " sigmoid is the probability of the second label, sorted: of 0 and 1 that of"
                  + " 1."),
          key("loss.mse", AllowedValues.keys("a loss"), "", "The mean of squared errors."),
          key("loss.l1", AllowedValues.keys("a loss"), "", "The mean of absolute errors."),
          key(
              "loss.huber",
              AllowedValues.keys("a loss"),
              "",
              "The mean of half the squared error up to delta, and of a straight line beyond."),
          key("loss.huber.delta", POSITIVE_FLOAT, "1.0", "Where the line begins."),
          key(
              "optimizer.sgd",
              AllowedValues.keys("an optimiser"),
              "",
              "Stochastic gradient descent as torch.optim.SGD defines it."),
          key("optimizer.sgd.lr", POSITIVE, "0.001", "Learning rate."),
          key("optimizer.sgd.momentum", BELOW_ONE, "0.0", "Momentum."),
          key("optimizer.sgd.nesterov", AllowedValues.flag(), "false", "Nesterov momentum."),
          key("optimizer.sgd.weightDecay", NOT_NEGATIVE, "0.0", "L2 penalty."),
          key(
              "optimizer.adam",
              AllowedValues.keys("an optimiser"),
              "",
              "Adam as torch.optim.Adam defines it."),
          key("optimizer.adam.lr", POSITIVE, "0.001", "Learning rate."),
          key("optimizer.adam.beta1", BELOW_ONE, "0.9", "Decay of the mean of gradients."),
          key("optimizer.adam.beta2", BELOW_ONE, "0.999", "Decay of the mean of their squares."),
          key("optimizer.adam.eps", POSITIVE, "1.0e-8", "Added to the denominator."),
          key("optimizer.adam.weightDecay", NOT_NEGATIVE, "0.0", "L2 penalty."),
          key(
              "optimizer.adamw",
              AllowedValues.keys("an optimiser"),
              "",
              "AdamW as torch.optim.AdamW defines it."),
          key("optimizer.adamw.lr", POSITIVE, "0.001", "Learning rate."),
          key("optimizer.adamw.beta1", BELOW_ONE, "0.9", "Decay of the mean of gradients."),
          key("optimizer.adamw.beta2", BELOW_ONE, "0.999", "Decay of the mean of their squares."),
          key("optimizer.adamw.eps", POSITIVE, "1.0e-8", "Added to the denominator."),
          key("optimizer.adamw.weightDecay", NOT_NEGATIVE, "0.01", "Decay of the weights."),
          key(
              "schedule.per",
              AllowedValues.oneOf("epoch", "step"),
              "epoch",
              "When the learning rate changes, and what the schedule's sizes and lengths count."),
          key(
              "schedule.warmUp",
              AllowedValues.keys("a warm-up"),
              "",
              "A straight line up to the learning rate, as LinearLR; a decay begins after it."),
          key("schedule.warmUp.length", LENGTH, REQUIRED, "How long it takes."),
          key(
              "schedule.warmUp.start",
              AllowedValues.number("in (0, 1]", x -> x > 0 && x <= 1),
              "0.3333333333333333",
              "The share of the learning rate that it begins with."),
          key(
              "schedule.step",
              AllowedValues.keys("a decay"),
              "",
              "Times gamma each size, as StepLR."),
          key("schedule.step.size", LENGTH, REQUIRED, "How long a rate stays."),
          key("schedule.step.gamma", POSITIVE, "0.1", "What the rate is multiplied by."),
          key(
              "schedule.exponential",
              AllowedValues.keys("a decay"),
              "",
              "Times gamma each epoch or step, as ExponentialLR."),
          key("schedule.exponential.gamma", POSITIVE, REQUIRED, "What the rate is multiplied by."),
          key(
              "schedule.cosine",
              AllowedValues.keys("a decay"),
              "",
              "Half a cosine from the learning rate to min, and up again, as CosineAnnealingLR."),
          key(
              "schedule.cosine.length",
              LENGTH,
              "null",
              "How long it takes; null is all of the training after the warm-up. A run can then"
                  + " not be continued with another number of epochs."),
          key("schedule.cosine.min", NOT_NEGATIVE, "0.0", "The rate after that length."),
          key(
              "clipGradNorm",
              POSITIVE,
              "null",
              "Gradients are scaled down to this norm of all of them together, after penalties;"
                  + " null for no bound."),
          key("penalty.l1", NOT_NEGATIVE, "0.0", "So much times the sum of |w| is minimised too."),
          key("penalty.l2", NOT_NEGATIVE, "0.0", "And so much times half the sum of w^2."),
          key(
              "earlyStopping.patience",
              COUNT,
              "null",
              "Training ends after so many epochs without a better validation loss, and the weights"
                  + " of the best trained epoch are the model; null trains all and keeps the last."),
          key(
              "earlyStopping.minDelta",
              NOT_NEGATIVE,
              "0.0",
              "By how much a validation loss must be lower to be better."),
          key("batch", COUNT, "100", "Rows in a batch; the last of an epoch may have fewer."),
          free("epochs", COUNT, "10", "How often the training rows are gone through."),
          key(
              "init",
              AllowedValues.text(),
              "null",
              "A model.avro or .safetensors file of weights to start from; null draws them as PyTorch"
                  + " does."),
          key(
              "shuffle.full",
              AllowedValues.wholeNumber(0, Long.MAX_VALUE),
              "4000000",
              "Up to so many training rows, and 48 MB of them, are permuted as a whole each epoch;"
                  + " more, in runs of 4 MB, five of which are shuffled together."),
          free(
              "blockCache",
              AllowedValues.wholeNumber(1, 1 << 20),
              "256",
              "Memory for training rows in each Java process, in MB; below 64 is slow where the rows"
                  + " take more."),
          free("sinks.csv", AllowedValues.flag(), "true", "Write metrics.csv beside metrics.avro."),
          free(
              "sinks.tensorboard",
              AllowedValues.flag(),
              "false",
              "Write the metrics as TensorBoard's event files too, in the folder tensorboard."));

  public static final List<SpecKey> ALL =
      Stream.concat(OF_TRAINING.stream(), RetrainKeys.ALL.stream()).toList();

  private SpecKeys() {}

  /** The key of that full dotted name. */
  static Optional<SpecKey> find(String name) {
    return ALL.stream().filter(key -> key.name().equals(name)).findFirst();
  }

  /** The names directly below a prefix, in the table's order; "" is the top. */
  static Set<String> below(String prefix) {
    String start = prefix.isEmpty() ? "" : prefix + ".";
    Set<String> names = new LinkedHashSet<>();
    for (SpecKey key : ALL) {
      if (key.name().startsWith(start)) {
        names.add(key.name().substring(start.length()).replaceFirst("\\..*", ""));
      }
    }
    return names;
  }

  private static SpecKey key(String name, AllowedValues allowed, String fallback, String meaning) {
    return new SpecKey(name, allowed, fallback, true, meaning);
  }

  /** A key that leaves weights and measurements as they are. */
  private static SpecKey free(String name, AllowedValues allowed, String fallback, String meaning) {
    return new SpecKey(name, allowed, fallback, false, meaning);
  }
}
