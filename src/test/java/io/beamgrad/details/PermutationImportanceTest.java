package io.beamgrad.details;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.data.encoding.Encoding;
import io.beamgrad.data.encoding.RowEncoder;
import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.rows.Rows;
import io.beamgrad.model.Networks;
import io.beamgrad.nn.Linear;
import io.beamgrad.nn.MSELoss;
import io.beamgrad.nn.Sequential;
import io.beamgrad.schema.CategoryEncoding;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnImportance;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.Cross;
import io.beamgrad.schema.Importance;
import io.beamgrad.schema.LinearLayer;
import io.beamgrad.schema.NumberEncoding;
import io.beamgrad.tensor.Generator;
import io.beamgrad.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PermutationImportanceTest {
  private static final List<Column> COLUMNS =
      List.of(
          Columns.feature("much", ColumnType.FLOATS, List.of()),
          Columns.feature("none", ColumnType.FLOATS, List.of()),
          Columns.feature("little", ColumnType.FLOATS, List.of()),
          Columns.target("y", ColumnType.FLOATS, List.of()));

  private static NumberEncoding plain(String column) {
    return new NumberEncoding(
        column, null, null, false, List.of(0.0), List.of(1.0), null, false, null, null);
  }

  private static Optional<Importance> importance(int rows, long seed) throws Exception {
    Sequential network = new Sequential(new Linear(3, 1, new Generator(1)));
    network.loadStateDict(
        Map.of(
            "0.weight",
            Tensor.wrap(new float[] {3, 0, 1}, 1, 3),
            "0.bias",
            Tensor.wrap(new float[] {0}, 1)));
    ColumnBlock raw = new ColumnBlock(COLUMNS, rows);
    Generator random = new Generator(2);
    for (int i = 0; i < rows; i++) {
      float much = random.nextFloat();
      float none = random.nextFloat();
      float little = random.nextFloat();
      raw.copy(
          i,
          Rows.block(
              COLUMNS,
              new float[] {much},
              new float[] {none},
              new float[] {little},
              new float[] {3 * much + little}),
          0);
    }
    List<Object> encodings = List.of(plain("much"), plain("none"), plain("little"));
    return new PermutationImportance(
            network, new MSELoss(), new Encoding(COLUMNS, encodings, List.of()), seed)
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

  /** The target is whether two categories differ, which only their cross says. */
  @Test
  void columnsOfACrossAreImportantEachByItself() throws Exception {
    List<Column> columns =
        List.of(
            Columns.feature("a", ColumnType.STRINGS, List.of()),
            Columns.feature("b", ColumnType.STRINGS, List.of()),
            Columns.target("y", ColumnType.FLOATS, List.of()));
    List<Object> encodings = new ArrayList<>();
    for (String name : List.of("a", "b")) {
      encodings.add(
          new CategoryEncoding(
              name, List.of("0", "1"), List.of(), false, 0, false, null, true, false));
    }
    Encoding encoding =
        new Encoding(columns, encodings, List.of(new Cross(List.of("a", "b"), 1000)), List.of());
    RowEncoder encoder = new RowEncoder(encoding);
    ColumnBlock raw = new ColumnBlock(columns, 400);
    for (int i = 0; i < 400; i++) {
      int a = i % 2;
      int b = i / 2 % 2;
      Object[] row = {"" + a, "" + b, new float[] {a ^ b}};
      raw.copy(i, Rows.block(columns, row), 0);
    }
    float[] weights = new float[encoder.inputWidth()];
    for (int row = 1; row <= 2; row++) { // 1 and 0, then 0 and 1
      float[] inputs = new float[weights.length];
      encoder.encodeInputs(raw, row, inputs, 0);
      for (int i = 6; i < inputs.length; i++) {
        weights[i] += inputs[i];
      }
    }
    Sequential network =
        Networks.build(List.of(new LinearLayer(1, false, false)), encoder.networkShape(), false, 1);
    network.loadStateDict(
        Map.of(
            "0.weight",
            Tensor.wrap(weights, 1, weights.length),
            "0.bias",
            Tensor.wrap(new float[1], 1)));
    Importance found =
        new PermutationImportance(network, new MSELoss(), encoding, 7).of(raw).orElseThrow();
    assertEquals(0, found.getLoss());
    assertEquals(0.5, found.getColumns().get(0).getLossIncrease(), 0.05);
    assertEquals(0.5, found.getColumns().get(1).getLossIncrease(), 0.05);
  }

  private static final List<Column> CATEGORIES =
      List.of(
          Columns.feature("city", ColumnType.STRINGS, List.of()),
          Columns.feature("none", ColumnType.FLOATS, List.of()),
          Columns.target("y", ColumnType.FLOATS, List.of()),
          Columns.weight("counts"));

  /**
   * The target is 1 for one of two cities and 0 for the other, which a model of one weight for each
   * slot says.
   *
   * @param slots of the cities; those beyond two are never set
   */
  private static Importance ofCities(int slots, float weightOfOthers) throws Exception {
    List<String> categories = IntStream.range(0, slots).mapToObj("city%05d"::formatted).toList();
    List<Object> encodings =
        List.of(
            new CategoryEncoding("city", categories, List.of(), false, 0, true, null, true, false),
            plain("none"));
    Encoding encoding = new Encoding(CATEGORIES, encodings, List.of());
    RowEncoder encoder = new RowEncoder(encoding);
    int width = encoder.inputWidth();
    float[] weights = new float[width];
    weights[1] = 1;
    Sequential network =
        Networks.build(
            List.of(new LinearLayer(1, false, false)), new int[] {width}, encoder.isSparse(), 1);
    network.loadStateDict(
        Map.of("0.weight", Tensor.wrap(weights, 1, width), "0.bias", Tensor.wrap(new float[1], 1)));
    ColumnBlock raw = new ColumnBlock(CATEGORIES, 400);
    for (int i = 0; i < 400; i++) {
      raw.copy(
          i,
          Rows.block(
              CATEGORIES,
              categories.get(i % 2),
              new float[] {0},
              new float[] {i % 2},
              new float[] {i < 200 ? 1 : weightOfOthers}),
          0);
    }
    return new PermutationImportance(network, new MSELoss(), encoding, 7).of(raw).orElseThrow();
  }

  @Test
  void allNumbersThatAreMadeOfACategoryMoveTogether() throws Exception {
    Importance found = ofCities(2, 1);

    assertEquals(0, found.getLoss());
    // Half of the rows get the other city, and are wrong by 1 then.
    assertEquals(0.5, found.getColumns().get(0).getLossIncrease(), 0.05);
    assertEquals(0, found.getColumns().get(1).getLossIncrease());
    assertEquals(2, found.getColumns().size(), "a weight is no feature");
  }

  @Test
  void sparseInputsGiveTheSame() throws Exception {
    assertEquals(ofCities(2, 1).getColumns(), ofCities(5000, 1).getColumns());
  }

  @Test
  void rowsCountByTheirWeights() throws Exception {
    assertNotEquals(ofCities(2, 1).getColumns(), ofCities(2, 0).getColumns());
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
