package io.beamgrad.data.formats;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.data.digits.DigitImages;
import io.beamgrad.data.files.Xxh64;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.failure.MissingDataException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageReaderTest {
  private static final Path FOREIGN = Path.of("src/test/resources/foreign");
  private static final int[] GREY = {0, 20, 40, 60, 60, 80, 100, 120, 120, 140, 160, 180};

  @TempDir Path folder;

  @Test
  void aGreyPictureOfTheRightSizeIsTakenAsItIs() throws IOException {
    byte[] digit = new byte[28 * 28];
    new DigitImages(1).draw(0, digit);
    BufferedImage image = new BufferedImage(28, 28, BufferedImage.TYPE_BYTE_GRAY);
    image.getRaster().setDataElements(0, 0, 28, 28, digit);
    ImageReader.Picture picture = ImageReader.read(write(image).toString(), 28, 28);
    assertArrayEquals(digit, picture.pixels());
    assertFalse(picture.inverted());
  }

  @Test
  void darkInkOnWhitePaperIsInverted() throws IOException {
    ImageReader.Picture picture = read(2, 2, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0xFF000000);
    assertTrue(picture.inverted());
    assertPixels(picture, 0, 0, 0, 255);
  }

  @Test
  void coloursBecomeTheirGrey() throws IOException {
    assertPixels(read(2, 2, 0xFFFF0000, 0xFF00FF00, 0xFF0000FF, 0xFF404040), 76, 150, 29, 64);
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        BufferedImage.TYPE_BYTE_GRAY,
        BufferedImage.TYPE_USHORT_GRAY,
        BufferedImage.TYPE_INT_RGB,
        BufferedImage.TYPE_BYTE_BINARY,
        BufferedImage.TYPE_BYTE_INDEXED
      })
  void everyKindOfPngGivesTheSameGrey(int type) throws IOException {
    BufferedImage image = new BufferedImage(2, 1, type);
    image.setRGB(1, 0, 0xFFFFFFFF);
    assertPixels(ImageReader.read(write(image).toString(), 1, 2), 0, 255);
  }

  @Test
  void halfGreyStaysHalfGrey() throws IOException {
    BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_GRAY);
    image.getRaster().setSample(1, 0, 0, 128);
    assertPixels(ImageReader.read(write(image).toString(), 1, 2), 0, 128);
    BufferedImage deep = new BufferedImage(2, 1, BufferedImage.TYPE_USHORT_GRAY);
    deep.getRaster().setSample(1, 0, 0, 128 * 257);
    assertPixels(ImageReader.read(write(deep).toString(), 1, 2), 0, 128);
  }

  @Test
  void transparencyIsPaperForDarkInkAndNightForLightInk() throws IOException {
    ImageReader.Picture dark = read(2, 2, 0xFF000000, 0, 0, 0x80000000);
    assertTrue(dark.inverted());
    assertPixels(dark, 255, 0, 0, 128);
    ImageReader.Picture light = read(2, 2, 0xFFFFFFFF, 0x00FFFFFF, 0, 0x80FFFFFF);
    assertFalse(light.inverted());
    assertPixels(light, 255, 0, 0, 128);
  }

  @Test
  void aLargePictureIsAveragedOverAreas() throws IOException {
    BufferedImage image = new BufferedImage(3, 3, BufferedImage.TYPE_BYTE_GRAY);
    for (int i = 0; i < 9; i++) {
      image.getRaster().setSample(i % 3, i / 3, 0, 9 * i);
    }
    // Each result pixel covers 1.5 x 1.5: the first is (0 + 9/2 + 27/2 + 36/4) / 2.25 = 12.
    assertPixels(ImageReader.read(write(image).toString(), 2, 2), 12, 24, 48, 60);
  }

  @Test
  void aSmallPictureIsEnlargedByRepeatingPixels() throws IOException {
    BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_GRAY);
    image.getRaster().setSample(1, 0, 0, 200);
    assertPixels(ImageReader.read(write(image).toString(), 2, 4), 0, 0, 200, 200, 0, 0, 200, 200);
  }

  @Test
  void proportionsAreKeptAndTheRestIsBlack() throws IOException {
    BufferedImage image = new BufferedImage(1, 2, BufferedImage.TYPE_BYTE_GRAY);
    image.getRaster().setSample(0, 0, 0, 100);
    image.getRaster().setSample(0, 1, 0, 50);
    assertPixels(ImageReader.read(write(image).toString(), 2, 3), 0, 100, 0, 0, 50, 0);
    BufferedImage paper = new BufferedImage(1, 2, BufferedImage.TYPE_BYTE_GRAY);
    paper.getRaster().setSample(0, 0, 0, 255);
    paper.getRaster().setSample(0, 1, 0, 205);
    assertPixels(ImageReader.read(write(paper).toString(), 2, 3), 0, 0, 0, 0, 50, 0);
  }

  @Test
  void aMissingPictureIsNamed() {
    Path file = folder.resolve("no.png");
    var e =
        assertThrows(MissingDataException.class, () -> ImageReader.read(file.toString(), 28, 28));
    assertEquals(file + ": no such file", e.getMessage());
    e = assertThrows(MissingDataException.class, () -> ImageReader.read(folder.toString(), 28, 28));
    assertEquals(folder + ": is a folder, not a file", e.getMessage());
  }

  @Test
  void whatIsNoPngIsBroken() throws IOException {
    Path file = folder.resolve("a.png");
    Files.writeString(file, "GI, as it happens");
    assertBroken(file, "a.png: not a PNG image");
    Files.writeString(file, "GIF89a, as it happens");
    assertBroken(file, "a.png: GIF image cut short or corrupt");
    Files.write(file, new byte[0]);
    assertBroken(file, "a.png: empty file");
  }

  @Test
  void aPngCutShortIsBroken() throws IOException {
    BufferedImage image = new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 64 * 64; i++) {
      image.setRGB(i % 64, i / 64, (int) Xxh64.hash(i, 0, 0));
    }
    Path file = write(image);
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
    assertBroken(file, "a.png: PNG image cut short or corrupt");
    Files.write(file, Arrays.copyOf(bytes, 20));
    assertBroken(file, "a.png: PNG image cut short or corrupt");
  }

  @Test
  void aHugePictureIsRefusedByItsHeader() throws IOException {
    Path file = write(new BufferedImage(1, 1, BufferedImage.TYPE_BYTE_GRAY));
    byte[] bytes = Files.readAllBytes(file);
    ByteBuffer.wrap(bytes).putInt(16, 100_000).putInt(20, 100_000);
    Files.write(file, bytes);
    assertBroken(file, "a.png: has 100000x100000 pixels; at most 50 million can be read");
  }

  @ParameterizedTest
  @ValueSource(strings = {"grey-sharp.png", "grey-sharp.gif", "grey-bmp-js.bmp"})
  void picturesOfForeignWritersHaveTheSamePixels(String name) {
    assertPixels(ImageReader.read(FOREIGN.resolve(name).toString(), 3, 4), GREY);
  }

  @ParameterizedTest
  @ValueSource(strings = {"grey-alpha-sharp.png", "grey-alpha-16.png"})
  void aGreyPngWithAlphaIsReadOnItsBackground(String name) {
    ImageReader.Picture picture = ImageReader.read(FOREIGN.resolve(name).toString(), 3, 4);
    int[] expected = GREY.clone();
    expected[0] = 255; // what is transparent is white, as the rest is rather dark
    assertFalse(picture.inverted());
    assertPixels(picture, expected);
  }

  @Test
  void theFirstFrameOfAGifLiesWhereItsScreenHasIt() {
    assertPixels(
        ImageReader.read(FOREIGN.resolve("frames-omggif.gif").toString(), 3, 4),
        0,
        0,
        0,
        0,
        0,
        100,
        200,
        0,
        0,
        200,
        100,
        0);
  }

  @Test
  void eachKindOfBmpGivesTheSameGrey() throws IOException {
    byte[] plain = {0, 1, 2, 0, 2, 1, 0, 0}; // (rows from the bottom, cols of 4 bytes)
    byte[] runs = {1, 0, 1, 1, 1, 2, 0, 0, 1, 2, 1, 1, 1, 0, 0, 1};
    for (byte[] pixels : List.of(plain, runs)) {
      Path file = folder.resolve("a.bmp");
      Files.write(file, bmp(3, 2, pixels == runs ? 1 : 0, pixels));
      assertPixels(ImageReader.read(file.toString(), 2, 3), 100, 50, 0, 0, 50, 100);
    }
  }

  @Test
  void aBmpThatIsTheCoverOfAJpegIsRefusedAsThat() throws IOException {
    Path file = folder.resolve("a.bmp");
    Files.write(file, bmp(3, 2, 4, new byte[8]));
    assertBroken(
        file,
        "a.bmp: JPEG is not read, as its decoders differ between builds of Java;"
            + " convert it to PNG");
  }

  @ParameterizedTest
  @CsvSource({"jpg, JPEG", "tif, TIFF", "webp, WebP"})
  void aPictureWhoseDecodersDifferIsRefusedByItsName(String suffix, String format)
      throws IOException {
    Path foreign = FOREIGN.resolve("grey-sharp." + suffix);
    String why =
        ": %s is not read, as its decoders differ between builds of Java; convert it to PNG"
            .formatted(format);
    assertBroken(foreign, foreign.getFileName() + why);
    Path named = Files.copy(foreign, folder.resolve("b.png"));
    assertBroken(named, "b.png" + why);
  }

  @ParameterizedTest
  @CsvSource({"grey-sharp.gif, 92", "grey-bmp-js.bmp, 90", "grey-sharp.png, 101"})
  void aPictureCutAnywhereIsAnErrorOrWhole(String name, int length) throws IOException {
    byte[] bytes = Files.readAllBytes(FOREIGN.resolve(name));
    assertEquals(length, bytes.length);
    Path file = folder.resolve(name);
    for (int cut = 0; cut < length; cut++) {
      Files.write(file, Arrays.copyOf(bytes, cut));
      try {
        assertPixels(ImageReader.read(file.toString(), 3, 4), GREY);
      } catch (BrokenFileException e) {
        assertTrue(e.getMessage().startsWith(name + ": "), e.getMessage());
      }
    }
  }

  /** A BMP of 8 bits a pixel, whose colours are 0, 50 and 100. */
  private static byte[] bmp(int width, int height, int compression, byte[] pixels) {
    int colours = 3;
    int start = 54 + 4 * colours;
    ByteBuffer bytes = ByteBuffer.allocate(start + pixels.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put((byte) 'B').put((byte) 'M').putInt(start + pixels.length).putInt(0).putInt(start);
    bytes.putInt(40).putInt(width).putInt(height).putShort((short) 1).putShort((short) 8);
    bytes.putInt(compression).putInt(pixels.length).putInt(0).putInt(0).putInt(colours).putInt(0);
    bytes.putInt(0).putInt(50 * 0x010101).putInt(100 * 0x010101).put(pixels);
    return bytes.array();
  }

  private ImageReader.Picture read(int width, int height, int... argb) throws IOException {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_ARGB);
    image.setRGB(0, 0, width, height, argb, 0, width);
    return ImageReader.read(write(image).toString(), height, width);
  }

  private Path write(BufferedImage image) throws IOException {
    Path file = folder.resolve("a.png");
    ImageIO.write(image, "png", file.toFile());
    return file;
  }

  private static void assertPixels(ImageReader.Picture picture, int... expected) {
    int[] found = new int[picture.pixels().length];
    Arrays.setAll(found, i -> picture.pixels()[i] & 0xFF);
    assertArrayEquals(expected, found);
  }

  private static void assertBroken(Path file, String message) {
    var e =
        assertThrows(BrokenFileException.class, () -> ImageReader.read(file.toString(), 28, 28));
    assertEquals(message, e.getMessage());
  }
}
