package io.beamgrad.spec;

import static io.beamgrad.spec.AllowedValues.bounds;
import static io.beamgrad.spec.AllowedValues.character;
import static io.beamgrad.spec.AllowedValues.charset;
import static io.beamgrad.spec.AllowedValues.crosses;
import static io.beamgrad.spec.AllowedValues.flag;
import static io.beamgrad.spec.AllowedValues.foldsBy;
import static io.beamgrad.spec.AllowedValues.keys;
import static io.beamgrad.spec.AllowedValues.name;
import static io.beamgrad.spec.AllowedValues.nameOrNames;
import static io.beamgrad.spec.AllowedValues.names;
import static io.beamgrad.spec.AllowedValues.number;
import static io.beamgrad.spec.AllowedValues.numberAsFloat;
import static io.beamgrad.spec.AllowedValues.numbersAsFloats;
import static io.beamgrad.spec.AllowedValues.oneOf;
import static io.beamgrad.spec.AllowedValues.outputs;
import static io.beamgrad.spec.AllowedValues.path;
import static io.beamgrad.spec.AllowedValues.place;
import static io.beamgrad.spec.AllowedValues.preset;
import static io.beamgrad.spec.AllowedValues.splitBy;
import static io.beamgrad.spec.AllowedValues.text;
import static io.beamgrad.spec.AllowedValues.wholeNumber;
import static io.beamgrad.spec.AllowedValues.wordOrFlag;
import static io.beamgrad.spec.AllowedValues.wordOrNumber;
import static io.beamgrad.spec.AllowedValues.words;
import static io.beamgrad.spec.SpecKey.REQUIRED;

import io.beamgrad.data.formats.Format;
import io.beamgrad.data.split.FoldRule;
import io.beamgrad.metrics.Metric;
import io.beamgrad.model.TextCheck;
import io.beamgrad.optim.Schedule;
import io.beamgrad.schema.Adam;
import io.beamgrad.schema.BatchNormLayer;
import io.beamgrad.schema.BinaryCrossEntropy;
import io.beamgrad.schema.BooleanPreparation;
import io.beamgrad.schema.CategoryPreparation;
import io.beamgrad.schema.CosineDecay;
import io.beamgrad.schema.CosineLogDecay;
import io.beamgrad.schema.CrossEntropy;
import io.beamgrad.schema.DatePart;
import io.beamgrad.schema.DatePreparation;
import io.beamgrad.schema.DropoutLayer;
import io.beamgrad.schema.ExponentialDecay;
import io.beamgrad.schema.FlattenLayer;
import io.beamgrad.schema.GeluLayer;
import io.beamgrad.schema.Huber;
import io.beamgrad.schema.LayerNormLayer;
import io.beamgrad.schema.LeakyReluLayer;
import io.beamgrad.schema.LinearLayer;
import io.beamgrad.schema.MeanAbsoluteError;
import io.beamgrad.schema.MeanSquaredError;
import io.beamgrad.schema.MishLayer;
import io.beamgrad.schema.NumberPreparation;
import io.beamgrad.schema.Quantile;
import io.beamgrad.schema.ReluLayer;
import io.beamgrad.schema.ScaleLayer;
import io.beamgrad.schema.SeluLayer;
import io.beamgrad.schema.Sgd;
import io.beamgrad.schema.SigmoidLayer;
import io.beamgrad.schema.SiluLayer;
import io.beamgrad.schema.StepDecay;
import io.beamgrad.schema.TanhLayer;
import io.beamgrad.schema.TextPreparation;
import io.beamgrad.schema.WarmUp;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecordBase;

/**
 * Every key of a job spec. Validation, defaults, {@code --set}, the records of the plan, {@code
 * job.yaml}, the fingerprint and {@code beamgrad explain} follow from this one table. The default
 * of a key never changes, and a new key is {@link SpecKey#later}: fingerprints of before stay.
 */
public final class SpecKeys {
  private static final AllowedValues NOT_NEGATIVE = number("of at least 0", x -> x >= 0);
  private static final AllowedValues BELOW_ONE = number("in [0, 1)", x -> x >= 0 && x < 1);
  private static final AllowedValues POSITIVE = number("above 0", x -> x > 0);
  private static final AllowedValues POSITIVE_FLOAT = numberAsFloat("above 0", x -> x > 0);
  private static final AllowedValues SHARE = number("in [0, 1]", x -> x >= 0 && x <= 1);
  private static final AllowedValues INSIDE = number("above 0 and below 1", x -> x > 0 && x < 1);
  private static final AllowedValues COUNT = wholeNumber(1, Integer.MAX_VALUE);
  private static final AllowedValues LENGTH = wholeNumber(1, Long.MAX_VALUE);
  private static final int MOST_MEMBERS = 1000;

  private static final Place SCALE = Place.wordOr("scale", "divide", "divisor", 1.0);

  private static final List<SpecKey> OF_TRAINING =
      List.of(
          free("name", name(), "null").means("The job's name; null is the file's name."),
          free("preset", preset(), "null")
              .later()
              .means(
                  "Tables: a recipe whose keys those of the spec lie over, one by one; explain --preset NAME"
                      + " prints them. A run's job.yaml has them all, and {resolved: NAME} here."),
          key("seed", wholeNumber(), "42")
              .means("Seed of the initial weights and of the order of rows in each epoch."),
          key("data.format", oneOf(Format.words().toArray(String[]::new)), "null")
              .means(
                  "The format of the files: tsv is csv with tabs, jsonl one JSON object a line; null tells"
                      + " it by each file's suffix."),
          free("data.dir", place(), REQUIRED)
              .means(
                  "The folder below which files have their identity: a path, or an address (s3://,"
                      + " gs://, hdfs://)."),
          key("data.train", nameOrNames(), REQUIRED)
              .means(
                  "What to train on, and what split takes validation and test rows from, below data.dir: a"
                      + " file, a glob, a folder, or a list of them. idx: NAME of NAME-images-idx3-ubyte"
                      + " and NAME-labels-idx1-ubyte. Of a file packed by gzip, zstd or bzip2 its suffix"
                      + " may be left out."),
          key("data.validation", nameOrNames(), "null")
              .means(
                  "What to validate on, named like data.train; null takes the share split.validation of"
                      + " data.train."),
          key("data.test", nameOrNames(), "null")
              .means(
                  "What to test on at the end, named like data.train; null takes the share split.test of"
                      + " data.train."),
          key("data.jdbc", keys("a map of url, query, key and more"), "")
              .later()
              .means(
                  "A query of a database whose rows are the table to train on, instead of data.dir and"
                      + " data.train; see pipelines/README.md."),
          free("data.jdbc.url", text(), REQUIRED)
              .later()
              .means(
                  "The address of the database as its JDBC driver has it, such as"
                      + " jdbc:postgresql://HOST/DATABASE, without a password."),
          key("data.jdbc.query", text(), REQUIRED)
              .later()
              .means("One SQL statement that gives rows, in any order."),
          key("data.jdbc.key", text(), REQUIRED)
              .later()
              .means(
                  "The column that names a row, a whole number, a decimal or text: no two rows may have one"
                      + " value. Rows are in its order, and retrain's holdout goes by it."),
          key("data.jdbc.since", text(), "null")
              .later()
              .means(
                  "The column, a whole number, a date or a timestamp, by which rows are new for"
                      + " retrain.select: sinceLast: those above the largest of the last run."),
          free("data.jdbc.user", text(), "null")
              .later()
              .means("Who asks; null is whom the driver takes."),
          free("data.jdbc.password", text(), "null")
              .later()
              .means(
                  "The name of the environment's variable that has the password; null for none."),
          key("data.csv.delimiter", character(), "null")
              .means(
                  "The character between fields; null is a tab in .tsv files and a comma in others."),
          key("data.csv.quote", character(), "'\"'").means("The character around fields."),
          key("data.csv.header", flag(), "true")
              .means("The first line names the columns; without it they are c1, c2, ...."),
          key("data.csv.encoding", charset(), "UTF-8")
              .means("The encoding of the text, as Java's charsets are named."),
          key("data.csv.comment", character(), "null")
              .means("Lines that start with this character are comments; null for none."),
          key("data.csv.escape", character(), "null")
              .later()
              .means(
                  "The character, such as \\\\, behind which a quote, a delimiter, the end of a line or this"
                      + " character is a plain one; null for none. \\\\N is then a missing value."),
          key("data.csv.decimal", oneOf(".", ","), "'.'")
              .later()
              .means("The character before the fraction of a number."),
          key("data.csv.thousands", character(), "null")
              .later()
              .means(
                  "The character that may be between groups of a number's digits; a blank stands for all"
                      + " blanks, null for none."),
          key("data.csv.missing", names(), "null")
              .later()
              .means(
                  "Words for missing values, such as [\"?\", \"-\"], besides NA, NaN, null and nothing."),
          key("data.features", names(), "null")
              .means(
                  "Tables: the columns to predict from: names and globs such as income*, whose columns are"
                      + " sorted by name; a leading ! takes away, as in [\"*\", \"!id\"]. Target, weight"
                      + " and what folders such as day=2026-11-23 say are never in a glob."),
          key("data.target", nameOrNames().orMap("columns, scale, clip"), "null")
              .means(
                  "Tables: the column or columns to predict; numbers, or with a cross-entropy one class."
                      + " Of numbers also a map of the keys below."),
          key("data.target.columns", nameOrNames(), REQUIRED)
              .later()
              .means("The column or columns, where more is said of them."),
          key("data.target.scale", oneOf("none", "standard", "log"), "none")
              .later()
              .means(
                  "What the outputs of the layers stand for while they are trained. none: the targets."
                      + " standard: (target - mean) / deviation, each target by its own training rows. log:"
                      + " the same of ln(1 + x), below 0 of -ln(1 - x). Losses and metrics that are shown"
                      + " and predictions are in the target's unit."),
          key("data.target.clip", flag(), "false")
              .later()
              .means(
                  "Keep predictions within the least and the largest target of the training rows."),
          key("data.weight", text(), "null")
              .means(
                  "Tables: the column of what each row counts, a number of at least 0; null is 1."),
          key("data.columns", keys("a map of names or globs to kinds"), "")
              .means(
                  "Tables: the kinds of features, such as {city: category}; the first that fits a name"
                      + " counts. Others are what the format says, or else numbers."),
          kind("data.columns.number", "a kind of column", NumberPreparation.class)
              .means("A number; clipped, then its logarithm taken, then scaled."),
          key(
                  "data.columns.number.scale",
                  wordOrNumber("above 0", x -> x > 0, "none", "standard", "minmax", "robust"),
                  "null")
              .means("As data.scale, which null is.")
              .to(SCALE),
          key("data.columns.number.log", flag(), "false")
              .means("Take ln(1 + x), below 0 -ln(1 - x)."),
          key("data.columns.number.clip", bounds(), "null")
              .means("Numbers beyond become the bound, such as [0, 100] or [0, null].")
              .to(Place.pair("clipLow", "clipHigh")),
          key(
                  "data.columns.number.missing",
                  wordOrNumber("", x -> true, "reject", "mean", "median"),
                  "reject")
              .means(
                  "What becomes of a missing one: the row is rejected, or it gets the mean or median of the"
                      + " training rows (the median to 1/128, exactly with the scale robust), or a"
                      + " number.")
              .to(Place.wordOr("missing", "constant", "constant", 0.0)),
          key("data.columns.number.indicator", flag(), "false")
              .means("Add an input that is 1 where the number is missing."),
          kind("data.columns.category", "a kind of column", CategoryPreparation.class)
              .means(
                  "A text that is one of some: an input for each that the training rows have, and one for"
                      + " all that they do not have."),
          key("data.columns.category.minCount", LENGTH, "1")
              .means("Categories of fewer training rows share one input."),
          key("data.columns.category.most", COUNT, "null")
              .means(
                  "Only so many of the most frequent categories have an input of their own, ties by name;"
                      + " the others share one."),
          key("data.columns.category.hash", COUNT, "null")
              .means("Texts share so many inputs by their hash; nothing is learned.")
              .to("hashSlots"),
          key("data.columns.category.unknown", oneOf("own", "zeros"), "null")
              .later()
              .means("As data.categories.unknown, which null is."),
          key("data.columns.category.binary", oneOf("own", "sign"), "null")
              .later()
              .means("As data.categories.binary, which null is."),
          key("data.columns.category.missing", text(), "reject")
              .means("reject, own for an input of its own, or the text that stands for it.")
              .to(Place.wordOr("missing", "constant", "constant", null)),
          kind("data.columns.boolean", "a kind of column", BooleanPreparation.class)
              .means("True or false, as 1 or 0."),
          key("data.columns.boolean.missing", wordOrFlag("reject"), "reject")
              .means("What becomes of a missing one."),
          key("data.columns.boolean.indicator", flag(), "false")
              .means("Add an input that is 1 where it is missing."),
          kind("data.columns.date", "a kind of column", DatePreparation.class)
              .means("A date or time."),
          key("data.columns.date.pattern", text(), "null")
              .means(
                  "Of a text, such as dd.MM.yyyy, as Java's DateTimeFormatter has it, with English names"
                      + " in any case and yy for 1969 to 2068; or epochSeconds, epochMillis, epochMicros"
                      + " or epochNanos; null is ISO 8601. A text without a zone is in UTC.")
              .to(Place.nowhere()),
          key(
                  "data.columns.date.parts",
                  words(DatePart.class, List.of("year", "month", "day", "weekday", "hour")),
                  "null")
              .means(
                  "What becomes input: year and epochDays as standardised numbers, the others as sine and"
                      + " cosine of their part of a turn; null is [year, month, day, weekday, hour]."),
          key("data.columns.date.zone", text(), "UTC")
              .means("The time zone in which the parts are looked at, such as Europe/Berlin."),
          key("data.columns.date.missing", oneOf("reject", "zero"), "reject")
              .means("What becomes of a missing one: the row is rejected, or all parts are 0."),
          key("data.columns.date.indicator", flag(), "false")
              .means("Add an input that is 1 where it is missing."),
          kind("data.columns.vector", "a kind of column", NumberPreparation.class)
              .means("So many numbers, each scaled by itself."),
          key("data.columns.vector.size", COUNT, "null")
              .means("How many numbers; null is as many as the first record has.")
              .to(Place.nowhere()),
          key(
                  "data.columns.vector.scale",
                  wordOrNumber("above 0", x -> x > 0, "none", "standard", "minmax", "robust"),
                  "null")
              .means("As data.scale, which null is.")
              .to(SCALE),
          key(
                  "data.columns.vector.missing",
                  wordOrNumber("", x -> true, "reject", "median"),
                  "reject")
              .later()
              .means(
                  "What becomes of a row without the vector or with a hole in it: it is rejected, or each"
                      + " missing number becomes the median of all numbers of the column, or a number.")
              .to(Place.wordOr("missing", "constant", "constant", 0.0)),
          kind("data.columns.text", "a kind of column", TextPreparation.class)
              .later()
              .means(
                  "A text of words: an input for each slot of a hash, in which its words are counted."
                      + " Words are two or more letters, digits or underscores in a row."),
          key("data.columns.text.hash", wholeNumber(1, AllowedValues.MOST_SLOTS), "65536")
              .later()
              .means("Words and n-grams share so many inputs by their hash.")
              .to("hashSlots"),
          key("data.columns.text.ngrams", wholeNumber(1, TextCheck.MOST_NGRAMS), "1")
              .later()
              .means(
                  "Runs of up to so many neighbouring words are counted too: 1 is words alone, 2 pairs as"
                      + " well."),
          key("data.columns.text.lowercase", flag(), "true")
              .later()
              .means("Count words in lower case."),
          key("data.columns.text.weights", oneOf("counts", "tfidf"), "counts")
              .later()
              .means(
                  "counts: how often a word occurs. tfidf: that times ln((1 + n) / (1 + d)) + 1, where n are"
                      + " the training rows with a text and d those of them that have the word."),
          key("data.columns.text.norm", oneOf("l2", "none"), "l2")
              .later()
              .means(
                  "l2 divides the numbers of a row by the root of the sum of their squares, so that long"
                      + " texts weigh as much as short ones; none leaves them."),
          key("data.columns.text.missing", oneOf("reject", "zero"), "reject")
              .later()
              .means(
                  "What becomes of a missing one: the row is rejected, or it has no words, so that all"
                      + " inputs are 0."),
          key("data.crosses", crosses(), "null")
              .later()
              .means(
                  "Tables: categories that matter together, such as [[city, kind]]: an input for each slot"
                      + " of the hash of a row's values of these columns. [city, kind] is {columns:"
                      + " [city, kind], hash: 65536}."),
          key(
                  "data.scale",
                  wordOrNumber("above 0", x -> x > 0, "standard", "minmax", "robust"),
                  "null")
              .means(
                  "Numbers and images are divided by this; standard gives mean 0 and deviation 1, minmax"
                      + " [0, 1], robust median 0 and a range of 1 between the quartiles, clipped"
                      + " smoothly to 3, as learned from the training rows; null takes them as they"
                      + " are."),
          key("data.missing", oneOf("reject", "fill"), "reject")
              .later()
              .means(
                  "Tables: what becomes of a missing value of a feature whose kind does not say it:"
                      + " the row is rejected, or it is filled: numbers and vectors by their median,"
                      + " categories by an input of their own (missing: own), booleans by false,"
                      + " dates and texts by zero; so that a later row is predicted though the training rows"
                      + " lack no value."),
          key("data.categories.unknown", oneOf("own", "zeros"), "own")
              .later()
              .means(
                  "Tables: what becomes of a category that the training rows do not have: own is an input"
                      + " for all of them, zeros is 0 in all inputs of the column."),
          key("data.categories.binary", oneOf("own", "sign"), "own")
              .later()
              .means(
                  "Tables: what becomes of a column of two categories: own is an input for each, sign is"
                      + " one input, -1 for the first and 1 for the second, sorted, and 0 for all else."),
          free("data.maxRejects", SHARE, "0.01")
              .means("The share of records that may be rejected before the job fails."),
          free("data.generate.digits", wholeNumber(10, 100_000_000), "null")
              .means(
                  "Where data.dir has no such files, draw so many handwritten digits into it first."),
          free("data.generate.seed", wholeNumber(), "1").means("Seed of the drawn digits."),
          key("split.validation", BELOW_ONE, "0.2")
              .means(
                  "The share of the rows to validate on, rounded down to whole rows; 0 where left out and"
                      + " data.validation or the column of split.by says what validates."),
          key("split.test", BELOW_ONE, "0.0")
              .means("The share of the rows to test on, rounded down to whole rows."),
          key("split.calibration", BELOW_ONE, "0.0")
              .later()
              .means(
                  "The share of the rows by which, after the training, the model learns how sure it is,"
                      + " rounded down to whole rows; they neither train, validate nor test. Of a column above 0"
                      + " says that rows of the word calibration are for it."),
          key("split.by", splitBy(), "random")
              .means(
                  "What decides. random: the shares of all rows, exactly. stratified: those of each"
                      + " class, exactly. group: rows of one value, or of equal values of a list of columns, stay together, so the shares are"
                      + " approximate. time: the last rows by a column of dates and times, ISO or of its"
                      + " pattern, or of numbers test, those before them calibrate, then validate, at most the shares; rows of one time stay"
                      + " together. column: its value is train, validation (or valid, val, dev) or test;"
                      + " with split.calibration also calibration; other rows are held out."),
          key("split.seed", wholeNumber(), "null")
              .means("Seed of the split and of the order of the data; null is the job's."),
          key("split.holdout.share", BELOW_ONE, "0.0")
              .means(
                  "The share of the rows that neither train, validate nor test, by a hash of salt and group,"
                      + " key or content, or else of salt, file and record: the same rows while data grows."
                      + " By key or content, validation and test rows of a split at random go by it too, so"
                      + " their shares are approximate. retrain sets share and salt."),
          key("split.holdout.salt", text(), "null")
              .means("What the hash of the holdout begins with."),
          key("split.holdout.key", nameOrNames(), "null")
              .later()
              .means(
                  "Tables: the columns that name a row of the holdout: rows of equal values are held out"
                      + " together. retrain sets it."),
          key("split.holdout.content", nameOrNames(), "null")
              .later()
              .means(
                  "The features and targets whose values name a row of the holdout: copies of a row are"
                      + " held out together. retrain sets it. Null, and no key: file and record do."),
          key("folds", wholeNumber(2, FoldRule.MOST).orMap("count, by"), "null")
              .later()
              .means(
                  "Cross validation beside the training: the rows, but those for test, are dealt into so many"
                      + " folds, and for each a model is trained on the rows of the others and tested on"
                      + " its own; null for none. With folds split.validation is 0 where it is left out and"
                      + " nothing chooses epochs by it, so that the final model trains on all rows."),
          key("folds.count", wholeNumber(2, FoldRule.MOST), REQUIRED)
              .later()
              .means("How many folds, where more is said of them."),
          key("folds.by", foldsBy(), "null")
              .later()
              .means(
                  "What decides. random: rows at random. stratified: so that each fold has as many rows of"
                      + " each class. group: rows of one value, or of equal values of a list of columns, are"
                      + " in one fold. time: each fold tests on later rows than the one before, by a column"
                      + " of dates and times or of numbers, and trains on those before them. null is"
                      + " split.by where that is a group or a time, else stratified for a class and random"
                      + " for numbers."),
          kind("model.flatten", "a layer", FlattenLayer.class)
              .means("Makes each row one-dimensional."),
          kind("model.linear", "a layer", LinearLayer.class)
              .means("Fully connected, y = x W^T + b, or y = x W^T / sqrt(in) + b."),
          key("model.linear.out", outputs(), REQUIRED)
              .means(
                  "The size of each output row. Of the last linear layer also classes, one for each class"
                      + " that the training rows turn out to have (with binary_cross_entropy the one"
                      + " that tells two apart), or numbers, one for each data.target.")
              .to("outFeatures"),
          key("model.linear.ntk", flag(), "false")
              .later()
              .means(
                  "The NTK form: the products are divided by the root of the inputs, and weight and bias"
                      + " begin as standard normal numbers."),
          key("model.linear.zero", flag(), "false")
              .later()
              .means("Weight and bias begin as zeros, such as of the last layer."),
          kind("model.scale", "a layer", ScaleLayer.class)
              .means("A learned factor for each input, which begins as 1."),
          kind("model.relu", "a layer", ReluLayer.class).means("max(x, 0)."),
          kind("model.tanh", "a layer", TanhLayer.class).means("tanh(x)."),
          kind("model.sigmoid", "a layer", SigmoidLayer.class).means("1 / (1 + exp(-x))."),
          kind("model.dropout", "a layer", DropoutLayer.class)
              .means("In training zeros at random, and all else is scaled by 1 / (1 - p)."),
          key("model.dropout.p", BELOW_ONE, "0.5").means("The share of zeros."),
          kind("model.selu", "a layer", SeluLayer.class)
              .means(
                  "SELU: 1.0507 x above 0, 1.7581 (exp(x) - 1) else, with torch.nn.SELU's digits."),
          kind("model.mish", "a layer", MishLayer.class).means("x tanh(log(1 + exp(x)))."),
          kind("model.gelu", "a layer", GeluLayer.class)
              .means("x times the probability that a standard normal number is less than x."),
          key("model.gelu.approximate", oneOf("none", "tanh"), "none")
              .later()
              .means("none computes it by the error function, tanh is the usual approximation."),
          kind("model.silu", "a layer", SiluLayer.class).means("x / (1 + exp(-x))."),
          kind("model.leaky_relu", "a layer", LeakyReluLayer.class)
              .means("x above 0, slope times x else."),
          key("model.leaky_relu.slope", numberAsFloat("", x -> true), "0.01")
              .later()
              .means("The slope below 0."),
          kind("model.batch_norm", "a layer", BatchNormLayer.class)
              .means(
                  "Normalises each input by mean and variance of the batch, in a prediction by running ones,"
                      + " as torch.nn.BatchNorm1d; then a learned factor and summand."),
          key("model.batch_norm.momentum", SHARE, "0.1")
              .later()
              .means("The share of a batch in the running mean and variance."),
          key("model.batch_norm.eps", POSITIVE_FLOAT, "1.0e-5")
              .later()
              .means("Added to the variance."),
          kind("model.layer_norm", "a layer", LayerNormLayer.class)
              .means(
                  "Normalises each row by its mean and variance, as torch.nn.LayerNorm; then a learned"
                      + " factor and summand for each input."),
          key("model.layer_norm.eps", POSITIVE_FLOAT, "1.0e-5")
              .later()
              .means("Added to the variance."),
          kind("loss.cross_entropy", "a loss", CrossEntropy.class)
              .means("The cross-entropy of a class; the model has one output a class."),
          key("loss.cross_entropy.labelSmoothing", SHARE, "0.0")
              .means("The share of each target that is spread over all classes."),
          key(
                  "loss.cross_entropy.classWeights",
                  numbersAsFloats("above 0 each", x -> x > 0),
                  "null")
              .means(
                  "What a row of each class counts, in the order of the labels: of numbers where all are,"
                      + " otherwise of texts; null for 1."),
          kind("loss.binary_cross_entropy", "a loss", BinaryCrossEntropy.class)
              .means(
                  "The cross-entropy of one of two classes; the model has one output, of which the"
                      + " sigmoid is the probability of the second label, sorted: of 0 and 1 that of"
                      + " 1."),
          kind("loss.mse", "a loss", MeanSquaredError.class).means("The mean of squared errors."),
          kind("loss.l1", "a loss", MeanAbsoluteError.class).means("The mean of absolute errors."),
          kind("loss.huber", "a loss", Huber.class)
              .means(
                  "The mean of half the squared error up to delta, and of a straight line beyond."),
          key("loss.huber.delta", POSITIVE_FLOAT, "1.0").means("Where the line begins."),
          kind("loss.quantile", "a loss", Quantile.class)
              .means(
                  "The pinball loss, by which the prediction is a quantile of the target, not its mean."),
          key("loss.quantile.at", INSIDE, "0.5")
              .means("Which quantile, such as 0.9: nine of ten rows are below their prediction."),
          kind("optimizer.sgd", "an optimiser", Sgd.class)
              .means("Stochastic gradient descent as torch.optim.SGD defines it."),
          key("optimizer.sgd.lr", POSITIVE, "0.001").means("Learning rate."),
          key("optimizer.sgd.momentum", BELOW_ONE, "0.0").means("Momentum."),
          key("optimizer.sgd.nesterov", flag(), "false").means("Nesterov momentum."),
          key("optimizer.sgd.weightDecay", NOT_NEGATIVE, "0.0").means("L2 penalty."),
          kind("optimizer.adam", "an optimiser", Adam.class, Map.of("decoupled", false))
              .means("Adam as torch.optim.Adam defines it."),
          key("optimizer.adam.lr", POSITIVE, "0.001").means("Learning rate."),
          key("optimizer.adam.beta1", BELOW_ONE, "0.9").means("Decay of the mean of gradients."),
          key("optimizer.adam.beta2", BELOW_ONE, "0.999")
              .means("Decay of the mean of their squares."),
          key("optimizer.adam.eps", POSITIVE, "1.0e-8").means("Added to the denominator."),
          key("optimizer.adam.weightDecay", NOT_NEGATIVE, "0.0").means("L2 penalty."),
          kind("optimizer.adamw", "an optimiser", Adam.class, Map.of("decoupled", true))
              .means("AdamW as torch.optim.AdamW defines it."),
          key("optimizer.adamw.lr", POSITIVE, "0.001").means("Learning rate."),
          key("optimizer.adamw.beta1", BELOW_ONE, "0.9").means("Decay of the mean of gradients."),
          key("optimizer.adamw.beta2", BELOW_ONE, "0.999")
              .means("Decay of the mean of their squares."),
          key("optimizer.adamw.eps", POSITIVE, "1.0e-8").means("Added to the denominator."),
          key("optimizer.adamw.weightDecay", NOT_NEGATIVE, "0.01").means("Decay of the weights."),
          key("schedule.per", oneOf("epoch", "step"), "epoch")
              .means(
                  "When the learning rate changes, and what the schedule's sizes and lengths count."),
          kind("schedule.warmUp", "a warm-up", WarmUp.class)
              .means(
                  "A straight line up to the learning rate, as LinearLR; a decay begins after it."),
          key("schedule.warmUp.length", LENGTH, REQUIRED).means("How long it takes."),
          key(
                  "schedule.warmUp.start",
                  number("in (0, 1]", x -> x > 0 && x <= 1),
                  "0.3333333333333333")
              .means("The share of the learning rate that it begins with."),
          kind("schedule.step", "a decay", StepDecay.class)
              .means("Times gamma each size, as StepLR.")
              .to("decay"),
          key("schedule.step.size", LENGTH, REQUIRED).means("How long a rate stays."),
          key("schedule.step.gamma", POSITIVE, "0.1").means("What the rate is multiplied by."),
          kind("schedule.exponential", "a decay", ExponentialDecay.class)
              .means("Times gamma each epoch or step, as ExponentialLR.")
              .to("decay"),
          key("schedule.exponential.gamma", POSITIVE, REQUIRED)
              .means("What the rate is multiplied by."),
          kind("schedule.cosine", "a decay", CosineDecay.class)
              .means(
                  "Half a cosine from the learning rate to min, and up again, as CosineAnnealingLR.")
              .to("decay"),
          key("schedule.cosine.length", LENGTH, "null")
              .means(
                  "How long it takes; null is all of the training after the warm-up. A run can then"
                      + " not be continued with another number of epochs."),
          key("schedule.cosine.min", NOT_NEGATIVE, "0.0").means("The rate after that length."),
          kind("schedule.cosineLog", "a decay", CosineLogDecay.class)
              .means(
                  "Waves of a cosine between 0 and the learning rate to the end of the training, each twice"
                      + " as long as the one before: times 0.5 - 0.5 cos(2 pi log2(1 + (2^cycles - 1) t)),"
                      + " t the share that is done. A run can then not be continued with another number of"
                      + " epochs.")
              .to("decay"),
          key("schedule.cosineLog.cycles", wholeNumber(1, Schedule.MOST_CYCLES), "4")
              .means("How many waves."),
          key("lrFactors.scale", NOT_NEGATIVE, "1.0")
              .later()
              .means("What the learning rate of the factors of scale layers is multiplied by."),
          key("lrFactors.weight", NOT_NEGATIVE, "1.0")
              .later()
              .means("What that of all other weights is multiplied by."),
          key("lrFactors.bias", NOT_NEGATIVE, "1.0")
              .later()
              .means("What that of biases is multiplied by."),
          key("clipGradNorm", POSITIVE, "null")
              .means(
                  "Gradients are scaled down to this norm of all of them together, after penalties;"
                      + " null for no bound."),
          key("penalty.l1", NOT_NEGATIVE, "0.0")
              .means("So much times the sum of |w| is minimised too."),
          key("penalty.l2", NOT_NEGATIVE, "0.0").means("And so much times half the sum of w^2."),
          key("earlyStopping.patience", COUNT, "null")
              .means(
                  "Training ends after so many epochs without a better validation, and the weights of the best"
                      + " trained epoch are the model; null trains all, and without a metric keeps the last."),
          key("earlyStopping.minDelta", NOT_NEGATIVE, "0.0")
              .means(
                  "By how much a validation loss must be lower, or a metric be better, to count."),
          key("earlyStopping.metric", oneOf(Metric.words()), "null")
              .later()
              .means(
                  "The metric of the validation rows that says which epoch is best, of equals the last;"
                      + " null is the loss, of equals the first. Without a patience all epochs are"
                      + " trained, and the best one is the model."),
          key("refit", flag(), "false")
              .later()
              .means(
                  "Once the epoch to keep is known, train anew from the start on training and validation"
                      + " rows, for as many epochs. Validation scores are of the model before it. A run"
                      + " can then not be continued with another number of epochs."),
          key("ensemble.members", wholeNumber(1, MOST_MEMBERS), "1")
              .later()
              .means(
                  "So many networks are trained at once, on the same batches; they differ in initial"
                      + " weights and dropout, and each keeps the epoch that is its own best. The model's"
                      + " prediction is the mean of their probabilities or numbers."),
          key("ensemble.only", wholeNumber(0, MOST_MEMBERS - 1), "null")
              .later()
              .means(
                  "Trains the member of this number, from 0, as a model of its own, which has the weights"
                      + " that it has among the others; null trains all."),
          key("batch", COUNT, "100").means("Rows in a batch; the last of an epoch may have fewer."),
          free("epochs", COUNT, "10").means("How often the training rows are gone through."),
          key("each", text().orMap("key, minRows, toPooled, pooledRows"), "null")
              .later()
              .means(
                  "Tables: a model for each value of this column, beside the pooled one of all rows and from"
                      + " one reading; null trains one model."),
          key("each.key", text(), REQUIRED)
              .later()
              .means(
                  "The column, whose values are read as texts, where more is said of it. It is no feature"
                      + " besides, also where data.features names it."),
          key("each.minRows", LENGTH, "20")
              .later()
              .means("Keys of fewer training and validation rows take the pooled model."),
          key("each.toPooled", NOT_NEGATIVE, "0.1")
              .later()
              .means(
                  "Half of it times the squared distance of a key's weights to the pooled ones is added to"
                      + " what is minimised; 0 lets them go anywhere."),
          key("each.pooledRows", LENGTH, "1000000")
              .later()
              .means(
                  "The pooled model is trained on so many of the training rows, evenly taken, or on all"
                      + " where there are not more."),
          key(
                  "sweep",
                  keys("a map of keys to lists of values, or of draw, trials and more"),
                  "null")
              .later()
              .means(
                  "Trials on the same rows, of which the best on the validation rows, or by the folds, is the"
                      + " model: one for each combination of the values of some keys, or so many random draws; see"
                      + " pipelines/README.md."),
          key("init", path(), "null")
              .means(
                  "A model.avro or .safetensors file of weights to start from; null draws them as PyTorch"
                      + " does."),
          key("shuffle.full", wholeNumber(0, Long.MAX_VALUE), "4000000")
              .means(
                  "Up to so many training rows, and 48 MB of them, are permuted as a whole each epoch;"
                      + " more, in runs of 4 MB, five of which are shuffled together. A text counts as the"
                      + " 2 KB that the inputs of 256 words take."),
          free("blockCache", wholeNumber(1, 1 << 20), "256")
              .means(
                  "Memory for training rows in each Java process, in MB; below 64 is slow where the rows"
                      + " take more."),
          free("sinks.csv", flag(), "true").means("Write metrics.csv beside metrics.avro."),
          free("sinks.tensorboard", flag(), "false")
              .means(
                  "Write the metrics as TensorBoard's event files too, in the folder tensorboard."));

  public static final List<SpecKey> ALL =
      Stream.concat(OF_TRAINING.stream(), RetrainKeys.ALL.stream()).toList();

  static final KeyTable TABLE = new KeyTable(ALL);

  private SpecKeys() {}

  private static SpecKey key(String name, AllowedValues allowed, String fallback) {
    return new SpecKey(name, allowed, fallback, true);
  }

  /** A key that leaves weights and measurements as they are. */
  private static SpecKey free(String name, AllowedValues allowed, String fallback) {
    return new SpecKey(name, allowed, fallback, false);
  }

  /** A kind of layer, loss and so on, whose own keys follow. */
  private static SpecKey kind(String name, String words, Class<? extends SpecificRecordBase> type) {
    return kind(name, words, type, Map.of());
  }

  /**
   * @param fixed the fields of the record that the kind itself decides
   */
  private static SpecKey kind(
      String name,
      String words,
      Class<? extends SpecificRecordBase> type,
      Map<String, Object> fixed) {
    return key(name, keys(words), "").of(new RecordKind(type, fixed));
  }
}
