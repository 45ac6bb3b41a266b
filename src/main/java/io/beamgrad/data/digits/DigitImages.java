package io.beamgrad.data.digits;

import io.beamgrad.data.digits.DigitStrokes.Point;
import io.beamgrad.data.files.Xxh64;
import java.util.Arrays;
import java.util.List;

/**
 * Draws handwritten digits: 28 x 28 pixels, white on black as MNIST has them. A digit is written in
 * one of several ways, by a pen of random thickness, its points are moved at random, and the whole
 * is slanted, turned, scaled, shifted, bent like rubber (the elastic distortion of Simard et al.,
 * Best practices for convolutional neural networks, ICDAR 2003, with waves for the random field),
 * and strewn with noise.
 *
 * <p>Image and label depend on the seed and the image's number alone: on every machine, in any
 * order. Not thread-safe, as its buffers are reused.
 */
public final class DigitImages {
  /** Rows and columns of an image. */
  public static final int SIZE = 28;

  private static final int DIGITS = 10;
  private static final int STEPS_PER_SPAN = 5;

  /** The sum of four uniform numbers has a variance of 4/12. */
  private static final double IRWIN_HALL_SCALE = 1.7320508075688772;

  private final long seed;
  private final double rotation;
  private final double[] ink = new double[SIZE * SIZE]; // (rows, cols), 0 to 1
  private long number;
  private long drawn;

  // The image's affine map: a point (x, y) goes to (xx x + xy y + x0, yx x + yy y + y0).
  private double xx;
  private double xy;
  private double x0;
  private double yx;
  private double yy;
  private double y0;
  private final double[] waves = new double[12];
  private double radius;

  /** The images of a seed. */
  public DigitImages(long seed) {
    this(seed, 0);
  }

  /**
   * The same digits, turned.
   *
   * @param degrees clockwise
   */
  public DigitImages(long seed, double degrees) {
    this.seed = seed;
    this.rotation = degrees / 180 * Math.PI;
  }

  /**
   * Draws one image and gives its label, 0 to 9.
   *
   * @param number which image, any number
   * @param pixels {@code (28, 28)}, is overwritten
   */
  public int draw(long number, byte[] pixels) {
    this.number = number;
    drawn = 0;
    Arrays.fill(ink, 0);
    int digit = below(DIGITS);
    List<List<List<Point>>> variants = DigitStrokes.variants(digit);
    List<List<Point>> strokes = variants.get(below(variants.size()));
    chooseTransform();
    for (List<Point> stroke : strokes) {
      write(stroke);
    }
    toPixels(pixels);
    return digit;
  }

  private void chooseTransform() {
    double turn = rotation + 0.1 * normal();
    double slant = 0.25 * normal() + 0.1;
    double width = between(10, 17);
    double height = between(16.5, 20.5);
    double cos = StrictMath.cos(turn);
    double sin = StrictMath.sin(turn);
    xx = cos * width;
    xy = (cos * -slant - sin) * height;
    yx = sin * width;
    yy = (sin * -slant + cos) * height;
    x0 = SIZE / 2.0 + 0.85 * normal();
    y0 = SIZE / 2.0 + 0.85 * normal();
    radius = between(0.8, 1.7);
    for (int i = 0; i < waves.length; i += 3) {
      waves[i] = 0.04 * normal();
      waves[i + 1] = between(3, 8);
      waves[i + 2] = between(0, 2 * Math.PI);
    }
  }

  /** Writes a stroke as Catmull-Rom curves from corner to corner. */
  private void write(List<Point> stroke) {
    int count = stroke.size();
    double[] x = new double[count];
    double[] y = new double[count];
    for (int i = 0; i < count; i++) {
      x[i] = stroke.get(i).x() - 0.5 + 0.028 * normal();
      y[i] = stroke.get(i).y() - 0.5 + 0.028 * normal();
    }
    double fromX = 0;
    double fromY = 0;
    for (int i = 0; i + 1 < count; i++) {
      int before = i == 0 || stroke.get(i).corner() ? i : i - 1;
      int after = i + 2 == count || stroke.get(i + 1).corner() ? i + 1 : i + 2;
      for (int step = 0; step <= STEPS_PER_SPAN; step++) {
        double t = step / (double) STEPS_PER_SPAN;
        double u = catmullRom(x[before], x[i], x[i + 1], x[after], t);
        double v = catmullRom(y[before], y[i], y[i + 1], y[after], t);
        double bentU = u + wave(0, v) + wave(3, u);
        double bentV = v + wave(6, u) + wave(9, v);
        double toX = xx * bentU + xy * bentV + x0;
        double toY = yx * bentU + yy * bentV + y0;
        if (step > 0) {
          line(fromX, fromY, toX, toY);
        }
        fromX = toX;
        fromY = toY;
      }
    }
  }

  private double wave(int at, double t) {
    return waves[at] * StrictMath.sin(waves[at + 1] * t + waves[at + 2]);
  }

  private static double catmullRom(double p0, double p1, double p2, double p3, double t) {
    double a = 2 * p1;
    double b = p2 - p0;
    double c = 2 * p0 - 5 * p1 + 4 * p2 - p3;
    double d = 3 * p1 - p0 - 3 * p2 + p3;
    return 0.5 * (a + t * (b + t * (c + t * d)));
  }

  /** Inks the pixels near a line: wholly within the radius, fading over one pixel beyond it. */
  private void line(double ax, double ay, double bx, double by) {
    double reach = radius + 0.5;
    int left = Math.max(0, (int) Math.floor(Math.min(ax, bx) - reach));
    int right = Math.min(SIZE - 1, (int) Math.floor(Math.max(ax, bx) + reach));
    int top = Math.max(0, (int) Math.floor(Math.min(ay, by) - reach));
    int bottom = Math.min(SIZE - 1, (int) Math.floor(Math.max(ay, by) + reach));
    double dx = bx - ax;
    double dy = by - ay;
    double lengthSquared = Math.max(dx * dx + dy * dy, 1e-12);
    for (int row = top; row <= bottom; row++) {
      for (int col = left; col <= right; col++) {
        double px = col + 0.5 - ax;
        double py = row + 0.5 - ay;
        double t = Math.max(0, Math.min(1, (px * dx + py * dy) / lengthSquared));
        double ex = px - t * dx;
        double ey = py - t * dy;
        double cover = reach - Math.sqrt(ex * ex + ey * ey);
        if (cover > ink[row * SIZE + col]) {
          ink[row * SIZE + col] = Math.min(1, cover);
        }
      }
    }
  }

  /** Turns the ink into bytes, with noise and a few specks. */
  private void toPixels(byte[] pixels) {
    double strength = between(0.75, 1);
    for (int i = 0; i < ink.length; i++) {
      double level = ink[i] == 0 ? 0 : ink[i] * (strength + 0.08 * normal());
      pixels[i] = (byte) (int) (255 * Math.max(0, Math.min(1, level)));
    }
    int specks = below(8);
    for (int i = 0; i < specks; i++) {
      pixels[below(ink.length)] = (byte) (int) between(40, 200);
    }
  }

  /** The next random number of this image, 64 bits: a hash of how many came before. */
  private long next() {
    return Xxh64.hash(number, drawn++, seed);
  }

  private double between(double low, double high) {
    return low + (high - low) * ((next() >>> 11) * 0x1p-53);
  }

  private int below(int bound) {
    return (int) between(0, bound);
  }

  /**
   * A random number of a bell curve of mean 0 and variance 1, within 3.5 (Irwin-Hall with four
   * numbers).
   */
  private double normal() {
    return (between(0, 1) + between(0, 1) + between(0, 1) + between(0, 1) - 2) * IRWIN_HALL_SCALE;
  }
}
