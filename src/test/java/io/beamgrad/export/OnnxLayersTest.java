package io.beamgrad.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnxruntime.OrtException;
import io.beamgrad.model.Model;
import io.beamgrad.model.ModelFile;
import io.beamgrad.model.Models;
import io.beamgrad.schema.LinearLayer;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.tensor.Generator;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
