package io.beamgrad.job;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.beamgrad.cli.Cli;
import io.beamgrad.data.files.RecordFile;
import io.beamgrad.keyed.BucketTraining;
import io.beamgrad.model.Model;
import io.beamgrad.schema.KeyEnd;
import io.beamgrad.schema.KeyResult;
import io.beamgrad.schema.MetricRow;
import io.beamgrad.schema.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model for each key: from a table to what each key is predicted by. */
class EachJobTest {
  private static final int KEYS = 40;
  private static final int FEW = 5; // keys of few rows

  @TempDir Path folder;
  private Path spec;
  private final List<String> lines = new ArrayList<>();

  @BeforeEach
  void writeTable() throws IOException {
    Random random = new Random(5);
    for (int key = 0; key < KEYS; key++) {
      double slope = random.nextGaussian();
      double level = 3 * random.nextGaussian();
      for (int row = 0; row < (key < FEW ? 6 : 40); row++) {
        double x = random.nextGaussian();
        double z = random.nextGaussian();
        double y = level + slope * x + z + 0.1 * random.nextGaussian();
        lines.add(String.format(Locale.ROOT, "%.4f,shop %d,%.4f,%.4f,%s", x, key, z, y, y > 0));
      }
    }
    write(lines);
    spec =
        Files.writeString(
            folder.resolve("shops.yaml"),
            """
            data: {dir: %s, train: rows.csv, features: [x, shop, z], target: y}
            split: {validation: 0.2, test: 0.2}
            model: [{linear: {out: 1}}]
            loss: mse
            optimizer: {sgd: {lr: 0.1, momentum: 0.5}}
            batch: 16
            epochs: 12
            each: {key: shop, minRows: 20, toPooled: 0.01}
            """
                .formatted(folder));
  }

  private void write(List<String> rows) throws IOException {
    Files.writeString(
        folder.resolve("rows.csv"), "x,shop,z,y,label\n" + String.join("\n", rows) + "\n");
  }

  private Path train(String out, String... overrides) {
    List<String> arguments =
        new ArrayList<>(List.of("train", spec.toString(), "--out", folder.resolve(out).toString()));
    for (String override : overrides) {
      arguments.addAll(override.startsWith("--") ? List.of(override) : List.of("--set", override));
    }
    Cli.Result result = Cli.run(arguments.toArray(new String[0]));
    assertEquals(0, result.exitCode(), result.err());
    return folder.resolve(out);
  }

  private static List<KeyResult> keys(Path run) {
    return RecordFile.of(KeyResult.class).read(run.resolve("keys.avro").toString());
  }

  private static JsonNode summary(Path run) throws IOException {
    return new ObjectMapper().readTree(run.resolve("run.json").toFile());
  }

  private static String weights(Path run) throws IOException {
    return summary(run).get("weightsSha256").asText();
  }

  @Test
  void eachKeyOfEnoughRowsHasItsOwnModelAndAllRowsAddUp() throws IOException {
    Path run = train("run");
    List<KeyResult> keys = keys(run);
    assertEquals(KEYS, keys.size());
    JsonNode each = summary(run).get("each");
    assertEquals(KEYS, each.get("keys").asInt());
    assertEquals(KEYS - FEW, each.get("own").asInt());
    assertEquals(FEW, each.get("fewRows").asInt());
    JsonNode counts = summary(run).get("counts");
    assertEquals(lines.size(), counts.get("read").asInt());
    assertEquals(
        counts.get("trained").asLong(), keys.stream().mapToLong(KeyResult::getTrained).sum());
    assertEquals(
        counts.get("validated").asLong(), keys.stream().mapToLong(KeyResult::getValidated).sum());
    assertEquals(
        counts.get("tested").asLong(), keys.stream().mapToLong(KeyResult::getTested).sum());
    double own = each.get("test").get("loss").asDouble();
    double pooled = each.get("test").get("pooledLoss").asDouble();
    assertTrue(own < pooled / 10, own + " " + pooled);
    MetricRow test = test(run);
    assertEquals(own, test.getLoss(), 1e-9 * own);
  }

  @Test
  void theTestIsWhatEvaluateFindsToTheBit() throws IOException {
    Path run = train("run");
    MetricRow test = test(run);
    Cli.Result found =
        Cli.run(
            "evaluate",
            "--model",
            run.resolve("model.avro").toString(),
            "--data",
            run.resolve("job.yaml").toString(),
            "--json");
    assertEquals(0, found.exitCode(), found.err());
    JsonNode json = new ObjectMapper().readTree(found.out());
    assertEquals(test.getLoss(), json.get("loss").asDouble());
    assertEquals(test.getExamples(), json.get("examples").asLong());
  }

  @Test
  void newKeysAndKeysOfFewRowsTakeThePooledModel() throws IOException {
    Model model = Model.load(train("run").resolve("model.avro"));
    float[] few = model.predict(Map.of("x", 1.0, "shop", "shop 0", "z", 0.5)).values();
    assertArrayEquals(few, model.predict(Map.of("x", 1.0, "shop", "new", "z", 0.5)).values());
    assertArrayEquals(few, model.predict(Map.of("x", 1.0, "shop", "shop 1", "z", 0.5)).values());
  }

  @Test
  void aRunThatWasCutShortGoesOnFromTheBucketsThatAreDone() throws IOException {
    Path whole = train("whole", "--keep-work");
    Path work = whole.resolve("work");
    try (Stream<Path> files = Files.list(Path.of(BucketTraining.folder(work.toString())))) {
      List<Path> buckets =
          files.filter(file -> file.getFileName().toString().startsWith("bucket-")).toList();
      assertTrue(buckets.size() >= 1);
      Files.delete(buckets.get(0));
    }
    String expected = weights(whole);
    Files.delete(whole.resolve("run.json"));
    Files.delete(whole.resolve("model.avro"));
    assertEquals(expected, weights(train("whole")));
  }

  @Test
  void classesAreTrainedByKeyToo() throws IOException {
    Path run =
        train("run", "data.target=label", "loss=cross_entropy", "model=[{linear: {out: classes}}]");
    JsonNode test = summary(run).get("each").get("test");
    assertTrue(
        test.get("accuracy").asDouble() > test.get("pooledAccuracy").asDouble() + 0.1,
        test.toString());
  }

  @Test
  void aNetworkWithScaledTargetsAndEarlyStoppingIsTrainedByKey() throws IOException {
    Path run =
        train(
            "run",
            "data.target={columns: y, scale: standard}",
            "data.scale=standard",
            "model=[{linear: {out: 8}}, tanh, {linear: {out: 1}}]",
            "optimizer={adam: {lr: 0.02}}",
            "earlyStopping={patience: 3, metric: r2}",
            "schedule={cosine: {}, per: step}");
    JsonNode each = summary(run).get("each");
    assertTrue(
        each.get("validation").get("loss").asDouble()
            < each.get("validation").get("pooledLoss").asDouble());
    assertTrue(
        keys(run).stream()
            .filter(key -> key.getEnded() == KeyEnd.OWN)
            .allMatch(key -> key.getKeptEpoch() <= key.getEpochs() && key.getEpochs() > 0));
  }

  @Test
  void aStrongPullKeepsKeysAtThePooledModel() throws IOException {
    Path free = train("free", "each.toPooled=0");
    Path pulled = train("pulled", "each.toPooled=5");
    double freeLoss = summary(free).at("/each/test/loss").asDouble();
    double pulledLoss = summary(pulled).at("/each/test/loss").asDouble();
    double pooledLoss = summary(pulled).at("/each/test/pooledLoss").asDouble();
    assertTrue(freeLoss < pulledLoss && pulledLoss < pooledLoss, freeLoss + " " + pulledLoss);
  }

  @Test
  void thePooledModelMayBeOfFewerRows() throws IOException {
    Path run = train("run", "each.pooledRows=100");
    assertEquals(100, summary(run).at("/each/pooledRows").asInt());
    assertNotEquals(weights(run), weights(train("all")));
    JsonNode counts = summary(run).get("counts");
    assertEquals(
        lines.size(),
        counts.get("trained").asInt()
            + counts.get("validated").asInt()
            + counts.get("tested").asInt());
  }

  @Test
  void aRecordWithoutItsKeyIsRejected() throws IOException {
    List<String> withHole = new ArrayList<>(lines);
    withHole.set(3, "0.5,,0.5,1,true");
    write(withHole);
    Path run = train("run");
    assertEquals(1, summary(run).at("/counts/rejected").asInt());
    assertEquals(lines.size(), summary(run).at("/counts/read").asInt());
  }

  @Test
  void theClassesAreThoseOfAllTrainingRows() throws IOException {
    List<String> rare = new ArrayList<>(lines);
    for (int i = 0; i < rare.size(); i++) {
      rare.set(i, rare.get(i) + (i % 100 == 7 ? " rare" : ""));
    }
    write(rare);
    Path run =
        train(
            "run",
            "data.target=label",
            "loss=cross_entropy",
            "model=[{linear: {out: classes}}]",
            "each.pooledRows=60");
    assertEquals(
        List.of("false", "false rare", "true", "true rare"),
        Model.load(run.resolve("model.avro")).labels());
  }

  @Test
  void accuracyOverKeysCountsRowsAndNotTheWeightsOfClasses() throws IOException {
    Path run =
        train(
            "run",
            "data.target=label",
            "loss={cross_entropy: {classWeights: [1, 9]}}",
            "model=[{linear: {out: 2}}]");
    MetricRow test = test(run);
    assertEquals(test.getAccuracy(), summary(run).at("/each/test/accuracy").asDouble(), 1e-12);
    assertEquals(test.getLoss(), summary(run).at("/each/test/loss").asDouble(), 1e-9);
  }

  @Test
  void aFolderMayBeNamedLikeABucket() throws IOException {
    Path run = train("bucket-1", "--keep-work");
    assertFalse(Files.exists(folder.resolve("results-1")));
    assertEquals(KEYS, keys(run).size());
  }

  @Test
  void aDamagedBucketIsTrainedAgain() throws IOException {
    Path run = train("run", "--keep-work");
    String expected = weights(run);
    try (Stream<Path> files =
        Files.list(Path.of(BucketTraining.folder(run.resolve("work").toString())))) {
      for (Path file : files.toList()) {
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
      }
    }
    Files.delete(run.resolve("run.json"));
    Files.delete(run.resolve("model.avro"));
    assertEquals(expected, weights(train("run")));
  }

  @Test
  void aModelOfAllRowsIsNotEvaluatedOnASplitByKey() throws IOException {
    Path plain = train("plain", "each=", "data.columns={shop: category}");
    Path keyed = train("keyed");
    Cli.Result result =
        Cli.run(
            "evaluate",
            "--model",
            keyed.resolve("model.avro").toString(),
            "--data",
            plain.resolve("job.yaml").toString());
    assertEquals(2, result.exitCode());
    assertTrue(
        result.err().contains("each.key is null, but ")
            && result.err().contains(" is of models by shop, whose split is another"),
        result.err());
  }

  private static MetricRow test(Path run) {
    return RecordFile.of(MetricRow.class).read(run.resolve("metrics.avro").toString()).stream()
        .filter(row -> row.getSplit() == Split.TEST)
        .findFirst()
        .orElseThrow();
  }
}
