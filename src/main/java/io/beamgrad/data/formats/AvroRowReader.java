package io.beamgrad.data.formats;

import io.beamgrad.data.rows.FieldParser;
import io.beamgrad.data.rows.RowBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
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
      case STRING -> text(schema, to);
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

  private static Step text(Schema schema, FieldParser[] to) {
    Utf8 reused = new Utf8();
    boolean isUuid = AvroType.isUuid(schema);
    return in -> {
      Utf8 text = in.readString(reused);
      for (FieldParser column : to) {
        if (isUuid) {
          LogicalValues.takeUuidText(text.getBytes(), text.getByteLength(), column);
        } else {
          column.takeUtf8(text.getBytes(), 0, text.getByteLength());
        }
      }
    };
  }

  /** Reads an int or a long. */
  @FunctionalInterface
  private interface Whole {
    long read(Decoder in) throws IOException;
  }

  private static Step whole(Schema schema, FieldParser[] to, Whole reader) {
    AvroType.TakingLong taking = AvroType.ofLong(schema);
    return in -> {
      long value = reader.read(in);
      for (FieldParser column : to) {
        taking.take(value, column);
      }
    };
  }

  /** Reads some bytes. */
  @FunctionalInterface
  private interface Bytes {
    byte[] read(Decoder in) throws IOException;
  }

  private static Step bytes(Schema schema, FieldParser[] to, Bytes reader) {
    AvroType.TakingBytes taking = AvroType.ofBytes(schema);
    return in -> {
      byte[] value = reader.read(in);
      for (FieldParser column : to) {
        taking.take(value, column);
      }
    };
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
