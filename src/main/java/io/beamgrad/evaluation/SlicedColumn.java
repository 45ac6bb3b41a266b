package io.beamgrad.evaluation;

import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.data.rows.RawColumn;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.ValueKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The rows of an evaluation by what they have in one feature: by its value, or where it has many or
 * rare numbers or dates, by tenths of the rows in their order.
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
  record Rows(@Nullable String value, int values, List<Integer> rows) {}

  private final String name;
  private final int column; // among the features
  private final boolean isNumber;
  private final Map<@Nullable String, Integer> codes = new HashMap<>(); // of each text
  private final List<@Nullable String> texts = new ArrayList<>(); // by code
  private final List<Double> numbers = new ArrayList<>(); // by code; NaN where there is none
  private int[] rows = new int[1024]; // the code of each
  private int count;

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
    Integer code = codes.get(text);
    if (code == null) {
      code = texts.size();
      codes.put(text, code);
      texts.add(text);
      numbers.add(isNumber && text != null ? values.number(0) : Double.NaN);
    }
    if (count == rows.length) {
      rows = Arrays.copyOf(rows, 2 * count);
    }
    rows[count++] = code;
  }

  /**
   * The slices of some rows, each row in one.
   *
   * @param wanted numbers of rows, in the order of evaluation
   */
  List<Rows> slices(Integer[] wanted) {
    Map<Integer, List<Integer>> byCode = new LinkedHashMap<>();
    for (Integer row : wanted) {
      byCode.computeIfAbsent(rows[row], code -> new ArrayList<>()).add(row);
    }
    List<Integer> missing = byCode.remove(codes.getOrDefault(null, -1));
    boolean areRare = byCode.values().stream().anyMatch(of -> of.size() < LEAST_ROWS);
    List<Rows> slices =
        isNumber && (areRare || byCode.size() > MOST_NUMBERS)
            ? ranges(byCode, order(wanted))
            : texts(byCode, order(wanted));
    if (missing != null) {
      slices.add(new Rows(null, 1, missing));
    }
    return slices;
  }

  /** Each value, but for rare ones, which are together where they are several. */
  private List<Rows> texts(Map<Integer, List<Integer>> byCode, Comparator<Integer> order) {
    List<List<Integer>> rare =
        byCode.values().stream().filter(of -> of.size() < LEAST_ROWS).toList();
    List<Rows> slices = new ArrayList<>();
    byCode.forEach(
        (code, of) -> {
          if (rare.size() < 2 || of.size() >= LEAST_ROWS) {
            slices.add(new Rows(texts.get(code), 1, of));
          }
        });
    if (rare.size() > 1) {
      slices.add(new Rows(null, rare.size(), together(rare, order)));
    }
    return slices;
  }

  /** Ranges of about as many rows, in which rows of one number are together. */
  private List<Rows> ranges(Map<Integer, List<Integer>> byCode, Comparator<Integer> order) {
    List<Rows> slices = new ArrayList<>();
    List<Integer> sorted = new ArrayList<>(byCode.keySet());
    sorted.sort(Comparator.comparingDouble(numbers::get));
    long all = byCode.values().stream().mapToLong(List::size).sum();
    long taken = 0;
    for (int from = 0, next; from < sorted.size(); from = next) {
      List<List<Integer>> range = new ArrayList<>();
      // Of the tenth that begins here, rounded up as the end of a tenth is none of its rows.
      long end = ((taken * RANGES / all + 1) * all + RANGES - 1) / RANGES;
      for (next = from; next < sorted.size() && taken < end; next++) {
        List<Integer> of = byCode.get(sorted.get(next));
        range.add(of);
        taken += of.size();
      }
      String least = texts.get(sorted.get(from));
      String largest = texts.get(sorted.get(next - 1));
      slices.add(
          new Rows(next - from == 1 ? least : least + " to " + largest, 1, together(range, order)));
    }
    return slices;
  }

  /** The order of evaluation. */
  private Comparator<Integer> order(Integer[] wanted) {
    int[] place = new int[count];
    for (int i = 0; i < wanted.length; i++) {
      place[wanted[i]] = i;
    }
    return Comparator.comparingInt(row -> place[row]);
  }

  private static List<Integer> together(List<List<Integer>> rows, Comparator<Integer> order) {
    return rows.stream().flatMap(List::stream).sorted(order).toList();
  }
}
