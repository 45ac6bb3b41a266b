package io.beamgrad.benchmarks;

import io.beamgrad.tensor.Generator;
import java.io.IOException;
import java.io.OutputStream;

/**
 * A made-up table of flats, with their prices: six numbers, three categories and a flag, which have
 * an effect on the price that depends on the others. What they do not say of it is a factor with a
 * deviation of 5%. The same seed gives the same bytes on every JDK.
 */
final class PriceTable {
  static final int COLUMNS = 10;
  private static final String HEADER =
      "area,rooms,floor,built,x,y,district,state,heating,lift,price\n";
  private static final int DISTRICTS = 24;
  private static final String[] STATES = {"new", "good", "worn", "poor"};
  private static final double[] STATE_EFFECTS = {0.25, 0.1, -0.05, -0.3};
  private static final String[] HEATINGS = {"gas", "oil", "district", "pump", "none"};
  private static final double[] HEATING_EFFECTS = {0, -0.06, 0.04, 0.1, -0.2};
  private static final double NOISE = 0.05;
  private static final double YEARS = 120;

  private final double[] districtEffects = new double[DISTRICTS];
  private final double[] districtSlopes = new double[DISTRICTS];
  private final double[] centres = new double[2 * DISTRICTS];
  private final Generator random;

  PriceTable(long seed) {
    Generator truth = Generator.derive(7, "prices");
    for (int i = 0; i < DISTRICTS; i++) {
      districtEffects[i] = 0.3 * truth.nextGaussian();
      districtSlopes[i] = 0.1 * truth.nextGaussian();
      centres[2 * i] = 10 * truth.nextDouble();
      centres[2 * i + 1] = 10 * truth.nextDouble();
    }
    this.random = Generator.derive(seed, "prices");
  }

  /** Writes the next rows as CSV under a header, and gives their bytes. */
  long write(OutputStream out, long rows) throws IOException {
    CsvLines lines = new CsvLines(out);
    lines.text(HEADER);
    for (long row = 0; row < rows; row++) {
      writeRow(lines);
    }
    return lines.flush();
  }

  private void writeRow(CsvLines lines) throws IOException {
    double area = 70 * StrictMath.exp(0.45 * random.nextGaussian());
    int rooms = 1 + (int) (area / 28 + 1.2 * random.nextDouble());
    int floor = (int) random.nextLong(random.nextLong(4) == 0 ? 20 : 5);
    double age = YEARS * random.nextDouble() * random.nextDouble();
    int district = (int) random.nextLong(DISTRICTS);
    double x = centres[2 * district] + 0.7 * random.nextGaussian();
    double y = centres[2 * district + 1] + 0.7 * random.nextGaussian();
    int state = (int) random.nextLong(STATES.length);
    int heating = (int) random.nextLong(HEATINGS.length);
    boolean lift = random.nextDouble() < (floor > 4 ? 0.9 : 0.3);
    double logarithm =
        StrictMath.log(3000 * area)
            + districtEffects[district]
            + districtSlopes[district] * age / 30
            + distanceEffect(x, y)
            + STATE_EFFECTS[state] * StrictMath.min(1, age / 40)
            + HEATING_EFFECTS[heating]
            + (lift ? 0.02 : -0.03) * floor
            - 0.1 * StrictMath.abs(area / rooms - 26) / 10
            + 0.12 * StrictMath.cos(age / 12)
            + NOISE * random.nextGaussian();
    lines.decimal(tenThousandths(area));
    cell(lines, rooms);
    cell(lines, floor);
    cell(lines, 2026 - (int) age);
    lines.separator();
    lines.decimal(tenThousandths(x));
    lines.separator();
    lines.decimal(tenThousandths(y));
    lines.text(",district " + district + "," + STATES[state] + "," + HEATINGS[heating]);
    lines.text(lift ? ",yes," : ",no,");
    lines.number((int) StrictMath.round(StrictMath.exp(logarithm)));
    lines.end();
  }

  /** The nearer to the middle of the town, the dearer; a park in the north east too. */
  private static double distanceEffect(double x, double y) {
    double middle = StrictMath.hypot(x - 5, y - 5);
    double park = StrictMath.hypot(x - 8, y - 7.5);
    return 0.5 * StrictMath.exp(-middle / 3) + 0.25 * StrictMath.exp(-park * park);
  }

  private static int tenThousandths(double value) {
    return (int) StrictMath.round(value * 10_000);
  }

  private static void cell(CsvLines lines, int number) throws IOException {
    lines.separator();
    lines.number(number);
  }
}
