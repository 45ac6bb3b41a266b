package io.beamgrad.data.encoding;

import io.beamgrad.schema.Column;
import java.util.List;

/**
 * What makes numbers of the raw columns.
 *
 * @param encodings one for each feature, records of the schemas
 */
public record Encoding(List<Column> columns, List<Object> encodings, List<String> labels) {}
