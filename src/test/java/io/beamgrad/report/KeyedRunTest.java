package io.beamgrad.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.beamgrad.cli.Cli;
import io.beamgrad.data.files.RecordFile;
import io.beamgrad.metrics.RunJson;
import io.beamgrad.schema.EachOutcome;
import io.beamgrad.schema.KeyDetails;
import io.beamgrad.schema.KeyEnd;
import io.beamgrad.schema.KeyResult;
import io.beamgrad.schema.RunRecord;
import io.beamgrad.schema.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person sees of a training of models by key. */
class KeyedRunTest {
  private static final String EVIL = "<script>alert('&amp;')</script>";

  @TempDir Path folder;
  private String said; // by the last training

  /**
   * Classes whose border each key has elsewhere; one key of few rows, whose text would be a tag.
   */
  private Path spec(String split) throws IOException {
    StringBuilder csv = new StringBuilder("shop,x,y\n");
    for (int row = 0; row < 1200; row++) {
      int shop = row % 8;
      double x = row * 37 % 101 / 10.0;
      csv.append("s%s,%s,%s\n".formatted(shop, x, x > shop + 1 ? "yes" : "no"));
    }
    for (int row = 0; row < 6; row++) {
      csv.append("%s,%s,yes\n".formatted(EVIL, row));
    }
    Files.writeString(folder.resolve("shops.csv"), csv);
    return Files.writeString(
        folder.resolve("shops.yaml"),
        """
        data: {format: csv, dir: %s, train: shops.csv, features: [x], target: y}
        split: %s
        model: [{linear: {out: 2}}]
        loss: cross_entropy
        optimizer: {sgd: {lr: 0.5}}
        batch: 8
        epochs: 10
        """
            .formatted(folder, split));
  }

  private Path train(Path spec, String name, String... more) {
    Path out = folder.resolve(name);
    List<String> arguments =
        new ArrayList<>(List.of("train", spec.toString(), "--out", out.toString()));
    Collections.addAll(arguments, more);
    Cli.Result result = Cli.run(arguments.toArray(new String[0]));
    assertEquals(0, result.exitCode(), result.err());
    said = result.out();
    return out;
  }

  private static String section(String page, String id) {
    int start = page.indexOf("<section id=\"" + id + "\">");
    return start < 0 ? "" : page.substring(start, page.indexOf("</section>", start));
  }

  private static void assertHas(String text, String... parts) {
    for (String part : parts) {
      assertTrue(text.contains(part), "no " + part + " in " + text);
    }
  }

  @Test
  void thePageShowsTheKeysAndWhatTheirModelsBrought() throws IOException {
    Path run = train(spec("{validation: 0.2, test: 0.2}"), "run", "--set", "each.key=shop");
    RunRecord summary = RunJson.read(run.resolve("run.json"));
    EachOutcome each = summary.getEach();
    String page = Files.readString(run.resolve("report.html"));
    String keys = section(page, "keys");

    assertEquals(9, each.getKeys());
    assertEquals(1, each.getFewRows());
    assertHas(
        keys,
        "<h2>Models by key</h2>",
        "A model for each of the 9 values of shop.",
        "<td class=\"word\">pooled: too few rows</td>",
        "<td class=\"num\">%s</td>".formatted(NumberText.percent(each.getOwn() / 9.0)),
        "<td class=\"num\">%s</td>".formatted(NumberText.number(each.getTest().getLoss())),
        "<td class=\"num\">%s</td>".formatted(NumberText.number(each.getTest().getPooledLoss())),
        "<td class=\"num\">%s</td>"
            .formatted(NumberText.percent(each.getTest().getPooledAccuracy())),
        "Key by key, on the test rows",
        "<td class=\"word\">median</td>",
        "Keys of the largest loss",
        "Keys of the most rows",
        "<td class=\"num\">10 of 10</td>",
        "&lt;script&gt;alert(");
    assertFalse(page.contains("<script"));
    assertHas(
        page,
        "validation, pooled model</td>",
        "All of this is of the pooled model",
        "Epochs of the pooled model",
        "<span>own models</span><b>%s</b><span>of 9 keys</span>".formatted(each.getOwn()));
    assertHas(
        said,
        "keys      9 of shop: %s have their own models".formatted(each.getOwn()),
        "          test loss " + NumberText.brief(each.getTest().getLoss()) + " (pooled model: ");

    Path again = folder.resolve("again.html");
    assertEquals(0, Cli.run("report", run.toString(), "--out", again.toString()).exitCode());
    assertEquals(page, Files.readString(again));
    assertEquals(
        summary.getEach(),
        RunJson.read(
                Files.writeString(folder.resolve("copy.json"), RunJson.toTree(summary).toString()))
            .getEach());
    keysAreInspected(run, each);
  }

  private static void keysAreInspected(Path run, EachOutcome each) throws IOException {
    String keys = run.resolve("keys.avro").toString();
    JsonNode tree = new ObjectMapper().readTree(Cli.run("inspect", keys, "--json").out());
    assertEquals(9, tree.get("keys").asInt());
    assertEquals(each.getTest().getLoss(), tree.get("test").get("loss").asDouble());
    assertEquals(9, tree.get("largest").size());
    assertNull(tree.get("pooledRows"));

    String model = run.resolve("model.avro").toString();
    assertHas(
        Cli.run("inspect", model, "--key", EVIL).out(),
        "has none of its own: the pooled model\n",
        "    model       pooled: too few rows\n",
        "    rows        ");
    JsonNode one =
        new ObjectMapper().readTree(Cli.run("inspect", model, "--key", "s1", "--json").out());
    assertEquals("own", one.get("key").get("result").get("ended").asText());
    assertEquals(10, one.get("key").get("result").get("keptEpoch").asInt());
  }

  @Test
  void aRunOfKeysComparesByTheirModels() throws IOException {
    Path spec = spec("{validation: 0.2}");
    Path plain = train(spec, "plain");
    Path keyed = train(spec, "keyed", "--set", "each.key=shop");
    EachOutcome each = RunJson.read(keyed.resolve("run.json")).getEach();
    String loss = NumberText.number(each.getValidation().getLoss());

    assertEquals("", section(Files.readString(plain.resolve("report.html")), "keys"));
    assertFalse(Files.readString(plain.resolve("run.json")).contains("\"each\""));
    String page = Files.readString(keyed.resolve("report.html"));
    assertHas(
        page,
        "Key by key, on the validation rows",
        "<span>validation loss</span><b>",
        "<span>pooled " + NumberText.number(each.getValidation().getPooledLoss()) + "</span>");

    Path compared = folder.resolve("compare.html");
    Cli.Result result =
        Cli.run("compare", plain.toString(), keyed.toString(), "--out", compared.toString());
    assertEquals(0, result.exitCode(), result.err());
    assertHas(result.out(), loss, "each.key");
    assertHas(Files.readString(compared), loss, "keyed, pooled model");

    String runs = Cli.run("runs", folder.toString(), "--json").out();
    ObjectMapper json = new ObjectMapper();
    for (String line : runs.lines().toList()) {
      JsonNode run = json.readTree(line);
      JsonNode score = run.get("validation");
      assertEquals("accuracy", score.get("metric").asText());
      if (run.get("run").asText().endsWith("keyed")) {
        assertEquals(each.getValidation().getLoss(), score.get("loss").asDouble());
        assertEquals(each.getValidation().getAccuracy(), score.get("value").asDouble());
      }
    }
    assertEquals(2, runs.lines().count());
  }

  @Test
  void aPageWithoutDetailsOfKeysHasTheCountsAlone() {
    EachOutcome each = new EachOutcome("<i>", 3L, 0L, 3L, 0L, 0L, 7L, 0L, null, null);

    ModelsByKey section = ModelsByKey.of(each, null);

    assertTrue(section.scores().isEmpty() && section.worst().isEmpty() && section.bars().isEmpty());
    assertEquals(List.of("pooled: too few rows", "3", "100.0%"), section.models().rows().get(1));
  }

  @Test
  void keysThatHaveNoScoreAreListedWithoutOne() {
    KeyResult key = new KeyResult("k".repeat(90), 3L, 0L, 0L, KeyEnd.FEW_ROWS, 0, 0, null, null);
    KeyDetails details =
        new KeyDetails(
            "shop",
            Split.TRAIN,
            0L,
            List.of(),
            List.of(1.0),
            List.of(0L, 0L),
            List.of(key),
            List.of());

    ModelsByKey section =
        ModelsByKey.of(new EachOutcome("shop", 1L, 0L, 1L, 0L, 0L, 3L, 0L, null, null), details);

    assertEquals("", section.split());
    assertTrue(section.bars().isEmpty() && section.worst().isEmpty());
    assertEquals(
        List.of("k".repeat(39) + "…", "pooled: too few rows", "3"),
        section.largest().rows().get(0));
    assertEquals(List.of("key", "model", "rows trained"), section.largest().header());
  }

  @Test
  void keysAvroIsReadByItsType() {
    String path = folder.resolve("renamed.avro").toString();
    RecordFile.of(KeyResult.class)
        .write(
            path,
            List.of(new KeyResult("a\u001b[1m", 3L, 0L, 0L, KeyEnd.FEW_ROWS, 0, 0, null, null)));

    String shown = Cli.run("inspect", path).out();

    assertHas(
        shown,
        "  keys        1: none has its own model, 1 takes the pooled one (1 has too few rows)\n");
    assertFalse(shown.contains("\u001b"));
    assertEquals(
        new Cli.Result(2, "", "beamgrad: --key: %s has no key 'b'\n".formatted(path)),
        Cli.run("inspect", path, "--key", "b"));
  }
}
