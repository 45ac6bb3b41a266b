package io.beamgrad.data.split;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.data.files.Xxh64;
import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.rows.RowBuilder;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnRole;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.ValueKind;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.List;
import org.junit.jupiter.api.Test;

class HoldoutRowsTest {
  private static final Holdout ROWS = new Holdout("salt", new BigDecimal("0.2"));
  private static final Column NUMBER = feature("x", ColumnType.FLOATS, List.of(), ValueKind.NUMBER);
  private static final Column VECTOR =
      feature("v", ColumnType.FLOATS, List.of(2), ValueKind.NUMBER);
  private static final Column DATE = feature("at", ColumnType.LONGS, List.of(), ValueKind.DATE);
  private static final Column TEXT = feature("t", ColumnType.STRINGS, List.of(), ValueKind.TEXT);
  private static final Column CLASS = Columns.target("y", ColumnType.STRINGS, List.of());

  private static Column feature(String name, ColumnType type, List<Integer> shape, ValueKind kind) {
    return new Column(name, type, shape, ColumnRole.FEATURE, kind, null, true);
  }

  /** A row of the values of the columns, of any types that sources have. */
  private static ColumnBlock row(List<Column> columns, Object... values) {
    RowBuilder builder = new RowBuilder(columns);
    builder.begin();
    for (int c = 0; c < values.length; c++) {
      builder.take(columns.get(c).getName(), values[c]);
    }
    builder.end();
    assertFalse(builder.isFaulty(), builder.describeFault());
    return builder.row();
  }

  private static long group(Holdout holdout, List<Column> columns, Object... values) {
    return new HoldoutRows(holdout, columns).group("a", 7, row(columns, values));
  }

  private static long content(Column column, Object value) {
    return group(ROWS.byContent(List.of(column.getName())), List.of(column), value);
  }

  @Test
  void aNumberIsItsValueHoweverItIsWritten() {
    long one = content(NUMBER, "1");
    for (Object same : new Object[] {" 1.0 ", "1e0", 1, 1L, 1f, 1.0, new BigDecimal("1.00")}) {
      assertEquals(one, content(NUMBER, same), same.toString());
    }
    assertEquals(content(NUMBER, "0"), content(NUMBER, "-0.0"));
    assertEquals(content(NUMBER, 0.1), content(NUMBER, "0.1"));
    assertEquals(content(NUMBER, 9007199254740993L), content(NUMBER, "9007199254740993"));
    assertNotEquals(content(NUMBER, 9007199254740993L), content(NUMBER, 9007199254740992L));
    assertNotEquals(one, content(NUMBER, "1.0000001"));
    assertNotEquals(content(NUMBER, null), content(NUMBER, 0));
    assertEquals(content(NUMBER, null), content(NUMBER, "NaN"));
  }

  @Test
  void aDateIsItsInstantATextIsStrippedAndAVectorIsItsElements() {
    assertEquals(
        content(DATE, "2026-11-03"), content(DATE, LocalDateTime.parse("2026-11-03T00:00")));
    assertEquals(
        content(DATE, "2026-11-03T01:00:00+01:00"),
        content(DATE, Instant.parse("2026-11-03T00:00:00Z")));
    assertNotEquals(content(DATE, "2026-11-03"), content(DATE, "2026-11-04"));
    assertEquals(content(TEXT, "red"), content(TEXT, " red\u00A0"));
    assertNotEquals(content(TEXT, "red"), content(TEXT, "Red"));
    assertNotEquals(content(TEXT, null), content(TEXT, "0"));
    assertEquals(content(VECTOR, "[1, 2.50]"), content(VECTOR, List.of(1.0, 2.5)));
    assertNotEquals(content(VECTOR, "[1, 2]"), content(VECTOR, "[2, 1]"));
  }

  @Test
  void theOrderOfColumnsInTheFileAndThoseThatAreNotNamedDoNotMatter() {
    Holdout holdout = ROWS.byContent(List.of("y", "x"));

    assertEquals(
        group(holdout, List.of(NUMBER, TEXT, CLASS), 3, "today", "yes"),
        group(holdout, List.of(CLASS, NUMBER), "yes", "3.0"));
    assertEquals(holdout, ROWS.byContent(List.of("x", "y")));
  }

  @Test
  void severalKeysAreHashedApart() {
    Holdout holdout = ROWS.byKey(List.of("b", "a"));
    List<Column> columns = Columns.withKeys(List.of(NUMBER), holdout.keys());

    assertEquals(List.of("x", "a", "b"), columns.stream().map(Column::getName).toList());
    assertNotEquals(group(holdout, columns, 1, "ab", "c"), group(holdout, columns, 1, "a", "bc"));
    assertEquals(group(holdout, columns, 1, "ab", "c"), group(holdout, columns, 2, "ab", "c"));
  }

  @Test
  void oneKeyAndFileAndRecordHaveTheHashesThatTheyHadBefore() {
    long seed = Xxh64.hash("salt", 0);
    List<Column> columns = List.of(NUMBER, Columns.key("id"));

    assertEquals(Xxh64.hash("k 7", seed), group(ROWS.byKey(List.of("id")), columns, 1, "k 7"));
    assertEquals(RowOrder.of(seed, "a").hash(7), group(ROWS, columns, 1, "k 7"));
  }

  @Test
  void keysOfSeveralRulesMayStandBesideOneAnotherAndAFeatureOfTheNameIsNoKey() {
    List<Column> columns = Columns.withKeys(List.of(NUMBER, CLASS), List.of("k", "x", "k"));
    Holdout byNumber = ROWS.byKey(List.of("x"));

    assertEquals(4, columns.size());
    assertEquals(Xxh64.hash("1", Xxh64.hash("salt", 0)), group(byNumber, columns, 1.0, "yes", "a"));
    assertFalse(HoldoutRows.areIn(List.of(NUMBER), byNumber));
    assertTrue(HoldoutRows.areIn(columns, byNumber));
    assertEquals(
        "the holdout goes by column 'x', which the rows do not have",
        assertThrows(
                IllegalArgumentException.class,
                () -> new HoldoutRows(byNumber, List.of(NUMBER, CLASS)))
            .getMessage());
  }

  @Test
  void theShareOfTheGroupsIsHeldOut() {
    Holdout holdout = ROWS.byContent(List.of("x"));
    HoldoutRows rows = new HoldoutRows(holdout, List.of(NUMBER));
    int held = 0;
    for (int i = 0; i < 2000; i++) {
      held += rows.isHeldOut("file " + i, i, row(List.of(NUMBER), i % 1000)) ? 1 : 0;
    }

    assertEquals(400, held, 80);
    assertEquals(0, held % 2);
  }
}
