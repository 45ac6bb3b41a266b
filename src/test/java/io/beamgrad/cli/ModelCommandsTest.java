package io.beamgrad.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.beamgrad.data.files.RecordFile;
import io.beamgrad.job.TinyDigits;
import io.beamgrad.model.ModelFile;
import io.beamgrad.model.Models;
import io.beamgrad.schema.MetricRow;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.schema.Split;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelCommandsTest {
  private static final String REGIONS = "pipelines/data/crop-yield/regions.csv";

  @TempDir Path folder;
  private String crops;
  private String images;

  @BeforeEach
  void writeModels() {
    crops = folder.resolve("crops.avro").toString();
    images = folder.resolve("images.avro").toString();
    ModelFile.write(crops, Models.crops());
    ModelFile.write(images, Models.images());
  }

  @Test
  void inspectShowsWhatAModelIs() {
    assertPrints(
        """
        crops
          layers      linear 2
          loss        mse
          input       temp, rainfall, humidity
            temp: as it is
            rainfall: as it is
            humidity: as it is
          output      apples, oranges
          parameters  8
            0.weight      [2, 3]
            0.bias        [2]
          weights     SHA-256 %s
          trained     3 epochs on 5 rows, seed 42, by beamgrad 1
          spec        fingerprint %s
          data        checksum d
          format      1
        """
            .formatted(Models.crops().getWeightsSha256(), "f".repeat(64)),
        "inspect",
        crops);
  }

  @Test
  void inspectGivesTheSameAsJson() throws IOException {
    JsonNode shown = json("inspect", images, "--json");

    assertEquals("[\"flatten\",\"linear 2\"]", shown.get("layers").toString());
    assertEquals("[\"a\",\"b\"]", shown.get("labels").toString());
    assertEquals("[3,2]", shown.get("columns").get(0).get("shape").toString());
    assertEquals(255, shown.get("encodings").get(0).get("scale").get(0).asDouble());
    assertEquals(14, shown.get("parameterCount").asInt());
    assertEquals(Models.images().getWeightsSha256(), shown.get("weightsSha256").asText());
    assertEquals(42, shown.get("provenance").get("seed").asLong());
  }

  @Test
  void predictGivesTheNumbersOfATable() {
    assertPrints(
        """
        id,apples,oranges,model
        1,25.224998,24.3,crops@MMM
        2,31.599998,36.3,crops@MMM
        3,17.349998,71.3,crops@MMM
        4,44.975,-9.700001,crops@MMM
        5,19.349998,54.8,crops@MMM
        """
            .replace("MMM", shortHash(Models.crops())),
        "predict",
        "--model",
        crops,
        "--input",
        REGIONS);
  }

  @Test
  void predictGivesOneJsonObjectALine() {
    Cli.Result result = predict(crops, REGIONS, "--json");

    assertEquals(
        "{\"id\":\"1\",\"values\":{\"apples\":25.224998,\"oranges\":24.3},\"model\":\"crops@%s\"}"
            .formatted(shortHash(Models.crops())),
        result.out().lines().findFirst().orElseThrow());
  }

  @Test
  void predictNeedsNoTargetsAndLeavesOutWhatItCannotRead() throws IOException {
    Path csv = folder.resolve("new.csv");
    Files.writeString(csv, "humidity,temp,rainfall\n43,73,67\n64,hot,88\n37,102,43\n");

    Cli.Result result = predict(crops, csv.toString());

    String model = "crops@" + shortHash(Models.crops());
    assertEquals(
        "id,apples,oranges,model\n1,25.224998,24.3,%s\n3,44.975,-9.700001,%s\n"
            .formatted(model, model),
        result.out());
    assertEquals(
        "beamgrad: rejected 1 of 3 records; the first: new.csv record 2 column temp: expected a"
            + " number, found 'hot'\n",
        result.err());
    assertEquals(0, result.exitCode());
  }

  @Test
  void predictGivesLabelsAndProbabilitiesOfAnIdxFile() throws IOException {
    Path file = folder.resolve("two-images");
    ByteBuffer bytes = ByteBuffer.allocate(16 + 12).putInt(0x803).putInt(2).putInt(3).putInt(2);
    bytes.put(new byte[] {(byte) 255, 0, 0, 0, 0, 0});
    bytes.put(new byte[] {0, 0, 0, 0, 0, (byte) 255});
    Files.write(file, bytes.array());

    List<String> lines = predict(images, file.toString()).out().lines().toList();

    assertEquals("id,label,p_a,p_b,model", lines.get(0));
    assertTrue(lines.get(1).startsWith("1,a,0.880797"), lines.get(1));
    assertTrue(lines.get(2).startsWith("2,b,0.268941"), lines.get(2));
    assertEquals(3, lines.size());
  }

  @Test
  void predictGivesBothProbabilitiesOfABinaryModel() throws IOException {
    String signs = folder.resolve("signs.avro").toString();
    ModelFile.write(signs, Models.signs());
    Path csv = Files.writeString(folder.resolve("signs.csv"), "x,y\n2,0\n0,2\n1,1\n1e-9,0\n");

    assertEquals(
        """
        id,label,p_no,p_yes,model
        1,yes,0.11920292,0.880797,signs@MMM
        2,no,0.880797,0.11920292,signs@MMM
        3,no,0.5,0.5,signs@MMM
        4,yes,0.5,0.5,signs@MMM
        """
            .replace("MMM", shortHash(Models.signs())),
        predict(signs, csv.toString()).out());
    assertEquals(
        "{\"id\":\"1\",\"label\":\"yes\",\"probabilities\":{\"no\":0.11920292,\"yes\":0.880797},\"model\":\"signs@%s\"}"
            .formatted(shortHash(Models.signs())),
        predict(signs, csv.toString(), "--json").out().lines().findFirst().orElseThrow());
  }

  @Test
  void predictScalesAPngToTheModel() throws IOException {
    Path file = folder.resolve("picture.png");
    BufferedImage picture = new BufferedImage(20, 30, BufferedImage.TYPE_BYTE_GRAY);
    for (int y = 0; y < 10; y++) {
      for (int x = 0; x < 10; x++) {
        picture.setRGB(x, y, 0xffffff);
      }
    }
    ImageIO.write(picture, "png", file.toFile());

    List<String> lines = predict(images, file.toString()).out().lines().toList();

    assertTrue(lines.get(1).startsWith("1,a,0.88"), lines.get(1));
  }

  @Test
  void predictWritesAFileAsAWhole() throws IOException {
    Path out = folder.resolve("out/predictions.csv");

    Cli.Result result = predict(crops, REGIONS, "--out", out.toString());

    assertEquals(
        "rows      5 predicted, 0 rejected of 5 read\nwrote     " + out + "\n", result.out());
    assertEquals(predict(crops, REGIONS).out(), Files.readString(out));
  }

  @Test
  void inputThatDoesNotFitIsOneLineAndNoOutput() throws IOException {
    Path csv = folder.resolve("short.csv");
    Files.writeString(csv, "temp,rainfall\n1,2\n");
    Path bad = folder.resolve("bad.csv");
    Files.writeString(bad, "temp,rainfall,humidity\n1,2\n3\n");
    Path none = folder.resolve("none.csv");
    Files.writeString(none, "temp,rainfall,humidity\n");
    Path wide = folder.resolve("wide-images");
    ByteBuffer header = ByteBuffer.allocate(20).putInt(0x803).putInt(1).putInt(2).putInt(2);
    Files.write(wide, header.array());
    Path missing = folder.resolve("missing.csv");

    assertWrong(
        "short.csv: no column 'humidity'; the header has temp, rainfall",
        predict(crops, csv.toString()));
    assertWrong(
        "bad.csv: rejected 2 of 2 records; the first: bad.csv record 1: expected 3 fields, found 2",
        predict(crops, bad.toString()));
    assertWrong("none.csv: no rows", predict(crops, none.toString()));
    assertWrong(
        "wide-images: images of 2x2, but the model takes 3x2", predict(images, wide.toString()));
    assertWrong(
        "short.csv: wrong magic number: expected 00000803 (IDX images), found 74656d70",
        predict(images, csv.toString()));
    assertWrong(missing + ": no such file", predict(crops, missing.toString()));
  }

  @Test
  void evaluateGivesTheTutorialsLossBeforeTheFirstStep() throws IOException {
    JsonNode found =
        json(
            "evaluate",
            "--model",
            crops,
            "--data",
            "pipelines/crop-yield.yaml",
            "--split",
            "train",
            "--json");

    assertEquals(3762.936, found.get("loss").asDouble(), 3762.936e-5);
    assertEquals(3762.936, found.get("mse").asDouble(), 3762.936e-5);
    assertEquals(5, found.get("examples").asInt());
    assertEquals(0, found.get("rejected").asInt());
    assertTrue(found.get("accuracy").isNull());
    assertTrue(found.get("r2").asDouble() < 0);
    assertTrue(found.get("confusion") == null);
    assertEquals("train", found.get("split").asText());
  }

  @Test
  void evaluateGivesWhatTrainingGaveToTheLastBit() throws IOException {
    Path spec = TinyDigits.write(folder);
    Path run = folder.resolve("run");
    assertEquals(0, Cli.run("train", spec.toString(), "--out", run.toString()).exitCode());
    String model = run.resolve("model.avro").toString();
    List<MetricRow> rows =
        RecordFile.of(MetricRow.class).read(run.resolve("metrics.avro").toString());

    for (Split split : List.of(Split.VALIDATION, Split.TEST)) {
      MetricRow expected =
          rows.stream().filter(r -> r.getEpoch() == 3 && r.getSplit() == split).findFirst().get();
      String name = split.name().toLowerCase(Locale.ROOT);
      JsonNode found =
          json("evaluate", "--model", model, "--data", spec.toString(), "--split", name, "--json");

      assertEquals(expected.getLoss(), found.get("loss").asDouble());
      assertEquals(expected.getAccuracy(), found.get("accuracy").asDouble());
      assertEquals(expected.getExamples(), found.get("examples").asLong());
    }
  }

  @Test
  void evaluateTakesFilesWithoutASpec() throws IOException {
    JsonNode bySpec =
        json(
            "evaluate",
            "--model",
            crops,
            "--data",
            "pipelines/crop-yield.yaml",
            "--split",
            "train",
            "--json");
    JsonNode byFiles = json("evaluate", "--model", crops, "--input", REGIONS, "--json");
    assertEquals(bySpec.get("loss").asDouble(), byFiles.get("loss").asDouble(), 1e-3);
    assertEquals(bySpec.get("r2").asDouble(), byFiles.get("r2").asDouble(), 1e-3);
    assertEquals(5, byFiles.get("examples").asInt());
    assertTrue(byFiles.get("split").isNull());

    Path page = folder.resolve("page.html");
    Cli.Result said =
        Cli.run("evaluate", "--model", crops, "--input", REGIONS, "--report", page.toString());
    assertTrue(said.out().startsWith("input  loss "), said.out());
    String html = Files.readString(page);
    assertTrue(html.contains("on the 5 rows of " + Path.of(REGIONS).getFileName() + "."));
    assertTrue(html.contains("All rows of " + Path.of(REGIONS).getFileName() + "."));
    assertTrue(html.contains("--input " + Path.of(REGIONS).toAbsolutePath()));
  }

  @Test
  void evaluateOfIdxFilesGivesTheBitsOfTheirSplit() throws IOException {
    Path spec = TinyDigits.write(folder);
    Path run = folder.resolve("run");
    assertEquals(0, Cli.run("train", spec.toString(), "--out", run.toString()).exitCode());
    String model = run.resolve("model.avro").toString();
    String expected = Cli.run("evaluate", "--model", model, "--data", spec.toString()).out();
    String images = folder.resolve("t10k-images-idx3-ubyte").toString();
    for (String input : List.of(images, folder.resolve("t10k").toString())) {
      String found = Cli.run("evaluate", "--model", model, "--input", input).out();
      assertEquals(expected, found.replaceFirst("^input", "test"));
    }
    JsonNode all = json("evaluate", "--model", model, "--input", folder.toString(), "--json");
    assertEquals(TinyDigits.TRAIN + TinyDigits.TEST, all.get("examples").asInt());
  }

  @Test
  void evaluateNamesFilesThatDoNotFit() throws IOException {
    Path csv = folder.resolve("no-target.csv");
    Files.writeString(csv, "temp,rainfall,humidity,apples\n1,2,3,4\n");
    Path bad =
        Files.writeString(folder.resolve("bad.csv"), "temp,rainfall,humidity,apples,oranges\n1\n");
    Path none =
        Files.writeString(folder.resolve("none.csv"), "temp,rainfall,humidity,apples,oranges\n");

    assertWrong(
        "no-target.csv: no column 'oranges'; the header has temp, rainfall, humidity, apples",
        Cli.run("evaluate", "--model", crops, "--input", csv.toString()));
    assertWrong(
        "rejected all 1 records; the first: bad.csv record 1: expected 5 fields, found 1",
        Cli.run("evaluate", "--model", crops, "--input", bad.toString()));
    assertWrong(
        "no rows in " + none, Cli.run("evaluate", "--model", crops, "--input", none.toString()));
    assertWrong(
        "bad.csv: expected a file NAME-images-idx3-ubyte, whose labels are in"
            + " NAME-labels-idx1-ubyte",
        Cli.run("evaluate", "--model", images, "--input", bad.toString()));
    assertWrong(
        "t-labels-idx1-ubyte: labels, but no images",
        Cli.run("evaluate", "--model", images, "--input", "t-labels-idx1-ubyte"));
    assertWrong(
        "expected either --data SPEC.yaml or --input FILE..., found none",
        Cli.run("evaluate", "--model", crops));
    assertWrong(
        "expected either --data SPEC.yaml or --input FILE..., found both",
        Cli.run("evaluate", "--model", crops, "--input", REGIONS, "--data", "x.yaml"));
    assertWrong(
        "--split is for --data, not for --input",
        Cli.run("evaluate", "--model", crops, "--input", REGIONS, "--split", "test"));
    assertWrong(
        "--delimiter is for --input; --set data.csv.delimiter=CHAR",
        Cli.run("evaluate", "--model", crops, "--data", "x.yaml", "--delimiter", ";"));
  }

  @Test
  void evaluateShowsHowWellEachClassIsTold() throws IOException {
    String signs = folder.resolve("signs.avro").toString();
    ModelFile.write(signs, Models.signs());
    Files.writeString(
        folder.resolve("signs.csv"),
        "x,y,larger\n2,0,yes\n3,0,yes\n0,1,yes\n0,2,no\n0,3,no\n5,4,no\n1,9,no\n");
    Path spec =
        Files.writeString(
            folder.resolve("signs.yaml"),
            """
            data: {format: csv, dir: %s, train: signs.csv, features: [x, y], target: larger}
            split: {validation: 0}
            model: [{linear: {out: 1}}]
            loss: binary_cross_entropy
            optimizer: sgd
            """
                .formatted(folder));

    assertPrints(
        """
        train  loss 0.4254, accuracy 0.7143, ROC AUC 0.9167, 7 rows
        class       rows  precision     recall         f1
        no             4     0.7500     0.7500     0.7500
        yes            3     0.6667     0.6667     0.6667
        taken for
                no  yes
        no       3    1
        yes      1    2
        """,
        "evaluate",
        "--model",
        signs,
        "--data",
        spec.toString());
    JsonNode found = json("evaluate", "--model", signs, "--data", spec.toString(), "--json");
    assertEquals(found.get("loss").asDouble(), found.get("logLoss").asDouble(), 1e-7);
    assertEquals(11 / 12.0, found.get("rocAuc").asDouble(), 1e-12);
    assertTrue(found.get("r2").isNull());
    assertEquals("[[3,1],[1,2]]", found.get("confusion").toString());
    assertEquals(
        "{\"label\":\"no\",\"rows\":4,\"precision\":0.75,\"recall\":0.75,\"f1\":0.75}",
        found.get("classes").get(0).toString());
    assertEquals("[0.7142857142857143,1.0]", found.get("topAccuracy").toString());
  }

  @Test
  void evaluateNamesWhatDoesNotFit() throws IOException {
    Path spec = TinyDigits.write(folder);

    assertWrong(
        "crops was trained on a table, but data.format is idx",
        Cli.run("evaluate", "--model", crops, "--data", spec.toString()));
    assertWrong(
        "images was trained on images, but data.format is csv",
        Cli.run("evaluate", "--model", images, "--data", "pipelines/crop-yield.yaml"));
    assertWrong(
        images
            + ": takes image BYTES[3, 2], label BYTES[], but the data have image BYTES[4, 4],"
            + " label BYTES[]",
        Cli.run("evaluate", "--model", images, "--data", spec.toString()));
    assertWrong(
        "pipelines/crop-yield.yaml: no validation rows; data.validation is null and split.validation 0.0",
        Cli.run(
            "evaluate",
            "--model",
            crops,
            "--data",
            "pipelines/crop-yield.yaml",
            "--split",
            "validation"));
    assertWrong(
        "pipelines/crop-yield.yaml: no test rows; data.test is null and split.test 0.0",
        Cli.run(
            "evaluate",
            "--model",
            crops,
            "--data",
            "pipelines/crop-yield.yaml",
            "--split",
            "test"));
    assertWrong(
        "--split must be train, validation, test, calibration or holdout, was dev",
        Cli.run("evaluate", "--model", crops, "--data", spec.toString(), "--split", "dev"));
  }

  @Test
  void digitsAreDrawnIntoANewFolder() {
    Path out = folder.resolve("digits");

    Cli.Result result = Cli.run("digits", "--rows", "12", "--out", out.toString());

    assertEquals("wrote 12 digits to train on and 2 to test on to " + out + "\n", result.out());
    assertTrue(Files.exists(out.resolve("train-images-idx3-ubyte")));
    assertFalse(Files.exists(folder.resolve("t10k-images-idx3-ubyte")));
    assertWrong(out + " is not empty", Cli.run("digits", "--rows", "12", "--out", out.toString()));
    assertWrong(
        "rows must be at least 1, was 0",
        Cli.run("digits", "--rows", "0", "--out", folder.resolve("other").toString()));
  }

  @Test
  void daysOfDigitsAreAddedToThoseThatAreThere() throws IOException {
    String out = folder.resolve("daily").toString();
    assertEquals(
        "wrote 2 days of 12 digits to " + out + "\n",
        Cli.run("digits", "--rows", "12", "--days", "2", "--out", out).out());
    Path second = folder.resolve("daily/day=2026-11-02/train-labels-idx1-ubyte");
    byte[] labels = Files.readAllBytes(second);
    assertEquals(8 + 12, labels.length);
    assertEquals(
        "wrote 1 days of 20 digits to " + out + "; 2 were there\n",
        Cli.run("digits", "--rows", "20", "--days", "3", "--drift", "5", "--out", out).out());
    assertArrayEquals(labels, Files.readAllBytes(second));
    assertWrong(
        "--days must be at least 1, was 0",
        Cli.run("digits", "--rows", "12", "--days", "0", "--out", out));
    assertWrong(
        "--drift is for --days", Cli.run("digits", "--rows", "12", "--drift", "1", "--out", out));
  }

  private static String shortHash(ModelRecord model) {
    return model.getWeightsSha256().substring(0, 12);
  }

  private static Cli.Result predict(String model, String input, String... more) {
    String[] arguments = {"predict", "--model", model, "--input", input};
    String[] all = java.util.Arrays.copyOf(arguments, arguments.length + more.length);
    System.arraycopy(more, 0, all, arguments.length, more.length);
    return Cli.run(all);
  }

  private static JsonNode json(String... arguments) throws IOException {
    Cli.Result result = Cli.run(arguments);
    assertEquals("", result.err());
    return new ObjectMapper().readTree(result.out());
  }

  private static void assertPrints(String expected, String... arguments) {
    Cli.Result result = Cli.run(arguments);
    assertEquals("", result.err());
    assertEquals(expected, result.out());
    assertEquals(0, result.exitCode());
  }

  private static void assertWrong(String message, Cli.Result result) {
    assertEquals("beamgrad: " + message + "\n", result.err());
    assertEquals("", result.out());
    assertEquals(2, result.exitCode());
  }
}
