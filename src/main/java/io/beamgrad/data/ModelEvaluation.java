package io.beamgrad.data;

import io.beamgrad.schema.Column;
import io.beamgrad.schema.Details;
import io.beamgrad.schema.FileRange;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.schema.Reject;
import io.beamgrad.schema.Split;
import io.beamgrad.tensor.Tensor;
import io.beamgrad.train.Evaluation;
import io.beamgrad.train.Evaluator;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
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
  private final RowEncoder encoder;
  private final List<float[]> outputs = new ArrayList<>(); // one entry a row
  private final List<float[]> targets = new ArrayList<>();
  private final List<Shuffled> places = new ArrayList<>();
  private long rejected;
  private String firstReject;

  /** A row's place in the shuffle. */
  private record Shuffled(long hash, String identity, long record) {
    private static final Comparator<Shuffled> ORDER =
        ((Comparator<Shuffled>) (a, b) -> Long.compareUnsigned(a.hash, b.hash))
            .thenComparing(Shuffled::identity)
            .thenComparingLong(Shuffled::record);
  }

  private ModelEvaluation(String path, ModelRecord model, long seed) {
    this.path = path;
    this.model = model;
    this.seed = seed;
    this.encoder = new RowEncoder(ModelFile.encoding(model));
  }

  /**
   * Evaluates.
   *
   * @param path names the model in messages
   * @param files with the columns of the model
   * @param validation the share of the training files' rows to validate on
   * @param seed of the split
   * @param wantsDetails whether to read the files again for what a report shows
   * @throws BrokenFileException where a file is, or the model has not been trained for its rows
   */
  public static Result of(
      String path,
      ModelRecord model,
      SourceFiles files,
      Split split,
      BigDecimal validation,
      long seed,
      boolean wantsDetails)
      throws InterruptedException {
    if (!files.columns().equals(model.getColumns())) {
      throw new BrokenFileException(
          "%s: takes %s, but the data have %s"
              .formatted(path, names(model.getColumns()), names(files.columns())));
    }
    ModelEvaluation evaluation = new ModelEvaluation(path, model, seed);
    Split filesOf = split == Split.TEST ? Split.TEST : Split.TRAIN;
    List<FileRange> ranges =
        files.ranges().stream().filter(range -> range.getSplit() == filesOf).toList();
    for (FileRange range : ranges) {
      evaluation.read(range);
    }
    return evaluation.result(split, validation, wantsDetails ? ranges : List.of());
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
            new RowSink() {
              @Override
              public void accept(long record, Object[] values) {
                float[] target = new float[encoder.targetWidth()];
                try {
                  encoder.encodeTargets(values, 0, target, 0);
                } catch (BrokenFileException e) {
                  throw new BrokenFileException(
                      "%s record %d: %s".formatted(identity, record + 1, e.getMessage()), e);
                }
                targets.add(target);
                places.add(new Shuffled(order.hash(record), identity, record));
                predictor.add(record, values);
              }

              @Override
              public void reject(Reject reject) {
                firstReject = rejected == 0 ? Rejects.describe(reject) : firstReject;
                rejected++;
              }
            });
    predictor.flush();
  }

  private void keep(long[] records, Tensor batch) {
    int width = batch.size(1);
    for (int row = 0; row < batch.size(0); row++) {
      int from = row * width;
      outputs.add(Arrays.copyOfRange(batch.data(), from, from + width));
    }
  }

  /**
   * @param again the files to read again for details; none where nobody wants them
   */
  private Result result(Split split, BigDecimal validation, List<FileRange> again)
      throws InterruptedException {
    Integer[] byRank = new Integer[places.size()];
    Arrays.setAll(byRank, i -> i);
    Arrays.sort(byRank, Comparator.comparing(places::get, Shuffled.ORDER));
    int validationRows =
        split == Split.TEST
            ? 0
            : validation.multiply(BigDecimal.valueOf(byRank.length)).toBigInteger().intValueExact();
    Integer[] ranks =
        split == Split.VALIDATION
            ? Arrays.copyOfRange(byRank, 0, validationRows)
            : Arrays.copyOfRange(byRank, validationRows, byRank.length);
    Highlights highlights = new Highlights(Networks.loss(model.getLoss()).target());
    Evaluation found = evaluate(ranks, highlights);
    Details details =
        again.isEmpty() || ranks.length == 0
            ? null
            : new EvaluationDetails(path, model, seed, split, highlights, ranks, places.size())
                .of(again);
    return new Result(found, rejected, firstReject, details);
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
      for (int i = 0; i < rows; i++) {
        int row = ranks[from + i];
        System.arraycopy(outputs.get(row), 0, batch, i * width, width);
        System.arraycopy(targets.get(row), 0, batchTargets, i * targetWidth, targetWidth);
      }
      Tensor outputsOfBatch = Tensor.wrap(batch, rows, width);
      Tensor targetsOfBatch =
          isClass ? Tensor.wrap(batchTargets, rows) : Tensor.wrap(batchTargets, rows, targetWidth);
      evaluator.add(outputsOfBatch, targetsOfBatch);
      highlights.add(outputsOfBatch, targetsOfBatch);
    }
    return evaluator.result();
  }
}
