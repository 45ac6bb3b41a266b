package io.beamgrad.retrain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.cli.Cli;
import io.beamgrad.model.ModelFile;
import io.beamgrad.registry.ModelRegistry;
import io.beamgrad.schema.LinearLayer;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.schema.TargetEncoding;
import io.beamgrad.schema.TargetScale;
import io.beamgrad.spec.JobSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables, whose columns and classes a warm start has to keep. */
class RetrainTableTest {
  @TempDir Path folder;

  /** Writes a day with these classes, around each of which its numbers lie. */
  private void day(int day, double shift, String... classes) throws IOException {
    Random random = new Random(day);
    StringBuilder rows = new StringBuilder("x,kind,label\n");
    for (int i = 0; i < 300; i++) {
      String label = classes[i % classes.length];
      double x = shift + 10 * (label.charAt(0) - 'a') + random.nextGaussian();
      rows.append(String.format(Locale.ROOT, "%.3f,%s,%s%n", x, i % 2 == 0 ? "p" : "q", label));
    }
    Path of =
        Files.createDirectories(
            folder.resolve(String.format(Locale.ROOT, "data/day=2026-11-%02d", day)));
    Files.writeString(of.resolve("rows.csv"), rows);
  }

  @BeforeEach
  void writeSpec() throws IOException {
    Files.writeString(
        folder.resolve("table.yaml"),
        """
        data:
          dir: %s
          train: "day=*/*.csv"
          features: [x, kind]
          target: label
          columns: {kind: category}
          scale: standard
        model: [{linear: {out: 3}}]
        loss: cross_entropy
        optimizer: {adam: {lr: 0.05}}
        batch: 20
        epochs: 3
        retrain:
          select: sinceLast
          start: warm
          holdout: 0.3
          gate: {maxLoss: 1, test: none}
          checks: {psi: {stop: null}, classes: {stop: null}, rowsOfLast: {warn: null}}
        """
            .formatted(folder.resolve("data")));
  }

  private String end(int exitCode) {
    Cli.Result result =
        Cli.run(
            "retrain",
            folder.resolve("table.yaml").toString(),
            "--registry",
            folder.resolve("registry").toString());
    assertEquals(exitCode, result.exitCode(), result.out() + result.err());
    return result.out() + result.err();
  }

  private ModelRecord model() {
    ModelRegistry registry = ModelRegistry.open(folder.resolve("registry"), "table");
    return ModelFile.read(registry.current().orElseThrow().model().toString());
  }

  @Test
  void aWarmStartKeepsEncodingsAndClassesThoughTheDataHaveOthers() throws IOException {
    day(1, 0, "a", "b", "c");
    end(0);
    ModelRecord first = model();
    assertEquals(List.of("a", "b", "c"), first.getLabels());

    day(2, 5, "a", "c"); // no b, and another mean
    String second = end(0);
    assertTrue(second.contains("\n  data       1 file (day=2026-11-02/rows.csv)\n"), second);
    assertTrue(second.contains("\n  start      warm from version 1\n"), second);
    assertEquals(first.getEncodings(), model().getEncodings());
    assertEquals(first.getLabels(), model().getLabels());
    assertNotEquals(first.getWeightsSha256(), model().getWeightsSha256());
    assertTrue(end(10).contains("\nnothing new: version 2 has seen all files\n"));

    rewrite("maxLoss: 1", "maxLoss: 1, of: all");
    day(3, 0, "a", "b", "d");
    String third = end(11);
    assertTrue(third.contains("\n  start      cold: class 'd' is new\n"), third);
    String unknown =
        " are of a class that the challenger does not know, the first 'c', at most 0.05 wanted"
            + " (retrain.gate.unknown)\n";
    assertTrue(third.contains(unknown), third);
  }

  private void rewrite(String before, String after) throws IOException {
    Path spec = folder.resolve("table.yaml");
    Files.writeString(spec, Files.readString(spec).replace(before, after));
  }

  /** The layers in the job of the version in service. */
  private List<Object> layers() {
    ModelRegistry registry = ModelRegistry.open(folder.resolve("registry"), "table");
    return JobSpec.load(registry.current().orElseThrow().spec(), List.of()).model();
  }

  @Test
  void aWarmStartKeepsAsManyOutputsAsTheFirstTrainingRowsHadClasses() throws IOException {
    rewrite("out: 3", "out: classes");
    day(1, 0, "a", "b", "c");
    end(0);
    assertEquals(List.of(new LinearLayer(3, false, false)), layers());

    day(2, 5, "a", "c");
    String second = end(0);
    assertTrue(second.contains("\n  start      warm from version 1\n"), second);
    assertEquals(List.of(new LinearLayer(3, false, false)), layers());
    assertEquals(List.of("a", "b", "c"), model().getLabels());
  }

  @Test
  void anEnsembleThatIsRefitGoesOnFromAllItsMembersAndIsJudgedByTheirMean() throws IOException {
    rewrite(
        "epochs: 3", "epochs: 3\nensemble: {members: 3}\nrefit: true\nsplit: {validation: 0.2}");
    day(1, 0, "a", "b", "c");
    end(0);
    ModelRecord first = model();
    assertEquals(3, first.getMembers().size());
    assertTrue(first.getProvenance().getRefitRows() > first.getProvenance().getTrainRows());

    day(2, 5, "a", "c");
    String second = end(0);
    assertTrue(second.contains("\n  start      warm from version 1\n"), second);
    assertNotEquals(first.getMembers(), model().getMembers());

    rewrite("members: 3", "members: 2");
    day(3, 5, "a", "b", "c");
    String third = end(0);
    assertTrue(
        third.contains("\n  start      cold: the ensemble has another number of members\n"), third);
    assertEquals(2, model().getMembers().size());
  }

  @Test
  void aColdStartOnANewClassHasAnOutputMoreAndIsPublished() throws IOException {
    rewrite("out: 3", "out: classes");
    rewrite("{maxLoss: 1, test: none}", "{test: none}");
    day(1, 0, "a", "b", "c");
    end(0);
    day(2, 0, "a", "b", "c", "d");
    String second = end(0);

    assertTrue(second.contains("\n  start      cold: class 'd' is new\n"), second);
    assertEquals(List.of(new LinearLayer(4, false, false)), layers());
    assertEquals(List.of("a", "b", "c", "d"), model().getLabels());
  }

  @Test
  void columnsThatAreEncodedInAnotherWayStartCold() throws IOException {
    day(1, 0, "a", "b", "c");
    end(0);
    day(2, 0, "a", "b", "c");
    rewrite("scale: standard", "scale: minmax");
    String second = end(0);
    assertTrue(second.contains("\n  start      cold: how columns become input changed\n"), second);
  }

  @Test
  void aWarmStartKeepsTheScaleOfTargetsAndAnotherOneStartsCold() throws IOException {
    rewrite("features: [x, kind]", "features: [kind]");
    rewrite("target: label", "target: {columns: x, scale: standard}");
    rewrite("out: 3", "out: 1");
    rewrite("cross_entropy", "mse");
    rewrite("maxLoss: 1,", "maxLoss: 1000000,");
    day(1, 0, "a", "b", "c");
    end(0);
    List<TargetEncoding> first = model().getTargets();
    assertEquals(TargetScale.STANDARD, first.get(0).getMethod());

    day(2, 5, "a", "b", "c");
    String second = end(0);
    assertTrue(second.contains("\n  start      warm from version 1\n"), second);
    assertEquals(first, model().getTargets());

    day(3, 5, "a", "b", "c");
    rewrite("scale: standard}", "scale: log}");
    String third = end(0);
    assertTrue(third.contains("\n  start      cold: how targets are scaled changed\n"), third);
  }
}
