package io.beamgrad.data.databases;

import io.beamgrad.failure.WrongInputException;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.apache.avro.Conversions;
import org.apache.avro.io.Encoder;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A column of a query's result, and how its values are written.
 *
 * @param index of the column, from 1
 * @param scale digits behind the point of DECIMAL; otherwise 0
 * @param type the Avro type beside null, as JSON
 */
record DatabaseColumn(String name, int index, Kind kind, int scale, String type) {

  /** What values are. */
  enum Kind {
    BOOLEAN,
    LONG,
    FLOAT,
    DOUBLE,
    DECIMAL,
    BIG_DECIMAL,
    TEXT,
    DATE,
    TIME,
    LOCAL_TIMESTAMP,
    TIMESTAMP,
    LONGS,
    FLOATS,
    DOUBLES
  }

  /**
   * @throws WrongInputException where the type is none that a column can have
   */
  static DatabaseColumn of(ResultSetMetaData columns, int index) throws SQLException {
    String name = columns.getColumnLabel(index);
    String typeName = columns.getColumnTypeName(index).toLowerCase(Locale.ROOT);
    Kind kind = kind(columns.getColumnType(index), columns.getPrecision(index), typeName);
    if (kind == null) {
      throw new WrongInputException(
          "data.jdbc.query: column %s is of the type %s, which is not read; leave it out, or cast it"
              .formatted(name, typeName));
    }
    int precision = columns.getPrecision(index);
    int scale = columns.getScale(index);
    boolean isPlain = scale >= 0 && scale <= precision;
    return kind == Kind.DECIMAL && !isPlain
        ? new DatabaseColumn(name, index, Kind.BIG_DECIMAL, 0, type(Kind.BIG_DECIMAL, 0, 0))
        : new DatabaseColumn(name, index, kind, scale, type(kind, precision, scale));
  }

  private static @Nullable Kind kind(int type, int precision, String name) {
    return switch (type) {
      case Types.BIT, Types.BOOLEAN -> name.startsWith("bool") ? Kind.BOOLEAN : null;
      case Types.TINYINT, Types.SMALLINT, Types.INTEGER, Types.BIGINT -> Kind.LONG;
      case Types.REAL -> Kind.FLOAT;
      case Types.FLOAT, Types.DOUBLE -> name.equals("money") ? null : Kind.DOUBLE;
      case Types.NUMERIC, Types.DECIMAL -> precision > 0 ? Kind.DECIMAL : Kind.BIG_DECIMAL;
      case Types.CHAR,
          Types.VARCHAR,
          Types.LONGVARCHAR,
          Types.NCHAR,
          Types.NVARCHAR,
          Types.LONGNVARCHAR,
          Types.CLOB,
          Types.NCLOB ->
          Kind.TEXT;
      case Types.DATE -> Kind.DATE;
      case Types.TIME -> name.equals("timetz") ? null : Kind.TIME;
      case Types.TIMESTAMP -> name.equals("timestamptz") ? Kind.TIMESTAMP : Kind.LOCAL_TIMESTAMP;
      case Types.TIMESTAMP_WITH_TIMEZONE -> Kind.TIMESTAMP;
      case Types.ARRAY -> ofArray(name);
      default -> name.equals("uuid") ? Kind.TEXT : null;
    };
  }

  private static @Nullable Kind ofArray(String name) {
    return switch (name.replaceFirst("^_| array.*", "")) {
      case "int2", "int4", "int8", "smallint", "integer", "bigint" -> Kind.LONGS;
      case "float4", "real" -> Kind.FLOATS;
      case "float8", "double precision" -> Kind.DOUBLES;
      default -> null;
    };
  }

  private static String type(Kind kind, int precision, int scale) {
    return switch (kind) {
      case BOOLEAN -> "\"boolean\"";
      case LONG -> "\"long\"";
      case FLOAT -> "\"float\"";
      case DOUBLE -> "\"double\"";
      case TEXT -> "\"string\"";
      case DECIMAL ->
          "{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":%s,\"scale\":%s}"
              .formatted(precision, scale);
      case BIG_DECIMAL -> "{\"type\":\"bytes\",\"logicalType\":\"big-decimal\"}";
      case DATE -> "{\"type\":\"int\",\"logicalType\":\"date\"}";
      case TIME -> "{\"type\":\"long\",\"logicalType\":\"time-micros\"}";
      case LOCAL_TIMESTAMP -> "{\"type\":\"long\",\"logicalType\":\"local-timestamp-micros\"}";
      case TIMESTAMP -> "{\"type\":\"long\",\"logicalType\":\"timestamp-micros\"}";
      case LONGS -> "{\"type\":\"array\",\"items\":[\"null\",\"long\"]}";
      case FLOATS -> "{\"type\":\"array\",\"items\":[\"null\",\"float\"]}";
      case DOUBLES -> "{\"type\":\"array\",\"items\":[\"null\",\"double\"]}";
    };
  }

  /**
   * The value of the row that a result is at: a Boolean, Long, Float, Double, BigDecimal, String,
   * or an array of such; days or microseconds as a Long; null where there is none.
   *
   * @throws WrongInputException where it cannot be read
   */
  @Nullable Object value(ResultSet row) throws SQLException {
    try {
      Object value =
          switch (kind) {
            case BOOLEAN -> row.getBoolean(index);
            case LONG -> row.getLong(index);
            case FLOAT -> row.getFloat(index);
            case DOUBLE -> row.getDouble(index);
            case DECIMAL, BIG_DECIMAL -> row.getBigDecimal(index);
            case TEXT -> row.getString(index);
            case DATE -> days(row.getObject(index, LocalDate.class));
            case TIME -> micros(row.getObject(index, LocalTime.class));
            case LOCAL_TIMESTAMP -> micros(row.getObject(index, LocalDateTime.class));
            case TIMESTAMP -> micros(row.getObject(index, OffsetDateTime.class));
            case LONGS, FLOATS, DOUBLES -> elements(row.getArray(index));
          };
      return row.wasNull() ? null : value;
    } catch (ArithmeticException | ClassCastException e) {
      throw new WrongInputException(
          "data.jdbc.query: column %s has a value that is out of range or a list of lists"
              .formatted(name),
          e);
    }
  }

  private static @Nullable Long days(@Nullable LocalDate date) {
    return date == null ? null : (long) Math.toIntExact(date.toEpochDay());
  }

  private static @Nullable Long micros(@Nullable LocalTime time) {
    return time == null ? null : time.toNanoOfDay() / 1000;
  }

  private static @Nullable Long micros(@Nullable LocalDateTime time) {
    return time == null ? null : micros(time.atOffset(ZoneOffset.UTC));
  }

  private static @Nullable Long micros(@Nullable OffsetDateTime time) {
    return time == null ? null : ChronoUnit.MICROS.between(Instant.EPOCH, time.toInstant());
  }

  private static Object @Nullable [] elements(@Nullable Array array) throws SQLException {
    return array == null ? null : (Object[]) array.getArray();
  }

  /** Writes a value that {@link #value} gave. */
  void write(@Nullable Object value, Encoder out) throws IOException {
    out.writeIndex(value == null ? 0 : 1);
    if (value == null) {
      out.writeNull();
      return;
    }
    switch (kind) {
      case BOOLEAN -> out.writeBoolean((Boolean) value);
      case LONG, TIME, LOCAL_TIMESTAMP, TIMESTAMP -> out.writeLong((Long) value);
      case DATE -> out.writeInt(Math.toIntExact((Long) value));
      case FLOAT -> out.writeFloat((Float) value);
      case DOUBLE -> out.writeDouble((Double) value);
      case TEXT -> out.writeString((String) value);
      case DECIMAL -> out.writeBytes(unscaled((BigDecimal) value));
      case BIG_DECIMAL ->
          out.writeBytes(
              new Conversions.BigDecimalConversion().toBytes((BigDecimal) value, null, null));
      case LONGS, FLOATS, DOUBLES -> writeAll((Object[]) value, out);
    }
  }

  private ByteBuffer unscaled(BigDecimal value) {
    return ByteBuffer.wrap(
        value.setScale(scale, RoundingMode.UNNECESSARY).unscaledValue().toByteArray());
  }

  private void writeAll(Object[] values, Encoder out) throws IOException {
    out.writeArrayStart();
    out.setItemCount(values.length);
    for (Object value : values) {
      out.startItem();
      out.writeIndex(value == null ? 0 : 1);
      if (value == null) {
        out.writeNull();
      } else if (kind == Kind.LONGS) {
        out.writeLong(((Number) value).longValue());
      } else if (kind == Kind.FLOATS) {
        out.writeFloat(((Number) value).floatValue());
      } else {
        out.writeDouble(((Number) value).doubleValue());
      }
    }
    out.writeArrayEnd();
  }
}
