package io.beamgrad.job;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** MNIST's four files with 4x4 images that a linear model can tell apart, and a job for them. */
public final class TinyDigits {
  public static final int TRAIN = 500;
  public static final int TEST = 100;

  private TinyDigits() {}

  /** Writes the files and {@code tiny.yaml} into a folder, and gives the spec's path. */
  public static Path write(Path folder) throws IOException {
    writePair(folder, "train", TRAIN, 1);
    writePair(folder, "t10k", TEST, 2);
    Path spec = folder.resolve("tiny.yaml");
    Files.writeString(
        spec,
        """
        seed: 7
        data: {format: idx, dir: %s, train: train, test: t10k, scale: 255}
        split: {validation: 0.2}
        model: [flatten, {linear: {out: 10}}]
        loss: cross_entropy
        optimizer: {sgd: {lr: 1.0, momentum: 0.9}}
        batch: 32
        epochs: 3
        """
            .formatted(folder));
    return spec;
  }

  public static void writePair(Path folder, String name, int count, long seed) throws IOException {
    Random random = new Random(seed);
    ByteBuffer images = ByteBuffer.allocate(16 + 16 * count).putInt(0x803).putInt(count);
    images.putInt(4).putInt(4);
    ByteBuffer labels = ByteBuffer.allocate(8 + count).putInt(0x801).putInt(count);
    for (int n = 0; n < count; n++) {
      int label = random.nextInt(10);
      labels.put((byte) label);
      for (int i = 0; i < 16; i++) {
        images.put((byte) (random.nextInt(120) + (i == label ? 130 : 0)));
      }
    }
    Files.write(folder.resolve(name + "-images-idx3-ubyte"), images.array());
    Files.write(folder.resolve(name + "-labels-idx1-ubyte"), labels.array());
  }
}
