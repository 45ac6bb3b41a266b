package io.beamgrad.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.data.digits.DigitsWriter;
import io.beamgrad.data.sources.SourceFiles;
import io.beamgrad.data.split.SplitRule;
import io.beamgrad.data.split.SplitSettings;
import io.beamgrad.learner.ColumnLearner;
import io.beamgrad.model.ModelFile;
import io.beamgrad.schema.CrossEntropy;
import io.beamgrad.schema.FlattenLayer;
import io.beamgrad.schema.LinearLayer;
import io.beamgrad.schema.ScaleMethod;
import io.beamgrad.schema.Sgd;
import io.beamgrad.schema.TrainingPlan;
import io.beamgrad.transforms.ShuffleSettings;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.beam.sdk.Pipeline;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainInYourPipelineTest {
  @TempDir Path folder;

  @Test
  void aPipelineOfOnesOwnTrainsAModel() throws Exception {
    DigitsWriter.write(folder.resolve("digits"), 300, 1);
    SourceFiles files =
        SourceFiles.idx(folder.resolve("digits"), List.of("train"), List.of(), List.of("t10k"));
    SplitRule rule = SplitRule.random(new BigDecimal("0.2"));
    TrainingPlan plan =
        TrainingPlan.newBuilder()
            .setModel("digits")
            .setSeed(1)
            .setLayers(List.of(new FlattenLayer(), new LinearLayer(10)))
            .setLoss(new CrossEntropy(0.0, List.of()))
            .setOptimizer(new Sgd(0.1, 0.9, false, 0.0))
            .setBatchExamples(32)
            .setEpochs(2)
            .setFullPermutationRows(1_000_000)
            .setColumns(files.columns())
            .setPreparations(ColumnLearner.numbers(files.columns(), ScaleMethod.DIVIDE, 255.0))
            .setInitialWeights(null)
            .setWorkFolder(folder.resolve("work").toString())
            .setCacheBytes(64 << 20)
            .build();
    Pipeline pipeline = Pipeline.create();
    TrainInYourPipeline.addTo(
        pipeline,
        files,
        ShuffleSettings.forBytes(
            files.columns(), rule, 1, files.dataBytes(), folder.resolve("blocks").toString()),
        new SplitSettings("example 1", files.columns(), rule, BigDecimal.ZERO, 10),
        plan,
        folder.resolve("out").toString());
    pipeline.run().waitUntilFinish();
    String model = folder.resolve("out/digits.avro").toString();
    assertEquals(240, ModelFile.read(model).getProvenance().getTrainRows());
    assertTrue(Files.exists(folder.resolve("out/metrics.csv")));
  }
}
