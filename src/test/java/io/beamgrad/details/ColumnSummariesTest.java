package io.beamgrad.details;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.rows.Rows;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnRole;
import io.beamgrad.schema.ColumnSummary;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.CommonValue;
import io.beamgrad.schema.ValueKind;
import java.util.List;
import org.junit.jupiter.api.Test;

class ColumnSummariesTest {
  private static final List<Column> COLUMNS =
      List.of(
          Columns.feature("x", ColumnType.FLOATS, List.of()),
          Columns.feature("image", ColumnType.BYTES, List.of(1, 2)),
          Columns.feature("day", ColumnType.LONGS, List.of()),
          Columns.target("kind", ColumnType.STRINGS, List.of()));
  private static final ColumnBlock VALUES =
      Rows.block(
          COLUMNS,
          new float[] {1, Float.NaN, 4},
          new byte[] {0, (byte) 255, 10, 10, 0, 0},
          new long[] {86_400_000, 0, Long.MIN_VALUE},
          new String[] {"b", "a", "b"});

  @Test
  void eachKindOfColumnIsSummedUpByItsOwn() {
    ColumnSummaries summaries = new ColumnSummaries(COLUMNS);
    summaries.add(VALUES, 0, 2);
    summaries.add(VALUES, 2, 3);

    List<ColumnSummary> found = summaries.records();
    assertEquals(3, summaries.rows());
    assertEquals(
        List.of("x", "image", "day", "kind"), found.stream().map(ColumnSummary::getName).toList());
    assertEquals(1, found.get(0).getMissing());
    assertEquals(1.0, found.get(0).getMin());
    assertEquals(4.0, found.get(0).getMax());
    assertEquals(2.5, found.get(0).getMean());
    assertEquals(1.5, found.get(0).getDeviation());
    assertEquals(255.0, found.get(1).getMax());
    assertEquals(275 / 6.0, found.get(1).getMean(), 1e-12);
    assertEquals(0.0, found.get(2).getMin());
    assertEquals(86_400_000.0, found.get(2).getMax());
    assertEquals(1, found.get(2).getMissing());
    assertNull(found.get(2).getMean());
    assertEquals(2, found.get(3).getDistinct());
    assertEquals(
        List.of(new CommonValue("b", 2L), new CommonValue("a", 1L)), found.get(3).getCommon());
  }

  @Test
  void booleansAreCounted() {
    Column member =
        new Column(
            "member",
            ColumnType.FLOATS,
            List.of(),
            ColumnRole.FEATURE,
            ValueKind.BOOLEAN,
            null,
            true);
    ColumnSummaries summaries = new ColumnSummaries(List.of(member));
    summaries.add(Rows.block(List.of(member), new float[] {1, 0, Float.NaN, 0}), 0, 4);

    ColumnSummary found = summaries.records().get(0);
    assertEquals(ValueKind.BOOLEAN, found.getKind());
    assertEquals(1, found.getMissing());
    assertNull(found.getMin());
    assertEquals(
        List.of(new CommonValue("false", 2L), new CommonValue("true", 1L)), found.getCommon());
  }

  @Test
  void textsOfBlocksAndOfSingleRowsCountAlike() {
    List<Column> columns = List.of(Columns.feature("kind", ColumnType.STRINGS, List.of()));
    ColumnSummaries blocks = new ColumnSummaries(columns);
    ColumnSummaries rows = new ColumnSummaries(columns);
    String[] texts = {"b", null, "a", "b", null, "c"};
    blocks.add(Rows.block(columns, (Object) texts), 0, 4);
    blocks.add(Rows.block(columns, (Object) texts), 4, 6);
    for (String text : texts) {
      rows.add(Rows.block(columns, text), 0, 1);
    }

    assertEquals(2, blocks.records().get(0).getMissing());
    assertEquals(3, blocks.records().get(0).getDistinct());
    assertEquals(blocks.records(), rows.records());
  }

  @Test
  void aColumnWithoutAnyValueHasNoRange() {
    ColumnSummaries summaries = new ColumnSummaries(COLUMNS.subList(0, 1));
    summaries.add(Rows.block(COLUMNS.subList(0, 1), new float[] {Float.NaN}), 0, 1);

    assertNull(summaries.records().get(0).getMin());
    assertEquals(1, summaries.records().get(0).getMissing());
  }

  @Test
  void rowsBeyondTheBoundAreNotLookedAt() {
    List<Column> wide = List.of(Columns.feature("x", ColumnType.BYTES, List.of(4_000_000)));
    ColumnSummaries summaries = new ColumnSummaries(wide);
    ColumnBlock row = Rows.block(wide, new byte[4_000_000]);
    for (int i = 0; i < 3; i++) {
      summaries.add(row, 0, 1);
    }

    assertEquals(2, summaries.rows());
    assertEquals(0, summaries.room());
  }
}
