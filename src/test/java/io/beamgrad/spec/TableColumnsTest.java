package io.beamgrad.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.data.rows.SourceField;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.Cross;
import io.beamgrad.schema.ValueKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TableColumnsTest {
  private static final String SPEC =
      """
      data: {format: csv, dir: d, train: t.csv, features: %s, target: y, weight: w, columns: %s}
      model: [{linear: {out: 1}}]
      loss: mse
      optimizer: sgd
      """;
  private static final List<SourceField> FIELDS =
      Stream.of("zip", "y", "income2", "id", "w", "income1", "a b")
          .map(name -> new SourceField(name, null, 0))
          .toList();

  @TempDir Path folder;

  private JobSpec spec(String features, String columns, String... settings) throws IOException {
    Path file = folder.resolve("t.yaml");
    return JobSpec.load(
        Files.writeString(file, SPEC.formatted(features, columns)), List.of(settings));
  }

  private List<String> names(String features, List<SourceField> fields) throws IOException {
    return TableColumns.of(spec(features, "{}"), fields).stream()
        .map(column -> column.getName() + column.getRole().name().charAt(0))
        .toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ["*"]                        | c.ageF c.cityF t[0]F t[1]F v.wF yT wW
          ["c.*", "!c.city"]           | c.ageF yT wW
          ["t[?]", c.city, "items[3]"] | t[0]F t[1]F c.cityF items[3]F yT wW
          """)
  void pathsAreNamesAsOthers(String features, String expected) throws IOException {
    List<SourceField> fields =
        Stream.of("c.age", "c.city", "t[0]", "t[1]", "v.w", "y", "w")
            .map(name -> new SourceField(name, ValueKind.TEXT, 0))
            .toList();
    assertEquals(expected, String.join(" ", names(features, fields)));
  }

  @Test
  void aVectorIsAsLongAsTheElementsThatAreFields() throws IOException {
    List<SourceField> fields =
        Stream.of("t[0]", "t[1]").map(name -> new SourceField(name, ValueKind.DATE, 0)).toList();
    List<Column> columns = TableColumns.of(spec("[t]", "{t: vector}"), fields);
    assertEquals(List.of(2), columns.get(0).getShape());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ["*"]                  | a bF idF income1F income2F zipF yT wW
          ["*", "!id", "!a *"]   | income1F income2F zipF yT wW
          ["income?", zip]       | income1F income2F zipF yT wW
          [zip, "*"]             | zipF a bF idF income1F income2F yT wW
          [zip, id]              | zipF idF yT wW
          """)
  void featuresAreNamesAndGlobsAndAllBut(String features, String expected) throws IOException {
    assertEquals(expected, String.join(" ", names(features, FIELDS)));
  }

  @Test
  void whatTheFoldersOfAPathSayIsAFeatureOnlyWhereItIsNamed() throws IOException {
    List<SourceField> fields =
        Stream.concat(FIELDS.stream(), Stream.of(SourceField.ofPath("day"))).toList();
    assertEquals(names("[\"*\"]", FIELDS), names("[\"*\"]", fields));
    assertEquals(names("[\"*\"]", FIELDS), names("[\"*\", \"!day\"]", fields));
    assertEquals(List.of("dayF", "zipF", "yT", "wW"), names("[day, \"z*\"]", fields));
    assertThrows(WrongInputException.class, () -> names("[\"d*\"]", fields));
  }

  @Test
  void theOrderOfTheFilesFieldsNeverShows() throws IOException {
    List<SourceField> turned =
        FIELDS.stream().sorted((a, b) -> b.name().compareTo(a.name())).toList();
    assertEquals(names("[\"*\"]", FIELDS), names("[\"*\"]", turned));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ["*", "!idd"] | {} | t: data.features: !idd takes nothing away; did you mean id?
          ["in*", "!*"] | {} | t: data.features: nothing is left; there are a b, id, income1, income2, w, y, zip
          ["q*"]        | {} | t: data.features: no field fits q*; there are a b, id, income1, income2, w, y, zip
          ["*"]         | {zp: category} | t: data.columns.zp: no feature of this name; did you mean zip?
          """)
  void whatFitsNothingIsAnError(String features, String columns, String message)
      throws IOException {
    JobSpec spec = spec(features, columns);
    WrongInputException thrown =
        assertThrows(WrongInputException.class, () -> TableColumns.of(spec, FIELDS));
    assertEquals(message, thrown.getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    "zip, 'zip, y, w', data.features",
    "zip, 'income1, y, w', ",
    "y, 'income1, y, w', data.target",
    "w, 'income1, y, w', data.weight"
  })
  void aColumnOfATypeThatIsNotReadIsRefusedByNameWhereItIsUsed(
      String refused, String used, String key) throws IOException {
    List<SourceField> fields =
        FIELDS.stream()
            .map(field -> field.name().equals(refused) ? interval(refused) : field)
            .toList();
    JobSpec spec = spec("[" + used.split(",")[0] + "]", "{}");
    if (key == null) {
      assertEquals(3, TableColumns.of(spec, fields).size());
      return;
    }
    WrongInputException thrown =
        assertThrows(WrongInputException.class, () -> TableColumns.of(spec, fields));
    assertEquals(
        "t: %s: column '%s' is an INTERVAL, which is not read".formatted(key, refused),
        thrown.getMessage());
  }

  private static SourceField interval(String name) {
    return new SourceField(name, null, 0, "an INTERVAL");
  }

  @Test
  void kindsAreTheFirstThatFitsThenTheFormatsThenNumbers() throws IOException {
    JobSpec spec =
        spec(
            "[\"*\"]",
            "{income1: category, income*: {number: {missing: mean}}, v: {vector: {size: 3}}}");
    List<SourceField> fields =
        List.of(
            new SourceField("income1", null, 0),
            new SourceField("income2", null, 0),
            new SourceField("flag", ValueKind.BOOLEAN, 0),
            new SourceField("day", ValueKind.DATE, 0),
            new SourceField("list", ValueKind.NUMBER, 5),
            new SourceField("v", null, 0),
            new SourceField("plain", null, 0));
    assertEquals(
        List.of(
            "day LONGS[] DATE false",
            "flag FLOATS[] BOOLEAN false",
            "income1 STRINGS[] TEXT false",
            "income2 FLOATS[] NUMBER true",
            "list FLOATS[5] NUMBER false",
            "plain FLOATS[] NUMBER false",
            "v FLOATS[3] NUMBER false"),
        TableColumns.of(spec, fields).stream().limit(7).map(TableColumnsTest::shown).toList());
  }

  private static String shown(Column column) {
    return "%s %s%s %s %s"
        .formatted(
            column.getName(),
            column.getType(),
            column.getShape(),
            column.getKind(),
            column.getNullable());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {a: numbr} | data.columns.a must be one of number, category, boolean, date, vector, text, was "numbr"; did you mean number?
          {a: {number: {clip: [3, 1]}}} | data.columns.a.number.clip must be the first below the second, of which one may be null, was [3,1]
          {a: {number: {indicator: true}}} | data.columns.a.number.indicator needs a missing other than reject
          {a: {number: {missing: mode}}} | data.columns.a.number.missing must be reject, mean, median or a number, was "mode"
          {a: {category: {hash: 8, most: 3}}} | data.columns.a.category.hash learns no categories, so there is no minCount and no most
          {a: {text: {hash: 4194305, weights: tfidf}}} | data.columns.a.text.hash must be at most 4194304 with weights: tfidf, was 4194305
          {a: {text: {hash: 2147483647}}} | data.columns.a.text.hash must be in [1, 2147483646], was 2147483647
          {a: {text: {ngrams: 9}}} | data.columns.a.text.ngrams must be in [1, 8], was 9
          {a: {text: {missing: own}}} | data.columns.a.text.missing must be one of reject, zero, was "own"
          {a: {category: {hash: 8, unknown: zeros}}} | data.columns.a.category.unknown must be left out with a hash, which learns no categories
          {a: {category: {hash: 8, binary: own}}} | data.columns.a.category.binary must be left out with a hash, which learns no categories
          {a: {category: {unknown: 0}}} | data.columns.a.category.unknown must be one of own, zeros, was 0
          {a: {category: {mostt: 3}}} | data.columns.a.category.mostt is not a key; did you mean data.columns.a.category.most?
          {a: {date: {zone: Mars}}} | data.columns.a.date.zone must be a time zone such as Europe/Berlin, was Mars
          {a: {date: {pattern: bbb}}} | data.columns.a.date.pattern must be a pattern such as dd.MM.yyyy, was bbb
          """)
  void aWrongKindIsOneLine(String columns, String message) {
    WrongInputException thrown =
        assertThrows(WrongInputException.class, () -> spec("[a]", columns));
    assertEquals(folder.resolve("t.yaml") + ": " + message, thrown.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          [[a, c]] | data.crosses: no feature is 'c'; there are a, b
          [[a, b]] | data.crosses: column 'b' must be a category, was number
          """)
  void aCrossIsOfFeaturesThatAreCategories(String crosses, String message) throws IOException {
    JobSpec spec = spec("[a, b]", "{a: category}", "data.crosses=" + crosses);
    assertEquals(
        "t: " + message,
        assertThrows(WrongInputException.class, () -> TableColumns.of(spec, List.of()))
            .getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          [a, b] | must be a list of lists of names, or of maps of columns and hash, of two different columns or more each, a hash in [1, 2147483646], and no other key, was ["a","b"]
          [[a]] | must be of two different columns or more each, a hash in [1, 2147483646], and no other key, was [["a"]]
          [[a, a]] | must be of two different columns or more each, a hash in [1, 2147483646], and no other key, was [["a","a"]]
          [{columns: [a, b], hash: 0}] | must be of two different columns or more each, a hash in [1, 2147483646], and no other key, was [{"columns":["a","b"],"hash":0}]
          [{columns: [a, b], hash: 2147483647}] | must be of two different columns or more each, a hash in [1, 2147483646], and no other key, was [{"columns":["a","b"],"hash":2147483647}]
          [{columns: [a, b], slots: 5}] | must be of two different columns or more each, a hash in [1, 2147483646], and no other key, was [{"columns":["a","b"],"slots":5}]
          """)
  void aCrossThatIsNoneIsOneLine(String crosses, String message) {
    assertTrue(
        assertThrows(
                WrongInputException.class,
                () -> spec("[a, b]", "{a: category}", "data.crosses=" + crosses))
            .getMessage()
            .endsWith("data.crosses " + message));
  }

  @Test
  void aCrossWithoutAHashIsOfTheUsualSlotsAndNoneLeavesTheFingerprint() throws IOException {
    JobSpec one = spec("[a, b]", "{a: category, b: category}", "data.crosses=[[a, b]]");
    JobSpec other =
        spec(
            "[a, b]",
            "{a: category, b: category}",
            "data.crosses=[{columns: [a, b], hash: 65536}]");
    assertEquals(List.of(new Cross(List.of("a", "b"), 65536)), one.data().crosses());
    assertEquals(one.data().crosses(), other.data().crosses());
    assertEquals(one.fingerprint(), other.fingerprint());
    JobSpec none = spec("[a, b]", "{a: category, b: category}");
    assertEquals(List.of(), none.data().crosses());
    assertNotEquals(none.fingerprint(), one.fingerprint());
  }

  @Test
  void columnsComeBackFromTheWrittenSpec() throws IOException {
    JobSpec spec =
        spec(
            "[\"*\"]",
            "{a: {number: {clip: [null, 3], log: true, missing: 0.5, indicator: true, scale: robust}},"
                + " b: {category: {minCount: 3, missing: none, unknown: zeros, binary: sign}}, c: {boolean: {missing: true}},"
                + " d: {date: {parts: [dayOfYear, epochDays], missing: zero}}, e: {vector: {size: 2}},"
                + " f*: {category: {hash: 9, missing: own}},"
                + " g: {text: {hash: 9, ngrams: 3, lowercase: false, weights: tfidf, norm: none, missing: zero}}}");
    Path again = Files.writeString(folder.resolve("t.yaml"), spec.toYaml());
    assertEquals(spec, JobSpec.load(again, List.of()));
    assertEquals(spec.fingerprint(), JobSpec.load(again, List.of()).fingerprint());
  }
}
