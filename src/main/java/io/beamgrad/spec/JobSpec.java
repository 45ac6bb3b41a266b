package io.beamgrad.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beamgrad.data.databases.DatabaseQuery;
import io.beamgrad.data.formats.CsvStyle;
import io.beamgrad.data.split.FoldRule;
import io.beamgrad.data.split.Holdout;
import io.beamgrad.data.split.SplitRule;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.metrics.Metric;
import io.beamgrad.model.ClassOutputs;
import io.beamgrad.model.Networks;
import io.beamgrad.nn.Loss;
import io.beamgrad.schema.BinaryCategory;
import io.beamgrad.schema.Cross;
import io.beamgrad.schema.FileFormat;
import io.beamgrad.schema.LearningRateSchedule;
import io.beamgrad.schema.ScaleMethod;
import io.beamgrad.schema.TargetScale;
import io.beamgrad.schema.UnknownCategory;
import io.beamgrad.sweep.SweepSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A job as its YAML file has it, with the defaults of what was left out, checked, and with absolute
 * paths. The keys and their meaning are in {@link SpecKeys}; {@code beamgrad explain} prints them.
 *
 * @param tree what all else is made of
 * @param folds of a cross validation; null for none
 * @param model the records of the layers
 * @param loss its record
 * @param optimizer its record
 * @param schedule without a warm-up and a decay where the rate stays
 * @param clipGradNorm gradients are scaled down to this norm; null for no bound
 * @param refit trains anew on training and validation rows once the epoch to keep is known
 * @param each trains a model for each value of a column; null trains one
 * @param sweep the trials of which the best is the model; null for a single training
 */
public record JobSpec(
    SpecTree tree,
    String name,
    long seed,
    Data data,
    SplitSpec split,
    @Nullable FoldRule folds,
    List<Object> model,
    Object loss,
    Object optimizer,
    LearningRateSchedule schedule,
    @Nullable Double clipGradNorm,
    LrFactors lrFactors,
    Penalty penalty,
    EarlyStopping earlyStopping,
    boolean refit,
    Ensemble ensemble,
    int batch,
    int epochs,
    @Nullable EachSpec each,
    @Nullable Path init,
    Shuffle shuffle,
    int blockCache,
    Sinks sinks,
    @Nullable SweepSpec sweep,
    RetrainSpec retrain) {

  /**
   * Where the rows come from and how they become model input.
   *
   * @param format null to tell it by the suffix of each file
   * @param jdbc the query that gives the rows; null where files do
   * @param dir an absolute path or an address such as {@code s3://bucket/folder}
   * @param train names, globs and folders below {@code dir}
   * @param validation the same; empty where a share of the rows validates
   * @param test the same; empty where there are no test files
   * @param features names and globs, and with a leading {@code !} what they are not to be
   * @param target the class or the numbers to predict
   * @param weight the column of what rows count; null for 1
   * @param columns what is asked for features by name or glob, the first that fits
   * @param scale of numbers and images of which nothing else is asked
   * @param missing what becomes of missing values of features of which nothing else is asked
   * @param categories how texts become input of which nothing else is asked
   */
  public record Data(
      @Nullable FileFormat format,
      @Nullable DatabaseQuery jdbc,
      String dir,
      List<String> train,
      List<String> validation,
      List<String> test,
      CsvStyle csv,
      List<String> features,
      Target target,
      @Nullable String weight,
      Map<String, ColumnKind> columns,
      List<Cross> crosses,
      @Nullable Scale scale,
      Missing missing,
      Categories categories,
      double maxRejects,
      Generate generate) {

    public Data {
      target = target == null ? Target.NONE : target;
    }

    /** The columns to predict; empty for IDX. */
    public List<String> targets() {
      return target.columns();
    }

    /** True for images, false for a table. */
    public boolean isIdx() {
      return format == FileFormat.IDX;
    }
  }

  /**
   * What is predicted.
   *
   * @param columns empty for IDX
   * @param scale of numbers for the training
   * @param clip whether predictions are kept within the range of the training targets
   */
  public record Target(List<String> columns, TargetScale scale, boolean clip) {
    static final Target NONE = new Target(List.of(), TargetScale.NONE, false);

    /** Whether anything of the training targets is to be learned. */
    public boolean isLearned() {
      return scale != TargetScale.NONE || clip;
    }
  }

  /** What becomes of a missing value: its row is rejected, or it is filled as its kind can be. */
  public enum Missing {
    REJECT,
    FILL
  }

  /**
   * How categories become input.
   *
   * @param unknown those that the training rows do not have
   * @param binary those of a column of two
   */
  public record Categories(UnknownCategory unknown, BinaryCategory binary) {
    static final Categories OWN = new Categories(UnknownCategory.OWN, BinaryCategory.OWN);
  }

  /**
   * How numbers are scaled.
   *
   * @param divisor for DIVIDE; otherwise 1
   */
  public record Scale(ScaleMethod method, double divisor) {
    static final Scale NONE = new Scale(ScaleMethod.NONE, 1);
  }

  /**
   * Handwritten digits to draw where the files are not there.
   *
   * @param digits how many; null draws none
   */
  public record Generate(@Nullable Integer digits, long seed) {}

  /**
   * The seeded split of the rows of the training files.
   *
   * @param validation the share of the rows in [0, 1)
   * @param test the share of the rows in [0, 1)
   * @param calibration the share of the rows in [0, 1); for COLUMN above 0 where a word names them
   * @param columns what GROUP, TIME and COLUMN go by
   * @param holdout the rows that none of it is for, by file and record where the spec does not say
   *     what names them; null for none
   */
  public record SplitSpec(
      double validation,
      double test,
      double calibration,
      SplitRule.By by,
      List<String> columns,
      long seed,
      @Nullable Holdout holdout) {}

  /** True where there may be validation rows. */
  public boolean mayValidate() {
    return split.validation() > 0
        || !data.validation().isEmpty()
        || split.by() == SplitRule.By.COLUMN;
  }

  /** True if the target is a class, false if it is numbers. */
  public boolean isOfClasses() {
    return Networks.loss(loss).target() != Loss.Target.NUMBERS;
  }

  /** The preset whose keys lie below those of the spec. */
  public Optional<String> preset() {
    return Optional.ofNullable(tree.root().path("preset").path(AllowedValues.RESOLVED).textValue());
  }

  /** The word for the loss in a spec. */
  public String lossWord() {
    return SpecRecords.word(tree.root().get("loss"));
  }

  /** The column whose values have models of their own; null where there is one model. */
  public @Nullable String keyColumn() {
    return each == null ? null : each.key();
  }

  /** The optimiser's learning rate. */
  double learningRate() {
    return tree.root().get("optimizer").elements().next().get("lr").doubleValue();
  }

  /** True if the learning rate stays. */
  public boolean isConstantRate() {
    return schedule.getWarmUp() == null && schedule.getDecay() == null;
  }

  /** Adds {@code l1 * sum(|w|) + l2 / 2 * sum(w^2)} to what is minimised. */
  public record Penalty(double l1, double l2) {}

  /** What the learning rate is multiplied by, by kind of parameter. */
  public record LrFactors(double scale, double weight, double bias) {}

  /**
   * Ends the training when the validation gets no better, and keeps the best epoch.
   *
   * @param patience for how many epochs; null trains to the end
   * @param minDelta by how much a loss must be lower, or a metric be better, to count
   * @param metric says which epoch is best; null is the loss
   */
  public record EarlyStopping(
      @Nullable Integer patience, double minDelta, @Nullable Metric metric) {

    /** True where the model is that of the best epoch, false where it is that of the last one. */
    public boolean keepsBest() {
      return patience != null || metric != null;
    }
  }

  /**
   * Networks that are trained at once and predict together.
   *
   * @param members how many; 1 is a single network
   * @param only the number of the one to train as a model of its own; null trains all
   */
  public record Ensemble(int members, @Nullable Integer only) {

    /** How many networks the model has. */
    public int networks() {
      return only == null ? members : 1;
    }
  }

  /**
   * A model for each value of a column, beside the pooled one of all rows.
   *
   * @param key the column
   * @param minRows keys of fewer training and validation rows take the pooled model
   * @param toPooled half of it times the squared distance to the pooled weights is minimised too
   * @param pooledRows the pooled model is trained on so many of the training rows at most
   */
  public record EachSpec(String key, long minRows, double toPooled, long pooledRows) {}

  /**
   * The order of rows in an epoch.
   *
   * @param full up to so many training rows are permuted as a whole
   */
  public record Shuffle(long full) {}

  /**
   * What is written beside the Avro files.
   *
   * @param csv {@code metrics.csv}
   * @param tensorboard TensorBoard's event files
   */
  public record Sinks(boolean csv, boolean tensorboard) {}

  public JobSpec {
    model = List.copyOf(model);
  }

  /**
   * The spec of a YAML file.
   *
   * @param overrides {@code KEY=VALUE} texts, laid over the file in their order
   * @throws WrongInputException with one line that names file, key, what is allowed and was found
   */
  public static JobSpec load(Path file, List<String> overrides) {
    return of(SpecTree.of(SpecYaml.read(file, file.toString()), file.toString(), overrides));
  }

  /**
   * The spec of a YAML file, as {@link #load} has it, to retrain by: its gate must fit its rows.
   *
   * @throws WrongInputException also where the gate counts rows that have weights, where there are
   *     folds, where whole keys with models of their own are held out, and where a preset would
   *     tell the loss by files, which are others each time
   */
  public static JobSpec loadToRetrain(Path file, List<String> overrides) {
    JsonNode given = SpecYaml.read(file, file.toString());
    boolean isLossGiven =
        given.hasNonNull("loss")
            || overrides.stream().anyMatch(o -> o.startsWith("loss=") || o.startsWith("loss."));
    if (given.path("preset").isTextual() && !isLossGiven) {
      throw new WrongInputException(
          file
              + ": loss is missing; retraining does not tell it by files that change: cross_entropy where data.target is a class, mse where it is a number");
    }
    JobSpec spec = load(file, overrides);
    if (spec.folds() != null) {
      throw spec.tree
          .errors()
          .error("folds", "is for train; retrain judges by rows that are held out (folds: null)");
    }
    RetrainRules.checkJudging(spec, spec.tree.errors());
    return spec;
  }

  private static JobSpec of(SpecTree tree) {
    JobSpec spec = SpecBinder.jobSpec(tree);
    SpecRules.check(spec, tree.errors());
    return spec;
  }

  /**
   * This spec, but for some keys. The file that it was read of is not looked at again.
   *
   * @param overrides {@code KEY=VALUE} texts, as {@code --set} has them
   */
  public JobSpec with(List<String> overrides) {
    return of(tree.with(overrides));
  }

  /** By which the trials of a sweep are ranked. */
  public Metric sweepMetric() {
    if (sweep != null && sweep.metric() != null) {
      return sweep.metric();
    }
    return earlyStopping.metric() == null ? Metric.LOSS : earlyStopping.metric();
  }

  /**
   * The spec of each trial of the sweep, by itself: its name is that of this one and its number.
   *
   * @throws WrongInputException where the values of a trial are wrong; one line that names them
   */
  public List<JobSpec> trials() {
    List<JobSpec> trials = new ArrayList<>();
    for (Map<String, JsonNode> settings : sweep.settings()) {
      List<String> keys =
          new ArrayList<>(List.of("sweep=", "name=%s-%s".formatted(name, trials.size())));
      keys.addAll(arguments(settings));
      try {
        trials.add(with(keys));
      } catch (WrongInputException e) {
        String why = e.getMessage().replaceFirst("^--set .*?: ", "");
        throw tree.errors().error("sweep", "has a trial that is wrong: " + why);
      }
    }
    return trials;
  }

  /** This spec, with its sweep, but with the values that a trial has. */
  public JobSpec withTrial(int number) {
    return with(arguments(sweep.settings().get(number)));
  }

  private static List<String> arguments(Map<String, JsonNode> settings) {
    return settings.entrySet().stream()
        .map(entry -> entry.getKey() + "=" + entry.getValue())
        .toList();
  }

  /** True where the model has an output for each class that the training rows turn out to have. */
  public boolean learnsClasses() {
    return ClassOutputs.areOpen(model);
  }

  /** This spec with a number of classes where it is to be learned; else this spec. */
  public JobSpec withClasses(int classes) {
    if (!learnsClasses()) {
      return this;
    }
    JsonNode layers = tree.root().get("model").deepCopy();
    for (JsonNode layer : layers) {
      if (AllowedValues.CLASSES.equals(layer.at("/linear/out").textValue())) {
        ((ObjectNode) layer.get("linear")).put("out", classes);
      }
    }
    return with(List.of("model=" + layers));
  }

  /**
   * Checks what depends on the classes of a model that is trained.
   *
   * @throws WrongInputException where a metric of the gate is of two classes and there are more
   */
  public void requireClasses(int classes) {
    RetrainRules.requireClasses(retrain.gate(), classes);
  }

  /**
   * The spec of a tree of keys as a YAML file has it, its name among them.
   *
   * @param given is not changed
   * @param source where the keys are from, for messages
   * @throws WrongInputException with one line that names the source, key, what is allowed and was
   *     found
   */
  public static JobSpec of(ObjectNode given, String source) {
    if (!given.hasNonNull("name")) {
      throw new SpecErrors(source).error("name", "is missing; it names the model");
    }
    return of(SpecTree.of(given.deepCopy(), source, List.of()));
  }

  /**
   * The sinks of such a tree; none of its other keys is looked at.
   *
   * @throws WrongInputException with one line, where a key of {@code sinks} is wrong
   */
  public static Sinks sinks(ObjectNode given, String source) {
    ObjectNode sinks =
        new SpecResolver(SpecKeys.TABLE, new SpecErrors(source)).section("sinks", given);
    return new Sinks(sinks.get("csv").booleanValue(), sinks.get("tensorboard").booleanValue());
  }

  /**
   * This spec as YAML with every key of it; loads again to an equal spec. Of the rows of a database
   * it does not say where the files are that they were written to.
   */
  public String toYaml() {
    ObjectNode root = tree.root();
    if (data.jdbc() != null) {
      root = root.deepCopy();
      ((ObjectNode) root.get("data")).remove("dir");
    }
    return SpecYaml.write(root);
  }

  /**
   * Hex SHA-256 over all keys that decide the weights or what they are measured on, and over the
   * content of {@code init}. Not in it: where data and output are, names, sinks, memory, and the
   * number of epochs, so that an unfinished run can be continued with more or fewer; unless the
   * learning rate follows a cosine over all of them. {@link SpecFingerprint} says which spec's
   * fingerprint decides what; that of a checkpoint has the model's name besides.
   *
   * @throws WrongInputException if the file of {@code init} cannot be read
   */
  public String fingerprint() {
    return SpecFingerprint.of(this);
  }
}
