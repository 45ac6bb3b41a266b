package io.beamgrad.data.formats;

import io.beamgrad.data.streams.PictureFormat;
import io.beamgrad.data.streams.SourceChannel;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.failure.MissingDataException;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.checkerframework.checker.nullness.qual.Nullable;
import org.w3c.dom.Node;

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

  /** Codes of LZW stand for up to 4096 pixels; deflate packs to no less than a 1032th. */
  private static final long MOST_PACKED = 4096;

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
   * The picture of a PNG, GIF or BMP file; of an animation the first frame.
   *
   * @throws MissingDataException where there is no such file
   * @throws BrokenFileException where it is no picture, one of another format, cannot be decoded,
   *     or has more than 50 million pixels
   */
  public static Picture read(String file, int rows, int cols) {
    String name = file.substring(file.lastIndexOf('/') + 1);
    try (SourceChannel in = SourceChannel.open(file, name)) {
      PictureFormat format = PictureFormat.require(name, in.start(PictureFormat.START_BYTES));
      return new Scaling(decode(in, name, format), rows, cols).finish();
    } catch (IOException e) {
      throw new UncheckedIOException("%s: %s".formatted(file, e.getMessage()), e);
    }
  }

  /**
   * Whether a file is a picture, of a format that is read or not, by its suffix or its first bytes.
   *
   * @throws MissingDataException where there is no such file
   */
  public static boolean isPicture(String file) {
    return hasSuffix(file) || PictureFormat.of(start(file)).isPresent();
  }

  /** Whether a file is a picture, of a format that is read or not, by its suffix. */
  public static boolean hasSuffix(String file) {
    return PictureFormat.ofName(file).isPresent();
  }

  /** The suffixes of the formats that are read, in small letters. */
  public static List<String> suffixes() {
    return PictureFormat.suffixes();
  }

  private static byte[] start(String file) {
    try (SourceChannel in = SourceChannel.open(file, file)) {
      return in.start(PictureFormat.START_BYTES);
    } catch (IOException e) {
      throw new UncheckedIOException("%s: %s".formatted(file, e.getMessage()), e);
    }
  }

  /**
   * Whether so few bytes can hold so many pixels. Memory for the whole picture is taken before its
   * first line is seen to be missing.
   */
  private static boolean canHold(long bytes, ImageTypeSpecifier type, long pixels) {
    return type == null || pixels * type.getColorModel().getPixelSize() / 8 <= MOST_PACKED * bytes;
  }

  private static BufferedImage decode(SourceChannel file, String name, PictureFormat format) {
    Iterator<javax.imageio.ImageReader> readers =
        ImageIO.getImageReadersByFormatName(format.name());
    javax.imageio.ImageReader reader = readers.next(); // Every JDK has one.
    try (ImageInputStream in = new MemoryCacheImageInputStream(file.asInputStream())) {
      reader.setInput(in, true, format != PictureFormat.GIF);
      requireSize(name, reader.getWidth(0), reader.getHeight(0));
      long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
      if (!canHold(file.size(), reader.getRawImageType(0), pixels)) {
        throw broken(name, format, null);
      }
      BufferedImage image = reader.read(0);
      return format == PictureFormat.GIF ? onScreen(name, reader, image) : image;
    } catch (BrokenFileException | UncheckedIOException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // The decoder answers broken files with several kinds of unchecked exceptions.
      throw broken(name, format, e);
    } finally {
      reader.dispose();
    }
  }

  private static void requireSize(String name, long width, long height) {
    if (width * height > MAX_PIXELS) {
      throw new BrokenFileException(
          "%s: has %sx%s pixels; at most %s million can be read"
              .formatted(name, width, height, MAX_PIXELS / 1_000_000));
    }
  }

  private static BrokenFileException broken(
      String name, PictureFormat format, @Nullable Exception cause) {
    return new BrokenFileException(
        "%s: %s image cut short or corrupt".formatted(name, format), cause);
  }

  /** The first frame of a GIF where it lies on the screen, around which nothing is seen. */
  private static BufferedImage onScreen(
      String name, javax.imageio.ImageReader reader, BufferedImage frame) throws IOException {
    Node screen = part(reader.getStreamMetadata(), "LogicalScreenDescriptor");
    Node place = part(reader.getImageMetadata(0), "ImageDescriptor");
    int width = number(screen, "logicalScreenWidth");
    int height = number(screen, "logicalScreenHeight");
    int left = number(place, "imageLeftPosition");
    int top = number(place, "imageTopPosition");
    if (frame.getWidth() >= width && frame.getHeight() >= height) {
      return frame;
    }
    requireSize(name, width, height);
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_ARGB);
    for (int y = 0; y < Math.min(frame.getHeight(), height - top); y++) {
      for (int x = 0; x < Math.min(frame.getWidth(), width - left); x++) {
        image.setRGB(left + x, top + y, frame.getRGB(x, y));
      }
    }
    return image;
  }

  private static Node part(IIOMetadata metadata, String name) {
    Node part = metadata.getAsTree(metadata.getNativeMetadataFormatName()).getFirstChild();
    while (!part.getNodeName().equals(name)) {
      part = part.getNextSibling();
    }
    return part;
  }

  private static int number(Node part, String attribute) {
    return Integer.parseInt(part.getAttributes().getNamedItem(attribute).getNodeValue());
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
