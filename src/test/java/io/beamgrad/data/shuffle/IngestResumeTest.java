package io.beamgrad.data.shuffle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.data.files.RecordFile;
import io.beamgrad.data.rows.Rows;
import io.beamgrad.schema.BlockRef;
import io.beamgrad.schema.LearnedColumns;
import io.beamgrad.schema.Manifest;
import io.beamgrad.schema.Reject;
import io.beamgrad.schema.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IngestResumeTest {
  private static final Logger LOG = Logger.getLogger(IngestResume.class.getName());

  @TempDir Path folder;
  private final List<String> logged = new ArrayList<>();
  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord entry) {
          logged.add(entry.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };
  private List<BlockRef> blocks;

  @BeforeEach
  void writeBlocks() {
    LOG.addHandler(handler);
    SortedBucket rows =
        SortedBucket.of(List.of(Rows.chunk("f", 0, 1, 2, 3, 4)), Rows.COLUMNS, 1, 3);
    blocks = new BlockStore(folder + "/blocks").write(Split.TRAIN, 0, Rows.COLUMNS, rows);
  }

  @AfterEach
  void removeHandler() {
    LOG.removeHandler(handler);
  }

  private Manifest writeManifest(String fingerprint, long rejected) {
    return writeManifest(fingerprint, rejected, BlockStore.FORMAT);
  }

  private Manifest writeManifest(String fingerprint, long rejected, int format) {
    LearnedColumns learned =
        new LearnedColumns(List.of(), 5L + rejected, rejected, 0L, 4L, 1L, 0L, 0L, "");
    Manifest manifest = new Manifest(fingerprint, learned, blocks, format, List.of());
    RecordFile.of(Manifest.class).write(folder + "/manifest.avro", List.of(manifest));
    return manifest;
  }

  private Optional<Manifest> find() {
    return new IngestResume(
            folder + "/manifest.avro", "data", folder + "/rejects.avro", Rows.COLUMNS)
        .find();
  }

  private void assertReadAgain(String reason) {
    assertEquals(Optional.empty(), find());
    assertEquals(List.of("the data is read again: " + reason), logged);
  }

  @Test
  void aWholeOneIsFound() {
    Manifest written = writeManifest("data", 0);
    assertEquals(Optional.of(written), find());
    assertEquals(List.of("the data is read already: 2 blocks"), logged);
  }

  @Test
  void whereThereIsNoManifestNothingIsSaid() {
    assertEquals(Optional.empty(), find());
    assertEquals(List.of(), logged);
  }

  @Test
  void otherDataIsReadAgain() {
    writeManifest("other", 0);
    assertReadAgain(folder + "/manifest.avro: expected the data of fingerprint data, found other");
  }

  @Test
  void blocksOfAnotherFormatAreReadAgain() {
    writeManifest("data", 0, 1);
    assertReadAgain(folder + "/manifest.avro: expected blocks of format 2, found 1");
  }

  @Test
  void missingRejectsAreReadAgain() throws IOException {
    Manifest written = writeManifest("data", 2);
    assertReadAgain(folder + "/rejects.avro: no such file, but 2 records were rejected");
    RecordFile.of(Reject.class).write(folder.resolve("rejects.avro").toString(), List.of());
    assertEquals(Optional.of(written), find());
  }

  @Test
  void damagedRejectsAreReadAgain() throws IOException {
    writeManifest("data", 2);
    Path rejects = Files.write(folder.resolve("rejects.avro"), new byte[100]);
    assertReadAgain(
        rejects + ": not a whole Avro file of Reject: it does not begin as an Avro file does");
  }

  @Test
  void aMissingBlockIsReadAgain() throws IOException {
    writeManifest("data", 0);
    String path = blocks.get(0).getPath();
    Files.delete(Path.of(path));
    assertReadAgain("cannot read %s: no such file".formatted(path));
  }

  @Test
  void aDamagedBlockIsReadAgain() throws IOException {
    writeManifest("data", 0);
    Path file = Path.of(blocks.get(1).getPath());
    byte[] bytes = Files.readAllBytes(file);
    bytes[(int) blocks.get(1).getPosition() + 40] ^= 1;
    Files.write(file, bytes);
    assertEquals(Optional.empty(), find());
    assertTrue(logged.get(0).startsWith("the data is read again: " + file + ": "), logged.get(0));
  }
}
