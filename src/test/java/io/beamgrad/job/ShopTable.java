package io.beamgrad.job;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;

/** A table of shops, each with a slope and a level of its own, and a job with a model for each. */
public final class ShopTable {
  private ShopTable() {}

  /**
   * Writes {@code rows.csv} and {@code shops.yaml} into a folder, and gives the spec's path.
   *
   * @param rows of a shop at most; one in eight has six
   */
  public static Path write(Path folder, int shops, int rows) throws IOException {
    StringBuilder csv = new StringBuilder("x,shop,z,y\n");
    Random random = new Random(5);
    for (int shop = 0; shop < shops; shop++) {
      double slope = random.nextGaussian();
      double level = 3 * random.nextGaussian();
      for (int row = 0; row < (shop % 8 == 7 ? 6 : rows); row++) {
        double x = random.nextGaussian();
        double z = random.nextGaussian();
        double y = level + slope * x + z + 0.1 * random.nextGaussian();
        csv.append(String.format(Locale.ROOT, "%.4f,shop %d,%.4f,%.4f\n", x, shop, z, y));
      }
    }
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("rows.csv"), csv);
    return Files.writeString(
        folder.resolve("shops.yaml"),
        """
        data: {dir: %s, train: rows.csv, features: [x, z], target: y}
        split: {validation: 0.2, test: 0.2}
        model: [{linear: {out: 1}}]
        loss: mse
        optimizer: {sgd: {lr: 0.1, momentum: 0.5}}
        batch: 16
        epochs: 6
        each: {key: shop, minRows: 20, toPooled: 0.01}
        """
            .formatted(folder));
  }
}
