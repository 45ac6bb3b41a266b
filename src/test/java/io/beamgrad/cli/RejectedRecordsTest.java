package io.beamgrad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.beamgrad.data.files.RecordFile;
import io.beamgrad.schema.Reject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A record of each kind of fault comes to the rejects of a job, and the counts add up. */
class RejectedRecordsTest {
  private static final String LONG = "long".repeat(30);

  @TempDir Path folder;

  private String spec() throws IOException {
    return Files.writeString(
            folder.resolve("faults.yaml"),
            """
            data: {dir: %s, train: rows.csv, features: [x, city], target: y, maxRejects: 1,
                   columns: {city: category}}
            split: {validation: 0.25}
            model: [{linear: {out: 2}}]
            loss: cross_entropy
            optimizer: sgd
            epochs: 1
            """
                .formatted(folder))
        .toString();
  }

  /** Twelve good rows and nine bad ones. */
  private static byte[] faults() throws IOException {
    String good = "1,here,a\n2,there,b\n3.5,here,a\n";
    ByteArrayOutputStream csv = new ByteArrayOutputStream();
    for (String part :
        List.of(
            "x,city,y\n" + good,
            LONG + ",here,a\n", // 4
            "1,here\n", // 5
            "1,here,a,b\n" + good, // 6
            "1,\"he\"re,a\n")) { // 10
      csv.write(part.getBytes(StandardCharsets.UTF_8));
    }
    csv.write("1,K\u00f8ge,a\n".getBytes(StandardCharsets.ISO_8859_1)); // 11
    csv.write((good + "1,here,\nnan,here,a\n-inf,here,a\n").getBytes(StandardCharsets.UTF_8));
    csv.write(("1," + "z".repeat(1 << 20) + ",a\n" + good).getBytes(StandardCharsets.UTF_8));
    return csv.toByteArray();
  }

  private static Reject reject(long record, String column, String value, String reason) {
    return new Reject("rows", record, record + 1, column, value, reason);
  }

  private static String lines(List<Reject> rejects) {
    return String.join("\n", rejects.stream().map(Reject::toString).toList());
  }

  @Test
  void trainingListsEachRecordThatItCannotUse() throws IOException {
    Files.write(folder.resolve("rows.csv"), faults());
    Path run = folder.resolve("run");
    Cli.Result result = Cli.run("train", spec(), "--out", run.toString());
    assertEquals(0, result.exitCode(), result.err());

    List<Reject> listed = RecordFile.of(Reject.class).read(run.resolve("rejects.avro").toString());
    String cut = LONG.substring(0, 100);
    List<Reject> expected =
        List.of(
            reject(4, "x", cut, "expected a number, found '" + cut + "'"),
            reject(5, null, null, "expected 3 fields, found 2"),
            reject(6, null, null, "expected 3 fields, found 4"),
            reject(10, "city", "\"he\"re,a", "text goes on after a closing quote"),
            reject(11, "city", "K\uFFFDge", "expected UTF-8, found 'K\uFFFDge'"),
            reject(15, "y", null, "value is missing"),
            reject(16, "x", "nan", "value is missing, found 'nan'"),
            reject(17, "x", "-inf", "expected a finite number, found '-inf'"),
            reject(
                18,
                "city",
                "z".repeat(100),
                "a field of 1048576 characters or more; is a quote not closed?"));
    assertEquals(lines(expected), lines(listed));
    assertEquals(
        "{\"read\":21,\"trained\":9,\"validated\":3,\"tested\":0,\"calibrated\":0,\"heldOut\":0,\"rejected\":9}",
        new ObjectMapper().readTree(run.resolve("run.json").toFile()).get("counts").toString());
  }

  @Test
  void evaluateListsTheClassesThatTheModelDoesNotKnowToo() throws IOException {
    Files.write(folder.resolve("rows.csv"), faults());
    Path run = folder.resolve("run");
    assertEquals(0, Cli.run("train", spec(), "--out", run.toString()).exitCode());
    Files.writeString(
        folder.resolve("test.csv"),
        "x,city,y\n1,here,a\n2,here,%s\nwarm,here,b\n1,new,b\n".formatted(LONG));
    String rejects = folder.resolve("rejects.avro").toString();
    Cli.Result result =
        Cli.run(
            "evaluate",
            "--model",
            run.resolve("model.avro").toString(),
            "--data",
            spec(),
            "--set",
            "data.test=test.csv",
            "--rejects",
            rejects,
            "--json");
    assertEquals(0, result.exitCode(), result.err());
    JsonNode found = new ObjectMapper().readTree(result.out());
    assertEquals(3, found.get("examples").asInt());
    assertEquals(1, found.get("unknown").asInt());
    assertEquals(1, found.get("rejected").asInt());
    assertEquals(
        List.of(new Reject("test", 3L, 4L, "x", "warm", "expected a number, found 'warm'")),
        RecordFile.of(Reject.class).read(rejects));
  }

  @Test
  void aTestWithoutAClassOfTheTrainingRowsEndsATrainingJobInOneLine() throws IOException {
    Files.write(folder.resolve("rows.csv"), faults());
    Files.writeString(folder.resolve("test.csv"), "x,city,y\n1,here,c\n");
    String[] train = {
      "train",
      spec(),
      "--out",
      folder.resolve("run").toString(),
      "--set",
      "data.test=test.csv",
      "--set",
      "split.test=0"
    };
    Cli.Result result = Cli.run(train);
    assertEquals(2, result.exitCode());
    assertEquals(
        "beamgrad: none of the 1 test rows is of a class that the training rows have\n",
        result.err());
  }
}
