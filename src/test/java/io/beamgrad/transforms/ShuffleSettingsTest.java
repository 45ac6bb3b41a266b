package io.beamgrad.transforms;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.split.SplitRule;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnType;
import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShuffleSettingsTest {
  private static final List<Column> COLUMNS =
      List.of(
          Columns.feature("t", ColumnType.STRINGS, List.of()),
          Columns.target("y", ColumnType.FLOATS, List.of()));

  private static int blockRows(int textBytes) {
    SplitRule rule = SplitRule.random(BigDecimal.ZERO);
    return ShuffleSettings.forBytes(COLUMNS, textBytes, rule, 1, 1 << 20, "blocks").blockRows();
  }

  @Test
  void blocksOfTextsHaveFewerRows() {
    assertEquals(8192, blockRows(0));
    assertEquals((1 << 20) / (12 + 4 + 4 + 2048), blockRows(2048));
    assertEquals(256, blockRows(20 * 2048));
  }
}
