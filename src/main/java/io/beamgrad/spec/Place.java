package io.beamgrad.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecordBase;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Where the value of a key goes in the record around it. */
interface Place {

  void put(SpecificRecordBase record, JsonNode value);

  /** The field of a name, whose type converts the value. */
  record Field(String name) implements Place {
    @Override
    public void put(SpecificRecordBase record, JsonNode value) {
      record.put(name, SpecRecords.toField(record.getSchema().getField(name).schema(), value));
    }

    /** The value, where an empty list is null. */
    JsonNode get(SpecificRecordBase record) {
      JsonNode value = SpecRecords.ofField(record.get(name));
      return value.isArray() && value.isEmpty() ? NullNode.instance : value;
    }
  }

  static Place field(String name) {
    return new Field(name);
  }

  /** Not into the record: who reads the kind takes it from the tree. */
  static Place nowhere() {
    return (record, value) -> {};
  }

  /** The two entries of a list go to two fields. */
  static Place pair(String first, String second) {
    return (record, value) -> {
      new Field(first).put(record, value.path(0));
      new Field(second).put(record, value.path(1));
    };
  }

  /**
   * A word of an enum goes to one field; any other value goes to a second field, and the first gets
   * a constant that says so. Null leaves the first field empty.
   *
   * @param unused what the second field has where the first says it all
   */
  static Place wordOr(String field, String constant, String other, @Nullable Object unused) {
    return (record, value) -> {
      Class<?> type = SpecificData.get().getClass(record.getSchema().getField(field).schema());
      boolean isWord =
          value.isTextual()
              && !value.textValue().equals(constant)
              && EnumWord.find(type, value.textValue()).isPresent();
      record.put(other, unused);
      if (!isWord && !value.isNull()) {
        new Field(other).put(record, value);
      }
      if (!value.isNull()) {
        String word = isWord ? value.textValue() : constant;
        record.put(field, EnumWord.find(type, word).orElseThrow());
      }
    };
  }
}
