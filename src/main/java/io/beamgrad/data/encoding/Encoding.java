package io.beamgrad.data.encoding;

import io.beamgrad.schema.Column;
import io.beamgrad.schema.Cross;
import java.util.List;

/**
 * How raw columns are encoded as model input and targets.
 *
 * @param encodings the encoding of each feature, a generated record of the schemas
 * @param crosses input of several features together
 */
public record Encoding(
    List<Column> columns, List<Object> encodings, List<Cross> crosses, List<String> labels) {

  /** Without crosses. */
  public Encoding(List<Column> columns, List<Object> encodings, List<String> labels) {
    this(columns, encodings, List.of(), labels);
  }
}
