package io.beamgrad.model;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.data.files.RecordFile;
import io.beamgrad.data.files.Sha256;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.failure.MissingDataException;
import io.beamgrad.nn.Sequential;
import io.beamgrad.schema.LinearLayer;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.schema.Parameter;
import io.beamgrad.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFileTest {
  @TempDir Path folder;
  private String file;

  @BeforeEach
  void nameTheFile() {
    file = folder.resolve("model.avro").toString();
  }

  @Test
  void whatIsWrittenIsRead() {
    ModelFile.write(file, Models.crops());
    assertEquals(Models.crops(), ModelFile.read(file));

    ModelFile.write(file, Models.images());
    assertEquals(Models.images(), ModelFile.read(file));
  }

  @Test
  void theSameModelIsTheSameFileByteForByte() throws IOException {
    ModelFile.write(file, Models.crops());
    byte[] first = Files.readAllBytes(Path.of(file));
    ModelFile.write(file, Models.crops());

    assertArrayEquals(first, Files.readAllBytes(Path.of(file)));
  }

  @Test
  void aModelThatIsReadPredicts() {
    ModelFile.write(file, Models.crops());
    Sequential network = (Sequential) ModelFile.network(file, ModelFile.read(file));

    Tensor out = network.forward(Tensor.wrap(new float[] {73, 67, 43}, 1, 3));

    assertArrayEquals(new float[] {25.225f, 24.3f}, out.data(), 1e-5f);
  }

  @Test
  void aMissingFileIsNamed() {
    assertEquals(
        file + ": no such file",
        assertThrows(MissingDataException.class, () -> ModelFile.read(file)).getMessage());
  }

  @Test
  void aNewerModelIsRefused() {
    ModelFile.write(file, ModelRecord.newBuilder(Models.crops()).setFormatVersion(2).build());

    assertBroken("expected format version 1, found 2; use a newer beamgrad");
  }

  @Test
  void aFileOfOtherRecordsIsNoModel() {
    RecordFile.of(Parameter.class)
        .write(file, List.of(new Parameter("w", List.of(1), ByteBuffer.allocate(4))));

    assertBroken("not a whole Avro file of ModelRecord: it holds Parameter");
  }

  @Test
  void aModelWithOtherFieldsIsOfAnotherVersion() throws IOException {
    Schema fewer =
        SchemaBuilder.record("ModelRecord")
            .namespace("io.beamgrad.schema")
            .fields()
            .requiredInt("formatVersion")
            .endRecord();
    byte[] two = {4}; // as Avro encodes it
    try (DataFileWriter<GenericRecord> writer =
        new DataFileWriter<>(new GenericDatumWriter<>(fewer))) {
      MessageDigest digest = Sha256.digest();
      digest.update(fewer.toString().getBytes(UTF_8));
      writer.setMeta("beamgrad.sha256", Sha256.hex(digest.digest(two)));
      writer.create(fewer, new File(file));
      writer.appendEncoded(ByteBuffer.wrap(two));
    }

    String message =
        assertThrows(BrokenFileException.class, () -> ModelFile.read(file)).getMessage();
    String expected =
        file + ": another version of beamgrad wrote it, whose ModelRecord differs: Found ";
    assertTrue(message.startsWith(expected), message);
  }

  @Test
  void aFileThatIsNotAvroIsRefused() throws IOException {
    Files.writeString(Path.of(file), "hello");
    assertBroken("not a whole Avro file of ModelRecord: it does not begin as an Avro file does");

    Files.writeString(Path.of(file), "");
    assertBroken("not a whole Avro file of ModelRecord: it does not begin as an Avro file does");
  }

  @Test
  void weightsOfAnotherSizeThanTheirShapeAreRefused() {
    Parameter odd = new Parameter("0.weight", List.of(2, 4), ByteBuffer.allocate(24));
    ModelFile.write(
        file, ModelRecord.newBuilder(Models.crops()).setParameters(List.of(odd)).build());
    assertBroken("parameter 0.weight of shape [2, 4]: expected 32 bytes, found 24");

    List<Integer> huge = List.of(Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE);
    Parameter wide = new Parameter("0.weight", huge, ByteBuffer.allocate(24));
    ModelFile.write(
        file, ModelRecord.newBuilder(Models.crops()).setParameters(List.of(wide)).build());
    assertBroken(
        "parameter 0.weight of shape [2147483647, 2147483647, 2147483647]: expected"
            + " 39614081201791936601413124092 bytes, found 24");
  }

  @Test
  void weightsThatWereExchangedAreRefused() {
    ModelFile.write(
        file, ModelRecord.newBuilder(Models.crops()).setWeightsSha256("0".repeat(64)).build());

    assertBroken(
        "damaged: expected weights of SHA-256 %s, found %s"
            .formatted("0".repeat(64), Models.crops().getWeightsSha256()));
  }

  @Test
  void weightsThatDoNotFitTheLayersAreRefused() {
    ModelRecord odd =
        ModelRecord.newBuilder(Models.crops())
            .setLayers(List.of(new LinearLayer(3, false, false)))
            .build();

    BrokenFileException thrown =
        assertThrows(BrokenFileException.class, () -> ModelFile.network("m.avro", odd));

    assertTrue(thrown.getMessage().startsWith("m.avro: loadStateDict: "), thrown.getMessage());
  }

  @Test
  void aFileCutShortAnywhereIsRefused() throws IOException {
    ModelFile.write(file, Models.crops());
    byte[] whole = Files.readAllBytes(Path.of(file));

    for (int length = 0; length < whole.length; length++) {
      Files.write(Path.of(file), Arrays.copyOf(whole, length));
      assertThrows(BrokenFileException.class, () -> ModelFile.read(file));
    }
  }

  @Test
  void aFileCutInItsRecordSaysWhere() throws IOException {
    ModelFile.write(file, Models.crops());
    byte[] whole = Files.readAllBytes(Path.of(file));
    Files.write(Path.of(file), Arrays.copyOf(whole, whole.length - 20));

    String message =
        assertThrows(BrokenFileException.class, () -> ModelFile.read(file)).getMessage();

    assertTrue(
        message.matches(
            ".*: not a whole Avro file of ModelRecord: it is cut short: the block at byte \\d+ has"
                + " \\d+ bytes, the file ends \\d+ bytes after it began"),
        message);
  }

  /** A change of the sync marker at both its places, or of unused metadata, would be harmless. */
  @Test
  void aChangedByteIsRefusedOrHarmless() throws IOException {
    ModelFile.write(file, Models.crops());
    byte[] whole = Files.readAllBytes(Path.of(file));
    Random random = new Random(1);

    for (int at = 0; at < whole.length; at++) {
      byte[] changed = whole.clone();
      changed[at] ^= (byte) (1 << random.nextInt(8));
      Files.write(Path.of(file), changed);
      try {
        assertEquals(Models.crops(), ModelFile.read(file));
      } catch (BrokenFileException expected) {
        assertTrue(expected.getMessage().startsWith(file + ": "), expected.getMessage());
      }
    }
  }

  /** Whoever makes a file on purpose can make its checksum fit, too. */
  @Test
  void aLengthThatTheFileCannotHoldTakesNoMemory() throws IOException {
    ModelFile.write(file, Models.crops());
    byte[] whole = Files.readAllBytes(Path.of(file));
    // The first parameter's name, "0.weight", gets a length of 2^31 - 2 in its place.
    String text = new String(whole, ISO_8859_1);
    int at = text.lastIndexOf("\u00100.weight");
    byte[] huge = {(byte) 0xfc, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x0f};
    System.arraycopy(huge, 0, whole, at, huge.length);
    Files.write(Path.of(file), ModelBytes.withChecksum(whole));

    assertBroken(
        "not a whole Avro file of ModelRecord: expected 2147483646 more at byte 20, 384 bytes are"
            + " left");
  }

  /** A file brings its own schema, of which a block of a million items may take three bytes. */
  @Test
  void itemsThatTakeNoBytesAreNotCountedWithoutEnd() throws IOException {
    ModelFile.write(file, Models.crops());
    byte[] whole = Files.readAllBytes(Path.of(file));
    Schema nulls = Schema.createArray(Schema.create(Schema.Type.NULL));
    Files.write(Path.of(file), ModelBytes.withFieldBefore(whole, nulls, blocks(3, 5)));
    assertEquals(Models.crops(), ModelFile.read(file));

    Files.write(Path.of(file), ModelBytes.withFieldBefore(whole, nulls, blocks(30_000, 30_000)));
    BrokenFileException refused =
        assertThrows(BrokenFileException.class, () -> ModelFile.read(file));
    assertTrue(
        refused
            .getMessage()
            .matches(
                ".*not a whole Avro file of ModelRecord: 120000 items up to byte 12, it has 90[0-9]{3}"
                    + " bytes"),
        refused.getMessage());
  }

  /** An array of so many blocks of so many items that take no bytes. */
  private static byte[] blocks(int blocks, int items) throws IOException {
    ByteArrayOutputStream encoded = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(encoded, null);
    for (int i = 0; i < blocks; i++) {
      encoder.writeLong(items);
    }
    encoder.writeLong(0);
    return encoded.toByteArray();
  }

  private void assertBroken(String message) {
    assertEquals(
        file + ": " + message,
        assertThrows(BrokenFileException.class, () -> ModelFile.read(file)).getMessage());
  }
}
