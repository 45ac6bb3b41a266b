package io.beamgrad.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.beamgrad.data.digits.DigitsWriter;
import io.beamgrad.data.files.RecordFile;
import io.beamgrad.model.ModelFile;
import io.beamgrad.pipeline.Spec;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.schema.TrialResult;
import java.nio.file.Path;
import java.util.List;
import org.apache.beam.sdk.Pipeline;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SweepOverRatesTest {
  @TempDir Path folder;

  @Test
  void aPipelineOfOnesOwnTrainsTheBestOfThree() throws Exception {
    DigitsWriter.write(folder.resolve("digits"), 300, 1);
    Spec spec =
        Spec.read(Path.of("pipelines/digits.yaml"))
            .with("data.dir", folder.resolve("digits"))
            .with("epochs", 2);
    Pipeline pipeline = Pipeline.create();
    SweepOverRates.addTo(
        pipeline, spec, folder.resolve("work").toString(), folder.resolve("out").toString());
    pipeline.run().waitUntilFinish();

    ModelRecord model = ModelFile.read(folder.resolve("out/model.avro").toString());
    List<TrialResult> trials =
        RecordFile.of(TrialResult.class).read(folder.resolve("out/trials.avro").toString());
    assertEquals("digits", model.getName());
    assertEquals(3, trials.size());
    TrialResult best =
        trials.stream().filter(trial -> trial.getRank() == 1).findAny().orElseThrow();
    assertEquals(best.getWeightsSha256(), model.getWeightsSha256());
  }
}
