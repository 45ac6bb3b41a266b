package io.beamgrad.evaluation;

import io.beamgrad.data.encoding.InputCounts;
import io.beamgrad.data.encoding.InputObserver;
import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.rows.ReadListener;
import io.beamgrad.data.rows.RejectText;
import io.beamgrad.data.sources.SourceFiles;
import io.beamgrad.data.split.SplitRule;
import io.beamgrad.details.BaselineEvaluator;
import io.beamgrad.details.CalibrationMeter;
import io.beamgrad.details.NotableRows;
import io.beamgrad.details.TwoClassScores;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.model.KeyedModels;
import io.beamgrad.model.Networks;
import io.beamgrad.nn.Loss;
import io.beamgrad.predict.BatchPredictor;
import io.beamgrad.schema.BaselineScore;
import io.beamgrad.schema.CalibrationFigures;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.Details;
import io.beamgrad.schema.FileRange;
import io.beamgrad.schema.InputCount;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.schema.Reject;
import io.beamgrad.schema.Split;
import io.beamgrad.tensor.Tensor;
import io.beamgrad.train.Evaluation;
import io.beamgrad.train.EvaluationListener;
import io.beamgrad.train.Evaluator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Measures loss and metrics of a model file on a split of a job's data. They equal those of the
 * training to the last bit, as rows are summed up in the same order.
 *
 * <p>Files are read once, in their own order. Of each row only its position in the shuffle, the
 * model's outputs and the targets are kept; features are not.
 */
public final class ModelEvaluation {
  private static final int ROWS_AT_ONCE = 1000;

  /**
   * @param rejected how many records could not be used
   * @param firstReject the first rejected record in words; null where there is none
   * @param details what a report shows beyond the metrics; null where it was not asked for
   * @param pooled what the pooled model alone would have, where keys have models of their own; else
   *     null
   * @param inputs what was counted of the values of the columns
   * @param baseline what saying the same of each row would have; null of a model of before
   * @param unknownClasses the classes of rows that the model does not know, sorted
   * @param calibration how well the model says how sure it is; null where it does not
   * @param slices scores by the values of the features that were asked for
   */
  public record Result(
      Evaluation evaluation,
      long rejected,
      String firstReject,
      @Nullable Details details,
      @Nullable Evaluation pooled,
      @Nullable BaselineScore baseline,
      List<InputCount> inputs,
      List<String> unknownClasses,
      @Nullable CalibrationFigures calibration,
      List<ColumnSlices> slices) {}

  private final String path;
  private final ModelRecord model;
  private final Optional<ModelRecord> pooledModel; // empty without models by key
  private final long seed;
  private final Consumer<Reject> rejects;
  private final ReadListener listener;
  private final SplitRows rows;
  private final List<float[]> outputs = new ArrayList<>(); // one entry a row
  private final List<float[]> pooledOutputs = new ArrayList<>(); // empty without models by key
  private final InputObserver observer;
  private final byte[] allSeen; // (observed columns)
  private final List<byte[]> observed = new ArrayList<>(); // one entry a row
  private final List<SlicedColumn> sliced;
  private final Split wanted;
  private long rejected;
  private String firstReject;

  private ModelEvaluation(
      String path,
      ModelRecord model,
      Split wanted,
      SplitRule rule,
      long seed,
      Consumer<Reject> rejects,
      ReadListener listener,
      List<String> by) {
    this.listener = listener;
    this.rejects = rejects;
    this.path = path;
    this.model = model;
    this.pooledModel =
        model.getKeyWeights().isEmpty() ? Optional.empty() : Optional.of(KeyedModels.pooled(model));
    this.wanted = wanted;
    this.seed = seed;
    this.rows = new SplitRows(model, wanted, rule, seed, this::reject, listener);
    this.observer = rows.encoder().observer(model.getCoverage(), true);
    this.allSeen = new byte[observer.columns().size()];
    List<Column> features = Columns.features(model.getColumns());
    this.sliced = new ArrayList<>();
    for (int i = 0; i < features.size(); i++) {
      if (by.contains(features.get(i).getName())) {
        sliced.add(new SlicedColumn(features, i));
      }
    }
  }

  /** The features by whose values scores can be told. */
  public static List<String> sliceable(ModelRecord model) {
    return Columns.features(model.getColumns()).stream()
        .filter(SlicedColumn::appliesTo)
        .map(Column::getName)
        .toList();
  }

  /**
   * Evaluates.
   *
   * @param path names the model in messages
   * @param files the files, which have the columns of the model
   * @param rule how the rows of the training files are split
   * @param seed of the split
   * @param rejects receives each record that cannot be used
   * @param listener is told of all records that are read
   * @param wantsDetails whether to read the files again for what a report shows
   * @param by the features by whose values scores are told, all of them {@link #sliceable}
   * @throws BrokenFileException where a file is damaged, its columns are not those of the model, or
   *     the model knows the class of no row
   */
  public static Result of(
      String path,
      ModelRecord model,
      SourceFiles files,
      Split split,
      SplitRule rule,
      long seed,
      Consumer<Reject> rejects,
      ReadListener listener,
      boolean wantsDetails,
      List<String> by)
      throws InterruptedException {
    ModelEvaluation evaluation =
        new ModelEvaluation(path, model, split, rule, seed, rejects, listener, by);
    List<FileRange> ranges = evaluation.rows.ranges(path, files);
    for (FileRange range : ranges) {
      evaluation.read(range);
    }
    return evaluation.result(wantsDetails ? ranges : List.of());
  }

  private void read(FileRange range) throws InterruptedException {
    BatchPredictor predictor =
        new BatchPredictor(path, model, (records, found) -> keep(found, outputs));
    Optional<BatchPredictor> pooled =
        pooledModel.map(
            alone ->
                new BatchPredictor(path, alone, (records, found) -> keep(found, pooledOutputs)));
    rows.read(
        range,
        (record, row) -> {
          observe(row);
          sliced.forEach(column -> column.add(row));
          predictor.add(record, row);
          pooled.ifPresent(other -> other.add(record, row));
        });
    predictor.flush();
    pooled.ifPresent(BatchPredictor::flush);
  }

  private void observe(ColumnBlock row) {
    byte[] found = observer.observe(row, 0);
    observed.add(Arrays.equals(found, allSeen) ? allSeen : found.clone());
  }

  /** Of the rows that were evaluated. */
  private List<InputCount> inputs(Integer[] ranks) {
    InputCounts counts = new InputCounts(observer.columns());
    for (int row : ranks) {
      counts.add(observed.get(row));
    }
    return counts.records();
  }

  private void reject(Reject reject) {
    firstReject = rejected == 0 ? RejectText.describe(reject) : firstReject;
    rejected++;
    rejects.accept(reject);
  }

  private static void keep(Tensor batch, List<float[]> outputs) {
    int width = batch.size(1);
    for (int row = 0; row < batch.size(0); row++) {
      int from = row * width;
      outputs.add(Arrays.copyOfRange(batch.data(), from, from + width));
    }
  }

  /**
   * @param again the files to read again for details; empty where no details are asked for
   */
  private Result result(List<FileRange> again) throws InterruptedException {
    Integer[] ranks = rows.ranked();
    NotableRows notable = new NotableRows(Networks.loss(model.getLoss()).target());
    TwoClassScores twoClasses = new TwoClassScores(Networks.loss(model.getLoss()).target());
    CalibrationMeter meter = model.getCalibration() == null ? null : new CalibrationMeter(model);
    EvaluationListener listening =
        (outputsOfBatch, targets, weights) -> {
          notable.add(outputsOfBatch, targets);
          twoClasses.add(outputsOfBatch, targets, weights);
        };
    Evaluation found = evaluate(ranks, outputs, meter == null ? listening : listening.and(meter));
    Evaluation pooled =
        pooledModel.isPresent() ? evaluate(ranks, pooledOutputs, EvaluationListener.NONE) : null;
    Details details =
        again.isEmpty() || ranks.length == 0
            ? null
            : Details.newBuilder(
                    new EvaluationDetails(path, model, seed, wanted, notable, ranks, rows::origin)
                        .of(again, listener))
                .setTwoClasses(twoClasses.result().orElse(null))
                .build();
    return new Result(
        found,
        rejected,
        firstReject,
        details,
        pooled,
        baseline(ranks),
        inputs(ranks),
        rows.unknownClasses(ranks),
        meter == null || ranks.length == 0 ? null : meter.result(wanted),
        sliced.stream().map(column -> slices(column, ranks)).toList());
  }

  private ColumnSlices slices(SlicedColumn column, Integer[] ranks) {
    return new ColumnSlices(
        column.name(),
        column.slices(ranks).stream()
            .map(
                of -> {
                  Integer[] some = of.rows().toArray(Integer[]::new);
                  Evaluation found = sum(some, outputs, EvaluationListener.NONE);
                  return Slice.of(of, found, errors(some), weights(some));
                })
            .sorted(Slice.WORST_FIRST)
            .toList());
  }

  /** The mean absolute error of each row; empty for classes. */
  private double[] errors(Integer[] of) {
    Loss loss = Networks.loss(model.getLoss());
    double[] errors = new double[loss.target() == Loss.Target.NUMBERS ? of.length : 0];
    for (int i = 0; i < errors.length; i++) {
      float[] output = outputs.get(of[i]);
      float[] target = rows.targets(of[i]);
      errors[i] =
          PerRowScore.MAE
              .values(
                  loss,
                  Tensor.wrap(output, 1, output.length),
                  Tensor.wrap(target, 1, target.length),
                  null)[0];
    }
    return errors;
  }

  private double[] weights(Integer[] of) {
    return Arrays.stream(of)
        .mapToDouble(row -> rows.encoder().isWeighted() ? rows.weight(row) : 1)
        .toArray();
  }

  private @Nullable BaselineScore baseline(Integer[] ranks) {
    if (model.getBaseline() == null) {
      return null;
    }
    BaselineEvaluator evaluator = new BaselineEvaluator(model.getBaseline());
    for (int row : ranks) {
      evaluator.add(
          rows.targets(row),
          rows.encoder().isWeighted() ? new float[] {rows.weight(row)} : null,
          1);
    }
    return evaluator.result(model.getLabels());
  }

  /** Sums up outputs and targets in order of rank. */
  private Evaluation sum(Integer[] ranks, List<float[]> outputs, EvaluationListener listener) {
    Evaluator evaluator = new Evaluator(Networks.loss(model.getLoss()));
    boolean isClass = !model.getLabels().isEmpty();
    boolean isWeighted = rows.encoder().isWeighted();
    int targetWidth = rows.encoder().targetWidth();
    for (int from = 0; from < ranks.length; from += ROWS_AT_ONCE) {
      int count = Math.min(ROWS_AT_ONCE, ranks.length - from);
      int width = outputs.get(ranks[from]).length;
      float[] batch = new float[count * width];
      float[] batchTargets = new float[count * targetWidth];
      float[] batchWeights = new float[isWeighted ? count : 0];
      for (int i = 0; i < count; i++) {
        int row = ranks[from + i];
        System.arraycopy(outputs.get(row), 0, batch, i * width, width);
        System.arraycopy(rows.targets(row), 0, batchTargets, i * targetWidth, targetWidth);
        if (isWeighted) {
          batchWeights[i] = rows.weight(row);
        }
      }
      Tensor outputsOfBatch = Tensor.wrap(batch, count, width);
      Tensor targetsOfBatch =
          isClass
              ? Tensor.wrap(batchTargets, count)
              : Tensor.wrap(batchTargets, count, targetWidth);
      Tensor weightsOfBatch = isWeighted ? Tensor.wrap(batchWeights, count) : null;
      evaluator.add(outputsOfBatch, targetsOfBatch, weightsOfBatch);
      listener.onBatch(outputsOfBatch, targetsOfBatch, weightsOfBatch);
    }
    return evaluator.result();
  }

  private Evaluation evaluate(Integer[] ranks, List<float[]> outputs, EvaluationListener listener) {
    Evaluation found = sum(ranks, outputs, listener);
    boolean isWeighted = rows.encoder().isWeighted();
    if (ranks.length > 0 && found.known() == 0) {
      throw new BrokenFileException(
          String.format(
              Locale.ROOT,
              "%s: knows the class of none of the %,d rows to evaluate on, such as '%s'",
              path,
              ranks.length,
              RejectText.onOneLine(RejectText.cut(rows.unknownClasses(ranks).get(0)))));
    }
    if (isWeighted && ranks.length > 0 && found.weightSum() == 0) {
      throw new BrokenFileException(
          "the weights of all %s rows%s to evaluate on are 0"
              .formatted(found.known(), found.known() < ranks.length ? " of known classes" : ""));
    }
    return found;
  }
}
