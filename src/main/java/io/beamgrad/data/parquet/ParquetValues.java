package io.beamgrad.data.parquet;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.apache.parquet.column.Dictionary;
import org.apache.parquet.column.values.ValuesReader;
import org.apache.parquet.io.ParquetDecodingException;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/** The values of a Parquet page, one after the other. */
abstract sealed class ParquetValues {
  final PrimitiveTypeName type;

  // the current value
  long word; // a number's, or its bits; a boolean as 0 or 1
  byte[] bytes;
  int offset;
  int length;

  ParquetValues(PrimitiveTypeName type) {
    this.type = type;
  }

  /** Moves to the next value. */
  abstract void next();

  final boolean asBoolean() {
    return word != 0;
  }

  final int asInt() {
    return (int) word;
  }

  final long asLong() {
    return word;
  }

  final float asFloat() {
    return Float.intBitsToFloat((int) word);
  }

  final double asDouble() {
    return Double.longBitsToDouble(word);
  }

  final byte[] copyOfBytes() {
    return Arrays.copyOfRange(bytes, offset, offset + length);
  }

  final ByteBuffer asLittleEndian() {
    return ByteBuffer.wrap(bytes, offset, length).order(ByteOrder.LITTLE_ENDIAN);
  }

  final void set(Binary value) {
    bytes = value.getBytesUnsafe();
    offset = 0;
    length = bytes.length;
  }

  /** Values that lie in the page as they are. */
  static final class Plain extends ParquetValues {
    private static final VarHandle INT =
        MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG =
        MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int INT96_BYTES = 12;

    private final int fixedLength;
    private final int end;
    private int at;
    private int bit; // of the next boolean

    Plain(PrimitiveType physical, ByteBuffer page) {
      super(physical.getPrimitiveTypeName());
      bytes = page.array();
      at = page.arrayOffset() + page.position();
      end = at + page.remaining();
      fixedLength = type == PrimitiveTypeName.INT96 ? INT96_BYTES : physical.getTypeLength();
    }

    @Override
    void next() {
      switch (type) {
        case DOUBLE, INT64 -> word = (long) LONG.get(bytes, move(Long.BYTES));
        case INT32, FLOAT -> word = (int) INT.get(bytes, move(Integer.BYTES));
        case BOOLEAN -> {
          int in = bit == 0 ? move(1) : at - 1;
          word = bytes[in] >> bit & 1;
          bit = bit + 1 & 7;
        }
        case BINARY -> {
          length = (int) INT.get(bytes, move(Integer.BYTES));
          offset = move(length);
        }
        case FIXED_LEN_BYTE_ARRAY, INT96 -> {
          length = fixedLength;
          offset = move(length);
        }
      }
    }

    private int move(int size) {
      int from = at;
      if (size < 0 || size > end - from) {
        throw new ParquetDecodingException("a page has too few values");
      }
      at = from + size;
      return from;
    }
  }

  /** Values that are indices in a dictionary. */
  static final class OfDictionary extends ParquetValues {
    private final Dictionary dictionary;
    private final ParquetRuns indices;
    private final byte[][] known;

    /**
     * @param known the bytes of the dictionary's values that were asked for, by index; empty where
     *     they are numbers
     */
    OfDictionary(
        PrimitiveType physical, Dictionary dictionary, byte[][] known, ParquetRuns indices) {
      super(physical.getPrimitiveTypeName());
      this.dictionary = dictionary;
      this.known = known;
      this.indices = indices;
    }

    @Override
    void next() {
      int index = indices.next();
      switch (type) {
        case DOUBLE -> word = Double.doubleToRawLongBits(dictionary.decodeToDouble(index));
        case INT64 -> word = dictionary.decodeToLong(index);
        case INT32 -> word = dictionary.decodeToInt(index);
        case FLOAT -> word = Float.floatToRawIntBits(dictionary.decodeToFloat(index));
        case BOOLEAN -> word = dictionary.decodeToBoolean(index) ? 1 : 0;
        case BINARY, FIXED_LEN_BYTE_ARRAY, INT96 -> {
          byte[] found = known[index];
          if (found == null) {
            found = dictionary.decodeToBinary(index).getBytesUnsafe();
            known[index] = found;
          }
          bytes = found;
          length = found.length;
        }
      }
    }
  }

  /** Values of other encodings. */
  static final class OfReader extends ParquetValues {
    private final ValuesReader reader;

    OfReader(PrimitiveType physical, ValuesReader reader) {
      super(physical.getPrimitiveTypeName());
      this.reader = reader;
    }

    @Override
    void next() {
      switch (type) {
        case DOUBLE -> word = Double.doubleToRawLongBits(reader.readDouble());
        case INT64 -> word = reader.readLong();
        case INT32 -> word = reader.readInteger();
        case FLOAT -> word = Float.floatToRawIntBits(reader.readFloat());
        case BOOLEAN -> word = reader.readBoolean() ? 1 : 0;
        case BINARY, FIXED_LEN_BYTE_ARRAY, INT96 -> set(reader.readBytes());
      }
    }
  }
}
