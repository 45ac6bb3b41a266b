package io.beamgrad.evaluation;

import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.model.Networks;
import io.beamgrad.nn.Loss;
import io.beamgrad.schema.CrossEntropy;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.schema.ScoredRows;
import io.beamgrad.train.Evaluation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Compares models by the rows of a holdout that none of the two has seen. All are measured by the
 * challenger's loss.
 */
public final class ModelComparison {
  private static final int MOST_SEGMENTS = 1000;

  /**
   * The scores of the rows that judge both models.
   *
   * @param challenger the challenger's score of each row, times the row's weight
   * @param current the same of the version in service
   * @param weights the weight of each row
   * @param groups equal for rows that are held out together, as they are of one group or have one
   *     key; else each row has its own
   * @param onlyChallenger how many rows only the challenger classifies right
   * @param onlyCurrent how many rows only the version in service classifies right
   */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares or changes the arrays
  public record Pairs(
      double[] challenger,
      double[] current,
      double[] weights,
      long[] groups,
      long onlyChallenger,
      long onlyCurrent) {}

  /**
   * The metrics of the challenger and of another model.
   *
   * @param labels the challenger's classes
   * @param challenger its metrics on all rows that can judge it, of which those of classes that it
   *     does not know are wrong in accuracy
   * @param segments the challenger's metrics on each segment that is counted
   * @param challengerPaired its metrics on the rows that can judge both; null without another
   * @param current the metrics of the other on those rows
   * @param unknown how many rows have a class that the challenger does not know
   * @param firstUnknown the class of the first such row
   * @param unpaired how many rows are not compared: they lack a value that the other needs, or with
   *     another metric than accuracy one of the two does not know their class
   * @param seen how many rows are held out, but may have trained one of the two
   */
  public record Result(
      List<String> labels,
      Evaluation challenger,
      Map<String, Evaluation> segments,
      @Nullable Evaluation challengerPaired,
      @Nullable Evaluation current,
      @Nullable Pairs pairs,
      long unknown,
      @Nullable String firstUnknown,
      long unpaired,
      long seen) {}

  private final List<ModelRecord> models;
  private final List<Loss> losses = new ArrayList<>();
  private final List<ScoredRows> scored;
  private final @Nullable PerRowScore metric;
  private final Predicate<String> counted; // segments

  /**
   * @param models the challenger first
   * @param scored the rows of the holdout as {@link HoldoutScoring} gives them for these models, in
   *     the order of files and records
   * @param metric the metric whose score of each row is compared; null for a metric that is no mean
   *     of rows
   * @param counted which segments have metrics of their own
   */
  public ModelComparison(
      List<ModelRecord> models,
      List<ScoredRows> scored,
      @Nullable PerRowScore metric,
      Predicate<String> counted) {
    this.models = List.copyOf(models);
    this.scored = List.copyOf(scored);
    this.metric = metric;
    this.counted = counted;
    models.forEach(model -> losses.add(loss(models.get(0), model)));
  }

  /** The challenger's loss, with its class weights in the order of the other model's classes. */
  private static Loss loss(ModelRecord challenger, ModelRecord other) {
    Object loss = challenger.getLoss();
    List<String> labels = challenger.getLabels();
    if (labels.equals(other.getLabels()) && loss.getClass() == other.getLoss().getClass()) {
      return Networks.loss(loss);
    }
    if (loss instanceof CrossEntropy of && other.getLoss() instanceof CrossEntropy) {
      List<Float> weights = new ArrayList<>();
      if (!of.getClassWeights().isEmpty()) {
        for (String label : other.getLabels()) {
          int index = labels.indexOf(label);
          weights.add(index < 0 ? 1f : of.getClassWeights().get(index));
        }
      }
      return Networks.loss(new CrossEntropy(of.getLabelSmoothing(), weights));
    }
    // For two classes one model has one output, the other two: each has the loss of its outputs.
    return labels.isEmpty() ? Networks.loss(loss) : Networks.loss(other.getLoss());
  }

  /**
   * The metrics of one model on the rows of some files that can judge it.
   *
   * @param model its index
   * @param files whether the file of an identity counts
   */
  public Evaluation evaluation(int model, Predicate<String> files) {
    RowScores rows = new RowScores(models.get(model), losses.get(model), metric);
    for (ScoredRows batch : of(files)) {
      ScoredModel scores = new ScoredModel(batch, model);
      rows.add(scores, scores.rows(scores::judges));
    }
    return rows.evaluation();
  }

  /** How many rows of some files can judge both the challenger and another model. */
  public long rows(int other, Predicate<String> files) {
    return of(files).stream()
        .mapToLong(batch -> paired(new ScoredModel(batch, 0), new ScoredModel(batch, other)).size())
        .sum();
  }

  private List<Integer> paired(ScoredModel challenger, ScoredModel current) {
    return challenger.rows(row -> isScored(challenger, row) && isScored(current, row));
  }

  /**
   * Whether a row has a score: in accuracy a row of a class that the model does not know is wrong;
   * of other metrics it has none.
   */
  private boolean isScored(ScoredModel model, int row) {
    return metric == PerRowScore.ACCURACY ? model.judges(row) : model.is(row, RowState.JUDGES);
  }

  private List<ScoredRows> of(Predicate<String> files) {
    return scored.stream().filter(batch -> files.test(batch.getIdentity())).toList();
  }

  /**
   * Compares the challenger with another model.
   *
   * @param other its index; 0 for none
   * @param files whether the file of an identity counts
   * @throws BrokenFileException where there are too many segments
   */
  public Result compare(int other, Predicate<String> files) {
    RowScores all = new RowScores(models.get(0), losses.get(0), metric);
    RowScores ours = new RowScores(models.get(0), losses.get(0), metric);
    RowScores theirs = new RowScores(models.get(other), losses.get(other), metric);
    Segments segments = new Segments();
    List<String> unknown = new ArrayList<>();
    long unpaired = 0;
    long seen = 0;
    for (ScoredRows batch : of(files)) {
      ScoredModel challenger = new ScoredModel(batch, 0);
      ScoredModel current = new ScoredModel(batch, other);
      List<Integer> judging = challenger.rows(challenger::judges);
      List<Integer> both = paired(challenger, current);
      all.add(challenger, judging);
      segments.add(batch, challenger, judging);
      if (other > 0) {
        ours.add(challenger, both);
        theirs.add(current, both);
      }
      unknown.addAll(batch.getUnknown());
      List<Integer> trained =
          challenger.rows(
              row ->
                  challenger.is(row, RowState.MAY_HAVE_TRAINED)
                      || current.is(row, RowState.MAY_HAVE_TRAINED));
      seen += trained.size();
      unpaired +=
          judging.stream().filter(row -> !current.is(row, RowState.MAY_HAVE_TRAINED)).count()
              - both.size();
    }
    boolean isAlone = other == 0;
    return new Result(
        models.get(0).getLabels(),
        all.evaluation(),
        segments.evaluations(),
        isAlone ? null : ours.evaluation(),
        isAlone ? null : theirs.evaluation(),
        isAlone ? null : RowScores.pairs(ours, theirs),
        unknown.size(),
        unknown.isEmpty() ? null : unknown.get(0),
        isAlone ? 0 : unpaired,
        seen);
  }

  /** The challenger's rows by their segment. */
  private final class Segments {
    private final Map<String, RowScores> all = new TreeMap<>();

    void add(ScoredRows batch, ScoredModel challenger, List<Integer> judging) {
      if (batch.getSegments() == null) {
        return;
      }
      Map<String, List<Integer>> bySegment = new TreeMap<>();
      for (int row : judging) {
        String segment = batch.getSegments().get(row);
        if (counted.test(segment)) {
          bySegment.computeIfAbsent(segment, s -> new ArrayList<>()).add(row);
        }
      }
      bySegment.forEach(
          (segment, rows) ->
              all.computeIfAbsent(segment, s -> new RowScores(models.get(0), losses.get(0), metric))
                  .add(challenger, rows));
      if (all.size() > MOST_SEGMENTS) {
        throw new BrokenFileException(
            String.format(
                Locale.ROOT,
                "retrain.gate.segment: has more than %,d values with a floor in the holdout",
                MOST_SEGMENTS));
      }
    }

    Map<String, Evaluation> evaluations() {
      Map<String, Evaluation> found = new TreeMap<>();
      all.forEach((segment, rows) -> found.put(segment, rows.evaluation()));
      return found;
    }
  }
}
