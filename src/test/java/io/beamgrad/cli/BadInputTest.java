package io.beamgrad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.data.formats.IdxHeader;
import io.beamgrad.job.TinyDigits;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a user can get wrong ends in one line that says what, and exit code 2. */
class BadInputTest {
  private static final String IMAGES = "train-images-idx3-ubyte";
  private static final String LABELS = "train-labels-idx1-ubyte";

  @TempDir Path folder;
  private Path spec;

  @BeforeEach
  void writeDigits() throws IOException {
    spec = TinyDigits.write(folder);
  }

  private void assertWrong(String message, String... more) {
    String[] arguments = {"train", spec.toString(), "--out", folder.resolve("run").toString()};
    String[] all = Arrays.copyOf(arguments, arguments.length + more.length);
    System.arraycopy(more, 0, all, arguments.length, more.length);
    Cli.Result result = Cli.run(all);
    assertEquals("beamgrad: " + message + "\n", result.err());
    assertEquals(2, result.exitCode());
    assertFalse(Files.exists(folder.resolve("run/run.json")));
  }

  private void cut(String name, int bytes) throws IOException {
    Path file = folder.resolve(name);
    Files.write(file, Arrays.copyOf(Files.readAllBytes(file), bytes));
  }

  private void change(String name, int at, int value) throws IOException {
    Path file = folder.resolve(name);
    byte[] bytes = Files.readAllBytes(file);
    bytes[at] = (byte) value;
    Files.write(file, bytes);
  }

  @Test
  void missingFile() throws IOException {
    Files.delete(folder.resolve(IMAGES));
    assertWrong(
        folder.resolve(IMAGES)
            + ": no such file, nor "
            + IMAGES
            + ".gz, .zst, .bz2; scripts/fetch-mnist downloads MNIST, --set data.dir=DIR names another folder");
  }

  @Test
  void missingFolder() {
    assertWrong(
        folder.resolve("nowhere")
            + ": no such folder; scripts/fetch-mnist downloads MNIST, --set data.dir=DIR names"
            + " another folder",
        "--set",
        "data.dir=" + folder.resolve("nowhere"));
  }

  @Test
  void wrongMagicNumber() throws IOException {
    change(IMAGES, 3, 9);
    assertWrong(
        IMAGES
            + ": wrong magic number: expected 00000803 (IDX images), found 00000809"
            + " (IDX of 9 dimensions, unsigned bytes)");
  }

  @Test
  void truncatedFile() throws IOException {
    cut(IMAGES, 1000);
    assertWrong(
        IMAGES + ": truncated: header says 500 images of 4x4 (8016 bytes), file has 1000 bytes");
  }

  @Test
  void oversizedFile() throws IOException {
    cut(IMAGES, 9000);
    assertWrong(
        IMAGES + ": oversized: header says 500 images of 4x4 (8016 bytes), file has 9000 bytes");
  }

  @Test
  void emptyFile() throws IOException {
    cut(LABELS, 0);
    assertTrue(
        Cli.run("train", spec.toString(), "--out", folder.resolve("run").toString())
            .err()
            .startsWith("beamgrad: " + LABELS + ": "));
  }

  @Test
  void gzipCutShort() throws IOException {
    for (String name : new String[] {IMAGES, LABELS}) {
      try (OutputStream gzip =
          new GZIPOutputStream(Files.newOutputStream(folder.resolve(name + ".gz")))) {
        gzip.write(Files.readAllBytes(folder.resolve(name)));
      }
      Files.delete(folder.resolve(name));
    }
    cut(IMAGES + ".gz", 3000);
    Cli.Result result =
        Cli.run("train", spec.toString(), "--out", folder.resolve("run").toString());
    assertEquals(2, result.exitCode());
    assertTrue(result.err().startsWith("beamgrad: " + IMAGES + ".gz: "), result.err());
    assertEquals(1, result.err().lines().count());
    assertFalse(result.out().contains("epoch 1"), "fails before training");
  }

  @Test
  void countsThatDiffer() throws IOException {
    TinyDigits.writePair(folder, "other", 400, 1);
    Files.move(
        folder.resolve("other-labels-idx1-ubyte"),
        folder.resolve(LABELS),
        StandardCopyOption.REPLACE_EXISTING);
    Cli.Result result =
        Cli.run("train", spec.toString(), "--out", folder.resolve("run").toString());
    assertEquals(2, result.exitCode());
    assertTrue(result.err().contains("500") && result.err().contains("400"), result.err());
  }

  @Test
  void labelWithoutAnOutput() throws IOException {
    change(LABELS, 8 + 41, 11);
    assertWrong(
        "train-images-idx3-ubyte record 42: label 11, but the model tells 10 classes apart"
            + " (labels 0 to 9); linear: {out: classes} at the end would tell all");
  }

  @Test
  void layersThatDoNotFit() {
    assertWrong(
        spec
            + ": model[0]: linear needs rows of one dimension, found [4, 4]; put flatten before it",
        "--set",
        "model=[{linear: {out: 10}}]");
    assertWrong(
        "--set model=[relu]: model must have a linear layer, or there is nothing to train",
        "--set",
        "model=[relu]");
  }

  @Test
  void weightsThatNoArrayHolds() throws IOException {
    Files.writeString(folder.resolve("cities.csv"), "city,y\nx,1\ny,2\nz,3\n");
    Files.writeString(
        spec,
        """
        data:
          {dir: %s, train: cities.csv, features: [city], target: y,
           columns: {city: {category: {hash: 1000000}}}}
        model: [{linear: {out: 3000}}, {linear: {out: 1}}]
        loss: mse
        optimizer: {sgd: {lr: 0.1}}
        batch: 2
        epochs: 1
        """
            .formatted(folder));
    assertWrong("model: shape [3000, 1000000]: more elements than an array can hold");
  }

  @Test
  void unknownKey() {
    Cli.Result result = Cli.run("train", spec.toString(), "--set", "optimiser.lr=1");
    assertEquals(2, result.exitCode());
    assertTrue(result.err().contains("optimi"), result.err());
    assertEquals(1, result.err().lines().count());
  }

  @Test
  void valueOutOfRange() {
    Cli.Result result = Cli.run("train", spec.toString(), "--set", "optimizer.momentum=1.0");
    assertEquals(2, result.exitCode());
    assertTrue(
        result.err().contains("optimizer.momentum must be in [0, 1), was 1.0"), result.err());
  }

  @Test
  void unknownCommandAndOption() {
    assertEquals(2, Cli.run("trian").exitCode());
    assertEquals(2, Cli.run("train", "--nothing", spec.toString()).exitCode());
    assertEquals(0, Cli.run("--help").exitCode());
    assertEquals(0, Cli.run("train", "--help").exitCode());
    assertEquals(0, Cli.run("--version").exitCode());
  }

  /** Files as large as they say take no room where they have only holes. */
  @Test
  void aDiskTooSmallForTheBlocksIsSaidBeforeAnythingIsRead() throws IOException {
    int rows = Integer.MAX_VALUE;
    writeHoles(IMAGES, ByteBuffer.allocate(16).putInt(0x803).putInt(rows).putInt(64).putInt(64));
    writeHoles(LABELS, ByteBuffer.allocate(8).putInt(0x801).putInt(rows));

    Cli.Result result =
        Cli.run(
            "train",
            spec.toString(),
            "--out",
            folder.resolve("run").toString(),
            "--set",
            "data.test=null");

    assertTrue(
        result
            .err()
            .matches(
                "beamgrad: .*/run/work: the blocks of this data need about 8,415,2.. MB,"
                    + " the disk has [0-9,]+ MB free; choose another --out\n"),
        result.err());
    assertEquals(1, result.exitCode());
  }

  private void writeHoles(String name, ByteBuffer header) throws IOException {
    IdxHeader whole =
        new IdxHeader(
            IntStream.iterate(4, at -> at < header.capacity(), at -> at + 4)
                .mapToObj(header::getInt)
                .toList());
    try (RandomAccessFile file = new RandomAccessFile(folder.resolve(name).toFile(), "rw")) {
      file.getChannel().write(header.rewind());
      file.setLength(whole.fileBytes());
    }
  }
}
