package io.beamgrad.cli;

import io.beamgrad.data.profile.ColumnProfile;
import io.beamgrad.data.profile.ListProfile;
import io.beamgrad.schema.ValueKind;
import io.beamgrad.terminal.Terminal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * What a first spec does with a column that is not the target.
 *
 * @param kind the kind of the feature as YAML; null where the column is left out
 * @param why what the values are, or why the column is left out
 * @param doubt what a person should look at; null for nothing
 */
record ColumnGuess(@Nullable String kind, String why, @Nullable String doubt) {
  static final int MOST_CATEGORIES = 1000;

  /** How the fault of a value begins that is neither text nor a number, date or boolean. */
  private static final String OTHER_TYPE = "expected a text, found ";

  /** Above this share of values that cannot be read a column is left out. */
  private static final double MOST_FAULTS = 0.05;

  private static final Set<String> IDS = Set.of("id", "uuid", "guid", "key");
  private static final Set<String> MAYBE_IDS =
      Set.of("nr", "no", "number", "phone", "tel", "fax", "iban", "isbn", "ssn");

  /** Categories of fewer rows share an input, where some have more. */
  private static final int MIN_COUNT = 5;

  /** Of so many rows about {@link #MIN_COUNT} train. */
  private static final int KEPT_COUNT = 9;

  /** From this share of numbers on a column of texts is one of numbers with faults. */
  private static final double MOSTLY_NUMBERS = 0.8;

  private static final double SENTENCE_WORDS = 6;

  /** Of fewer words a text may be a name, whose words are rarely of use. */
  private static final double FREE_WORDS = 4;

  private static final long TEXT_SLOTS = 65_536; // the default of data.columns.text.hash

  /** A list is a vector where its elements are numbers and its length is always the same. */
  static ColumnGuess of(ListProfile list) {
    long records = list.vectors() + list.missing() + list.faults();
    if (isTooMany(list.faults(), records)) {
      return leftOut(
          "lists%s that are no vectors: %s"
              .formatted(
                  list.faults() == records
                      ? ""
                      : String.format(Locale.ROOT, ", %,d of %,d", list.faults(), records),
                  list.firstFault()));
    }
    if (list.vectors() == 0) {
      return leftOut("lists without numbers");
    }
    return new ColumnGuess(
        "{vector: {size: %s}}".formatted(list.length()),
        "lists of numbers" + holes(list.missing()),
        doubt(list.faults(), list.firstFault()));
  }

  /**
   * @param known the type that the format declares; null where it declares none
   */
  static ColumnGuess of(ColumnProfile column, @Nullable ValueKind known) {
    long records = column.values() + column.missing() + column.faults();
    if (isTooMany(column.faults(), records)) {
      return leftOut(
          column.faults() == records
              ? ofAll(column.firstFault())
              : String.format(
                  Locale.ROOT,
                  "%,d of %,d values cannot be read: %s",
                  column.faults(),
                  records,
                  column.firstFault()));
    }
    if (column.values() == 0) {
      return leftOut("always missing");
    }
    if (column.distinct() == 1 && column.missing() == 0) {
      return leftOut("always '" + Terminal.cut(column.texts().first()) + "'");
    }
    ColumnGuess id = id(column);
    return id != null ? id : ofValues(column, known);
  }

  /** The reason where no value can be read, in short for a type that texts cannot be. */
  private static String ofAll(String fault) {
    return fault.startsWith(OTHER_TYPE)
        ? ofRefused(fault.substring(OTHER_TYPE.length())).why()
        : fault;
  }

  /**
   * A column of a type that no kind takes.
   *
   * @param type such as {@code a map}
   */
  static ColumnGuess ofRefused(String type) {
    return leftOut(type + ", which no kind of column takes");
  }

  /** What a column of ids is; null where it is none. */
  private static @Nullable ColumnGuess id(ColumnProfile column) {
    String name = lastWord(column.name());
    boolean canBeId = column.isWhole() || !column.isNumber();
    boolean isNamed = canBeId && IDS.contains(name);
    boolean isNearlyUnique = column.distinct() * 10 >= column.values() * 9;
    if (column.isUnique() && (isNamed || (canBeId && MAYBE_IDS.contains(name)))) {
      return leftOut("an id: it is different in each record");
    }
    if (column.isCounting()) {
      return leftOut("an id: it counts the records");
    }
    boolean isRare =
        column.distinct() > MOST_CATEGORIES || column.distinct() * 10 > column.values();
    if ((isNamed && isRare) || (canBeId && MAYBE_IDS.contains(name) && isNearlyUnique)) {
      return leftOut(
          String.format(
              Locale.ROOT,
              "an id: it has %,d different values in %,d records",
              column.distinct(),
              column.values()));
    }
    return isNamed ? category(column) : null;
  }

  /** Whether the column is an id that several records have in common, such as a customer's. */
  static boolean isSharedId(ColumnProfile column) {
    ColumnGuess guess = column.isUnique() || column.isCounting() ? null : id(column);
    return guess != null && guess.kind() == null;
  }

  /** The column as numbers, for where there is nothing else to predict from. */
  static ColumnGuess ofCounting(ColumnProfile column) {
    return new ColumnGuess(
        number(column), "numbers", "counts the records; nothing else is there to predict from");
  }

  /**
   * How many inputs the feature becomes, about.
   *
   * @param values how many different ones the column has, or how many a list has
   */
  long inputs(long values) {
    String word = String.valueOf(kind);
    if (word.contains("category") || word.contains("vector")) {
      return values;
    }
    if (word.startsWith("{text")) {
      return TEXT_SLOTS;
    }
    return word.contains("date") ? 10 : 1;
  }

  private static String lastWord(String name) {
    String[] words =
        name.replaceAll("(\\p{Ll}|\\p{N})(\\p{Lu})", "$1 $2")
            .toLowerCase(Locale.ROOT)
            .split("[^\\p{L}\\p{N}]+");
    return words.length == 0 ? "" : words[words.length - 1];
  }

  private static ColumnGuess ofValues(ColumnProfile column, @Nullable ValueKind known) {
    String holes = holes(column.missing());
    String doubt = doubt(column.faults(), column.firstFault());
    if (column.isFlag() || known == ValueKind.BOOLEAN) {
      return new ColumnGuess(flag(column), "true or false" + holes, doubt);
    }
    if (column.datePattern().isPresent()) {
      String other = column.otherDatePattern();
      String pattern = column.datePattern().orElseThrow();
      String also = other == null ? "" : "; %s fits all values as well".formatted(other);
      return new ColumnGuess(
          date(column),
          (column.isTimeOfDay() ? "times of day" : "dates") + holes + also,
          other == null ? doubt : "dates read as " + pattern + also);
    }
    if (column.isNumber()) {
      return new ColumnGuess(number(column), "numbers" + holes, doubtOfNumber(column, doubt));
    }
    boolean isRepeated = column.distinct() * 2 <= column.values();
    if (isRepeated && column.distinct() <= MOST_CATEGORIES) {
      return category(column);
    }
    if (isOfSentences(column)) {
      return sentences(column);
    }
    return leftOut(text(column, isRepeated));
  }

  private static boolean isOfSentences(ColumnProfile column) {
    return column.meanWords() >= SENTENCE_WORDS
        && !column.isCode()
        && column.numeric() < MOSTLY_NUMBERS * column.values()
        && column.whyNoDates() == null;
  }

  private static ColumnGuess sentences(ColumnProfile column) {
    List<String> keys = new ArrayList<>(List.of("ngrams: 2"));
    if (column.missing() > 0) {
      keys.add("missing: zero");
    }
    return new ColumnGuess(
        map("text", keys),
        "texts of %s words on average%s"
            .formatted(Math.round(column.meanWords()), holes(column.missing())),
        doubt(column.faults(), column.firstFault()));
  }

  private static @Nullable String doubtOfNumber(ColumnProfile column, @Nullable String doubt) {
    return column.isOfSeveralUnits()
        ? "numbers of several units, which are left away: 12% is read as 12, as $12 is"
        : doubt;
  }

  private static String text(ColumnProfile column, boolean isRepeated) {
    String counted =
        String.format(
            Locale.ROOT, "%,d different values in %,d records", column.distinct(), column.values());
    if (column.isCode()) {
      return "codes with " + counted;
    }
    if (column.numeric() >= MOSTLY_NUMBERS * column.values()) {
      return String.format(
          Locale.ROOT,
          "numbers, but for %,d of %,d values, the first of them '%s'",
          column.values() - column.numeric(),
          column.values(),
          Terminal.cut(String.valueOf(column.firstText())));
    }
    if (column.whyNoDates() != null) {
      return "text with " + counted + "; " + column.whyNoDates();
    }
    if (isRepeated) {
      return "text with " + counted + "; {category: {hash: 1000}} would take it";
    }
    if (column.meanWords() >= FREE_WORDS) {
      return "free text of %s words on average; {text: {ngrams: 2}} would take it"
          .formatted(Math.round(column.meanWords()));
    }
    return column.isUnique() && column.values() > 1
        ? "text that is different in each record"
        : "text with " + counted + ", too many for categories";
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
    return map("number", keys);
  }

  private static String date(ColumnProfile column) {
    List<String> keys = new ArrayList<>();
    String pattern = column.datePattern().orElseThrow();
    if (!pattern.isEmpty()) {
      keys.add("pattern: " + StartingSpec.yaml(pattern));
    }
    keys.add("parts: " + parts(column));
    if (column.missing() > 0) {
      keys.add("missing: zero, indicator: true");
    }
    return map("date", keys);
  }

  /** The day as a number, and of what goes round with the seasons only what the dates can show. */
  private static String parts(ColumnProfile column) {
    if (column.isTimeOfDay()) {
      return "[hour, minute]";
    }
    return switch (column.dateStep()) {
      case YEARS -> "[epochDays]";
      case MONTHS -> "[epochDays, month]";
      case DAYS -> "[epochDays, dayOfYear, weekday]";
      default -> "[epochDays, dayOfYear, weekday, hour]";
    };
  }

  private static ColumnGuess category(ColumnProfile column) {
    List<String> keys = new ArrayList<>();
    if (column.distinct() > 20
        && column.rarest() < MIN_COUNT
        && column.rowsOfCategories(KEPT_COUNT) > 0) {
      keys.add("minCount: " + MIN_COUNT);
    }
    if (column.missing() > 0) {
      keys.add("missing: own");
    }
    return new ColumnGuess(
        map("category", keys),
        String.format(Locale.ROOT, "%,d categories%s", column.distinct(), holes(column.missing())),
        column.isCode()
            ? "digits with leading zeros, taken as categories"
            : doubt(column.faults(), column.firstFault()));
  }

  private static String map(String word, List<String> keys) {
    return keys.isEmpty() ? word : "{%s: {%s}}".formatted(word, String.join(", ", keys));
  }

  private static boolean isTooMany(long faults, long records) {
    return faults > MOST_FAULTS * records;
  }

  private static String holes(long missing) {
    return missing == 0 ? "" : String.format(Locale.ROOT, ", %,d missing", missing);
  }

  private static @Nullable String doubt(long faults, @Nullable String first) {
    return faults == 0
        ? null
        : String.format(Locale.ROOT, "%,d values cannot be read, the first: %s", faults, first);
  }

  private static ColumnGuess leftOut(@Nullable String why) {
    return new ColumnGuess(null, String.valueOf(why), null);
  }
}
