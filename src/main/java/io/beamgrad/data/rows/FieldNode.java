package io.beamgrad.data.rows;

import java.util.HashMap;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A place in a nested record, and the columns that are named by it: the record itself, a key of it,
 * a key within an object, an element of a list.
 *
 * <p>A column's name is the keys on the way to its value with dots between them, and the indices of
 * elements, from 0, in brackets: {@code customer.age}, {@code tags[0]}, {@code items[0].sku}. A key
 * is taken as it is written, dots and brackets of its own included, so that nothing is escaped: the
 * name {@code a.b} is the key {@code a.b} of the record as well as the key {@code b} within {@code
 * a}. Where a record has both, the value with fewer keys on its way is taken.
 */
public final class FieldNode {
  private static final FieldParser[] NO_COLUMNS = {};

  private final String name;
  private final RowFault fault;
  private final Map<String, FieldNode> keys = new HashMap<>();
  private final Map<Integer, FieldNode> elements = new HashMap<>();
  private FieldParser[] columns = NO_COLUMNS;
  private int depth = 1; // at which the columns took the record's value

  private FieldNode(String name, RowFault fault) {
    this.name = name;
    this.fault = fault;
  }

  /** The record whose values are the columns of these names. */
  static FieldNode record(Map<String, FieldParser[]> columns, RowFault fault) {
    FieldNode record = new FieldNode("", fault);
    Map<String, FieldNode> nodes = new HashMap<>(); // by the start of a name
    columns.forEach(
        (name, parsers) -> {
          record.addKeys(name, 0, nodes);
          for (int at = nextStep(name, -1); at < name.length(); at = nextStep(name, at)) {
            FieldNode node = record.node(name, at, nodes);
            if (name.charAt(at) == '.') {
              node.addKeys(name, at + 1, nodes);
            } else {
              node.addElement(name, at, nodes);
            }
          }
          record.node(name, name.length(), nodes).columns = parsers;
        });
    return record;
  }

  /** Adds each key that may begin at a place in a name: up to any dot or bracket, or its end. */
  private void addKeys(String name, int from, Map<String, FieldNode> nodes) {
    int end = from - 1;
    do {
      end = nextStep(name, end);
      keys.put(name.substring(from, end), node(name, end, nodes));
    } while (end < name.length());
  }

  private void addElement(String name, int bracket, Map<String, FieldNode> nodes) {
    int close = name.indexOf(']', bracket);
    boolean isIndex =
        close > bracket + 1
            && close - bracket < 10
            && name.substring(bracket + 1, close).chars().allMatch(c -> c >= '0' && c <= '9')
            && nextStep(name, close) == close + 1;
    if (isIndex) {
      int index = Integer.parseInt(name.substring(bracket + 1, close));
      elements.put(index, node(name, close + 1, nodes));
    }
  }

  private FieldNode node(String name, int end, Map<String, FieldNode> nodes) {
    return nodes.computeIfAbsent(name.substring(0, end), start -> new FieldNode(start, fault));
  }

  /** The next dot or opening bracket of a name behind a place, or its end. */
  private static int nextStep(String name, int from) {
    int at = from + 1;
    while (at < name.length() && name.charAt(at) != '.' && name.charAt(at) != '[') {
      at++;
    }
    return Math.min(at, name.length());
  }

  /** The name of the columns. */
  public String name() {
    return name;
  }

  /** The columns that take this place's value; none where none is named by it. */
  public FieldParser[] columns() {
    return columns;
  }

  /** The value of a key; null where no column is named by it or by what is within. */
  public @Nullable FieldNode key(String key) {
    return keys.get(key);
  }

  /** The keys that columns are named by. */
  public Map<String, FieldNode> keys() {
    return keys;
  }

  /** The element of a list at an index; null where no column is named by it. */
  public @Nullable FieldNode element(int index) {
    return elements.isEmpty() ? null : elements.get(index);
  }

  /** The elements that columns are named by. */
  public Map<Integer, FieldNode> elements() {
    return elements;
  }

  /**
   * Whether the columns take a value that is found here: not where the record has one with fewer
   * keys on its way. Two with as many are a fault.
   *
   * @param keys the keys and indices on the way to the value
   */
  public boolean takes(int keys) {
    if (columns.length == 0) {
      return false;
    }
    if (columns[0].isTaken()) {
      if (keys == depth) {
        fault.set(name, null, "the key is there twice");
      }
      if (keys >= depth) {
        return false;
      }
    }
    depth = keys;
    return true;
  }
}
