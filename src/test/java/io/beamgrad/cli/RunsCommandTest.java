package io.beamgrad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.data.files.RecordFile;
import io.beamgrad.report.Screen;
import io.beamgrad.rundir.RunFolder;
import io.beamgrad.schema.Outcome;
import io.beamgrad.schema.OutcomeStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunsCommandTest {
  private static final String CLASSES =
      """
      {"epoch": 0, "split": "validation", "loss": 2.3, "accuracy": 0.1},
      {"epoch": 1, "split": "train", "loss": 0.5, "accuracy": 0.8},
      {"epoch": 1, "split": "validation", "loss": 0.4, "accuracy": 0.875},
      {"epoch": 2, "split": "train", "loss": 0.4, "accuracy": 0.8},
      {"epoch": 2, "split": "validation", "loss": 0.41, "accuracy": 0.875}
      """;

  @TempDir Path folder;

  private Path file(String name, String content) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, content);
  }

  /** A finished run as {@code train} leaves it, as far as a list of runs looks. */
  private void finished(String run, String job, String started, double seconds, String metrics)
      throws IOException {
    file(run + "/job.yaml", "name: %s\nepochs: 5\n".formatted(job));
    file(
        run + "/run.json",
        """
        {"name": "%s", "weightsSha256": "00", "epochs": {"trained": 2, "kept": 1}, "metrics": [%s],
         "times": {"started": "%s", "finished": "2026-11-23T12:00:00Z", "seconds": %s}}
        """
            .formatted(job, metrics, started, seconds));
  }

  private void unfinished(String run, String job, String modified) throws IOException {
    Path spec = file(run + "/job.yaml", "name: %s\nepochs: 5\n".formatted(job));
    Files.setLastModifiedTime(spec, FileTime.from(Instant.parse(modified)));
    file(run + "/work/lock", "");
    file(
        run + "/work/progress.json",
        "{\"stage\": \"training\", \"epoch\": 3, \"epochs\": 5, \"rows\": [%s]}"
            .formatted(CLASSES));
  }

  private void some() throws IOException {
    finished(
        "digits/b",
        "digits",
        "2026-11-23T10:00:00Z",
        3.25,
        CLASSES + ",{\"epoch\": 1, \"split\": \"test\", \"loss\": 0.3, \"accuracy\": 0.9}");
    finished(
        "crops/a",
        "crops",
        "2026-11-23T09:00:00Z",
        61,
        "{\"epoch\": 1, \"split\": \"train\", \"loss\": 4},"
            + "{\"epoch\": 1, \"split\": \"validation\", \"loss\": 4, \"mae\": 1.5}");
    unfinished("digits/c", "digits", "2026-11-23T11:00:00Z");
    unfinished("digits/d", "digits", "2026-11-23T08:00:00Z");
    RecordFile.of(Outcome.class)
        .write(
            folder.resolve("digits/d/work/outcomes.avro").toString(),
            List.of(
                Outcome.newBuilder()
                    .setModel("digits")
                    .setStatus(OutcomeStatus.FAILED)
                    .setMessage("loss is NaN at epoch 3")
                    .setRead(0)
                    .setTrained(0)
                    .setValidated(0)
                    .setTested(0)
                    .setRejected(0)
                    .setWeightsSha256(null)
                    .setDataChecksum(null)
                    .build()));
    file("notes/work/readme", "no run");
  }

  private String runs(String... more) {
    return run(Screen.pipe(), more).replace(folder.toString() + "/", "");
  }

  private String run(Screen screen, String... more) {
    String[] arguments = new String[2 + more.length];
    arguments[0] = "runs";
    arguments[1] = folder.toString();
    System.arraycopy(more, 0, arguments, 2, more.length);
    assertEquals(0, Main.run(screen.terminal(), arguments), screen.err());
    return screen.out();
  }

  /** The first column, without header and notes. */
  private List<String> names(String... more) {
    return runs(more)
        .lines()
        .skip(1)
        .filter(line -> !line.contains(": "))
        .map(line -> line.split(" ")[0])
        .toList();
  }

  @Test
  void theNewestRunIsTheLastAndAFailureSaysWhy() throws IOException {
    some();
    List<String> lines = runs().lines().toList();

    assertEquals(6, lines.size(), lines.toString());
    assertEquals("run", lines.get(0).split(" +")[0]);
    assertTrue(lines.get(0).endsWith("  time  epochs  validation    test"), lines.get(0));
    assertTrue(
        lines.get(1).matches("digits/d +digits +failed +2026-11-23 ..:00 +2/5 +87.50%"),
        lines.get(1));
    assertTrue(
        lines.get(2).matches("crops/a +crops +finished +2026-11-23 ..:00 +61.0 s +1/5 +1.5000"),
        lines.get(2));
    assertTrue(
        lines.get(3).matches("digits/b +digits +finished .* 3.25 s +2/5 +87.50% +90.00%"),
        lines.get(3));
    assertTrue(lines.get(4).matches("digits/c +digits +unfinished .* 2/5 +87.50%"), lines.get(4));
    assertEquals("digits/d failed: loss is NaN at epoch 3", lines.get(5));
  }

  @Test
  void aRunThatAProcessHoldsIsAtWork() throws IOException {
    Path out = folder.resolve("run");
    try (RunFolder held = RunFolder.open(out, RunFolder.work(out, null), "a")) {
      assertEquals(out.toString(), held.path());
      assertTrue(runs().contains("at work"), runs());
    }
    assertTrue(runs().contains("unfinished"), runs());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --job digits                   | digits/d digits/b digits/c
          --job c*                       | crops/a
          --status failed                | digits/d
          --status finished,unfinished   | crops/a digits/b digits/c
          --last 2                       | digits/b digits/c
          --last 2 --reverse             | digits/c digits/b
          --sort run                     | crops/a digits/b digits/c digits/d
          --sort time                    | digits/d digits/c digits/b crops/a
          --sort test                    | digits/d crops/a digits/c digits/b
          --sort validation              | crops/a digits/d digits/b digits/c
          """)
  void runsAreChosenAndSorted(String arguments, String expected) throws IOException {
    some();

    assertEquals(expected, String.join(" ", names(arguments.strip().split(" "))));
  }

  @Test
  void whatDoesNotFitIsLeftOutOrStandsInBlocks() throws IOException {
    finished("b", "digits", "2026-11-23T10:00:00Z", 3.25, CLASSES);
    int name = folder.toString().length() + 2;

    Screen medium = Screen.live(name + 50);
    assertTrue(
        run(medium).contains("  status      time  epochs  validation  test\n"), medium.out());
    Screen narrow = Screen.live(40);
    assertTrue(
        run(narrow)
            .endsWith(
                """
                /b
                  status      finished
                  time        3.25 s
                  epochs      2/5
                  validation  87.50%
                  test
                """),
        narrow.out());
  }

  @Test
  void asJsonEachRunIsALine() throws IOException {
    some();
    List<String> lines = runs("--json", "--last", "2").lines().toList();

    assertEquals(
        "{\"run\":\"digits/b\",\"job\":\"digits\",\"status\":\"finished\","
            + "\"started\":\"2026-11-23T10:00:00Z\",\"seconds\":3.25,"
            + "\"epochs\":{\"trained\":2,\"planned\":5},"
            + "\"validation\":{\"metric\":\"accuracy\",\"value\":0.875,\"loss\":0.4,\"epoch\":1},"
            + "\"test\":{\"metric\":\"accuracy\",\"value\":0.9,\"loss\":0.3,\"epoch\":1}}",
        lines.get(0));
    assertTrue(lines.get(1).contains("\"seconds\":null"), lines.get(1));
  }

  /** The loss decides which weights are kept, not the accuracy. */
  @Test
  void aRunThatIsNotFinishedHasTheScoreOfTheWeightsThatAreKeptSoFar() throws IOException {
    String metrics =
        """
        {"epoch": 0, "split": "validation", "loss": 0.1, "accuracy": 0.95},
        {"epoch": 1, "split": "validation", "loss": 0.5, "accuracy": 0.9},
        {"epoch": 2, "split": "validation", "loss": 0.4, "accuracy": 0.7},
        {"epoch": 3, "split": "validation", "loss": 0.39, "accuracy": 0.8}
        """;
    file("a/work/lock", "");
    file(
        "a/work/progress.json",
        "{\"stage\": \"training\", \"epoch\": 4, \"rows\": [%s]}".formatted(metrics));
    file("a/job.yaml", "name: a\nearlyStopping: {patience: 5, minDelta: 0.05}\n");
    assertTrue(runs("--json").contains("\"value\":0.7,\"loss\":0.4,\"epoch\":2}"), runs("--json"));
    file("a/job.yaml", "name: a\nearlyStopping: null\n");
    assertTrue(runs("--json").contains("\"value\":0.8,\"loss\":0.39,\"epoch\":3}"), runs("--json"));
  }

  @Test
  void aDamagedRunIsListedAsSuch() throws IOException {
    file("a/run.json", "{");

    assertTrue(runs().contains("damaged"), runs());
    assertTrue(
        runs().lines().anyMatch(line -> line.startsWith("a damaged: a/run.json: expected JSON")),
        runs());
  }

  @Test
  void aDamagedNoteOfAClustersJobSpoilsNoOtherRun() throws IOException {
    some();
    file("digits/z/job.yaml", "name: digits\n");
    file("digits/z/work/lock", "");
    file("digits/z/work/cluster-job.json", "{\"flinkMaster\": ");
    assertTrue(
        runs().contains("digits/z damaged: digits/z/work/cluster-job.json: expected JSON, found"),
        runs());
    file("digits/z/work/cluster-job.json", "{\"flinkMaster\": \"localhost:8081\"}");
    assertTrue(runs().contains("expected flinkMaster and jobName, found not both of them"), runs());
    file("digits/z/work/cluster-job.json", "{\"flinkMaster\": \"a b:99999\", \"jobName\": \"j\"}");
    assertTrue(runs().contains("digits/z damaged: "), runs());
    assertTrue(runs().contains("digits/b "), runs());
  }

  @Test
  void whereThereAreNoneThatIsSaid() throws IOException {
    assertEquals("no runs in " + folder + "\n", run(Screen.pipe()));
    some();
    assertEquals(
        "none of the 4 runs in %s is what was asked for\n".formatted(folder),
        run(Screen.pipe(), "--job", "x"));
    Cli.Result wrong = Cli.run("runs", folder + "/none");
    assertEquals(2, wrong.exitCode());
    assertEquals("beamgrad: " + folder + "/none: no such folder\n", wrong.err());
    assertEquals(
        "beamgrad: --sort must be started, run, job, status, epochs, validation, test or time, was"
            + " x\n",
        Cli.run("runs", folder.toString(), "--sort", "x").err());
    assertEquals(
        "beamgrad: --status must be finished, at-work, unfinished, failed or damaged, was x\n",
        Cli.run("runs", folder.toString(), "--status", "x").err());
  }
}
