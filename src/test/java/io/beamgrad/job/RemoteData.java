package io.beamgrad.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.beamgrad.cli.Cli;
import io.beamgrad.data.files.Storage;
import io.beamgrad.data.formats.Tables;
import io.beamgrad.runner.RemoteAccess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What the commands must do with data on a server, whatever the file system: all that they do with
 * the same files on a disk.
 *
 * @param folder of the disk, for the files and all results
 * @param address of an empty folder on the server
 */
record RemoteData(Path folder, String address, List<String> beamOptions) {
  private static final List<String> FILES =
      List.of(
          "day=2026-11-01/a.csv",
          "day=2026-11-02/b.jsonl.gz",
          "day=2026-11-03/c d.parquet",
          "day=2026-11-04/e.avro",
          "day=2026-11-05/f.tsv.bz2",
          "_old/g.csv");

  void assertIsReadAsOnADisk() throws Exception {
    RemoteAccess.open(List.of(address), beamOptions);
    Path tables = folder.resolve("tables");
    for (int i = 0; i < FILES.size(); i++) {
      Tables.write(tables.resolve(FILES.get(i)), Tables.rows(80, i));
    }
    Path images = Files.createDirectory(folder.resolve("images"));
    Path tiny = TinyDigits.write(images);
    upload(tables, "tables");
    upload(images, "images");

    String model = assertTrains(spec(), tables, "tables");
    assertShows(tables);
    assertEvaluatesAndPredicts(model, tables);
    assertInits();
    assertRetrainsOnNewFilesOnly();
    assertTrains(tiny, images, "images");
    assertSaysWhatIsMissing();
  }

  private void upload(Path from, String to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      files
          .filter(Files::isRegularFile)
          .forEach(
              file ->
                  Storage.copy(
                      file.toString(), "%s/%s/%s".formatted(address, to, from.relativize(file))));
    }
  }

  private Path spec() throws IOException {
    return Files.writeString(
        folder.resolve("tables.yaml"),
        """
        data:
          dir: .
          train: "day=*/*"
          features: [single, price, flag, city, day]
          target: label
          scale: standard
          columns:
            price: {number: {missing: mean}}
            flag: boolean
            city: {category: {missing: own}}
            day: {date: {parts: [day]}}
        split: {validation: 0.2}
        model: [{linear: {out: 4}}]
        loss: cross_entropy
        optimizer: {sgd: {lr: 0.1}}
        batch: 16
        epochs: 2
        retrain: {select: sinceLast, holdout: 0.2, gate: {maxLoss: 100, test: none}}
        """);
  }

  private Cli.Result run(Object... arguments) {
    List<String> line = new ArrayList<>();
    for (Object argument : arguments) {
      line.add(argument.toString());
    }
    if (!beamOptions.isEmpty()) {
      line.add("--");
      line.addAll(beamOptions);
    }
    return Cli.run(line.toArray(new String[0]));
  }

  private Cli.Result done(Object... arguments) {
    Cli.Result result = run(arguments);
    assertEquals(0, result.exitCode(), result.err());
    return result;
  }

  /** On the disk, on the server, and there on Flink; gives the model's file. */
  private String assertTrains(Path spec, Path disk, String name) throws IOException {
    Path usual = folder.resolve(name + "-usual");
    done("train", spec, "--set", "data.dir=" + disk, "--out", usual);
    for (String runner : List.of("direct", "flink")) {
      Path out = folder.resolve(name + "-" + runner);
      String dir = "data.dir=" + address + "/" + name;
      done("train", spec, "--set", dir, "--out", out, "--runner", runner);
      assertEquals(sha256(usual), sha256(out), runner);
    }
    return usual.resolve("model.avro").toString();
  }

  private static String sha256(Path out) throws IOException {
    return new ObjectMapper()
        .readTree(out.resolve("run.json").toFile())
        .get("weightsSha256")
        .asText();
  }

  private void assertShows(Path disk) throws IOException {
    assertEquals(
        done("show", "data", spec(), "--set", "data.dir=" + disk).out(),
        done("show", "data", spec(), "--set", "data.dir=" + address + "/tables/").out());
  }

  private void assertEvaluatesAndPredicts(String model, Path disk) throws IOException {
    String[] places = {disk.toString(), address + "/tables"};
    String[] evaluated = new String[2];
    List<Path> predicted = new ArrayList<>();
    for (int i = 0; i < places.length; i++) {
      String input = places[i];
      evaluated[i] =
          done("evaluate", "--model", model, "--data", spec(), "--set", "data.dir=" + input).out()
              + done("evaluate", "--model", model, "--input", input).out()
              + done("evaluate", "--model", model, "--input", input + "/day=*/*.parquet").out();
      for (String file : List.of("", "/day=2026-11-01/a.csv", "/day=2026-11-0[2-4]/*")) {
        predicted.add(folder.resolve("predicted-%s.csv".formatted(predicted.size())));
        done(
            "predict",
            "--model",
            model,
            "--input",
            input + file,
            "--parallelism",
            2,
            "--out",
            predicted.get(predicted.size() - 1));
      }
    }
    assertEquals(evaluated[0], evaluated[1]);
    for (int i = 0; i < 3; i++) {
      assertEquals(-1, Files.mismatch(predicted.get(i), predicted.get(i + 3)));
    }
  }

  private void assertInits() throws IOException {
    Path spec = folder.resolve("started.yaml");
    done(
        "init",
        "--no-trial",
        address + "/tables/" + FILES.get(0),
        "--target",
        "label",
        "--out",
        spec);
    String text = Files.readString(spec);
    assertTrue(text.contains(address + "/tables/day=2026-11-01"), text);
    done("show", "data", spec);
  }

  private void assertRetrainsOnNewFilesOnly() throws IOException {
    Path registry = folder.resolve("registry");
    String dir = "data.dir=" + address + "/tables";
    Object[] retrain = {"retrain", spec(), "--set", dir, "--registry", registry};
    Cli.Result first = done(retrain);
    assertTrue(first.out().contains("5 files (day=2026-11-01/a.csv to"), first.out());
    assertEquals(10, run(retrain).exitCode());
    Path more = folder.resolve("more/h.csv");
    Tables.write(more, Tables.rows(80, 9));
    Storage.copy(more.toString(), address + "/tables/day=2026-11-06/h.csv");
    Cli.Result second = run(retrain);
    assertTrue(second.out().contains("1 file (day=2026-11-06/h.csv)"), second.out());
    assertNotEquals(2, second.exitCode(), second.err());
  }

  private void assertSaysWhatIsMissing() throws IOException {
    String none = address + "/none";
    Cli.Result glob = run("train", spec(), "--set", "data.dir=" + none, "--out", folder);
    assertEquals(
        "beamgrad: %s: no file matches day=*/*; --set data.dir=DIR names another folder\n"
            .formatted(none),
        glob.err());
    assertEquals(2, glob.exitCode());
    Cli.Result file =
        run("evaluate", "--model", folder.resolve("tables-usual/model.avro"), "--input", none);
    assertEquals("beamgrad: %s: no such file\n".formatted(none), file.err());
    assertEquals(2, file.exitCode());
  }
}
