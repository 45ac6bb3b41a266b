package io.beamgrad.runner;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.beamgrad.cli.Cli;
import io.beamgrad.job.MixedFiles;
import io.beamgrad.job.MixedTable;
import io.beamgrad.job.ShopTable;
import io.beamgrad.job.TinyDigits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Embedded Flink against the DirectRunner, without any data but what the test makes. */
class FlinkIT {
  @TempDir Path folder;

  private String sha256(Path spec, String out, String... more) throws IOException {
    String[] arguments = new String[4 + more.length];
    arguments[0] = "train";
    arguments[1] = spec.toString();
    arguments[2] = "--out";
    arguments[3] = folder.resolve(out).toString();
    System.arraycopy(more, 0, arguments, 4, more.length);
    Cli.Result result = Cli.run(arguments);
    assertEquals(0, result.exitCode(), result.err());
    return new ObjectMapper()
        .readTree(folder.resolve(out).resolve("run.json").toFile())
        .get("weightsSha256")
        .asText();
  }

  @Test
  void theBitsAreThoseOfTheDirectRunner() throws IOException {
    Path spec = TinyDigits.write(folder);
    String direct = sha256(spec, "direct");
    assertEquals(direct, sha256(spec, "flink1", "--runner", "flink", "--parallelism", "1"));
    assertEquals(direct, sha256(spec, "flink2", "--runner", "flink", "--parallelism", "2"));
    for (String file : new String[] {"details.avro", "model.avro"}) {
      byte[] expected = Files.readAllBytes(folder.resolve("direct").resolve(file));
      assertArrayEquals(expected, Files.readAllBytes(folder.resolve("flink2").resolve(file)), file);
    }
  }

  @Test
  void everySplitToo() throws IOException {
    StringBuilder csv = new StringBuilder("x,kind,day\n");
    for (int i = 0; i < 400; i++) {
      csv.append(
          String.format(
              Locale.ROOT,
              "%d,%s,2024-01-%02d\n",
              i * 31 % 100,
              "abb".charAt(i % 3),
              i * 7 % 30 + 1));
    }
    Files.writeString(folder.resolve("rows.csv"), csv);
    Path spec =
        Files.writeString(
            folder.resolve("splits.yaml"),
            """
            data: {format: csv, dir: %s, train: rows.csv, features: [x], target: kind}
            split: {validation: 0.2, test: 0.1}
            model: [{linear: {out: 2}}]
            loss: cross_entropy
            optimizer: {sgd: {lr: 0.0001}}
            epochs: 2
            """
                .formatted(folder));
    List<String> ways =
        List.of(
            "split.by=stratified",
            "split.by={time: day}",
            "split.holdout={share: 0.2, salt: a, key: [x, day]}",
            "split.holdout={share: 0.2, salt: a, content: [x, kind]}");
    for (String set : ways) {
      String name = "way" + ways.indexOf(set) + "-";
      String direct = sha256(spec, name + 0, "--set", set);
      for (String workers : new String[] {"1", "2"}) {
        String[] onFlink = {"--set", set, "--runner", "flink", "--parallelism", workers};
        assertEquals(direct, sha256(spec, name + workers, onFlink), set);
      }
    }
  }

  @Test
  void standardisedColumnsToo() throws IOException {
    Path spec = TinyDigits.write(folder);
    String[] standardise = {"--set", "data.scale=standard"};
    String[] onFlink = {"--set", "data.scale=standard", "--runner", "flink"};
    assertEquals(sha256(spec, "direct", standardise), sha256(spec, "flink", onFlink));
  }

  /** Of numbers of all sizes, with holes, and categories of two. */
  @Test
  void columnsThatAreScaledByTheirQuartilesToo() throws IOException {
    Path csv = MixedTable.write(folder.resolve("rows.csv"), 1500, 1);
    Path spec =
        Files.writeString(
            folder.resolve("robust.yaml"),
            """
            data:
              dir: %s
              train: rows.csv
              features: [age, income, tiny, huge, tenure, city, plan, member, joined]
              target: left
              columns: {city: category, plan: category, member: category,
                        joined: {date: {parts: [epochDays]}}}
              scale: robust
              missing: fill
              categories: {unknown: zeros, binary: sign}
            model: [{linear: {out: 8}}, tanh, {linear: {out: 2}}]
            loss: cross_entropy
            optimizer: {adam: {lr: 0.01}}
            epochs: 2
            """
                .formatted(csv.getParent()));
    String direct = sha256(spec, "direct");
    for (String workers : new String[] {"1", "2", "4"}) {
      String[] onFlink = {"--runner", "flink", "--parallelism", workers};
      assertEquals(direct, sha256(spec, "flink" + workers, onFlink), workers);
    }
  }

  @Test
  void modelsByKeyToo() throws IOException {
    Path spec = ShopTable.write(folder, 200, 100); // half a megabyte, in four buckets
    String direct = sha256(spec, "direct");
    for (String workers : new String[] {"1", "3"}) {
      String[] onFlink = {"--runner", "flink", "--parallelism", workers};
      assertEquals(direct, sha256(spec, "flink" + workers, onFlink), workers);
      assertArrayEquals(
          Files.readAllBytes(folder.resolve("direct/keys.avro")),
          Files.readAllBytes(folder.resolve("flink" + workers + "/keys.avro")));
    }
  }

  @Test
  void tablesOfSevenFilesToo() throws IOException {
    MixedFiles files = MixedFiles.of(folder);
    files.cut("csv", List.of("csv"));
    files.cut("mixed", MixedFiles.SUFFIXES);
    List<String> all = List.of(".");
    assertEquals(
        files.sha256("csv", all, "direct"),
        files.sha256("mixed", all, "flink", "--runner", "flink", "--parallelism", "2"));
  }

  @Test
  void predictionsAreTheSameBytesToo() throws IOException {
    Path spec = TinyDigits.write(folder);
    sha256(spec, "run");
    Path input = Files.createDirectories(folder.resolve("input"));
    for (int i = 0; i < 7; i++) {
      TinyDigits.writePair(input, "part" + i, 50 + i, i);
    }
    for (String suffix : new String[] {"csv", "avro"}) {
      byte[] here = predictions(input, "here." + suffix);
      for (String workers : new String[] {"1", "2"}) {
        assertArrayEquals(
            here,
            predictions(
                input, workers + "." + suffix, "--runner", "flink", "--parallelism", workers),
            suffix + " by " + workers);
      }
    }
  }

  private byte[] predictions(Path input, String out, String... more) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("predict"));
    arguments.addAll(List.of("--model", folder.resolve("run/model.avro").toString()));
    arguments.addAll(List.of("--input", input.toString()));
    arguments.addAll(List.of("--out", folder.resolve(out).toString()));
    arguments.addAll(List.of(more));
    Cli.Result result = Cli.run(arguments.toArray(new String[0]));
    assertEquals(0, result.exitCode(), result.err());
    assertTrue(result.out().startsWith("rows      371 predicted, 0 rejected of 371 read"));
    return Files.readAllBytes(folder.resolve(out));
  }
}
