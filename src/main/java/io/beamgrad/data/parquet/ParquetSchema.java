package io.beamgrad.data.parquet;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.format.ConvertedType;
import org.apache.parquet.format.LogicalType;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;

/** The schema of a Parquet file: the tree that its footer lists, and its columns. */
public final class ParquetSchema {
  private static final String LIST = "a list of what is not a value";
  private static final String MAP = "a map";
  private static final Set<PrimitiveTypeName> KEYS =
      Set.of(
          PrimitiveTypeName.BINARY,
          PrimitiveTypeName.INT32,
          PrimitiveTypeName.INT64,
          PrimitiveTypeName.BOOLEAN);

  private final List<SchemaElement> elements;
  private final List<ParquetLeaf> leaves = new ArrayList<>();
  private final List<Group> groups = new ArrayList<>();
  private final Map<String, String> refused = new LinkedHashMap<>();
  private int next;

  /**
   * A place that has others within, or is refused.
   *
   * @param what its values are: a map, a record
   * @param leaf the index of its first leaf; -1 where it is refused
   */
  public record Group(List<ParquetLeaf.Step> steps, String what, int leaf) {}

  /**
   * @param geometries the fields that are geometries, whatever the schema says
   * @throws IllegalArgumentException where the list is no tree
   */
  ParquetSchema(List<SchemaElement> elements, Set<String> geometries) {
    this.elements = elements;
    SchemaElement root = elements.get(next++);
    for (int i = 0; i < root.getNum_children(); i++) {
      int at = next;
      Type field = type();
      if (geometries.contains(field.getName())) {
        refuse(List.of(ParquetLeaf.Step.field(field.getName())), "a geometry");
      } else {
        add(at, field, Path.START.ofField(field));
      }
    }
    if (next != elements.size()) {
      throw new IllegalArgumentException("the schema is no tree");
    }
  }

  private Type type() {
    SchemaElement element = elements.get(next++);
    Repetition repetition = Repetition.valueOf(element.getRepetition_type().name());
    if (element.isSetType()) {
      PrimitiveTypeName name =
          switch (element.getType()) {
            case BYTE_ARRAY -> PrimitiveTypeName.BINARY;
            default -> PrimitiveTypeName.valueOf(element.getType().name());
          };
      return new PrimitiveType(repetition, name, element.getType_length(), element.getName());
    }
    List<Type> children = new ArrayList<>();
    for (int i = 0; i < element.getNum_children(); i++) {
      children.add(type());
    }
    return new GroupType(repetition, element.getName(), children);
  }

  /**
   * The way to a group or leaf.
   *
   * @param names of the groups in the schema
   * @param steps in a record
   * @param repetition the most that its repetition level can be
   * @param definition the most that its definition level can be
   */
  private record Path(
      List<String> names, List<ParquetLeaf.Step> steps, int repetition, int definition) {
    static final Path START = new Path(List.of(), List.of(), 0, 0);

    /** To a named field, and where it is repeated to its elements. */
    Path ofField(Type field) {
      Path to = with(field, ParquetLeaf.Step.field(field.getName()));
      return field.isRepetition(Repetition.REPEATED) ? to.stepping(to.element()) : to;
    }

    /** To a group that is no step of its own, as those within lists and maps. */
    Path within(Type field) {
      return new Path(
          added(names, field.getName()),
          steps,
          repetition + (field.isRepetition(Repetition.REPEATED) ? 1 : 0),
          definition + (field.isRepetition(Repetition.REQUIRED) ? 0 : 1));
    }

    private Path with(Type field, ParquetLeaf.Step step) {
      return within(field).stepping(step);
    }

    Path stepping(ParquetLeaf.Step step) {
      return new Path(names, added(steps, step), repetition, definition);
    }

    ParquetLeaf.Step element() {
      return ParquetLeaf.Step.element(repetition, definition);
    }

    private static <T> List<T> added(List<T> some, T more) {
      return Stream.concat(some.stream(), Stream.of(more)).toList();
    }
  }

  /** Adds the leaves of a field, whose element in the footer is at an index. */
  private void add(int at, Type field, Path path) {
    SchemaElement element = elements.get(at);
    if (field.isPrimitive()) {
      leaves.add(leaf(field, element, path));
      return;
    }
    GroupType group = field.asGroupType();
    String what = what(element);
    if (what.equals(ParquetType.NEWER) || group.getFieldCount() == 0) {
      refuse(path.steps(), what);
    } else if (what.equals(MAP) && isMap(group)) {
      addGroup(path, what);
      addMap(at + 1, group.getType(0).asGroupType(), path);
    } else if (what.equals(LIST) && isList(group)) {
      addList(at + 1, group, path);
    } else {
      addGroup(path, "a record");
      addFields(at, group, path);
    }
  }

  private void addFields(int at, GroupType group, Path path) {
    int child = at + 1;
    for (Type field : group.getFields()) {
      add(child, field, path.ofField(field));
      child += elementsOf(field);
    }
  }

  private static int elementsOf(Type field) {
    return field.isPrimitive()
        ? 1
        : 1 + field.asGroupType().getFields().stream().mapToInt(ParquetSchema::elementsOf).sum();
  }

  private static boolean isList(GroupType group) {
    return group.getFieldCount() == 1 && group.getType(0).isRepetition(Repetition.REPEATED);
  }

  /** Adds a list of three levels, or of two as old writers have it. */
  private void addList(int at, GroupType list, Path path) {
    Type repeated = list.getType(0);
    Path entries = path.within(repeated);
    Path items = entries.stepping(entries.element());
    if (repeated.isPrimitive()) {
      leaves.add(leaf(repeated, elements.get(at), items));
    } else if (isElement(repeated.asGroupType(), list)) {
      addGroup(path, LIST);
      addGroup(items, "a record");
      addFields(at, repeated.asGroupType(), items);
    } else {
      Type item = repeated.asGroupType().getType(0);
      if (!item.isPrimitive()) {
        addGroup(path, LIST);
      }
      add(at + 1, item, items.within(item));
    }
  }

  /**
   * Whether a repeated group is the element itself, and not a group around it. See
   * https://github.com/apache/parquet-format/blob/master/LogicalTypes.md#backward-compatibility-rules.
   */
  private static boolean isElement(GroupType repeated, GroupType list) {
    return repeated.getFieldCount() != 1
        || repeated.getType(0).isRepetition(Repetition.REPEATED)
        || repeated.getName().equals("array")
        || repeated.getName().equals(list.getName() + "_tuple");
  }

  private static boolean isMap(GroupType group) {
    return isList(group)
        && !group.getType(0).isPrimitive()
        && group.getType(0).asGroupType().getFieldCount() == 2
        && group.getType(0).asGroupType().getType(0).isPrimitive()
        && KEYS.contains(
            group.getType(0).asGroupType().getType(0).asPrimitiveType().getPrimitiveTypeName());
  }

  private void addMap(int at, GroupType repeated, Path path) {
    Path entries = path.within(repeated);
    Type key = repeated.getType(0);
    Type value = repeated.getType(1);
    ParquetLeaf keys = leaf(key, elements.get(at + 1), entries.within(key));
    ParquetLeaf.Step step =
        ParquetLeaf.Step.value(entries.repetition(), entries.definition(), keys);
    add(at + 2, value, entries.stepping(step).within(value));
  }

  private void addGroup(Path path, String what) {
    groups.add(new Group(path.steps(), what, leaves.size()));
  }

  private void refuse(List<ParquetLeaf.Step> steps, String what) {
    groups.add(new Group(steps, what, -1));
    refused.put(name(steps), what);
  }

  /** The name of a place; elements and values of maps have stars. */
  public static String name(List<ParquetLeaf.Step> steps) {
    StringBuilder name = new StringBuilder();
    for (ParquetLeaf.Step step : steps) {
      String next = step.field() != null ? step.field() : "*";
      name.append(step.isElement() ? "[" + next + "]" : name.isEmpty() ? next : "." + next);
    }
    return name.toString();
  }

  /** What the values of a group are that is neither a value nor a list of values. */
  private static String what(SchemaElement group) {
    LogicalType logical = group.getLogicalType();
    if (logical != null && logical.getSetField() == null) {
      return ParquetType.NEWER;
    }
    ConvertedType converted = group.getConverted_type();
    if (converted == ConvertedType.LIST || (logical != null && logical.isSetLIST())) {
      return LIST;
    }
    boolean isMap =
        converted == ConvertedType.MAP
            || converted == ConvertedType.MAP_KEY_VALUE
            || (logical != null && logical.isSetMAP());
    return isMap ? MAP : "a record";
  }

  private static ParquetLeaf leaf(Type field, SchemaElement element, Path path) {
    ColumnDescriptor descriptor =
        new ColumnDescriptor(
            path.names().toArray(String[]::new),
            field.asPrimitiveType(),
            path.repetition(),
            path.definition());
    boolean isOptional = field.isRepetition(Repetition.OPTIONAL);
    return new ParquetLeaf(
        descriptor,
        ParquetType.of(element),
        path.steps(),
        path.definition() - (isOptional ? 1 : 0));
  }

  /** The columns, in the file's order, but keys of maps. */
  public List<ParquetLeaf> leaves() {
    return leaves;
  }

  /** The places whose first leaf is this; of -1 those that are refused. */
  public List<Group> groups(int leaf) {
    return groups.stream().filter(group -> group.leaf() == leaf).toList();
  }

  /** The ways to all places that a column may be named by, though perhaps refused. */
  public Stream<List<ParquetLeaf.Step>> ways() {
    return Stream.of(
            groups.stream().map(Group::steps),
            leaves.stream().map(ParquetLeaf::steps),
            leaves.stream().filter(ParquetLeaf::isOfLists).map(ParquetLeaf::stepsToList))
        .flatMap(ways -> ways);
  }

  /** The names of the fields that cannot be read, each with what its values are. */
  public Map<String, String> refused() {
    return refused;
  }
}
