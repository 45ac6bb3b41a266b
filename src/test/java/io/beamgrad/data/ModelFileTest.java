package io.beamgrad.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.nn.Sequential;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnScaling;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.LinearLayer;
import io.beamgrad.schema.LossKind;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.schema.Provenance;
import io.beamgrad.schema.ReluLayer;
import io.beamgrad.tensor.Generator;
import io.beamgrad.tensor.Tensor;
import io.beamgrad.train.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFileTest {
  private static final List<Object> LAYERS =
      List.of(new LinearLayer(4), new ReluLayer(), new LinearLayer(1));

  @TempDir Path folder;

  private final Sequential network = Networks.build(LAYERS, new int[] {3}, new Generator(1));

  private ModelRecord.Builder model() {
    return ModelRecord.newBuilder()
        .setFormatVersion(ModelFile.FORMAT_VERSION)
        .setName("m")
        .setLayers(LAYERS)
        .setLoss(LossKind.MSE)
        .setParameters(Networks.toRecords(network.namedParameters()))
        .setColumns(
            List.of(
                new Column("x", ColumnType.FLOATS, List.of(3), false),
                new Column("y", ColumnType.FLOATS, List.of(), true)))
        .setScaling(List.of(new ColumnScaling("x", 0f, 1f)))
        .setLabels(List.of())
        .setWeightsSha256(Weights.sha256(network.namedParameters()))
        .setProvenance(new Provenance(1L, "f", "d", 2, 10L, "test"));
  }

  private String path(String name) {
    return folder.resolve(name).toString();
  }

  @Test
  void aLoadedModelGivesTheSameBits() {
    ModelFile.write(path("m.avro"), model().build());
    ModelRecord loaded = ModelFile.read(path("m.avro"));
    Tensor input = Tensor.of(new float[][] {{0.5f, -1, 2}, {3, 0, 1}});
    assertArrayEquals(
        network.forward(input).toArray(),
        ModelFile.network("m.avro", loaded).forward(input).toArray());
  }

  private void assertBroken(String start, String name) {
    String message =
        assertThrows(BrokenFileException.class, () -> ModelFile.read(path(name))).getMessage();
    assertTrue(message.startsWith(path(name) + ": " + start), message);
    assertEquals(1, message.lines().count());
  }

  @Test
  void aNewerVersionIsRefused() {
    ModelFile.write(path("m.avro"), model().setFormatVersion(2).build());
    assertBroken("expected format version 1, found 2; use a newer beamgrad", "m.avro");
  }

  @Test
  void aFileCutAnywhereOrChangedAnywhereIsRefused() throws IOException {
    ModelFile.write(path("m.avro"), model().build());
    byte[] whole = Files.readAllBytes(folder.resolve("m.avro"));
    for (int length = 0; length < whole.length; length += 37) {
      Files.write(folder.resolve("cut.avro"), Arrays.copyOf(whole, length));
      assertBroken("", "cut.avro");
    }
    int dataStart = whole.length - 300;
    for (int i = dataStart; i < whole.length; i += 7) {
      byte[] changed = whole.clone();
      changed[i] ^= 0x10;
      Files.write(folder.resolve("changed.avro"), changed);
      assertBroken("", "changed.avro");
    }
  }

  @Test
  void weightsThatAreNotThoseWrittenAreRefused() {
    ModelFile.write(path("m.avro"), model().setWeightsSha256("00").build());
    assertBroken("damaged: expected weights of SHA-256 00, found ", "m.avro");
  }

  @Test
  void weightsThatDoNotFitTheLayersAreRefused() {
    ModelRecord other = model().setLayers(List.of(new LinearLayer(4))).build();
    String message =
        assertThrows(BrokenFileException.class, () -> ModelFile.network("m.avro", other))
            .getMessage();
    assertTrue(message.startsWith("m.avro: loadStateDict: "), message);
  }

  @Test
  void aMissingFileIsNamed() {
    assertEquals(
        path("none.avro") + ": no such file",
        assertThrows(MissingDataException.class, () -> ModelFile.read(path("none.avro")))
            .getMessage());
  }
}
