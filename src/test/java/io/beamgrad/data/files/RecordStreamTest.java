package io.beamgrad.data.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.schema.KeyEnd;
import io.beamgrad.schema.KeyResult;
import io.beamgrad.schema.Reject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordStreamTest {
  private static final RecordFile<KeyResult> KEYS = RecordFile.of(KeyResult.class);

  @TempDir Path folder;

  private static KeyResult key(String text, long rows) {
    return new KeyResult(text, rows, 2L, 0L, KeyEnd.OWN, 3, 2, null, null);
  }

  private String file(String name) {
    return folder.resolve(name).toString();
  }

  private static List<KeyResult> stream(String path) {
    List<KeyResult> found = new ArrayList<>();
    KEYS.forEach(path, found::add);
    return found;
  }

  private static String refusal(String path) {
    return assertThrows(BrokenFileException.class, () -> stream(path)).getMessage();
  }

  @Test
  void recordsOfManyPiecesComeInOrder() {
    List<KeyResult> keys = IntStream.range(0, 20_000).mapToObj(n -> key("key " + n, n)).toList();
    String path = file("many.avro");
    KEYS.write(path, keys);

    assertEquals(keys, stream(path));
    assertEquals(List.of(), stream(written("none.avro", List.of())));
  }

  @Test
  void aRecordMayBeLargerThanAPiece() {
    List<KeyResult> keys =
        List.of(
            key("a", 1), key("b".repeat(1_000_000), 2), key("c", 3), key("d".repeat(300_000), 4));

    assertEquals(keys, stream(written("large.avro", keys)));
  }

  private String written(String name, List<KeyResult> keys) {
    KEYS.write(file(name), keys);
    return file(name);
  }

  @Test
  void damageIsFoundAtTheLatestAtTheEnd() throws IOException {
    String path = written("keys.avro", List.of(key("a", 1), key("b", 2), key("c", 3)));
    byte[] whole = Files.readAllBytes(Path.of(path));
    String broken = file("broken.avro");
    for (int at = 0; at < whole.length; at++) {
      byte[] damaged = whole.clone();
      damaged[at] ^= 1;
      Files.write(Path.of(broken), damaged);
      String message = refusal(broken);
      assertTrue(message.startsWith(broken + ": "), message);
    }
    for (int length = 0; length < whole.length; length++) {
      Files.write(Path.of(broken), Arrays.copyOf(whole, length));
      assertFalse(refusal(broken).isEmpty());
    }
    byte[] damaged = whole.clone();
    damaged[whole.length - 20] ^= 1;
    Files.write(Path.of(broken), damaged);
    assertEquals(
        assertThrows(BrokenFileException.class, () -> KEYS.read(broken)).getMessage(),
        refusal(broken));
  }

  @Test
  void aFileSaysOfWhichRecordsItIs() throws IOException {
    String path = written("keys.avro", List.of(key("a", 1)));
    Path text = Files.writeString(folder.resolve("text"), "no container");

    assertTrue(KEYS.isOf(path));
    assertFalse(RecordFile.of(Reject.class).isOf(path));
    assertFalse(KEYS.isOf(text.toString()));
    assertFalse(KEYS.isOf(file("missing")));
    assertEquals(
        path + ": not a whole Avro file of Reject: it holds KeyResult",
        assertThrows(
                BrokenFileException.class,
                () -> RecordFile.of(Reject.class).forEach(path, record -> {}))
            .getMessage());
  }
}
