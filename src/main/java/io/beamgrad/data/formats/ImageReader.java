package io.beamgrad.data.formats;

import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.failure.MissingDataException;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.stream.ImageInputStream;

/**
 * Reads a picture as a model of images takes it: grey bytes of a given size, light on dark.
 *
 * <ul>
 *   <li>Colour becomes grey as {@code 0.299 R + 0.587 G + 0.114 B}.
 *   <li>What is transparent is filled with white where the visible part is rather dark, and with
 *       black where it is rather light.
 *   <li>The picture keeps its proportions: it is scaled until it fits, and centred on black. A
 *       pixel is the mean of the area that it covers; enlarging repeats pixels.
 *   <li>A picture that is lighter than half grey on average is taken for dark ink on white paper
 *       and inverted, as MNIST was.
 * </ul>
 */
public final class ImageReader {
  /** Larger pictures are refused by their header, before memory is taken. */
  static final long MAX_PIXELS = 50_000_000;

  /** The suffix of a picture's name, in small letters. */
  public static final String SUFFIX = ".png";

  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};

  static {
    // No window is ever opened: without this, some machines look for a display.
    if (System.getProperty("java.awt.headless") == null) {
      System.setProperty("java.awt.headless", "true");
    }
  }

  private ImageReader() {}

  /** A picture made fit. */
  public static final class Picture {
    private final byte[] pixels;
    private final boolean inverted;

    private Picture(byte[] pixels, boolean inverted) {
      this.pixels = pixels;
      this.inverted = inverted;
    }

    /** {@code (rows, cols)}, 0 is black; the caller's own. */
    public byte[] pixels() {
      return pixels;
    }

    /** Whether it was dark on light and has been inverted. */
    public boolean inverted() {
      return inverted;
    }
  }

  /**
   * The picture of a PNG file.
   *
   * @throws MissingDataException where there is no such file
   * @throws BrokenFileException where it is no PNG, cannot be decoded, or has more than 50 million
   *     pixels
   */
  public static Picture readPng(Path file, int rows, int cols) {
    if (!Files.isRegularFile(file)) {
      throw new MissingDataException(
          "%s: %s"
              .formatted(file, Files.exists(file) ? "is a folder, not a file" : "no such file"));
    }
    checkSignature(file);
    return new Scaling(decode(file.toFile()), rows, cols).finish();
  }

  /**
   * Whether a file is a PNG by its suffix or its first bytes.
   *
   * @throws MissingDataException where there is no such file
   */
  public static boolean isPng(Path file) {
    if (file.toString().toLowerCase(Locale.ROOT).endsWith(SUFFIX)) {
      return true;
    }
    try (InputStream in = Files.newInputStream(file)) {
      return in.read() == 0x89 && in.read() == 'P';
    } catch (NoSuchFileException e) {
      throw new MissingDataException(file + ": no such file");
    } catch (IOException e) {
      throw new UncheckedIOException("%s: %s".formatted(file, e.getMessage()), e);
    }
  }

  private static void checkSignature(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] start = in.readNBytes(SIGNATURE.length);
      if (!Arrays.equals(start, SIGNATURE)) {
        throw new BrokenFileException(
            "%s: %s"
                .formatted(
                    file.getFileName(), start.length == 0 ? "empty file" : "not a PNG image"));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("%s: %s".formatted(file, e.getMessage()), e);
    }
  }

  /**
   * Whether so few bytes can hold so many pixels: deflate packs to no less than a 1032th. Memory
   * for the whole picture is taken before its first line is seen to be missing.
   */
  private static boolean canHold(File file, ImageTypeSpecifier type, long pixels) {
    return type == null || pixels * type.getColorModel().getPixelSize() / 8 <= 1040 * file.length();
  }

  private static BufferedImage decode(File file) {
    Iterator<javax.imageio.ImageReader> readers = ImageIO.getImageReadersByFormatName("png");
    javax.imageio.ImageReader reader = readers.next(); // Every JDK has one.
    try (ImageInputStream in = ImageIO.createImageInputStream(file)) {
      reader.setInput(in, true, true);
      long width = reader.getWidth(0);
      long height = reader.getHeight(0);
      if (width * height > MAX_PIXELS) {
        throw new BrokenFileException(
            "%s: has %dx%d pixels; at most %d million can be read"
                .formatted(file.getName(), width, height, MAX_PIXELS / 1_000_000));
      }
      if (!canHold(file, reader.getRawImageType(0), width * height)) {
        throw new BrokenFileException(file.getName() + ": PNG image cut short or corrupt");
      }
      return reader.read(0);
    } catch (BrokenFileException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // The decoder answers broken files with several kinds of unchecked exceptions.
      throw new BrokenFileException(file.getName() + ": PNG image cut short or corrupt", e);
    } finally {
      reader.dispose();
    }
  }

  /** The sums of light and of opacity over the area of each pixel of the result. */
  private static final class Scaling {
    private final BufferedImage image;
    private final int rows;
    private final int cols;
    private final double scale;
    private final double[] light; // (rows, cols), 0 to 255, times opacity
    private final double[] opacity; // (rows, cols), 0 to 1
    private double totalLight;
    private double totalOpacity;

    Scaling(BufferedImage image, int rows, int cols) {
      this.image = image;
      this.rows = rows;
      this.cols = cols;
      scale = Math.min(rows / (double) image.getHeight(), cols / (double) image.getWidth());
      light = new double[rows * cols];
      opacity = new double[rows * cols];
      int[] grey = new int[image.getWidth()]; // 0 to 255
      int[] alpha = new int[image.getWidth()]; // 0 to 255
      for (int y = 0; y < image.getHeight(); y++) {
        readLine(y, grey, alpha);
        addLine(y, grey, alpha);
      }
    }

    Picture finish() {
      double pixels = (double) image.getWidth() * image.getHeight();
      double background = totalLight < 127.5 * totalOpacity ? 255 : 0;
      double mean = (totalLight + background * (pixels - totalOpacity)) / pixels;
      boolean inverted = mean > 127.5;
      byte[] bytes = new byte[rows * cols];
      double top = (rows - image.getHeight() * scale) / 2;
      double left = (cols - image.getWidth() * scale) / 2;
      for (int i = 0; i < bytes.length; i++) {
        double inside = overlap(i / cols, top, rows - top) * overlap(i % cols, left, cols - left);
        double level = light[i] + background * (inside - opacity[i]);
        double shown = inverted ? 255 * inside - level : level;
        bytes[i] = (byte) (int) Math.max(0, Math.min(255, shown + 0.5));
      }
      return new Picture(bytes, inverted);
    }

    private void addLine(int y, int[] grey, int[] alpha) {
      double top = (rows - image.getHeight() * scale) / 2 + y * scale;
      double left = (cols - image.getWidth() * scale) / 2;
      for (int x = 0; x < grey.length; x++) {
        double seen = alpha[x] / 255.0;
        totalLight += grey[x] * seen;
        totalOpacity += seen;
        double fromX = left + x * scale;
        for (int row = (int) top; row < rows && row < top + scale; row++) {
          double height = overlap(row, top, top + scale);
          for (int col = (int) fromX; col < cols && col < fromX + scale; col++) {
            double area = height * overlap(col, fromX, fromX + scale);
            light[row * cols + col] += area * seen * grey[x];
            opacity[row * cols + col] += area * seen;
          }
        }
      }
    }

    /** The length of the part of {@code [at, at + 1]} that lies in a range. */
    private static double overlap(int at, double from, double to) {
      return Math.max(0, Math.min(at + 1, to) - Math.max(at, from));
    }

    private void readLine(int y, int[] grey, int[] alpha) {
      boolean samples =
          image.getColorModel().getColorSpace().getType() == ColorSpace.TYPE_GRAY
              && !(image.getColorModel() instanceof IndexColorModel);
      for (int x = 0; x < grey.length; x++) {
        if (samples) {
          // Not getRGB, which takes grey for linear light and brightens it.
          grey[x] = sample(x, y, 0);
          alpha[x] = image.getColorModel().hasAlpha() ? sample(x, y, 1) : 255;
        } else {
          int argb = image.getRGB(x, y);
          int red = argb >> 16 & 0xFF;
          int green = argb >> 8 & 0xFF;
          int blue = argb & 0xFF;
          grey[x] = (299 * red + 587 * green + 114 * blue + 500) / 1000;
          alpha[x] = argb >>> 24;
        }
      }
    }

    private int sample(int x, int y, int band) {
      int bits = image.getSampleModel().getSampleSize(band);
      return image.getRaster().getSample(x, y, band) * 255 / ((1 << bits) - 1);
    }
  }
}
