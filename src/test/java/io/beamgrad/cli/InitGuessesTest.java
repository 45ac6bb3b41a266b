package io.beamgrad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What init makes of columns, and what it says of those that it does not take. */
class InitGuessesTest {
  @TempDir Path folder;
  private Path table;
  private String out;

  /** Writes a table whose target is y, and gives the spec that init makes of it. */
  private String init(String name, String header, int rows, IntFunction<String> row)
      throws IOException {
    String records =
        IntStream.range(0, rows).mapToObj(row).collect(Collectors.joining("\n", "", "\n"));
    table = Files.writeString(folder.resolve(name), header + records);
    Path spec = folder.resolve(name + ".yaml");
    Cli.Result result =
        Cli.run("init", "--no-trial", table.toString(), "--target", "y", "--out", spec.toString());
    assertEquals(0, result.exitCode(), result.err());
    out = result.out();
    return Files.readString(spec);
  }

  private static void assertLine(String line, String text) {
    assertTrue(text.lines().anyMatch(line::equals), line + "\n" + text);
  }

  private void assertLeftOut(String line, String spec) {
    assertLine("    # left out: " + line, spec);
    assertLine("left out  " + line, out);
  }

  @Test
  void aColumnThatIsNeverReadIsLeftOutByNameAndTheOthersAreLookedAt() throws IOException {
    String spec =
        init(
            "objects.jsonl",
            "",
            60,
            i ->
                "{\"x\": %s, \"notes\": [], \"y\": %s, \"tags\": [\"a\", \"b\"], \"items\": [{\"k\": 1}],"
                        .formatted(i * i, i % 2)
                    + " \"v\": [1, 2.5], \"w\": %s}".formatted(i % 2 == 0 ? "[1, 2]" : "[1]"));

    assertLine("    x: number  # numbers", spec);
    assertLine("    v: {vector: {size: 2}}  # lists of numbers", spec);
    assertTrue(spec.contains("left out: notes: "), spec);
    assertTrue(out.contains("left out  notes: "), out);
    assertLeftOut("tags[0]: always 'a'", spec);
    assertLeftOut("items[0].k: always '1'", spec);
    assertLeftOut("w: lists, 30 of 60 that are no vectors: expected 2 numbers, found 1", spec);
  }

  @Test
  void aFewValuesThatCannotBeReadAreDoubtedAndTheirRowsMayBeRejected() throws IOException {
    String spec =
        init(
            "few.jsonl",
            "",
            200,
            i ->
                "{\"x\": %s, \"y\": %s}"
                    .formatted(i % 50 == 7 ? "{}" : String.valueOf(i * i), i % 2));

    assertLine("    x: number  # numbers", spec);
    assertLine(
        "doubtful  x: 4 values cannot be read, the first: expected a text, found an object", out);
    assertTrue(spec.contains("  maxRejects: 0.03 "), spec);
    String run = folder.resolve("run").toString();
    String spec2 = folder.resolve("few.jsonl.yaml").toString();
    Cli.Result trained = Cli.run("train", spec2, "--out", run, "--set", "epochs=1");
    assertTrue(trained.out().contains(", 4 rejected of 200 read"), trained.out() + trained.err());
  }

  @Test
  void rowsThatAreBrokenThemselvesAreOneLineThatSaysWhatIsWrongWithTheFirst() throws IOException {
    Path broken = folder.resolve("broken.csv");
    Files.writeString(
        broken,
        "x,z,y\n"
            + IntStream.range(0, 40)
                .mapToObj(i -> "%s,%s\n".formatted(i, i % 2))
                .collect(Collectors.joining()));
    Cli.Result result =
        Cli.run("init", broken.toString(), "--target", "y", "--out", folder + "/broken.yaml");
    assertEquals(2, result.exitCode());
    assertEquals(
        "beamgrad: %s: 40 of 40 records cannot be read, the first of them on line 2: expected 3"
                .formatted(broken)
            + " fields, found 2\n",
        result.err());

    init("some.csv", "x,y\n", 40, i -> i == 20 ? "1" : "%s,%s".formatted(i * i, i % 2));
    assertLine(
        "rejected  1 record that cannot be read, on line 22: expected 2 fields, found 1", out);
  }

  @Test
  void aTargetThatCannotBeReadIsBlamedItself() throws IOException {
    Path objects = folder.resolve("target.jsonl");
    Files.writeString(objects, "{\"x\": 1, \"y\": {\"a\": 1}}\n".repeat(30));
    Cli.Result result =
        Cli.run("init", objects.toString(), "--target", "y", "--out", folder + "/t.yaml");
    assertEquals(2, result.exitCode());
    assertTrue(result.err().contains("column 'y'"), result.err());
    assertFalse(result.err().contains("has no value"), result.err());
  }

  @Test
  void codesWithLeadingZerosAreCategoriesAndIdsMayRepeatALittle() throws IOException {
    String spec =
        init(
            "codes.csv",
            "plz,phone,Id,county_id,storeId,x,y\n",
            4400,
            i ->
                String.format(
                    Locale.ROOT,
                    "%05d,0171%06d,%d,%d,%d,%d,%d",
                    i % 40 * 37,
                    i,
                    1000 + (i - (i % 10 == 9 ? 1 : 0)) * 7,
                    i % 2200,
                    i % 4,
                    i * i % 1000,
                    i % 2));

    assertLine("    plz: category  # 40 categories", spec);
    assertLine("doubtful  plz: digits with leading zeros, taken as categories", out);
    assertLeftOut("phone: an id: it is different in each record", spec);
    assertLeftOut("Id: an id: it has 3,960 different values in 4,400 records", spec);
    assertLeftOut("county_id: an id: it has 2,200 different values in 4,400 records", spec);
    assertLine("    storeId: category  # 4 categories", spec);
    assertLine("    x: number  # numbers", spec);
  }

  @Test
  void rareCategoriesArePooledWhereSomeAreFrequentAndSentencesAreSaidToBeSuch() throws IOException {
    String spec =
        init(
            "texts.csv",
            "day,city,author,note,name,y\n",
            480,
            i ->
                String.format(
                    Locale.ROOT,
                    "day %03d,%s,%s,The number %d is a remark of its own,n%d,%d",
                    i % 120,
                    i % 20 == 0 ? "rare" + i : "city" + i % 10,
                    i % 10 == 0 ? "known" : "author" + i % 160,
                    i,
                    i * 7919 % 997 % 350,
                    i % 2));

    assertLine("    day: category  # 120 categories", spec);
    assertLine("    city: {category: {minCount: 5}}  # 34 categories", spec);
    assertLine("    author: {category: {minCount: 5}}  # 145 categories", spec);
    assertLine("    note: {text: {ngrams: 2}}  # texts of 9 words on average", spec);
    assertTrue(spec.contains("left out: name: text with 3"), spec);
    assertTrue(spec.contains("different values in 480 records, too many for categories"), spec);
  }

  @Test
  void aTestIsSetAsideAndItsScoreComesLastButNotOfATableThatIsTooSmall() throws IOException {
    String spec = init("rows.csv", "x,y\n", 100, i -> "%s,%s".formatted(i * i, i % 2));
    assertLine("split: {validation: 0.2, test: 0.2}", spec);
    String run = folder.resolve("run").toString();
    Cli.Result trained =
        Cli.run(
            "train", folder.resolve("rows.csv.yaml").toString(), "--out", run, "--set", "epochs=1");
    assertTrue(trained.out().contains("test  loss "), trained.out() + trained.err());
    assertTrue(trained.out().contains("60 trained, 20 validated, 20 tested"), trained.out());

    assertLine(
        "split: {validation: 0.2}  # too few rows for a test",
        init("small.csv", "x,y\n", 40, i -> "%s,%s".formatted(i * i, i % 2)));
  }

  @Test
  void aColumnThatCountsTheRecordsIsAFeatureOnlyWhereNothingElseIs() throws IOException {
    String spec = init("one.csv", "x,y\n", 60, i -> "%s,%s".formatted(i, i % 2));
    assertLine("    x: number  # numbers", spec);
    assertTrue(out.contains("doubtful  x: counts the records"), out);
    spec = init("two.csv", "x,z,y\n", 60, i -> "%s,%s,%s".formatted(i, i * i, i % 2));
    assertLeftOut("x: an id: it counts the records", spec);
  }

  @Test
  void aMisspelledTargetIsNeverTakenForAColumnWithoutAName() throws IOException {
    Path blank = folder.resolve("blank.csv");
    Files.writeString(blank, "sep=,\nx,y\n" + "1,0\n2,1\n".repeat(20));
    Cli.Result result =
        Cli.run(
            "init", "--no-trial", blank.toString(), "--target", "z", "--out", folder + "/b.yaml");
    assertEquals(2, result.exitCode());
    assertFalse(result.err().contains("did you mean ?"), result.err());
  }

  @Test
  void aRowWithAHoleInAnyFeatureIsPredictedThoughTrainingSawNone() throws IOException {
    String lines = "{\"n\": %s, \"c\": %s, \"b\": %s, \"d\": %s, \"v\": %s, \"y\": %s}";
    init(
        "whole.jsonl",
        "",
        200,
        i ->
            lines.formatted(
                i * i,
                "\"c" + i % 3 + "\"",
                i % 4 < 2,
                String.format(Locale.ROOT, "\"2026-01-%02d\"", i % 28 + 1),
                "[%s, %s]".formatted(i % 7, i % 5),
                i % 2));
    String run = folder.resolve("run").toString();
    String spec = folder.resolve("whole.jsonl.yaml").toString();
    Cli.Result trained = Cli.run("train", spec, "--out", run, "--set", "epochs=1");
    assertEquals(0, trained.exitCode(), trained.err());

    Path holes = folder.resolve("holes.jsonl");
    String[] whole = {"1", "\"c0\"", "true", "\"2026-01-01\"", "[1, 2]"};
    StringBuilder text = new StringBuilder();
    for (int hole = 0; hole < whole.length; hole++) {
      String[] values = whole.clone();
      values[hole] = "null";
      text.append(lines.formatted(values[0], values[1], values[2], values[3], values[4], 0) + "\n");
    }
    text.append(lines.formatted("1", "\"c0\"", "true", "\"2026-01-01\"", "[1, null]", 0));
    Files.writeString(holes, text + "\n{}\n");
    String predictions = folder.resolve("p.csv").toString();
    Cli.Result predicted =
        Cli.run(
            "predict",
            "--model",
            run + "/model.avro",
            "--input",
            holes.toString(),
            "--out",
            predictions);
    assertTrue(
        predicted.out().contains("7 predicted, 0 rejected of 7 read"),
        predicted.out() + predicted.err());
    assertFalse(Files.readString(Path.of(predictions)).contains("NaN"));

    Cli.Result rejecting =
        Cli.run(
            "train", spec, "--out", run + "2", "--set", "epochs=1", "--set", "data.missing=reject");
    assertEquals(0, rejecting.exitCode(), rejecting.err());
    Cli.Result fewer =
        Cli.run(
            "predict",
            "--model",
            run + "2/model.avro",
            "--input",
            holes.toString(),
            "--out",
            folder + "/p2.csv");
    assertTrue(
        fewer.out().contains("0 predicted, 7 rejected of 7 read") || fewer.err().contains("7 of 7"),
        fewer.out() + fewer.err());
  }

  @Test
  void numbersThatAreTimesHaveTheirDatesAsWellAsTheirHours() throws IOException {
    String spec =
        init(
            "times.csv",
            "at,written,y\n",
            60,
            i ->
                String.format(
                    Locale.ROOT,
                    "%d,202601%02d%02d3000,%d",
                    1_767_261_600_000L + i * 133_200_000L,
                    i % 28 + 1,
                    i % 24,
                    i / 2 % 2));
    assertLine(
        "    at: {date: {pattern: epochMillis, parts: [epochDays, dayOfYear, weekday, hour]}}  # dates",
        spec);
    assertLine(
        "    written: {date: {pattern: yyyyMMddHHmmss, parts: [epochDays, dayOfYear, weekday, hour]}}  # dates",
        spec);
  }

  @Test
  void theNaNThatPythonWritesIsAMissingValueOfAnyColumn() throws IOException {
    String spec =
        init(
            "nan.jsonl",
            "",
            60,
            i ->
                "{\"x\": %s, \"c\": %s, \"y\": %s}"
                    .formatted(
                        i % 10 == 0 ? "NaN" : i * i,
                        i % 20 == 0 ? "NaN" : "\"c" + i % 3 + "\"",
                        i % 2));
    assertLine("    x: {number: {missing: median, indicator: true}}  # numbers, 6 missing", spec);
    assertLine("    c: {category: {missing: own}}  # 3 categories, 3 missing", spec);
  }

  @Test
  void infiniteNumbersAreDoubtedAndTheirColumnIsOneOfNumbersAllTheSame() throws IOException {
    String spec =
        init(
            "infinite.csv",
            "x,y\n",
            200,
            i -> "%s,%s".formatted(i == 7 ? "inf" : i == 9 ? "-Infinity" : i % 50, i % 2));
    assertLine("    x: number  # numbers", spec);
    assertLine(
        "doubtful  x: 2 values cannot be read, the first: expected a finite number, found 'inf'",
        out);
    assertLine("  maxRejects: 0.015  # records that cannot be read or have no target", spec);
    assertTrue(
        init(
                "words.csv",
                "x,z,y\n",
                60,
                i -> "%s,%s,%s".formatted(i % 2 == 0 ? "inf" : "to", i, i % 2))
            .contains("    x: category  # 2 categories"));
  }

  @Test
  void aTextAmongNumbersIsTheReasonWhyTheirColumnIsLeftOut() throws IOException {
    String spec =
        init(
            "total.csv",
            "x,z,y\n",
            60,
            i -> "%s,%s,%s".formatted(i == 59 ? "Total" : i * i + ".5", i % 7, i % 2));
    assertLeftOut("x: numbers, but for 1 of 60 values, the first of them 'Total'", spec);
  }

  private String refusal(String text, String target) throws IOException {
    Path file = Files.writeString(folder.resolve("refused.csv"), text);
    Cli.Result result =
        Cli.run("init", file.toString(), "--target", target, "--out", folder + "/refused.yaml");
    assertEquals(2, result.exitCode());
    return result.err().replace("beamgrad: " + file + ": ", "").strip();
  }

  @Test
  void aTableWithoutRecordsOrOtherColumnsIsSaidToBeOne() throws IOException {
    assertEquals("has no records", refusal("x,y\n", "y"));
    assertEquals(
        "no column is left to predict y from: it is the only one",
        refusal("y\n" + "0\n1\n".repeat(20), "y"));
  }

  @Test
  void aTargetIsNotTakenForAColumnOfWhichNoLetterIsTheSame() throws IOException {
    assertEquals(
        "no column 'y'; there are 0.5, 7, z", refusal("0.5,7,z\n" + "1,2,a\n".repeat(20), "y"));
    assertEquals("no column 'Y'; did you mean y?", refusal("x,y\n1,2\n", "Y"));
  }

  @Test
  void theDateThatThereIsNotIsTheReasonWhyDatesAreLeftOut() throws IOException {
    String spec =
        init(
            "dates.csv",
            "d,t,x,y\n",
            60,
            i ->
                "%s,%s,%s,%s"
                    .formatted(
                        i == 59
                            ? "31/02/2024"
                            : String.format(Locale.ROOT, "%02d/01/%d", i % 28 + 1, 2000 + i),
                        i == 30 ? "0000-00-00" : "%s-01-20".formatted(2000 + i),
                        i % 7,
                        i % 2));
    String text = "text with 60 different values in 60 records; the first ";
    assertLeftOut("d: " + text + "59 are dates as dd/MM/yyyy, but not '31/02/2024'", spec);
    assertLeftOut("t: " + text + "30 are ISO dates, but not '0000-00-00'", spec);
  }

  @Test
  void aTargetOfTextsThatHardlyRepeatIsNoClass() throws IOException {
    StringBuilder rows = new StringBuilder("x,y\n");
    for (int i = 0; i < 60; i++) {
      rows.append(String.format(Locale.ROOT, "%d,2026-01-01T%02d:%02d\n", i * i, i % 24, i));
    }
    assertEquals(
        "column 'y' has 60 different texts in 60 records, such as '2026-01-01T00:00': neither"
            + " numbers nor classes",
        refusal(rows.toString(), "y"));
  }

  @Test
  void rowsOfAnIdThatSeveralHaveStayTogetherWhereEachRowHasOne() throws IOException {
    String grouped =
        init(
            "orders.csv",
            "customer_id,x,y\n",
            400,
            i -> "%s,%s,%s".formatted(1000 + i * 7 % 130, i * i, i % 2));
    assertLine(
        "split: {validation: 0.2, test: 0.2, by: {group: customer_id}}  # rows of one id stay"
            + " together, also in a retrain's holdout",
        grouped);
    Path spec = folder.resolve("orders.csv.yaml");
    Cli.Result trained =
        Cli.run(
            "train",
            spec.toString(),
            "--set",
            "epochs=1",
            "--out",
            folder.resolve("run").toString());
    assertEquals(0, trained.exitCode(), trained.err());

    String withHoles =
        init(
            "holes.csv",
            "customer_id,x,y\n",
            400,
            i -> "%s,%s,%s".formatted(i == 7 ? "" : "" + (1000 + i * 7 % 130), i * i, i % 2));
    assertLine("split: {validation: 0.2, test: 0.2}", withHoles);
    assertLine(
        "# split: {validation: 0.2, test: 0.2, by: {group: customer_id}}  # would keep rows of one"
            + " id together, and reject those without",
        withHoles);
    assertFalse(
        init("one.csv", "id,x,y\n", 90, i -> "%s,%s,%s".formatted(i * 3, i * i, i % 2))
            .contains("group"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "20%1$02d-01-01 | 7 | [epochDays]",
        "2020-%1$02d-15 | 12 | [epochDays, month]",
        "2020-%1$02d-0%1$d | 9 | [epochDays, dayOfYear, weekday]",
        "2020-05-%1$02dT00:00:00 | 9 | [epochDays, dayOfYear, weekday]",
        "2020-05-%1$02dT00:0%1$d:00 | 9 | [epochDays, dayOfYear, weekday, hour]"
      })
  void datesAreTheirDayAndWhatOfTheSeasonsTheyCanShow(String date, int dates, String parts)
      throws IOException {
    String spec =
        init(
            "dates.csv",
            "day,x,y\n",
            80,
            i -> String.format(Locale.ROOT, date + ",%2$d,%3$d", 1 + i % dates, i * i, i % 2));
    assertLine("    day: {date: {parts: %s}}  # dates".formatted(parts), spec);
  }

  @Test
  void aTargetOfNumbersIsStandardisedAndOfClassesIsAsItIs() throws IOException {
    String numbers = init("n.csv", "x,y\n", 80, i -> "%s,%s".formatted(i % 7, i * i));
    assertLine(
        "preset: tabular-1  # a recipe whose other keys beamgrad explain --preset tabular-1 prints",
        numbers);
    assertLine("  target: {columns: \"y\", scale: standard, clip: true}  # numbers", numbers);
    assertLine("loss: mse", numbers);
    assertFalse(numbers.contains("model:") || numbers.contains("epochs:"), numbers);
    String classes = init("c.csv", "x,y\n", 80, i -> "%s,%s".formatted(i * i, i % 2));
    assertLine("  target: \"y\"  # 2 classes: 0, 1", classes);
    assertLine("loss: cross_entropy", classes);
  }

  @Test
  void rowsOfVeryManyInputsGetASmallNetworkInsteadOfThePreset() throws IOException {
    String spec =
        init("wide.csv", "a,b,y\n", 2400, i -> "a%s,b%s,%s".formatted(i % 700, i % 400, i % 2));
    assertFalse(spec.contains("preset: "), spec);
    assertLine("# Of so many inputs, most of which are 0, the preset would take long.", spec);
    assertLine("model: [{linear: {out: 32}}, relu, {linear: {out: classes}}]", spec);
    assertLine("  scale: standard  # numbers get mean 0 and deviation 1", spec);
    assertTrue(
        init("less.csv", "a,b,y\n", 2400, i -> "a%s,b%s,%s".formatted(i % 600, i % 400, i % 2))
            .contains("\npreset: tabular-1"));
  }

  @Test
  void aSpecOfVeryFewRowsTrainsOnAllOfThem() throws IOException {
    String spec = init("few.csv", "x,y\n", 4, i -> "%s.5,%s.25".formatted(i, 2 * i));
    assertLine("split: {validation: 0}  # too few rows for a test", spec);
  }

  @Test
  void manyRowsAreGoneThroughLessOften() throws IOException {
    String spec = init("long.csv", "x,y\n", 210_000, i -> "%s.5,%s".formatted(i % 10, i % 2));
    assertTrue(
        spec.lines()
            .anyMatch(
                line ->
                    line.matches(
                        "epochs: 64  # of 256, as there are about 2[01]\\d,\\d{3} records")),
        spec);
  }
}
