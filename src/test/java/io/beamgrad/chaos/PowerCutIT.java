package io.beamgrad.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.chaos.disk.DiskWrite;
import io.beamgrad.chaos.disk.ForgetfulDisk;
import io.beamgrad.cli.Cli;
import io.beamgrad.data.files.Sha256;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.metrics.RunHashes;
import io.beamgrad.metrics.RunJson;
import io.beamgrad.registry.ModelRegistry;
import io.beamgrad.registry.RegistryCheck;
import io.beamgrad.registry.Version;
import io.beamgrad.schema.RunRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Power cuts of a retrain on a disk that keeps no more than was forced. */
@Tag("alone")
class PowerCutIT {
  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  static Path folder;

  private static PowerCuts cuts;

  @BeforeAll
  static void recordARetrain() throws Exception {
    cuts = retrain(folder.resolve("second"), 1, 2);
  }

  /**
   * The cuts of the retrain of a day, after those of other days.
   *
   * @param in the folder of the test
   */
  private static PowerCuts retrain(Path in, int... days) throws Exception {
    Path spec = spec(in);
    Files.createDirectories(in.resolve("disk"));
    for (int i = 0; i < days.length; i++) {
      day(in, days[i]);
      List<String> arguments =
          List.of(
              "retrain",
              spec.toString(),
              "--registry",
              in.resolve("disk/registry").toString(),
              "--date",
              "2026-11-0" + days[i]);
      if (i == days.length - 1) {
        return new PowerCuts(in, arguments).record();
      }
      Cli.Result ended = Cli.run(arguments.toArray(String[]::new));
      assertEquals(0, ended.exitCode(), ended.out() + ended.err());
    }
    throw new IllegalArgumentException("no day");
  }

  private static Path spec(Path in) throws IOException {
    return Files.writeString(
        Files.createDirectories(in).resolve("daily.yaml"),
        """
        data:
          dir: %s
          train: "day=*/*.csv"
          maxRejects: 0.1
          features: [x, kind]
          target: label
          columns: {kind: category}
          scale: standard
        split: {validation: 0.2}
        model: [{linear: {out: 3}}]
        loss: cross_entropy
        optimizer: {adam: {lr: 0.05}}
        batch: 20
        epochs: 4
        retrain:
          select: sinceLast
          start: warm
          holdout: 0.3
          gate: {maxLoss: 1, test: none}
          checks: {psi: {stop: null}, rejects: {stop: null}}
          prometheus: %s
        """
            .formatted(in.resolve("data"), in.resolve("disk/metrics/daily.prom")));
  }

  private static void day(Path in, int day) throws IOException {
    Random random = new Random(day);
    StringBuilder rows = new StringBuilder("x,kind,label\n");
    for (int i = 0; i < 200; i++) {
      rows.append(i % 50 == 0 ? "none" : 100 * (i % 3) + random.nextInt(90))
          .append(i % 2 == 0 ? ",p," : ",q,")
          .append("abc".charAt(i % 3))
          .append('\n');
    }
    Path of = Files.createDirectories(in.resolve("data/day=2026-11-0" + day));
    Files.writeString(of.resolve("rows.csv"), rows);
  }

  @Test
  void theRecordingHasAllThatWasWritten() throws Exception {
    ForgetfulDisk disk = cuts.after(cuts.writes().size());
    assertEquals(files(cuts.undisturbed()), disk.files());
  }

  private static SortedMap<String, String> files(Path folder) throws IOException {
    SortedMap<String, String> found = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(path -> !path.equals(folder)).toList()) {
        String name = folder.relativize(file).toString();
        if (Files.isDirectory(file)) {
          found.put(name + "/", "");
        } else {
          found.put(name, Sha256.ofFile(file));
        }
      }
    }
    return found;
  }

  @Test
  void whatIsInServiceIsWholeAfterEachCut() throws Exception {
    Random random = new Random(1);
    for (int i = 0; i < 60; i++) {
      int write = random.nextInt(cuts.writes().size() + 1);
      cuts.cut(write, random);
      assertTrue(isServiceWhole(), () -> "cut at write " + write);
    }
  }

  @Test
  void withoutForcesItWouldNotBe() throws Exception {
    List<DiskWrite> unforced =
        cuts.writes().stream().filter(write -> write.kind() != DiskWrite.Kind.FORCE).toList();
    Random random = new Random(1);
    int damaged = 0;
    for (int i = 0; i < 20; i++) {
      cuts.cut(unforced, random);
      damaged += isServiceWhole() ? 0 : 1;
    }
    assertTrue(damaged > 5, damaged + " of 20");
  }

  private static boolean isServiceWhole() {
    try {
      return ModelRegistry.open(registry(cuts.disk()), "daily")
          .current()
          .orElseThrow()
          .faults()
          .isEmpty();
    } catch (BrokenFileException e) {
      return false;
    }
  }

  private static Path registry(Path disk) {
    return disk.resolve("registry");
  }

  @Test
  void whatARetrainHasDoneWhenItEndsStays() throws Exception {
    Random random = new Random(1);
    for (int i = 0; i < 20; i++) {
      cuts.cut(cuts.writes().size(), random);
      assertEquals(List.of(), differences(cuts));
    }
  }

  private static List<String> differences(PowerCuts of) throws IOException {
    return RetrainKills.differences(registry(of.undisturbed()), registry(of.disk()));
  }

  @Test
  void sixCutsLoseNothing() throws Exception {
    assertEquals(List.of(), failures(cuts, 6, new Random(2), PowerCutIT::differences));
  }

  @Test
  @Tag("full")
  void fortyCutsLoseNothing() throws Exception {
    assertEquals(List.of(), failures(cuts, 40, new Random(3), PowerCutIT::differences));
  }

  /** The salt of its holdout is drawn anew where it was not there before the cut. */
  @Test
  @Tag("full")
  void aRegistryThatIsBeingMadeIsThereAfterTheNextRun() throws Exception {
    PowerCuts first = retrain(folder.resolve("first"), 1);
    assertEquals(
        List.of(),
        failures(
            first,
            10,
            new Random(4),
            cut -> {
              ModelRegistry registry = ModelRegistry.open(registry(cut.disk()), "daily");
              List<String> found = new ArrayList<>(RegistryCheck.findings(registry));
              if (registry.current().map(Version::number).orElse(0) != 1) {
                found.add("version 1 is not in service");
              }
              return found;
            }));
  }

  @Test
  @Tag("full")
  void aTrainingGoesOnAfterACut() throws Exception {
    Path in = folder.resolve("train");
    Path spec = spec(in);
    Files.createDirectories(in.resolve("disk"));
    day(in, 1);
    PowerCuts training =
        new PowerCuts(
                in,
                List.of("train", spec.toString(), "--out", in.resolve("disk/runs/a").toString()))
            .record();
    assertEquals(
        List.of(),
        failures(
            training,
            20,
            new Random(5),
            cut -> {
              Path run = cut.disk().resolve("runs/a");
              RunRecord summary = RunJson.read(run.resolve("run.json"));
              List<String> found = new ArrayList<>();
              if (!summary.getFiles().equals(RunHashes.of(run))) {
                found.add("its files are not those of run.json");
              }
              String model = Sha256.ofFile(cut.undisturbed().resolve("runs/a/model.avro"));
              if (!model.equals(Sha256.ofFile(run.resolve("model.avro")))) {
                found.add("it is another model");
              }
              return found;
            }));
  }

  /** Finds what is not right after a cut and a second run. */
  private interface Check {
    List<String> failures(PowerCuts cut) throws IOException;
  }

  /** Cuts once in each of equal parts of the writes, and runs the command again. */
  private static List<String> failures(PowerCuts of, int count, Random random, Check check)
      throws Exception {
    List<String> failures = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int first = of.writes().size() * i / count;
      int write = first + random.nextInt(of.writes().size() / count);
      of.cut(write, random);
      int exitCode = of.run();
      String cut = "%s, cut at write %s of %s: ".formatted(of.log(), write, of.writes().size());
      boolean isDone = exitCode == 10 || Files.exists(of.disk().resolve("runs/a/run.json"));
      if (exitCode != 0 && !isDone) { // a finished run is not made again
        failures.add(cut + "exit code " + exitCode);
      } else {
        check.failures(of).forEach(found -> failures.add(cut + found));
      }
    }
    return failures;
  }
}
