package io.beamgrad.data.sources;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.data.files.RecordFile;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.schema.FileFormat;
import io.beamgrad.schema.FileRange;
import io.beamgrad.schema.Reject;
import io.beamgrad.schema.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RejectFilesTest {
  private static final RecordFile<Reject> FILES = RecordFile.of(Reject.class);

  @TempDir Path folder;

  private static FileRange range(String identity, long first) {
    return new FileRange(
        Split.TRAIN,
        FileFormat.CSV,
        "/" + identity,
        null,
        identity,
        first,
        -1L,
        List.of(),
        null,
        null);
  }

  private static List<Reject> rejects(String file, int from, int to) {
    List<Reject> rejects = new ArrayList<>();
    for (long i = from; i < to; i++) {
      rejects.add(
          new Reject(file, i, i + 1, "x", "v" + i, "expected a number, found 'v" + i + "'"));
    }
    return rejects;
  }

  private RejectFiles putAside(List<Reject> rejects) {
    RejectFiles aside = RejectFiles.of(folder.resolve("aside").toString(), range("a.csv", 0));
    rejects.forEach(aside::add);
    return aside;
  }

  @Test
  void noRejectsLeaveNoFile() {
    RejectFiles aside = putAside(List.of());
    assertEquals(List.of(), aside.files());
    assertEquals(0, aside.count());
    assertFalse(Files.exists(folder.resolve("aside")));
  }

  @Test
  void manyAreInSeveralFilesThatBecomeTheFileOfAllOfThem() throws IOException {
    List<Reject> all = rejects("a.csv", 1, 20_001);
    RejectFiles aside = putAside(all);
    assertEquals(20_000, aside.count());
    assertEquals("a.csv record 1 column x: expected a number, found 'v1'", aside.first());
    List<String> files = aside.files();
    assertEquals(3, files.size());
    for (String file : files) {
      assertTrue(FILES.read(file).size() <= 8192);
    }
    String joined = folder.resolve("joined.avro").toString();
    FILES.concatenate(joined, files);
    assertEquals(all, FILES.read(joined));
    String atOnce = folder.resolve("at-once.avro").toString();
    FILES.write(atOnce, all);
    assertArrayEquals(Files.readAllBytes(Path.of(atOnce)), Files.readAllBytes(Path.of(joined)));
  }

  @Test
  void aRangeReadTwiceWritesTheSameFiles() throws IOException {
    List<Reject> all = rejects("a.csv", 1, 10);
    List<String> first = putAside(all).files();
    byte[] bytes = Files.readAllBytes(Path.of(first.get(0)));
    assertEquals(first, putAside(all).files());
    assertArrayEquals(bytes, Files.readAllBytes(Path.of(first.get(0))));
  }

  @Test
  void anotherRangeHasFilesOfItsOwn() {
    List<String> names = new ArrayList<>();
    for (FileRange range : List.of(range("a.csv", 0), range("a.csv", 9), range("b.csv", 0))) {
      RejectFiles aside = RejectFiles.of(folder.toString(), range);
      rejects("x", 1, 2).forEach(aside::add);
      names.addAll(aside.files());
    }
    assertEquals(3, names.stream().distinct().count());
  }

  @Test
  void aDamagedPartIsNamedAndNothingIsWritten() throws IOException {
    List<String> files = putAside(rejects("a.csv", 1, 10)).files();
    Path part = Path.of(files.get(0));
    byte[] bytes = Files.readAllBytes(part);
    bytes[bytes.length - 40] ^= 1;
    Files.write(part, bytes);
    Path joined = folder.resolve("joined.avro");
    String message =
        assertThrows(BrokenFileException.class, () -> FILES.concatenate(joined.toString(), files))
            .getMessage();
    assertTrue(message.startsWith(part + ": damaged: "), message);
    assertFalse(Files.exists(joined));
  }
}
