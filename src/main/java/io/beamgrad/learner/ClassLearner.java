package io.beamgrad.learner;

import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.rows.Labels;
import io.beamgrad.data.rows.RawColumn;
import io.beamgrad.data.rows.RejectText;
import io.beamgrad.data.rows.TextsColumn;
import io.beamgrad.data.shuffle.BlockStore;
import io.beamgrad.failure.UnusableDataException;
import io.beamgrad.model.ClassOutputs;
import io.beamgrad.schema.BlockRef;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.CrossEntropy;
import io.beamgrad.schema.LearnedColumns;
import io.beamgrad.schema.OutcomeStatus;
import io.beamgrad.schema.TrainingPlan;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Learns which classes a model is to tell apart: those of the training rows alone, after the split.
 * The order of rows does not matter.
 */
public final class ClassLearner {
  private static final int MOST_CLASSES = 10_000;
  private static final int MOST_NAMED = 20;

  private final int column;
  private final String name;
  private final TreeSet<String> texts = new TreeSet<>();
  private int largest = -1; // label of one byte

  /**
   * @param columns of the blocks, of which one is a class
   */
  ClassLearner(List<Column> columns) {
    this.column = Columns.classColumn(columns);
    this.name = columns.get(column).getName();
  }

  /**
   * The labels in order of their index: texts sorted; of labels in one byte 0 up to the largest.
   *
   * @param loss of the model
   * @throws UnusableDataException where there are fewer than two or too many, or the loss has
   *     weights for another number of classes
   */
  List<String> labels(BlockDataset training, Object loss)
      throws InterruptedException, UnusableDataException {
    training.scan(training.size(), (block, from, to) -> add(block.column(column), from, to));
    return labels(loss);
  }

  /**
   * A plan with an output for each class of some training rows, of which it is to be trained on a
   * part alone.
   *
   * @param plan whose outputs are open
   * @param training the blocks of the rows
   * @param learned of the part, given these labels
   * @throws UnusableDataException as {@link #labels} does
   */
  public static Labelled labelled(
      TrainingPlan plan, List<BlockRef> training, LearnedColumns learned)
      throws InterruptedException, UnusableDataException {
    List<Column> columns = Columns.kept(plan.getColumns());
    ClassLearner classes = new ClassLearner(columns);
    ColumnBlock rows = new ColumnBlock(columns, 0);
    for (BlockRef block : training) {
      if (Thread.interrupted()) {
        throw new InterruptedException("looking for the classes was interrupted");
      }
      BlockStore.read(block, rows);
      classes.add(rows.column(classes.column), 0, rows.rows());
    }
    List<String> labels = classes.labels(plan.getLoss());
    return new Labelled(
        TrainingPlan.newBuilder(plan)
            .setLayers(ClassOutputs.of(plan.getLayers(), labels.size()))
            .build(),
        LearnedColumns.newBuilder(learned).setLabels(labels).build());
  }

  /** A plan and what was learned, with classes. */
  public record Labelled(TrainingPlan plan, LearnedColumns learned) {}

  private List<String> labels(Object loss) throws UnusableDataException {
    List<String> labels =
        largest < 0
            ? Labels.sorted(texts)
            : IntStream.rangeClosed(0, largest).mapToObj(Integer::toString).toList();
    if (labels.size() < 2 || texts.size() > MOST_CLASSES) {
      throw unusable(
          String.format(
              Locale.ROOT,
              "column '%s' has %s among the training rows; a model tells apart 2 to %,d",
              name,
              texts.size() > MOST_CLASSES
                  ? String.format(Locale.ROOT, "more than %,d classes", MOST_CLASSES)
                  : "one class (%s)".formatted(named(labels)),
              MOST_CLASSES));
    }
    if (loss instanceof CrossEntropy of
        && !of.getClassWeights().isEmpty()
        && of.getClassWeights().size() != labels.size()) {
      throw unusable(
          String.format(
              Locale.ROOT,
              "loss.classWeights: must be %,d numbers, one for each class of the training rows (%s), were %,d",
              labels.size(),
              named(labels),
              of.getClassWeights().size()));
    }
    return labels;
  }

  private void add(RawColumn classes, int from, int to) {
    if (classes instanceof TextsColumn names) {
      if (texts.size() <= MOST_CLASSES) {
        names.count(from, to, (text, times) -> texts.add(text));
      }
      return;
    }
    for (int row = from; row < to; row++) {
      largest = Math.max(largest, (int) classes.number(row));
    }
  }

  private static String named(List<String> labels) {
    return labels.stream()
            .limit(MOST_NAMED)
            .map(label -> RejectText.onOneLine(RejectText.cut(label)))
            .collect(Collectors.joining(", "))
        + (labels.size() > MOST_NAMED ? ", ..." : "");
  }

  private static UnusableDataException unusable(String message) {
    return new UnusableDataException(OutcomeStatus.BAD_INPUT, message);
  }
}
