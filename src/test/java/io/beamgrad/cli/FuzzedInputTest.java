package io.beamgrad.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.beamgrad.data.formats.CsvStyle;
import io.beamgrad.data.formats.IdxFiles;
import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.data.rows.RowSink;
import io.beamgrad.data.sources.NamedFiles;
import io.beamgrad.data.sources.SourceFiles;
import io.beamgrad.failure.Failure;
import io.beamgrad.model.ModelFile;
import io.beamgrad.model.Models;
import io.beamgrad.pipeline.JobSources;
import io.beamgrad.predict.BatchPredictor;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.FileRange;
import io.beamgrad.schema.Reject;
import io.beamgrad.spec.JobSpec;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files that were cut, stretched, and changed here and there, seeded, given to the commands and to
 * what they read by: each ends soon, with exit code 0 or 2 and one line at most, which is not about
 * beamgrad itself.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FuzzedInputTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final long MOST_BYTES = 64 << 20;

  @TempDir Path folder;
  private String crops;
  private String images;

  @BeforeEach
  void write() {
    crops = folder.resolve("crops.avro").toString();
    images = folder.resolve("images.avro").toString();
    ModelFile.write(crops, Models.crops());
    ModelFile.write(images, Models.images());
  }

  /** Some of the bytes changed, left out, doubled or made up. */
  private static byte[] mutated(byte[] whole, Random random) {
    byte[] bytes = whole.clone();
    for (int changes = random.nextInt(4); changes >= 0; changes--) {
      int at = random.nextInt(Math.max(1, bytes.length));
      int length = Math.min(1 + random.nextInt(8), bytes.length - at);
      switch (random.nextInt(6)) {
        case 0 -> bytes = Arrays.copyOf(bytes, at);
        case 1 -> bytes = joined(bytes, at, new byte[0], at + length);
        case 2 -> bytes = joined(bytes, at, Arrays.copyOfRange(bytes, at, at + length), at);
        case 3 -> {
          byte[] made = new byte[length];
          random.nextBytes(made);
          bytes = joined(bytes, at, made, at + length);
        }
        case 4 -> bytes = joined(bytes, at, extreme(random), Math.min(bytes.length, at + 4));
        default -> {
          if (bytes.length > 0) {
            bytes[at] ^= (byte) (1 << random.nextInt(8));
          }
        }
      }
    }
    return bytes;
  }

  private static byte[] extreme(Random random) {
    return new byte[][] {
          {0x7f, -1, -1, -1}, {-1, -1, -1, -1}, {0, 0, 0, 0}, {0, 0, -100, 64}, {-128, 0, 0, 0}
        }
        [random.nextInt(5)];
  }

  /** The bytes before one place, some more, and the bytes from another on. */
  private static byte[] joined(byte[] bytes, int end, byte[] more, int start) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.write(bytes, 0, end);
    all.writeBytes(more);
    all.write(bytes, start, bytes.length - start);
    return all.toByteArray();
  }

  /** Reads a file as a command does. */
  private interface Reading {
    void read(String file);
  }

  private static void readAll(SourceFiles source) {
    for (FileRange range : source.ranges()) {
      SourceFiles.reader(range.getFormat())
          .read(
              range,
              new RowSink() {
                @Override
                public void accept(long record, ColumnBlock row) {}

                @Override
                public void reject(Reject reject) {}
              });
    }
  }

  /**
   * Reads many changed files, and gives one in twenty of them to a command; gives the exit codes
   * that there were.
   */
  private Set<Integer> exitCodes(
      byte[] whole, String name, int times, Reading reading, String... command) throws IOException {
    Random random = new Random(name.hashCode());
    Path file = folder.resolve(name);
    List<String> arguments = new ArrayList<>(List.of(command));
    arguments.add(file.toString());
    Set<Integer> codes = new TreeSet<>();
    for (int i = 0; i < times; i++) {
      Files.write(file, mutated(whole, random));
      String what = name + ", number " + i + ": ";
      if (i % 20 == 0) {
        Cli.Result result = Cli.run(arguments.toArray(new String[0]));
        codes.add(result.exitCode());
        what += result.err();
        assertTrue(result.err().lines().count() <= 1, what);
        assertTrue(result.exitCode() == 0 || result.err().startsWith("beamgrad: "), what);
        assertTrue(!result.err().startsWith("beamgrad: unexpected "), what);
      } else {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        try {
          reading.read(file.toString());
          codes.add(0);
        } catch (RuntimeException e) {
          Failure failure = Failure.of(e, Optional.empty());
          codes.add(failure.exitCode());
          what += failure.line();
          assertTrue(failure.isExpected(), what);
        }
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        assertTrue(allocated < MOST_BYTES, what + allocated + " bytes");
      }
      assertTrue(Set.of(0, 2).containsAll(codes), what);
    }
    return codes;
  }

  @Test
  void images() throws IOException {
    String[] predict = {"predict", "--model", images, "--input"};
    Column image = BatchPredictor.features(Models.images()).get(0);
    Reading reading = file -> readAll(NamedFiles.images(List.of(file)).imagesOf(image));
    byte[] whole = IdxFiles.images(5, 3, 2);
    assertEquals(Set.of(0, 2), exitCodes(whole, "images", 1000, reading, predict));
    byte[] packed = IdxFiles.gzip(whole);
    assertEquals(Set.of(0, 2), exitCodes(packed, "images.gz", 600, reading, predict));
  }

  @Test
  void pictures() throws IOException {
    BufferedImage picture = new BufferedImage(9, 7, BufferedImage.TYPE_INT_ARGB);
    for (int i = 0; i < 63; i++) {
      picture.setRGB(i % 9, i / 9, i * 0x12345678);
    }
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(picture, "png", png);
    String[] predict = {"predict", "--model", images, "--input"};
    Column image = BatchPredictor.features(Models.images()).get(0);
    Reading reading = file -> readAll(NamedFiles.images(List.of(file)).imagesOf(image));
    assertEquals(Set.of(0, 2), exitCodes(png.toByteArray(), "picture.png", 1000, reading, predict));
  }

  @Test
  void tables() throws IOException {
    byte[] csv =
        """
        temp,rainfall,humidity,apples,oranges
        73,67,43,56,70
        "91",88.5,1e2,81,101
        87,,58,1,2
        """
            .getBytes(UTF_8);
    List<Column> features = BatchPredictor.features(Models.crops());
    Reading rows =
        file -> readAll(NamedFiles.tables(List.of(file)).tablesOf(features, CsvStyle.DEFAULT));
    String[] predict = {"predict", "--model", crops, "--input"};
    assertEquals(Set.of(0, 2), exitCodes(csv, "table.csv", 1000, rows, predict));
    String[] evaluate = {"evaluate", "--model", crops, "--input"};
    assertEquals(Set.of(0, 2), exitCodes(csv, "labels.csv", 200, rows, evaluate));
    byte[] json =
        """
        {"temp":73,"rainfall":67,"humidity":43}
        {"temp":9e1,"rainfall":"8","humidity":4}
        """
            .getBytes(UTF_8);
    assertEquals(Set.of(0, 2), exitCodes(json, "table.jsonl", 800, rows, predict));
  }

  @Test
  void specs() throws IOException {
    byte[] spec = Files.readAllBytes(Path.of("pipelines/crop-yield.yaml"));
    String[] evaluate = {"evaluate", "--model", crops, "--split", "train", "--data"};
    Reading reading = file -> JobSources.find(JobSpec.load(Path.of(file), List.of()));
    assertEquals(Set.of(0, 2), exitCodes(spec, "spec.yaml", 1000, reading, evaluate));
  }
}
