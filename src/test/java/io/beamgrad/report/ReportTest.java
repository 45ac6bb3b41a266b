package io.beamgrad.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.cli.Cli;
import io.beamgrad.data.files.RecordFile;
import io.beamgrad.job.MixedTable;
import io.beamgrad.job.TinyDigits;
import io.beamgrad.schema.DetailRow;
import io.beamgrad.schema.Details;
import io.beamgrad.schema.MetricRow;
import io.beamgrad.schema.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReportTest {
  private static final List<String> NO_NETWORK =
      List.of("http:", "https:", "href=", "<script", "<link", "@import", "url(");

  @TempDir Path folder;

  private Path train(Path spec, String name, String... more) {
    Path out = folder.resolve(name);
    List<String> arguments =
        new ArrayList<>(List.of("train", spec.toString(), "--out", out.toString()));
    arguments.addAll(List.of(more));
    Cli.Result result = Cli.run(arguments.toArray(new String[0]));
    assertEquals(0, result.exitCode(), result.err());
    return out;
  }

  private static Details details(Path run) {
    return RecordFile.of(Details.class).read(run.resolve("details.avro").toString()).get(0);
  }

  private static void assertHas(String page, String... parts) {
    for (String part : parts) {
      assertTrue(page.contains(part), "no " + part);
    }
    for (String address : NO_NETWORK) {
      assertFalse(page.contains(address), address);
    }
  }

  /** A table whose names and values would be tags, with a column of text, and a row to reject. */
  private Path evilTable() throws IOException {
    StringBuilder csv = new StringBuilder("<b>a</b>,\"x\"\"y\",<i>\n");
    for (int i = 0; i < 120; i++) {
      csv.append(i % 7).append(',').append(i % 5).append(',');
      csv.append(i % 7 > 3 ? "<script>alert(1)</script>" : "'&amp;'").append('\n');
    }
    Files.writeString(folder.resolve("evil.csv"), csv + "</td>,1,'&amp;'\n");
    return Files.writeString(
        folder.resolve("evil.yaml"),
        """
        data: {format: csv, dir: %s, train: evil.csv, features: [<b>a</b>, 'x"y'], target: <i>}
        split: {validation: 0.25}
        model: [{linear: {out: 2}}]
        loss: cross_entropy
        optimizer: {sgd: {lr: 0.1}}
        epochs: 4
        """
            .formatted(folder));
  }

  @Test
  void aRunOfPicturesHasItsPageAndItCanBeMadeAgain() throws IOException {
    Path run = train(TinyDigits.write(folder), "run");
    String page = Files.readString(run.resolve("report.html"));

    assertHas(
        page,
        "<h1>tiny</h1>",
        "id=\"curves\"",
        "id=\"classes\"",
        "id=\"mistakes\"",
        "id=\"samples\"",
        "id=\"weights\"",
        "id=\"epochs\"",
        "id=\"data\"",
        "No record was rejected.",
        "id=\"provenance\"",
        "scripts/beamgrad train " + run.resolve("job.yaml") + " --runner direct --parallelism ");
    assertFalse(page.contains("id=\"importance\""));
    Details details = details(run);
    assertEquals(Split.TEST, details.getSplit());
    assertEquals(100, details.getLooked());
    assertEquals(20, details.getSamples().size());
    assertEquals("t10k-images-idx3-ubyte", details.getSamples().get(0).getFile());
    assertEquals(16, details.getSamples().get(0).getPicture().getPixels().remaining());
    assertEquals(
        List.of(400L, 100L, 100L),
        details.getSplits().stream()
            .map(split -> split.getClassRows().stream().mapToLong(Long::longValue).sum())
            .toList());

    Path again = folder.resolve("again.html");
    Cli.Result result = Cli.run("report", run.toString(), "--out", again.toString());
    assertEquals("wrote " + again + "\n", result.out());
    assertEquals(page, Files.readString(again));
  }

  @Test
  void aMistakeIsTheRowThatItSays() throws IOException {
    Path spec = TinyDigits.write(folder);
    Path run = train(spec, "run", "--set", "epochs=1");
    byte[] images = Files.readAllBytes(folder.resolve("t10k-images-idx3-ubyte"));
    byte[] labels = Files.readAllBytes(folder.resolve("t10k-labels-idx1-ubyte"));

    assertFalse(details(run).getMistakes().isEmpty());
    double last = 1;
    for (DetailRow row : details(run).getMistakes()) {
      int record = (int) row.getRecord() - 1;
      byte[] pixels = new byte[16];
      row.getPicture().getPixels().duplicate().get(pixels);
      assertArrayEquals(
          java.util.Arrays.copyOfRange(images, 16 + 16 * record, 32 + 16 * record), pixels);
      assertEquals(labels[8 + record], row.getLabel());
      assertTrue(row.getGuesses().get(0).getLabel() != row.getLabel());
      assertTrue(row.getGuesses().get(0).getProbability() <= last);
      last = row.getGuesses().get(0).getProbability();
    }
  }

  @Test
  void theSameSeedGivesTheSameDetailsAtAnyParallelismAndCacheSize() throws IOException {
    Path spec = evilTable();
    byte[] first = Files.readAllBytes(train(spec, "a").resolve("details.avro"));

    assertArrayEquals(
        first,
        Files.readAllBytes(
            train(spec, "b", "--parallelism", "1", "--set", "blockCache=1")
                .resolve("details.avro")));
  }

  @Test
  void whatDataAndNamesSayIsTextAndNeverATag() throws IOException {
    Path run = train(evilTable(), "run");
    String page = Files.readString(run.resolve("report.html"));

    assertHas(
        page,
        "<h1>evil</h1>",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "&lt;b&gt;a&lt;/b&gt;",
        "1 of 121 records were rejected; each is in rejects.avro.",
        "found '&lt;/td&gt;'",
        "id=\"importance\"");
    for (String tag : List.of("<b>a", "<i>,", "</td>'")) {
      assertFalse(page.contains(tag), tag);
    }
  }

  @Test
  void numbersHaveTheirPointsAndTheLearningRateItsSchedule() throws IOException {
    Path run =
        train(
            Path.of("pipelines/crop-yield.yaml"),
            "run",
            "--set",
            "schedule={exponential: {gamma: 0.5}}",
            "--set",
            "epochs=3");
    Details details = details(run);

    assertEquals(Split.TRAIN, details.getSplit());
    assertEquals(
        List.of("apples", "oranges"),
        details.getPoints().stream().map(points -> points.getTarget()).toList());
    assertEquals(5, details.getPoints().get(0).getActual().size());
    assertEquals(
        List.of(1e-5, 5e-6, 2.5e-6),
        details.getLearningRates().stream().map(rate -> rate.getRate()).toList());
    assertEquals(
        List.of("temp", "rainfall", "humidity"),
        details.getImportance().getColumns().stream().map(c -> c.getColumn()).toList());
    assertHas(Files.readString(run.resolve("report.html")), "id=\"regression\"", "apples residual");
    assertHas(
        Files.readString(run.resolve("README.md")),
        "No rows were held back to validate or test on: the scores below are of training rows, and flatter.",
        "| train, always the mean | 5 |");
  }

  @Test
  void trainRowsHaveTheAccuracyOfTheirBatches() throws IOException {
    Path run = train(TinyDigits.write(folder), "run", "--set", "optimizer.lr=1e-30");
    List<MetricRow> rows =
        RecordFile.of(MetricRow.class).read(run.resolve("metrics.avro").toString()).stream()
            .filter(row -> row.getSplit() == Split.TRAIN)
            .toList();

    // With weights that stay, the batches of an epoch together are one evaluation.
    assertEquals(rows.get(0).getAccuracy(), rows.get(1).getAccuracy());
    assertEquals(rows.get(0).getAccuracy(), rows.get(3).getAccuracy());
  }

  @Test
  void anEvaluationHasAPageOfTheSameRows() throws IOException {
    Path spec = TinyDigits.write(folder);
    Path run = train(spec, "run");
    Path page = folder.resolve("evaluation.html");

    Cli.Result result =
        Cli.run(
            "evaluate",
            "--model",
            run.resolve("model.avro").toString(),
            "--data",
            spec.toString(),
            "--report",
            page.toString());

    assertEquals("", result.err());
    assertTrue(result.out().endsWith("wrote " + page + "\n"), result.out());
    String text = Files.readString(page);
    assertHas(text, "beamgrad evaluation", "id=\"mistakes\"", "id=\"weights\"", "--split test");
    String trained = Files.readString(run.resolve("report.html"));
    for (String part : List.of("mistakes", "samples")) {
      assertEquals(section(trained, part), section(text, part));
    }
  }

  /** With holes, of all kinds of columns, one of which is the weight, and one names the split. */
  private Path mixedTable(String more) throws IOException {
    MixedTable.write(folder.resolve("customers.csv"), 600, 1);
    return Files.writeString(
        folder.resolve("customers.yaml"),
        """
        data:
          format: csv
          dir: %s
          train: customers.csv
          features: [age, city, shop, member, joined, seen]
          columns:
            age: {number: {missing: median, indicator: true}}
            city: {category: {missing: own}}
            shop: {category: {hash: 5000}}
            member: {boolean: {missing: false, indicator: true}}
            joined: {date: {parts: [year, month], missing: zero}}
            seen: {date: {pattern: "dd.MM.yyyy HH:mm"}}
          target: left
          weight: visits
        %s
        model: [{linear: {out: 2}}]
        loss: cross_entropy
        optimizer: {sgd: {lr: 0.1}}
        epochs: 3
        """
            .formatted(folder, more));
  }

  @Test
  void aTableOfAllKindsHasItsRangesHolesAndRule() throws IOException {
    Path spec = mixedTable("split: {by: {column: plan}}");
    Path table = folder.resolve("customers.csv");
    String text = Files.readString(table).replace(",basic,", ",train,").replace(",plus,", ",test,");
    Files.writeString(table, text);
    Path run = train(spec, "run");
    long heldOut = text.lines().filter(line -> line.contains(",pro,")).count();
    Details details = details(run);

    assertEquals(
        List.of("age", "city", "shop", "member", "joined", "seen", "left"),
        details.getColumns().stream().map(column -> column.getName()).toList());
    assertEquals(
        List.of("age", "city", "shop", "member", "joined", "seen"),
        details.getImportance().getColumns().stream().map(column -> column.getColumn()).toList());
    assertTrue(details.getImportance().getColumns().get(0).getLossIncrease() > 0);
    assertHas(
        Files.readString(run.resolve("report.html")),
        "names the split of each row; rows of any other name are held out.",
        "<td class=\"word\">held out</td>\n<td class=\"num\">%s</td>".formatted(heldOut),
        "<td class=\"word\">boolean</td>",
        "<td class=\"word\">date</td>",
        "2020-01-",
        "rows of weight ",
        "scope=\"col\">weight</th>",
        "% by weight)",
        "train " + run.resolve("job.yaml"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{validation: 0.2, test: 0.3, by: stratified}",
        "{validation: 0.2, test: 0.3, by: {group: shop}}",
        "{validation: 0.2, test: 0.3, by: {time: tenure}}"
      })
  void anEvaluationShowsTheRowsThatTheTrainingShowedWhateverTheSplit(String split)
      throws IOException {
    Path spec = mixedTable("split: " + split);
    Path run = train(spec, "run");
    Path page = folder.resolve("evaluation.html");
    String model = run.resolve("model.avro").toString();

    Cli.Result result =
        Cli.run(
            "evaluate", "--model", model, "--data", spec.toString(), "--report", page.toString());

    assertEquals("", result.err());
    String text = Files.readString(page);
    String trained = Files.readString(run.resolve("report.html"));
    for (String part : List.of("mistakes", "samples")) {
      assertEquals(section(trained, part), section(text, part));
    }
  }

  private static String section(String page, String id) {
    int from = page.indexOf("<section id=\"%s\"".formatted(id));
    return page.substring(from, page.indexOf("</section>", from));
  }

  @Test
  void runsAreComparedInATableAndOnAPage() throws IOException {
    Path spec = TinyDigits.write(folder);
    Path slow = train(spec, "slow", "--set", "optimizer.lr=0.01");
    Path fast = train(spec, "fast", "--set", "epochs=2");
    Path page = folder.resolve("compare.html");

    Cli.Result result =
        Cli.run("compare", slow.toString(), fast.toString(), "--out", page.toString());

    assertEquals("", result.err());
    List<String> lines = result.out().lines().toList();
    assertTrue(
        lines
            .get(0)
            .matches(
                "run   epochs  train loss  train accuracy  validation loss  validation accuracy"
                    + "  test loss  test accuracy  test baseline  seconds"),
        lines.get(0));
    assertTrue(lines.get(1).startsWith("slow       3  "), lines.get(1));
    assertTrue(lines.get(2).startsWith("fast       2  "), lines.get(2));
    assertFalse(result.out().contains("not of the same rows"), result.out());
    assertTrue(result.out().contains("\nepochs            3"), result.out());
    assertTrue(result.out().contains("\noptimizer.sgd.lr  0.01"), result.out());
    assertFalse(result.out().contains("momentum"), "what is equal is not shown");
    assertHas(Files.readString(page), "Validation loss", "optimizer.sgd.lr", "slow");
  }

  @Test
  void whatCannotBeReportedOrComparedIsOneLine() throws IOException {
    Path spec = TinyDigits.write(folder);
    Path run = train(spec, "run");
    Path none = folder.resolve("none");
    Path broken = Files.createDirectories(folder.resolve("broken"));
    Files.writeString(broken.resolve("run.json"), "{\"name\":");
    Files.copy(run.resolve("job.yaml"), broken.resolve("job.yaml"));
    Path other = Files.createDirectories(folder.resolve("other"));
    Files.writeString(other.resolve("run.json"), "{}");

    assertWrong(
        none + ": expected the folder of a finished run, found no run.json",
        "report",
        none.toString());
    assertWrong(
        other + "/run.json: expected the summary of a run, found no name and weightsSha256",
        "report",
        other.toString());
    assertWrong("compare: expected 2 to 24 runs, found 1", "compare", run.toString());
    assertWrong(run + "/.: is given twice", "compare", run.toString(), run + "/.");
    assertWrong(
        none + ": expected the folder of a finished run",
        "compare",
        run.toString(),
        none.toString());
    assertWrong(
        other + ": expected the run's job.yaml, found none",
        "compare",
        run.toString(),
        other.toString());
    Cli.Result unreadable = Cli.run("compare", run.toString(), broken.toString());
    assertTrue(
        unreadable.err().startsWith("beamgrad: " + broken + "/run.json: expected JSON, found "),
        unreadable.err());
    assertEquals(1, unreadable.err().lines().count());
    assertEquals(2, unreadable.exitCode());
    Files.delete(run.resolve("details.avro"));
    assertWrong(run + ": expected the run's details.avro, found none", "report", run.toString());
    assertFalse(Files.exists(Path.of("compare.html")));
  }

  private static void assertWrong(String message, String... arguments) {
    Cli.Result result = Cli.run(arguments);
    assertEquals("beamgrad: " + message + "\n", result.err());
    assertEquals(2, result.exitCode());
  }
}
