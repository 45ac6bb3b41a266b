package io.beamgrad.data.parquet;

import io.beamgrad.data.rows.FieldParser;
import io.beamgrad.data.rows.LogicalValues;
import io.beamgrad.schema.ValueKind;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import org.apache.parquet.format.ConvertedType;
import org.apache.parquet.format.LogicalType;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.TimeUnit;
import org.apache.parquet.format.Type;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * What the values of a Parquet column mean, by its logical type, or the older converted type, and
 * its physical type. See https://github.com/apache/parquet-format/blob/master/LogicalTypes.md.
 *
 * @param kind what the values are; null where they cannot be a column's
 * @param refusal what they are instead, in words; null where they can be read
 * @param taking gives a column a value
 */
public record ParquetType(@Nullable ValueKind kind, @Nullable String refusal, Taking taking) {
  /** What values are of a logical type that came after this reader, such as GEOMETRY. */
  static final String NEWER = "a value of a type newer than FLOAT16, as GEOMETRY and VARIANT are";

  private static final long JULIAN_DAY_OF_1970 = 2_440_588;
  private static final long SECONDS_PER_DAY = 86_400;
  private static final int HALF_BYTES = 2;

  /** Gives a column a value. */
  @FunctionalInterface
  interface Taking {
    void take(ParquetValues value, FieldParser column);
  }

  /** Logical types that are read in one way. */
  private enum Logical {
    NONE,
    TEXT,
    UUID,
    FLOAT16,
    DECIMAL,
    DATE,
    TIME,
    TIMESTAMP,
    SIGNED,
    UNSIGNED,
    NULL,
    BSON,
    INTERVAL,
    UNKNOWN
  }

  /** The meaning of the values of a leaf of the schema. */
  static ParquetType of(SchemaElement element) {
    Type physical = element.getType();
    boolean isInt = physical == Type.INT32 || physical == Type.INT64;
    boolean isBytes = physical == Type.BYTE_ARRAY || physical == Type.FIXED_LEN_BYTE_ARRAY;
    Logical logical = logical(element);
    boolean fits =
        switch (logical) {
          case NONE, NULL -> true;
          case TEXT -> isBytes;
          case UUID -> isFixed(element, LogicalValues.UUID_BYTES);
          case FLOAT16 -> isFixed(element, HALF_BYTES);
          case DECIMAL -> isInt || isBytes;
          case DATE -> physical == Type.INT32;
          case TIME, SIGNED, UNSIGNED -> isInt;
          case TIMESTAMP -> physical == Type.INT64;
          case BSON, INTERVAL, UNKNOWN -> false;
        };
    return fits ? read(logical, element) : refused(logical, element);
  }

  private static boolean isFixed(SchemaElement element, int bytes) {
    return element.getType() == Type.FIXED_LEN_BYTE_ARRAY && element.getType_length() == bytes;
  }

  private static Logical logical(SchemaElement element) {
    if (element.getConverted_type() == ConvertedType.INTERVAL) { // parquet-java adds UNKNOWN to it
      return Logical.INTERVAL;
    }
    if (element.isSetLogicalType()) {
      LogicalType type = element.getLogicalType();
      LogicalType._Fields field = type.getSetField();
      if (field == null) { // of a version of the format that came after this reader
        return Logical.UNKNOWN;
      }
      return switch (field) {
        case STRING, ENUM, JSON -> Logical.TEXT;
        case UUID -> Logical.UUID;
        case FLOAT16 -> Logical.FLOAT16;
        case DECIMAL -> Logical.DECIMAL;
        case DATE -> Logical.DATE;
        case TIME -> Logical.TIME;
        case TIMESTAMP -> Logical.TIMESTAMP;
        case INTEGER -> type.getINTEGER().isIsSigned() ? Logical.SIGNED : Logical.UNSIGNED;
        case UNKNOWN -> Logical.NULL;
        case BSON -> Logical.BSON;
        case MAP, LIST -> Logical.NONE;
      };
    }
    if (!element.isSetConverted_type()) {
      return Logical.NONE;
    }
    return switch (element.getConverted_type()) {
      case UTF8, ENUM, JSON -> Logical.TEXT;
      case DECIMAL -> Logical.DECIMAL;
      case DATE -> Logical.DATE;
      case TIME_MILLIS, TIME_MICROS -> Logical.TIME;
      case TIMESTAMP_MILLIS, TIMESTAMP_MICROS -> Logical.TIMESTAMP;
      case INT_8, INT_16, INT_32, INT_64 -> Logical.SIGNED;
      case UINT_8, UINT_16, UINT_32, UINT_64 -> Logical.UNSIGNED;
      case BSON -> Logical.BSON;
      case INTERVAL -> Logical.INTERVAL;
      case MAP, MAP_KEY_VALUE, LIST -> Logical.NONE;
    };
  }

  private static ParquetType refused(Logical logical, SchemaElement element) {
    String what =
        switch (logical) {
          case BSON -> "BSON";
          case INTERVAL -> "an INTERVAL";
          case UNKNOWN -> NEWER;
          default -> "%s as %s".formatted(logical, element.getType());
        };
    return new ParquetType(null, what, (in, column) -> column.takeOther(what, null));
  }

  private static ParquetType read(Logical logical, SchemaElement element) {
    return switch (logical) {
      case UUID ->
          as(ValueKind.TEXT, (in, column) -> LogicalValues.takeUuid(in.copyOfBytes(), column));
      case FLOAT16 ->
          as(
              ValueKind.NUMBER,
              (in, column) ->
                  column.takeFloat(LogicalValues.ofHalf(in.asLittleEndian().getShort())));
      case DECIMAL -> as(ValueKind.NUMBER, decimal(element));
      case DATE -> as(ValueKind.DATE, (in, column) -> LogicalValues.takeDate(in.asInt(), column));
      case TIME -> as(ValueKind.DATE, timeOfDay(element));
      case TIMESTAMP -> as(ValueKind.DATE, timestamp(element));
      case UNSIGNED ->
          as(
              ValueKind.NUMBER,
              element.getType() == Type.INT32
                  ? (in, column) -> column.takeLong(Integer.toUnsignedLong(in.asInt()))
                  : (in, column) -> takeUnsigned(in.asLong(), column));
      case NULL -> as(null, (in, column) -> column.takeMissing());
      default -> plain(element);
    };
  }

  private static ParquetType as(@Nullable ValueKind kind, Taking taking) {
    return new ParquetType(kind, null, taking);
  }

  private static ParquetType plain(SchemaElement element) {
    return switch (element.getType()) {
      case BOOLEAN -> as(ValueKind.BOOLEAN, (in, column) -> column.takeBoolean(in.asBoolean()));
      case INT32 -> as(ValueKind.NUMBER, (in, column) -> column.takeLong(in.asInt()));
      case INT64 -> as(ValueKind.NUMBER, (in, column) -> column.takeLong(in.asLong()));
      case INT96 -> as(ValueKind.DATE, (in, column) -> takeInt96(in.asLittleEndian(), column));
      case FLOAT -> as(ValueKind.NUMBER, (in, column) -> column.takeFloat(in.asFloat()));
      case DOUBLE -> as(ValueKind.NUMBER, (in, column) -> column.takeDouble(in.asDouble()));
      case BYTE_ARRAY, FIXED_LEN_BYTE_ARRAY ->
          as(ValueKind.TEXT, (in, column) -> column.takeUtf8(in.bytes, in.offset, in.length));
    };
  }

  private static Taking decimal(SchemaElement element) {
    boolean isLogical = !element.isSetScale() && element.isSetLogicalType();
    int scale = isLogical ? element.getLogicalType().getDECIMAL().getScale() : element.getScale();
    return switch (element.getType()) {
      case INT32 -> (in, column) -> column.takeDecimal(BigDecimal.valueOf(in.asInt(), scale));
      case INT64 -> (in, column) -> column.takeDecimal(BigDecimal.valueOf(in.asLong(), scale));
      default -> (in, column) -> LogicalValues.takeDecimal(in.copyOfBytes(), scale, column);
    };
  }

  private static Taking timeOfDay(SchemaElement element) {
    long perSecond =
        element.isSetLogicalType()
            ? perSecond(element.getLogicalType().getTIME().getUnit())
            : element.getType() == Type.INT32 ? 1000 : 1_000_000;
    return element.getType() == Type.INT32
        ? (in, column) -> LogicalValues.takeTimeOfDay(in.asInt(), perSecond, column)
        : (in, column) -> LogicalValues.takeTimeOfDay(in.asLong(), perSecond, column);
  }

  private static Taking timestamp(SchemaElement element) {
    if (!element.isSetLogicalType()) {
      long perSecond =
          switch (element.getConverted_type()) {
            case TIMESTAMP_MILLIS -> 1000;
            default -> 1_000_000;
          };
      return timestamp(perSecond, FieldParser.Clock.INSTANT);
    }
    var type = element.getLogicalType().getTIMESTAMP();
    return timestamp(
        perSecond(type.getUnit()),
        type.isIsAdjustedToUTC() ? FieldParser.Clock.INSTANT : FieldParser.Clock.LOCAL);
  }

  private static Taking timestamp(long perSecond, FieldParser.Clock clock) {
    return (in, column) -> LogicalValues.takeTime(in.asLong(), perSecond, clock, column);
  }

  private static long perSecond(TimeUnit unit) {
    return unit.isSetMILLIS() ? 1000 : unit.isSetMICROS() ? 1_000_000 : 1_000_000_000;
  }

  private static void takeUnsigned(long value, FieldParser column) {
    if (value >= 0) {
      column.takeLong(value);
    } else {
      column.takeDecimal(new BigDecimal(Long.toUnsignedString(value)));
    }
  }

  /** Nanoseconds of the day, then the Julian day, as Impala and old Sparks write a time. */
  private static void takeInt96(ByteBuffer bytes, FieldParser column) {
    long nanosOfDay = bytes.getLong();
    long day = bytes.getInt() - JULIAN_DAY_OF_1970;
    column.takeTime(
        day * SECONDS_PER_DAY + Math.floorDiv(nanosOfDay, 1_000_000_000L),
        (int) Math.floorMod(nanosOfDay, 1_000_000_000L),
        FieldParser.Clock.INSTANT);
  }
}
