package io.beamgrad.retrain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.beamgrad.cli.Cli;
import io.beamgrad.registry.Decision;
import io.beamgrad.registry.ModelRegistry;
import io.beamgrad.registry.RegistryLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DryRunTest {
  @TempDir Path folder;

  private Path registry() {
    return folder.resolve("registry");
  }

  private void day(int day, int rows) throws IOException {
    Random random = new Random(day);
    StringBuilder text = new StringBuilder("id,x,label\n");
    for (int i = 0; i < rows; i++) {
      String label = i % 2 == 0 ? "a" : "b";
      double x = (i % 2) * 5 + random.nextGaussian();
      text.append("%s-%s,%s,%s\n".formatted(day, i, Double.toString(x), label));
    }
    Path of =
        Files.createDirectories(
            folder.resolve(String.format(Locale.ROOT, "data/day=2026-11-%02d", day)));
    Files.writeString(of.resolve("rows.csv"), text);
  }

  @BeforeEach
  void writeSpec() throws IOException {
    spec("");
  }

  private void spec(String more) throws IOException {
    Files.writeString(
        folder.resolve("table.yaml"),
        """
        data:
          dir: %s
          train: "day=*/*.csv"
          features: [x]
          target: label
          scale: standard
        split: {validation: 0.2}
        model: [{linear: {out: 2}}]
        loss: cross_entropy
        optimizer: {adam: {lr: 0.05}}
        batch: 20
        epochs: 3
        retrain:
          select: sinceLast
          start: warm
          epochs: 2
          gate: {maxLoss: 1, test: none}
          prometheus: %s
          %s
        """
            .formatted(folder.resolve("data"), folder.resolve("table.prom"), more));
  }

  private Cli.Result retrain(String... more) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "retrain",
                folder.resolve("table.yaml").toString(),
                "--registry",
                registry().toString()));
    words.addAll(List.of(more));
    return Cli.run(words.toArray(new String[0]));
  }

  private String dry(int exitCode, String... more) {
    List<String> words = new ArrayList<>(List.of("--dry-run"));
    words.addAll(List.of(more));
    Cli.Result result = retrain(words.toArray(new String[0]));
    assertEquals(exitCode, result.exitCode(), result.out() + result.err());
    return result.out() + result.err();
  }

  private JsonNode tree(int exitCode) throws IOException {
    return new ObjectMapper().readTree(dry(exitCode, "--json"));
  }

  /** All files and folders with their times and what is in them. */
  private Map<String, String> everything() throws IOException {
    Map<String, String> found = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.toList()) {
        String content = Files.isRegularFile(path) ? text(path) : "";
        found.put(path.toString(), Files.getLastModifiedTime(path) + " " + content);
      }
    }
    return found;
  }

  private static String text(Path path) throws IOException {
    return HexFormat.of().formatHex(Files.readAllBytes(path));
  }

  @Test
  void beforeThereIsARegistryNoneIsMade() throws IOException {
    day(1, 300);
    Map<String, String> before = everything();
    String told = dry(0);
    assertEquals(before, everything());
    assertFalse(Files.exists(registry()));
    assertTrue(
        told.startsWith("table, a dry run: nothing is written\n  data       1 file (day="), told);
    assertTrue(told.contains("\n  in service no version yet\n"), told);
    assertTrue(
        told.contains("\n  start      cold: there is no version in service yet; 3 epochs\n"), told);
    assertTrue(told.contains(" held out, as a new registry draws which\n"), told);
    assertTrue(told.endsWith("\nwould train\n"), told);
  }

  @Test
  void whatIsToldIsWhatTheRunDoesThenAndNothingIsWritten() throws IOException {
    day(1, 300);
    assertEquals(0, retrain().exitCode());
    day(2, 400);
    Map<String, String> before = everything();
    JsonNode told = tree(0);
    dry(0);
    assertEquals(before, everything(), "all files, with their times");

    assertEquals(0, retrain().exitCode());
    Decision decision = ModelRegistry.open(registry(), "table").history().get(1);
    assertTrue(told.at("/dryRun").asBoolean());
    assertEquals("would_train", told.at("/end").asText());
    assertEquals("[\"day=2026-11-02/rows.csv\"]", told.at("/files/selected").toString());
    assertEquals(1, told.at("/inService").asInt());
    assertEquals(decision.rows().read(), told.at("/rows/read").asLong());
    assertEquals(decision.rows().trained(), told.at("/rows/trained").asLong());
    assertEquals(decision.rows().validated(), told.at("/rows/validated").asLong());
    assertEquals(decision.rows().heldOut(), told.at("/rows/heldOut").asLong());
    assertEquals(decision.startedFrom().orElseThrow(), told.at("/start/warmFrom").asInt());
    assertEquals(2, told.at("/start/epochs").asInt());
    assertEquals(decision.scores().holdoutRows(), told.at("/judging/rows").asLong());
    assertEquals(decision.judging().rows(), told.at("/judging/of").asText());
    assertEquals(decision.judging().fresh().rows(), told.at("/judging/fresh").asLong());
    assertEquals(decision.copies().heldOutBy(), told.at("/copies/heldOutBy").asText());
    assertEquals(0.25, told.at("/checks/limits/psi/stop").asDouble());
  }

  @Test
  void nothingNewAndACheckThatWouldStopHaveTheExitCodesOfARun() throws IOException {
    day(1, 300);
    assertEquals(0, retrain().exitCode());
    Map<String, String> before = everything();
    assertTrue(dry(10).endsWith("\nnothing new: version 1 has seen all files\n"));
    assertEquals("nothing_new", tree(10).at("/end").asText());
    day(2, 20);
    spec("checks: {rows: {stop: [100, null]}}");
    String told = dry(13);
    assertTrue(
        told.contains("\n  limits     schema     stop\n             rows       stop [100"), told);
    assertTrue(told.endsWith("\nwould stop: 20 rows, expected at least 100\n"), told);
    JsonNode tree = tree(13);
    assertEquals("stopped", tree.at("/end").asText());
    assertEquals("stop", tree.at("/checks/findings/0/action").asText());
    assertEquals("20 rows, expected at least 100", tree.at("/reasons/0").asText());
    spec("");
    Map<String, String> after = everything();
    after.keySet().retainAll(before.keySet());
    after.keySet().removeIf(name -> name.endsWith("table.yaml") || name.endsWith("data"));
    after.keySet().removeIf(name -> name.equals(folder.toString()));
    after.forEach((name, content) -> assertEquals(before.get(name), content, name));
  }

  @Test
  void whatIsSetAsideIsToldOf() throws IOException {
    day(1, 300);
    assertEquals(0, retrain().exitCode());
    day(2, 20);
    spec("checks: {rows: {stop: [100, null]}}");
    assertEquals(13, retrain().exitCode());
    Map<String, String> before = everything();
    String told = dry(13);
    assertTrue(
        told.contains("\nnothing new: what there is is set aside\nstopped: 1 file set"), told);
    assertEquals("[\"day=2026-11-02/rows.csv\"]", tree(13).at("/files/setAside").toString());
    assertEquals(before, everything());
    dry(0, "--force", "--reason", "they are fine");
    assertEquals(before, everything());
  }

  @Test
  void itWorksWhileARunHoldsTheLock() throws IOException {
    day(1, 300);
    assertEquals(0, retrain().exitCode());
    day(2, 300);
    try (RegistryLock lock = ModelRegistry.open(registry(), "table").lock(Duration.ofMinutes(1))) {
      assertTrue(lock.isHeld());
      assertEquals(12, retrain().exitCode());
      dry(0);
    }
  }

  @Test
  void wrongInputIsWrongAsEver() throws IOException {
    day(1, 300);
    Path other = Files.writeString(folder.resolve("data/day=2026-11-01/rows.csv"), "a,b\n1,2\n");
    assertTrue(dry(2).contains(other.getFileName().toString()));
    assertFalse(Files.exists(registry()));
  }
}
