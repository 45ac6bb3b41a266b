package io.beamgrad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.beamgrad.metrics.RunJson;
import io.beamgrad.model.ModelFile;
import io.beamgrad.schema.LinearLayer;
import io.beamgrad.schema.ModelRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LearnedClassesTest {
  @TempDir Path folder;

  /** Rows of classes a, b and c by x, with the part of the split that each is for. */
  private void write(String name, int rows, String... more) throws IOException {
    StringBuilder csv = new StringBuilder("x,y,part\n");
    for (int i = 0; i < rows; i++) {
      csv.append("%s,%s,%s\n".formatted(i % 3, "abc".charAt(i % 3), i % 5 == 0 ? "val" : "train"));
    }
    for (String row : more) {
      csv.append(row).append('\n');
    }
    Files.writeString(folder.resolve(name), csv);
  }

  private Path spec(String split, String out) throws IOException {
    Path spec = folder.resolve("job.yaml");
    Files.writeString(
        spec,
        """
        data: {dir: %s, train: rows.csv, features: [x], target: y, scale: standard}
        split: %s
        model: [{linear: {out: 4}}, relu, {linear: {out: %s}}]
        loss: cross_entropy
        optimizer: {sgd: {lr: 0.1}}
        batch: 10
        epochs: 3
        """
            .formatted(folder, split, out));
    return spec;
  }

  private Cli.Result train(String run, Path spec, String... more) {
    List<String> args =
        new ArrayList<>(List.of("train", spec.toString(), "--out", path(run).toString()));
    args.addAll(List.of(more));
    return Cli.run(args.toArray(String[]::new));
  }

  private Path path(String run) {
    return folder.resolve(run);
  }

  private ModelRecord model(String run) {
    return ModelFile.read(path(run).resolve("model.avro").toString());
  }

  @Test
  void theModelHasAnOutputForEachClassOfTheTrainingRowsAndTheBitsOfThatNumber() throws IOException {
    write("rows.csv", 90);
    Cli.Result learned = train("learned", spec("{validation: 0.2}", "classes"));
    assertEquals(0, learned.exitCode(), learned.err());
    assertTrue(learned.out().contains("model      linear 4, relu, linear classes"), learned.out());
    assertEquals(0, train("given", spec("{validation: 0.2}", "3")).exitCode());

    assertEquals(List.of("a", "b", "c"), model("learned").getLabels());
    assertEquals(new LinearLayer(3, false, false), model("learned").getLayers().get(2));
    assertEquals(model("given").getWeightsSha256(), model("learned").getWeightsSha256());
    assertEquals(
        Files.readString(path("given").resolve("job.yaml")),
        Files.readString(path("learned").resolve("job.yaml")));
  }

  @Test
  void aClassThatOnlyRowsBesideTheTrainingOnesHaveIsWrongInAccuracyAndInNoLoss()
      throws IOException {
    write("rows.csv", 90, "1,d,val", "2,d,test", "0,a,test", "0,e,test", "0,f,out");
    Cli.Result result = train("run", spec("{by: {column: part}}", "classes"));
    assertEquals(0, result.exitCode(), result.err());
    assertTrue(
        result
            .out()
            .contains(
                "classes   1 of 19 validation rows are of classes that the training rows do not have:"
                    + " wrong in accuracy, and in no loss\n"
                    + "classes   2 of 3 test rows are of classes"),
        result.out());
    assertEquals(List.of("a", "b", "c"), model("run").getLabels());
    JsonNode run = new ObjectMapper().readTree(path("run").resolve("run.json").toFile());
    assertEquals(2, run.at("/evaluation/unknown").asInt());
    assertEquals(
        Long.valueOf(2),
        RunJson.read(path("run").resolve("run.json")).getEvaluation().getUnknown());

    Files.writeString(folder.resolve("more.csv"), "x,y,part\n0,a,test\n0,e,test\n2,d,test\n");
    Cli.Result evaluated =
        Cli.run(
            "evaluate",
            "--model",
            path("run").resolve("model.avro").toString(),
            "--input",
            folder.resolve("more.csv").toString(),
            "--report",
            folder.resolve("page.html").toString());
    assertEquals(0, evaluated.exitCode(), evaluated.err());
    assertTrue(
        evaluated
            .out()
            .contains(
                "2 of 3 rows are of 2 classes that the model does not know (d, e): wrong in"
                    + " accuracy, and in no loss"),
        evaluated.out());
    assertTrue(
        Files.readString(folder.resolve("page.html")).contains("others, unknown to the model"));
    Files.writeString(folder.resolve("more.csv"), "x,y,part\n0,e,test\n");
    Cli.Result none =
        Cli.run(
            "evaluate",
            "--model",
            path("run").resolve("model.avro").toString(),
            "--input",
            folder.resolve("more.csv").toString());
    assertEquals(2, none.exitCode());
    assertTrue(
        none.err().contains("knows the class of none of the 1 rows to evaluate on, such as 'e'"),
        none.err());
  }

  @Test
  void aClassThatARandomSplitHasPutAsideIsNoneOfTheModels() throws IOException {
    write("rows.csv", 40, "1,d,-");
    String[] seeds = new String[30];
    int without = 0;
    for (int seed = 0; seed < seeds.length && without == 0; seed++) {
      String run = "run" + seed;
      String split = "{validation: 0.4, seed: %s}".formatted(seed);
      Cli.Result result = train(run, spec(split, "classes"), "--set", "epochs=1");
      assertEquals(0, result.exitCode(), result.err());
      boolean isAside = result.out().contains("classes   1 of 16 validation rows");
      assertEquals(
          isAside ? List.of("a", "b", "c") : List.of("a", "b", "c", "d"), model(run).getLabels());
      without += isAside ? 1 : 0;
    }
    assertEquals(1, without);
  }

  @Test
  void whatClassesCanNotBeIsOneLineOnceTheyAreKnown() throws IOException {
    write("rows.csv", 0, "1,a,train", "2,a,train");
    assertEquals(
        "beamgrad: column 'y' has one class (a) among the training rows; a model tells apart 2 to"
            + " 10,000\n",
        train("one", spec("{validation: 0}", "classes")).err());
    write("rows.csv", 30);
    assertEquals(
        "beamgrad: loss.classWeights: must be 3 numbers, one for each class of the training rows"
            + " (a, b, c), were 2\n",
        train(
                "weights",
                spec("{validation: 0}", "classes"),
                "--set",
                "loss={cross_entropy: {classWeights: [1, 2]}}")
            .err());
  }

  @Test
  void aFinishedRunIsKnownByTheSameCommand() throws IOException {
    write("rows.csv", 30);
    Path spec = spec("{validation: 0}", "classes");
    assertEquals(0, train("run", spec).exitCode());
    assertEquals(
        "beamgrad: %s: holds a finished run; choose another --out\n".formatted(path("run")),
        train("run", spec).err());
    String resolved = path("run").resolve("job.yaml").toString();
    assertEquals(0, train("again", Path.of(resolved)).exitCode());
    assertEquals(model("run").getWeightsSha256(), model("again").getWeightsSha256());
  }
}
