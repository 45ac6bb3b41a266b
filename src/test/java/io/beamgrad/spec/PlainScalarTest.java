package io.beamgrad.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import io.beamgrad.failure.WrongInputException;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlainScalarTest {
  private static final String SPEC =
      """
      data: {format: csv, dir: d, train: t.csv, features: [x], target: y}
      model: [{linear: {out: 1}}]
      loss: mse
      optimizer: {sgd: {lr: 0.1}}
      """;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          007     | 007
          2026    | 2026
          1.10    | 1.10
          1e3     | 1e3
          0x10    | 0x10
          1_000   | 1_000
          -5      | -5
          no      | no
          Yes     | Yes
          true    | true
          010.csv | 010.csv
          "007"   | 007
          2026-11-01 | 2026-11-01
          """)
  void aNameIsTakenAsWritten(String written, String name) {
    for (String argument :
        List.of(
            "data.train=" + written,
            "data.train=[" + written + "]",
            "data.features=[" + written + "]",
            "data.target=" + written,
            "data.weight=" + written,
            "split.by={group: " + written + "}")) {
      SpecTree spec = spec(argument);
      String key = argument.substring(0, argument.indexOf('='));
      JsonNode value = spec.root().at("/" + key.replace('.', '/'));
      JsonNode first = value.isContainerNode() ? value.elements().next() : value;
      assertEquals(name, first.textValue(), argument);
      assertEquals(spec, reread(spec), argument);
    }
  }

  @Test
  void aListOfNamesMayMixAllThatYamlReads() {
    JsonNode train = spec("data.train=[2026, 'old/*.csv.gz', no, 007]").root().at("/data/train");

    assertEquals(
        List.of("2026", "old/*.csv.gz", "no", "007"),
        StreamSupport.stream(train.spliterator(), false).map(JsonNode::textValue).toList());
  }

  @Test
  void aColumnOfKindsIsNamedAsWritten() {
    JsonNode columns =
        spec("data.features=[no, 007]", "data.columns={no: category, 007: number}")
            .root()
            .at("/data/columns");

    assertEquals(
        List.of("no", "007"), columns.properties().stream().map(Map.Entry::getKey).toList());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          batch=0100           | batch must be a whole number in [1, 2147483647], was 0100; a number has no leading zero
          batch=089            | batch must be a whole number in [1, 2147483647], was 089; a number has no leading zero
          seed=010             | seed must be a whole number, was 010; a number has no leading zero
          seed=-010            | seed must be a whole number, was -010; a number has no leading zero
          optimizer.lr=01      | optimizer.lr must be a number above 0, was 01; a number has no leading zero
          data.csv.header=maybe | data.csv.header must be true or false, was "maybe"
          """)
  void aNumberHasNoLeadingZero(String argument, String message) {
    assertEquals(
        "--set " + argument + ": " + message,
        assertThrows(WrongInputException.class, () -> spec(argument)).getMessage());
  }

  @ParameterizedTest
  @CsvSource({
    "batch=64, 64",
    "seed=0, 0",
    "seed=-5, -5",
    "batch=1_000, 1000",
    "batch=0x10, 16",
    "optimizer.lr=1e-3, 0.001",
    "optimizer.lr=0.10, 0.1",
    "optimizer.lr=00.5, 0.5"
  })
  void otherNumbersAreRead(String argument, double value) {
    String key =
        argument.substring(0, argument.indexOf('=')).replace("optimizer.", "optimizer.sgd.");

    assertEquals(value, spec(argument).root().at("/" + key.replace('.', '/')).doubleValue());
  }

  private static SpecTree spec(String... overrides) {
    return SpecTree.of(SpecYaml.parse(SPEC, "spec.yaml"), "spec.yaml", List.of(overrides));
  }

  private static SpecTree reread(SpecTree spec) {
    return SpecTree.of(
        SpecYaml.parse(SpecYaml.write(spec.root()), "job.yaml"), "job.yaml", List.of());
  }
}
