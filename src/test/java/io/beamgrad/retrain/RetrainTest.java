package io.beamgrad.retrain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.beamgrad.cli.Cli;
import io.beamgrad.job.TinyDigits;
import io.beamgrad.registry.Decision;
import io.beamgrad.registry.RegistryLock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetrainTest {
  /** Whatever the scores. */
  private static final String PASSES = "gate: {maxLoss: 1, test: none}";

  @TempDir Path folder;
  private DailyDigits digits;

  @BeforeEach
  void makeADay() throws IOException {
    digits = new DailyDigits(folder);
    digits.day(1);
  }

  private Cli.Result end(int exitCode, String... arguments) {
    Cli.Result result = digits.retrain(arguments);
    assertEquals(exitCode, result.exitCode(), result.out() + result.err());
    return result;
  }

  /** That it says so, among other lines. */
  private static void assertSays(String line, Cli.Result result) {
    assertTrue(result.out().lines().anyMatch(line::equals), result.out());
  }

  private Decision last() {
    List<Decision> history = digits.open().history();
    return history.get(history.size() - 1);
  }

  private int version() {
    return digits.open().current().orElseThrow().number();
  }

  @Test
  void theBestTrialOfASweepIsTheChallenger() throws IOException {
    digits.spec("start: warm, epochs: 1, " + PASSES);
    String share = "split.validation=0.2";
    String sweep = "sweep={optimizer.lr: [0.00001, 0.1]}";
    end(0, "--set", share, "--set", sweep);
    Path first = digits.open().current().orElseThrow().folder();
    assertTrue(Files.readString(first.resolve("job.yaml")).contains("lr: 0.1\n"));

    digits.day(2);
    assertSays(
        "  start      warm from version 1",
        end(0, "--set", share, "--sweep", "optimizer.lr=0.00001,0.1"));
    JsonNode run =
        new ObjectMapper()
            .readTree(digits.open().current().orElseThrow().folder().resolve("run.json").toFile());
    assertEquals(1, run.at("/sweep/trials/0/trial").asInt());
    assertEquals(2, run.at("/sweep/trials").size());
  }

  @Test
  void eachDayGoesOnFromTheVersionInServiceAndWithoutADayThereIsNothingNew() throws IOException {
    digits.spec("start: warm, epochs: 1, " + PASSES);
    Cli.Result first = end(0);
    assertEquals("", first.err());
    assertSays("  in service no version yet", first);
    assertSays("  start      cold: there is no version in service yet", first);
    assertEquals(1, version());

    String nothing = "nothing new: files and spec are those of decision 1 (published)";
    assertSays(nothing, end(10));
    Path images = digits.data().resolve("day=2026-11-01/train-images-idx3-ubyte");
    Files.setLastModifiedTime(images, FileTime.from(Instant.EPOCH)); // touched, but the same
    assertSays(nothing, end(10));

    digits.day(2);
    Cli.Result second = end(0);
    assertSays("  data       2 files (day=2026-11-01/train, day=2026-11-02/train)", second);
    assertSays("  start      warm from version 1", second);
    assertFalse(second.out().contains("\n    2 "), second.out()); // but one epoch
    assertEquals(2, version());
    assertEquals(1, last().parent());
    Decision.Rows rows = last().rows();
    assertEquals(2 * DailyDigits.ROWS, rows.read());
    assertEquals(rows.read(), rows.trained() + rows.heldOut());
    assertTrue(rows.heldOut() > 100, rows.toString());

    // What was taken out of service is not made again of the same data.
    digits.open().rollBack(Optional.empty(), "the digits look odd");
    assertSays("nothing new: files and spec are those of decision 2 (published)", end(10));
    digits.day(3);
    assertSays("  start      warm from version 1", end(0));
    assertEquals(3, version());
  }

  @Test
  void anotherSpecIsNewAndAnotherModelStartsCold() throws IOException {
    digits.spec("start: warm, " + PASSES);
    end(0);
    Cli.Result hidden = end(0, "--set", "model=[flatten, {linear: {out: 5}}, {linear: {out: 10}}]");
    assertSays("  start      cold: the model's layers changed", hidden);
    assertTrue(last().reasons().contains("trained cold: the model's layers changed"));
    Cli.Result adam =
        end(
            0,
            "--set",
            "model=[flatten, {linear: {out: 5}}, {linear: {out: 10}}]",
            "--set",
            "optimizer={adam: {lr: 0.01}}");
    assertSays(
        "  start      warm from version 2, but its optimiser's state is not taken: the optimiser"
            + " changed",
        adam);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"batch: 32 | batch: five", "/data, train: | /other, train:"})
  void theSpecThatItBeganWithIsTheOneOfAllOfIt(String before, String after) throws IOException {
    Path spec = digits.spec(PASSES);
    String text = Files.readString(spec);
    DailyDigits other = new DailyDigits(Files.createDirectories(folder.resolve("elsewhere")));
    other.day(1);
    other.spoilLabels(1);
    Files.move(other.data(), folder.resolve("other"));
    AtomicBoolean edited = new AtomicBoolean();

    Cli.Result result =
        digits.retrain(
            written -> {
              if (written.contains("train loss") && !edited.getAndSet(true)) {
                write(spec, text.replace(before, after));
              }
            });

    assertEquals(0, result.exitCode(), result.out() + result.err());
    assertTrue(edited.get() && !Files.readString(spec).equals(text));
    Decision decision = last();
    assertTrue(
        Files.readString(digits.open().current().orElseThrow().spec()).contains("batch: 32"));
    write(spec, text);
    end(0, "--force", "--reason", "the same once more, with nobody at the file");
    assertEquals(last().fingerprints(), decision.fingerprints());
    assertEquals(last().scores().challenger(), decision.scores().challenger());
    assertEquals(last().scores().holdoutRows(), decision.scores().holdoutRows());
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aModelThatIsNotBetterIsNotPublishedUnlessForced() throws IOException {
    digits.spec("gate: {minGain: 0.9}");
    end(0);
    digits.day(2);
    Cli.Result notBetter = end(11);
    assertTrue(notBetter.out().contains("\n  verdict    accuracy "), notBetter.out());
    assertSays("not better; version 1 stays in service", notBetter);
    Decision decision = last();
    assertEquals("accuracy", decision.scores().metric());
    assertEquals(Decision.Kind.NOT_BETTER, decision.kind());
    assertSays("nothing new: files and spec are those of decision 2 (not better)", end(10));
    assertSays("forced as version 2", end(0, "--force", "--reason", "it is good enough"));
    Decision forced = last();
    assertEquals("it is good enough", forced.cause());
    // The same training once more.
    assertEquals(decision.fingerprints(), forced.fingerprints());
    assertEquals(decision.scores(), forced.scores());
  }

  @Test
  void aCheckStopsAndTheFilesAreSetAsideUntilTheyChange() throws IOException {
    digits.spec("select: {days: 2}, checks: {psi: {stop: null}}, " + PASSES);
    end(0, "--date", "2026-11-01");
    digits.day(2);
    digits.spoilLabels(2);
    Cli.Result stopped = end(13, "--date", "2026-11-02");
    assertTrue(
        stopped.out().contains("\n  checks     label: population stability index "), stopped.out());
    assertSays("stopped; version 1 stays in service", stopped);
    assertEquals(Decision.Kind.STOPPED, last().kind());
    assertEquals(1, version());
    assertSays(
        "nothing new: files and spec are those of decision 2 (stopped)",
        end(13, "--date", "2026-11-02"));

    digits.day(3);
    Cli.Result next = end(0, "--date", "2026-11-03");
    assertSays(
        "  data       1 file (day=2026-11-03/train); 1 file set aside, in a run that a check stopped"
            + " (day=2026-11-02/train)",
        next);
    digits.day(2); // mended
    assertSays(
        "  data       2 files (day=2026-11-02/train, day=2026-11-03/train)",
        end(0, "--date", "2026-11-03"));
    // Without a new day the window gets smaller, which is no news.
    Cli.Result smaller = end(10, "--date", "2026-11-04");
    assertSays("  data       1 file (day=2026-11-03/train)", smaller);
    assertSays(
        "nothing new: no file matches data.train up to 2026-11-09",
        end(10, "--date", "2026-11-09"));
    assertSays("  data       no files; 3 files of later days", end(10, "--date", "2026-10-31"));
  }

  @Test
  void aBrokenFileStopsWhereThereIsAVersionAndIsWrongInputWhereNot() throws IOException {
    digits.spec("select: sinceLast, " + PASSES);
    Path labels = digits.breakLabels(1);
    Cli.Result wrong = end(2);
    assertTrue(wrong.err().startsWith("beamgrad: "), wrong.err());
    assertEquals(1, wrong.err().lines().count());
    digits.day(1);
    end(0);
    digits.day(2);
    digits.breakLabels(2);
    assertSays("stopped; version 1 stays in service", end(13));
    assertEquals("readable", last().checks().get(0).name());
    assertTrue(labels.toString().contains("day=2026-11-01"));
    digits.day(3);
    Cli.Result next = end(0);
    assertSays(
        "  data       1 file (day=2026-11-03/train); 1 file set aside, in a run that a check stopped"
            + " (day=2026-11-02/train)",
        next);
    assertEquals(DailyDigits.ROWS, last().rows().read());
    assertSays("nothing new: what there is is set aside", end(13));
  }

  @Test
  void anotherRunThatIsAtWorkIsLeftAlone() throws IOException {
    digits.spec("start: cold");
    end(0);
    try (RegistryLock lock = digits.open().lock(Duration.ofMinutes(1))) {
      assertTrue(lock.isHeld());
      Cli.Result locked = end(12);
      assertTrue(locked.err().startsWith("beamgrad: "), locked.err());
      assertEquals(1, locked.err().lines().count());
    }
    end(10);
  }

  @Test
  void forcedIsPublishedWithItsReasonWhateverChecksSay() throws IOException {
    digits.spec("checks: {rows: {stop: [1000, null]}}");
    Cli.Result stopped = end(13);
    assertSays("  checks     300 rows, expected at least 1,000", stopped);
    assertSays("stopped; no version is in service", stopped);
    Cli.Result forced = end(0, "--force", "--reason", "a small start");
    assertSays("forced as version 1", forced);
    assertEquals(Decision.Kind.FORCED, last().kind());
    assertEquals("a small start", last().cause());
  }

  @Test
  void asJsonItIsOneObject() throws IOException {
    digits.spec("start: cold");
    JsonNode published = new ObjectMapper().readTree(end(0, "--json").out());
    assertEquals("published", published.get("end").asText());
    assertEquals(0, published.get("exitCode").asInt());
    assertEquals(1, published.at("/decision/version").asInt());
    JsonNode nothing = new ObjectMapper().readTree(end(10, "--json").out());
    assertEquals("nothing_new", nothing.get("end").asText());
    assertTrue(nothing.get("decision").isNull());
    assertEquals(
        "files and spec are those of decision 1 (published)", nothing.at("/reasons/0").asText());
  }

  @Test
  void whoIsToBeToldIsToldAndAFailureOfThatChangesNothing() throws IOException {
    Path told = folder.resolve("told.json");
    Path prometheus = folder.resolve("daily.prom");
    digits.spec(
        "prometheus: %s, notify: {command: [sh, -c, 'cat > %s; exit 1']}"
            .formatted(prometheus, told));
    Cli.Result first = end(0);
    assertEquals("beamgrad: retrain.notify.command sh: exit code 1\n", first.err());
    JsonNode decision = new ObjectMapper().readTree(told.toFile());
    assertEquals("decision", decision.get("event").asText());
    assertEquals("daily", decision.get("model").asText());
    assertEquals(1, decision.get("version").asInt());
    assertTrue(
        Files.readString(prometheus).contains("beamgrad_retrain_version{model=\"daily\"} 1\n"));
    Files.delete(told);
    end(10);
    assertFalse(Files.exists(told));
    assertTrue(
        Files.readString(prometheus)
            .contains("beamgrad_retrain_end{model=\"daily\",end=\"nothing_new\"} 1\n"));
    digits.day(2);
    digits.breakLabels(2);
    digits.spec("prometheus: %s".formatted(folder)); // a folder
    Cli.Result stopped = end(13);
    assertTrue(
        stopped.err().startsWith("beamgrad: retrain.prometheus: cannot write "), stopped.err());
  }

  @Test
  void aFailureIsToldToo() throws IOException {
    Path told = folder.resolve("told.json");
    digits.breakLabels(1);
    String notify = "notify: {command: [sh, -c, 'cat > %s'], on: [%s]}";
    digits.spec(notify.formatted(told, "decision"));
    end(2);
    assertFalse(Files.exists(told));

    digits.spec(notify.formatted(told, "failure, decision"));
    Cli.Result failed = end(2);
    JsonNode failure = new ObjectMapper().readTree(told.toFile());
    assertEquals("failure", failure.get("event").asText());
    assertEquals("wrong_input", failure.get("end").asText());
    assertEquals(2, failure.get("exitCode").asInt());
    assertEquals(failed.err(), "beamgrad: %s\n".formatted(failure.get("message").asText()));
    assertTrue(failure.get("seconds").asDouble() > 0);
    Instant.parse(failure.get("time").asText());
  }

  @Test
  void whoIsToldDoesNotMakeTheSpecAnother() throws IOException {
    digits.spec("start: cold");
    end(0);
    end(10, "--set", "retrain.notify.on=[failure]", "--set", "retrain.notify.timeout=5");
  }

  @Test
  void anInterruptBeforeTheDecisionIsNoFailure() throws IOException {
    Path told = folder.resolve("told.json");
    digits.spec("notify: {command: [sh, -c, 'cat > %s']}".formatted(told));
    Thread running = Thread.currentThread();
    Cli.Result result =
        digits.retrain(
            written -> {
              if (written.contains("train loss")) {
                running.interrupt();
              }
            });
    assertEquals(130, result.exitCode(), result.out() + result.err());
    assertEquals(
        "beamgrad: interrupted; the same command goes on after the last epoch\n", result.err());
    assertFalse(Files.exists(told));
    Thread.interrupted();
    end(0);
    assertTrue(Files.exists(told));
  }

  @Test
  void anInterruptAfterTheDecisionEndsTheNoticeAndChangesNothing() throws Exception {
    Path told = folder.resolve("told.json");
    digits.spec("notify: {command: [sh, -c, 'touch %s; sleep 100'], timeout: 100}".formatted(told));
    Thread running = Thread.currentThread();
    Thread interrupting =
        new Thread(
            () -> {
              while (!Files.exists(told)) {
                Thread.onSpinWait();
              }
              running.interrupt();
            });
    interrupting.start();
    Cli.Result result = end(0);
    assertEquals("beamgrad: retrain.notify: interrupted\n", result.err());
    interrupting.join();
    assertFalse(Thread.interrupted());
    assertEquals(1, version());
  }

  @Test
  void theDayOfARunIsTodayInItsZone() throws IOException {
    LocalDate there = LocalDate.now(ZoneId.of("Pacific/Kiritimati"));
    Path of = Files.createDirectories(digits.data().resolve("day=" + there));
    TinyDigits.writePair(of, "train", 200, 1);
    digits.spec("select: {days: 2}");
    // The clocks of the one are 26 hours ahead of those of the other.
    assertSays(
        "nothing new: no file matches data.train up to " + there.minusDays(1),
        end(10, "--date", there.minusDays(1).toString()));
    assertSays(
        "  data       1 file (day=%s/train)".formatted(there),
        end(0, "--zone", "Pacific/Kiritimati"));
    assertTrue(end(10, "--zone", "Etc/GMT+12").out().contains("; 1 file of later days\n"));
  }

  @Test
  void wrongArgumentsAreALine() throws IOException {
    digits.spec("start: cold");
    assertEquals(
        "beamgrad: --force needs --reason, which the history keeps\n", end(2, "--force").err());
    assertEquals("beamgrad: --reason is for --force\n", end(2, "--reason", "why").err());
    assertEquals(
        "beamgrad: --reason must say why, was blank\n", end(2, "--force", "--reason", " ").err());
    assertEquals(
        "beamgrad: invalid value for option '--date': must be a day such as 2026-11-23, was"
            + " 23.11.2026; see beamgrad retrain --help\n",
        end(2, "--date", "23.11.2026").err());
    assertEquals(
        "beamgrad: --zone says whose today it is, so it is not for --date\n",
        end(2, "--date", "2026-11-23", "--zone", "Asia/Tokyo").err());
    assertEquals(
        "beamgrad: --zone Asia/Tokio is not a time zone; did you mean Asia/Tokyo?\n",
        end(2, "--zone", "Asia/Tokio").err());
    Files.createDirectories(digits.data().resolve("more"));
    TinyDigits.writePair(digits.data().resolve("more"), "train", 10, 1);
    digits.spec("select: {days: 3}");
    assertEquals(
        "beamgrad: more/train: retrain.select by days needs a date in the path of each file, such as"
            + " day=2026-11-23, year=2026/month=11/day=23, 2026/11/23 or 20261123\n",
        end(2, "--set", "data.train=more", "--date", "2026-11-01").err());
  }
}
