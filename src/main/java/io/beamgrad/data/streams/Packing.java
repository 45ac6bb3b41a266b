package io.beamgrad.data.streams;

import io.airlift.compress.zstd.ZstdInputStream;
import io.beamgrad.failure.WrongInputException;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * How a file is packed as a whole. Its first bytes tell that, whatever its name says; the name
 * matters only where the bytes are neither those of a packed file nor text nor IDX.
 */
@SuppressWarnings("ImmutableEnumChecker") // the arrays never change
enum Packing {
  GZIP(".gz", 0x1F, 0x8B, 8),
  ZSTD(".zst", 0x28, 0xB5, 0x2F, 0xFD),
  BZIP2(".bz2", 'B', 'Z', 'h');

  private static final Map<String, byte[]> NOT_READ =
      Map.of(
          "xz", new byte[] {(byte) 0xFD, '7', 'z', 'X', 'Z'},
          "zip", new byte[] {'P', 'K', 3, 4},
          "7z", new byte[] {'7', 'z', (byte) 0xBC, (byte) 0xAF},
          "lz4", new byte[] {4, 0x22, 0x4D, 0x18},
          "snappy", new byte[] {(byte) 0xFF, 6, 0, 0, 's', 'N', 'a', 'P', 'p', 'Y'},
          "compress", new byte[] {0x1F, (byte) 0x9D});

  private static final int START_BYTES = 512;
  private static final int BZIP2_START_BYTES = 10;
  private static final long BZIP2_BLOCK = 0x314159265359L; // pi
  private static final long BZIP2_END = 0x177245385090L; // the root of pi, of an empty file

  private final String suffix;
  private final byte[] magic;

  Packing(String suffix, int... magic) {
    this.suffix = suffix;
    this.magic = new byte[magic.length];
    for (int i = 0; i < magic.length; i++) {
      this.magic[i] = (byte) magic[i];
    }
  }

  /**
   * The packing of a file; null for a plain one.
   *
   * @param name of the file
   * @param in from its start; reading goes on there
   * @throws WrongInputException where it is packed by another tool
   */
  static @Nullable Packing of(String name, BufferedInputStream in) throws IOException {
    byte[] start = peek(in, START_BYTES);
    Packing found = of(start);
    if (found != null) {
      return found;
    }
    requireRead(name, start);
    for (Packing packing : values()) {
      if (name.endsWith(packing.suffix)) {
        return packing.isCutMagic(start) || !(isText(start) || isIdx(start)) ? packing : null;
      }
    }
    return null;
  }

  /** Whether a file is packed; one whose format has its own first bytes. */
  static boolean isPacked(BufferedInputStream in) throws IOException {
    return of(peek(in, START_BYTES)) != null;
  }

  private static @Nullable Packing of(byte[] start) {
    return Arrays.stream(values())
        .filter(packing -> packing.begins(start))
        .findFirst()
        .orElse(null);
  }

  private static void requireRead(String name, byte[] start) {
    NOT_READ.forEach(
        (packing, magic) -> {
          if (startsWith(start, magic)) {
            throw new WrongInputException(
                "%s: packed by %s, which is not read; unpack it, or pack it by gzip, zstd or bzip2"
                    .formatted(name, packing));
          }
        });
  }

  /** The unpacked bytes; their stream throws {@link EOFException} where a member is cut short. */
  InputStream unpack(BufferedInputStream in) throws IOException {
    return switch (this) {
      // Members are opened here, as zeros behind the last are an error of the decoders.
      case GZIP -> new PackedMembers(this, in, GzipCompressorInputStream::new);
      case BZIP2 -> new PackedMembers(this, in, BZip2CompressorInputStream::new);
      case ZSTD -> new ZstdInputStream(new ZstdFrames(in));
    };
  }

  /**
   * Checks that a member begins where a stream stands.
   *
   * @throws EOFException where it ends within the magic number
   */
  void requireMember(InputStream in) throws IOException {
    byte[] start = peek(in, this == BZIP2 ? BZIP2_START_BYTES : magic.length);
    if (isCutMagic(start)) {
      throw new EOFException();
    }
    if (!begins(start)) {
      throw new IOException("no " + this + " data, but other bytes");
    }
  }

  private boolean begins(byte[] start) {
    return switch (this) {
      case GZIP -> startsWith(start, magic);
      case ZSTD -> startsWith(start, magic) || ZstdFrames.isSkippable(start);
      case BZIP2 -> start.length >= BZIP2_START_BYTES && startsWith(start, magic) && isBzip2(start);
    };
  }

  private static boolean isBzip2(byte[] start) {
    long mark = 0;
    for (int i = 4; i < BZIP2_START_BYTES; i++) {
      mark = mark << 8 | (start[i] & 0xFF);
    }
    return mark == BZIP2_BLOCK || mark == BZIP2_END;
  }

  private static boolean startsWith(byte[] start, byte[] magic) {
    return start.length >= magic.length
        && Arrays.equals(start, 0, magic.length, magic, 0, magic.length);
  }

  /** Whether a file ends before it can be told from its magic number. */
  private boolean isCutMagic(byte[] start) {
    int length = Math.min(start.length, magic.length);
    return start.length < (this == BZIP2 ? BZIP2_START_BYTES : magic.length)
        && Arrays.equals(start, 0, length, magic, 0, length);
  }

  /** Whether no byte is a control character that text has not; a mark of UTF-16 tells text too. */
  private static boolean isText(byte[] start) {
    boolean isUtf16 =
        start.length > 1
            && ((start[0] == (byte) 0xFE && start[1] == (byte) 0xFF)
                || (start[0] == (byte) 0xFF && start[1] == (byte) 0xFE));
    if (!isUtf16) {
      for (byte b : start) {
        if (b >= 0 && b < ' ' && (b < '\t' || b > '\r')) {
          return false;
        }
      }
    }
    return true;
  }

  private static boolean isIdx(byte[] start) {
    return start.length > 3 && start[0] == 0 && start[1] == 0 && start[2] > 7 && start[2] < 0x0F;
  }

  private static byte[] peek(InputStream in, int bytes) throws IOException {
    in.mark(bytes);
    byte[] start = in.readNBytes(bytes);
    in.reset();
    return start;
  }

  /** The name of the tool, such as {@code gzip}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
