package io.beamgrad.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beamgrad.data.split.FoldRule;
import io.beamgrad.data.split.Holdout;
import io.beamgrad.data.split.SplitRule;
import io.beamgrad.registry.gate.CheckLimits;
import io.beamgrad.registry.gate.Floor;
import io.beamgrad.registry.gate.JudgingRows;
import io.beamgrad.schema.Cross;
import io.beamgrad.schema.ScaleMethod;
import io.beamgrad.schema.TargetScale;
import io.beamgrad.sweep.SweepSpec;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.avro.specific.SpecificRecordBase;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Makes Java's records of the tree of a spec: each key goes to the component of its name, or to the
 * one that {@link SpecKeys} says. Where a value has a form of its own, the type's reader is here.
 */
final class SpecBinder {
  private static final Map<Class<?>, Function<JsonNode, Object>> READERS =
      Map.ofEntries(
          Map.entry(Path.class, text -> Path.of(text.textValue())),
          Map.entry(JobSpec.Scale.class, SpecBinder::scale),
          Map.entry(JobSpec.Target.class, SpecBinder::target),
          Map.entry(JobSpec.SplitSpec.class, SpecBinder::split),
          Map.entry(FoldRule.class, SpecBinder::folds),
          Map.entry(RetrainSpec.Select.class, SpecBinder::select),
          Map.entry(JudgingRows.class, SpecBinder::judgingRows),
          Map.entry(RetrainSpec.HeldOut.class, SpecBinder::heldOut),
          Map.entry(Floor.class, SpecBinder::floor),
          Map.entry(CheckLimits.ColumnLimit.class, SpecBinder::columnLimit),
          Map.entry(ColumnKind.class, ColumnKind::of),
          Map.entry(Cross.class, SpecBinder::cross),
          Map.entry(SweepSpec.class, SweepKeys::of));

  private final @Nullable SpecTree whole; // null for a section alone

  private SpecBinder(@Nullable SpecTree whole) {
    this.whole = whole;
  }

  static JobSpec jobSpec(SpecTree tree) {
    return (JobSpec) new SpecBinder(tree).record(JobSpec.class, "", tree.root());
  }

  /** The data of a section that has every key. */
  static JobSpec.Data data(ObjectNode section) {
    return (JobSpec.Data) new SpecBinder(null).record(JobSpec.Data.class, "data", section);
  }

  private Object record(Class<?> type, String path, JsonNode tree) {
    Map<String, String> names = new HashMap<>(); // of components to those of keys
    for (Map.Entry<String, JsonNode> entry : tree.properties()) {
      names.put(component(KeyTable.join(path, entry.getKey())), entry.getKey());
    }
    RecordComponent[] components = type.getRecordComponents();
    Class<?>[] types = new Class<?>[components.length];
    Object[] values = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      types[i] = components[i].getType();
      String name = names.getOrDefault(components[i].getName(), components[i].getName());
      values[i] =
          types[i] == SpecTree.class
              ? whole
              : tree.isArray() // a pair, in the order of the components
                  ? value(components[i].getGenericType(), path, tree.get(i))
                  : value(
                      components[i].getGenericType(), KeyTable.join(path, name), tree.get(name));
    }
    try {
      Constructor<?> constructor = type.getDeclaredConstructor(types);
      return constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      throw new IllegalStateException("%s: %s".formatted(path, e.getCause().getMessage()), e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot make a " + type.getSimpleName(), e);
    }
  }

  private static String component(String path) {
    if (path.equals("retrain.notify")) {
      return "notification"; // as no component may be called notify
    }
    return SpecKeys.TABLE
        .find(path)
        .map(key -> key.place() instanceof Place.Field field ? field.name() : null)
        .orElse(path.substring(path.lastIndexOf('.') + 1));
  }

  private @Nullable Object value(Type type, String path, @Nullable JsonNode tree) {
    if (type instanceof ParameterizedType of) {
      return of.getRawType() == List.class ? list(of, path, tree) : map(of, path, tree);
    }
    Class<?> plain = (Class<?>) type;
    if (tree == null || tree.isNull()) {
      return null; // of a section that is left out, too
    }
    if (READERS.containsKey(plain)) {
      return READERS.get(plain).apply(tree);
    }
    if (plain == Object.class) {
      return SpecRecords.record(path, tree);
    }
    if (plain.isRecord()) {
      return record(plain, path, tree);
    }
    if (SpecificRecordBase.class.isAssignableFrom(plain)) {
      return SpecRecords.fill(
          new RecordKind(plain.asSubclass(SpecificRecordBase.class), Map.of()).newRecord(),
          path,
          tree);
    }
    return plain.isEnum() ? word(plain, tree.textValue()) : scalar(plain, tree);
  }

  private static Cross cross(JsonNode tree) {
    List<String> columns = new ArrayList<>();
    tree.get("columns").forEach(name -> columns.add(name.textValue()));
    return new Cross(columns, tree.get("hash").intValue());
  }

  private static Object word(Class<?> type, String word) {
    return EnumWord.find(type, word).orElseThrow();
  }

  private static Object scalar(Class<?> type, JsonNode tree) {
    if (type == String.class) {
      return tree.textValue();
    }
    if (type == boolean.class) {
      return tree.booleanValue();
    }
    if (type == int.class || type == Integer.class) {
      return tree.intValue();
    }
    if (type == long.class) {
      return tree.longValue();
    }
    if (type == double.class || type == Double.class) {
      return tree.doubleValue();
    }
    throw new IllegalStateException("no key of a spec is a " + type);
  }

  /** A text alone is a list of one, and null an empty list. */
  private List<Object> list(ParameterizedType type, String path, JsonNode tree) {
    Type of = type.getActualTypeArguments()[0];
    if (tree.isTextual()) {
      return List.of(value(of, path, tree));
    }
    List<Object> list = new ArrayList<>();
    tree.forEach(entry -> list.add(value(of, path, entry)));
    return List.copyOf(list);
  }

  private Map<Object, Object> map(ParameterizedType type, String path, JsonNode tree) {
    Class<?> key = (Class<?>) type.getActualTypeArguments()[0];
    Map<Object, Object> map = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : tree.properties()) {
      map.put(
          key.isEnum() ? word(key, entry.getKey()) : entry.getKey(),
          value(type.getActualTypeArguments()[1], path, entry.getValue()));
    }
    return map;
  }

  private static JobSpec.Scale scale(JsonNode tree) {
    return tree.isNumber()
        ? new JobSpec.Scale(ScaleMethod.DIVIDE, tree.doubleValue())
        : new JobSpec.Scale((ScaleMethod) word(ScaleMethod.class, tree.textValue()), 1);
  }

  private static JobSpec.Target target(JsonNode tree) {
    return tree.isObject()
        ? new JobSpec.Target(
            names(tree.get("columns")),
            (TargetScale) word(TargetScale.class, tree.get("scale").textValue()),
            tree.get("clip").booleanValue())
        : new JobSpec.Target(names(tree), TargetScale.NONE, false);
  }

  private static JobSpec.SplitSpec split(JsonNode tree) {
    JsonNode by = tree.get("by");
    String word = SpecRecords.word(by);
    return new JobSpec.SplitSpec(
        tree.get("validation").doubleValue(),
        tree.get("test").doubleValue(),
        tree.get("calibration").doubleValue(),
        (SplitRule.By) word(SplitRule.By.class, word),
        names(by.path(word)),
        tree.get("seed").longValue(),
        holdout(tree.get("holdout")));
  }

  private static FoldRule folds(JsonNode tree) {
    JsonNode by = tree.get("by");
    String word = SpecRecords.word(by);
    return new FoldRule(
        tree.get("count").intValue(),
        (FoldRule.By) word(FoldRule.By.class, word),
        names(by.path(word)));
  }

  private static @Nullable Holdout holdout(JsonNode tree) {
    double share = tree.get("share").doubleValue();
    if (share == 0) {
      return null;
    }
    Holdout rows = new Holdout(tree.get("salt").textValue(), BigDecimal.valueOf(share));
    if (!tree.get("key").isNull()) {
      return rows.byKey(names(tree.get("key")));
    }
    return tree.get("content").isNull() ? rows : rows.byContent(names(tree.get("content")));
  }

  /** A name alone is a list of one. */
  static List<String> names(JsonNode tree) {
    if (tree.isTextual()) {
      return List.of(tree.textValue());
    }
    List<String> names = new ArrayList<>();
    tree.forEach(name -> names.add(name.textValue()));
    return List.copyOf(names);
  }

  private static RetrainSpec.HeldOut heldOut(JsonNode tree) {
    if (tree.isNumber()) {
      return new RetrainSpec.HeldOut(tree.doubleValue(), null, List.of());
    }
    double share = tree.get("share").doubleValue();
    return tree.has("by")
        ? new RetrainSpec.HeldOut(
            share, (Holdout.By) word(Holdout.By.class, tree.get("by").textValue()), List.of())
        : new RetrainSpec.HeldOut(share, Holdout.By.KEY, names(tree.get("key")));
  }

  private static RetrainSpec.Select select(JsonNode tree) {
    return new RetrainSpec.Select(
        (RetrainSpec.Select.By) word(RetrainSpec.Select.By.class, SpecRecords.word(tree)),
        tree.path("days").intValue());
  }

  private static JudgingRows judgingRows(JsonNode tree) {
    return new JudgingRows(
        (JudgingRows.By) word(JudgingRows.By.class, SpecRecords.word(tree)),
        tree.path("days").intValue());
  }

  private static CheckLimits.ColumnLimit columnLimit(JsonNode tree) {
    if (tree.isNumber()) {
      return new CheckLimits.ColumnLimit(tree.doubleValue(), Map.of());
    }
    Map<String, @Nullable Double> named = new HashMap<>();
    tree.properties()
        .forEach(
            one ->
                named.put(
                    one.getKey(), one.getValue().isNull() ? null : one.getValue().doubleValue()));
    Double others = named.remove(CheckLimits.ColumnLimit.OTHERS);
    return new CheckLimits.ColumnLimit(others, named);
  }

  private static Floor floor(JsonNode tree) {
    if (tree.isNumber()) {
      return Floor.ofAll(tree.doubleValue());
    }
    Map<String, Double> limits = new HashMap<>();
    tree.properties().forEach(one -> limits.put(one.getKey(), one.getValue().doubleValue()));
    return new Floor(limits);
  }
}
