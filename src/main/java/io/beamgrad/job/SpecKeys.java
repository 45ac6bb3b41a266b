package io.beamgrad.job;

import static io.beamgrad.job.SpecKey.REQUIRED;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Every key of a job spec. Validation, defaults, {@code --set}, {@code job.yaml}, the fingerprint
 * and {@code beamgrad explain} follow from this one table.
 */
final class SpecKeys {
  private static final Allowed LEARNING_RATE = Allowed.number("above 0", x -> x > 0);
  private static final Allowed NOT_NEGATIVE = Allowed.number("of at least 0", x -> x >= 0);
  private static final Allowed BELOW_ONE = Allowed.number("in [0, 1)", x -> x >= 0 && x < 1);
  private static final Allowed SHARE = Allowed.number("in [0, 1]", x -> x >= 0 && x <= 1);
  private static final Allowed COUNT = Allowed.wholeNumber(1, Integer.MAX_VALUE);

  static final List<SpecKey> ALL =
      List.of(
          free("name", Allowed.name(), "null", "The job's name; null is the file's name."),
          key(
              "seed",
              Allowed.wholeNumber(),
              "42",
              "Seed of the initial weights and of the order of rows in each epoch."),
          key("data.format", Allowed.oneOf("idx", "csv"), REQUIRED, "The format of the files."),
          free(
              "data.dir",
              Allowed.text(),
              REQUIRED,
              "The folder below which files have their identity."),
          key(
              "data.train",
              Allowed.text(),
              REQUIRED,
              "What to train and validate on. idx: NAME of NAME-images-idx3-ubyte[.gz] and"
                  + " NAME-labels-idx1-ubyte[.gz]. csv: a file or a glob below data.dir."),
          key(
              "data.test",
              Allowed.text(),
              "null",
              "What to test on at the end, named like data.train; null tests on nothing."),
          key("data.features", Allowed.names(), "null", "csv: the columns to predict from."),
          key(
              "data.target",
              Allowed.nameOrNames(),
              "null",
              "csv: the column or columns to predict; numbers, or with cross_entropy one class."),
          key(
              "data.scale",
              Allowed.number("above 0", x -> x > 0),
              "null",
              "Features are divided by this; null takes them as they are."),
          key(
              "data.standardise",
              Allowed.flag(),
              "false",
              "Features get mean 0 and deviation 1, as learned from the training rows."),
          free(
              "data.maxRejects",
              SHARE,
              "0.01",
              "The share of records that may be rejected before the job fails."),
          free(
              "data.generate.digits",
              Allowed.wholeNumber(10, 100_000_000),
              "null",
              "Where data.dir has no such files, draw so many handwritten digits into it first."),
          free("data.generate.seed", Allowed.wholeNumber(), "1", "Seed of the drawn digits."),
          key(
              "split.validation",
              BELOW_ONE,
              "0.2",
              "The share of the rows to validate on, rounded down to whole rows."),
          key(
              "split.seed",
              Allowed.wholeNumber(),
              "null",
              "Seed of the split and of the order of the data; null is the job's."),
          key("model.flatten", Allowed.keys("a layer"), "", "Makes each row one-dimensional."),
          key("model.linear", Allowed.keys("a layer"), "", "Fully connected, y = x W^T + b."),
          key("model.linear.out", COUNT, REQUIRED, "The size of each output row."),
          key("model.relu", Allowed.keys("a layer"), "", "max(x, 0)."),
          key(
              "loss",
              Allowed.oneOf("cross_entropy", "mse"),
              REQUIRED,
              "The mean over a batch of the cross-entropy of a class, or of squared errors."),
          key(
              "optimizer.sgd",
              Allowed.keys("an optimiser"),
              "",
              "Stochastic gradient descent as torch.optim.SGD defines it."),
          key("optimizer.sgd.lr", LEARNING_RATE, "0.001", "Learning rate."),
          key("optimizer.sgd.momentum", BELOW_ONE, "0.0", "Momentum."),
          key("optimizer.sgd.nesterov", Allowed.flag(), "false", "Nesterov momentum."),
          key("optimizer.sgd.weightDecay", NOT_NEGATIVE, "0.0", "L2 penalty."),
          key(
              "optimizer.adam",
              Allowed.keys("an optimiser"),
              "",
              "Adam as torch.optim.Adam defines it."),
          key("optimizer.adam.lr", LEARNING_RATE, "0.001", "Learning rate."),
          key("optimizer.adam.beta1", BELOW_ONE, "0.9", "Decay of the mean of gradients."),
          key("optimizer.adam.beta2", BELOW_ONE, "0.999", "Decay of the mean of their squares."),
          key("optimizer.adam.eps", LEARNING_RATE, "1.0e-8", "Added to the denominator."),
          key("optimizer.adam.weightDecay", NOT_NEGATIVE, "0.0", "L2 penalty."),
          key("batch", COUNT, "100", "Rows in a batch; the last of an epoch may have fewer."),
          free("epochs", COUNT, "10", "How often the training rows are gone through."),
          key(
              "init",
              Allowed.text(),
              "null",
              "A model.avro to start from; null draws weights as PyTorch does."),
          key(
              "shuffle.full",
              Allowed.wholeNumber(0, Long.MAX_VALUE),
              "4000000",
              "Up to so many training rows, and 48 MB of them, are permuted as a whole each epoch;"
                  + " more, in runs of 4 MB, five of which are shuffled together."),
          free(
              "blockCache",
              Allowed.wholeNumber(1, 1 << 20),
              "256",
              "Memory for training rows in each Java process, in MB; below 64 is slow where the rows"
                  + " take more."),
          free("sinks.csv", Allowed.flag(), "true", "Write metrics.csv beside metrics.avro."));

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

  private static SpecKey key(String name, Allowed allowed, String fallback, String meaning) {
    return new SpecKey(name, allowed, fallback, true, meaning);
  }

  /** A key that leaves weights and measurements as they are. */
  private static SpecKey free(String name, Allowed allowed, String fallback, String meaning) {
    return new SpecKey(name, allowed, fallback, false, meaning);
  }
}
