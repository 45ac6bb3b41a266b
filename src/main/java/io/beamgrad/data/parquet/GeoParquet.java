package io.beamgrad.data.parquet;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.KeyValue;

/**
 * Geometries that are plain bytes in a Parquet file's schema: the file's metadata name them. See
 * https://geoparquet.org/releases/v1.1.0/.
 */
final class GeoParquet {
  private static final String KEY = "geo";
  private static final ObjectMapper JSON = new ObjectMapper();

  private GeoParquet() {}

  /** The names of the geometries of a file. */
  static Set<String> columns(FileMetaData footer) {
    Set<String> names = new HashSet<>();
    List<KeyValue> metadata =
        footer.isSetKey_value_metadata() ? footer.getKey_value_metadata() : List.of();
    for (KeyValue entry : metadata) {
      if (entry.getKey().equals(KEY) && entry.isSetValue()) {
        try {
          JSON.readTree(entry.getValue()).path("columns").fieldNames().forEachRemaining(names::add);
        } catch (JsonProcessingException e) {
          // Metadata of this name that another program made for itself.
        }
      }
    }
    return names;
  }
}
