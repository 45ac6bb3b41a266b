package io.beamgrad.model;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.beamgrad.data.files.Storage;
import io.beamgrad.data.rows.RejectText;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.failure.MissingDataException;
import io.beamgrad.nn.BatchNorm1d;
import io.beamgrad.tensor.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Named tensors in the safetensors format (https://huggingface.co/docs/safetensors): the length of
 * the header as int64, the header in JSON, which says each tensor's type, shape and place, and the
 * elements; all little-endian. Reading runs no code and takes no memory that the file does not
 * have.
 */
public final class SafetensorsFile {
  static final String METADATA = "__metadata__";

  /** What the format's own library takes at the most. */
  static final int MAX_HEADER_BYTES = 100_000_000;

  private static final int ALIGNMENT = 8; // of the elements in the file
  private static final JsonFactory JSON = new JsonFactory();

  private SafetensorsFile() {}

  /**
   * Writes tensors in the order of the map, of float32 but for numbers of batches; the file appears
   * whole or not at all. The same tensors and metadata give the same bytes.
   */
  public static void write(String path, Map<String, Tensor> tensors, Map<String, String> metadata) {
    byte[] header = header(tensors, metadata);
    Storage.write(
        path,
        out -> {
          ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
          out.write(length.putLong(header.length).array());
          out.write(header);
          for (Map.Entry<String, Tensor> tensor : tensors.entrySet()) {
            out.write(bytes(tensor.getValue(), type(tensor.getKey())));
          }
        });
  }

  private static byte[] header(Map<String, Tensor> tensors, Map<String, String> metadata) {
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(header)) {
      json.writeStartObject();
      json.writeObjectFieldStart(METADATA);
      for (Map.Entry<String, String> entry : metadata.entrySet()) {
        json.writeStringField(entry.getKey(), entry.getValue());
      }
      json.writeEndObject();
      long at = 0;
      for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
        int[] shape = entry.getValue().shape();
        SafetensorsHeader.Type type = type(entry.getKey());
        long end = at + (long) type.bytes() * entry.getValue().elements();
        json.writeObjectFieldStart(entry.getKey());
        json.writeStringField("dtype", type.name());
        json.writeFieldName("shape");
        json.writeArray(shape, 0, shape.length);
        json.writeFieldName("data_offsets");
        json.writeArray(new long[] {at, end}, 0, 2);
        json.writeEndObject();
        at = end;
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    byte[] text = header.toByteArray();
    int padded = Math.floorDiv(text.length + ALIGNMENT - 1, ALIGNMENT) * ALIGNMENT;
    byte[] spaced = Arrays.copyOf(text, padded);
    Arrays.fill(spaced, text.length, padded, (byte) ' ');
    return spaced;
  }

  private static SafetensorsHeader.Type type(String name) {
    return BatchNorm1d.isCount(name) ? SafetensorsHeader.Type.I64 : SafetensorsHeader.Type.F32;
  }

  private static byte[] bytes(Tensor tensor, SafetensorsHeader.Type type) {
    ByteBuffer bytes =
        ByteBuffer.allocate(type.bytes() * tensor.elements()).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : tensor.data()) {
      if (type == SafetensorsHeader.Type.I64) {
        bytes.putLong((long) value);
      } else {
        bytes.putFloat(value);
      }
    }
    return bytes.array();
  }

  /**
   * Reads tensors of float32, float64 and int64 (rounded), float16 and bfloat16, in the order of
   * the header.
   *
   * @throws MissingDataException where there is no such file
   * @throws BrokenFileException where it is not a whole file of such tensors, or an element is no
   *     finite float32
   */
  public static Map<String, Tensor> read(String path) {
    if (!Storage.exists(path)) {
      throw new MissingDataException(path + ": no such file");
    }
    ByteBuffer file = content(path);
    try {
      SafetensorsHeader header = SafetensorsHeader.parse(headerText(file), file.remaining());
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      for (SafetensorsHeader.Entry entry : header.entries()) {
        ByteBuffer bytes =
            file.slice(file.position() + (int) entry.begin(), (int) (entry.end() - entry.begin()));
        tensors.put(entry.name(), tensor(entry, bytes.order(ByteOrder.LITTLE_ENDIAN)));
      }
      return tensors;
    } catch (JsonProcessingException e) {
      throw broken(path, "its header is no JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw broken(path, e.getMessage(), e);
    }
  }

  private static BrokenFileException broken(String path, String why, Exception e) {
    return new BrokenFileException(
        "%s: not a whole safetensors file: %s"
            .formatted(path, RejectText.onOneLine(String.valueOf(why))),
        e);
  }

  private static ByteBuffer content(String path) {
    try (SeekableByteChannel channel = Storage.open(path)) {
      if (channel.size() > Integer.MAX_VALUE - 8) {
        throw new IOException("it has %s bytes, at most 2 GB are read".formatted(channel.size()));
      }
      ByteBuffer content = ByteBuffer.allocate((int) channel.size());
      while (content.hasRemaining() && channel.read(content) > 0) {}
      return content.flip().order(ByteOrder.LITTLE_ENDIAN);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read %s: %s".formatted(path, e.getMessage()), e);
    }
  }

  /** The header; what is left of the file are the elements. */
  private static byte[] headerText(ByteBuffer file) throws IOException {
    if (file.remaining() < Long.BYTES) {
      throw new IOException("expected at least 8 bytes, found " + file.remaining());
    }
    long length = file.getLong();
    if (length < 2 || length > Math.min(MAX_HEADER_BYTES, file.remaining())) {
      throw new IOException(
          "its header says that it has %s bytes, %s are left"
              .formatted(Long.toUnsignedString(length), file.remaining()));
    }
    byte[] text = new byte[(int) length];
    file.get(text);
    if (text[0] != '{') {
      throw new IOException("its header does not begin with {");
    }
    return text;
  }

  private static Tensor tensor(SafetensorsHeader.Entry entry, ByteBuffer bytes) throws IOException {
    float[] values = new float[entry.elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = entry.type().get(bytes, i);
      if (!Float.isFinite(values[i])) {
        throw new IOException(
            "element %s of %s is no finite float32, found %s"
                .formatted(i, entry.name(), entry.type().shown(bytes, i)));
      }
    }
    List<Integer> shape = entry.shape();
    return Tensor.wrap(values, shape.stream().mapToInt(Integer::intValue).toArray());
  }
}
