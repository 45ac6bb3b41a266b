package io.beamgrad.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.cli.Cli;
import io.beamgrad.data.profile.RowProfiles;
import io.beamgrad.data.sources.SourceFiles;
import io.beamgrad.data.split.Holdout;
import io.beamgrad.data.split.SplitRule;
import io.beamgrad.evaluation.HoldoutFile;
import io.beamgrad.evaluation.HoldoutScoring;
import io.beamgrad.evaluation.JudgedModel;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.model.ModelFile;
import io.beamgrad.runner.Runner;
import io.beamgrad.runner.RunnerOptions;
import io.beamgrad.schema.FileRange;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.schema.ProfiledRows;
import io.beamgrad.schema.ScoredRows;
import io.beamgrad.spec.JobSpec;
import io.beamgrad.terminal.Terminal;
import io.beamgrad.transforms.ProcessUnits;
import io.beamgrad.transforms.StartUnits;
import io.beamgrad.transforms.UnitTask;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.apache.avro.specific.SpecificRecord;
import org.apache.beam.sdk.Pipeline;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is done with ranges of files outside of a training. */
class UnitsJobTest {
  private static final int FILES = 6;

  @TempDir Path folder;
  private Path spec;

  @BeforeEach
  void writeRows() throws IOException {
    Random random = new Random(4);
    for (int file = 0; file < FILES; file++) {
      StringBuilder rows = new StringBuilder("x,kind,y\n");
      for (int i = 0; i < 400 + 300 * file; i++) {
        double x = random.nextGaussian();
        rows.append(
            String.format(Locale.ROOT, "%.4f,k%d,%d\n", x, random.nextInt(9), x > 0 ? 1 : 0));
      }
      Files.writeString(folder.resolve("f%s.csv".formatted(file)), rows);
    }
    spec =
        Files.writeString(
            folder.resolve("job.yaml"),
            """
            data:
              {dir: %s, train: "f*.csv", features: [x, kind], target: y, columns: {kind: category}}
            model: [{linear: {out: 1}}]
            loss: binary_cross_entropy
            optimizer: {sgd: {lr: 0.1}}
            epochs: 1
            """
                .formatted(folder));
  }

  private SourceFiles source() {
    return JobFiles.find(JobSpec.load(spec, List.of()));
  }

  private List<List<FileRange>> units() {
    List<FileRange> ranges = source().ranges();
    return List.of(ranges.subList(0, 1), ranges.subList(1, 4), ranges.subList(4, FILES));
  }

  private UnitsJob here() {
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
    return UnitsJob.here(new Terminal(nowhere, nowhere, false, false, 80));
  }

  private <R extends SpecificRecord> List<R> inPipeline(
      UnitTask<R> task, Class<R> type, List<List<FileRange>> units, int workers) {
    String to = folder.resolve("in-pipeline-" + workers).toString();
    Pipeline pipeline = Pipeline.create(RunnerOptions.of(Runner.DIRECT, workers, List.of()));
    pipeline
        .apply("StartUnits", StartUnits.of(units))
        .apply("ProcessUnits", ProcessUnits.of(task, type, to));
    pipeline.run().waitUntilFinish();
    return ProcessUnits.read(type, to, units.size());
  }

  private <R extends SpecificRecord> List<R> sameEverywhere(UnitTask<R> task, Class<R> type)
      throws InterruptedException {
    List<R> found = here().process("test", task, type, units());
    assertEquals(found, inPipeline(task, type, units(), 1));
    assertEquals(found, inPipeline(task, type, units(), 3));
    return found;
  }

  private RowProfiles profiles() {
    return new RowProfiles(source().columns(), Map.of(), List.of("x", "kind", "y"), null);
  }

  @Test
  void theProfileIsTheSameInAPipelineAndInThisProcess() throws InterruptedException {
    RowProfiles profiles = profiles();
    UnitTask<ProfiledRows> task = unit -> List.of(profiles.of(unit));
    List<ProfiledRows> parts = sameEverywhere(task, ProfiledRows.class);
    assertEquals(3, parts.size());
    ProfiledRows all = profiles.merged(parts);
    assertEquals(profiles.of(source().ranges()), all);
    assertEquals(400 * FILES + 300 * 15, all.getProfile().getRead());
    List<ProfiledRows> reversed = new ArrayList<>(parts);
    Collections.reverse(reversed);
    assertEquals(all, profiles.merged(reversed));
  }

  @Test
  void theScoresOfHeldOutRowsAreTheSameInAPipelineAndInThisProcess() throws InterruptedException {
    Path run = folder.resolve("run");
    assertEquals(0, Cli.run("train", spec.toString(), "--out", run.toString()).exitCode());
    ModelRecord model = ModelFile.read(run.resolve("model.avro").toString());
    Map<String, HoldoutFile> files = new HashMap<>();
    source()
        .files()
        .forEach(
            file ->
                files.put(
                    file.identity(),
                    new HoldoutFile(List.of(file.identity() + ".csv"), List.of("unknown"))));
    HoldoutScoring scoring =
        new HoldoutScoring(
            List.of(new JudgedModel("model", model, List.of())),
            files,
            SplitRule.random(BigDecimal.ZERO).withHoldout(new Holdout("s", new BigDecimal("0.7"))),
            7,
            "kind");
    List<ScoredRows> scored = sameEverywhere(scoring::of, ScoredRows.class);
    assertEquals(scoring.of(source().ranges()), scored);
    assertEquals(
        source().ranges().stream().map(FileRange::getIdentity).toList(),
        scored.stream().map(ScoredRows::getIdentity).distinct().toList());
    assertTrue(scored.size() > FILES); // files of more than a batch
  }

  @Test
  void whatIsWrongWithDataIsTheSameOneLine() {
    List<List<FileRange>> units = units();
    UnitTask<ProfiledRows> task =
        unit -> {
          throw new BrokenFileException(unit.get(0).getIdentity() + " is broken");
        };
    for (int workers = 0; workers < 3; workers += 2) {
      int of = workers;
      assertEquals(
          "f0 is broken",
          assertThrows(
                  BrokenFileException.class,
                  () -> {
                    if (of == 0) {
                      here().process("test", task, ProfiledRows.class, units);
                    } else {
                      inPipeline(task, ProfiledRows.class, units, of);
                    }
                  })
              .getMessage());
    }
  }

  @Test
  void anInterruptEndsIt() {
    UnitTask<ProfiledRows> task =
        unit -> {
          throw new IllegalStateException("nobody reads");
        };
    List<List<FileRange>> units = units();
    Thread.currentThread().interrupt();
    assertThrows(
        InterruptedException.class, () -> here().process("test", task, ProfiledRows.class, units));
  }
}
