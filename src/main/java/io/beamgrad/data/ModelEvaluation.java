package io.beamgrad.data;

import io.beamgrad.schema.Column;
import io.beamgrad.schema.Details;
import io.beamgrad.schema.FileRange;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.schema.Reject;
import io.beamgrad.schema.Split;
import io.beamgrad.schema.TimeThresholds;
import io.beamgrad.tensor.Tensor;
import io.beamgrad.train.Evaluation;
import io.beamgrad.train.Evaluator;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Loss and metrics of a model file on a split of a job's data; to the last bit those that the
 * training had, as the rows are summed up in the same order.
 *
 * <p>Files are read once, in their own order. Of each row only its place in the shuffle, the
 * model's outputs and the targets are kept, so that memory holds no features.
 */
public final class ModelEvaluation {
  private static final int ROWS_AT_ONCE = 1000;

  /**
   * @param rejected how many records could not be used
   * @param firstReject the first of them in words, or null
   * @param details what a report shows beyond that, or null where nobody wants it
   */
  public record Result(
      Evaluation evaluation, long rejected, String firstReject, @Nullable Details details) {}

  private final String path;
  private final ModelRecord model;
  private final long seed;
  private final Consumer<Reject> rejects;
  private final RowEncoder encoder;
  private final List<float[]> outputs = new ArrayList<>(); // one entry a row
  private final List<float[]> targets = new ArrayList<>();
  private final List<Float> weights = new ArrayList<>(); // empty without
  private final List<Shuffled> places = new ArrayList<>();
  private final SplitRule rule;
  private final Split wanted;
  private long rejected;
  private String firstReject;

  /**
   * A row's place in the shuffle.
   *
   * @param label the class of which the row is a share; null where ranks decide nothing of it
   */
  private record Shuffled(long hash, Place place, @Nullable String label) {
    private static final Comparator<Shuffled> ORDER =
        ((Comparator<Shuffled>) (a, b) -> Long.compareUnsigned(a.hash, b.hash))
            .thenComparing(row -> row.place.file())
            .thenComparingLong(row -> row.place.record());
  }

  private ModelEvaluation(
      String path,
      ModelRecord model,
      Split wanted,
      SplitRule rule,
      long seed,
      Consumer<Reject> rejects) {
    this.rejects = rejects;
    this.path = path;
    this.model = model;
    this.wanted = wanted;
    this.rule = rule;
    this.seed = seed;
    this.encoder = new RowEncoder(ModelFile.encoding(model));
  }

  /**
   * Evaluates.
   *
   * @param path names the model in messages
   * @param files with the columns of the model
   * @param rule how the rows of the training files are split
   * @param seed of the split
   * @param rejects is given each record that could not be used
   * @param wantsDetails whether to read the files again for what a report shows
   * @throws BrokenFileException where a file is, or the model has not been trained for its rows
   */
  public static Result of(
      String path,
      ModelRecord model,
      SourceFiles files,
      Split split,
      SplitRule rule,
      long seed,
      Consumer<Reject> rejects,
      boolean wantsDetails)
      throws InterruptedException {
    if (!files.columns().equals(model.getColumns())) {
      throw new BrokenFileException(
          "%s: takes %s, but the data have %s"
              .formatted(path, names(model.getColumns()), names(files.columns())));
    }
    ModelEvaluation evaluation = new ModelEvaluation(path, model, split, rule, seed, rejects);
    TimeThresholds thresholds = TimeCounts.thresholds(files.ranges(), rule);
    List<FileRange> ranges =
        files.ranges().stream()
            .filter(
                range ->
                    range.getSplit() == split
                        || (range.getSplit() == Split.TRAIN && mayGive(rule, split)))
            .map(range -> FileRange.newBuilder(range).setThresholds(thresholds).build())
            .toList();
    for (FileRange range : ranges) {
      evaluation.read(range);
    }
    return evaluation.result(wantsDetails ? ranges : List.of());
  }

  /** Whether rows of training files may be of a split. */
  private static boolean mayGive(SplitRule rule, Split split) {
    BigDecimal share =
        switch (split) {
          case TRAIN -> BigDecimal.ONE;
          case VALIDATION -> rule.validation();
          case TEST -> rule.test();
        };
    return rule.by() == SplitRule.By.COLUMN || share.signum() > 0;
  }

  private static String names(List<Column> columns) {
    return String.join(
        ", ", columns.stream().map(c -> c.getName() + " " + c.getType() + c.getShape()).toList());
  }

  private void read(FileRange range) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("evaluation was interrupted");
    }
    String identity = range.getIdentity();
    RowOrder order = RowOrder.of(seed, identity);
    Predictor predictor = new Predictor(path, model, this::keep);
    SourceFiles.reader(range.getFormat())
        .read(
            range,
            WeightCheck.of(
                range,
                new RowSplitter(
                    range,
                    rule,
                    seed,
                    new SplitSink() {
                      @Override
                      public void accept(Split split, long record, Object[] values) {
                        if (split != wanted && !(split == Split.TRAIN && rule.isByRank())) {
                          return;
                        }
                        float[] target = new float[encoder.targetWidth()];
                        try {
                          encoder.encodeTargets(values, 0, target, 0);
                        } catch (BrokenFileException e) {
                          reject(unknownClass(identity, record, values, e.getMessage()));
                          return;
                        }
                        targets.add(target);
                        if (encoder.isWeighted()) {
                          weights.add(encoder.weight(values, 0));
                        }
                        places.add(
                            new Shuffled(
                                order.hash(record),
                                new Place(identity, record),
                                label(split, target)));
                        predictor.add(record, values);
                      }

                      @Override
                      public void holdOut(String word) {}

                      @Override
                      public void holdOut(long record, Object[] values) {}

                      @Override
                      public void reject(Reject reject) {
                        firstReject = rejected == 0 ? Rejects.describe(reject) : firstReject;
                        rejected++;
                        rejects.accept(reject);
                      }
                    })));
    predictor.flush();
  }

  private Reject unknownClass(String file, long record, Object[] values, String reason) {
    int place = Columns.classColumn(model.getColumns());
    Object found = values[place] instanceof byte[] label ? label[0] & 0xff : values[place];
    return new Reject(
        file,
        record + 1,
        null,
        model.getColumns().get(place).getName(),
        Rejects.cut(String.valueOf(found)),
        reason);
  }

  private void keep(long[] records, Tensor batch) {
    int width = batch.size(1);
    for (int row = 0; row < batch.size(0); row++) {
      int from = row * width;
      outputs.add(Arrays.copyOfRange(batch.data(), from, from + width));
    }
  }

  /** The class that decides the share of a row, or null where ranks decide nothing of it. */
  private @Nullable String label(Split split, float[] target) {
    if (split != Split.TRAIN || !rule.isByRank()) {
      return null;
    }
    return rule.by() == SplitRule.By.STRATIFIED
        ? model.getLabels().get((int) target[0])
        : Shares.ANY;
  }

  /**
   * @param again the files to read again for details; none where nobody wants them
   */
  private Result result(List<FileRange> again) throws InterruptedException {
    Integer[] byRank = new Integer[places.size()];
    Arrays.setAll(byRank, i -> i);
    Arrays.sort(byRank, Comparator.comparing(places::get, Shuffled.ORDER));
    Map<String, Long> classRows = new HashMap<>();
    for (Shuffled place : places) {
      if (place.label != null) {
        classRows.merge(place.label, 1L, Long::sum);
      }
    }
    Shares shares = new Shares(rule, classRows);
    Integer[] ranks =
        Arrays.stream(byRank)
            .filter(
                row -> {
                  String label = places.get(row).label;
                  return label == null || shares.next(label) == wanted;
                })
            .toArray(Integer[]::new);
    Highlights highlights = new Highlights(Networks.loss(model.getLoss()).target());
    Evaluation found = evaluate(ranks, highlights);
    Details details =
        again.isEmpty() || ranks.length == 0
            ? null
            : new EvaluationDetails(path, model, seed, wanted, highlights, ranks, this::place)
                .of(again);
    return new Result(found, rejected, firstReject, details);
  }

  private Place place(int row) {
    return places.get(row).place;
  }

  /** Sums up outputs and targets in order of rank. */
  private Evaluation evaluate(Integer[] ranks, Highlights highlights) {
    Evaluator evaluator = new Evaluator(Networks.loss(model.getLoss()));
    boolean isClass = !model.getLabels().isEmpty();
    for (int from = 0; from < ranks.length; from += ROWS_AT_ONCE) {
      int rows = Math.min(ROWS_AT_ONCE, ranks.length - from);
      int width = outputs.get(ranks[from]).length;
      int targetWidth = encoder.targetWidth();
      float[] batch = new float[rows * width];
      float[] batchTargets = new float[rows * targetWidth];
      float[] batchWeights = new float[encoder.isWeighted() ? rows : 0];
      for (int i = 0; i < rows; i++) {
        int row = ranks[from + i];
        System.arraycopy(outputs.get(row), 0, batch, i * width, width);
        System.arraycopy(targets.get(row), 0, batchTargets, i * targetWidth, targetWidth);
        if (encoder.isWeighted()) {
          batchWeights[i] = weights.get(row);
        }
      }
      Tensor outputsOfBatch = Tensor.wrap(batch, rows, width);
      Tensor targetsOfBatch =
          isClass ? Tensor.wrap(batchTargets, rows) : Tensor.wrap(batchTargets, rows, targetWidth);
      evaluator.add(
          outputsOfBatch,
          targetsOfBatch,
          encoder.isWeighted() ? Tensor.wrap(batchWeights, rows) : null);
      highlights.add(outputsOfBatch, targetsOfBatch);
    }
    Evaluation found = evaluator.result();
    if (encoder.isWeighted() && ranks.length > 0 && found.weightSum() == 0) {
      throw new BrokenFileException(
          "the weights of all %d rows to evaluate on are 0".formatted(ranks.length));
    }
    return found;
  }
}
