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
        end(10, "--date", "2026-11-02"));

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
    assertSays("nothing new: what there is is set aside", end(10));
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
    assertEquals(1, new ObjectMapper().readTree(told.toFile()).get("version").asInt());
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
    Files.createDirectories(digits.data().resolve("more"));
    TinyDigits.writePair(digits.data().resolve("more"), "train", 10, 1);
    digits.spec("select: {days: 3}");
    assertEquals(
        "beamgrad: more/train: retrain.select by days needs a date such as 2026-11-23 in the path of"
            + " each file\n",
        end(2, "--set", "data.train=more", "--date", "2026-11-01").err());
  }
}
