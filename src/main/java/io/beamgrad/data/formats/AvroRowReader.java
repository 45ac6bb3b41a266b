package io.beamgrad.data.formats;

import io.beamgrad.data.rows.FieldNode;
import io.beamgrad.data.rows.FieldParser;
import io.beamgrad.data.rows.LogicalValues;
import io.beamgrad.data.rows.RowBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.Decoder;
import org.apache.avro.util.Utf8;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Decodes Avro records straight into a row, without making objects of them. Each field of the
 * file's schema has a step, which gives the value, or those within it, to the columns that ask for
 * it, or skips it.
 */
final class AvroRowReader implements DatumReader<RowBuilder> {
  private static final FieldParser[] NO_COLUMNS = {};

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
    steps = schema.getType() == Schema.Type.RECORD ? fields(schema, row.record(), 1) : new Step[0];
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

  /**
   * The steps of a record's fields.
   *
   * @param depth how many keys and indices lead to them
   */
  private static Step[] fields(Schema schema, FieldNode record, int depth) {
    return schema.getFields().stream()
        .map(field -> step(field.schema(), record.key(field.name()), NO_COLUMNS, depth))
        .toArray(Step[]::new);
  }

  /**
   * The step of a value.
   *
   * @param place where it is; null where no column is named by it
   * @param listed the vectors that it is an element of
   */
  private static Step step(
      Schema schema, @Nullable FieldNode place, FieldParser[] listed, int depth) {
    if (place == null || place.columns().length == 0) {
      return step(schema, place, NO_COLUMNS, listed, depth);
    }
    Step taking = step(schema, place, place.columns(), listed, depth);
    if (depth == 1) {
      return taking; // nothing has fewer keys
    }
    Step leaving = step(schema, place, NO_COLUMNS, listed, depth);
    return in -> (place.takes(depth) ? taking : leaving).read(in);
  }

  private static Step step(
      Schema schema,
      @Nullable FieldNode place,
      FieldParser[] columns,
      FieldParser[] listed,
      int depth) {
    return switch (schema.getType()) {
      case UNION -> {
        Step[] branches =
            schema.getTypes().stream()
                .map(type -> step(type, place, columns, listed, depth))
                .toArray(Step[]::new);
        yield in -> branches[in.readIndex()].read(in);
      }
      case ARRAY -> {
        Step list =
            place == null ? skip(schema) : list(schema.getElementType(), place, columns, depth + 1);
        yield both(others(listed, "a list of lists"), list);
      }
      case MAP -> {
        Step map = place == null ? skip(schema) : map(schema.getValueType(), place, depth + 1);
        yield both(others(joined(listed, columns), "a map"), map);
      }
      case RECORD -> {
        boolean isUsed = place != null && !place.keys().isEmpty();
        Step[] fields = isUsed ? fields(schema, place, depth + 1) : new Step[] {skip(schema)};
        yield both(
            others(joined(listed, columns), "a record"),
            in -> {
              for (Step field : fields) {
                field.read(in);
              }
            });
      }
      default -> step(schema, joined(listed, columns));
    };
  }

  private static Step skip(Schema schema) {
    return in -> GenericDatumReader.skip(schema, in);
  }

  private static Step both(Step one, Step other) {
    return in -> {
      one.read(in);
      other.read(in);
    };
  }

  private static Step others(FieldParser[] to, String what) {
    return in -> {
      for (FieldParser column : to) {
        column.takeOther(what, null);
      }
    };
  }

  private static FieldParser[] joined(FieldParser[] some, FieldParser[] more) {
    return Stream.concat(Arrays.stream(some), Arrays.stream(more)).toArray(FieldParser[]::new);
  }

  private static Step map(Schema values, FieldNode map, int depth) {
    Map<String, Step> steps = new HashMap<>();
    map.keys().forEach((key, value) -> steps.put(key, step(values, value, NO_COLUMNS, depth)));
    Step skip = skip(values);
    return in -> {
      for (long n = in.readMapStart(); n != 0; n = in.mapNext()) {
        for (long i = 0; i < n; i++) {
          steps.getOrDefault(in.readString(), skip).read(in);
        }
      }
    };
  }

  /** The step of a value that has no others within. */
  private static Step step(Schema schema, FieldParser[] to) {
    if (to.length == 0) {
      return skip(schema);
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
      case UNION, ARRAY, MAP, RECORD -> throw new IllegalArgumentException(schema.toString());
    };
  }

  /** Reads a value and says how a column takes it. */
  @FunctionalInterface
  private interface Taking {
    Consumer<FieldParser> read(Decoder in) throws IOException;
  }

  private static Step each(FieldParser[] to, Taking taking) {
    return in -> {
      Consumer<FieldParser> take = taking.read(in);
      for (FieldParser column : to) {
        take.accept(column);
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

  private static Step list(Schema elements, FieldNode list, FieldParser[] to, int depth) {
    FieldParser[] vectors =
        Arrays.stream(to).filter(FieldParser::takesList).toArray(FieldParser[]::new);
    Step element = step(elements, null, vectors, depth);
    Map<Integer, Step> named = new HashMap<>();
    list.elements().forEach((i, place) -> named.put(i, step(elements, place, vectors, depth)));
    return in -> {
      for (FieldParser column : to) {
        if (column.takesList()) {
          column.beginList();
        } else {
          column.takeOther("a list", null);
        }
      }
      int index = 0;
      for (long n = in.readArrayStart(); n != 0; n = in.arrayNext()) {
        for (long i = 0; i < n; i++) {
          (named.isEmpty() ? element : named.getOrDefault(index++, element)).read(in);
        }
      }
      for (FieldParser column : vectors) {
        column.endList();
      }
    };
  }
}
