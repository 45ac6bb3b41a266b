package io.beamgrad.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.beamgrad.data.encoding.ColumnEncoder;
import io.beamgrad.export.OnnxFile;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.schema.Cross;
import io.beamgrad.schema.LearningRateSchedule;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.schema.SchedulePer;
import io.beamgrad.spec.EncodingText;
import io.beamgrad.spec.NetworkText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/**
 * A kind of layer or loss that somebody adds and that a consumer does not know is refused there.
 */
class UnknownKindTest {
  private record FakeLayer() {}

  private record FakeLoss() {}

  private record FakeOptimizer() {}

  private record FakeDecay() {}

  private record FakeEncoding() {}

  private static final List<Object> LAYERS = List.of(new FakeLayer());

  @TempDir Path folder;

  private static ModelRecord withFakeLayer() {
    return ModelRecord.newBuilder(Models.crops()).setLayers(LAYERS).build();
  }

  private static ModelRecord withFakeLoss() {
    return ModelRecord.newBuilder(Models.crops()).setLoss(new FakeLoss()).build();
  }

  private static void assertRefuses(String message, Executable who) {
    assertEquals(message, assertThrows(IllegalStateException.class, who).getMessage());
  }

  @Test
  void everyConsumerRefusesALayerThatItDoesNotKnow() {
    String layer = " has no code for the layer FakeLayer";
    assertRefuses("Networks" + layer, () -> Networks.build(LAYERS, new int[] {3}, false, 1));
    assertRefuses("Networks" + layer, () -> Networks.outputShape(LAYERS, new int[] {3}));
    assertRefuses(
        "RowNetwork" + layer, () -> new RowNetwork(LAYERS, List.of(), Map.of(), 3, false));
    assertRefuses("ModelCheck" + layer, () -> ModelCheck.check(withFakeLayer()));
    String onnx = folder.resolve("m.onnx").toString();
    assertRefuses("OnnxLayers" + layer, () -> OnnxFile.write(onnx, withFakeLayer(), Map.of()));
    assertRefuses("a spec has no model for a FakeLayer", () -> NetworkText.layers(LAYERS));
  }

  @Test
  void everyConsumerRefusesALossThatItDoesNotKnow() {
    String message = "Networks has no code for the loss FakeLoss";
    assertRefuses(message, () -> Networks.loss(new FakeLoss()));
    assertRefuses(message, () -> ModelCheck.check(withFakeLoss()));
    assertRefuses("a spec has no loss for a FakeLoss", () -> NetworkText.loss(new FakeLoss()));
    assertRefuses("a spec has no loss for a FakeLoss", () -> NetworkText.tree(new FakeLoss()));
  }

  @Test
  void anOptimizerAndADecayThatNobodyKnowsAreRefused() {
    assertRefuses(
        "Networks has no code for the optimizer FakeOptimizer",
        () -> Networks.optimizer(new FakeOptimizer(), Map.of()));
    LearningRateSchedule schedule =
        new LearningRateSchedule(SchedulePer.EPOCH, null, new FakeDecay());
    assertRefuses(
        "Networks has no code for the decay FakeDecay", () -> Networks.schedule(schedule, 5));
  }

  @Test
  void everyConsumerRefusesAnEncodingThatItDoesNotKnow() {
    String encoding = " has no code for the encoding FakeEncoding";
    List<Object> encodings = new ArrayList<>(Models.crops().getEncodings());
    encodings.set(0, new FakeEncoding());
    ModelRecord model = ModelRecord.newBuilder(Models.crops()).setEncodings(encodings).build();
    assertRefuses(
        "ColumnEncoder" + encoding,
        () -> ColumnEncoder.of(model.getColumns().get(0), new FakeEncoding()));
    String onnx = folder.resolve("m.onnx").toString();
    assertRefuses("OnnxColumns" + encoding, () -> OnnxFile.write(onnx, model, Map.of()));
    assertRefuses("EncodingText" + encoding, () -> EncodingText.lines(encodings));
    assertEquals(
        "the encoding of column temp is of another column, or not for NUMBER",
        assertThrows(IllegalArgumentException.class, () -> ModelCheck.check(model)).getMessage());
  }

  /** Models by key are one model to no other program. */
  @Test
  void onnxRefusesAColumnOfKeys() {
    String onnx = folder.resolve("m.onnx").toString();
    assertEquals(
        "crops as ONNX: column customer has a model for each key; ONNX holds one model",
        assertThrows(
                WrongInputException.class,
                () -> OnnxFile.write(onnx, KeyedExamples.of(Models.crops(), 3), Map.of()))
            .getMessage());
  }

  /** A graph without the hash of the words would predict something else. */
  @Test
  void onnxRefusesAColumnOfTexts() {
    String onnx = folder.resolve("m.onnx").toString();
    assertEquals(
        "reviews as ONNX: column review is of hashed words; ONNX has no operator for XXH64",
        assertThrows(
                WrongInputException.class, () -> OnnxFile.write(onnx, Models.reviews(), Map.of()))
            .getMessage());
  }

  @Test
  void onnxRefusesACross() {
    String onnx = folder.resolve("m.onnx").toString();
    assertEquals(
        "mixed as ONNX: the cross of city and plan is hashed; ONNX has no operator for XXH64",
        assertThrows(
                WrongInputException.class,
                () ->
                    OnnxFile.write(
                        onnx,
                        ModelRecord.newBuilder(Models.mixed())
                            .setCrosses(List.of(new Cross(List.of("city", "plan"), 9)))
                            .build(),
                        Map.of()))
            .getMessage());
  }

  /**
   * Who asks a layer or a loss for its kind: one that is new here has to refuse what it does not
   * know, and be in a test above. Those of the second set look for one kind and handle any other.
   */
  @Test
  void nobodyElseAsksALayerOrALossForItsKind() throws IOException {
    Set<String> refusing =
        Set.of("ModelCheck.java", "Networks.java", "OnnxLayers.java", "RowNetwork.java");
    Set<String> handling =
        Set.of(
            "ClassLearner.java", // the last linear layer, whose outputs are the classes
            "ClassOutputs.java", // the same
            "DetailSections.java", // counts linear layers
            "LinearKeyTrainer.java", // one linear layer by squared errors; others go elsewhere
            "MetricRecords.java", // a loss that is itself a metric
            "ModelComparison.java", // class weights by the other model's labels
            "NetworkProducts.java", // products of linear layers, and of no others
            "PlanFromSpec.java", // the last linear layer's outputs
            "SpecRules.java"); // rules of single kinds
    String kinds =
        "([A-Z]\\w*Layer|(Binary)?CrossEntropy|Huber|Quantile|MeanSquaredError|MeanAbsoluteError)\\b";
    Pattern asks = Pattern.compile("instanceof " + kinds + "|" + kinds + "\\.class::isInstance");
    Set<String> found = new TreeSet<>();
    try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
      files
          .filter(file -> file.toString().endsWith(".java"))
          .filter(file -> asks.matcher(read(file)).find())
          .forEach(file -> found.add(file.getFileName().toString()));
    }
    Set<String> expected = new TreeSet<>(refusing);
    expected.addAll(handling);
    assertEquals(expected, found);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
