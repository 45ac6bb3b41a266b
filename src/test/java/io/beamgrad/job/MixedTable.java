package io.beamgrad.job;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Locale;
import java.util.Random;

/** A table of 20 columns of all kinds with holes, of which some say whether a customer leaves. */
public final class MixedTable {
  private static final String HEADER =
      "id,left,age,income,tenure,visits,score,ratio,tiny,huge,copy,constant,empty,city,plan,shop,"
          + "member,joined,seen,note";

  private MixedTable() {}

  /** Writes so many records; the same seed writes the same ones. */
  public static Path write(Path file, int records, long seed) throws IOException {
    Random random = new Random(seed);
    StringBuilder text = new StringBuilder(HEADER).append('\n');
    for (int i = 0; i < records; i++) {
      double age = 18 + random.nextInt(60);
      double income = Math.exp(10 + 2 * random.nextGaussian());
      double tenure = 120 * random.nextDouble();
      String city = "city" + (int) (6 * random.nextDouble() * random.nextDouble());
      String plan = new String[] {"basic", "plus", "pro"}[random.nextInt(3)];
      boolean member = random.nextBoolean();
      LocalDate joined = LocalDate.of(2020, 1, 1).plusDays(random.nextInt(2000));
      double odds =
          0.08 * (age - 45)
              - 0.04 * (tenure - 60)
              + (plan.equals("basic") ? 2 : -1)
              + (city.equals("city0") ? 1.5 : -0.5)
              + (member ? -1.5 : 1.5)
              + (joined.getMonthValue() <= 6 ? 1 : -1);
      boolean left = random.nextDouble() < 1 / (1 + Math.exp(-2 * odds));
      text.append(
          String.format(
              Locale.ROOT,
              "%d,%s,%s,%.2f,%.1f,%d,%s,%.4f,%.4e,%.4e,%.0f,7,,%s,%s,shop%03d,%s,%s,"
                  + "%02d.%02d.2024 %02d:%02d,%s%n",
              1000 + i,
              left ? "yes" : "no",
              random.nextInt(10) == 0 ? "" : String.format(Locale.ROOT, "%.0f", age),
              income,
              tenure,
              random.nextInt(30),
              random.nextInt(20) == 0 ? "NA" : Double.toString(random.nextGaussian()),
              random.nextDouble(),
              1e-30 * random.nextGaussian(),
              1e30 * random.nextGaussian(),
              tenure,
              random.nextInt(15) == 0 ? "" : city,
              plan,
              (int) (300 * random.nextDouble() * random.nextDouble()),
              random.nextInt(12) == 0 ? "" : member,
              random.nextInt(25) == 0 ? "" : joined,
              1 + random.nextInt(28),
              1 + random.nextInt(12),
              random.nextInt(24),
              random.nextInt(60),
              "\"said, on call " + random.nextInt(1_000_000_000) + "\""));
    }
    return Files.writeString(file, text);
  }
}
