package io.beamgrad.report;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * Encodes pictures as PNG files and as {@code data:} addresses. ImageIO is not used, as it starts
 * AWT, which takes longer than a whole page.
 */
final class Png {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  private static final int GREY = 0;
  private static final int RGBA = 6;

  private Png() {}

  /** A grey picture of {@code [height, width]} bytes, 0 black. */
  static String grey(int height, int width, byte[] pixels) {
    return dataUri(file(height, width, GREY, 1, pixels));
  }

  /** The file of a grey picture of {@code [height, width]} bytes, 0 black. */
  static byte[] greyFile(int height, int width, byte[] pixels) {
    return file(height, width, GREY, 1, pixels);
  }

  /** A picture of {@code [height, width, 4]} bytes: red, green, blue and opacity. */
  static String rgba(int height, int width, byte[] pixels) {
    return dataUri(file(height, width, RGBA, 4, pixels));
  }

  private static String dataUri(byte[] png) {
    return "data:image/png;base64," + Base64.getEncoder().encodeToString(png);
  }

  private static byte[] file(
      int height, int width, int colourType, int bytesPerPixel, byte[] pixels) {
    if (pixels.length != height * width * bytesPerPixel) {
      throw new IllegalArgumentException(
          "picture of %sx%s: expected %s bytes, found %s"
              .formatted(height, width, height * width * bytesPerPixel, pixels.length));
    }
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    png.writeBytes(SIGNATURE);
    ByteBuffer header = ByteBuffer.allocate(13).putInt(width).putInt(height);
    header.put((byte) 8).put((byte) colourType); // 8 bits; then deflate, no filter, not interlaced
    chunk(png, "IHDR", header.array());
    chunk(png, "IDAT", deflated(lines(height, width * bytesPerPixel, pixels)));
    chunk(png, "IEND", new byte[0]);
    return png.toByteArray();
  }

  /** The lines of the picture; each begins with the number of its filter, 0 for none. */
  private static byte[] lines(int height, int lineBytes, byte[] pixels) {
    byte[] lines = new byte[height * (lineBytes + 1)];
    for (int y = 0; y < height; y++) {
      System.arraycopy(pixels, y * lineBytes, lines, y * (lineBytes + 1) + 1, lineBytes);
    }
    return lines;
  }

  private static byte[] deflated(byte[] content) {
    Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION);
    try {
      deflater.setInput(content);
      deflater.finish();
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      byte[] buffer = new byte[4096];
      while (!deflater.finished()) {
        out.write(buffer, 0, deflater.deflate(buffer));
      }
      return out.toByteArray();
    } finally {
      deflater.end();
    }
  }

  private static void chunk(ByteArrayOutputStream png, String type, byte[] content) {
    CRC32 crc = new CRC32();
    crc.update(type.getBytes(US_ASCII));
    crc.update(content);
    png.writeBytes(ByteBuffer.allocate(4).putInt(content.length).array());
    png.writeBytes(type.getBytes(US_ASCII));
    png.writeBytes(content);
    png.writeBytes(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
  }
}
