package io.beamgrad.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.beamgrad.data.files.RecordFile;
import io.beamgrad.model.KeyedExamples;
import io.beamgrad.model.Model;
import io.beamgrad.model.ModelFile;
import io.beamgrad.model.Models;
import io.beamgrad.model.Prediction;
import io.beamgrad.model.SafetensorsFile;
import io.beamgrad.schema.KeyEnd;
import io.beamgrad.schema.KeyResult;
import io.beamgrad.schema.KeyScore;
import io.beamgrad.schema.ModelRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What commands say of models by key. */
class KeyedCommandsTest {
  @TempDir Path folder;
  private ModelRecord keyed;
  private String model;
  private String plain;

  @BeforeEach
  void writeModels() {
    keyed = KeyedExamples.of(Models.crops(), 9);
    model = folder.resolve("keyed.avro").toString();
    plain = folder.resolve("crops.avro").toString();
    ModelFile.write(model, keyed);
    ModelFile.write(plain, Models.crops());
  }

  private String out(String name) {
    return folder.resolve(name).toString();
  }

  private static void assertRefused(String message, String... arguments) {
    assertEquals(new Cli.Result(2, "", "beamgrad: " + message + "\n"), Cli.run(arguments));
  }

  @Test
  void exportTakesOneKey() {
    for (String format : List.of("onnx", "safetensors", "npz")) {
      String out = out("m." + format);
      assertRefused(
          "crops is of models by key of customer, 6 of 9 keys have their own; --key KEY exports one",
          "export",
          "--model",
          model,
          "--out",
          out);
      assertFalse(Files.exists(Path.of(out)));
      assertRefused(
          "--key: crops is one model, not one for each key",
          "export",
          "--model",
          plain,
          "--key",
          "c1",
          "--out",
          out);
    }
  }

  @Test
  void whatIsExportedIsTheModelOfTheKey() throws IOException {
    for (int key = 0; key < 10; key++) {
      String out = out("m.safetensors");
      Cli.Result result = export(key, out);
      String fit =
          key == 9
              ? "the training did not have it: the pooled model"
              : KeyedExamples.isOwn(key)
                  ? "its own model"
                  : "has none of its own: the pooled model";
      assertEquals(
          new Cli.Result(
              0, "wrote %s\n  key     customer 'c%s': %s\n".formatted(out, key, fit), ""),
          result);
      ModelRecord expected = key < 9 ? KeyedExamples.plain(Models.crops(), key) : Models.crops();
      ModelFile.parameters(expected)
          .forEach(
              (name, tensor) ->
                  assertArrayEquals(tensor.data(), SafetensorsFile.read(out).get(name).data()));

      String own = out("own.avro");
      ModelFile.write(own, expected);
      String npz = out("m.npz");
      export(key, npz);
      String ofPlain = out("own.npz");
      Cli.run("export", "--model", own, "--out", ofPlain);
      assertArrayEquals(Files.readAllBytes(Path.of(ofPlain)), Files.readAllBytes(Path.of(npz)));
    }
    String onnx = out("m.onnx");
    Cli.Result result = export(1, onnx);
    assertTrue(
        result.out().contains("  output  oranges  float [batch, 1]\n")
            && !result.out().contains("input   customer"),
        result.out());
  }

  private Cli.Result export(int key, String out) {
    return Cli.run("export", "--model", model, "--key", KeyedExamples.key(key), "--out", out);
  }

  @Test
  void inspectShowsTheKeysAndTheModelOfOne() throws IOException {
    String shown = Cli.run("inspect", model).out();
    assertTrue(
        shown.contains(
            "    customer: says whose model a row is for, 6 of 9 keys have one, others take the pooled one\n"),
        shown);
    assertTrue(shown.contains("  keys        6 more models of these parameters\n"), shown);
    assertTrue(shown.contains("  format      3\n"), shown);

    shown = Cli.run("inspect", model, "--key", "c0").out();
    assertTrue(
        shown.contains(
            """
              key         customer 'c0': has none of its own: the pooled model
            """),
        shown);
    assertTrue(
        shown.contains(
            """
                0.weight      [2, 3]
                  0.5, -0.25, 0.125, -0.5, 0.75, 0.25
                0.bias        [2]
                  0.1, -0.2
            """
                .indent(0)),
        shown);
    shown = Cli.run("inspect", model, "--key", "c1").out();
    assertTrue(shown.contains("      pooled  0.1, -0.2\n"), shown);
    assertRefused(
        "--key: crops is one model, not one for each key", "inspect", plain, "--key", "c1");
  }

  @Test
  void inspectGivesThatAsJson() throws IOException {
    JsonNode tree = new ObjectMapper().readTree(Cli.run("inspect", model, "--json").out());
    assertEquals(
        "{\"column\":\"customer\",\"kind\":\"key\",\"keys\":9,\"own\":6}",
        tree.get("encodings").get(3).toString());
    assertEquals(6, tree.get("keyModels").asInt());

    tree = new ObjectMapper().readTree(Cli.run("inspect", model, "--key", "c9", "--json").out());
    assertEquals(
        "{\"column\":\"customer\",\"value\":\"c9\",\"model\":\"new\"}", tree.get("key").toString());
    assertEquals("[0.1,-0.2]", tree.get("parameters").get(1).get("values").toString());
    assertEquals(3, tree.get("encodings").size());
  }

  @Test
  void whatCameOfAKeyIsInTheFileBesideTheModel() throws IOException {
    KeyScore score = new KeyScore(2.0, 2.0, 0.25, 0.5, null, null);
    KeyResult own = new KeyResult("c1", 10L, 2L, 3L, KeyEnd.OWN, 8, 5, score, null);
    KeyResult tried =
        new KeyResult("c0", 1_200L, 2L, 0L, KeyEnd.POOLED_IS_BETTER, 8, 8, score, score);
    KeyResult ofAnother = new KeyResult("c2", 9L, 2L, 0L, KeyEnd.FEW_ROWS, 0, 0, null, null);
    KeyResult diverged = new KeyResult("c3", 9L, 2L, 0L, KeyEnd.DIVERGED, 3, 0, score, null);
    RecordFile.of(KeyResult.class)
        .write(out("keys.avro"), List.of(own, tried, ofAnother, diverged));

    String shown = Cli.run("inspect", model, "--key", "c1").out();
    assertTrue(
        shown.contains(
            """
              key         customer 'c1': its own model
                model       its own
                rows        10 trained, 2 validated, 3 tested
                epochs      8 trained, weights of epoch 5 kept
                validation  loss 0.25 (pooled model: 0.5)
              layers      linear 2
            """),
        shown);
    shown = Cli.run("inspect", model, "--key", "c0").out();
    assertTrue(
        shown.contains(
            """
                model       pooled: better in validation
                rows        1,200 trained, 2 validated, 0 tested
                epochs      8 trained, weights of epoch 8 tried
                validation  of its own, loss 0.25 (pooled model: 0.5)
                test        loss 0.25 (pooled model: 0.5)
            """),
        shown);
    shown = Cli.run("inspect", model, "--key", "c3").out();
    assertTrue(
        shown.contains(
            """
                model       pooled: its own diverged
                rows        9 trained, 2 validated, 0 tested
                epochs      3 trained
                validation  loss 0.25 (pooled model: 0.5)
            """),
        shown);
    assertFalse(Cli.run("inspect", model, "--key", "c2").out().contains("  rows  "));
    assertFalse(Cli.run("inspect", model, "--key", "c4").out().contains("  rows  "));
    JsonNode tree =
        new ObjectMapper().readTree(Cli.run("inspect", model, "--key", "c1", "--json").out());
    assertEquals(
        "{\"key\":\"c1\",\"trained\":10,\"validated\":2,\"tested\":3,\"ended\":\"own\",\"epochs\":8,"
            + "\"keptEpoch\":5,\"validation\":{\"weight\":2.0,\"rowWeight\":2.0,\"loss\":0.25,\"pooledLoss\":0.5}}",
        tree.get("key").get("result").toString());
  }

  @Test
  void predictTakesTheModelOfEachRowsKey() throws IOException {
    StringBuilder csv = new StringBuilder("temp,rainfall,humidity,customer\n");
    StringBuilder expected = new StringBuilder("id,apples,oranges,model\n");
    Model ofJava = Model.load(Path.of(model));
    for (int row = 1; row <= 60; row++) {
      String key = KeyedExamples.key(row * 7 % 12);
      csv.append("%s,%s,%s,%s\n".formatted(row, row * 2, 50 - row, key));
      Prediction said = ofJava.predict(row, row * 2, 50 - row, key);
      expected.append(
          "%s,%s,%s,crops@%s\n"
              .formatted(
                  row,
                  said.values()[0],
                  said.values()[1],
                  keyed.getWeightsSha256().substring(0, 12)));
    }
    csv.append("1,2,3,\n");
    Path input = folder.resolve("new.csv");
    Files.writeString(input, csv);

    Cli.Result result = Cli.run("predict", "--model", model, "--input", input.toString());

    assertEquals(expected.toString(), result.out());
    assertTrue(
        result
            .err()
            .contains(
                "15 of 60 values of customer (25.00%) are keys that the training did not see, whose"
                    + " rows take the pooled model; in validation 0.00%"),
        result.err());
    assertTrue(result.err().contains("rejected 1 of 61 records"), result.err());
  }
}
