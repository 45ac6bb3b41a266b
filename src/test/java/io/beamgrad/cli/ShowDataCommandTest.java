package io.beamgrad.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.job.TinyDigits;
import io.beamgrad.report.Screen;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShowDataCommandTest {
  @TempDir Path folder;

  private static List<String> show(String... arguments) {
    String[] all = new String[2 + arguments.length];
    all[0] = "show";
    all[1] = "data";
    System.arraycopy(arguments, 0, all, 2, arguments.length);
    Cli.Result result = Cli.run(all);
    assertEquals(0, result.exitCode(), result.err());
    return result.out().lines().toList();
  }

  @Test
  void imagesAreOnOnePictureWithTheirLabels() throws IOException {
    Path spec = TinyDigits.write(folder);
    Path sheet = folder.resolve("sheet.png");
    List<String> lines = show(spec.toString(), "--out", sheet.toString(), "--rows", "30");

    assertEquals("wrote the first 30 images to " + sheet, lines.get(0));
    BufferedImage picture = ImageIO.read(sheet.toFile());
    byte[] images = Files.readAllBytes(folder.resolve("train-images-idx3-ubyte"));
    int scale = 14; // 4 pixels become 56
    for (int i = 0; i < 5; i++) {
      for (int pixel = 0; pixel < 16; pixel++) {
        int x = 4 + i * 60 + pixel % 4 * scale + scale / 2;
        int y = 4 + pixel / 4 * scale + scale / 2;
        assertEquals(images[16 + 16 * i + pixel] & 0xff, picture.getRaster().getSample(x, y, 0));
      }
    }
    byte[] labels = Files.readAllBytes(folder.resolve("train-labels-idx1-ubyte"));
    assertArrayEquals(glyph(picture, same(labels, 0)), glyph(picture, 0));
    int other = 1;
    while (labels[8 + other] == labels[8]) {
      other++;
    }
    assertFalse(Arrays.equals(glyph(picture, other), glyph(picture, 0)));

    byte[] first = Files.readAllBytes(sheet);
    show(spec.toString(), "--out", sheet.toString(), "--rows", "30");
    assertArrayEquals(first, Files.readAllBytes(sheet));
  }

  /** Another image of the same label, in the first row of the sheet where there is one. */
  private static int same(byte[] labels, int image) {
    int other = image + 1;
    while (labels[8 + other] != labels[8 + image]) {
      other++;
    }
    return other;
  }

  /** The pixels of the label of an image: 10 rows of 6. */
  private static int[] glyph(BufferedImage sheet, int image) {
    int columns = (sheet.getWidth() - 4) / 60;
    return sheet
        .getRaster()
        .getSamples(
            4 + image % columns * 60, 4 + image / columns * 74 + 60, 6, 10, 0, (int[]) null);
  }

  @Test
  void classesAreCountedAndRangesAreThoseOfPixels() throws IOException {
    Path spec = TinyDigits.write(folder);
    List<String> lines = show(spec.toString(), "--out", folder.resolve("sheet.png").toString());

    assertEquals("rows     500 to train on, 100 to test on, 0 rejected", lines.get(1));
    assertEquals(
        "split    20% to validate on of the rows at random, seed 7. Test rows have their own files:"
            + " t10k.",
        lines.get(2));
    assertEquals(List.of("class", "train", "test", "share"), List.of(lines.get(4).split(" +")));
    long train = 0;
    for (int label = 0; label < 10; label++) {
      String[] cells = lines.get(5 + label).split(" +");
      assertEquals(Integer.toString(label), cells[0]);
      train += Long.parseLong(cells[1]);
      assertTrue(cells[4].matches("=+"), lines.get(5 + label));
    }
    assertEquals(500, train);
    assertTrue(lines.get(16).startsWith("column  role     kind    min  max"), lines.get(16));
    assertTrue(lines.get(17).matches("image +feature +number +0 +249 .*"), lines.get(17));
  }

  /** Holes that are rejects, holes that are not, text, and a class. */
  private Path table() throws IOException {
    StringBuilder csv = new StringBuilder("price,area,city,sold\n");
    for (int i = 0; i < 40; i++) {
      csv.append(i % 10 == 3 ? "" : Integer.toString(100 + i)).append(',');
      csv.append(i == 7 ? "x" : i * 0.5).append(',');
      csv.append(i % 4 == 0 ? "Rome" : "Oslo").append(',').append(i % 2 == 0 ? "yes" : "no");
      csv.append('\n');
    }
    Files.writeString(folder.resolve("t.csv"), csv.toString());
    return Files.writeString(
        folder.resolve("t.yaml"),
        """
        data:
          dir: %s
          train: t.csv
          features: [price, area, city]
          target: sold
          columns: {price: {number: {missing: mean}}, city: category}
        model: [{linear: {out: 2}}]
        loss: cross_entropy
        optimizer: {sgd: {lr: 0.1}}
        """
            .formatted(folder));
  }

  @Test
  void copiesAreToldWhereASplitAtRandomWouldPartThem() throws IOException {
    Path spec = table();
    Files.writeString(
        folder.resolve("t.csv"),
        "price,area,city,sold\n" + "1,2,Rome,yes\n1.0,2e0,Rome,yes\n3,4,Oslo,no\n".repeat(2));

    String copies =
        "copies   4 of 6 rows are copies of others, which may be in another split; split.by:"
            + " {group: [ID]} keeps rows of one id together";
    assertTrue(show(spec.toString()).contains(copies));
    assertFalse(
        show(spec.toString(), "--set", "split.by={group: city}").stream()
            .anyMatch(line -> line.startsWith("copies")));
  }

  @Test
  void aTableShowsRowsClassesRangesHolesAndRejects() throws IOException {
    List<String> lines = show(table().toString(), "--rows", "4");

    assertEquals(
        """
        record  price  area  city  sold
             1    100     0  Rome  yes
             2    101   0.5  Oslo  no
             3    102     1  Oslo  yes
             4          1.5  Oslo  no
        rows     39 to train on, 1 rejected
        split    20% to validate on of the rows at random, seed 42.

        file  column  the first                               records
        t     area    record 8: expected a number, found 'x'        1

        class  train  share
        no        19  48.7%  ===================
        yes       20  51.3%  ====================

        column  role     kind    min   max  mean  deviation    missing  different  common
        price   feature  number  100   139   120      11.53  4 (10.3%)
        area    feature  number    0  19.5  9.91      5.757
        city    feature  text                                                   2  Oslo (29), Rome (10)
        """,
        String.join("\n", lines) + "\n");
  }

  @Test
  void columnsThatDoNotFitAreNamed() throws IOException {
    Screen screen = Screen.live(24);
    assertEquals(0, Main.run(screen.terminal(), "show", "data", table().toString()));

    assertTrue(
        screen
            .out()
            .contains(
                """
                record  price  area
                     1    100     0
                """),
        screen.out());
    assertTrue(screen.out().contains("\nand city, sold\n"), screen.out());
  }

  @Test
  void wrongArgumentsAreALine() throws IOException {
    Path spec = table();
    assertEquals(
        "beamgrad: --out is for images, but " + spec + " is of a table\n",
        Cli.run("show", "data", spec.toString(), "--out", "x.png").err());
    assertEquals(
        "beamgrad: --rows must be in [1, 100,000], was 0\n",
        Cli.run("show", "data", spec.toString(), "--rows", "0").err());
    assertEquals(
        "beamgrad: missing what to show: data; see beamgrad show --help\n", Cli.run("show").err());
    assertEquals(2, Cli.run("show").exitCode());
  }

  @Test
  void moreRowsThanCanBeHeldAreRefused() throws IOException {
    Path wide =
        folder.resolve("wide.csv.gz"); // packed, so that nobody knows how many rows there are
    String header = IntStream.range(0, 2000).mapToObj(i -> "c" + i).collect(joining(","));
    String row = "1,".repeat(1999) + "1";
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(wide))) {
      out.write((header + "\n" + row + "\n").getBytes(UTF_8));
    }
    Path spec =
        Files.writeString(
            folder.resolve("wide.yaml"),
            """
            data: {format: csv, dir: %s, train: wide.csv.gz, features: [%s], target: c1999}
            model: [{linear: {out: 1}}]
            loss: mse
            optimizer: {sgd: {lr: 0.1}}
            batch: 10
            epochs: 1
            """
                .formatted(folder, header.replace(",c1999", "")));
    Cli.Result result = Cli.run("show", "data", spec.toString(), "--rows", "100000");
    assertEquals(
        "beamgrad: 100,000 rows of 8,012 bytes are too many to hold; at most 67,008 of them can be shown\n",
        result.err());
    assertEquals(2, result.exitCode());
  }
}
