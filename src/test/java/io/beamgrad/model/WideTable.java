package io.beamgrad.model;

import io.beamgrad.data.rows.Columns;
import io.beamgrad.schema.BinaryCrossEntropy;
import io.beamgrad.schema.BooleanEncoding;
import io.beamgrad.schema.CategoryEncoding;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnRole;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.DateEncoding;
import io.beamgrad.schema.DatePart;
import io.beamgrad.schema.DatePartEncoding;
import io.beamgrad.schema.LinearLayer;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.schema.NumberEncoding;
import io.beamgrad.schema.ReluLayer;
import io.beamgrad.schema.ValueKind;
import io.beamgrad.tensor.Generator;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A table of 40 columns and two classes: 13 counts with holes, of which the logarithm is taken, 26
 * categories of a hundred values each, one column that is a date or a count, and a boolean.
 */
public final class WideTable {
  private static final int COUNTS = 13;
  private static final int CATEGORIES = 26;
  private static final int VALUES = 100;
  private static final int HASH_SLOTS = 65_536;
  private static final int DATE_NUMBERS = 5;

  private WideTable() {}

  /** The model of what ONNX can express: all categories are learned, and there is no date. */
  public static ModelRecord exportable() {
    return model("learned", 0, false);
  }

  /** The model of hashed categories, every other one of the columns, and a date. */
  public static ModelRecord hashed() {
    return model("hashed", HASH_SLOTS, true);
  }

  private static ModelRecord model(String name, int hashSlots, boolean hasDate) {
    List<Column> columns = new ArrayList<>();
    List<Object> encodings = new ArrayList<>();
    int inputs = 0;
    for (int i = 0; i < COUNTS; i++) {
      columns.add(nullable("i" + i, ColumnType.FLOATS, ValueKind.NUMBER));
      encodings.add(count("i" + i));
      inputs++;
    }
    for (int i = 0; i < CATEGORIES; i++) {
      columns.add(nullable("c" + i, ColumnType.STRINGS, ValueKind.TEXT));
      boolean isHashed = hashSlots > 0 && i % 2 == 0;
      encodings.add(isHashed ? hashedTexts("c" + i, hashSlots) : learnedTexts("c" + i, i));
      inputs += isHashed ? hashSlots + 1 : VALUES + 2;
    }
    columns.add(
        hasDate
            ? nullable("day", ColumnType.LONGS, ValueKind.DATE)
            : nullable("day", ColumnType.FLOATS, ValueKind.NUMBER));
    encodings.add(hasDate ? date("day") : count("day"));
    inputs += hasDate ? DATE_NUMBERS : 1;
    columns.add(nullable("member", ColumnType.FLOATS, ValueKind.BOOLEAN));
    encodings.add(new BooleanEncoding("member", true, true));
    inputs += 2;
    columns.add(Columns.target("clicked", ColumnType.STRINGS, List.of()));
    List<Object> layers =
        List.of(
            new LinearLayer(32, false, false), new ReluLayer(), new LinearLayer(1, false, false));
    return ModelFile.versioned(
        Models.drawn(name, layers, inputs)
            .setLoss(new BinaryCrossEntropy())
            .setColumns(columns)
            .setEncodings(encodings)
            .setLabels(List.of("no", "yes")));
  }

  private static NumberEncoding count(String column) {
    return new NumberEncoding(
        column, null, null, true, List.of(1.5), List.of(1.25), 1.75, false, null, null);
  }

  private static CategoryEncoding learnedTexts(String column, int seed) {
    List<String> known = IntStream.range(0, VALUES).mapToObj(v -> text(seed, v)).toList();
    return new CategoryEncoding(column, known, List.of(), false, 0, true, null, true, false);
  }

  private static CategoryEncoding hashedTexts(String column, int slots) {
    return new CategoryEncoding(
        column, List.of(), List.of(), false, slots, true, null, true, false);
  }

  private static DateEncoding date(String column) {
    List<DatePartEncoding> parts =
        List.of(
            new DatePartEncoding(DatePart.YEAR, 2020.0, 3.0),
            new DatePartEncoding(DatePart.MONTH, 0.0, 1.0),
            new DatePartEncoding(DatePart.WEEKDAY, 0.0, 1.0));
    return new DateEncoding(column, "UTC", parts, false);
  }

  private static Column nullable(String name, ColumnType type, ValueKind kind) {
    return new Column(name, type, List.of(), ColumnRole.FEATURE, kind, null, true);
  }

  private static String text(int column, int value) {
    return "k" + column + "x" + Integer.toHexString((column * VALUES + value + 1) * 0x9E3779B9);
  }

  /**
   * A row of values in the order of the columns, a sixth of which are missing; one in twenty texts
   * is none of the learned ones.
   */
  public static Object[] row(ModelRecord model, Generator random) {
    List<Column> features = Columns.features(model.getColumns());
    Object[] row = new Object[features.size()];
    for (int i = 0; i < row.length; i++) {
      boolean isMissing = random.nextFloat() < 1f / 6;
      row[i] = isMissing ? null : value(features.get(i), i - COUNTS, random);
    }
    return row;
  }

  private static Object value(Column column, int category, Generator random) {
    float share = random.nextFloat();
    return switch (column.getKind()) {
      case NUMBER -> (long) (1000 * share * share * share);
      case BOOLEAN -> share < 0.5f;
      case DATE -> LocalDate.of(2020, 1, 1).plusDays((long) (2000 * share));
      case TEXT -> text(category, (int) (1.05f * VALUES * share));
    };
  }
}
