package io.beamgrad.data.encoding;

import io.beamgrad.schema.Column;
import java.util.List;

/**
 * How raw columns are encoded as model input and targets.
 *
 * @param encodings the encoding of each feature, a generated record of the schemas
 */
public record Encoding(List<Column> columns, List<Object> encodings, List<String> labels) {}
