package io.beamgrad.data.formats;

import io.beamgrad.data.rows.FieldParser;
import io.beamgrad.data.rows.RowBuilder;
import io.beamgrad.schema.ValueKind;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.Decoder;
import org.apache.avro.util.Utf8;

/**
 * Decodes Avro records straight into a row, without making objects of them. Each field of the
 * file's schema has a step, which gives the value to the columns that ask for it, or skips it.
 */
final class AvroRowReader implements DatumReader<RowBuilder> {
  private static final long SECONDS_PER_DAY = 86_400;

  private final RowBuilder row;
  private Step[] steps;

  /** Reads one value. */
  @FunctionalInterface
  private interface Step {
    void read(Decoder in) throws IOException;
  }

  AvroRowReader(RowBuilder row) {
    this.row = row;
  }

  @Override
  public void setSchema(Schema schema) {
    List<Schema.Field> fields =
        schema.getType() == Schema.Type.RECORD ? schema.getFields() : List.of();
    steps =
        fields.stream()
            .map(field -> step(field.schema(), row.columnsOf(field.name()), false))
            .toArray(Step[]::new);
  }

  @Override
  public RowBuilder read(RowBuilder reuse, Decoder in) throws IOException {
    row.begin();
    for (Step step : steps) {
      step.read(in);
    }
    row.end();
    return row;
  }

  /** The type beside null in a union of the two, or the type itself. */
  static Schema withoutNull(Schema schema) {
    if (schema.getType() == Schema.Type.UNION && schema.getTypes().size() == 2) {
      List<Schema> types = schema.getTypes();
      int nullAt = types.get(0).getType() == Schema.Type.NULL ? 0 : 1;
      return types.get(nullAt).getType() == Schema.Type.NULL ? types.get(1 - nullAt) : schema;
    }
    return schema;
  }

  /** What values of a type are; null where they cannot be a column's. */
  static ValueKind kind(Schema schema) {
    Schema type = withoutNull(schema);
    boolean isDecimal = type.getLogicalType() instanceof LogicalTypes.Decimal;
    return switch (type.getType()) {
      case BOOLEAN -> ValueKind.BOOLEAN;
      case INT, LONG -> isTime(type) ? ValueKind.DATE : ValueKind.NUMBER;
      case FLOAT, DOUBLE -> ValueKind.NUMBER;
      case BYTES, FIXED -> isDecimal ? ValueKind.NUMBER : ValueKind.TEXT;
      case STRING, ENUM -> ValueKind.TEXT;
      default -> null;
    };
  }

  private static boolean isTime(Schema type) {
    return logicalName(type).equals("date") || logicalName(type).contains("timestamp-");
  }

  private static String logicalName(Schema type) {
    return type.getLogicalType() == null
        ? String.valueOf(type.getProp("logicalType"))
        : type.getLogicalType().getName();
  }

  private static Step step(Schema schema, FieldParser[] to, boolean inList) {
    if (to.length == 0) {
      return in -> GenericDatumReader.skip(schema, in);
    }
    if (to.length == 1 && schema.getType() == Schema.Type.DOUBLE) { // the common case, in short
      FieldParser only = to[0];
      return in -> only.takeDouble(in.readDouble());
    }
    return switch (schema.getType()) {
      case NULL -> each(to, in -> FieldParser::takeMissing);
      case BOOLEAN ->
          in -> {
            boolean value = in.readBoolean();
            for (FieldParser column : to) {
              column.takeBoolean(value);
            }
          };
      case INT -> whole(schema, to, Decoder::readInt);
      case LONG -> whole(schema, to, Decoder::readLong);
      case FLOAT ->
          each(
              to,
              in -> {
                float value = in.readFloat();
                return column -> column.takeFloat(value);
              });
      case DOUBLE ->
          each(
              to,
              in -> {
                double value = in.readDouble();
                return column -> column.takeDouble(value);
              });
      case STRING -> text(to);
      case BYTES -> {
        ByteBuffer[] buffer = new ByteBuffer[1];
        yield bytes(
            schema,
            to,
            in -> {
              buffer[0] = in.readBytes(buffer[0]);
              return Arrays.copyOfRange(buffer[0].array(), buffer[0].position(), buffer[0].limit());
            });
      }
      case FIXED ->
          bytes(
              schema,
              to,
              in -> {
                byte[] value = new byte[schema.getFixedSize()];
                in.readFixed(value);
                return value;
              });
      case ENUM ->
          each(
              to,
              in -> {
                String symbol = schema.getEnumSymbols().get(in.readEnum());
                return column -> column.takeText(symbol, true);
              });
      case UNION -> {
        Step[] branches =
            schema.getTypes().stream().map(t -> step(t, to, inList)).toArray(Step[]::new);
        yield in -> branches[in.readIndex()].read(in);
      }
      case ARRAY -> inList ? other(schema, to, "a list of lists") : list(schema, to);
      case MAP -> other(schema, to, "a map");
      case RECORD -> other(schema, to, "a record");
    };
  }

  /** Reads a value and says how a column takes it. */
  @FunctionalInterface
  private interface Taking {
    java.util.function.Consumer<FieldParser> read(Decoder in) throws IOException;
  }

  private static Step each(FieldParser[] to, Taking taking) {
    return in -> {
      java.util.function.Consumer<FieldParser> take = taking.read(in);
      for (FieldParser column : to) {
        take.accept(column);
      }
    };
  }

  private static Step other(Schema schema, FieldParser[] to, String what) {
    return in -> {
      GenericDatumReader.skip(schema, in);
      for (FieldParser column : to) {
        column.takeOther(what, null);
      }
    };
  }

  private static Step text(FieldParser[] to) {
    Utf8 reused = new Utf8();
    return in -> {
      Utf8 text = in.readString(reused);
      for (FieldParser column : to) {
        column.takeUtf8(text.getBytes(), 0, text.getByteLength());
      }
    };
  }

  /** Reads an int or a long. */
  @FunctionalInterface
  private interface Whole {
    long read(Decoder in) throws IOException;
  }

  private static Step whole(Schema schema, FieldParser[] to, Whole reader) {
    String logical = logicalName(schema);
    FieldParser.Clock clock =
        logical.startsWith("local-") ? FieldParser.Clock.LOCAL : FieldParser.Clock.INSTANT;
    return switch (logical) {
      case "date" -> times(to, reader, 1, SECONDS_PER_DAY, FieldParser.Clock.DATE);
      case "timestamp-millis", "local-timestamp-millis" -> times(to, reader, 1000, 1, clock);
      case "timestamp-micros", "local-timestamp-micros" -> times(to, reader, 1_000_000, 1, clock);
      case "timestamp-nanos", "local-timestamp-nanos" -> times(to, reader, 1_000_000_000, 1, clock);
      default ->
          in -> {
            long value = reader.read(in);
            for (FieldParser column : to) {
              column.takeLong(value);
            }
          };
    };
  }

  /**
   * @param perUnit how many of the values make one unit
   * @param unitSeconds how many seconds a unit has
   */
  private static Step times(
      FieldParser[] to, Whole reader, long perUnit, long unitSeconds, FieldParser.Clock clock) {
    return in -> {
      long value = reader.read(in);
      long seconds = Math.floorDiv(value, perUnit) * unitSeconds;
      int nanos = (int) (Math.floorMod(value, perUnit) * (1_000_000_000 / perUnit));
      for (FieldParser column : to) {
        column.takeTime(seconds, nanos, clock);
      }
    };
  }

  /** Reads some bytes. */
  @FunctionalInterface
  private interface Bytes {
    byte[] read(Decoder in) throws IOException;
  }

  private static Step bytes(Schema schema, FieldParser[] to, Bytes reader) {
    if (schema.getLogicalType() instanceof LogicalTypes.Decimal decimal) {
      return each(
          to,
          in -> {
            BigDecimal value = new BigDecimal(new BigInteger(reader.read(in)), decimal.getScale());
            return column -> column.takeDecimal(value);
          });
    }
    return each(
        to,
        in -> {
          byte[] value = reader.read(in);
          return column -> column.takeUtf8(value, 0, value.length);
        });
  }

  private static Step list(Schema schema, FieldParser[] to) {
    FieldParser[] vectors =
        Arrays.stream(to).filter(FieldParser::takesList).toArray(FieldParser[]::new);
    Step element = step(schema.getElementType(), vectors, true);
    return in -> {
      for (FieldParser column : to) {
        if (column.takesList()) {
          column.beginList();
        } else {
          column.takeOther("a list", null);
        }
      }
      for (long n = in.readArrayStart(); n != 0; n = in.arrayNext()) {
        for (long i = 0; i < n; i++) {
          element.read(in);
        }
      }
      for (FieldParser column : vectors) {
        column.endList();
      }
    };
  }
}
