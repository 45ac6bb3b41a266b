package io.beamgrad.retrain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.beamgrad.cli.Cli;
import io.beamgrad.data.files.RecordFile;
import io.beamgrad.model.KeyedModels;
import io.beamgrad.model.ModelFile;
import io.beamgrad.registry.Decision;
import io.beamgrad.registry.ModelRegistry;
import io.beamgrad.registry.Version;
import io.beamgrad.schema.DataProfile;
import io.beamgrad.schema.ModelRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models by key are retrained, judged and kept as one model. */
class KeyedRetrainTest {
  private static final int CUSTOMERS = 10;

  /** The same job with one model of all rows. */
  private static final List<String> PLAIN =
      List.of("--set", "each=", "--set", "data.features=[a,b]");

  @TempDir Path folder;

  /** Writes a day in which each customer has a line of its own. */
  private void day(int day, int rowsOfEach) throws IOException {
    Random random = new Random(day);
    StringBuilder rows = new StringBuilder("customer,a,b,y\n");
    for (int i = 0; i < CUSTOMERS * rowsOfEach; i++) {
      int customer = i % CUSTOMERS;
      double a = random.nextGaussian();
      double b = random.nextGaussian();
      double y = (customer - 4) * a + (customer % 3) * b + 0.1 * random.nextGaussian();
      rows.append(String.format(Locale.ROOT, "c%d,%.4f,%.4f,%.4f%n", customer, a, b, y));
    }
    Path of = Files.createDirectories(folder.resolve("data/day=2026-11-0" + day));
    Files.writeString(of.resolve("rows.csv"), rows);
  }

  @BeforeEach
  void writeSpec() throws IOException {
    Files.writeString(
        folder.resolve("lines.yaml"),
        """
        data: {dir: %s, train: "day=*/rows.csv", features: ["*"], target: y}
        split: {validation: 0.2, test: 0.1}
        model: [{linear: {out: 1}}]
        loss: mse
        optimizer: {sgd: {lr: 0.05}}
        batch: 8
        epochs: 6
        each: {key: customer, minRows: 10}
        retrain:
          start: warm
          holdout: {share: 0.2, by: rows}
          gate: {metric: loss, of: all, test: none}
        """
            .formatted(folder.resolve("data")));
    day(1, 40);
  }

  private Cli.Result retrain(List<String> more) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "retrain",
                folder.resolve("lines.yaml").toString(),
                "--registry",
                folder.resolve("registry").toString()));
    words.addAll(more);
    return Cli.run(words.toArray(String[]::new));
  }

  private String end(int exitCode, List<String> more) {
    Cli.Result result = retrain(more);
    assertEquals(exitCode, result.exitCode(), result.out() + result.err());
    return result.out() + result.err();
  }

  private static List<String> set(String... keys) {
    return List.of(keys).stream().flatMap(key -> List.of("--set", key).stream()).toList();
  }

  private Version version() {
    return ModelRegistry.open(folder.resolve("registry"), "lines").current().orElseThrow();
  }

  private static ModelRecord model(Version version) {
    return ModelFile.read(version.model().toString());
  }

  private Cli.Result registry(String command, String... more) {
    List<String> words = new ArrayList<>(List.of("registry", command));
    words.addAll(List.of(more));
    words.addAll(List.of("--registry", folder.resolve("registry").toString()));
    return Cli.run(words.toArray(String[]::new));
  }

  @Test
  void aVersionHasAllOfItAndTheNextGoesOnFromItsPooledWeights() throws IOException {
    String first = end(0, List.of());
    assertTrue(first.contains("\n  keys       10 of customer: "), first);
    Version one = version();
    assertEquals(3, model(one).getFormatVersion());
    assertTrue(Files.exists(one.folder().resolve("keys.avro")));
    DataProfile profile = RecordFile.of(DataProfile.class).read(one.profile().toString()).get(0);
    assertFalse(profile.toString().contains("customer"), "a key is no content that drifts");

    day(2, 60);
    JsonNode told = new ObjectMapper().readTree(end(0, List.of("--dry-run", "--json")));
    String second = end(0, List.of());
    assertTrue(second.contains("\n  start      warm from version 1\n"), second);
    Version two = version();
    assertNotEquals(model(one).getParameters(), model(two).getParameters());
    Decision decision = ModelRegistry.open(folder.resolve("registry"), "lines").history().get(1);
    assertEquals(decision.rows().trained(), told.at("/rows/trained").asLong());
    assertEquals(decision.rows().validated(), told.at("/rows/validated").asLong());
    assertEquals(decision.rows().heldOut(), told.at("/rows/heldOut").asLong());
    assertEquals(decision.scores().holdoutRows(), told.at("/judging/rows").asLong());

    String shown = registry("show", "2").out();
    assertTrue(shown.contains("\n  keys        10 of customer: "), shown);
    assertTrue(shown.contains("\n              test loss "), shown);
    assertEquals(0, registry("diff", "1", "2").exitCode());
    assertEquals(
        new Cli.Result(0, "lines: 2 versions and 2 decisions as written\n", ""),
        registry("verify"));

    String scores =
        Cli.run(
                "evaluate",
                "--model",
                two.model().toString(),
                "--data",
                two.spec().toString(),
                "--split",
                "holdout",
                "--json")
            .out();
    assertEquals(
        decision.scores().challenger(),
        new ObjectMapper().readTree(scores).at("/loss").doubleValue(),
        "the rows that judged are measured by the models of their keys");
  }

  @Test
  void aWarmStartThatTrainsNothingKeepsThePooledWeights() {
    end(0, List.of());
    ModelRecord before = model(version());
    end(0, set("optimizer.sgd.lr=1e-30", "retrain.gate.maxLoss=1000"));
    assertEquals(before.getParameters(), model(version()).getParameters());
    assertEquals(List.of(), model(version()).getKeyWeights(), "no key gets better by nothing");
    assertEquals(
        KeyedModels.encoding(before).orElseThrow().getHashes(),
        KeyedModels.encoding(model(version())).orElseThrow().getHashes());
  }

  @Test
  void oneModelAndModelsByKeyAreJudgedByTheSameRows() {
    end(0, PLAIN);
    String keyed = end(0, List.of());
    assertTrue(keyed.contains("\n  checks     nothing found\n"), keyed);
    assertTrue(keyed.contains("\n  start      cold: the columns changed\n"), keyed);
    assertTrue(KeyedModels.encoding(model(version())).isPresent());

    String plain = end(11, PLAIN);
    assertTrue(plain.contains(" of version 2: "), plain);
    Decision kept = ModelRegistry.open(folder.resolve("registry"), "lines").history().get(2);
    assertTrue(kept.scores().current() < 0.5 * kept.scores().challenger(), plain);
    List<String> forced = new ArrayList<>(PLAIN);
    forced.addAll(List.of("--force", "--reason", "one is enough"));
    end(0, forced);
    assertTrue(KeyedModels.encoding(model(version())).isEmpty());
  }

  @Test
  void keysAreSegmentsOfTheGate() {
    List<String> floors =
        set("retrain.gate.segment=customer", "retrain.gate.segmentFloors={loss: {\"*\": 100}}");
    end(0, floors);
    List<String> strict =
        set(
            "retrain.gate.segment=customer",
            "retrain.gate.segmentFloors={loss: {c3: 1e-9}}",
            "seed=2");
    String refused = end(11, strict);
    assertTrue(refused.contains(" where customer is 'c3', at most 1e-9 wanted"), refused);
  }

  @Test
  void someOfVeryManyKeysHaveFloors() throws IOException {
    StringBuilder rows = new StringBuilder("customer,a,b,y\n");
    for (int i = 0; i < 2400; i++) {
      rows.append("c" + i + "," + i % 5 + ",1," + i % 5 + "\n");
    }
    Files.writeString(folder.resolve("data/day=2026-11-01/rows.csv"), rows);
    List<String> all =
        set(
            "retrain.holdout={share: 0.5, by: rows}",
            "retrain.gate.segment=customer",
            "retrain.gate.segmentFloors={loss: 100}");
    assertTrue(
        end(2, all)
            .endsWith(
                "\nbeamgrad: retrain.gate.segment: has more than 1,000 values with a floor in the holdout\n"));
    List<String> none = new ArrayList<>(all);
    none.addAll(set("retrain.gate.segmentFloors={loss: {gone: 100}}"));
    assertTrue(end(11, none).contains("no segment 'gone' to tell its loss from"));
  }

  @Test
  void wholeKeysAreNotHeldOut() {
    assertEquals(
        new Cli.Result(
            2,
            "",
            "beamgrad: --set retrain.holdout={share: 0.2, key: customer}: retrain.holdout.key must not be each.key, customer, as no judging row would have a key with a model of its own\n"),
        retrain(set("retrain.holdout={share: 0.2, key: customer}")));
    List<String> force = List.of("--force", "--reason", "few customers may be held out");
    List<String> before = new ArrayList<>(PLAIN);
    before.addAll(set("retrain.holdout={share: 0.4, key: customer}"));
    before.addAll(force);
    end(0, before);
    String refused = end(2, set("retrain.holdout=0.2"));
    assertTrue(
        refused.endsWith(
            "\nbeamgrad: lines: retrain.holdout must say by: content or rows, as the version in service holds out all rows of a customer or none, and no judging row would have a key with a model of its own\n"),
        refused);
    List<String> byRows = new ArrayList<>(set("retrain.holdout={share: 0.2, by: rows}"));
    byRows.addAll(force);
    end(0, byRows);
  }

  @Test
  void aKeyHasNoLimitOfDrift() {
    String refused = end(2, set("retrain.checks.psi.stop={customer: 0.1}"));
    assertTrue(
        refused.contains(
            "must name columns that are compared, was \"customer\"; there are a, b, y"),
        refused);
  }
}
