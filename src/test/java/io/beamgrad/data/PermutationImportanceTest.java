package io.beamgrad.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.nn.Linear;
import io.beamgrad.nn.MSELoss;
import io.beamgrad.nn.Sequential;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnImportance;
import io.beamgrad.schema.ColumnScaling;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.Importance;
import io.beamgrad.tensor.Generator;
import io.beamgrad.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PermutationImportanceTest {
  private static final List<Column> COLUMNS =
      List.of(
          Columns.feature("much", ColumnType.FLOATS, List.of()),
          Columns.feature("none", ColumnType.FLOATS, List.of()),
          Columns.feature("little", ColumnType.FLOATS, List.of()),
          Columns.target("y", ColumnType.FLOATS, List.of()));

  private static Optional<Importance> importance(int rows, long seed) throws Exception {
    Sequential network = new Sequential(new Linear(3, 1, new Generator(1)));
    network.loadStateDict(
        Map.of(
            "0.weight",
            Tensor.wrap(new float[] {3, 0, 1}, 1, 3),
            "0.bias",
            Tensor.wrap(new float[] {0}, 1)));
    RawRows raw = new RawRows(COLUMNS, rows);
    Generator random = new Generator(2);
    for (int i = 0; i < rows; i++) {
      float much = random.nextFloat();
      float none = random.nextFloat();
      float little = random.nextFloat();
      raw.set(
          i,
          new Object[] {
            new float[] {much},
            new float[] {none},
            new float[] {little},
            new float[] {3 * much + little}
          },
          0);
    }
    List<ColumnScaling> scaling =
        List.of(
            new ColumnScaling("much", 0f, 1f),
            new ColumnScaling("none", 0f, 1f),
            new ColumnScaling("little", 0f, 1f));
    return new PermutationImportance(
            network, new MSELoss(), new BlockDataset.Encoding(COLUMNS, scaling, List.of()), seed)
        .of(raw);
  }

  @Test
  void aColumnIsAsImportantAsTheModelNeedsIt() throws Exception {
    Importance found = importance(500, 7).orElseThrow();

    List<ColumnImportance> columns = found.getColumns();
    assertEquals(0, found.getLoss(), 1e-12);
    // Twice the variance of what the column adds: (weight^2) / 12.
    assertEquals(9 / 6.0, columns.get(0).getLossIncrease(), 0.15);
    assertEquals(0, columns.get(1).getLossIncrease());
    assertEquals(1 / 6.0, columns.get(2).getLossIncrease(), 0.02);
    assertTrue(columns.get(0).getDeviation() > 0);
    assertEquals(500, found.getRows());
  }

  @Test
  void theSeedDecidesIt() throws Exception {
    assertEquals(importance(100, 7), importance(100, 7));
    assertNotEquals(importance(100, 7), importance(100, 8));
  }

  @Test
  void withoutRowsThereIsNone() throws Exception {
    assertTrue(importance(0, 7).isEmpty());
  }

  @Test
  void itIsOfTablesOfSeveralColumns() {
    assertTrue(PermutationImportance.appliesTo(COLUMNS));
    assertFalse(PermutationImportance.appliesTo(COLUMNS.subList(1, 2)));
  }
}
