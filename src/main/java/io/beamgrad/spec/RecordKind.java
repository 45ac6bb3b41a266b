package io.beamgrad.spec;

import java.util.Map;
import org.apache.avro.specific.SpecificRecordBase;

/**
 * The record that a kind of layer, loss, optimiser, schedule or column is in a plan.
 *
 * @param fixed the fields that the kind itself decides, by name
 */
record RecordKind(Class<? extends SpecificRecordBase> type, Map<String, Object> fixed) {

  /** An empty record, but for what the kind decides. */
  SpecificRecordBase newRecord() {
    try {
      SpecificRecordBase record = type.getDeclaredConstructor().newInstance();
      fixed.forEach(record::put);
      return record;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot make a " + type.getSimpleName(), e);
    }
  }

  boolean isOf(Object record) {
    return type == record.getClass()
        && fixed.entrySet().stream()
            .allMatch(
                field ->
                    ((SpecificRecordBase) record).get(field.getKey()).equals(field.getValue()));
  }
}
