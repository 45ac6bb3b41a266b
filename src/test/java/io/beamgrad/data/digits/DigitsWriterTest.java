package io.beamgrad.data.digits;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.data.formats.IdxReader;
import io.beamgrad.data.rows.CollectedRows;
import io.beamgrad.data.sources.DataPaths;
import io.beamgrad.data.sources.SourceFiles;
import io.beamgrad.failure.WrongInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DigitsWriterTest {
  @TempDir Path folder;

  @Test
  void theFilesAreTwoPairsThatTheReaderReads() throws IOException {
    Path digits = folder.resolve("data/digits");
    DigitsWriter.write(digits, 60, 1);
    SourceFiles files = SourceFiles.idx(DataPaths.of(digits, "train").withTest("t10k"));
    assertEquals(List.of(28, 28), files.columns().get(0).getShape());
    CollectedRows sink = new CollectedRows();
    long train = new IdxReader().read(files.ranges().get(0), sink);
    long test = new IdxReader().read(files.ranges().get(1), sink);
    assertEquals(List.of(60L, 10L), List.of(train, test));
    assertEquals(
        70, sink.rows.stream().map(row -> row.replaceFirst("^\\d+: ", "")).distinct().count());
    try (Stream<Path> entries = Files.list(digits.getParent())) {
      assertEquals(List.of(digits), entries.toList());
    }
  }

  /** Recorded once, on JDK 17: whoever draws these digits gets these bytes. */
  @Test
  void aSeedGivesTheSameBytesForEver() throws Exception {
    DigitsWriter.write(folder.resolve("digits"), 600, 42);
    assertEquals(
        "dad36c9d720ca2d742e28bf9174fdea2b6954806bd13e564e654550fea82070d",
        sha256("train-images-idx3-ubyte"));
    assertEquals(
        "5350e0155474a4d39736fc49d791740a8d92b1db4f7fe57768f9a16124e442f4",
        sha256("train-labels-idx1-ubyte"));
    assertEquals(
        "5b43fb73b47194fc1996ce2ccae35faceefcb9ccc9c95dda4650a46557df3e64",
        sha256("t10k-images-idx3-ubyte"));
    assertEquals(
        "fd65d27eba71a07ecc8f500ce45a56c0ce6d32debd3a289fe294a699835fffe9",
        sha256("t10k-labels-idx1-ubyte"));
  }

  @Test
  void aSmallerSetIsTheStartOfALargerOne() throws IOException {
    DigitsWriter.write(folder.resolve("large"), 20, 1);
    DigitsWriter.write(folder.resolve("small"), 10, 1);
    byte[] large = Files.readAllBytes(folder.resolve("large/train-images-idx3-ubyte"));
    byte[] small = Files.readAllBytes(folder.resolve("small/train-images-idx3-ubyte"));
    assertArrayEquals(
        Arrays.copyOfRange(small, 16, small.length), Arrays.copyOfRange(large, 16, small.length));
  }

  @Test
  void anotherSeedGivesOtherDigits() throws IOException {
    DigitsWriter.write(folder.resolve("a"), 10, 1);
    DigitsWriter.write(folder.resolve("b"), 10, 2);
    assertFalse(
        Arrays.equals(
            Files.readAllBytes(folder.resolve("a/train-images-idx3-ubyte")),
            Files.readAllBytes(folder.resolve("b/train-images-idx3-ubyte"))));
  }

  @Test
  void aDayHasDigitsOfItsOwnTurnedByItsDegrees() throws IOException {
    DigitsWriter.write(folder.resolve("plain"), 10, 1);
    DigitsWriter.writeDay(folder.resolve("first"), 0, 10, 1, 3);
    DigitsWriter.writeDay(folder.resolve("second"), 1, 10, 1, 3);
    DigitsWriter.writeDay(folder.resolve("again"), 1, 10, 1, 3);
    DigitsWriter.writeDay(folder.resolve("upright"), 1, 10, 1, 0);

    assertArrayEquals(images("plain"), images("first"));
    assertArrayEquals(images("second"), images("again"));
    assertFalse(Arrays.equals(images("second"), images("first")));
    assertFalse(Arrays.equals(images("second"), images("upright")));
    assertArrayEquals(labels("second"), labels("upright"));
    assertFalse(Files.exists(folder.resolve("second/t10k-labels-idx1-ubyte")));
  }

  /** Turned by a quarter, what was above the middle is to its right. */
  @Test
  void degreesAreClockwise() {
    byte[] upright = new byte[28 * 28];
    byte[] turned = new byte[28 * 28];
    double[] above = new double[2];
    for (int number = 0; number < 200; number++) {
      if (new DigitImages(1).draw(number, upright) == 7) { // has its bar at the top
        new DigitImages(1, 90).draw(number, turned);
        for (int i = 0; i < 28 * 28; i++) {
          int row = i / 28;
          int col = i % 28;
          above[0] += (upright[i] & 0xff) * (13.5 - row);
          above[1] += (turned[i] & 0xff) * (col - 13.5);
        }
      }
    }
    assertTrue(above[0] > 0);
    assertEquals(above[0], above[1], 0.2 * above[0]);
  }

  private byte[] images(String day) throws IOException {
    return Files.readAllBytes(folder.resolve(day).resolve("train-images-idx3-ubyte"));
  }

  private byte[] labels(String day) throws IOException {
    return Files.readAllBytes(folder.resolve(day).resolve("train-labels-idx1-ubyte"));
  }

  @Test
  void anEmptyFolderIsFilled() throws IOException {
    DigitsWriter.write(Files.createDirectory(folder.resolve("digits")), 1, 1);
    assertTrue(Files.exists(folder.resolve("digits/t10k-labels-idx1-ubyte")));
  }

  @Test
  void whatIsThereIsNeverOverwritten() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    assertRefused(folder, 1, folder + " is not empty");
    assertRefused(file, 1, file + " is a file, not a folder");
  }

  @Test
  void aSetNeedsRows() {
    assertRefused(folder.resolve("digits"), 0, "rows must be at least 1, was 0");
    assertFalse(Files.exists(folder.resolve("digits")));
  }

  private static void assertRefused(Path target, int rows, String message) {
    var e = assertThrows(WrongInputException.class, () -> DigitsWriter.write(target, rows, 1));
    assertEquals(message, e.getMessage());
  }

  private String sha256(String name) throws Exception {
    byte[] bytes = Files.readAllBytes(folder.resolve("digits").resolve(name));
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }
}
