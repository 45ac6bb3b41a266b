package io.beamgrad.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.beamgrad.data.rows.Columns;
import io.beamgrad.nn.Module;
import io.beamgrad.nn.Sequential;
import io.beamgrad.schema.BatchNormLayer;
import io.beamgrad.schema.CategoryEncoding;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.GeluApproximation;
import io.beamgrad.schema.GeluLayer;
import io.beamgrad.schema.LayerNormLayer;
import io.beamgrad.schema.LeakyReluLayer;
import io.beamgrad.schema.LinearLayer;
import io.beamgrad.schema.MishLayer;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.schema.ScaleLayer;
import io.beamgrad.tensor.Generator;
import io.beamgrad.tensor.SparseRows;
import io.beamgrad.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every kind of layer in a network, for one row, and in a file. */
class LayerKindsTest {

  @TempDir Path folder;

  @Test
  void allKindsThatAModelMayHaveAreInTheseTests() {
    Set<String> kinds = new TreeSet<>();
    Schema layers = ModelRecord.getClassSchema().getField("layers").schema().getElementType();
    layers.getTypes().forEach(type -> kinds.add(type.getName()));
    Set<String> tested = new TreeSet<>();
    Models.layersOfAllKinds().forEach(layer -> tested.add(layer.getClass().getSimpleName()));
    assertEquals(kinds, tested);
  }

  @Test
  void oneRowHasTheBitsOfTheNetwork() {
    int inputs = 18;
    ModelRecord model = Models.mixed(Models.layersOfAllKinds());
    Map<String, Tensor> weights = ModelFile.parameters(model);
    Sequential network = Networks.build(model.getLayers(), new int[] {inputs}, false, 1);
    network.loadStateDict(weights);
    network.eval();
    RowNetwork rows = new RowNetwork(model.getLayers(), List.of(), weights, inputs, false);
    Tensor batch = Tensor.randn(new Generator(3), 40, inputs);
    float[] expected = network.forward(batch).toArray();
    RowNetwork.Scratch scratch = rows.newScratch();
    for (int i = 0; i < 40; i++) {
      float[] found = rows.run(batch.select(i).toArray(), inputs, scratch);
      for (int c = 0; c < 3; c++) {
        assertEquals(expected[3 * i + c], found[c], "row " + i);
      }
    }
  }

  @Test
  void aScaledSparseRowHasTheBitsOfTheNetwork() {
    int inputs = 5000;
    List<Object> layers =
        List.of(
            new ScaleLayer(),
            new LinearLayer(9, true, false),
            new MishLayer(),
            new LinearLayer(3, false, false));
    Sequential sparse = Networks.build(layers, new int[] {inputs}, true, 1);
    Sequential dense = Networks.build(layers, new int[] {inputs}, false, 1);
    Map<String, Tensor> weights = dense.stateDict();
    Generator generator = new Generator(4);
    for (int i = 0; i < inputs; i++) {
      weights.get("0.weight").data()[i] = generator.nextFloat();
    }
    sparse.loadStateDict(weights);
    dense.loadStateDict(weights);
    RowNetwork rows = new RowNetwork(layers, List.of(), weights, inputs, true);
    SparseRows batch = new SparseRows(inputs);
    for (int column = 0; column < 700; column++) {
      batch.add(7 * column, generator.nextFloat());
    }
    batch.endRow();
    float[] expected = dense.forward(batch.toDense()).toArray();
    assertArrayEquals(expected, sparse.forward(batch).toArray());
    float[] found = rows.run(batch, rows.newScratch());
    for (int c = 0; c < 3; c++) {
      assertEquals(expected[c], found[c]);
    }
  }

  @Test
  void aNormInFrontOfALinearLayerTakesSparseRowsToo() {
    List<Object> layers =
        List.of(
            new BatchNormLayer(0.1, 1e-5),
            new LayerNormLayer(1e-5),
            new LinearLayer(2, false, false));
    Sequential sparse = Networks.build(layers, new int[] {50}, true, 1);
    Sequential dense = Networks.build(layers, new int[] {50}, false, 1);
    SparseRows batch = new SparseRows(50);
    for (int row = 0; row < 6; row++) {
      batch.add(row, 1 + row);
      batch.add(30 + row, 2);
      batch.endRow();
    }
    assertArrayEquals(dense.forward(batch.toDense()).toArray(), sparse.forward(batch).toArray());
    assertArrayEquals(
        dense.stateDict().get("0.running_var").data(),
        sparse.stateDict().get("0.running_var").data());
  }

  @Test
  void aFileKeepsAllOfThem() {
    ModelRecord model = Models.mixed(Models.layersOfAllKinds());
    String path = folder.resolve("model.avro").toString();
    ModelFile.write(path, model);
    assertEquals(model, ModelFile.read(path));
    String weights = folder.resolve("weights.safetensors").toString();
    SafetensorsFile.write(weights, ModelFile.parameters(model), Map.of());
    Map<String, Tensor> read = SafetensorsFile.read(weights);
    Networks.build(model.getLayers(), new int[] {18}, false, 1).loadStateDict(read);
    assertEquals(List.copyOf(ModelFile.parameters(model).keySet()), List.copyOf(read.keySet()));
  }

  @Test
  void settingsThatCannotBeAreRefused() {
    refused("layer 0: a slope of Infinity", new LeakyReluLayer(Double.POSITIVE_INFINITY));
    refused("layer 0: a momentum of 2.0", new BatchNormLayer(2.0, 1e-5));
    refused("layer 0: an eps of 0.0", new BatchNormLayer(0.1, 0.0));
    refused("layer 0: an eps of NaN", new LayerNormLayer(Double.NaN));
    List<Object> layers = new ArrayList<>(List.of(new GeluLayer(GeluApproximation.NONE)));
    layers.add(new ScaleLayer());
    ModelRecord model = ModelRecord.newBuilder(Models.crops()).setLayers(layers).build();
    assertEquals(
        "expected parameter 1.weight of shape [3], found 0.weight of shape [2, 3]",
        assertThrows(IllegalArgumentException.class, () -> ModelCheck.check(model)).getMessage());
  }

  private static void refused(String message, Object layer) {
    ModelRecord model = ModelRecord.newBuilder(Models.crops()).setLayers(List.of(layer)).build();
    assertEquals(
        message,
        assertThrows(IllegalArgumentException.class, () -> ModelCheck.check(model)).getMessage());
  }

  @Test
  void rowsOfTwoDimensionsAreFlattenedFirst() {
    for (Object layer :
        List.of(new ScaleLayer(), new BatchNormLayer(0.1, 1e-5), new LayerNormLayer(1e-5))) {
      String word = Networks.wordOfVectors(layer).orElseThrow();
      assertEquals(
          "model[0]: %s needs rows of one dimension, found [28, 28]; put flatten before it"
              .formatted(word),
          assertThrows(
                  IllegalArgumentException.class,
                  () -> Networks.build(List.of(layer), new int[] {28, 28}, false, 1))
              .getMessage());
    }
  }

  @Test
  void aModelOfHashedTextsIsScaledWhereItIsSparse() {
    Column text = Columns.feature("t", ColumnType.STRINGS, List.of());
    CategoryEncoding hashed =
        new CategoryEncoding("t", List.of(), List.of(), false, 3000, false, null, true, false);
    ModelRecord model =
        Models.withDrawnWeights(
            Models.linear(List.of(text), List.of(hashed), 3000, 1),
            List.of(new ScaleLayer(), new LinearLayer(1, true, false)),
            3000);
    String path = folder.resolve("hashed.avro").toString();
    ModelFile.write(path, model);
    Module network = ModelFile.network(path, model);
    SparseRows row = new SparseRows(3000);
    Model loaded = Model.load(Path.of(path));
    float found = loaded.predict("Ulm").values()[0];
    boolean matches = false;
    for (int slot = 0; slot < 3000; slot++) {
      row.clear();
      row.add(slot, 1);
      row.endRow();
      matches |= network.forward(row).item() == found;
    }
    assertEquals(true, matches);
  }
}
