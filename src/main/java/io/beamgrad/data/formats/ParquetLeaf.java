package io.beamgrad.data.formats;

import io.beamgrad.data.rows.FieldParser;
import io.beamgrad.schema.ValueKind;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.format.ConvertedType;
import org.apache.parquet.format.LogicalType;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.TimeUnit;
import org.apache.parquet.io.api.Binary;

/**
 * A field of a Parquet file: a value, or a list of values.
 *
 * @param descriptor its path and levels
 * @param element what the schema says of the values
 * @param listLevel the definition level of a list without values; -1 where it is no list
 */
record ParquetLeaf(ColumnDescriptor descriptor, SchemaElement element, int listLevel) {
  private static final long SECONDS_PER_DAY = 86_400;
  private static final long JULIAN_DAY_OF_1970 = 2_440_588;

  /** Gives columns the value that a reader is at. */
  @FunctionalInterface
  private interface Taking {
    void take(ColumnReader reader, FieldParser column);
  }

  String name() {
    return descriptor.getPath()[0];
  }

  boolean isList() {
    return listLevel >= 0;
  }

  /** What the values are. */
  ValueKind kind() {
    return switch (element.getType()) {
      case BOOLEAN -> ValueKind.BOOLEAN;
      case INT32, INT64 -> isDate() || units() > 0 ? ValueKind.DATE : ValueKind.NUMBER;
      case INT96 -> ValueKind.DATE;
      case FLOAT, DOUBLE -> ValueKind.NUMBER;
      case BYTE_ARRAY, FIXED_LEN_BYTE_ARRAY -> isDecimal() ? ValueKind.NUMBER : ValueKind.TEXT;
    };
  }

  /** How the leaf's values get into columns, one record after the other. */
  final class Filler {
    private final ColumnReader reader;
    private final FieldParser[] columns;
    private final Taking taking = taking();
    private final int whole = descriptor.getMaxDefinitionLevel();
    private final FieldParser[] vectors;

    Filler(ColumnReader reader, FieldParser[] columns) {
      this.reader = reader;
      this.columns = columns;
      this.vectors =
          Arrays.stream(columns).filter(FieldParser::takesList).toArray(FieldParser[]::new);
    }

    /** Takes the value of the next record, or its list. */
    void next() {
      if (isList()) {
        nextList();
        return;
      }
      takeOne(columns);
      reader.consume();
    }

    private void takeOne(FieldParser[] to) {
      boolean isThere = reader.getCurrentDefinitionLevel() == whole;
      for (FieldParser column : to) {
        if (isThere) {
          taking.take(reader, column);
        } else {
          column.takeMissing();
        }
      }
    }

    private void nextList() {
      int level = reader.getCurrentDefinitionLevel();
      for (FieldParser column : columns) {
        if (level < listLevel) {
          column.takeMissing();
        } else if (column.takesList()) {
          column.beginList();
        } else {
          column.takeOther("a list", null);
        }
      }
      do {
        if (level > listLevel) {
          takeOne(vectors);
        }
        reader.consume();
      } while (reader.getCurrentRepetitionLevel() > 0);
      for (FieldParser column : vectors) {
        if (level >= listLevel) {
          column.endList();
        }
      }
    }
  }

  private Taking taking() {
    int scale = element.isSetScale() ? element.getScale() : decimalScale();
    return switch (element.getType()) {
      case BOOLEAN -> (in, column) -> column.takeBoolean(in.getBoolean());
      case FLOAT -> (in, column) -> column.takeFloat(in.getFloat());
      case DOUBLE -> (in, column) -> column.takeDouble(in.getDouble());
      case INT32 ->
          isDate()
              ? (in, column) ->
                  column.takeTime(in.getInteger() * SECONDS_PER_DAY, 0, FieldParser.Clock.DATE)
              : isDecimal()
                  ? (in, column) -> column.takeDecimal(BigDecimal.valueOf(in.getInteger(), scale))
                  : isUnsigned()
                      ? (in, column) -> column.takeLong(Integer.toUnsignedLong(in.getInteger()))
                      : (in, column) -> column.takeLong(in.getInteger());
      case INT64 -> ofLongs(scale);
      case INT96 -> (in, column) -> takeInt96(in.getBinary().toByteBuffer(), column);
      case BYTE_ARRAY, FIXED_LEN_BYTE_ARRAY ->
          isDecimal()
              ? (in, column) ->
                  column.takeDecimal(
                      new BigDecimal(new BigInteger(in.getBinary().getBytes()), scale))
              : (in, column) -> takeText(in.getBinary(), column);
    };
  }

  private Taking ofLongs(int scale) {
    if (isDecimal()) {
      return (in, column) -> column.takeDecimal(BigDecimal.valueOf(in.getLong(), scale));
    }
    if (isUnsigned()) {
      return (in, column) ->
          column.takeDecimal(new BigDecimal(Long.toUnsignedString(in.getLong())));
    }
    long units = units();
    if (units == 0) {
      return (in, column) -> column.takeLong(in.getLong());
    }
    FieldParser.Clock clock =
        element.isSetLogicalType() && !element.getLogicalType().getTIMESTAMP().isIsAdjustedToUTC()
            ? FieldParser.Clock.LOCAL
            : FieldParser.Clock.INSTANT;
    return (in, column) -> {
      long value = in.getLong();
      column.takeTime(
          Math.floorDiv(value, units),
          (int) (Math.floorMod(value, units) * (1_000_000_000 / units)),
          clock);
    };
  }

  /** Nanoseconds of the day, then the Julian day, as Impala and old Sparks write a time. */
  private static void takeInt96(ByteBuffer bytes, FieldParser column) {
    ByteBuffer value = bytes.order(ByteOrder.LITTLE_ENDIAN);
    long nanosOfDay = value.getLong(value.position());
    long day = value.getInt(value.position() + Long.BYTES) - JULIAN_DAY_OF_1970;
    column.takeTime(
        day * SECONDS_PER_DAY + Math.floorDiv(nanosOfDay, 1_000_000_000L),
        (int) Math.floorMod(nanosOfDay, 1_000_000_000L),
        FieldParser.Clock.INSTANT);
  }

  private static void takeText(Binary text, FieldParser column) {
    ByteBuffer bytes = text.toByteBuffer();
    if (bytes.hasArray()) {
      column.takeUtf8(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
    } else {
      byte[] copy = text.getBytes();
      column.takeUtf8(copy, 0, copy.length);
    }
  }

  private boolean isDate() {
    return element.getConverted_type() == ConvertedType.DATE
        || (element.isSetLogicalType() && element.getLogicalType().isSetDATE());
  }

  private boolean isDecimal() {
    return element.getConverted_type() == ConvertedType.DECIMAL
        || (element.isSetLogicalType() && element.getLogicalType().isSetDECIMAL());
  }

  private int decimalScale() {
    return isDecimal() && element.isSetLogicalType()
        ? element.getLogicalType().getDECIMAL().getScale()
        : 0;
  }

  private boolean isUnsigned() {
    LogicalType logical = element.getLogicalType();
    if (logical != null && logical.isSetINTEGER()) {
      return !logical.getINTEGER().isIsSigned();
    }
    return element.isSetConverted_type() && element.getConverted_type().name().startsWith("UINT");
  }

  /** How many of the values make a second, where they are times; 0 where they are not. */
  private long units() {
    LogicalType logical = element.getLogicalType();
    if (logical != null && logical.isSetTIMESTAMP()) {
      TimeUnit unit = logical.getTIMESTAMP().getUnit();
      return unit.isSetMILLIS() ? 1000 : unit.isSetMICROS() ? 1_000_000 : 1_000_000_000;
    }
    if (element.getConverted_type() == ConvertedType.TIMESTAMP_MILLIS) {
      return 1000;
    }
    return element.getConverted_type() == ConvertedType.TIMESTAMP_MICROS ? 1_000_000 : 0;
  }
}
