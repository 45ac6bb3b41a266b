package io.beamgrad.learner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.data.counts.Quartiles;
import io.beamgrad.data.encoding.Encoding;
import io.beamgrad.data.encoding.RowEncoder;
import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.rows.Rows;
import io.beamgrad.data.shuffle.BlockStore;
import io.beamgrad.data.shuffle.ChunkRows;
import io.beamgrad.data.shuffle.SortedBucket;
import io.beamgrad.failure.UnusableDataException;
import io.beamgrad.schema.BlockRef;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.MissingNumber;
import io.beamgrad.schema.NumberEncoding;
import io.beamgrad.schema.NumberPreparation;
import io.beamgrad.schema.ScaleMethod;
import io.beamgrad.schema.Split;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RobustScaleTest {
  private static final int ROWS = 1001;
  private static final Column NUMBER = Columns.feature("x", ColumnType.FLOATS, List.of());

  @TempDir Path folder;

  private static NumberPreparation robust(Double low, Double high, boolean log, MissingNumber of) {
    return new NumberPreparation("x", low, high, log, ScaleMethod.ROBUST, 1.0, of, 0.0, false);
  }

  private static final NumberPreparation ROBUST = robust(null, null, false, MissingNumber.REJECT);

  /** What is learned of rows that are there as often as it asks for them. */
  private static NumberEncoding learn(Column column, NumberPreparation preparation, Object values)
      throws UnusableDataException {
    List<Column> columns = List.of(column);
    ColumnBlock rows = Rows.block(columns, values);
    ColumnLearner learner = new ColumnLearner(columns, List.of(preparation));
    QuartileLearner quartiles = new QuartileLearner(columns, List.of(preparation));
    do {
      quartiles.add(rows);
    } while (quartiles.endPass());
    List<ColumnStatistics> counted = List.copyOf(learner.count(rows).values());
    return (NumberEncoding) learner.encodings(counted, quartiles.quartiles()).get(0);
  }

  private static double number(String column, int row) {
    double k = row * 7919L % ROWS;
    return switch (column) {
      case "years" -> 1990 + k % 31;
      case "prices" -> 1_000_000 / (1 + k);
      case "millis" -> 1_767_261_600_000L + k * k * 37;
      case "degrees" -> 13.37710012345 + k * 2.81234567e-6;
      case "counts" -> Math.floor(1000 / (1 + k));
      case "rare" -> k == 5 ? 40 : k == 6 ? -2 : 3;
      default -> 0.5;
    };
  }

  /*
   * By numpy 1.24 and scikit-learn 1.2, of the numbers x above:
   *
   *   scaler = RobustScaler().fit(x[:, None])
   *   center = scaler.center_[0]
   *   q25, q75 = np.quantile(x, [0.25, 0.75])
   *   scale = scaler.scale_[0] if q75 > q25 else (x.max() - x.min()) / 2
   *   z = (x - center) / scale if scale > 0 else 0 * x
   *   z = (z / np.sqrt(1 + (z / 3) ** 2)).astype(np.float32)
   *   print(center, scale, z[0], z[1], z[500], np.abs(z).max())
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          years | 2005.0 | 16.0 | -0.894825 | -0.12489163 | 0.18713486 | 0.894825
          prices | 1996.007984031936 | 2652.5058222502794 | 2.9999046 | -0.33741775 | -0.0620059 | 2.9999046
          millis | 1767270850000.0 | 18500000.0 | -0.49319696 | 1.084764 | 0.09400382 | 1.3416408
          degrees | 13.378506296285002 | 0.0014061728349989977 | -0.9486833 | 0.79457295 | 0.089959525 | 0.9486833
          counts | 1.0 | 2.0 | 2.9999459 | 0.0 | 0.0 | 2.9999459
          rare | 3.0 | 21.0 | 0.0 | 0.0 | 0.0 | 1.5192655
          same | 0.5 | 0.0 | 0.0 | 0.0 | 0.0 | 0.0
          """)
  void columnsAreScaledAsScikitLearnDoesAndClippedSmoothly(
      String column,
      double center,
      double scale,
      float first,
      float second,
      float middle,
      float largest)
      throws UnusableDataException {
    double[] numbers = new double[ROWS];
    Arrays.setAll(numbers, row -> number(column, row));
    NumberEncoding learned = learn(NUMBER, ROBUST, numbers);
    assertEquals(center, learned.getShift().get(0), 1e-7 * scale + 1e-300);
    assertEquals(scale, learned.getScale().get(0), 1e-7 * scale);
    assertEquals(3.0, learned.getSmoothClip());

    List<Column> columns = List.of(NUMBER);
    RowEncoder encoder = new RowEncoder(new Encoding(columns, List.of(learned), List.of()));
    float[] encoded = new float[ROWS];
    float found = 0;
    for (int row = 0; row < ROWS; row++) {
      encoder.encodeInputs(Rows.block(columns, numbers), row, encoded, row);
      found = Math.max(found, Math.abs(encoded[row]));
    }
    assertEquals(first, encoded[0], 1e-6f);
    assertEquals(second, encoded[1], 1e-6f);
    assertEquals(middle, encoded[500], 1e-6f);
    assertEquals(largest, found, 1e-6f);
  }

  @Test
  void aMissingNumberBecomesTheExactMedian() throws UnusableDataException {
    float[] years = {2001, Float.NaN, 1999, 2004, 2003};
    NumberEncoding learned = learn(NUMBER, robust(null, null, false, MissingNumber.MEDIAN), years);
    assertEquals(2002.0, learned.getFilling());
    assertEquals(List.of(2002.0), learned.getShift());
    assertEquals(
        2001.75, learn(NUMBER, robust(null, null, false, MissingNumber.MEAN), years).getFilling());
  }

  @Test
  void quartilesAreThoseOfTheClippedNumbersAndTheirLogarithms() throws UnusableDataException {
    NumberEncoding learned =
        learn(
            NUMBER,
            robust(0.0, 100.0, true, MissingNumber.REJECT),
            new float[] {-9, 0, 7, 1e9f, 100});
    assertEquals(Math.log(8), learned.getShift().get(0), 1e-6);
    assertEquals(Math.log(101), learned.getScale().get(0), 1e-6);
  }

  @Test
  void theNumbersOfAVectorAreScaledEachByItselfAndThoseOfAnImageTogether()
      throws UnusableDataException {
    NumberEncoding vector =
        learn(
            Columns.feature("x", ColumnType.FLOATS, List.of(2)),
            ROBUST,
            new Object[] {
              1.0, 1_767_261_600_001L, 3.0, 1_767_261_600_003L, 5.0, 1_767_261_600_009L
            });
    assertEquals(List.of(3.0, 1_767_261_600_003.0), vector.getShift());
    assertEquals(List.of(2.0, 4.0), vector.getScale());
    assertEquals(List.of(0.0, 0.0), vector.getRest());

    byte[] pixels = {0, 0, 10, (byte) 200, 0, 20, 30, (byte) 255};
    NumberEncoding image =
        learn(Columns.feature("x", ColumnType.BYTES, List.of(2, 2)), ROBUST, pixels);
    assertEquals(List.of(15.0), image.getShift());
    assertEquals(List.of(72.5), image.getScale());
    assertNull(image.getRest());
  }

  @Test
  void wholeNumbersBeyondDoublesAreScaledExactly() throws UnusableDataException {
    long from = (1L << 60) + 1;
    Object[] ids = new Object[101];
    Arrays.setAll(ids, i -> from + 3L * i);
    NumberEncoding learned = learn(NUMBER, ROBUST, ids);
    assertEquals(List.of(150.0), learned.getScale());
    RowEncoder encoder = new RowEncoder(new Encoding(List.of(NUMBER), List.of(learned), List.of()));
    float[] encoded = new float[2];
    encoder.encodeInputs(Rows.block(List.of(NUMBER), (Object) ids), 50, encoded, 0);
    encoder.encodeInputs(Rows.block(List.of(NUMBER), (Object) ids), 51, encoded, 1);
    assertEquals(0, encoded[0]);
    assertEquals(3 / 150f / Math.sqrt(1 + 1 / 22500.0), encoded[1], 1e-8);
  }

  /** Blocks of rows in some order. */
  private List<BlockRef> blocks(String name, List<Column> columns, List<Double> numbers) {
    ChunkRows chunk = new ChunkRows(columns, 1);
    for (int i = 0; i < numbers.size(); i++) {
      chunk.add("f", i, Rows.block(columns, new double[] {numbers.get(i)}), 0);
    }
    SortedBucket bucket = SortedBucket.of(List.of(chunk.build()), columns, 1, 500);
    return new BlockStore(folder.resolve(name).toString()).write(Split.TRAIN, 0, columns, bucket);
  }

  @Test
  void neitherTheOrderOfRowsNorThatOfBlocksShows() throws UnusableDataException {
    List<Column> columns = List.of(NUMBER);
    List<Double> numbers = new ArrayList<>();
    Random random = new Random(7);
    for (int i = 0; i < 9_000; i++) {
      numbers.add(Math.exp(10 * random.nextGaussian()));
    }
    ColumnLearner learner = new ColumnLearner(columns, List.of(ROBUST));
    List<Object> expected = null;
    for (int trial = 0; trial < 3; trial++) {
      List<BlockRef> blocks = new ArrayList<>(blocks("t" + trial, columns, numbers));
      assertTrue(blocks.size() > 10);
      Map<Integer, ColumnStatistics> first = learner.count(blocks.subList(0, 7));
      Map<Integer, ColumnStatistics> others = learner.count(blocks.subList(7, blocks.size()));
      ColumnStatistics merged =
          new ColumnStatistics(1).add(trial == 1 ? others.get(0) : first.get(0));
      merged.add(trial == 1 ? first.get(0) : others.get(0));
      List<Object> found = learner.encodings(List.of(merged));
      expected = expected == null ? found : expected;
      assertEquals(expected, found);
      Collections.shuffle(numbers, random);
    }
    Collections.sort(numbers);
    double median = (numbers.get(4_499) + numbers.get(4_500)) / 2;
    double found = ((NumberEncoding) expected.get(0)).getShift().get(0);
    assertEquals(median, found, 1e-7 * median); // numbers may be kept as floats
  }

  @Test
  void ofNoRowsAColumnIsZero() throws UnusableDataException {
    ColumnLearner learner = new ColumnLearner(List.of(NUMBER), List.of(ROBUST));
    assertTrue(learner.encoderBeforeRows(List.of()).isPresent());
    NumberEncoding none = (NumberEncoding) learner.encodings(List.of()).get(0);
    assertEquals(List.of(0.0), none.getScale());
    assertEquals(
        Quartiles.NONE,
        new QuartileLearner(List.of(NUMBER), List.of(ROBUST)).of(List.of()).get(0).get(0));
  }
}
