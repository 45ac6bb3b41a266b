package io.beamgrad.data.streams;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/**
 * The bytes of the frames of a zstd file (RFC 8878), without those that are to be skipped, such as
 * pzstd's. A file that ends within a frame, or within its magic number, is cut short: aircompressor
 * takes less than a magic number for the end, and refuses frames to be skipped.
 */
final class ZstdFrames extends InputStream {
  private static final int FRAME = 0xFD2FB528;
  private static final int RUN = 1; // a block of one byte, repeated
  private static final int RESERVED = 3;
  private static final int[] DICTIONARY_BYTES = {0, 1, 2, 4};
  private static final int[] SIZE_BYTES = {0, 2, 4, 8};

  private enum Part {
    FRAME,
    BLOCK,
    CHECKSUM
  }

  private final InputStream in;
  private Part next = Part.FRAME;
  private boolean hasChecksum;
  private int left; // bytes of the part that is passed on

  /**
   * @param in supports marks
   */
  ZstdFrames(InputStream in) {
    this.in = in;
  }

  /** Whether these bytes begin a frame that has no data. */
  static boolean isSkippable(byte[] start) {
    return start.length >= 4 && (littleEndian(start, 4) & 0xFFFFFFF0) == 0x184D2A50;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] to, int offset, int length) throws IOException {
    while (left == 0) {
      if (next == Part.FRAME && !hasFrame()) {
        return -1;
      }
      startPart();
    }
    int read = in.read(to, offset, Math.min(length, left));
    if (read < 0) {
      throw new EOFException();
    }
    left -= read;
    return read;
  }

  /** Skips what is to be skipped; false at the end. */
  private boolean hasFrame() throws IOException {
    while (true) {
      in.mark(1);
      if (in.read() < 0) {
        return false;
      }
      in.reset();
      if (!isSkippable(peek(4))) {
        return true;
      }
      in.skipNBytes(4);
      in.skipNBytes(Integer.toUnsignedLong(littleEndian(peek(4), 4)) + 4);
    }
  }

  private void startPart() throws IOException {
    switch (next) {
      case FRAME -> startFrame();
      case BLOCK -> startBlock();
      default -> {
        left = 4;
        next = Part.FRAME;
      }
    }
  }

  private void startFrame() throws IOException {
    int magic = littleEndian(peek(4), 4);
    if (magic != FRAME) {
      throw new IOException("no zstd frame, but other bytes");
    }
    int descriptor = peek(5)[4];
    boolean isOneSegment = (descriptor & 0x20) != 0;
    int sizeFlag = descriptor >> 6 & 3;
    hasChecksum = (descriptor & 4) != 0;
    left = 4 + 1 + DICTIONARY_BYTES[descriptor & 3] + SIZE_BYTES[sizeFlag];
    if (!isOneSegment || sizeFlag == 0) {
      left++; // of the window, or of a size below 256
    }
    next = Part.BLOCK;
  }

  private void startBlock() throws IOException {
    int header = littleEndian(peek(3), 3);
    int type = header >> 1 & 3;
    if (type == RESERVED) {
      throw new IOException("a block of a reserved type");
    }
    left = 3 + (type == RUN ? 1 : header >>> 3);
    boolean isLast = (header & 1) != 0;
    next = !isLast ? Part.BLOCK : hasChecksum ? Part.CHECKSUM : Part.FRAME;
  }

  private byte[] peek(int bytes) throws IOException {
    in.mark(bytes);
    byte[] start = in.readNBytes(bytes);
    if (start.length < bytes) {
      throw new EOFException();
    }
    in.reset();
    return start;
  }

  private static int littleEndian(byte[] bytes, int length) {
    int value = 0;
    for (int i = length - 1; i >= 0; i--) {
      value = value << 8 | (bytes[i] & 0xFF);
    }
    return value;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
