package io.beamgrad.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.beamgrad.data.profile.ColumnProfile;
import io.beamgrad.data.profile.TableProfile;
import io.beamgrad.data.rows.SourceField;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.schema.ValueKind;
import io.beamgrad.spec.SpecYaml;
import io.beamgrad.spec.Suggestion;
import io.beamgrad.terminal.Terminal;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Writes a first spec with comments, by a profile of the records of a file. */
final class StartingSpec {
  private static final int MOST_CLASSES = 20; // more distinct numbers make the target a number
  private static final int MOST_CATEGORIES = 1000;
  private static final int HIDDEN = 32;

  private final String source;
  private final String delimiter; // null for the default
  private final TableProfile profile;
  private final List<SourceField> fields;
  private final ColumnProfile target;
  private final List<String> features = new ArrayList<>();
  private final List<String> columns = new ArrayList<>(); // lines
  private final List<String> leftOut = new ArrayList<>(); // lines

  /**
   * @param source the name of the file in comments
   * @throws WrongInputException where the target is not a column of the file, or cannot be
   *     predicted
   */
  StartingSpec(
      String source,
      @Nullable String delimiter,
      TableProfile profile,
      List<SourceField> fields,
      String target) {
    this.source = source;
    this.delimiter = delimiter;
    this.profile = profile;
    this.fields = fields;
    List<String> names = profile.columns().stream().map(ColumnProfile::name).toList();
    this.target =
        profile.columns().stream()
            .filter(column -> column.name().equals(target))
            .findFirst()
            .orElseThrow(
                () ->
                    new WrongInputException(
                        "%s: no column '%s'%s"
                            .formatted(
                                source,
                                target,
                                Suggestion.of(target, names)
                                    .map(near -> "; did you mean " + near + "?")
                                    .orElse("; there are " + abbreviated(names)))));
    requireTarget();
    addColumns();
    if (features.isEmpty()) {
      throw new WrongInputException(
          source + ": no column is left to predict " + target + " from: " + leftOut);
    }
  }

  private void requireTarget() {
    String place = "%s: column '%s'".formatted(source, target.name());
    if (target.values() == 0) {
      throw new WrongInputException(
          "%s has no value in %,d records".formatted(place, profile.records()));
    }
    if (target.texts().size() == 1) {
      throw new WrongInputException(
          "%s is always '%s'; there is nothing to learn".formatted(place, target.texts().first()));
    }
    if (!target.isNumber() && target.texts().size() > MOST_CATEGORIES) {
      throw new WrongInputException(
          "%s has more than %,d different texts: neither numbers nor classes"
              .formatted(place, MOST_CATEGORIES));
    }
  }

  private boolean isClass() {
    int distinct = target.texts().size();
    boolean isFew =
        distinct <= MOST_CLASSES && (distinct == 2 || distinct * 10L <= target.values());
    return !target.isNumber() || (target.isWhole() && isFew);
  }

  private void addColumns() {
    for (SourceField field : fields) {
      if (field.refusal() != null) {
        leftOut.add("%s: %s, which is not read".formatted(oneLine(field.name()), field.refusal()));
      } else if (field.length() > 0 && field.kind() == ValueKind.TEXT) {
        leftOut.add(oneLine(field.name()) + ": a list of texts");
      } else if (field.length() > 0) {
        add(field.name(), "{vector: {size: %d}}".formatted(field.length()), "a list of numbers");
      }
    }
    for (ColumnProfile column : profile.columns()) {
      if (column != target) {
        addColumn(column);
      }
    }
  }

  private void addColumn(ColumnProfile column) {
    int distinct = column.texts().size();
    ValueKind known =
        fields.stream()
            .filter(field -> field.name().equals(column.name()))
            .map(field -> Optional.ofNullable(field.kind()))
            .findFirst()
            .flatMap(kind -> kind)
            .orElse(null);
    String holes = column.missing() == 0 ? "" : ", %,d missing".formatted(column.missing());
    if (column.values() == 0) {
      leaveOut(column, "always missing");
    } else if (distinct == 1 && column.missing() == 0) {
      leaveOut(column, "always '" + Terminal.cut(column.texts().first()) + "'");
    } else if (column.isCounting() || (isIdName(column) && column.isUnique())) {
      leaveOut(column, "an id: it is different in each record");
    } else if (column.isFlag() || known == ValueKind.BOOLEAN) {
      add(column.name(), flag(column), "true or false" + holes);
    } else if (column.isNumber()) {
      add(column.name(), number(column), "numbers" + holes);
    } else if (column.datePattern().isPresent()) {
      add(column.name(), date(column), (column.isTimeOfDay() ? "times of day" : "dates") + holes);
    } else if (distinct <= MOST_CATEGORIES && distinct * 2L <= column.values()) {
      add(column.name(), category(column), "%,d categories%s".formatted(distinct, holes));
    } else {
      leaveOut(
          column,
          "text with %s%,d different values; {category: {hash: 1000}} would take it"
              .formatted(
                  distinct > ColumnProfile.MOST_TEXTS ? "more than " : "",
                  Math.min(distinct, ColumnProfile.MOST_TEXTS)));
    }
  }

  private static boolean isIdName(ColumnProfile column) {
    String name = column.name().toLowerCase(Locale.ROOT);
    boolean isNamed = name.matches("(.*[_\\- ])?(id|uuid|guid|key|nr|no|number)");
    return isNamed && (column.isWhole() || !column.isNumber());
  }

  private static String flag(ColumnProfile column) {
    return column.missing() == 0 ? "boolean" : "{boolean: {missing: false, indicator: true}}";
  }

  private static String number(ColumnProfile column) {
    List<String> keys = new ArrayList<>();
    if (column.isSkewed()) {
      keys.add("log: true");
    }
    if (column.missing() > 0) {
      keys.add("missing: median, indicator: true");
    }
    return keys.isEmpty() ? "number" : "{number: {" + String.join(", ", keys) + "}}";
  }

  private static String date(ColumnProfile column) {
    List<String> keys = new ArrayList<>();
    String pattern = column.datePattern().orElseThrow();
    if (!pattern.isEmpty()) {
      keys.add("pattern: " + yaml(pattern));
    }
    if (column.isTimeOfDay()) {
      keys.add("parts: [hour, minute]");
    } else if (!column.hasTime()) {
      keys.add("parts: [year, month, day, weekday]");
    }
    if (column.missing() > 0) {
      keys.add("missing: zero, indicator: true");
    }
    return keys.isEmpty() ? "date" : "{date: {" + String.join(", ", keys) + "}}";
  }

  private static String category(ColumnProfile column) {
    List<String> keys = new ArrayList<>();
    if (column.texts().size() > 20 && column.rarest() < 5) {
      keys.add("minCount: 5");
    }
    if (column.missing() > 0) {
      keys.add("missing: own");
    }
    return keys.isEmpty() ? "category" : "{category: {" + String.join(", ", keys) + "}}";
  }

  private void add(String name, String kind, String comment) {
    features.add(name);
    columns.add("    %s: %s  # %s".formatted(yaml(name), kind, comment));
  }

  private void leaveOut(ColumnProfile column, String why) {
    leftOut.add("%s: %s".formatted(oneLine(column.name()), oneLine(why)));
  }

  /**
   * The spec.
   *
   * @param folder the folder of the file
   * @param file the name of the file
   */
  String yaml(String folder, String file) {
    StringBuilder text = new StringBuilder();
    text.append(
        "# Written by beamgrad init, which looked at %s %,d records of %s%s.\n"
            .formatted(
                profile.isWhole() ? "all" : "the first",
                profile.records(),
                oneLine(source),
                profile.rejected() == 0
                    ? ""
                    : " (%,d of them could not be read)".formatted(profile.rejected())));
    text.append(
        "# The kinds are guessed: look at them. beamgrad explain says what each key means.\n");
    text.append("seed: 42\n");
    text.append("data:\n");
    text.append("  dir: %s\n".formatted(yaml(folder)));
    text.append("  train: %s\n".formatted(yaml(file)));
    if (delimiter != null) {
      text.append(
          "  csv: {delimiter: \"%s\"}\n".formatted(delimiter.equals("\t") ? "\\t" : delimiter));
    }
    text.append("  target: %s  # %s\n".formatted(yaml(target.name()), oneLine(aboutTarget())));
    if (maxRejects().compareTo(new BigDecimal("0.01")) > 0) {
      text.append(
          "  maxRejects: %s  # records that cannot be read or have no target\n"
              .formatted(maxRejects().toPlainString()));
    }
    text.append("  features:\n");
    features.forEach(name -> text.append("    - %s\n".formatted(yaml(name))));
    leftOut.forEach(line -> text.append("    # left out: %s\n".formatted(line)));
    text.append("  columns:\n");
    columns.forEach(line -> text.append(line).append('\n'));
    text.append("  scale: standard  # numbers get mean 0 and deviation 1\n");
    text.append("split: {validation: 0.2}\n");
    appendTraining(text);
    return text.toString();
  }

  private String aboutTarget() {
    String holes =
        target.missing() == 0
            ? ""
            : "; %,d records without are rejected".formatted(target.missing());
    if (!isClass()) {
      return "numbers" + holes;
    }
    return "%,d classes: %s%s"
        .formatted(target.texts().size(), abbreviated(target.labels()), holes);
  }

  /** One and a half times the share of rejects among the records of the profile. */
  private BigDecimal maxRejects() {
    long rejects = profile.rejected() + target.missing();
    return new BigDecimal(1.5 * rejects / profile.records())
        .min(BigDecimal.ONE)
        .round(new MathContext(2))
        .stripTrailingZeros();
  }

  private void appendTraining(StringBuilder text) {
    String hidden = "{linear: {out: %d}}, relu, ".formatted(HIDDEN);
    double rate = 0.003;
    if (isClass()) {
      int classes = target.texts().size();
      text.append("model: [%s{linear: {out: %d}}]\n".formatted(hidden, classes == 2 ? 1 : classes));
      text.append("loss: %s\n".formatted(classes == 2 ? "binary_cross_entropy" : "cross_entropy"));
    } else {
      double size = Math.max(Math.abs(target.mean()), target.deviation());
      boolean isUsual = size > 0.1 && size < 10;
      if (!isUsual) {
        rate = rounded(size / 100);
        text.append(
            "# One layer, as the target's numbers are %s for a usual learning rate.\n"
                .formatted(size < 1 ? "small" : "large"));
      }
      text.append("model: [%s{linear: {out: 1}}]\n".formatted(isUsual ? hidden : ""));
      text.append("loss: mse\n");
    }
    text.append("optimizer: {adam: {lr: %s}}\n".formatted(rate));
    text.append("earlyStopping: {patience: 5}\n");
    text.append("batch: %d\n".formatted(profile.records() < 1000 ? 16 : 64));
    text.append("epochs: 50\n");
  }

  private static double rounded(double value) {
    return new BigDecimal(value).round(new MathContext(1)).doubleValue();
  }

  private static String abbreviated(List<String> words) {
    Stream<String> some = words.stream().limit(MOST_CLASSES).map(Terminal::cut);
    return some.collect(Collectors.joining(", ")) + (words.size() > MOST_CLASSES ? ", ..." : "");
  }

  private static String oneLine(String text) {
    return text.replaceAll("[\\p{Cc}\\u2028\\u2029]", "?");
  }

  private static String yaml(String text) {
    return SpecYaml.write(JsonNodeFactory.instance.textNode(text)).strip();
  }
}
