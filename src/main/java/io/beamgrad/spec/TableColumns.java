package io.beamgrad.spec;

import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.rows.SourceField;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnRole;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.Cross;
import io.beamgrad.schema.ValueKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.checkerframework.checker.nullness.qual.Nullable;

/** The columns of a table as a spec and the files' fields have them. */
public final class TableColumns {
  private TableColumns() {}

  /**
   * Features, targets and weight. A glob's features are sorted by name, so that files of any format
   * have the same order; what the folders of a path say is a feature only where it is named. Where
   * there are models by key, the last feature is the key, which is read as text, and it is no
   * other.
   *
   * @param fields of the files, in any order; a feature or target that is named need not be there
   * @throws WrongInputException where a glob or a column of the spec fits no field, or the key is
   *     none
   */
  public static List<Column> of(JobSpec spec, List<SourceField> fields) {
    Map<String, SourceField> byName = new HashMap<>();
    fields.forEach(field -> byName.put(field.name(), field));
    List<String> features = features(spec, byName);
    requireUsed(spec, features);
    List<Column> columns = new ArrayList<>();
    for (String name : features) {
      SourceField field = byName.get(name);
      columns.add(feature(spec, name, field == null ? listed(name, byName) : field));
    }
    String key = spec.keyColumn();
    if (key != null) {
      if (!fields.isEmpty() && !byName.containsKey(key)) {
        throw wrong(spec, "each.key: no column is '%s'".formatted(key), null, byName.keySet());
      }
      columns.add(Columns.feature(key, ColumnType.STRINGS, List.of()));
    }
    ColumnType target = spec.isOfClasses() ? ColumnType.STRINGS : ColumnType.FLOATS;
    for (String name : spec.data().targets()) {
      columns.add(Columns.target(name, target, List.of()));
    }
    if (spec.data().weight() != null) {
      columns.add(Columns.weight(spec.data().weight()));
    }
    requireCategories(spec, columns);
    for (Column column : columns) {
      requireReadable(spec, column, byName.get(column.getName()));
    }
    return List.copyOf(columns);
  }

  private static void requireReadable(JobSpec spec, Column column, @Nullable SourceField field) {
    if (field != null && field.refusal() != null) {
      throw new WrongInputException(
          "%s: %s: column '%s' is %s, which is not read"
              .formatted(
                  spec.name(),
                  switch (column.getRole()) {
                    case TARGET -> "data.target";
                    case WEIGHT -> "data.weight";
                    default ->
                        column.getName().equals(spec.keyColumn()) ? "each.key" : "data.features";
                  },
                  column.getName(),
                  field.refusal()));
    }
  }

  private static List<String> features(JobSpec spec, Map<String, SourceField> byName) {
    Set<String> fields = byName.keySet();
    List<String> ofPath =
        fields.stream().filter(name -> byName.get(name).isOfPath()).sorted().toList();
    Set<String> reserved = new HashSet<>(spec.data().targets());
    reserved.add(spec.data().weight());
    reserved.addAll(spec.split().columns());
    if (spec.folds() != null) {
      reserved.addAll(spec.folds().columns());
    }
    List<String> features = new ArrayList<>();
    for (String wanted : spec.data().features()) {
      if (wanted.startsWith("!") && !fields.contains(wanted)) {
        String away = wanted.substring(1);
        if (!features.removeIf(name -> fits(away, name))
            && ofPath.stream().noneMatch(name -> fits(away, name))) {
          throw wrong(
              spec, "data.features: %s takes nothing away".formatted(wanted), away, features);
        }
      } else if (isGlob(wanted) && !fields.contains(wanted)) {
        TreeSet<String> found = new TreeSet<>(fields);
        ofPath.forEach(found::remove);
        found.removeIf(name -> name.isEmpty() || reserved.contains(name) || !fits(wanted, name));
        if (found.isEmpty()) {
          throw wrong(spec, "data.features: no field fits %s".formatted(wanted), wanted, fields);
        }
        found.removeAll(features);
        features.addAll(found);
      } else if (!features.contains(wanted)) {
        features.add(wanted);
      }
    }
    boolean isKeyAmong = features.remove(spec.keyColumn());
    if (features.isEmpty()) {
      String but = isKeyAmong ? " but %s, which is each.key".formatted(spec.keyColumn()) : "";
      throw wrong(spec, "data.features: nothing is left" + but, null, fields);
    }
    return features;
  }

  private static void requireUsed(JobSpec spec, List<String> features) {
    String time = PlanFromSpec.splitRule(spec).timeColumn();
    for (String name : spec.data().columns().keySet()) {
      boolean isTime = time != null && fits(name, time);
      if (!isTime && features.stream().noneMatch(feature -> fits(name, feature))) {
        if (spec.each() != null && fits(name, spec.keyColumn())) {
          throw new WrongInputException(
              "%s: data.columns.%s: must be left out for each.key, which is read as text"
                  .formatted(spec.name(), name));
        }
        throw wrong(
            spec, "data.columns.%s: no feature of this name".formatted(name), name, features);
      }
    }
  }

  /** Crosses are of features that are categories. */
  private static void requireCategories(JobSpec spec, List<Column> columns) {
    List<String> features = new ArrayList<>();
    Columns.features(columns).forEach(feature -> features.add(feature.getName()));
    features.remove(spec.keyColumn());
    for (Cross cross : spec.data().crosses()) {
      for (String name : cross.getColumns()) {
        if (!features.contains(name)) {
          throw wrong(spec, "data.crosses: no feature is '%s'".formatted(name), name, features);
        }
        Column column = columns.get(features.indexOf(name));
        ColumnKind asked = asked(spec.data(), name);
        boolean isCategory =
            asked == null
                ? column.getKind() == ValueKind.TEXT
                : asked.word().equals(ColumnKind.CATEGORY);
        if (!isCategory) {
          throw new WrongInputException(
              "%s: data.crosses: column '%s' must be a category, was %s"
                  .formatted(
                      spec.name(),
                      name,
                      asked == null ? EnumWord.of(column.getKind()) : asked.word()));
        }
      }
    }
  }

  private static WrongInputException wrong(
      JobSpec spec, String complaint, @Nullable String word, Iterable<String> names) {
    TreeSet<String> sorted = new TreeSet<>();
    names.forEach(sorted::add);
    String some = sorted.stream().limit(20).collect(Collectors.joining(", "));
    String hint =
        Optional.ofNullable(word)
            .flatMap(wanted -> Suggestion.of(wanted, sorted))
            .map(near -> "; did you mean " + near + "?")
            .orElse("; there are " + some + (sorted.size() > 20 ? ", ..." : ""));
    return new WrongInputException(spec.name() + ": " + complaint + hint);
  }

  private static boolean isGlob(String name) {
    return name.indexOf('*') >= 0 || name.indexOf('?') >= 0;
  }

  /** {@code *} is any text, {@code ?} any character. */
  private static boolean fits(String nameOrGlob, String name) {
    if (nameOrGlob.equals(name) || !isGlob(nameOrGlob)) {
      return nameOrGlob.equals(name);
    }
    String pattern =
        nameOrGlob
            .codePoints()
            .mapToObj(Character::toString)
            .map(c -> c.equals("*") ? ".*" : c.equals("?") ? "." : Pattern.quote(c))
            .collect(Collectors.joining());
    return Pattern.compile(pattern, Pattern.DOTALL).matcher(name).matches();
  }

  /** What is asked for a feature; null where the spec does not mention it. */
  static @Nullable ColumnKind asked(JobSpec.Data data, String name) {
    return data.columns().entrySet().stream()
        .filter(entry -> fits(entry.getKey(), name))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(null);
  }

  private static Column feature(JobSpec spec, String name, @Nullable SourceField field) {
    ColumnKind asked = asked(spec.data(), name);
    ColumnKind kind = asked == null ? usual(field, spec.data().missing()) : asked;
    return new Column(
        name,
        kind.type(),
        kind.isVector() ? List.of(size(spec, name, kind, field)) : List.of(),
        ColumnRole.FEATURE,
        kind.valueKind(),
        kind.pattern(),
        kind.isNullable());
  }

  /** A list whose elements are fields; null where there are none, or perhaps more. */
  private static @Nullable SourceField listed(String name, Map<String, SourceField> fields) {
    int length = 0;
    while (fields.containsKey("%s[%s]".formatted(name, length))) {
      length++;
    }
    return length == 0 || length == SourceField.MOST_ELEMENTS
        ? null
        : new SourceField(name, null, length);
  }

  private static int size(
      JobSpec spec, String name, ColumnKind vector, @Nullable SourceField field) {
    int found = field == null ? 0 : field.length();
    int size = vector.size() == null ? found : vector.size();
    if (size == 0) {
      throw new WrongInputException(
          "%s: data.columns.%s.vector.size is missing; the file does not say it"
              .formatted(spec.name(), name));
    }
    return size;
  }

  /** What the format says, or else a number. */
  private static ColumnKind usual(@Nullable SourceField field, JobSpec.Missing missing) {
    if (field != null && field.length() > 0) {
      return ColumnKind.usual("vector", missing);
    }
    return ColumnKind.usual(
        field == null || field.kind() == null ? ValueKind.NUMBER : field.kind(), missing);
  }
}
