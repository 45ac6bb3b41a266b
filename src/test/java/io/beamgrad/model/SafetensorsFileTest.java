package io.beamgrad.model;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.failure.MissingDataException;
import io.beamgrad.tensor.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsFileTest {
  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void nameTheFile() {
    file = folder.resolve("w.safetensors");
  }

  @Test
  void whatIsWrittenIsTheFormat() throws IOException {
    write();

    String header =
        "{\"__metadata__\":{\"format\":\"pt\"},"
            + "\"0.weight\":{\"dtype\":\"F32\",\"shape\":[2,1],\"data_offsets\":[0,8]},"
            + "\"0.bias\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,16]}}";
    byte[] bytes = Files.readAllBytes(file);
    ByteBuffer content = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    assertEquals(160, content.getLong());
    assertEquals(header, new String(bytes, 8, 160, UTF_8).stripTrailing());
    assertArrayEquals(
        new float[] {1, -2, 0.5f, -0f},
        new float[] {
          content.getFloat(168), content.getFloat(172), content.getFloat(176), content.getFloat(180)
        });
    assertEquals(184, bytes.length);
  }

  @Test
  void whatIsWrittenIsReadInItsOrder() {
    write();

    Map<String, Tensor> read = SafetensorsFile.read(file.toString());

    assertEquals(List.of("0.weight", "0.bias"), List.copyOf(read.keySet()));
    assertArrayEquals(new int[] {2, 1}, read.get("0.weight").shape());
    assertArrayEquals(new float[] {0.5f, -0f}, read.get("0.bias").data());
  }

  @Test
  void theSameWeightsAreTheSameBytes() throws IOException {
    write();
    byte[] first = Files.readAllBytes(file);
    write();

    assertArrayEquals(first, Files.readAllBytes(file));
  }

  @Test
  void otherPrecisionsBecomeFloat32() throws IOException {
    ByteBuffer elements = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
    elements.putDouble(1 / 3.0).putDouble(-1e-50);
    elements.putShort((short) 0x3C00).putShort((short) 0xC001); // 1 and -2 - 1/512
    elements.putShort((short) 0x3FC0).putShort((short) 0x8000); // 1.5 and -0
    write(
        "{\"b\":{\"dtype\":\"BF16\",\"shape\":[2],\"data_offsets\":[20,24]},"
            + "\"d\":{\"dtype\":\"F64\",\"shape\":[2,1],\"data_offsets\":[0,16]},"
            + "\"h\":{\"dtype\":\"F16\",\"shape\":[1,2],\"data_offsets\":[16,20]}}",
        elements.array());

    Map<String, Tensor> read = SafetensorsFile.read(file.toString());

    assertArrayEquals(new float[] {(float) (1 / 3.0), -0f}, read.get("d").data());
    assertArrayEquals(new float[] {1f, -2 - 1 / 512f}, read.get("h").data());
    assertArrayEquals(new float[] {1.5f, -0f}, read.get("b").data());
  }

  @Test
  void aMissingFileIsNamed() {
    assertEquals(
        file + ": no such file",
        assertThrows(MissingDataException.class, () -> SafetensorsFile.read(file.toString()))
            .getMessage());
  }

  @Test
  void aLengthThatTheFileCannotHoldTakesNoMemory() throws IOException {
    for (long length : new long[] {Long.MAX_VALUE, -1, 100_000_001, 1}) {
      ByteBuffer bytes = ByteBuffer.allocate(20).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
      Files.write(file, bytes.array());
      assertBroken(
          "its header says that it has %s bytes, 12 are left"
              .formatted(Long.toUnsignedString(length)));
    }
    Files.write(file, new byte[3]);
    assertBroken("expected at least 8 bytes, found 3");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[] | its header does not begin with {",
        "{}{} | something follows its header's JSON",
        "{\"w\":1} | w: expected START_OBJECT, found VALUE_NUMBER_INT",
        "{\"w\":{\"dtype\":\"I8\",\"shape\":[8],\"data_offsets\":[0,8]}} | w is of type I8, expected"
            + " one of [F64, I64, F32, F16, BF16]",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[2]}} | w has no dtype, shape or data_offsets of begin"
            + " and end",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0]}} | w has no dtype, shape or"
            + " data_offsets of begin and end",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}} | shape of w: expected at"
            + " most 8 numbers from 0 to 2147483647",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,9999999999]}} | data_offsets of"
            + " w: expected at most 2 numbers from 0 to 2147483647",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[2,2147483647,2147483647],\"data_offsets\":[0,8]}} | w of"
            + " shape [2, 2147483647, 2147483647] and type F32 has bytes 0 to 8",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}} | w begins at byte 4,"
            + " expected 0",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}} | its tensors have 4 bytes,"
            + " the file has 8 of them",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,12]}} | its tensors have 12"
            + " bytes, the file has 8 of them",
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\"w\":{}} | its header is no"
            + " JSON: Duplicate field 'w'",
      })
  void aHeaderThatDoesNotFitIsRefused(String header, String message) throws IOException {
    write(header, new byte[8]);

    assertBroken(message);
  }

  @Test
  void whatIsNoFiniteFloat32IsRefused() throws IOException {
    ByteBuffer elements = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    elements.putFloat(1).putFloat(Float.NaN);
    write("{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", elements.array());
    assertBroken("element 1 of w is no finite float32, found NaN");

    elements.clear().putDouble(1e300);
    write("{\"w\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0,8]}}", elements.array());
    assertBroken("element 0 of w is no finite float32, found 1.0E300");
  }

  @Test
  void aFileCutShortAnywhereIsRefused() throws IOException {
    write();
    byte[] whole = Files.readAllBytes(file);

    for (int length = 0; length < whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertThrows(BrokenFileException.class, () -> SafetensorsFile.read(file.toString()));
    }
  }

  private void write() {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("0.weight", Tensor.wrap(new float[] {1, -2}, 2, 1));
    tensors.put("0.bias", Tensor.wrap(new float[] {0.5f, -0f}, 2));
    SafetensorsFile.write(file.toString(), tensors, Map.of("format", "pt"));
  }

  private void write(String header, byte[] elements) throws IOException {
    byte[] text = header.getBytes(UTF_8);
    ByteBuffer bytes =
        ByteBuffer.allocate(8 + text.length + elements.length).order(ByteOrder.LITTLE_ENDIAN);
    Files.write(file, bytes.putLong(text.length).put(text).put(elements).array());
  }

  private void assertBroken(String message) {
    assertEquals(
        file + ": not a whole safetensors file: " + message,
        assertThrows(BrokenFileException.class, () -> SafetensorsFile.read(file.toString()))
            .getMessage());
  }
}
