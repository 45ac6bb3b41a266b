package io.beamgrad.data.formats;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.format.ConvertedType;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.LogicalType;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;

/** The schema of a Parquet file: the tree that its footer lists, and its fields. */
final class ParquetSchema {
  private final List<SchemaElement> elements;
  private final MessageType message;
  private final List<ParquetLeaf> leaves = new ArrayList<>();
  private final Map<String, String> others = new LinkedHashMap<>();
  private int next;

  /**
   * @param geometries the fields that are geometries, whatever the schema says
   * @throws IllegalArgumentException where the list is no tree
   */
  ParquetSchema(List<SchemaElement> elements, Set<String> geometries) {
    this.elements = elements;
    SchemaElement root = elements.get(next++);
    List<Type> fields = new ArrayList<>();
    for (int i = 0; i < root.getNum_children(); i++) {
      int at = next;
      Type field = type();
      fields.add(field);
      if (geometries.contains(field.getName())) {
        others.put(field.getName(), "a geometry");
      } else {
        addLeaf(at, field);
      }
    }
    if (next != elements.size()) {
      throw new IllegalArgumentException("the schema is no tree");
    }
    message = new MessageType(root.getName(), fields);
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

  /** A value, a list of values as the format's rules have it, or something else. */
  private void addLeaf(int at, Type field) {
    SchemaElement element = elements.get(at);
    int level = level(element);
    if (field.isPrimitive()) {
      boolean isList = field.isRepetition(Repetition.REPEATED);
      leaves.add(leaf(List.of(field), element, isList ? 1 : 0, isList ? 0 : -1, level));
      return;
    }
    GroupType group = field.asGroupType();
    boolean isList =
        element.getConverted_type() == ConvertedType.LIST
            || (element.isSetLogicalType() && element.getLogicalType().isSetLIST());
    Type repeated = group.getFieldCount() == 1 ? group.getType(0) : null;
    if (!isList || repeated == null || !repeated.isRepetition(Repetition.REPEATED)) {
      others.put(field.getName(), what(element));
    } else if (repeated.isPrimitive()) {
      leaves.add(leaf(List.of(field, repeated), elements.get(at + 1), 1, level, level + 1));
    } else if (repeated.asGroupType().getFieldCount() == 1
        && repeated.asGroupType().getType(0).isPrimitive()) {
      Type item = repeated.asGroupType().getType(0);
      SchemaElement last = elements.get(at + 2);
      leaves.add(leaf(List.of(field, repeated, item), last, 1, level, level + 1 + level(last)));
    } else {
      others.put(field.getName(), what(element));
    }
  }

  /** What the values of a group are that is neither a value nor a list of values. */
  private static String what(SchemaElement group) {
    LogicalType logical = group.getLogicalType();
    if (logical != null && logical.getSetField() == null) {
      return ParquetType.NEWER;
    }
    ConvertedType converted = group.getConverted_type();
    if (converted == ConvertedType.LIST || (logical != null && logical.isSetLIST())) {
      return "a list of what is not a value";
    }
    boolean isMap =
        converted == ConvertedType.MAP
            || converted == ConvertedType.MAP_KEY_VALUE
            || (logical != null && logical.isSetMAP());
    return isMap ? "a map" : "a record";
  }

  /** What an element adds to the definition level. */
  private static int level(SchemaElement element) {
    return element.getRepetition_type() == FieldRepetitionType.REQUIRED ? 0 : 1;
  }

  private static ParquetLeaf leaf(
      List<Type> path, SchemaElement last, int maxRepetition, int listLevel, int maxDefinition) {
    String[] names = path.stream().map(Type::getName).toArray(String[]::new);
    PrimitiveType type = path.get(path.size() - 1).asPrimitiveType();
    return new ParquetLeaf(
        new ColumnDescriptor(names, type, maxRepetition, maxDefinition),
        ParquetType.of(last),
        listLevel);
  }

  MessageType message() {
    return message;
  }

  /** The fields that are values or lists of values, in the file's order. */
  List<ParquetLeaf> leaves() {
    return leaves;
  }

  /** The names of the other fields, each with what its values are. */
  Map<String, String> others() {
    return others;
  }

  /** Stands for converters, which column readers look up, but values are not given to. */
  GroupConverter converter() {
    return new Converters(message);
  }

  private static final class Converters extends GroupConverter {
    private final Converter[] converters;

    Converters(GroupType group) {
      converters =
          group.getFields().stream()
              .map(
                  field ->
                      field.isPrimitive()
                          ? new PrimitiveConverter() {}
                          : new Converters(field.asGroupType()))
              .toArray(Converter[]::new);
    }

    @Override
    public Converter getConverter(int field) {
      return converters[field];
    }

    @Override
    public void start() {}

    @Override
    public void end() {}

    @Override
    public String toString() {
      return Arrays.toString(converters);
    }
  }
}
