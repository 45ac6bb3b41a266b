package io.beamgrad.cli.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.beamgrad.cli.Cli;
import io.beamgrad.job.TinyDigits;
import io.beamgrad.registry.Decision;
import io.beamgrad.registry.Decision.Copies;
import io.beamgrad.registry.Decision.Draft;
import io.beamgrad.registry.Decision.Fresh;
import io.beamgrad.registry.Decision.Judging;
import io.beamgrad.registry.Decision.Kind;
import io.beamgrad.registry.Decision.Scores;
import io.beamgrad.registry.ModelRegistry;
import io.beamgrad.registry.RegistryLock;
import io.beamgrad.registry.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistryCommandsTest {
  private static final Instant FIRST = Instant.parse("2026-11-01T03:00:00Z");

  @TempDir Path folder;

  private Path dir() {
    return folder.resolve("reg");
  }

  private Cli.Result run(String command, String... more) {
    List<String> words =
        new ArrayList<>(List.of("registry", command, "--registry", dir().toString()));
    words.addAll(List.of(more));
    return Cli.run(words.toArray(new String[0]));
  }

  private String out(String command, String... more) {
    Cli.Result result = run(command, more);
    assertEquals("", result.err());
    assertEquals(0, result.exitCode());
    return result.out();
  }

  private String refused(int exitCode, String command, String... more) {
    Cli.Result result = run(command, more);
    assertEquals(exitCode, result.exitCode(), result.err());
    return result.err();
  }

  /** At three in the morning of a day of the month. */
  private static ModelRegistry at(ModelRegistry registry, int day) {
    return registry.withClock(Clock.fixed(FIRST.plus(Duration.ofDays(day - 1)), ZoneOffset.UTC));
  }

  private static Draft draft(ModelRegistry registry, Kind kind, double score, Double before) {
    Integer parent = registry.current().map(Version::number).orElse(null);
    return Draft.of(kind, parent, kind == Kind.PUBLISHED ? "it is better" : "it is worse")
        .withScores(new Scores("accuracy", score, before, 2_000, true));
  }

  /** Three published versions and one that was not better, of texts for models. */
  private ModelRegistry filled() throws IOException {
    ModelRegistry registry = ModelRegistry.create(dir(), "digits");
    Path run = Files.createDirectories(folder.resolve("run"));
    Double before = null;
    for (int day = 1; day <= 3; day++) {
      Files.writeString(run.resolve("model.avro"), "model " + day);
      Files.writeString(run.resolve("report.html"), "report " + day);
      double score = 0.9 + day / 100.0;
      try (RegistryLock lock = at(registry, day).lock(Duration.ofMinutes(1))) {
        lock.publish(run, draft(registry, Kind.PUBLISHED, score, before));
      }
      before = score;
    }
    try (RegistryLock lock = at(registry, 4).lock(Duration.ofMinutes(1))) {
      lock.record(draft(registry, Kind.NOT_BETTER, 0.5, 0.93));
    }
    return registry;
  }

  @Test
  void theHelpListsTheCommandsInTheirOrder() {
    List<String> commands =
        Pattern.compile("(?m)^  ([a-z]+) ")
            .matcher(Cli.run("registry", "--help").out())
            .results()
            .map(line -> line.group(1))
            .toList();

    assertEquals(
        List.of("list", "show", "diff", "rollback", "pin", "unpin", "prune", "verify"), commands);
    assertEquals(
        "beamgrad: missing required options and parameters: '--registry=DIR', 'N'; see beamgrad"
            + " registry pin --help\n",
        Cli.run("registry", "pin").err());
  }

  @Test
  void listShowsTheHistoryWithScoresAndWhatIsInService() throws IOException {
    filled();
    assertEquals(
        """
        digits  version 3 in service, 3 versions there
        decision  time                     what        version  now         accuracy  in service  why
               1  2026-11-01 03:00:00 UTC  published         1                0.9100              it is better
               2  2026-11-02 03:00:00 UTC  published         2                0.9200      0.9100  it is better
               3  2026-11-03 03:00:00 UTC  published         3  in service    0.9300      0.9200  it is better
               4  2026-11-04 03:00:00 UTC  not better                         0.5000      0.9300  it is worse
        """,
        out("list"));
    JsonNode tree = new ObjectMapper().readTree(out("list", "--json"));
    assertEquals(3, tree.at("/current").asInt());
    assertEquals(3, tree.at("/versions").size());
    assertEquals("not_better", tree.at("/decisions/3/kind").asText());
    assertEquals(0.93, tree.at("/decisions/3/scores/current").asDouble());
  }

  /** A decision whose gate looked at all rows, with scores on fresh ones beside. */
  private static Draft judged(ModelRegistry registry, Kind kind, double score, Double before) {
    Draft draft = draft(registry, kind, score, before);
    Double now = before == null ? null : before - 0.1;
    Judging judging = new Judging("all", 12, true, null, new Fresh(200, score - 0.02, now, before));
    return new Draft(
        kind,
        draft.parent(),
        draft.reasons(),
        null,
        draft.scores(),
        judging,
        null,
        null,
        null,
        null,
        null,
        new Copies("key", List.of("id"), List.of("x", "y"), 2_000, 10, 990),
        null,
        null);
  }

  /** The history of {@link #filled}, and two decisions that have fresh scores. */
  private ModelRegistry withFresh() throws IOException {
    ModelRegistry registry = filled();
    Path run = Files.createDirectories(folder.resolve("run"));
    Files.writeString(run.resolve("model.avro"), "model 5");
    try (RegistryLock lock = at(registry, 5).lock(Duration.ofMinutes(1))) {
      lock.publish(run, judged(registry, Kind.PUBLISHED, 0.95, 0.93));
    }
    try (RegistryLock lock = at(registry, 6).lock(Duration.ofMinutes(1))) {
      lock.record(judged(registry, Kind.NOT_BETTER, 0.85, 0.95));
    }
    return registry;
  }

  @Test
  void listShowsTheFreshScoreBesideTheGatesAndSaysWhichIsWhich() throws IOException {
    withFresh();
    String list = out("list");
    assertEquals(
        """
        decision  time                     what        version  now         accuracy  in service   fresh  in service, fresh  copies  why
               1  2026-11-01 03:00:00 UTC  published         1                0.9100                                                 it is better
        """,
        list.lines().skip(1).limit(2).map(line -> line + "\n").collect(Collectors.joining()));
    assertTrue(
        list.endsWith(
            """
                   5  2026-11-05 03:00:00 UTC  published         4  in service    0.9500      0.9300  0.9300             0.8300   50.0%  it is better
                   6  2026-11-06 03:00:00 UTC  not better                         0.8500      0.9500  0.8300             0.8500   50.0%  it is worse
            A score by rows that judge again and again flatters: by 0.01 to 0.02 after months.
            A fresh score is by held-out rows of new files, which nobody has chosen a model by.
            """),
        list);
    JsonNode tree = new ObjectMapper().readTree(out("list", "--json"));
    assertEquals(0.83, tree.at("/decisions/5/judging/fresh/challenger").asDouble(), 1e-9);
    assertEquals(0.85, tree.at("/decisions/5/judging/fresh/current").asDouble(), 1e-9);
    assertTrue(tree.at("/decisions/0/judging/fresh").isMissingNode());
  }

  @Test
  void showHasTheFreshScore() throws IOException {
    withFresh();
    String show = out("show");
    assertTrue(
        show.contains(
            """
              score       accuracy 0.9500, version 3 had 0.9300, on 2,000 rows
              judged by   all; 12 rows were left out, as they may have trained a model
              fresh       accuracy 0.9300, version 3 had 0.8300, 0.9300 when it was published, on 200 rows that nobody has chosen a model by
            """),
        show);
  }

  @Test
  void thePageHasTheFreshScoreAndSaysWhichIsWhich() throws IOException {
    Path page = filled().folder().resolve("index.html");
    assertFalse(Files.readString(page).contains("fresh"), "a registry of before");
    Files.delete(page);
    ModelRegistry registry = ModelRegistry.open(dir(), "digits");
    Path run = Files.createDirectories(folder.resolve("run"));
    Files.writeString(run.resolve("model.avro"), "model 5");
    try (RegistryLock lock = at(registry, 5).lock(Duration.ofMinutes(1))) {
      lock.publish(run, judged(registry, Kind.PUBLISHED, 0.95, 0.93));
    }
    try (RegistryLock lock = at(registry, 6).lock(Duration.ofMinutes(1))) {
      lock.record(judged(registry, Kind.NOT_BETTER, 0.85, 0.95));
    }
    String text = Files.readString(page);
    for (String part :
        List.of(
            "in service until then, on fresh rows, day 5: 85.0%",
            "<span>accuracy when published</span><b>0.9500</b><span>by the rows that judged: all</span>",
            "<span>accuracy, fresh</span><b>0.8500</b><span>on 200 rows of 2026-11-06 that nobody has chosen by</span>",
            "scored on the same rows. A score by rows that judge again and again flatters: by 0.01",
            ">in service, fresh</th>",
            ">judged by</th>",
            ">copies</th>",
            ">50.0%</td>")) {
      assertTrue(text.contains(part), "no " + part + " in " + text);
    }
  }

  @Test
  void thePageOfAModelWithoutAVersionHasNoFreshScoreInService() throws IOException {
    ModelRegistry registry = ModelRegistry.create(dir(), "digits");
    try (RegistryLock lock = at(registry, 1).lock(Duration.ofMinutes(1))) {
      lock.record(judged(registry, Kind.NOT_BETTER, 0.5, null));
    }
    assertEquals(List.of(), registry.notes());
    String page = Files.readString(registry.folder().resolve("index.html"));
    assertTrue(page.contains("No version is in service yet."), page);
    assertFalse(page.contains("accuracy, fresh"), page);
    assertTrue(page.contains("<td class=\"num\">0.4800</td>"), page);
  }

  @Test
  void rollbackPinPruneAndUnpinAreRecordedAndVerifyIsContent() throws IOException {
    filled();
    assertEquals(
        "version 2 is in service, version 3 was (decision 5)\n",
        out("rollback", "--reason", "3 is bad"));
    assertEquals("version 1 is pinned (decision 6)\n", out("pin", "1"));
    assertEquals("nothing to remove\n", out("prune", "--keep", "1"));
    assertEquals("version 1 is not pinned any more (decision 7)\n", out("unpin", "1"));
    assertEquals("removed version 1 (decision 8)\n", out("prune", "--keep", "1"));
    assertEquals("digits: 2 versions and 8 decisions as written\n", out("verify"));
    String list = out("list");
    assertTrue(list.contains("published          1  gone        "), list);
    assertTrue(list.endsWith("removed 1\n"), list);
  }

  @Test
  void showTellsHowAVersionCameToBe() throws IOException {
    ModelRegistry registry = filled();
    assertEquals(
        """
        digits version 2
          published   2026-11-02 03:00:00 UTC, decision 2, after version 1
          why         it is better
          score       accuracy 0.9200, version 1 had 0.9100, on 2,000 rows
          folder      %s
        """
            .formatted(registry.version(2).folder()),
        out("show", "2"));
    assertTrue(out("show").startsWith("digits version 3  in service\n"));
    JsonNode tree = new ObjectMapper().readTree(out("show", "--json"));
    assertTrue(tree.at("/inService").asBoolean());
    assertEquals(2, tree.at("/decision/parent").asInt());
  }

  @Test
  void diffShowsScoresRowsSpecsAndWeights() throws IOException {
    ModelRegistry registry = ModelRegistry.create(dir(), "tiny");
    Path spec = TinyDigits.write(folder);
    for (int version = 1; version <= 2; version++) {
      Path run = folder.resolve("run" + version);
      Cli.Result trained =
          Cli.run(
              "train",
              spec.toString(),
              "--out",
              run.toString(),
              "--set",
              "optimizer.sgd.lr=0.0" + version);
      assertEquals(0, trained.exitCode(), trained.err());
      try (RegistryLock lock = at(registry, version).lock(Duration.ofMinutes(1))) {
        lock.publish(run, judged(registry, Kind.PUBLISHED, 0.8 + version / 10.0, null));
      }
    }
    String diff = out("diff", "1", "2");
    assertTrue(
        diff.startsWith(
            """
                              version 1                version 2
            published         2026-11-01 03:00:00 UTC  2026-11-02 03:00:00 UTC
            after version     -                        1
            score then        accuracy 0.9000          accuracy 1.0000
            held-out rows     2,000                    2,000
            fresh score then  0.8800                   0.9800
            fresh rows        200                      200
            copies            50.0%                    50.0%
            """),
        diff);
    assertTrue(diff.contains("\noptimizer.sgd.lr  0.01          0.02\n"), diff);
    assertEquals(
        "beamgrad: diff: expected two versions, found 1 twice\n", refused(2, "diff", "1", "1"));
  }

  @Test
  void whatIsNotThereIsNamed() throws IOException {
    assertEquals(
        "beamgrad: %s: expected a registry, found no such folder\n".formatted(dir()),
        refused(2, "list"));
    filled();
    assertEquals(
        "beamgrad: %s: has no version 7\n".formatted(dir().resolve("digits")),
        refused(2, "show", "7"));
    assertEquals(
        "beamgrad: %s: has no model faces, but digits\n".formatted(dir()),
        refused(2, "list", "--model", "faces"));
    ModelRegistry.create(dir(), "faces");
    assertEquals(
        "beamgrad: %s: has the models digits, faces; say which by --model\n".formatted(dir()),
        refused(2, "list"));
    assertEquals(
        "beamgrad: --keep must be at least 1, was 0\n",
        refused(2, "prune", "--keep", "0", "--model", "digits"));
    assertTrue(
        out("list", "--model", "faces").equals("faces  no version in service, none there\n"));
  }

  @Test
  void aLockThatARunHoldsStopsPruningButNoRollBack() throws IOException {
    ModelRegistry registry = filled();
    try (RegistryLock lock = registry.lock(Duration.ofMinutes(1))) {
      assertTrue(lock.isHeld());
      String line = refused(12, "prune", "--keep", "1");
      assertTrue(
          line.startsWith(
              "beamgrad: %s: locked by process %s on "
                  .formatted(registry.folder(), ProcessHandle.current().pid())),
          line);
      out("rollback", "--to", "1", "--reason", "3 is bad");
    }
  }

  @Test
  void aDamagedDecisionIsNamedAndTheOthersAreShown() throws IOException {
    ModelRegistry registry = filled();
    Path file = registry.folder().resolve("history/000004.json");
    assertTrue(file.toFile().setWritable(true));
    Files.writeString(file, "{");
    Cli.Result list = run("list");
    assertEquals(1, list.exitCode());
    assertEquals(4, list.out().lines().count() - 1);
    assertTrue(
        list.err().startsWith("beamgrad: " + file + ": damaged, expected JSON: "), list.err());
    Cli.Result verify = run("verify");
    assertEquals(1, verify.exitCode());
    assertTrue(verify.out().startsWith(file + ": damaged, "), verify.out());
    String way = refused(2, "rollback", "--reason", "bad");
    assertTrue(way.endsWith("or rename it to 000004.json.lost to go on without it\n"), way);
    Files.move(file, file.resolveSibling("000004.json.lost"));
    assertEquals(
        "version 2 is in service, version 3 was (decision 5)\n",
        out("rollback", "--reason", "bad"));
  }

  @Test
  void aStrayFolderIsNamedAndTheOthersAreShown() throws IOException {
    filled();
    Path stray = Files.createDirectory(dir().resolve("digits/versions").resolve("20261128120000"));
    String line = stray + ": no decision published it\n";
    Cli.Result list = run("list");
    assertEquals(0, list.exitCode());
    assertEquals("beamgrad: " + line, list.err());
    assertTrue(list.out().startsWith("digits  version 3 in service, 3 versions there\n"));
    Cli.Result verified = run("verify");
    assertEquals(1, verified.exitCode());
    assertEquals(line, verified.out());
    Cli.Result pinned = run("pin", "1");
    assertEquals("beamgrad: " + line, pinned.err());
    assertEquals("version 1 is pinned (decision 5)\n", pinned.out());
  }

  @Test
  void eachDecisionRenewsThePageOfTheRegistry() throws IOException {
    ModelRegistry registry = filled();
    String page = Files.readString(registry.folder().resolve("index.html"));
    for (String part :
        List.of(
            "<h1>digits</h1>",
            "Version 3 is in service.",
            "id=\"scores\"",
            "not published, day 3: 50.0%",
            "href=\"versions/000002/report.html\"",
            "it is worse")) {
      assertTrue(page.contains(part), "no " + part + " in " + page);
    }
    for (String network : List.of("http:", "https:", "<script", "<link", "@import", "url(")) {
      assertFalse(page.contains(network), network);
    }
    List<Decision> history = registry.history();
    assertTrue(page.indexOf("it is worse") < page.indexOf("it is better"), "the newest first");
    assertEquals(4, history.size());
  }
}
