package io.beamgrad.data.rows;

import java.util.List;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Finds values within maps and lists by the names that {@link FieldNode} describes. */
public final class NestedValues {
  private NestedValues() {}

  /**
   * The value of a name in a record; null where it has none.
   *
   * @param record by key its values, which may be maps and lists themselves
   */
  public static @Nullable Object of(Map<String, ?> record, String name) {
    Object value = record.get(name);
    if (value != null) {
      return value;
    }
    boolean isPath = name.indexOf('.') >= 0 || name.indexOf('[') >= 0;
    return !isPath || record.containsKey(name) ? null : ofKey(record, name);
  }

  /** The value of a name that begins with a key, of the longest such key. */
  private static @Nullable Object ofKey(Map<?, ?> map, String name) {
    for (int end = name.length(); end >= 0; end--) {
      boolean isEnd = end == name.length() || name.charAt(end) == '.' || name.charAt(end) == '[';
      if (isEnd && map.containsKey(name.substring(0, end))) {
        Object found = within(map.get(name.substring(0, end)), name.substring(end));
        if (found != null) {
          return found;
        }
      }
    }
    return null;
  }

  /** The value of what is left of a name: nothing, a dot and a key, or an index in brackets. */
  private static @Nullable Object within(@Nullable Object value, String rest) {
    if (rest.isEmpty()) {
      return value;
    }
    if (rest.charAt(0) == '.') {
      return value instanceof Map<?, ?> map ? ofKey(map, rest.substring(1)) : null;
    }
    int close = rest.indexOf(']');
    if (!(value instanceof List<?> list) || !rest.matches("(?s)\\[[0-9]{1,8}].*")) {
      return null;
    }
    int index = Integer.parseInt(rest.substring(1, close));
    return index < list.size() ? within(list.get(index), rest.substring(close + 1)) : null;
  }
}
