package io.beamgrad.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.nn.Logits;
import io.beamgrad.nn.Loss;
import io.beamgrad.nn.Module;
import io.beamgrad.schema.EnsembleMember;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.tensor.Generator;
import io.beamgrad.tensor.Tensor;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A {@code model.avro} of several networks. */
class EnsembleModelTest {
  @TempDir Path folder;

  private String write(ModelRecord model) {
    String file = folder.resolve("model.avro").toString();
    ModelFile.write(file, model);
    return file;
  }

  private static ModelRecord three(ModelRecord model) {
    return Models.ensemble(
        Models.drawnAnew(model, 1), Models.drawnAnew(model, 2), Models.drawnAnew(model, 3));
  }

  private static String message(String file) {
    return assertThrows(BrokenFileException.class, () -> ModelFile.read(file)).getMessage();
  }

  @Test
  void aRowHasTheBitsOfTheNetworkOfBatches() {
    String file = write(three(Models.softmax()));
    Model model = Model.load(Path.of(file));
    Module network = ModelFile.network(file, ModelFile.read(file));
    byte[] image = new byte[784];
    for (int i = 0; i < image.length; i++) {
      image[i] = (byte) (i % 7 == 0 ? i : 0);
    }
    float[] pixels = new float[784];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (image[i] & 0xff) / 255f;
    }
    Tensor outputs = Tensor.noGrad(() -> network.forward(Tensor.wrap(pixels, 1, 28, 28)));
    float[] expected = new float[10];
    Logits.probabilities(Loss.Target.CLASS, outputs.data(), 0, 10, expected, 0);
    assertArrayEquals(expected, model.predict(image).probabilities());
  }

  @Test
  void thePredictionIsTheMeanOfItsMembers() {
    Generator random = new Generator(7);
    for (ModelRecord one : List.of(Models.signs(), Models.crops())) {
      ModelRecord[] members = new ModelRecord[4];
      for (int i = 0; i < members.length; i++) {
        members[i] = Models.drawnAnew(one, i);
      }
      Model together = Model.load(Path.of(write(Models.ensemble(members))));
      float[] row = new float[together.features().size()];
      for (int i = 0; i < row.length; i++) {
        row[i] = random.nextFloat();
      }
      boolean isClass = !one.getLabels().isEmpty();
      float[] found =
          isClass ? together.predict(row).probabilities() : together.predict(row).values();
      double[] mean = new double[found.length];
      for (ModelRecord member : members) {
        Model single = Model.load(Path.of(write(member)));
        float[] own = isClass ? single.predict(row).probabilities() : single.predict(row).values();
        for (int i = 0; i < own.length; i++) {
          mean[i] += own[i] / (double) members.length;
        }
      }
      for (int i = 0; i < mean.length; i++) {
        assertEquals(mean[i], found[i], 1e-6);
      }
    }
  }

  @Test
  void aReaderOfSingleNetworksRefusesItByItsVersion() {
    ModelRecord ensemble = three(Models.signs());
    assertEquals(2, ensemble.getFormatVersion());
    String file = write(ModelRecord.newBuilder(ensemble).setFormatVersion(1).build());
    assertEquals(
        file + ": expected format version 2, found 1; use a newer beamgrad", message(file));
  }

  @Test
  void whatIsNoEnsembleIsRefused() {
    ModelRecord ensemble = three(Models.signs());
    EnsembleMember member = ensemble.getMembers().get(0);
    String file =
        write(ModelRecord.newBuilder(ensemble).setMembers(List.of(member, member)).build());
    assertEquals(file + ": more parameters than its layers have", message(file));
    file =
        write(
            ModelRecord.newBuilder(ensemble)
                .setMembers(List.of(member, member, member, member))
                .build());
    assertEquals(file + ": parameter members.3.0.weight is missing", message(file));
    file = write(ModelRecord.newBuilder(ensemble).setMembers(List.of(member)).build());
    assertEquals(file + ": an ensemble of one member", message(file));
  }
}
