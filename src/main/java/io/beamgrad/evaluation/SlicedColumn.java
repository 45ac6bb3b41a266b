package io.beamgrad.evaluation;

import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.data.rows.RawColumn;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.ValueKind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The rows of an evaluation by what they have in one feature: by its value, or where it has many
 * or rare numbers or dates, by tenths of the rows in their order.
 */
final class SlicedColumn {

  /** More different numbers or dates, or rarer ones, are taken together in ranges. */
  static final int MOST_NUMBERS = 20;

  static final int RANGES = 10;

  /** Texts of fewer rows are taken together. */
  static final int LEAST_ROWS = 10;

  /**
   * Some rows.
   *
   * @param value as {@link Slice} has it
   * @param values how many values they have
   * @param rows their numbers, in the order of evaluation
   */
  record Rows(@Nullable String value, int values, Integer[] rows) {}

  private final String name;
  private final int column; // among the features
  private final boolean isNumber;
  private final List<@Nullable String> texts = new ArrayList<>(); // one entry a row
  private final List<Double> numbers = new ArrayList<>(); // one entry a row; none for texts

  /**
   * @param features all of the model
   * @param column the number of the one to go by, of which a row has one value
   */
  SlicedColumn(List<Column> features, int column) {
    Column feature = features.get(column);
    this.name = feature.getName();
    this.column = column;
    this.isNumber =
        feature.getType() != ColumnType.STRINGS && feature.getKind() != ValueKind.BOOLEAN;
  }

  /** Whether rows have one value of a feature that a person can name. */
  static boolean appliesTo(Column feature) {
    return feature.getType() != ColumnType.BYTES && feature.getShape().isEmpty();
  }

  String name() {
    return name;
  }

  /** Takes the next row. */
  void add(ColumnBlock row) {
    RawColumn values = row.column(column);
    String text = values.text(0);
    texts.add(text);
    if (isNumber) {
      numbers.add(text == null ? Double.NaN : values.number(0));
    }
  }

  /**
   * The slices of some rows, each row in one.
   *
   * @param rows numbers of rows, in the order of evaluation
   */
  List<Rows> slices(Integer[] rows) {
    Map<@Nullable String, List<Integer>> byText = new LinkedHashMap<>();
    for (Integer row : rows) {
      byText.computeIfAbsent(texts.get(row), text -> new ArrayList<>()).add(row);
    }
    boolean areRare =
        byText.entrySet().stream()
            .anyMatch(of -> of.getKey() != null && of.getValue().size() < LEAST_ROWS);
    if (isNumber && (areRare || byText.size() > MOST_NUMBERS)) {
      return ranges(byText, order(rows));
    }
    List<Rows> slices = new ArrayList<>();
    List<List<Integer>> rare = new ArrayList<>();
    byText.forEach(
        (text, of) -> {
          if (of.size() < LEAST_ROWS) {
            rare.add(of);
          }
        });
    byText.forEach(
        (text, of) -> {
          if (rare.size() < 2 || of.size() >= LEAST_ROWS) {
            slices.add(new Rows(text, 1, of.toArray(Integer[]::new)));
          }
        });
    if (rare.size() > 1) {
      slices.add(new Rows(null, rare.size(), together(rare, order(rows))));
    }
    return slices;
  }

  /** Ranges of about as many rows, in which rows of one number are together; missing ones apart. */
  private List<Rows> ranges(Map<@Nullable String, List<Integer>> byText, Comparator<Integer> order) {
    List<Rows> slices = new ArrayList<>();
    List<Integer> missing = byText.remove(null);
    List<Map.Entry<@Nullable String, List<Integer>>> sorted = new ArrayList<>(byText.entrySet());
    sorted.sort(Comparator.comparingDouble(entry -> numbers.get(entry.getValue().get(0))));
    long all = sorted.stream().mapToLong(entry -> entry.getValue().size()).sum();
    long taken = 0;
    for (int from = 0, next; from < sorted.size(); from = next) {
      List<List<Integer>> range = new ArrayList<>();
      long end = (taken * RANGES / all + 1) * all / RANGES; // of the tenth that begins here
      for (next = from; next < sorted.size() && (next == from || taken < end); next++) {
        range.add(sorted.get(next).getValue());
        taken += sorted.get(next).getValue().size();
      }
      String least = sorted.get(from).getKey();
      String largest = sorted.get(next - 1).getKey();
      slices.add(
          new Rows(
              next - from == 1 ? least : least + " to " + largest, 1, together(range, order)));
    }
    if (missing != null) {
      slices.add(new Rows(null, 1, missing.toArray(Integer[]::new)));
    }
    return slices;
  }

  /** The order of evaluation. */
  private Comparator<Integer> order(Integer[] rows) {
    int[] place = new int[texts.size()];
    for (int i = 0; i < rows.length; i++) {
      place[rows[i]] = i;
    }
    return Comparator.comparingInt(row -> place[row]);
  }

  private static Integer[] together(List<List<Integer>> rows, Comparator<Integer> order) {
    return rows.stream().flatMap(List::stream).sorted(order).toArray(Integer[]::new);
  }
}
