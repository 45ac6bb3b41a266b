package io.beamgrad.details;

import io.beamgrad.data.rows.BytesColumn;
import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.data.rows.ColumnLayout;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.rows.RowOrigin;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.DetailRow;
import io.beamgrad.schema.Details;
import io.beamgrad.schema.Guess;
import io.beamgrad.schema.Picture;
import io.beamgrad.schema.TargetPoints;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Makes the report's records of the rows that {@link NotableRows} picked. */
public final class DetailRows {
  private static final int MOST_VALUES = 20;
  private static final int MOST_GUESSES = 3;
  private static final int MOST_TARGETS = 10;
  private static final int MOST_PIXELS = 128; // of each side

  /** Gives the rows that were evaluated. */
  public interface Source {

    /** The rows of these ranks. */
    ColumnBlock rows(long[] numbers);

    RowOrigin place(long number);
  }

  private final NotableRows notable;
  private final List<Column> columns;
  private final Source source;

  public DetailRows(NotableRows notable, List<Column> columns, Source source) {
    this.notable = notable;
    this.columns = columns;
    this.source = source;
  }

  /**
   * The ranks of the rows that a report needs: the notable rows, and the first rows for the
   * columns' importance.
   */
  public static long[] wanted(NotableRows notable, List<Column> columns) {
    long first =
        PermutationImportance.appliesTo(columns)
            ? Math.min(PermutationImportance.ROWS, notable.rows())
            : Math.min(NotableRows.SAMPLES, notable.rows());
    return LongStream.concat(
            LongStream.range(0, first),
            notable.worst().stream().mapToLong(NotableRows.Pick::row).filter(row -> row >= first))
        .sorted()
        .toArray();
  }

  /** Sets samples, mistakes, points, and how many rows were looked at. */
  public void putInto(Details.Builder details) {
    List<NotableRows.Pick> first = notable.first();
    details
        .setLooked(notable.rows())
        .setSamples(rows(first.subList(0, Math.min(NotableRows.SAMPLES, first.size()))))
        .setMistakes(rows(notable.worst()))
        .setPoints(points(withWorst(first)));
  }

  /** The first rows, and of the worst those that are not among them. */
  private List<NotableRows.Pick> withWorst(List<NotableRows.Pick> first) {
    List<NotableRows.Pick> all = new ArrayList<>(first);
    notable.worst().stream().filter(pick -> pick.row() >= first.size()).forEach(all::add);
    return all;
  }

  private List<TargetPoints> points(List<NotableRows.Pick> picks) {
    List<TargetPoints> points = new ArrayList<>();
    if (!notable.isOfClasses() && !picks.isEmpty()) {
      List<String> names = targetNames();
      for (int t = 0; t < Math.min(MOST_TARGETS, picks.get(0).targets().length); t++) {
        int target = t;
        points.add(
            new TargetPoints(
                names.get(t),
                picks.stream().map(pick -> pick.targets()[target]).toList(),
                picks.stream().map(pick -> pick.outputs()[target]).toList()));
      }
    }
    return points;
  }

  private List<String> targetNames() {
    List<String> names = new ArrayList<>();
    for (Column column : Columns.targets(columns)) {
      int width = ColumnLayout.valuesPerRow(column);
      for (int i = 0; i < width; i++) {
        names.add(width == 1 ? column.getName() : "%s[%s]".formatted(column.getName(), i));
      }
    }
    return names;
  }

  private List<DetailRow> rows(List<NotableRows.Pick> picks) {
    ColumnBlock raw = source.rows(picks.stream().mapToLong(NotableRows.Pick::row).toArray());
    return IntStream.range(0, picks.size()).mapToObj(i -> row(picks.get(i), raw, i)).toList();
  }

  private DetailRow row(NotableRows.Pick pick, ColumnBlock raw, int row) {
    RowOrigin origin = source.place(pick.row());
    Picture picture = picture(raw, row);
    DetailRow.Builder record =
        DetailRow.newBuilder()
            .setFile(origin.file())
            .setRecord(origin.record() + 1)
            .setPicture(picture)
            .setValues(picture == null ? raw.shown(row, MOST_VALUES) : List.of());
    if (notable.isOfClasses()) {
      double[] probabilities = notable.probabilities(pick);
      int label = (int) pick.targets()[0];
      return record
          .setLabel(label)
          .setGuesses(guesses(probabilities))
          .setLabelProbability(probabilities[label])
          .setActual(List.of())
          .setPredicted(List.of())
          .build();
    }
    return record
        .setLabel(null)
        .setGuesses(List.of())
        .setLabelProbability(null)
        .setActual(floats(pick.targets()))
        .setPredicted(floats(pick.outputs()))
        .build();
  }

  private static List<Guess> guesses(double[] probabilities) {
    return IntStream.range(0, probabilities.length)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer label) -> -probabilities[label]))
        .limit(MOST_GUESSES)
        .map(label -> new Guess(label, probabilities[label]))
        .toList();
  }

  private static List<Float> floats(float[] values) {
    return IntStream.range(0, Math.min(MOST_TARGETS, values.length))
        .mapToObj(i -> values[i])
        .toList();
  }

  /** The grey image of a row; null where the features are none. */
  static Picture picture(ColumnBlock raw, int row) {
    List<Column> features = Columns.features(raw.columns());
    Column image = features.get(0);
    if (features.size() != 1
        || image.getShape().size() != 2
        || image.getType() != ColumnType.BYTES) {
      return null;
    }
    int height = image.getShape().get(0);
    int width = image.getShape().get(1);
    byte[] pixels = ((BytesColumn) raw.column(raw.columns().indexOf(image))).values();
    int from = row * height * width;
    int step = (Math.max(height, width) + MOST_PIXELS - 1) / MOST_PIXELS;
    if (step == 1) {
      return new Picture(
          height, width, ByteBuffer.wrap(Arrays.copyOfRange(pixels, from, from + height * width)));
    }
    int fewerRows = (height + step - 1) / step;
    int fewerColumns = (width + step - 1) / step;
    byte[] fewer = new byte[fewerRows * fewerColumns];
    for (int i = 0; i < fewer.length; i++) {
      int y = i / fewerColumns * step;
      int x = i % fewerColumns * step;
      fewer[i] = pixels[from + y * width + x];
    }
    return new Picture(fewerRows, fewerColumns, ByteBuffer.wrap(fewer));
  }
}
