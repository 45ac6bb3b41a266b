package io.beamgrad.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.data.digits.DigitsWriter;
import io.beamgrad.model.ModelFile;
import io.beamgrad.pipeline.Spec;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.beam.sdk.Pipeline;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainInYourPipelineTest {
  @TempDir Path folder;

  @Test
  void aPipelineOfOnesOwnTrainsAModel() throws Exception {
    DigitsWriter.write(folder.resolve("digits"), 300, 1);
    Spec spec =
        Spec.read(Path.of("pipelines/digits.yaml"))
            .with("data.dir", folder.resolve("digits"))
            .with("epochs", 2);
    Pipeline pipeline = Pipeline.create();
    TrainInYourPipeline.addTo(
        pipeline, spec, folder.resolve("work").toString(), folder.resolve("out").toString());
    pipeline.run().waitUntilFinish();
    String model = folder.resolve("out/model.avro").toString();
    assertEquals(240, ModelFile.read(model).getProvenance().getTrainRows());
    assertTrue(Files.exists(folder.resolve("out/metrics.csv")));
  }
}
