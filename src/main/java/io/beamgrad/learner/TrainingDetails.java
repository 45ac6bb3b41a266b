package io.beamgrad.learner;

import io.beamgrad.data.encoding.EncodedRows;
import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.data.rows.RowOrigin;
import io.beamgrad.details.BaselineEvaluator;
import io.beamgrad.details.BaselineLearner;
import io.beamgrad.details.ClassTally;
import io.beamgrad.details.ColumnSummaries;
import io.beamgrad.details.DetailRows;
import io.beamgrad.details.NotableRows;
import io.beamgrad.details.PermutationImportance;
import io.beamgrad.details.TwoClassScores;
import io.beamgrad.model.Networks;
import io.beamgrad.nn.Loss;
import io.beamgrad.nn.Module;
import io.beamgrad.optim.Schedule;
import io.beamgrad.schema.Adam;
import io.beamgrad.schema.Baseline;
import io.beamgrad.schema.BaselineScore;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.Details;
import io.beamgrad.schema.LearningRate;
import io.beamgrad.schema.LearningRateSchedule;
import io.beamgrad.schema.SchedulePer;
import io.beamgrad.schema.Sgd;
import io.beamgrad.schema.Split;
import io.beamgrad.schema.SplitSummary;
import io.beamgrad.schema.TrainingPlan;
import io.beamgrad.train.EvaluationListener;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ObjIntConsumer;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * What a report shows beyond the metrics of a training, gathered at its end: on the test rows, or
 * without them on the validation or some training rows. Nothing of it changes the model.
 */
public final class TrainingDetails {
  private static final long MOST_TRAIN_ROWS = 10_000;
  private static final long MOST_COUNTED = 1_000_000;
  private static final int MOST_CLASSES = 1000;
  private static final int RATES = 200;

  private final TrainingInputs inputs;
  private final TrainingPlan plan;
  private final BlockDataset training;
  private final BlockDataset validation;
  private final BlockDataset test;
  private final Module network;
  private final Loss loss;
  private final Split split;
  private final NotableRows highlights;
  private final TwoClassScores twoClasses;
  private List<LearningRate> learningRates = List.of();
  private @Nullable Baseline baseline;
  private @Nullable BaselineEvaluator measured; // by the evaluation; null where it is of some rows

  public TrainingDetails(
      TrainingInputs inputs,
      BlockDataset training,
      BlockDataset validation,
      BlockDataset test,
      Module network) {
    this.inputs = inputs;
    this.plan = inputs.plan();
    this.training = training;
    this.validation = validation;
    this.test = test;
    this.network = network;
    this.loss = Networks.loss(plan.getLoss());
    this.split =
        test.size() > 0 ? Split.TEST : validation.size() > 0 ? Split.VALIDATION : Split.TRAIN;
    this.highlights = new NotableRows(loss.target());
    this.twoClasses = new TwoClassScores(loss.target());
  }

  /** The split to evaluate. */
  public Split split() {
    return split;
  }

  public BlockDataset rows() {
    return switch (split) {
      case TEST -> test;
      case VALIDATION -> validation;
      default -> training;
    };
  }

  /** How many of the rows to evaluate. */
  public long looked() {
    return split == Split.TRAIN ? Math.min(MOST_TRAIN_ROWS, training.size()) : rows().size();
  }

  /** To be shown the evaluation of the finished model on {@link #rows}. */
  public EvaluationListener listener() {
    return (outputs, targets, weights) -> {
      highlights.add(outputs, targets);
      twoClasses.add(outputs, targets, weights);
    };
  }

  /** Learns what says the same of each row, of what {@link #shownTo} is given. */
  BaselineLearner baselineLearner() {
    return new BaselineLearner(inputs.learned().getLabels().size(), targetWidth());
  }

  /** To be given all training rows in their order. */
  ObjIntConsumer<EncodedRows> shownTo(BaselineLearner learner) {
    return (rows, count) -> learner.add(rows.targets(), weights(rows), count);
  }

  /**
   * A listener that measures a baseline, too, where all {@link #rows} are evaluated.
   *
   * @param of null where there is none
   */
  public EvaluationListener withBaseline(@Nullable Baseline of, EvaluationListener listener) {
    baseline = of;
    measured = of != null && looked() == rows().size() ? new BaselineEvaluator(of) : null;
    return measured == null ? listener : listener.and(measured);
  }

  /**
   * What the baseline has on all {@link #rows}, once they were evaluated; null where there is none.
   */
  public @Nullable BaselineScore baselineScore() throws InterruptedException {
    if (baseline == null) {
      return null;
    }
    List<String> labels = inputs.learned().getLabels();
    if (measured != null) {
      return measured.result(labels);
    }
    BaselineEvaluator evaluator = new BaselineEvaluator(baseline);
    BlockDataset all = rows();
    all.scanEncoded(
        all.size(), (rows, count) -> evaluator.add(rows.targets(), weights(rows), count));
    return evaluator.result(labels);
  }

  private int targetWidth() {
    return IntStream.of(training.targetShape()).reduce(1, (a, b) -> a * b);
  }

  private float @Nullable [] weights(EncodedRows rows) {
    return training.isWeighted() ? rows.weights() : null;
  }

  /**
   * Notes the learning rates of the training.
   *
   * @param epochs the epochs that were trained
   */
  void setLearningRates(Schedule schedule, int epochs, long stepsOfEpoch) {
    LearningRateSchedule settings = plan.getSchedule();
    boolean isPerStep = settings != null && settings.getPer() == SchedulePer.STEP;
    double initial =
        plan.getOptimizer() instanceof Sgd sgd ? sgd.getLr() : ((Adam) plan.getOptimizer()).getLr();
    long last = epochs * stepsOfEpoch - 1;
    if (last < 0) {
      return;
    }
    learningRates =
        LongStream.rangeClosed(0, RATES)
            .map(i -> Math.round((double) last * i / RATES))
            .distinct()
            .mapToObj(
                step ->
                    new LearningRate(
                        (double) step / stepsOfEpoch,
                        schedule.lr(initial, isPerStep ? step : step / stepsOfEpoch)))
            .toList();
  }

  /** To be called after the evaluation. */
  public Details make() throws InterruptedException {
    List<Column> columns = training.encoding().columns();
    ColumnSummaries summaries = new ColumnSummaries(columns);
    training.scan(summaries.room(), summaries::add);
    Details.Builder details =
        Details.newBuilder()
            .setModel(plan.getModel())
            .setSplit(split)
            .setSplits(splits())
            .setSummarised(summaries.rows())
            .setColumns(summaries.records())
            .setLearningRates(learningRates)
            .setImportance(null)
            .setTwoClasses(twoClasses.result().orElse(null));
    BlockDataset rows = rows();
    new DetailRows(highlights, columns, source(rows)).putInto(details);
    if (PermutationImportance.appliesTo(columns)) {
      network.eval();
      long first = Math.min(PermutationImportance.ROWS, looked());
      new PermutationImportance(network, loss, rows.encoding(), plan.getSeed())
          .of(rows.raw(LongStream.range(0, first).toArray()))
          .ifPresent(details::setImportance);
    }
    return details.build();
  }

  private static DetailRows.Source source(BlockDataset rows) {
    return new DetailRows.Source() {
      @Override
      public ColumnBlock rows(long[] numbers) {
        return rows.raw(numbers);
      }

      @Override
      public RowOrigin place(long number) {
        return rows.place(number);
      }
    };
  }

  private List<SplitSummary> splits() throws InterruptedException {
    List<SplitSummary> splits = new ArrayList<>();
    add(splits, Split.TRAIN, training);
    add(splits, Split.VALIDATION, validation);
    add(splits, Split.TEST, test);
    add(
        splits,
        Split.CALIBRATION,
        inputs.dataset(Split.CALIBRATION, training.encoding().encodings()));
    return splits;
  }

  private void add(List<SplitSummary> splits, Split of, BlockDataset rows)
      throws InterruptedException {
    if (rows.size() > 0) {
      int classes = inputs.learned().getLabels().size();
      boolean counts = classes > 0 && classes <= MOST_CLASSES;
      long counted = counts ? Math.min(MOST_COUNTED, rows.size()) : 0;
      ClassTally tally = new ClassTally(rows.encoding());
      rows.scanEncoded(counted, (encoded, count) -> tally.add(encoded.targets(), count));
      splits.add(
          new SplitSummary(of, rows.size(), counted, counts ? tally.rows() : List.<Long>of()));
    }
  }
}
