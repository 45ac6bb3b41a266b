package io.beamgrad.model;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * The header of a safetensors file: a JSON object with an entry for each tensor.
 *
 * @param entries in their order
 */
record SafetensorsHeader(List<Entry> entries) {
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
  private static final int MOST_DIMENSIONS = 8;

  /** The types of elements that become float32. */
  enum Type {
    F64(8),
    I64(8),
    F32(4),
    F16(2),
    BF16(2);

    private final int bytes;

    Type(int bytes) {
      this.bytes = bytes;
    }

    int bytes() {
      return bytes;
    }

    /** Element i as a float32. */
    float get(ByteBuffer from, int i) {
      return switch (this) {
        case F64 -> (float) from.getDouble(8 * i);
        case I64 -> (float) from.getLong(8 * i);
        case F32 -> from.getFloat(4 * i);
        case F16 -> Float16.toFloat(from.getShort(2 * i));
        case BF16 -> Float.intBitsToFloat(from.getShort(2 * i) << 16);
      };
    }

    /** Element i as a message has it. */
    String shown(ByteBuffer from, int i) {
      return this == F64 ? Double.toString(from.getDouble(8 * i)) : Float.toString(get(from, i));
    }
  }

  /**
   * One tensor.
   *
   * @param begin its first byte, from the end of the header
   * @param end the byte after its last
   */
  record Entry(String name, Type type, List<Integer> shape, long begin, long end) {

    int elements() {
      return (int) ((end - begin) / type.bytes);
    }
  }

  /**
   * Reads a header.
   *
   * @param elementBytes what the file has after the header; the tensors must fill it
   * @throws IOException where the header is none, or does not fit what follows; says why
   */
  static SafetensorsHeader parse(byte[] text, int elementBytes) throws IOException {
    List<Entry> entries = new ArrayList<>();
    try (JsonParser json = JSON.createParser(text)) {
      expect(json.nextToken(), JsonToken.START_OBJECT, "the header");
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        JsonToken value = json.nextToken();
        if (name.equals(SafetensorsFile.METADATA)) {
          json.skipChildren();
        } else {
          expect(value, JsonToken.START_OBJECT, name);
          entries.add(entry(name, json));
        }
      }
      if (json.nextToken() != null) {
        throw new IOException("something follows its header's JSON");
      }
    }
    requireFilled(entries, elementBytes);
    return new SafetensorsHeader(entries);
  }

  private static Entry entry(String name, JsonParser json) throws IOException {
    String type = null;
    List<Long> shape = null;
    List<Long> offsets = null;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String key = json.currentName();
      JsonToken value = json.nextToken();
      switch (key) {
        case "dtype" -> {
          expect(value, JsonToken.VALUE_STRING, "dtype of " + name);
          type = json.getText();
        }
        case "shape" -> shape = numbers(json, "shape of " + name, MOST_DIMENSIONS);
        case "data_offsets" -> offsets = numbers(json, "data_offsets of " + name, 2);
        default -> json.skipChildren();
      }
    }
    if (type == null || shape == null || offsets == null || offsets.size() != 2) {
      throw new IOException(name + " has no dtype, shape or data_offsets of begin and end");
    }
    return checked(name, type(name, type), shape, offsets.get(0), offsets.get(1));
  }

  private static Type type(String name, String word) throws IOException {
    for (Type type : Type.values()) {
      if (type.name().equals(word)) {
        return type;
      }
    }
    throw new IOException(
        "%s is of type %s, expected one of %s"
            .formatted(name, word, Arrays.toString(Type.values())));
  }

  private static Entry checked(String name, Type type, List<Long> shape, long begin, long end)
      throws IOException {
    long bytes = type.bytes;
    for (long size : shape) {
      // No overflow: both are below 2^31.
      bytes = bytes <= Integer.MAX_VALUE ? bytes * size : bytes;
    }
    if (begin > end || bytes != end - begin) {
      throw new IOException(
          "%s of shape %s and type %s has bytes %s to %s".formatted(name, shape, type, begin, end));
    }
    return new Entry(name, type, shape.stream().map(Long::intValue).toList(), begin, end);
  }

  /** Whole numbers from 0 that an int can hold. */
  private static List<Long> numbers(JsonParser json, String what, int most) throws IOException {
    expect(json.currentToken(), JsonToken.START_ARRAY, what);
    List<Long> numbers = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      expect(json.currentToken(), JsonToken.VALUE_NUMBER_INT, what);
      boolean isInt = json.getNumberType() == JsonParser.NumberType.INT;
      if (!isInt || json.getIntValue() < 0 || numbers.size() == most) {
        throw new IOException(
            "%s: expected at most %s numbers from 0 to %s"
                .formatted(what, most, Integer.MAX_VALUE));
      }
      numbers.add(json.getLongValue());
    }
    return numbers;
  }

  private static void expect(JsonToken found, JsonToken expected, String what) throws IOException {
    if (found != expected) {
      throw new IOException("%s: expected %s, found %s".formatted(what, expected, found));
    }
  }

  /** As the format wants it, so that nothing lies hidden between tensors, and none in another. */
  private static void requireFilled(List<Entry> entries, int elementBytes) throws IOException {
    List<Entry> sorted =
        entries.stream()
            .sorted(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end))
            .toList();
    long at = 0;
    for (Entry entry : sorted) {
      if (entry.begin() != at) {
        throw new IOException(
            "%s begins at byte %s, expected %s".formatted(entry.name(), entry.begin(), at));
      }
      at = entry.end();
    }
    if (at != elementBytes) {
      throw new IOException(
          "its tensors have %s bytes, the file has %s of them".formatted(at, elementBytes));
    }
  }
}
