package io.beamgrad.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.beamgrad.cli.Cli;
import io.beamgrad.data.files.RecordFile;
import io.beamgrad.data.formats.IdxFiles;
import io.beamgrad.data.rows.RejectText;
import io.beamgrad.model.ModelFile;
import io.beamgrad.model.Models;
import io.beamgrad.schema.Prediction;
import io.beamgrad.schema.Reject;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Prediction for many files, here and by a pipeline. */
class PredictJobTest {
  @TempDir Path folder;
  private Path tables;
  private Path pictures;
  private String crops;
  private String images;

  @BeforeEach
  void write() throws IOException {
    crops = folder.resolve("crops.avro").toString();
    images = folder.resolve("images.avro").toString();
    ModelFile.write(crops, Models.crops());
    ModelFile.write(images, Models.images());

    tables = Files.createDirectories(folder.resolve("tables"));
    Files.createDirectories(tables.resolve("b, old"));
    Files.writeString(tables.resolve("c.csv"), "temp,rainfall,humidity\n73,67,43\n91,warm,64\n");
    try (var gzip =
        new GZIPOutputStream(Files.newOutputStream(tables.resolve("b, old/d.jsonl.gz")))) {
      gzip.write("{\"temp\":87,\"rainfall\":134,\"humidity\":58}\n".getBytes(UTF_8));
    }
    Files.writeString(tables.resolve("a.tsv"), "rainfall\ttemp\thumidity\n43\t102\t37\n");
    Files.writeString(tables.resolve("readme.txt"), "not a table");

    pictures = Files.createDirectories(folder.resolve("pictures"));
    Files.createDirectories(pictures.resolve("b"));
    picture(pictures.resolve("b/light-first.png"), 0, 0);
    picture(pictures.resolve("a.PNG"), 1, 2);
    Files.writeString(pictures.resolve("c.png"), "not a picture");
    Files.write(pictures.resolve("d-images-idx3-ubyte"), IdxFiles.images(2, 3, 2));
  }

  private static void picture(Path file, int x, int y) throws IOException {
    BufferedImage picture = new BufferedImage(2, 3, BufferedImage.TYPE_BYTE_GRAY);
    picture.setRGB(x, y, 0xffffff);
    ImageIO.write(picture, "png", file.toFile());
  }

  private Cli.Result predict(String model, String... more) {
    List<String> all = new ArrayList<>(List.of("predict", "--model", model));
    all.addAll(List.of(more));
    return Cli.run(all.toArray(new String[0]));
  }

  private static String version(String model) {
    return ModelFile.read(model).getName()
        + "@"
        + ModelFile.read(model).getWeightsSha256().substring(0, 12);
  }

  @Test
  void aFolderOfTablesGivesIdsOfFileAndRecordInTheirOrder() {
    Cli.Result found = predict(crops, "--input", tables.toString());

    assertEquals(
        """
        id,apples,oranges,model
        a:1,44.975,-9.700001,MMM
        "b, old/d:1",17.349998,71.3,MMM
        c:1,25.224998,24.3,MMM
        """
            .replace("MMM", version(crops)),
        found.out());
    assertEquals(
        "beamgrad: rejected 1 of 4 records; the first: c record 2 column rainfall: expected a"
            + " number, found 'warm'\n",
        found.err());
    assertEquals(0, found.exitCode());
  }

  @Test
  void aListAndAGlobGiveTheSameRows() {
    String some = predict(crops, "--input", tables + "/*.?sv").out();
    assertEquals(
        """
        id,apples,oranges,model
        a:1,44.975,-9.700001,MMM
        c:1,25.224998,24.3,MMM
        """
            .replace("MMM", version(crops)),
        some);
    assertEquals(
        some, predict(crops, "--input", tables + "/c.csv", "--input", tables + "/a.tsv").out());
    assertEquals(some, predict(crops, "--input", tables + "/c.csv", tables + "/a.tsv").out());
  }

  @Test
  void picturesAndIdxFilesGoTogetherAndWhatIsNoPictureIsAReject() {
    Path rejects = folder.resolve("rejects.avro");
    Cli.Result found =
        predict(images, "--input", pictures.toString(), "--rejects", rejects.toString());

    assertEquals(
        List.of("id,label", "a.PNG,b", "b/light-first.png,a", "d-images-idx3-ubyte:1,b"),
        found.out().lines().map(line -> line.replaceFirst(",(p_|0).*", "")).limit(4).toList());
    assertEquals(
        "beamgrad: rejected 1 of 5 records; the first: c.png: not a PNG image\n", found.err());
    assertEquals(
        List.of("c.png: not a PNG image"),
        RecordFile.of(Reject.class).read(rejects.toString()).stream()
            .map(RejectText::describe)
            .toList());
  }

  @Test
  void everyFormatHasTheSameFields() {
    Path avro = folder.resolve("found.avro");
    Cli.Result said = predict(crops, "--input", tables.toString(), "--out", avro.toString());
    assertEquals(
        "rows      3 predicted, 1 rejected of 4 read\nwrote     " + avro + "\n", said.out());

    List<Prediction> found = RecordFile.of(Prediction.class).read(avro.toString());
    assertEquals(
        new Prediction(
            "b, old/d:1",
            null,
            Map.of(),
            Map.of("apples", 17.349998f, "oranges", 71.3f),
            version(crops),
            Map.of(),
            Map.of(),
            List.of()),
        found.get(1));
    assertEquals(3, found.size());

    Path classes = folder.resolve("classes.avro");
    predict(images, "--input", pictures + "/a.PNG", "--out", classes.toString());
    Prediction one = RecordFile.of(Prediction.class).read(classes.toString()).get(0);
    assertEquals("1", one.getId());
    assertEquals("b", one.getLabel());
    assertEquals(1, one.getProbabilities().get("a") + one.getProbabilities().get("b"), 1e-6);
    assertEquals(Map.of(), one.getValues());

    assertEquals(
        "{\"id\":\"b, old/d:1\",\"values\":{\"apples\":17.349998,\"oranges\":71.3},\"model\":\"%s\"}"
            .formatted(version(crops)),
        predict(crops, "--input", tables.toString(), "--format", "jsonl")
            .out()
            .lines()
            .toList()
            .get(1));
  }

  @Test
  void aPipelineGivesTheSameBytesAndLeavesNothingElse() throws IOException {
    for (String suffix : List.of("csv", "jsonl", "avro")) {
      Path here = folder.resolve("out/here." + suffix);
      Path there = folder.resolve("out/there." + suffix);
      predict(crops, "--input", tables.toString(), "--out", here.toString());
      Cli.Result said =
          predict(
              crops,
              "--input",
              tables.toString(),
              "--out",
              there.toString(),
              "--rejects",
              folder.resolve("out/rejects.avro").toString(),
              "--runner",
              "direct");
      assertEquals(0, said.exitCode(), said.err());
      assertArrayEquals(Files.readAllBytes(here), Files.readAllBytes(there), suffix);
    }
    try (Stream<Path> left = Files.list(folder.resolve("out"))) {
      assertEquals(7, left.count());
    }
  }

  @Test
  void nothingIsWrittenWhereAFileIsBroken() throws IOException {
    byte[] whole = Files.readAllBytes(tables.resolve("b, old/d.jsonl.gz"));
    Files.write(
        tables.resolve("b, old/d.jsonl.gz"), java.util.Arrays.copyOf(whole, whole.length - 9));
    Path out = folder.resolve("found.csv");
    for (String[] runner : new String[][] {{}, {"--runner", "direct"}}) {
      List<String> all =
          new ArrayList<>(List.of("--input", tables.toString(), "--out", out.toString()));
      all.addAll(List.of(runner));
      Cli.Result found = predict(crops, all.toArray(new String[0]));
      assertEquals(
          "beamgrad: b, old/d.jsonl.gz: gzip file cut short after 0 unpacked bytes\n", found.err());
      assertEquals(2, found.exitCode());
      assertFalse(Files.exists(out));
    }
  }

  @Test
  void whatCannotBeReadOrWrittenIsOneLine() throws IOException {
    Path empty = Files.createDirectories(folder.resolve("empty"));
    String table = tables.resolve("a.tsv").toString();

    assertWrong(
        empty + ": no file matches *.csv, *.tsv, *.jsonl, *.ndjson, *.json, *.avro, *.parquet",
        predict(crops, "--input", empty.toString()));
    assertWrong(
        empty + ": no file matches *.png, *.gif, *.bmp, *-images-idx3-ubyte",
        predict(images, "--input", empty.toString()));
    assertWrong(
        tables + ": no file matches *.parquet", predict(crops, "--input", tables + "/*.parquet"));
    assertWrong(
        folder + "/none: no such folder", predict(crops, "--input", folder + "/none/*.csv"));
    assertWrong("no such: no such file", predict(crops, "--input", "no such"));
    assertWrong("c.png: not a PNG image", predict(images, "--input", pictures + "/c.png"));
    assertWrong(
        table + ": is both input and --out; choose another name or folder",
        predict(crops, "--input", tables.toString(), "--out", table, "--format", "csv"));
    Path link = Files.createSymbolicLink(folder.resolve("link.csv"), Path.of(table));
    assertWrong(
        link + ": is both input and --rejects; choose another name or folder",
        predict(crops, "--input", tables.toString(), "--rejects", link.toString()));
    assertWrong(
        crops + ": is both --model and --out; choose another name or folder",
        predict(crops, "--input", table, "--out", crops));
    assertWrong(
        folder + "/x.csv: is both --out and --rejects; choose another name or folder",
        predict(
            crops, "--input", table, "--out", folder + "/x.csv", "--rejects", folder + "/x.csv"));
    assertWrong(
        folder + ": is a folder, not a file",
        predict(crops, "--input", table, "--format", "csv", "--out", folder.toString()));
    assertWrong(
        folder
            + "/x.txt: its suffix tells no format (.csv, .jsonl, .ndjson, .json, .avro);"
            + " --format can say it",
        predict(crops, "--input", table, "--out", folder + "/x.txt"));
    assertWrong(
        "--format must be csv, jsonl or avro, was xml",
        predict(crops, "--input", table, "--format", "xml"));
    assertWrong("--format avro needs --out", predict(crops, "--input", table, "--format", "avro"));
    assertWrong(
        "--flink-master needs --out, in a folder that all workers see",
        predict(crops, "--input", table, "--runner", "flink", "--flink-master", "localhost:1"));
    assertWrong(
        "--flink-master is for --runner flink",
        predict(crops, "--input", table, "--flink-master", "localhost:1"));
    assertWrong(
        "--parallelism must be in [1, 32768], was 0",
        predict(crops, "--input", table, "--parallelism", "0"));
  }

  @Test
  void aHugePictureIsRefusedByItsHeader() throws IOException {
    Path huge = pictures.resolve("huge.png");
    byte[] bytes = Files.readAllBytes(pictures.resolve("a.PNG"));
    ByteBuffer.wrap(bytes).putInt(16, 40_000).putInt(20, 40_000);
    Files.write(huge, bytes);
    assertWrong(
        "huge.png: has 40000x40000 pixels; at most 50 million can be read",
        predict(images, "--input", huge.toString()));
    ByteBuffer.wrap(bytes).putInt(16, 7_000).putInt(20, 7_000);
    Files.write(huge, bytes);
    assertWrong(
        "huge.png: PNG image cut short or corrupt", predict(images, "--input", huge.toString()));
  }

  @Test
  void twoFilesOfOneIdentityAreRefused() throws IOException {
    Files.writeString(tables.resolve("a.csv"), "temp,rainfall,humidity\n");
    assertWrong(
        "two files for a in %s: a.csv and a.tsv; keep one".formatted(tables),
        predict(crops, "--input", tables.toString()));
  }

  private static void assertWrong(String message, Cli.Result result) {
    assertEquals("beamgrad: " + message + "\n", result.err());
    assertEquals("", result.out());
    assertEquals(2, result.exitCode());
  }
}
