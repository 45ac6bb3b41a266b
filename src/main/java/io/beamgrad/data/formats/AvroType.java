package io.beamgrad.data.formats;

import io.beamgrad.data.rows.FieldParser;
import io.beamgrad.data.rows.LogicalValues;
import io.beamgrad.schema.ValueKind;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * What the values of an Avro type mean, by its logical type and its own. A logical type that is not
 * known, or that the type cannot have, says nothing, as the specification has it; see
 * https://avro.apache.org/docs/1.12.0/specification/#logical-types.
 */
final class AvroType {
  private static final String DECIMAL = "decimal";
  private static final String BIG_DECIMAL = "big-decimal";
  private static final String UUID = "uuid";
  private static final String DURATION = "duration";

  private AvroType() {}

  /** Gives a column an int or a long. */
  @FunctionalInterface
  interface TakingLong {
    void take(long value, FieldParser column);
  }

  /** Gives a column some bytes. */
  @FunctionalInterface
  interface TakingBytes {
    void take(byte[] value, FieldParser column);
  }

  /** The name of the logical type; empty where there is none. */
  private static String logical(Schema type) {
    String name = type.getProp("logicalType");
    return name == null ? "" : name;
  }

  /** What values are; null where they are of several kinds, or cannot be a column's. */
  static @Nullable ValueKind kind(Schema type) {
    return switch (type.getType()) {
      case BOOLEAN -> ValueKind.BOOLEAN;
      case INT, LONG ->
          perSecond(logical(type)) > 0 || logical(type).equals("date")
              ? ValueKind.DATE
              : ValueKind.NUMBER;
      case FLOAT, DOUBLE -> ValueKind.NUMBER;
      case BYTES, FIXED ->
          refusal(type) != null ? null : isDecimal(type) ? ValueKind.NUMBER : ValueKind.TEXT;
      case STRING, ENUM -> ValueKind.TEXT;
      case UNION -> {
        Set<ValueKind> kinds =
            notNull(type).stream().map(AvroType::kind).collect(Collectors.toSet());
        yield kinds.size() == 1 ? kinds.iterator().next() : null;
      }
      default -> null;
    };
  }

  /** What values are that no column can have; null where one can. */
  static @Nullable String refusal(Schema type) {
    return switch (type.getType()) {
      case ARRAY -> "a list";
      case MAP -> "a map";
      case RECORD -> "a record";
      case FIXED -> logical(type).equals(DURATION) ? "a duration" : null;
      case UNION -> {
        List<String> refusals = notNull(type).stream().map(AvroType::refusal).toList();
        yield refusals.isEmpty() || refusals.contains(null) ? null : refusals.get(0);
      }
      default -> null;
    };
  }

  private static List<Schema> notNull(Schema union) {
    return union.getTypes().stream().filter(type -> type.getType() != Schema.Type.NULL).toList();
  }

  private static boolean isDecimal(Schema type) {
    return logical(type).equals(DECIMAL) || logical(type).equals(BIG_DECIMAL);
  }

  /** How many units of a time a second has; 0 where the logical type is no time. */
  private static long perSecond(String logical) {
    return switch (logical) {
      case "timestamp-millis", "local-timestamp-millis", "time-millis" -> 1000;
      case "timestamp-micros", "local-timestamp-micros", "time-micros" -> 1_000_000;
      case "timestamp-nanos", "local-timestamp-nanos", "time-nanos" -> 1_000_000_000;
      default -> 0;
    };
  }

  /** How an int or a long of a type is taken. */
  static TakingLong ofLong(Schema type) {
    String logical = logical(type);
    long perSecond = perSecond(logical);
    if (logical.equals("date")) {
      return LogicalValues::takeDate;
    }
    if (perSecond == 0) {
      return (value, column) -> column.takeLong(value);
    }
    if (logical.startsWith("time-")) {
      return (value, column) -> LogicalValues.takeTimeOfDay(value, perSecond, column);
    }
    FieldParser.Clock clock =
        logical.startsWith("local-") ? FieldParser.Clock.LOCAL : FieldParser.Clock.INSTANT;
    return (value, column) -> LogicalValues.takeTime(value, perSecond, clock, column);
  }

  /** How bytes or the fixed of a type are taken. */
  static TakingBytes ofBytes(Schema type) {
    String refusal = refusal(type);
    if (refusal != null) {
      return (value, column) -> column.takeOther(refusal, null);
    }
    return switch (logical(type)) {
      case DECIMAL -> {
        int scale = type.getObjectProp("scale") instanceof Number number ? number.intValue() : 0;
        yield (value, column) -> LogicalValues.takeDecimal(value, scale, column);
      }
      case BIG_DECIMAL -> AvroType::takeBigDecimal;
      case UUID ->
          type.getType() == Schema.Type.FIXED && type.getFixedSize() == LogicalValues.UUID_BYTES
              ? LogicalValues::takeUuid
              : AvroType::takeText;
      default -> AvroType::takeText;
    };
  }

  private static void takeText(byte[] utf8, FieldParser column) {
    column.takeUtf8(utf8, 0, utf8.length);
  }

  /** Takes bytes that hold, as Avro writes them, the digits' bytes and then the scale. */
  private static void takeBigDecimal(byte[] value, FieldParser column) {
    try {
      BinaryDecoder in = DecoderFactory.get().binaryDecoder(value, null);
      ByteBuffer digits = in.readBytes(null);
      byte[] unscaled = new byte[digits.remaining()];
      digits.get(unscaled);
      column.takeDecimal(new BigDecimal(new BigInteger(unscaled), in.readInt()));
    } catch (IOException | RuntimeException e) {
      column.takeOther("a big-decimal that is broken", null);
    }
  }

  /** Whether a string of a type is a UUID. */
  static boolean isUuid(Schema type) {
    return logical(type).equals(UUID);
  }
}
