package io.beamgrad.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.beamgrad.data.formats.CsvStyle;
import io.beamgrad.data.profile.ColumnProfile;
import io.beamgrad.data.profile.ListProfile;
import io.beamgrad.data.profile.NumberStyles;
import io.beamgrad.data.profile.TableProfile;
import io.beamgrad.data.rows.RejectText;
import io.beamgrad.data.rows.SourceField;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.schema.Reject;
import io.beamgrad.schema.ValueKind;
import io.beamgrad.spec.SpecYaml;
import io.beamgrad.spec.Suggestion;
import io.beamgrad.terminal.Terminal;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Writes a first spec with comments, by a profile of the records of a file. */
final class StartingSpec {
  private static final int MOST_REPORTED = 20; // lines of each kind
  static final int LEAST_VALIDATED = 10; // of fewer records all are trained on
  private static final int LEAST_TESTED = 50; // of fewer records none are for a test
  private static final int LEAST_GROUPS = 50; // fewer may leave a split without rows

  private final String source;
  private final NumberStyles.Found style;
  private final TableProfile profile;
  private final List<SourceField> fields;
  private final ColumnProfile target;
  private final List<String> features = new ArrayList<>();
  private final List<String> columns = new ArrayList<>(); // lines
  private final List<String> leftOut = new ArrayList<>(); // lines
  private final List<String> doubts = new ArrayList<>(); // lines
  private long faulty; // values of features that cannot be read
  private long inputs; // of all features, about

  /**
   * @param source the name of the file in comments
   * @throws WrongInputException where the target is not a column of the file, or cannot be
   *     predicted
   */
  StartingSpec(
      String source,
      NumberStyles.Found style,
      TableProfile profile,
      List<SourceField> fields,
      String target) {
    this.source = source;
    this.style = style;
    this.profile = profile;
    this.fields = fields;
    requireRecords();
    this.target = find(target);
    requireTarget();
    addColumns();
    if (features.isEmpty()) {
      addCounting();
    }
    if (features.isEmpty()) {
      String why = leftOut.isEmpty() ? "it is the only one" : String.join("; ", leftOut);
      throw new WrongInputException(
          oneLine("%s: no column is left to predict %s from: %s".formatted(source, target, why)));
    }
  }

  /** Most records can be read, or the file is not what it seems. */
  private void requireRecords() {
    if (profile.records() == 0) {
      throw new WrongInputException(source + ": has no records");
    }
    if (profile.rejected() * 2 > profile.records()) {
      throw new WrongInputException(
          String.format(
              Locale.ROOT,
              "%s: %,d of %,d records cannot be read, the first of them %s",
              source,
              profile.rejected(),
              profile.records(),
              aboutFirstReject()));
    }
  }

  private String aboutFirstReject() {
    Reject first = profile.firstReject();
    String place =
        first.getLine() == null ? "record " + first.getRecord() : "on line " + first.getLine();
    String value =
        first.getValue() == null || first.getReason().contains(first.getValue())
            ? ""
            : ", at " + first.getValue();
    return oneLine("%s: %s%s".formatted(place, first.getReason(), value));
  }

  private ColumnProfile find(String name) {
    for (ColumnProfile column : profile.columns()) {
      if (column.name().equals(name)) {
        return column;
      }
    }
    List<String> names = fields.stream().map(SourceField::name).toList();
    if (names.contains(name)) {
      String what =
          fields.stream()
              .filter(field -> field.name().equals(name) && field.refusal() != null)
              .map(SourceField::refusal)
              .findFirst()
              .orElse("a list");
      throw new WrongInputException(
          "%s: column '%s' is %s; a target is a number or a class".formatted(source, name, what));
    }
    throw new WrongInputException(
        "%s: no column '%s'%s"
            .formatted(
                source,
                name,
                Suggestion.of(name, names)
                    .map(near -> "; did you mean " + near + "?")
                    .orElse("; there are " + oneLine(abbreviated(names)))));
  }

  private void requireTarget() {
    String place = "%s: column '%s'".formatted(source, target.name());
    if (target.values() == 0 && target.faults() > 0) {
      throw new WrongInputException(
          String.format(
              Locale.ROOT,
              "%s cannot be read in any of %,d records: %s",
              place,
              profile.records(),
              oneLine(target.firstFault())));
    }
    if (target.values() == 0) {
      throw new WrongInputException(
          String.format(Locale.ROOT, "%s has no value in %,d records", place, profile.records()));
    }
    if (target.distinct() == 1) {
      throw new WrongInputException(
          "%s is always '%s'; there is nothing to learn"
              .formatted(place, oneLine(Terminal.cut(target.texts().first()))));
    }
    boolean isRarelyRepeated =
        target.distinct() > ColumnProfile.MOST_CLASSES && target.distinct() * 2 > target.values();
    boolean isTooMany = isRarelyRepeated || target.distinct() > ColumnGuess.MOST_CATEGORIES;
    if (!target.isNumber() && isTooMany) {
      throw new WrongInputException(
          oneLine(
              String.format(
                  Locale.ROOT,
                  "%s has %,d different texts in %,d records, such as '%s': neither numbers nor classes",
                  place,
                  target.distinct(),
                  target.values(),
                  Terminal.cut(target.texts().first()))));
    }
  }

  private void addColumns() {
    for (SourceField field : fields) {
      if (field.refusal() != null) {
        add(field.name(), ColumnGuess.ofRefused(field.refusal()), 0);
      }
    }
    for (ListProfile list : profile.lists()) {
      if (add(list.name(), ColumnGuess.of(list), list.length())) {
        faulty += list.faults();
      }
    }
    for (ColumnProfile column : profile.columns()) {
      if (column != target
          && add(column.name(), ColumnGuess.of(column, kindOf(column)), column.distinct())) {
        faulty += column.faults();
      }
    }
  }

  private void addCounting() {
    for (ColumnProfile column : profile.columns()) {
      if (column != target && column.isCounting()) {
        leftOut.removeIf(line -> line.startsWith(oneLine(column.name()) + ": "));
        add(column.name(), ColumnGuess.ofCounting(column), column.distinct());
      }
    }
  }

  private @Nullable ValueKind kindOf(ColumnProfile column) {
    return fields.stream()
        .filter(field -> field.name().equals(column.name()))
        .map(field -> Optional.ofNullable(field.kind()))
        .findFirst()
        .flatMap(kind -> kind)
        .orElse(null);
  }

  /**
   * Adds the column as a feature, or to those left out; true for a feature.
   *
   * @param values how many different ones it has, or how many a list has
   */
  private boolean add(String name, ColumnGuess guess, long values) {
    if (guess.kind() == null) {
      leftOut.add(oneLine(name + ": " + guess.why()));
      return false;
    }
    features.add(name);
    inputs += guess.inputs(values);
    columns.add("    %s: %s  # %s".formatted(yaml(name), guess.kind(), guess.why()));
    if (style.doubts().containsKey(name)) {
      doubts.add(oneLine(name + ": its numbers may have " + style.doubts().get(name)));
    }
    if (guess.doubt() != null) {
      doubts.add(oneLine(name + ": " + guess.doubt()));
    }
    return true;
  }

  /** What was left out, doubted or rejected, in lines for a person. */
  List<String> remarks() {
    List<String> remarks = new ArrayList<>();
    if (!csv().isEmpty()) {
      remarks.add("read as   csv: " + csv());
    }
    addShort(remarks, "left out  ", leftOut);
    addShort(remarks, "doubtful  ", doubts);
    if (profile.rejected() > 0) {
      remarks.add(
          profile.rejected() == 1
              ? "rejected  1 record that cannot be read, " + aboutFirstReject()
              : String.format(
                  Locale.ROOT,
                  "rejected  %,d records that cannot be read, the first of them %s",
                  profile.rejected(),
                  aboutFirstReject()));
    }
    if (target.missing() + target.faults() > 0) {
      remarks.add(
          String.format(
              Locale.ROOT,
              "rejected  %,d without a value of the target %s",
              target.missing() + target.faults(),
              oneLine(target.name())));
    }
    return remarks;
  }

  private static void addShort(List<String> remarks, String word, List<String> lines) {
    lines.stream().limit(MOST_REPORTED).forEach(line -> remarks.add(word + line));
    if (lines.size() > MOST_REPORTED) {
      remarks.add(word + String.format(Locale.ROOT, "and %,d more", lines.size() - MOST_REPORTED));
    }
  }

  /** The model that the table suggests before any is tried. */
  StartingModel model() {
    return StartingModel.of(inputs);
  }

  /** How many records can be used, about. */
  long usable() {
    return Math.max(1, profile.rows() - rejects());
  }

  boolean isOfClasses() {
    return target.isOfClasses();
  }

  /**
   * The spec.
   *
   * @param folder the folder of the file
   * @param file the name of the file
   * @param why the reason for the model, in a line; empty for none
   */
  String yaml(String folder, String file, StartingModel model, String why) {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "# Written by beamgrad init, which looked at %s %,d records of %s%s.\n",
            profile.isWhole() ? "all" : "the first",
            profile.records(),
            oneLine(source),
            profile.rejected() == 0
                ? ""
                : String.format(
                    Locale.ROOT, " (%,d of them could not be read)", profile.rejected())));
    text.append(
        "# The kinds are guessed: look at them. beamgrad explain says what each key means.\n");
    if (model.isOfPreset()) {
      text.append(
          "preset: %s  # a recipe whose other keys beamgrad explain --preset %s prints\n"
              .formatted(StartingModel.NAME, StartingModel.NAME));
    }
    text.append("seed: 42\n");
    text.append("data:\n");
    text.append("  dir: %s\n".formatted(yaml(folder)));
    text.append("  train: %s\n".formatted(yaml(file)));
    if (!csv().isEmpty()) {
      text.append("  csv: %s\n".formatted(csv()));
    }
    text.append("  target: %s  # %s\n".formatted(target(), oneLine(aboutTarget())));
    if (maxRejects().compareTo(new BigDecimal("0.01")) > 0) {
      text.append(
          "  maxRejects: %s  # records that cannot be read or have no target\n"
              .formatted(maxRejects().toPlainString()));
    }
    text.append("  features:\n");
    features.forEach(name -> text.append("    - %s\n".formatted(yaml(name))));
    leftOut.forEach(line -> text.append("    # left out: %s\n".formatted(line)));
    doubts.forEach(line -> text.append("    # doubtful: %s\n".formatted(line)));
    text.append("  columns:\n");
    columns.forEach(line -> text.append(line).append('\n'));
    if (!model.isOfPreset()) {
      text.append("  missing: fill  # a later row without a value is predicted all the same\n");
    }
    if (model != StartingModel.PRESET) {
      text.append("  scale: standard  # numbers get mean 0 and deviation 1\n");
    }
    text.append(split());
    if (!why.isEmpty()) {
      text.append("# %s\n".formatted(why));
    }
    model.lines(target.isOfClasses(), usable()).forEach(line -> text.append(line).append('\n'));
    return text.toString();
  }

  /** The target; numbers are learned as multiples of their deviation, and kept in their range. */
  private String target() {
    String name = yaml(target.name());
    return target.isOfClasses()
        ? name
        : "{columns: %s, scale: standard, clip: true}".formatted(name);
  }

  /** The split: rows of one id stay together, or one of them would tell what the others are. */
  private String split() {
    long records = profile.records() - rejects();
    String shares =
        records < LEAST_VALIDATED
            ? "validation: 0"
            : records < LEAST_TESTED ? "validation: 0.2" : "validation: 0.2, test: 0.2";
    Optional<ColumnProfile> id =
        profile.columns().stream()
            .filter(column -> column != target && !features.contains(column.name()))
            .filter(ColumnGuess::isSharedId)
            .min(Comparator.comparingLong(ColumnProfile::distinct));
    if (id.isEmpty()) {
      return "split: {%s}%s\n"
          .formatted(shares, records < LEAST_TESTED ? "  # too few rows for a test" : "");
    }
    String grouped = "{%s, by: {group: %s}}".formatted(shares, yaml(id.get().name()));
    boolean isSafe =
        id.get().missing() + id.get().faults() == 0 && id.get().distinct() >= LEAST_GROUPS;
    return isSafe
        ? "split: %s  # rows of one id stay together, also in a retrain's holdout\n"
            .formatted(grouped)
        : "split: {%s}\n# split: %s  # would keep rows of one id together, and reject those without\n"
            .formatted(shares, grouped);
  }

  /** How the file is written where that is not as usual; else empty. */
  private String csv() {
    CsvStyle csv = style.csv();
    CsvStyle usual = CsvStyle.DEFAULT;
    List<String> keys = new ArrayList<>();
    addKey(keys, "delimiter", csv.delimiter(), usual.delimiter());
    addKey(keys, "quote", csv.quote(), usual.quote());
    addKey(keys, "encoding", csv.encoding(), usual.encoding());
    addKey(keys, "comment", csv.comment(), usual.comment());
    addKey(keys, "escape", csv.escape(), usual.escape());
    addKey(keys, "decimal", csv.decimal(), usual.decimal());
    addKey(keys, "thousands", csv.thousands(), usual.thousands());
    if (!csv.missing().isEmpty()) {
      String words =
          csv.missing().stream().map(StartingSpec::quoted).collect(Collectors.joining(", "));
      keys.add("missing: [%s]".formatted(words));
    }
    return keys.isEmpty() ? "" : "{" + String.join(", ", keys) + "}";
  }

  private static void addKey(
      List<String> keys, String name, @Nullable String value, @Nullable String usual) {
    if (value != null && !value.equals(usual)) {
      keys.add(name + ": " + quoted(value));
    }
  }

  private static String quoted(String text) {
    return JsonNodeFactory.instance.textNode(text).toString();
  }

  private String aboutTarget() {
    long without = target.missing() + target.faults();
    String holes =
        without == 0
            ? ""
            : String.format(Locale.ROOT, "; %,d records without are rejected", without);
    if (!target.isOfClasses()) {
      return "numbers" + holes;
    }
    return String.format(
        Locale.ROOT, "%,d classes: %s%s", target.distinct(), abbreviated(target.labels()), holes);
  }

  private long rejects() {
    return profile.rejected() + target.missing() + target.faults() + faulty;
  }

  /** One and a half times the share of rejects among the records of the profile. */
  private BigDecimal maxRejects() {
    return new BigDecimal(1.5 * rejects() / profile.records())
        .min(BigDecimal.ONE)
        .round(new MathContext(2))
        .stripTrailingZeros();
  }

  private static String abbreviated(List<String> words) {
    Stream<String> some = words.stream().limit(ColumnProfile.MOST_CLASSES).map(Terminal::cut);
    return some.collect(Collectors.joining(", "))
        + (words.size() > ColumnProfile.MOST_CLASSES ? ", ..." : "");
  }

  private static String oneLine(String text) {
    return RejectText.onOneLine(text);
  }

  static String yaml(String text) {
    return SpecYaml.write(JsonNodeFactory.instance.textNode(text)).strip();
  }
}
