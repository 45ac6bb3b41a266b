package io.beamgrad.spec;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beamgrad.data.formats.CsvStyle;
import io.beamgrad.data.split.Holdout;
import io.beamgrad.data.split.SplitRule;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.schema.FileFormat;
import io.beamgrad.schema.SchedulePer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A job as its YAML file has it, with the defaults of what was left out, checked, and with absolute
 * paths. The keys and their meaning are in {@link SpecKeys}; {@code beamgrad explain} prints them.
 *
 * @param clipGradNorm gradients are scaled down to this norm; null for no bound
 */
public record JobSpec(
    String name,
    long seed,
    Data data,
    SplitSpec split,
    List<Layer> model,
    Loss loss,
    Optimizer optimizer,
    Schedule schedule,
    @Nullable Double clipGradNorm,
    Penalty penalty,
    EarlyStopping earlyStopping,
    int batch,
    int epochs,
    @Nullable Path init,
    Shuffle shuffle,
    int blockCache,
    Sinks sinks,
    RetrainSpec retrain) {

  /**
   * Where the rows come from and how they become model input.
   *
   * @param format null to tell it by the suffix of each file
   * @param train names, globs and folders below {@code dir}
   * @param validation the same; empty where a share of the rows validates
   * @param test the same; empty where there are no test files
   * @param features names and globs, and with a leading {@code !} what they are not to be
   * @param targets the class or the numbers to predict; empty for IDX
   * @param weight the column of what rows count; null for 1
   * @param columns what is asked for features by name or glob, the first that fits
   * @param scale of numbers and images of which nothing else is asked
   */
  public record Data(
      @Nullable FileFormat format,
      Path dir,
      List<String> train,
      List<String> validation,
      List<String> test,
      CsvStyle csv,
      List<String> features,
      List<String> targets,
      @Nullable String weight,
      Map<String, ColumnSpec> columns,
      ColumnSpec.@Nullable Scale scale,
      double maxRejects,
      Generate generate) {

    /** True for images, false for a table. */
    public boolean isIdx() {
      return format == FileFormat.IDX;
    }
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
   * @param column what GROUP, TIME and COLUMN go by; null otherwise
   * @param holdout the rows that none of it is for; null for none
   */
  public record SplitSpec(
      double validation,
      double test,
      SplitRule.By by,
      @Nullable String column,
      long seed,
      @Nullable Holdout holdout) {}

  /** True where there may be validation rows. */
  public boolean mayValidate() {
    return split.validation() > 0
        || !data.validation().isEmpty()
        || split.by() == SplitRule.By.COLUMN;
  }

  /** One layer of the model. */
  public sealed interface Layer {
    /** Makes each row one-dimensional. */
    record Flatten() implements Layer {}

    /** Fully connected; each output row has {@code out} numbers. */
    record Linear(int out) implements Layer {}

    /** max(x, 0). */
    record Relu() implements Layer {}

    /** tanh(x). */
    record Tanh() implements Layer {}

    /** 1 / (1 + exp(-x)). */
    record Sigmoid() implements Layer {}

    /** In training zeroes the share {@code p} at random. */
    record Dropout(double p) implements Layer {}
  }

  /** What is minimised. */
  public sealed interface Loss {
    /**
     * Of one of some classes; a logit for each.
     *
     * @param classWeights what a row of each class counts, in order of the labels; empty for 1
     */
    record CrossEntropy(double labelSmoothing, List<Double> classWeights) implements Loss {
      public CrossEntropy {
        classWeights = List.copyOf(classWeights);
      }
    }

    /** Of one of two classes; one logit. */
    record BinaryCrossEntropy() implements Loss {}

    /** Squared errors. */
    record Mse() implements Loss {}

    /** Absolute errors. */
    record L1() implements Loss {}

    /** Half the squared error up to {@code delta}, a straight line beyond. */
    record Huber(double delta) implements Loss {}

    /** True if the target is a class, false if it is numbers. */
    default boolean isOfClasses() {
      return this instanceof CrossEntropy || this instanceof BinaryCrossEntropy;
    }

    /** The word for it in a spec. */
    default String word() {
      if (this instanceof CrossEntropy) {
        return "cross_entropy";
      }
      if (this instanceof BinaryCrossEntropy) {
        return "binary_cross_entropy";
      }
      if (this instanceof Huber) {
        return "huber";
      }
      return this instanceof L1 ? "l1" : "mse";
    }
  }

  /** The one optimiser. */
  public sealed interface Optimizer {
    /** The learning rate. */
    double lr();
  }

  /** As torch.optim.SGD. */
  public record Sgd(double lr, double momentum, boolean nesterov, double weightDecay)
      implements Optimizer {}

  /**
   * As torch.optim.Adam, or AdamW.
   *
   * @param decoupled true for AdamW: the decay acts on the weights, not on the gradients
   */
  public record Adam(
      double lr, double beta1, double beta2, double eps, double weightDecay, boolean decoupled)
      implements Optimizer {}

  /**
   * How the learning rate changes: a warm-up, a decay, or the one and then the other.
   *
   * @param per when it changes, and what lengths count
   */
  public record Schedule(SchedulePer per, @Nullable WarmUp warmUp, @Nullable Decay decay) {

    public boolean isConstant() {
      return warmUp == null && decay == null;
    }

    /** True if the rate of an epoch depends on how many there are in all. */
    boolean needsEpochs() {
      return decay instanceof CosineDecay cosine && cosine.length() == null;
    }
  }

  /**
   * A straight line up to the learning rate.
   *
   * @param start the share of the rate to begin with
   */
  public record WarmUp(long length, double start) {}

  /** What the learning rate does after the warm-up. */
  public sealed interface Decay {}

  /** Times gamma after each {@code size}. */
  public record StepDecay(long size, double gamma) implements Decay {}

  /** Times gamma after each epoch or step. */
  public record ExponentialDecay(double gamma) implements Decay {}

  /**
   * Half a cosine down to {@code min}.
   *
   * @param length null is all of the training after the warm-up
   */
  public record CosineDecay(@Nullable Long length, double min) implements Decay {}

  /** Adds {@code l1 * sum(|w|) + l2 / 2 * sum(w^2)} to what is minimised. */
  public record Penalty(double l1, double l2) {}

  /**
   * Ends the training when the validation loss gets no better.
   *
   * @param patience for how many epochs; null trains to the end
   * @param minDelta by how much a loss must be lower to be better
   */
  public record EarlyStopping(@Nullable Integer patience, double minDelta) {}

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
    SpecSource source = new SpecSource(file.toString());
    return SpecTree.toSpec(SpecYaml.read(file, file.toString()), file, overrides, source);
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
    SpecSource keys = new SpecSource(source);
    if (!given.hasNonNull("name")) {
      throw keys.error("name", "is missing; it names the model");
    }
    return SpecTree.toSpec(given.deepCopy(), Path.of(source), List.of(), keys);
  }

  /** This spec as YAML with every key of it; loads again to an equal spec. */
  public String toYaml() {
    return SpecYaml.write(toTree());
  }

  /**
   * Hex SHA-256 over all keys that decide the weights or what they are measured on, and over the
   * content of {@code init}. Not in it: where data and output are, names, sinks, memory, and the
   * number of epochs, so that an unfinished run can be continued with more or fewer; unless the
   * learning rate follows a cosine over all of them.
   *
   * @throws WrongInputException if the file of {@code init} cannot be read
   */
  public String fingerprint() {
    return SpecFingerprint.of(this);
  }

  ObjectNode toTree() {
    return SpecTree.of(this);
  }
}
