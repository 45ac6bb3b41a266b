package io.beamgrad.benchmarks;

import io.beamgrad.tensor.Generator;
import io.beamgrad.tensor.Kernels;
import io.beamgrad.train.Dataset;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** MNIST's training images as bytes, or noise of the same size where they are missing. */
final class Digits implements Dataset {

  static final int ROWS = 60_000;
  private static final int PIXELS = 28 * 28;

  private final byte[] pixels;
  private final byte[] labels;

  private Digits(byte[] pixels, byte[] labels) {
    this.pixels = pixels;
    this.labels = labels;
  }

  static Digits load(Path folder) {
    if (Files.isDirectory(folder)) {
      return new Digits(
          read(folder.resolve("train-images-idx3-ubyte.gz"), 16),
          read(folder.resolve("train-labels-idx1-ubyte.gz"), 8));
    }
    return noise();
  }

  static Digits noise() {
    Generator random = new Generator(1);
    byte[] pixels = new byte[ROWS * PIXELS];
    byte[] labels = new byte[ROWS];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) random.nextLong();
    }
    for (int i = 0; i < ROWS; i++) {
      labels[i] = (byte) random.nextLong(10);
    }
    return new Digits(pixels, labels);
  }

  private static byte[] read(Path file, int headerBytes) {
    try (InputStream in = new GZIPInputStream(Files.newInputStream(file), 1 << 16)) {
      in.skipNBytes(headerBytes);
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public long size() {
    return ROWS;
  }

  @Override
  public int[] inputShape() {
    return new int[] {28, 28};
  }

  @Override
  public int[] targetShape() {
    return new int[0];
  }

  @Override
  public void copyRows(long[] rows, int count, float[] inputs, float[] targets) {
    Kernels kernels = Kernels.current();
    for (int i = 0; i < count; i++) {
      int row = (int) rows[i];
      kernels.bytesToFloats(pixels, row * PIXELS, inputs, i * PIXELS, PIXELS, 0f, 255f);
      targets[i] = labels[row];
    }
  }
}
