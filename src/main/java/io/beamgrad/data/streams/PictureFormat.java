package io.beamgrad.data.streams;

import io.beamgrad.failure.BrokenFileException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The formats of pictures. Those are read that pack without loss and whose decoders are of Java
 * alone, so that each JDK gives the same pixels; the others are known in order to be refused.
 */
@SuppressWarnings("ImmutableEnumChecker") // the lists and arrays never change
public enum PictureFormat {
  PNG(true, List.of(".png"), 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'),
  GIF(true, List.of(".gif"), 'G', 'I', 'F', '8'),
  BMP(true, List.of(".bmp"), 'B', 'M'),
  JPEG(false, List.of(".jpg", ".jpeg"), 0xFF, 0xD8, 0xFF),
  TIFF(false, List.of(".tif", ".tiff"), 'I', 'I', 42, 0),
  BIG_ENDIAN_TIFF(false, List.of(), 'M', 'M', 0, 42),
  WEBP(false, List.of(".webp"), 'R', 'I', 'F', 'F');

  /** How many first bytes tell a format. */
  public static final int START_BYTES = 34;

  private static final int BMP_HEADER = 14; // where its size is
  private static final int BMP_COMPRESSION = 30;

  private final boolean isRead;
  private final List<String> suffixes; // in small letters
  private final byte[] magic;

  PictureFormat(boolean isRead, List<String> suffixes, int... magic) {
    this.isRead = isRead;
    this.suffixes = suffixes;
    this.magic = new byte[magic.length];
    for (int i = 0; i < magic.length; i++) {
      this.magic[i] = (byte) magic[i];
    }
  }

  /** The suffixes of those that are read, in small letters. */
  public static List<String> suffixes() {
    return Stream.of(values()).filter(f -> f.isRead).flatMap(f -> f.suffixes.stream()).toList();
  }

  public static Optional<PictureFormat> ofName(String file) {
    String name = file.toLowerCase(Locale.ROOT);
    return Stream.of(values()).filter(f -> f.suffixes.stream().anyMatch(name::endsWith)).findAny();
  }

  public static Optional<PictureFormat> of(byte[] start) {
    return Stream.of(values())
        .filter(
            f ->
                start.length >= f.magic.length
                    && Arrays.equals(start, 0, f.magic.length, f.magic, 0, f.magic.length))
        .findAny();
  }

  /**
   * The format of a picture, whatever its name.
   *
   * @param name of the file, for messages
   * @param start its first bytes
   * @throws BrokenFileException where it is none, or one that is not read
   */
  public static PictureFormat require(String name, byte[] start) {
    PictureFormat found = isBmpOfAnother(start) ? JPEG : of(start).orElse(null);
    if (found == null) {
      throw new BrokenFileException(
          start.length == 0
              ? name + ": empty file"
              : "%s: not a %s image".formatted(name, ofName(name).orElse(PNG)));
    }
    if (!found.isRead) {
      throw new BrokenFileException(
          "%s: %s is not read, as its decoders differ between builds of Java; convert it to PNG"
              .formatted(name, found));
    }
    return found;
  }

  /** Whether a BMP file is the cover of a JPEG, or of a PNG, which no program writes. */
  private static boolean isBmpOfAnother(byte[] start) {
    return start.length > BMP_COMPRESSION
        && of(start).orElse(null) == BMP
        && start[BMP_HEADER] >= 40
        && (start[BMP_COMPRESSION] == 4 || start[BMP_COMPRESSION] == 5);
  }

  @Override
  public String toString() {
    return this == WEBP ? "WebP" : this == BIG_ENDIAN_TIFF ? "TIFF" : name();
  }
}
