package io.beamgrad.spec;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Finds keys of a spec by their dotted names. */
final class KeyTable {
  /** What has kinds below it, each with its own keys. */
  static final Set<String> WITH_KINDS = Set.of("model", "loss", "optimizer", "data.columns");

  private final Map<String, SpecKey> keys = new LinkedHashMap<>();

  KeyTable(List<SpecKey> keys) {
    keys.forEach(key -> this.keys.put(key.name(), key));
  }

  /** The key of that full dotted name. */
  Optional<SpecKey> find(String name) {
    return Optional.ofNullable(keys.get(name));
  }

  /** The names directly below a prefix, in the table's order; "" is the top. */
  Set<String> below(String prefix) {
    String start = prefix.isEmpty() ? "" : prefix + ".";
    Set<String> names = new LinkedHashSet<>();
    for (String name : keys.keySet()) {
      if (name.startsWith(start)) {
        names.add(name.substring(start.length()).replaceFirst("\\..*", ""));
      }
    }
    return names;
  }

  static String join(String prefix, String name) {
    return prefix.isEmpty() ? name : prefix + "." + name;
  }
}
