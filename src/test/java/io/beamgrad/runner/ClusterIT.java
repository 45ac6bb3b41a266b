package io.beamgrad.runner;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.beamgrad.cli.Cli;
import io.beamgrad.cli.Main;
import io.beamgrad.data.files.RecordFile;
import io.beamgrad.job.EveryRunnerIT;
import io.beamgrad.job.ShopTable;
import io.beamgrad.job.TinyDigits;
import io.beamgrad.registry.SaltedRegistry;
import io.beamgrad.retrain.DailyDigits;
import io.beamgrad.schema.MetricRow;
import io.beamgrad.schema.Split;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.beam.sdk.util.VarInt;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training on a real Flink cluster: a JobManager and two TaskManagers, each its own process. */
@Tag("alone")
class ClusterIT {
  private static final Path DIGITS = Path.of("pipelines/digits.yaml").toAbsolutePath();
  private static final int SOME_EPOCHS = 60;

  @TempDir static Path data;
  private static TestCluster cluster;
  private static Path tiny;
  private static String tinySha256; // by the DirectRunner, as is the other one
  private static String longSha256;
  private static int epochs; // of a training that can be killed in its middle: about ten seconds

  @TempDir Path folder;

  @BeforeAll
  static void start() throws Exception {
    tiny = TinyDigits.write(data);
    tinySha256 = here("tiny", List.of("train", tiny.toString()));
    long start = System.nanoTime();
    here("some", longTraining(SOME_EPOCHS));
    // Start-up and cold code count too, so that it is about half of these seconds in the end.
    epochs = (int) (SOME_EPOCHS * TimeUnit.SECONDS.toNanos(20) / (System.nanoTime() - start));
    longSha256 = here("long", longTraining(epochs));
    cluster = TestCluster.start("flink-cluster-it");
  }

  @AfterAll
  static void stop() throws Exception {
    if (cluster != null) {
      cluster.close();
    }
  }

  private static String here(String out, List<String> arguments) throws IOException {
    List<String> all = new ArrayList<>(arguments);
    all.addAll(List.of("--out", data.resolve(out).toString()));
    Cli.Result result = run(all);
    assertEquals(0, result.exitCode(), result.err());
    return sha256(data.resolve(out));
  }

  private static List<String> longTraining(int epochs) {
    List<String> arguments = new ArrayList<>(List.of("train", DIGITS.toString()));
    for (String setting :
        List.of(
            "data.dir=" + data.resolve("digits"),
            "data.generate.digits=6000",
            "model=[flatten, {linear: {out: 10}}]",
            "batch=4",
            "epochs=" + epochs)) {
      arguments.addAll(List.of("--set", setting));
    }
    return arguments;
  }

  private static List<String> onCluster(List<String> arguments, Path out, String... more) {
    List<String> all = new ArrayList<>(arguments);
    all.addAll(List.of("--runner", "flink", "--flink-master", cluster.address()));
    all.addAll(List.of("--out", out.toString()));
    all.addAll(List.of(more));
    return all;
  }

  private static List<String> with(List<String> arguments, String... more) {
    List<String> all = new ArrayList<>(arguments);
    all.addAll(List.of(more));
    return all;
  }

  private static Cli.Result run(List<String> arguments) {
    return Cli.run(arguments.toArray(new String[0]));
  }

  private static Process launcher(List<String> arguments, Path workingFolder) throws IOException {
    List<String> line = new ArrayList<>(arguments);
    line.add(0, Path.of("scripts/beamgrad").toAbsolutePath().toString());
    return new ProcessBuilder(line)
        .directory(workingFolder.toFile())
        .redirectErrorStream(true)
        .start();
  }

  private static String sha256(Path out) throws IOException {
    return new ObjectMapper()
        .readTree(out.resolve("run.json").toFile())
        .get("weightsSha256")
        .asText();
  }

  /** The second word of the line that starts with the first. */
  private static String word(String first, String output) {
    return output
        .lines()
        .map(String::strip)
        .filter(line -> line.startsWith(first + " "))
        .map(line -> line.split(" +")[1])
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + first + " in " + output));
  }

  /** Reads until the first trained epoch is reported. */
  private static String readToFirstEpoch(BufferedReader lines) throws IOException {
    StringBuilder read = new StringBuilder();
    String line = lines.readLine();
    while (line != null && !line.startsWith("    1 ")) {
      read.append(line).append('\n');
      line = lines.readLine();
    }
    assertTrue(line != null, read.toString());
    return read.toString();
  }

  private static void assertEachEpochOnce(Path out) {
    List<Integer> found =
        RecordFile.of(MetricRow.class).read(out.resolve("metrics.avro").toString()).stream()
            .filter(row -> row.getSplit() == Split.TRAIN)
            .map(MetricRow::getEpoch)
            .toList();
    assertEquals(IntStream.rangeClosed(0, epochs).boxed().toList(), found);
  }

  /** The whole matrix, on MNIST, is {@link EveryRunnerIT}. */
  @Test
  void theBitsAreThoseOfTheDirectRunnerOnEitherEngine() throws Exception {
    List<List<String>> places =
        List.of(
            List.of("--parallelism", "2"),
            List.of("--parallelism", "2", "--", "--useDataStreamForBatch=true"));
    for (List<String> place : places) {
      Path out = folder.resolve("run" + place.size());
      Cli.Result result =
          run(onCluster(List.of("train", tiny.toString()), out, place.toArray(new String[0])));
      assertEquals(0, result.exitCode(), result.err());
      assertEquals(tinySha256, sha256(out));
      Map<String, Long> counters = counters(word("job", result.out()));
      assertTrue(
          counters
              .keySet()
              .containsAll(
                  List.of(
                      "read_millis",
                      "write_blocks_millis",
                      "train_millis",
                      "evaluate_millis",
                      "block_cache_hits")),
          counters.toString());
      assertEquals(
          Map.of(
              "rows_read", 600L,
              "rows_rejected", 0L,
              "rows_trained", 1200L,
              "epochs", 3L,
              "blocks_written", 2L,
              "block_cache_misses", 3L),
          counters.entrySet().stream()
              .filter(counter -> !counter.getKey().matches(".*_(millis|hits)"))
              .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
    }
  }

  /** Beam's counters as Flink's REST interface has them: JSON in JSON, numbers as varints. */
  private static Map<String, Long> counters(String job) throws Exception {
    JsonNode all = cluster.ask("/jobs/" + job + "/accumulators");
    String beams = all.at("/user-task-accumulators/0/value").asText();
    Map<String, Long> counters = new TreeMap<>();
    for (JsonNode metric : new ObjectMapper().readTree(beams).at("/metrics/attempted")) {
      if (metric.at("/labels/NAMESPACE").asText().equals("beamgrad")) {
        long number =
            VarInt.decodeLong(new ByteArrayInputStream(metric.get("payload").binaryValue()));
        counters.put(metric.at("/labels/NAME").asText(), number);
      }
    }
    return counters;
  }

  @Test
  void theLauncherSubmitsAndAKilledTaskManagerCostsNeitherTheIngestNorFinishedEpochs()
      throws Exception {
    Path out = folder.resolve("run");
    String job;
    Process process = launcher(onCluster(longTraining(epochs), out), Path.of("").toAbsolutePath());
    try (BufferedReader lines = process.inputReader()) {
      job = word("job", readToFirstEpoch(lines));
      assertEquals(
          "Restart with fixed delay (PT5S). #10 restart attempts.",
          cluster
              .ask("/jobs/" + job + "/config")
              .at("/execution-config/restart-strategy")
              .asText());

      assertTrue(cluster.worker(job).destroyForcibly());

      String rest = String.join("\n", lines.lines().toList());
      assertEquals(0, process.waitFor(), rest);
      assertTrue(
          rest.contains("a task failed and is started again, with the data that is read already: "),
          rest);
      assertEquals(1, rest.lines().filter(line -> line.strip().startsWith(epochs + " ")).count());
    } finally {
      cluster.startAgain();
    }
    assertEquals(longSha256, sha256(out));
    assertEachEpochOnce(out);
    Map<String, Long> counters = counters(job); // of the second attempt
    assertEquals(0, counters.getOrDefault("rows_read", 0L), counters.toString());
    assertEquals(0, counters.getOrDefault("blocks_written", 0L), counters.toString());
    long again = counters.get("epochs");
    assertTrue(0 < again && again < epochs, counters.toString());
  }

  @Test
  void aKilledLauncherIsFollowedByOneThatFindsTheSameJob() throws Exception {
    Path out = folder.resolve("run");
    List<String> arguments = onCluster(longTraining(epochs), out);
    Process process = launcher(arguments, Path.of("").toAbsolutePath());
    String job;
    try (BufferedReader lines = process.inputReader()) {
      job = word("job", readToFirstEpoch(lines));
      process.destroyForcibly();
    }
    process.waitFor();
    int jobs = cluster.jobs();

    arguments.add("--resume");
    Cli.Result again = run(arguments);

    assertEquals(0, again.exitCode(), again.err());
    assertEquals(job, word("job", again.out()));
    assertEquals(jobs, cluster.jobs());
    assertEquals(longSha256, sha256(out));
    assertEachEpochOnce(out);
  }

  @Test
  void aDetachedJobIsFollowedLater() throws Exception {
    Path out = folder.resolve("run");
    Cli.Result detached = run(onCluster(longTraining(epochs), out, "--detach"));
    assertEquals(0, detached.exitCode(), detached.err());
    String job = word("job", detached.out());
    assertFalse(detached.out().contains("    0 "), detached.out());

    List<String> hereToo = longTraining(epochs);
    hereToo.addAll(List.of("--out", out.toString()));
    Cli.Result elsewhere = run(hereToo);
    assertEquals(2, elsewhere.exitCode());
    assertEquals(
        ("beamgrad: %s: job %s of the Flink cluster at %s still works on this run;"
                + " follow it with --runner flink --flink-master %s, or cancel it there\n")
            .formatted(out, job, cluster.address(), cluster.address()),
        elsewhere.err());

    Cli.Result followed = run(onCluster(longTraining(epochs), out));
    assertEquals(0, followed.exitCode(), followed.err());
    assertEquals(job, word("job", followed.out()));
    assertEquals(longSha256, sha256(out));
  }

  @Test
  void anInterruptInAPipeCancelsTheJob() throws Exception {
    Path out = folder.resolve("run");
    Process process = launcher(onCluster(longTraining(100_000), out), Path.of("").toAbsolutePath());
    try (BufferedReader lines = process.inputReader()) {
      String job = word("job", readToFirstEpoch(lines));
      assertCountersAreSeenWhileTheJobRuns(job);
      new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
      List<String> rest = lines.lines().toList();
      assertEquals(130, process.waitFor());
      assertEquals(
          ("beamgrad: interrupted, job %s is cancelled; the same command with --out %s"
                  + " continues after the last epoch")
              .formatted(job, out),
          rest.get(rest.size() - 1));
      assertEquals("CANCELED", cluster.finalState(job));
    }
  }

  private static void assertCountersAreSeenWhileTheJobRuns(String job) throws Exception {
    long read =
        new ObjectMapper()
            .readTree(data.resolve("long/run.json").toFile())
            .at("/counts/read")
            .asLong();
    Map<String, Long> counters = counters(job);
    while (!counters.containsKey(
        "blocks_written")) { // a task that has ended tells it a little later
      assertEquals("RUNNING", cluster.ask("/jobs/" + job).get("state").asText());
      counters = counters(job);
    }
    assertEquals(read, counters.get("rows_read"));
    assertFalse(counters.containsKey("rows_trained"), counters.toString());
  }

  /**
   * On a terminal made by util-linux' script; Ctrl-C is a character that it turns into a signal.
   */
  @Test
  void anInterruptOnATerminalAsksWhetherToLeaveTheJobOrToCancelIt() throws Exception {
    if (!Files.exists(Path.of("/usr/bin/script"))) {
      System.out.println("SKIPPED: no script(1) here");
      return;
    }
    Path out = folder.resolve("run");
    List<String> arguments = onCluster(longTraining(100_000), out);
    String left = onTerminal(arguments, "\n");
    String job = word("job", left);
    assertEquals(
        "beamgrad: job %s goes on at %s; the same command with --out %s follows it"
            .formatted(job, cluster.address(), out),
        lastLine(left));
    assertEquals("RUNNING", cluster.ask("/jobs/" + job).get("state").asText());

    String cancelled = onTerminal(arguments, "c\n");
    assertEquals(job, word("job", cancelled));
    assertEquals(
        ("beamgrad: interrupted, job %s is cancelled; the same command with --out %s"
                + " continues after the last epoch")
            .formatted(job, out),
        lastLine(cancelled));
    assertEquals("CANCELED", cluster.finalState(job));
  }

  /** Types Ctrl-C after the first epoch, and an answer to the question that follows. */
  private static String onTerminal(List<String> arguments, String answer) throws Exception {
    List<String> words = new ArrayList<>(arguments);
    words.add(0, Path.of("scripts/beamgrad").toAbsolutePath().toString());
    String line =
        words.stream().map(word -> "'" + word + "'").collect(Collectors.joining(" ", "exec ", ""));
    Process process =
        new ProcessBuilder("/usr/bin/script", "-qefc", line, "/dev/null")
            .redirectErrorStream(true)
            .start();
    StringBuilder screen = new StringBuilder();
    try (Reader said = process.inputReader();
        Writer keys = process.outputWriter()) {
      readUntil(said, "\\R\\S*? {4}1 ", screen);
      keys.write('\003');
      keys.flush();
      readUntil(said, "cancel the job on the cluster, or leave it running\\? \\[c/L] $", screen);
      keys.write(answer);
      keys.flush();
      readUntil(said, null, screen);
    }
    assertEquals(130, process.waitFor(), screen.toString());
    return screen.toString().replaceAll("\u001b\\[[0-9;]*[A-Za-z]", "").replace("\r", "\n");
  }

  /** Null is the end. */
  private static void readUntil(Reader said, String pattern, StringBuilder screen)
      throws IOException {
    while (pattern == null || !Pattern.compile(pattern).matcher(screen).find()) {
      int c = said.read();
      if (c < 0) {
        assertTrue(pattern == null, screen.toString());
        return;
      }
      screen.append((char) c);
    }
  }

  private static String lastLine(String screen) {
    return screen.lines().filter(line -> !line.isBlank()).reduce((a, b) -> b).orElseThrow();
  }

  @Test
  void flinkRunTakesTheJobsJarAsTheDocumentsWriteIt() throws Exception {
    Path out = folder.resolve("run");
    Process process = cluster.flink(Documents.flinkRun(tiny, out));
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertEquals(0, process.waitFor(), said);
    assertEquals(word("weights", said.replace("SHA-256 ", "")), sha256(out));
    assertEquals(
        2,
        new ObjectMapper()
            .readTree(out.resolve("run.json").toFile())
            .at("/runner/parallelism")
            .asInt());
    assertEquals(tinySha256, sha256(out));

    Process wrong = cluster.flinkRun(List.of(), List.of("train", "none.yaml"));
    assertEquals(2, wrong.waitFor());
  }

  /** Far too large a learning rate. */
  private static List<String> diverging(Path out) {
    return List.of(
        "train", tiny.toString(), "--set=optimizer.lr=1e38", "--runner=flink", "--out=" + out);
  }

  private static void assertDiverged(Path out, String err) {
    List<String> said = err.lines().filter(line -> line.startsWith("beamgrad: ")).toList();
    assertEquals(1, said.size(), err);
    assertTrue(
        said.get(0)
            .matches(
                "beamgrad: loss is (NaN|infinite) at epoch 1 step \\d+ \\(learning rate 1E\\+38,"
                    + " batch of 32\\); last finite loss [0-9.E+]+; try a lower learning rate,"
                    + " such as --set optimizer\\.lr=1E\\+37 \\(train --find-lr suggests one\\)"
                    + " \\(work kept in .*\\)"),
        err);
    assertFalse(Files.exists(out.resolve("model.avro")));
    assertFalse(Files.exists(out.resolve("run.json")));
  }

  @Test
  void aJobThatFlinkRunHasDetachedIsFollowedLater() throws Exception {
    Path out = folder.resolve("run");
    List<String> train = List.of("train", tiny.toString());
    Process detached =
        cluster.flinkRun(List.of("-d"), with(train, "--runner=flink", "--out=" + out));
    String said = new String(detached.getInputStream().readAllBytes(), UTF_8);
    assertEquals(0, detached.waitFor(), said);
    assertFalse(said.contains("    0 "), said);

    Cli.Result followed = run(onCluster(train, out));
    assertEquals(0, followed.exitCode(), followed.err());
    assertEquals(word("job", said), word("job", followed.out()));
    assertEquals(tinySha256, sha256(out));
  }

  @Test
  void aDetachedJobThatFailsIsToldByWhoFollowsIt() throws Exception {
    Path out = folder.resolve("run");
    Process detached = cluster.flinkRun(List.of("-d"), diverging(out));
    String said = new String(detached.getInputStream().readAllBytes(), UTF_8);
    assertEquals(0, detached.waitFor(), said);
    // What data causes is an outcome; Flink would only try it again.
    assertEquals("FINISHED", cluster.finalState(word("job", said)));

    Cli.Result followed = run(with(diverging(out), "--flink-master=" + cluster.address()));
    assertEquals(1, followed.exitCode());
    assertDiverged(out, followed.err());
  }

  @Test
  void inApplicationModeTheJobManagerIsTheLauncher() throws Exception {
    Path out = folder.resolve("run");
    TestCluster.Application ended =
        cluster.runApplication(folder, Documents.deployment(tiny, tiny.getParent(), out));
    assertEquals(0, ended.exitCode(), ended.err());
    assertEquals(tinySha256, sha256(out), ended.out());
  }

  @Test
  void aJobThatFailsInApplicationModeEndsTheJobManagerWithOneLine() throws Exception {
    Path out = folder.resolve("run");
    TestCluster.Application ended =
        cluster.runApplication(
            folder, with(List.of(Main.class.getName()), diverging(out).toArray(new String[0])));
    assertEquals(2, ended.exitCode(), ended.err()); // Flink's own, for whatever fails
    assertDiverged(out, ended.err());
  }

  @Test
  void theJobsJarHasNothingOfFlinkAndNoSignatures() throws Exception {
    try (JarFile jar = new JarFile("target/beamgrad-job.jar")) {
      List<String> wrong =
          jar.stream()
              .map(JarEntry::getName)
              .filter(
                  name ->
                      name.matches(
                          "(org/apache/flink|org/slf4j|com/esotericsoftware)/.*\\.class"
                              + "|META-INF/[^/]*\\.(SF|DSA|RSA)"))
              .toList();
      assertEquals(List.of(), wrong);
      assertEquals(
          "java.base/java.util java.base/java.lang java.base/java.nio java.base/java.io",
          jar.getManifest().getMainAttributes().getValue("Add-Opens"));
    }
  }

  @Test
  void workersWithoutTheVectorModuleGiveTheSameBitsAndAreNamed() throws Exception {
    Path out = folder.resolve("run");
    try (TestCluster plain =
        TestCluster.start("flink-cluster-plain-it", "--taskmanagers", "1", "--without-vector")) {
      Cli.Result result =
          Cli.run(
              "train",
              tiny.toString(),
              "--runner",
              "flink",
              "--flink-master",
              plain.address(),
              "--parallelism",
              "2",
              "--out",
              out.toString());
      assertEquals(0, result.exitCode(), result.err());
      List<String> said =
          result.out().lines().filter(line -> line.contains("plain kernels")).toList();
      assertEquals(1, said.size(), result.out());
      assertTrue(
          said.get(0)
              .matches(
                  "trains with plain kernels, to the same bits but slower: Java on \\S+ lacks"
                      + " --add-modules=jdk\\.incubator\\.vector \\(Flink's env\\.java\\.opts\\.all\\)"),
          said.get(0));
    }
    assertEquals(tinySha256, sha256(out));
  }

  @Test
  void aRetrainOnTheClusterProfilesTrainsAndJudgesThereToTheSameBits() throws Exception {
    DailyDigits digits = new DailyDigits(folder);
    digits.day(1);
    Path spec = digits.spec("gate: {test: none}");
    List<List<String>> runners =
        List.of(List.of(), List.of("--runner", "flink", "--flink-master", cluster.address()));
    List<Path> published = new ArrayList<>();
    int jobs = cluster.jobs();
    for (List<String> runner : runners) {
      Path registry = folder.resolve("registry-" + published.size());
      SaltedRegistry.create(registry, "daily", "5a".repeat(16));
      List<String> retrain = new ArrayList<>(List.of("retrain", spec.toString()));
      retrain.addAll(List.of("--registry", registry.toString(), "--date", "2026-11-01"));
      retrain.addAll(runner);
      Cli.Result result = run(retrain);
      assertEquals(0, result.exitCode(), result.err());
      published.add(registry.resolve("daily/versions/000001"));
    }
    assertEquals(jobs + 3, cluster.jobs());
    List<JsonNode> scores = new ArrayList<>();
    for (Path version : published) {
      scores.add(
          new ObjectMapper().readTree(version.resolve("decision.json").toFile()).path("scores"));
    }
    assertEquals(scores.get(0), scores.get(1));
    assertTrue(scores.get(0).path("holdoutRows").asInt() > 50, scores.toString());
    for (String name : List.of("model.avro", "checkpoint.avro", "profile.avro")) {
      assertEquals(
          -1, Files.mismatch(published.get(0).resolve(name), published.get(1).resolve(name)), name);
    }
  }

  @Test
  void modelsByKeyAreTheSameOnTheCluster() throws Exception {
    Path spec = ShopTable.write(folder.resolve("shops"), 300, 100);
    List<String> train = List.of("train", spec.toString());
    String direct = here("shops", train);
    Path out = folder.resolve("run");
    Cli.Result result = run(onCluster(train, out, "--parallelism", "2"));
    assertEquals(0, result.exitCode(), result.err());
    assertEquals(direct, sha256(out));
    assertEquals(-1, Files.mismatch(data.resolve("shops/keys.avro"), out.resolve("keys.avro")));
    assertEquals(300, counters(word("job", result.out())).get("keys_trained"));
  }

  @Test
  void aSweepOnFoldsHasTheSameRanksOnTheCluster() throws Exception {
    List<String> train =
        List.of(
            "train",
            tiny.toString(),
            "--set",
            "folds=2",
            "--set",
            "sweep={optimizer.lr: [0.001, 0.1], halving: {from: 1, keep: 0.5}}");
    String direct = here("sweep", train);
    Path out = folder.resolve("run");
    Cli.Result result = run(onCluster(train, out, "--parallelism", "2"));
    assertEquals(0, result.exitCode(), result.err());
    assertEquals(direct, sha256(out));
    ObjectMapper json = new ObjectMapper();
    assertEquals(
        json.readTree(data.resolve("sweep/run.json").toFile()).get("sweep"),
        json.readTree(out.resolve("run.json").toFile()).get("sweep"));
    String name = "out-of-fold.avro";
    assertEquals(-1, Files.mismatch(data.resolve("sweep").resolve(name), out.resolve(name)));
  }

  @Test
  void predictionsAreTheSameBytesOnTheCluster() throws IOException {
    String model = data.resolve("tiny/model.avro").toString();
    String input = data.resolve("t10k-images-idx3-ubyte").toString();
    List<String> predict = List.of("predict", "--model", model, "--input", input);
    Path here = folder.resolve("here.avro");
    Path there = folder.resolve("there.avro");
    Cli.Result result = run(with(predict, "--out", here.toString()));
    assertEquals(0, result.exitCode(), result.err());
    result = run(onCluster(predict, there, "--parallelism", "2"));
    assertEquals(0, result.exitCode(), result.err());
    assertEquals(-1, Files.mismatch(here, there));

    Files.writeString(folder.resolve("cut-images-idx3-ubyte.gz"), "not gzip");
    Path none = folder.resolve("none.csv");
    predict = List.of("predict", "--model", model, "--input", folder + "/cut-images-idx3-ubyte.gz");
    result = run(onCluster(predict, none));
    assertEquals(2, result.exitCode());
    assertFalse(Files.exists(none));
    try (Stream<Path> left = Files.list(folder)) {
      assertEquals(
          List.of("cut-images-idx3-ubyte.gz", "here.avro", "there.avro"),
          left.map(file -> file.getFileName().toString()).sorted().toList());
    }
  }

  @Test
  void tooFewSlotsEndInOneLineAndACancelledJob() throws Exception {
    Cli.Result result =
        run(
            onCluster(
                List.of("train", tiny.toString()),
                folder.resolve("run"),
                "--parallelism",
                "9",
                "--slot-timeout",
                "2"));
    assertEquals(1, result.exitCode());
    assertEquals(
        ("beamgrad: the Flink cluster at %s had no free slots for the job within 2 s"
                + " (4 slots in all); a smaller --parallelism needs fewer\n")
            .formatted(cluster.address()),
        result.err());
    String job = word("job", result.out());
    assertEquals("CANCELED", cluster.finalState(job));
  }

  /** The working folder of a process by its name of /proc is another one for each process. */
  @Test
  void aFolderThatWorkersDoNotSeeEndsTheJobBeforeTraining() throws Exception {
    Path out = Path.of("/proc/self/cwd/run");
    if (!Files.exists(Path.of("/proc/self/cwd"))) {
      System.out.println("SKIPPED: no /proc here");
      return;
    }
    Process process = launcher(onCluster(List.of("train", tiny.toString()), out), folder);
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertEquals(2, process.waitFor(), said);
    String last = said.lines().reduce((first, second) -> second).orElse("");
    assertTrue(
        last.matches(
            "beamgrad: /proc/self/cwd/run/work/fingerprint: the worker on \\S+ does not see this"
                + " file; on a cluster the work folder \\(in --out, or --work\\) must be one that all"
                + " workers share"),
        said);
    assertFalse(said.contains("epoch "), said);
  }
}
