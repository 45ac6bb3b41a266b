package io.beamgrad.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnxruntime.OrtException;
import io.beamgrad.model.Model;
import io.beamgrad.model.ModelFile;
import io.beamgrad.model.Models;
import io.beamgrad.model.Networks;
import io.beamgrad.schema.BatchNormLayer;
import io.beamgrad.schema.LayerNormLayer;
import io.beamgrad.schema.LinearLayer;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.tensor.Generator;
import io.beamgrad.tensor.Tensor;
import io.beamgrad.train.Weights;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each kind of layer in ONNX Runtime, against {@link Model}. */
class OnnxLayersTest {
  private static final int ROWS = 30;

  @TempDir Path folder;

  static Stream<List<Object>> hiddenLayers() {
    List<List<Object>> models = new ArrayList<>();
    for (Object layer : Models.layersOfAllKinds()) {
      models.add(List.of(new LinearLayer(7, false, false), layer));
    }
    models.add(Models.layersOfAllKinds());
    return models.stream();
  }

  @ParameterizedTest
  @MethodSource("hiddenLayers")
  void theGraphGivesWhatTheModelGives(List<Object> hidden) throws IOException, OrtException {
    ModelRecord record = Models.mixed(hidden);
    String path = folder.resolve("model.avro").toString();
    ModelFile.write(path, record);
    Model model = Model.load(Path.of(path));
    Path file = folder.resolve("model.onnx");
    OnnxFile.write(file.toString(), record, Map.of());
    Generator random = new Generator(3);
    float[] income = new float[ROWS];
    float[] age = new float[ROWS];
    float[] constant = new float[ROWS];
    float[] member = new float[ROWS];
    float[] vector = new float[3 * ROWS];
    String[] city = new String[ROWS];
    String[] plan = new String[ROWS];
    for (int i = 0; i < ROWS; i++) {
      income[i] = 1e5f * random.nextFloat();
      age[i] = 90 * random.nextFloat();
      constant[i] = 7;
      member[i] = i % 2;
      city[i] = List.of("Bonn", "Ulm", "Rome").get(i % 3);
      plan[i] = List.of("basic", "pro").get(i % 2);
      for (int j = 0; j < 3; j++) {
        vector[3 * i + j] = (float) random.nextGaussian();
      }
    }

    float[][] found;
    try (OnnxSession session = new OnnxSession(file)) {
      found =
          (float[][])
              session
                  .put("income", 1, income)
                  .put("age", 1, age)
                  .put("constant", 1, constant)
                  .put("city", city)
                  .put("plan", plan)
                  .put("member", 1, member)
                  .put("vector", 3, vector)
                  .run()
                  .get("probabilities");
    }

    for (int i = 0; i < ROWS; i++) {
      Object[] row = {
        income[i],
        age[i],
        constant[i],
        city[i],
        plan[i],
        member[i] == 1,
        List.of(vector[3 * i], vector[3 * i + 1], vector[3 * i + 2])
      };
      assertArrayEquals(model.predict(row).probabilities(), found[i], 1e-6f, "row " + i);
    }
  }

  static Stream<Object> norms() {
    return Stream.of(new BatchNormLayer(0.1, 1e-5), new LayerNormLayer(1e-5));
  }

  /** ONNX Runtime 1.24.2 loses their digits in its own operators for both. */
  @ParameterizedTest
  @MethodSource("norms")
  void rowsFarFromZeroAreNormalisedAsOursAre(Object norm) throws IOException, OrtException {
    Map<String, Tensor> weights = new LinkedHashMap<>();
    weights.put("0.weight", Tensor.wrap(new float[] {1, 2, -1}, 3));
    weights.put("0.bias", Tensor.wrap(new float[] {0.5f, 0, 1}, 3));
    if (norm instanceof BatchNormLayer) {
      weights.put("0.running_mean", Tensor.wrap(new float[] {2000, 1e6f, 1e9f}, 3));
      weights.put("0.running_var", Tensor.wrap(new float[] {1, 100, 0}, 3));
      weights.put("0.num_batches_tracked", Tensor.wrap(new float[] {7}));
    }
    ModelFile.parameters(Models.crops())
        .forEach((name, t) -> weights.put("1" + name.substring(1), t));
    ModelRecord record =
        ModelFile.versioned(
            ModelRecord.newBuilder(Models.crops())
                .setLayers(List.of(norm, new LinearLayer(2, false, false)))
                .setParameters(Networks.toRecords(weights))
                .setWeightsSha256(Weights.sha256(weights)));
    String path = folder.resolve("model.avro").toString();
    ModelFile.write(path, record);
    Model model = Model.load(Path.of(path));
    Path file = folder.resolve("model.onnx");
    OnnxFile.write(file.toString(), record, Map.of());
    boolean isByRow = norm instanceof LayerNormLayer;
    float[] temp = {1999, 2001, 2000, 2000.5f};
    float[] rainfall =
        isByRow
            ? new float[] {2001, 2000, 1999, 2000}
            : new float[] {1e6f, 1e6f + 7, 1e6f - 10, 1e6f};
    float[] humidity =
        isByRow ? new float[] {2000, 1999, 2002, 2000} : new float[] {1e9f, 1e9f, 1e9f, 1e9f};

    Map<String, Object> found;
    try (OnnxSession session = new OnnxSession(file)) {
      found =
          session
              .put("temp", 1, temp)
              .put("rainfall", 1, rainfall)
              .put("humidity", 1, humidity)
              .run();
      for (int row = 0; row < temp.length; row++) {
        float[] ours = model.predict(temp[row], rainfall[row], humidity[row]).values();
        assertEquals(ours[0], ((float[][]) found.get("apples"))[row][0], 1e-5f, "row " + row);
        assertEquals(ours[1], ((float[][]) found.get("oranges"))[row][0], 1e-5f, "row " + row);
      }
    }
  }

  @Test
  void theWeightOfTheNtkFormStaysWhatItIs() throws IOException {
    ModelRecord record = Models.mixed(List.of());
    String file = folder.resolve("model.onnx").toString();
    OnnxFile.write(file, record, Map.of());
    try (InputStream in = Files.newInputStream(Path.of(file))) {
      ModelProto proto = ModelProto.parseFrom(in);
      NodeProto gemm =
          proto.getGraph().getNodeList().stream()
              .filter(node -> node.getOpType().equals("Gemm"))
              .findFirst()
              .orElseThrow();
      assertEquals((float) (1 / Math.sqrt(18)), gemm.getAttribute(1).getF());
      assertEquals(
          record.getParameters().get(0).getValues(),
          proto.getGraph().getInitializerList().stream()
              .filter(tensor -> tensor.getName().equals(gemm.getInput(1)))
              .findFirst()
              .orElseThrow()
              .getRawData()
              .asReadOnlyByteBuffer());
    }
  }
}
