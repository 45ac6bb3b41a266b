package io.beamgrad.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beamgrad.data.encoding.CrossEncoder;
import io.beamgrad.data.files.Storage;
import io.beamgrad.registry.gate.CheckLimits;
import io.beamgrad.registry.gate.Floor;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.DoublePredicate;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.StreamSupport;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The values that a key of a job spec takes, and how a person is told.
 *
 * @param type the kind of value in words, such as "a whole number"
 * @param range the limits in words, such as "in [0, 1)"; empty where there are none
 * @param form makes one form of a value that can be written in several ways, such as 1 and 1.0
 */
public record AllowedValues(
    String type,
    String range,
    Predicate<JsonNode> isOfType,
    Predicate<JsonNode> isInRange,
    UnaryOperator<JsonNode> form) {

  /** Outputs of a model: one for each class of the training rows. */
  static final String CLASSES = "classes";

  /** Outputs of a model: one for each target. */
  static final String NUMBERS = "numbers";

  /** Below {@code preset} the name of the one whose keys are laid. */
  static final String RESOLVED = "resolved";

  /** The most characters of a name. */
  static final int NAME_LENGTH = 100;

  /** The most inputs that texts share by their hash. */
  static final int MOST_SLOTS = Integer.MAX_VALUE - 1;

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final int LONGEST_SHOWN = 60;

  private AllowedValues(
      String type, String range, Predicate<JsonNode> isOfType, Predicate<JsonNode> isInRange) {
    this(type, range, isOfType, isInRange, value -> value);
  }

  /** The same, each value of which but null has one form. */
  private AllowedValues in(UnaryOperator<JsonNode> other) {
    return new AllowedValues(
        type, range, isOfType, isInRange, value -> value.isNull() ? value : other.apply(value));
  }

  /** The one form that a value has, however it was written. */
  JsonNode canonical(JsonNode value) {
    return form.apply(value);
  }

  static AllowedValues text() {
    return new AllowedValues("text", "", PlainScalar::isName, node -> true).in(PlainScalar::name);
  }

  /** Text that names a file or folder, which is made absolute. */
  static AllowedValues path() {
    return text()
        .in(
            node ->
                NODES.textNode(
                    Path.of(PlainScalar.name(node).textValue())
                        .toAbsolutePath()
                        .normalize()
                        .toString()));
  }

  /** Text that names a folder of a disk, which is made absolute, or an address. */
  static AllowedValues place() {
    return text().in(node -> Storage.isRemote(node.textValue()) ? node : path().canonical(node));
  }

  /** Text that may name a folder and a model on every file system. */
  static AllowedValues name() {
    return new AllowedValues(
            "text",
            "up to %s letters, digits, '.', '_' or '-', a letter or digit first"
                .formatted(NAME_LENGTH),
            PlainScalar::isName,
            node ->
                PlainScalar.name(node)
                    .textValue()
                    .matches("[A-Za-z0-9][A-Za-z0-9._-]{0,%s}".formatted(NAME_LENGTH - 1)))
        .in(PlainScalar::name);
  }

  /** A character of text that can stand between fields. */
  public static AllowedValues character() {
    return new AllowedValues(
        "one character",
        "that is no letter, digit or end of a line",
        node -> node.isTextual() && node.textValue().length() == 1,
        node -> {
          char c = node.textValue().charAt(0);
          return !Character.isLetterOrDigit(c) && c != '\n' && c != '\r' && c != 0 && c < 0xFFFD;
        });
  }

  /** The name of an encoding that this Java knows. */
  static AllowedValues charset() {
    return new AllowedValues(
        "the name of an encoding",
        "that Java knows",
        AllowedValues::isText,
        node -> isCharset(node.textValue()));
  }

  private static boolean isCharset(String name) {
    try {
      return Charset.isSupported(name);
    } catch (IllegalCharsetNameException e) {
      return false;
    }
  }

  static AllowedValues oneOf(String... words) {
    return new AllowedValues(
        "one of " + String.join(", ", words),
        "",
        node -> node.isTextual() && List.of(words).contains(node.textValue()),
        node -> true);
  }

  static AllowedValues flag() {
    return new AllowedValues("true or false", "", JsonNode::isBoolean, node -> true);
  }

  static AllowedValues wholeNumber() {
    return new AllowedValues("a whole number", "", AllowedValues::isWhole, node -> true)
        .in(AllowedValues::whole);
  }

  static AllowedValues wholeNumber(long from, long to) {
    return new AllowedValues(
            "a whole number",
            "in [" + from + ", " + to + "]",
            AllowedValues::isWhole,
            node -> node.longValue() >= from && node.longValue() <= to)
        .in(AllowedValues::whole);
  }

  static AllowedValues number(String range, DoublePredicate isInRange) {
    return new AllowedValues(
            "a number",
            range,
            JsonNode::isNumber,
            node -> Double.isFinite(node.doubleValue()) && isInRange.test(node.doubleValue()))
        .in(AllowedValues::number);
  }

  /** A number that is used as a float, which must be in the range too. */
  static AllowedValues numberAsFloat(String range, DoublePredicate isInRange) {
    return number(range, x -> Float.isFinite((float) x) && isInRange.test((float) x));
  }

  /** Numbers that are used as floats. */
  static AllowedValues numbersAsFloats(String range, DoublePredicate isInRange) {
    return new AllowedValues(
            "a list of numbers",
            range,
            node -> isListOf(node, JsonNode::isNumber),
            node ->
                isListOf(
                    node, n -> Float.isFinite(n.floatValue()) && isInRange.test(n.floatValue())))
        .in(AllowedValues::numbers);
  }

  static AllowedValues names() {
    return new AllowedValues(
            "a list of names", "", node -> isListOf(node, PlainScalar::isName), node -> true)
        .in(AllowedValues::namesIn);
  }

  static AllowedValues nameOrNames() {
    return new AllowedValues(
            "a name or a list of names",
            "",
            node -> PlainScalar.isName(node) || isListOf(node, PlainScalar::isName),
            node -> true)
        .in(AllowedValues::oneForm);
  }

  /** The same, or a map whose keys are listed by themselves. */
  AllowedValues orMap(String names) {
    return new AllowedValues(
        "%s, or a map of %s".formatted(words(), names),
        "",
        isOfType.and(isInRange),
        node -> true,
        form);
  }

  /** One of some words, or a number that is used as a float. */
  static AllowedValues wordOrNumber(String range, DoublePredicate isInRange, String... words) {
    AllowedValues word = oneOf(words);
    AllowedValues number = numberAsFloat(range, isInRange);
    return new AllowedValues(
            String.join(", ", words) + " or " + number.words(),
            "",
            node -> word.isOfType.test(node) || (node.isNumber() && number.isInRange.test(node)),
            node -> true)
        .in(AllowedValues::number);
  }

  /** A word, or true or false. */
  static AllowedValues wordOrFlag(String word) {
    return new AllowedValues(
        word + ", true or false",
        "",
        node -> node.isBoolean() || (node.isTextual() && node.textValue().equals(word)),
        node -> true);
  }

  /** Different words of an enum; null stands for some of them. */
  static AllowedValues words(Class<?> type, List<String> usual) {
    AllowedValues word = oneOf(EnumWord.all(type));
    ArrayNode standsFor = NODES.arrayNode();
    usual.forEach(standsFor::add);
    return new AllowedValues(
        "a list of " + word.type.substring("one of ".length()),
        "each once",
        node -> isListOf(node, word.isOfType),
        node -> StreamSupport.stream(node.spliterator(), false).distinct().count() == node.size(),
        node -> node.isNull() ? standsFor : node);
  }

  /** Two numbers that are used as floats, the first below the second; null is no bound. */
  static AllowedValues bounds() {
    return new AllowedValues(
            "[least, largest]",
            "the first below the second, of which one may be null",
            node -> node.isArray() && node.size() == 2 && isListOf(node, AllowedValues::isBound),
            node ->
                (node.get(0).isNull() || node.get(1).isNull())
                    ? node.get(0).isNumber() || node.get(1).isNumber()
                    : node.get(0).floatValue() < node.get(1).floatValue())
        .in(AllowedValues::numbers);
  }

  private static boolean isBound(JsonNode node) {
    return node.isNull() || (node.isNumber() && Float.isFinite(node.floatValue()));
  }

  /** The outputs of a linear layer. */
  static AllowedValues outputs() {
    AllowedValues number = wholeNumber(1, Integer.MAX_VALUE);
    return new AllowedValues(
        "classes, numbers or " + number.type,
        number.range,
        node -> isOutputs(node) || number.isOfType.test(node),
        node -> isOutputs(node) || number.isInRange.test(node),
        node -> isOutputs(node) ? node : number.canonical(node));
  }

  private static boolean isOutputs(JsonNode node) {
    return CLASSES.equals(node.textValue()) || NUMBERS.equals(node.textValue());
  }

  /** A way to split rows: a word, or a word with the name of a column, for groups of several. */
  static AllowedValues splitBy() {
    return new AllowedValues(
        "random, stratified, {group: COLUMN}, {group: [COLUMNS]}, {time: COLUMN} or {column: COLUMN}",
        "",
        node ->
            node.isTextual()
                ? Set.of("random", "stratified").contains(node.textValue())
                : node.isObject()
                    && node.size() == 1
                    && Set.of("group", "time", "column").contains(node.fieldNames().next())
                    && (PlainScalar.isName(node.elements().next())
                        || (node.has("group") && isListOfNames(node.get("group")))),
        node -> true,
        node -> {
          String word = node.isObject() ? node.fieldNames().next() : "";
          return word.isEmpty() ? node : NODES.objectNode().set(word, oneForm(node.get(word)));
        });
  }

  /** What deals rows into folds. */
  static AllowedValues foldsBy() {
    AllowedValues split = splitBy();
    return new AllowedValues(
        "random, stratified, {group: COLUMN}, {group: [COLUMNS]} or {time: COLUMN}",
        "",
        node -> !node.has("column") && split.isOfType.test(node),
        node -> true,
        split.form);
  }

  private static boolean isListOfNames(JsonNode node) {
    return isListOf(node, PlainScalar::isName) && !node.isEmpty();
  }

  /** Columns that matter together, each with how many inputs they are. */
  static AllowedValues crosses() {
    return new AllowedValues(
            "a list of lists of names, or of maps of columns and hash,",
            "of two different columns or more each, a hash in [1, %s], and no other key"
                .formatted(MOST_SLOTS),
            node -> isListOf(node, cross -> isListOf(crossed(cross), PlainScalar::isName)),
            node -> isListOf(node, AllowedValues::isCross))
        .in(
            node -> {
              ArrayNode all = NODES.arrayNode();
              for (JsonNode cross : node) {
                ObjectNode one = all.addObject();
                one.set("columns", namesIn(crossed(cross)));
                one.put("hash", cross.path("hash").asInt(CrossEncoder.USUAL_SLOTS));
              }
              return all;
            });
  }

  /** The columns of a cross, however it is written. */
  private static JsonNode crossed(JsonNode cross) {
    return cross.isArray() ? cross : cross.path("columns");
  }

  private static boolean isCross(JsonNode cross) {
    Set<String> names = new HashSet<>();
    namesIn(crossed(cross)).forEach(name -> names.add(name.textValue()));
    JsonNode hash = cross.path("hash");
    boolean hasHash =
        hash.isMissingNode()
            || (isWhole(hash) && hash.longValue() >= 1 && hash.longValue() <= MOST_SLOTS);
    boolean isKnown = cross.isArray() || cross.size() == (hash.isMissingNode() ? 1 : 2);
    return names.size() >= 2 && names.size() == crossed(cross).size() && hasHash && isKnown;
  }

  /** A name alone is no list. */
  private static JsonNode oneForm(JsonNode node) {
    return namesIn(node.size() == 1 ? node.get(0) : node);
  }

  /** A choice of training files. */
  static AllowedValues selection(String... words) {
    return new AllowedValues(
        String.join(", ", words) + " or {days: N}",
        "with an N of at least 1",
        node ->
            node.isTextual()
                ? List.of(words).contains(node.textValue())
                : node.isObject()
                    && node.size() == 1
                    && node.has("days")
                    && node.get("days").isIntegralNumber(),
        node ->
            node.isTextual()
                || (node.get("days").canConvertToInt() && node.get("days").intValue() > 0));
  }

  /**
   * The values of another, or null, for all columns, or a map of columns to such. In the map {@code
   * *} is for the columns that it does not name; where it has none, they have the usual value.
   *
   * @param usual null for null
   */
  AllowedValues byColumn(@Nullable Double usual) {
    AllowedValues each = orNull();
    String others = CheckLimits.ColumnLimit.OTHERS;
    return new AllowedValues(
        each.words() + ", or a map of columns to such",
        "",
        node -> each.isOfType.test(node) || isMapOf(node, name -> true, each.isOfType),
        node -> true,
        node -> {
          if (!node.isObject()) {
            return each.canonical(node);
          }
          ObjectNode byColumn = NODES.objectNode();
          byColumn.set(others, usual == null ? NODES.nullNode() : NODES.numberNode(usual));
          node.properties().stream()
              .sorted(Map.Entry.comparingByKey())
              .forEach(
                  of ->
                      byColumn.set(
                          of.getKey(),
                          isNothing(of.getValue())
                              ? NODES.nullNode()
                              : each.canonical(of.getValue())));
          return byColumn.size() == 1 ? byColumn.get(others) : byColumn;
        });
  }

  /** A share of the rows, and what names them. */
  static AllowedValues holdout() {
    Predicate<JsonNode> isShare = node -> node.doubleValue() > 0 && node.doubleValue() < 1;
    return new AllowedValues(
            "a number, {share: NUMBER, key: COLUMNS} or {share: NUMBER, by: rows or content}",
            "in (0, 1)",
            node -> node.isNumber() || isHoldout(node),
            node -> isShare.test(node.isNumber() ? node : node.path("share")))
        .in(
            node -> {
              if (node.isNumber() || node.size() == 1) {
                return number(node.isNumber() ? node : node.get("share"));
              }
              ObjectNode holdout = NODES.objectNode().set("share", number(node.get("share")));
              return node.has("by")
                  ? holdout.set("by", node.get("by"))
                  : holdout.set("key", oneForm(node.get("key")));
            });
  }

  private static boolean isHoldout(JsonNode node) {
    JsonNode key = node.path("key");
    boolean isNamed =
        key.isMissingNode()
            ? Set.of("rows", "content", "").contains(node.path("by").asText())
            : !node.has("by") && (PlainScalar.isName(key) || isListOfNames(key));
    return isNamed
        && isMapOf(node, Set.of("share", "key", "by")::contains, value -> true)
        && node.path("share").isNumber();
  }

  /** A map of some words to numbers. */
  static AllowedValues numbersOf(String... words) {
    return new AllowedValues(
            "a map of " + String.join(", ", words) + " to numbers",
            "",
            node -> isMapOf(node, word -> List.of(words).contains(word), AllowedValues::isFinite),
            node -> true)
        .in(node -> sorted(node, List.of(words)));
  }

  /** The same, or to maps of any names to numbers. */
  static AllowedValues numbersByNameOf(String... words) {
    return new AllowedValues(
            "a map of %s to numbers or maps of names to numbers"
                .formatted(String.join(", ", words)),
            "",
            node ->
                isMapOf(
                    node,
                    word -> List.of(words).contains(word),
                    value ->
                        isFinite(value) || isMapOf(value, name -> true, AllowedValues::isFinite)),
            node -> true)
        .in(node -> sorted(node, List.of(words)));
  }

  /** In the order of the words; below them by name, and where that is for all, their number. */
  private static JsonNode sorted(JsonNode map, List<String> words) {
    ObjectNode sorted = NODES.objectNode();
    for (String word : words) {
      JsonNode value = map.path(word);
      if (value.isNumber()) {
        sorted.set(word, number(value));
      } else if (value.size() == 1 && value.has(Floor.OTHERS)) {
        sorted.set(word, number(value.get(Floor.OTHERS)));
      } else if (value.isObject()) {
        ObjectNode byName = sorted.putObject(word);
        value.properties().stream()
            .sorted(Map.Entry.comparingByKey())
            .forEach(limit -> byName.set(limit.getKey(), number(limit.getValue())));
      }
    }
    return sorted;
  }

  /** A name, or each of a list, as text. */
  private static JsonNode namesIn(JsonNode node) {
    if (!node.isArray()) {
      return PlainScalar.name(node);
    }
    ArrayNode names = NODES.arrayNode();
    node.forEach(name -> names.add(PlainScalar.name(name)));
    return names;
  }

  private static JsonNode whole(JsonNode node) {
    return NODES.numberNode(node.longValue());
  }

  /** A number as a double; a word or null as it is. */
  private static JsonNode number(JsonNode node) {
    return node.isNumber() ? NODES.numberNode(node.doubleValue()) : node;
  }

  private static JsonNode numbers(JsonNode list) {
    ArrayNode numbers = NODES.arrayNode();
    list.forEach(node -> numbers.add(number(node)));
    return numbers;
  }

  private static boolean isMapOf(
      JsonNode node, Predicate<String> isKey, Predicate<JsonNode> isValue) {
    return node.isObject()
        && !node.isEmpty()
        && node.properties().stream()
            .allMatch(entry -> isKey.test(entry.getKey()) && isValue.test(entry.getValue()));
  }

  private static boolean isFinite(JsonNode node) {
    return node.isNumber() && Double.isFinite(node.doubleValue());
  }

  /** The name of a preset; {@code {resolved: NAME}} where its keys have been laid already. */
  static AllowedValues preset() {
    AllowedValues name = oneOf(Preset.NAMES.toArray(String[]::new));
    return new AllowedValues(
        name.type,
        "",
        node ->
            name.isOfType.test(node)
                || isMapOf(node, RESOLVED::equals, value -> name.isOfType.test(value)),
        node -> true,
        node -> node.isTextual() ? NODES.objectNode().set(RESOLVED, node) : node);
  }

  /** Where something can be posted to. */
  static AllowedValues webAddress() {
    return new AllowedValues(
        "text", "an http or https address", AllowedValues::isText, node -> isWeb(node.textValue()));
  }

  private static boolean isWeb(String address) {
    try {
      URI uri = new URI(address);
      return uri.getHost() != null && Set.of("http", "https").contains(uri.getScheme());
    } catch (URISyntaxException e) {
      return false;
    }
  }

  /** The same, or null where it has a default other than that. */
  AllowedValues orNull() {
    return new AllowedValues(
        words() + " or null",
        "",
        node -> isNothing(node) || (isOfType.test(node) && isInRange.test(node)),
        node -> true,
        form);
  }

  /** No value of its own: the keys below it are listed by themselves. */
  static AllowedValues keys(String words) {
    return new AllowedValues(words, "", JsonNode::isObject, node -> true);
  }

  /** What is wrong with a value, such as "must be in [0, 1), was 1.0"; empty if nothing is. */
  Optional<String> complaint(JsonNode found) {
    if (!isOfType.test(found)) {
      boolean isCode = found.isTextual() && found.textValue().matches("[-+]?0[0-9_]+");
      return Optional.of(
          "must be %s, was %s"
              .formatted(
                  words(),
                  isCode && !takesText()
                      ? found.textValue() + "; a number has no leading zero"
                      : shown(found)));
    }
    if (!isInRange.test(found)) {
      return Optional.of("must be " + range + ", was " + shown(found));
    }
    return Optional.empty();
  }

  private boolean takesText() {
    return isOfType.test(NODES.textNode("a"));
  }

  public String words() {
    return range.isEmpty() ? type : type + " " + range;
  }

  static String shown(JsonNode found) {
    String text = isNothing(found) ? "nothing" : found.toString();
    return text.length() <= LONGEST_SHOWN ? text : text.substring(0, LONGEST_SHOWN) + "...";
  }

  /** A key without a value, which reaches us as empty text. */
  static boolean isNothing(JsonNode node) {
    return node.isNull() || (node.isTextual() && node.textValue().isEmpty());
  }

  private static boolean isText(JsonNode node) {
    return node.isTextual() && !node.textValue().isEmpty();
  }

  private static boolean isListOf(JsonNode node, Predicate<JsonNode> isEntry) {
    return node.isArray()
        && !node.isEmpty()
        && StreamSupport.stream(node.spliterator(), false).allMatch(isEntry);
  }

  private static boolean isWhole(JsonNode node) {
    return node.isIntegralNumber() && node.canConvertToLong();
  }
}
