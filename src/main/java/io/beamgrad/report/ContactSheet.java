package io.beamgrad.report;

import io.beamgrad.data.files.Storage;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.schema.Picture;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * One picture of many small grey pictures, each with its label below. The digits of labels come
 * from a bitmap in this class, as a Java without fonts, which many containers have, cannot draw
 * text.
 */
public final class ContactSheet {
  private static final int GAP = 4;
  private static final int LEAST_SIDE = 56; // pixels; smaller pictures are enlarged
  private static final int MOST_PIXELS = 100_000_000;
  private static final int INK = 20;
  private static final int PAPER = 255;
  private static final int DOT = 2; // the side of a dot of a glyph, in pixels
  private static final int GLYPH_ROWS = 5;
  private static final int GLYPH_COLUMNS = 3;
  private static final int LABEL_HEIGHT = DOT * GLYPH_ROWS + 2 * GAP;

  /** The rows of the glyphs 0 to 9 from the top, three bits each. */
  private static final int[] GLYPHS = {
    0b111_101_101_101_111,
    0b010_110_010_010_111,
    0b111_001_111_100_111,
    0b111_001_111_001_111,
    0b101_101_111_001_001,
    0b111_100_111_001_111,
    0b111_100_111_101_111,
    0b111_001_010_010_010,
    0b111_101_111_101_111,
    0b111_101_111_001_111,
  };

  private final int scale;
  private final int cellHeight;
  private final int cellWidth;
  private final int columns;
  private final int height;
  private final int width;
  private final byte[] pixels; // (height, width)

  private ContactSheet(int count, int pictureHeight, int pictureWidth) {
    int longer = Math.max(pictureHeight, pictureWidth);
    this.scale = Math.max(1, (LEAST_SIDE + longer - 1) / longer);
    this.cellHeight = scale * pictureHeight + LABEL_HEIGHT;
    this.cellWidth = scale * pictureWidth + GAP;
    this.columns = (int) Math.ceil(Math.sqrt(count));
    int rows = (count + columns - 1) / columns;
    long all = ((long) rows * cellHeight + GAP) * ((long) columns * cellWidth + GAP);
    if (all > MOST_PIXELS) {
      throw new WrongInputException(
          String.format(
              Locale.ROOT,
              "%,d pictures of %dx%d are too many for one sheet: it would have %,d pixels, at most %,d are drawn",
              count,
              pictureHeight,
              pictureWidth,
              all,
              MOST_PIXELS));
    }
    this.height = rows * cellHeight + GAP;
    this.width = columns * cellWidth + GAP;
    this.pixels = new byte[height * width];
    Arrays.fill(pixels, (byte) PAPER);
  }

  /**
   * Writes a PNG, whole or not at all; the same pictures give the same bytes.
   *
   * @param pictures one picture or more, all of one size
   * @param labels whole numbers, one for each picture
   * @throws WrongInputException where the pictures are too many for one file
   */
  public static void write(String path, List<Picture> pictures, List<Integer> labels) {
    Picture one = pictures.get(0);
    ContactSheet sheet = new ContactSheet(pictures.size(), one.getHeight(), one.getWidth());
    for (int i = 0; i < pictures.size(); i++) {
      int top = i / sheet.columns * sheet.cellHeight + GAP;
      int left = i % sheet.columns * sheet.cellWidth + GAP;
      sheet.draw(pictures.get(i), top, left);
      sheet.draw(Integer.toString(labels.get(i)), top + sheet.scale * one.getHeight() + GAP, left);
    }
    byte[] png = Png.greyFile(sheet.height, sheet.width, sheet.pixels);
    Storage.write(path, out -> out.write(png));
  }

  private void draw(Picture picture, int top, int left) {
    byte[] values = new byte[picture.getPixels().remaining()];
    picture.getPixels().duplicate().get(values);
    for (int y = 0; y < picture.getHeight(); y++) {
      for (int x = 0; x < picture.getWidth(); x++) {
        fill(top + scale * y, left + scale * x, scale, values[y * picture.getWidth() + x]);
      }
    }
  }

  private void draw(String number, int top, int left) {
    for (int i = 0; i < number.length(); i++) {
      int glyph = GLYPHS[number.charAt(i) - '0'];
      int from = left + i * DOT * (GLYPH_COLUMNS + 1);
      for (int bit = 0; bit < GLYPH_ROWS * GLYPH_COLUMNS; bit++) {
        if ((glyph >> (GLYPH_ROWS * GLYPH_COLUMNS - 1 - bit) & 1) == 1) {
          int y = top + DOT * (bit / GLYPH_COLUMNS);
          fill(y, from + DOT * (bit % GLYPH_COLUMNS), DOT, (byte) INK);
        }
      }
    }
  }

  private void fill(int top, int left, int side, byte value) {
    for (int y = top; y < top + side; y++) {
      for (int x = left; x < Math.min(width, left + side); x++) {
        pixels[y * width + x] = value;
      }
    }
  }
}
