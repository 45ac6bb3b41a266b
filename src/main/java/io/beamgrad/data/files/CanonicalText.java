package io.beamgrad.data.files;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.specific.SpecificData;

/**
 * Records as text to be hashed, of which no two different ones share one. Fields are taken by name
 * in alphabetical order, and one that is at its schema's default is left out: a field that is added
 * to a schema later, with a default that never changes, moves no hash of a record without it.
 */
public final class CanonicalText {
  private static final SpecificData DATA = SpecificData.get();

  private CanonicalText() {}

  /**
   * The text of a record.
   *
   * @param apart fields of the record itself that are left out
   * @throws IllegalArgumentException where there are values other than records, lists, texts,
   *     bytes, numbers, booleans and enums
   */
  public static String of(IndexedRecord record, Set<String> apart) {
    StringBuilder text = new StringBuilder();
    append(text, record, apart);
    return text.toString();
  }

  /** The text of records in a list. */
  public static String of(List<?> records) {
    StringBuilder text = new StringBuilder();
    append(text, records);
    return text.toString();
  }

  private static void append(StringBuilder text, IndexedRecord record, Set<String> apart) {
    text.append(record.getSchema().getName()).append('{');
    List<Schema.Field> fields =
        record.getSchema().getFields().stream()
            .filter(field -> !apart.contains(field.name()))
            .filter(field -> !isDefault(field, record.get(field.pos())))
            .sorted(Comparator.comparing(Schema.Field::name))
            .toList();
    for (Schema.Field field : fields) {
      text.append(field.name()).append('=');
      append(text, record.get(field.pos()));
      text.append(';');
    }
    text.append('}');
  }

  private static boolean isDefault(Schema.Field field, Object value) {
    if (!field.hasDefaultValue()) {
      return false;
    }
    Object usual = DATA.getDefaultValue(field);
    return usual == null ? value == null : usual.equals(value);
  }

  /** Numbers are written by their bits, texts with their length, bytes by theirs and SHA-256. */
  private static void append(StringBuilder text, Object value) {
    if (value instanceof IndexedRecord record) {
      append(text, record, Set.of());
    } else if (value instanceof List<?> list) {
      text.append(list.size()).append('[');
      for (Object item : list) {
        append(text, item);
        text.append(',');
      }
      text.append(']');
    } else if (value instanceof String string) {
      text.append(string.length()).append(':').append(string);
    } else if (value instanceof Double number) {
      text.append(Double.toHexString(number));
    } else if (value instanceof Float number) {
      text.append(Float.toHexString(number));
    } else if (value instanceof ByteBuffer bytes) {
      MessageDigest digest = Sha256.digest();
      digest.update(bytes.duplicate());
      text.append(bytes.remaining()).append(':').append(Sha256.hex(digest.digest()));
    } else if (value == null
        || value instanceof Integer
        || value instanceof Long
        || value instanceof Boolean
        || value instanceof Enum<?>) {
      text.append(value);
    } else {
      throw new IllegalArgumentException("no text to hash of a " + value.getClass());
    }
  }
}
