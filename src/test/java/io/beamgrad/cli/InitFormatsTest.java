package io.beamgrad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.data.formats.Tables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What init writes for a table of any format trains, and the model predicts for the table. */
class InitFormatsTest {
  @TempDir Path folder;

  private static String succeed(String... arguments) {
    Cli.Result result = Cli.run(arguments);
    assertEquals(0, result.exitCode(), result.err());
    return result.out();
  }

  /** Inits, trains a little, and predicts for the same file. */
  private String predictions(Path table, String target) {
    String name = table.getFileName().toString();
    String spec = folder.resolve(name + ".yaml").toString();
    String run = folder.resolve("run-" + name).toString();
    succeed("init", "--no-trial", table.toString(), "--target", target, "--out", spec);
    succeed("train", spec, "--out", run, "--set", "epochs=2");
    // The last field is the model, each of which has its own name.
    return succeed("predict", "--model", run + "/model.avro", "--input", table.toString())
        .replaceAll("(?m),[^,]*$", "");
  }

  @Test
  void everyFormatOfATableGivesTheSamePredictions() throws IOException {
    List<GenericRecord> rows = rows();
    String expected = null;
    for (String suffix : List.of("csv", "tsv.gz", "jsonl", "avro", "parquet")) {
      Path table = folder.resolve(suffix).resolve("table." + suffix);
      Tables.write(table, rows);
      String found = predictions(table, "kind");
      expected = expected == null ? found : expected;
      assertEquals(expected, found, suffix);
    }
    assertEquals("id,label,p_ab,p_cd,p_ef", expected.lines().findFirst().orElseThrow());
    assertEquals(401, expected.lines().count());
  }

  @Test
  void aFolderOrAGlobIsRefusedWithAFileOfIt() throws IOException {
    Path day = Files.createDirectories(folder.resolve("day=2026-11-01"));
    Files.writeString(day.resolve("p.csv"), "x,y\n1,2\n");
    assertRefused(folder + ": is a folder, not a file; init looks at one, such as ");
    assertRefused(folder + "/day=*/*: is a glob, not a file; init looks at one, such as ");
    Cli.Result none = Cli.run("init", folder + "/*.csv", "--target", "y");
    assertEquals(
        "beamgrad: %s: no file matches *.csv; *.csv enters no folder, but there is day=2026-11-01/p.csv:"
                .formatted(folder)
            + " write **/*.csv or day=*/*.csv\n",
        none.err());
  }

  private static void assertRefused(String why) {
    Cli.Result refused =
        Cli.run("init", why.substring(0, why.indexOf(": is")), "--target", "y", "--out", "s.yaml");
    assertEquals(2, refused.exitCode());
    assertTrue(refused.err().startsWith("beamgrad: " + why), refused.err());
    assertTrue(refused.err().endsWith("day=2026-11-01/p.csv\n"), refused.err());
  }

  private static List<GenericRecord> rows() {
    Schema schema =
        SchemaBuilder.record("Row")
            .fields()
            .requiredDouble("x")
            .optionalLong("count")
            .requiredBoolean("flag")
            .requiredString("city")
            .requiredString("kind")
            .endRecord();
    Random random = new Random(4);
    return IntStream.range(0, 400)
        .<GenericRecord>mapToObj(
            i -> {
              GenericRecord row = new GenericData.Record(schema);
              row.put("x", random.nextInt(1000) / 8.0 + 0.5);
              row.put("count", i % 9 == 0 ? null : (long) random.nextInt(50));
              row.put("flag", random.nextBoolean());
              row.put("city", List.of("Oslo", "Bern", "Rome").get(random.nextInt(3)));
              row.put("kind", List.of("ab", "cd", "ef").get(random.nextInt(3)));
              return row;
            })
        .toList();
  }

  private Path semicolons(String name, String late) throws IOException {
    Random random = new Random(5);
    StringBuilder csv = new StringBuilder("x;city;kind\n");
    for (int i = 0; i < 300; i++) {
      double x = random.nextGaussian();
      csv.append("%s;\"Oslo, %s\";%s\n".formatted(x, i % 3, x > 0 ? "up" : "down"));
    }
    return Files.writeString(folder.resolve(name), csv + late);
  }

  @Test
  void whatIsBetweenFieldsIsFoundAndKeptInTheModel() throws IOException {
    Path table = semicolons("semi.csv", "");
    String found = predictions(table, "kind");
    assertEquals(301, found.lines().count());

    String model = folder.resolve("run-semi.csv/model.avro").toString();
    Path commas = folder.resolve("commas.csv");
    Files.writeString(commas, Files.readString(table).replace(';', ','));
    Cli.Result wrong = Cli.run("predict", "--model", model, "--input", commas.toString());
    assertEquals(
        "beamgrad: commas.csv: no column 'city', 'x'; the header has x,city,kind\n", wrong.err());
    assertEquals(
        found,
        succeed("predict", "--model", model, "--input", commas.toString(), "--delimiter", ",")
            .replaceAll("(?m),[^,]*$", ""));
    Cli.Result odd =
        Cli.run("predict", "--model", model, "--input", table.toString(), "--delimiter", "ab");
    assertEquals(
        "beamgrad: --delimiter must be one character that is no letter, digit or end of a line,"
            + " was 'ab'\n",
        odd.err());
    assertEquals(2, odd.exitCode());
  }

  @Test
  void aClassThatComesAfterTheRecordsLookedAtIsOneLineThatSaysWhatToDo() throws IOException {
    Path table = semicolons("late.csv", "");
    String spec = folder.resolve("late.yaml").toString();
    succeed("init", "--no-trial", table.toString(), "--target", "kind", "--out", spec);
    semicolons("late.csv", "0.5;Bern;level\n");
    Cli.Result result =
        Cli.run(
            "train",
            spec,
            "--out",
            folder.resolve("run").toString(),
            "--set",
            "loss=binary_cross_entropy");
    assertEquals(
        "beamgrad: column 'kind' has 3 classes (down, level, up), but the model tells 2 apart; the"
            + " loss cross_entropy and linear: {out: classes} at the end would tell all\n",
        result.err());
    assertEquals(2, result.exitCode());
    String[] all = {"train", spec, "--out", folder.resolve("all").toString(), "--set", "epochs=2"};
    assertTrue(succeed(all).contains("weights   SHA-256 "));
  }
}
