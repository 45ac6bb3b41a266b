package io.beamgrad.transforms;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.split.SplitRule;
import io.beamgrad.data.split.SplitSettings;
import io.beamgrad.schema.BinaryCategory;
import io.beamgrad.schema.CategoryPreparation;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.EncodingsRef;
import io.beamgrad.schema.FileFormat;
import io.beamgrad.schema.FileRange;
import io.beamgrad.schema.LinearLayer;
import io.beamgrad.schema.MeanSquaredError;
import io.beamgrad.schema.MissingCategory;
import io.beamgrad.schema.MissingNumber;
import io.beamgrad.schema.NumberPreparation;
import io.beamgrad.schema.ScaleMethod;
import io.beamgrad.schema.Sgd;
import io.beamgrad.schema.Split;
import io.beamgrad.schema.TrainingInput;
import io.beamgrad.schema.TrainingPlan;
import io.beamgrad.schema.UnknownCategory;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.extensions.avro.coders.AvroCoder;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlanTrainingTest {
  private static final List<Column> COLUMNS =
      List.of(
          Columns.feature("x", ColumnType.FLOATS, List.of()),
          Columns.feature("city", ColumnType.STRINGS, List.of()),
          Columns.target("y", ColumnType.FLOATS, List.of()));
  private static final SplitRule RULE = SplitRule.random(new BigDecimal("0.1"));
  private static final Queue<String> SENT = new ConcurrentLinkedQueue<>();
  private static final Queue<EncodingsRef> LEARNED = new ConcurrentLinkedQueue<>();

  @TempDir Path folder;

  /** Keeps what was sent, by model. */
  private static final class KeepFn extends DoFn<KV<String, TrainingInput>, Void> {
    @ProcessElement
    public void process(@Element KV<String, TrainingInput> sent) {
      SENT.add(sent.toString());
      if (sent.getValue().getContent() instanceof EncodingsRef ref) {
        LEARNED.add(ref);
      }
    }
  }

  private TrainingPlan plan(String model, ScaleMethod scale) {
    return TrainingPlan.newBuilder()
        .setModel(model)
        .setSeed(1)
        .setLayers(List.of(new LinearLayer(1, false, false)))
        .setLoss(new MeanSquaredError())
        .setOptimizer(new Sgd(0.1, 0.0, false, 0.0))
        .setBatchExamples(16)
        .setEpochs(2)
        .setFullPermutationRows(1000)
        .setColumns(COLUMNS)
        .setPreparations(
            List.of(
                new NumberPreparation(
                    "x", null, null, false, scale, 1.0, MissingNumber.REJECT, 0.0, false),
                new CategoryPreparation(
                    "city",
                    1L,
                    null,
                    null,
                    MissingCategory.OWN,
                    null,
                    UnknownCategory.OWN,
                    BinaryCategory.OWN)))
        .setInitialWeights(null)
        .setWorkFolder(folder.resolve("work").toString())
        .setCacheBytes(1 << 20)
        .build();
  }

  /** What is sent to the models. */
  private Set<String> sent(PlanTraining planning, Path csv) {
    SENT.clear();
    LEARNED.clear();
    Pipeline pipeline = Pipeline.create();
    ShuffleSettings shuffle =
        new ShuffleSettings(COLUMNS, 1, 1, 2, folder.resolve("blocks").toString(), 0, RULE);
    FileRange file =
        new FileRange(
            Split.TRAIN, FileFormat.CSV, csv.toString(), null, "f", 0L, -1L, COLUMNS, null, null);
    pipeline
        .apply(Create.of(file).withCoder(AvroCoder.specific(FileRange.class)))
        .apply(ReadExamples.of(shuffle))
        .apply(WriteBlocks.of(shuffle))
        .apply(
            RankBlocks.of(new SplitSettings("f", COLUMNS, RULE, BigDecimal.ZERO, 0), List.of("a")))
        .get(RankBlocks.MANIFESTS)
        .apply(planning)
        .apply(ParDo.of(new KeepFn()));
    pipeline.run().waitUntilFinish();
    return new TreeSet<>(SENT);
  }

  /** More blocks than there are groups of them, and values whose sums depend on their order. */
  @Test
  void oneWorkerLearnsFromLittleDataWhatManyLearn() throws IOException {
    StringBuilder rows = new StringBuilder("x,city,y\n");
    for (int i = 0; i < 160; i++) {
      rows.append(i % 3 == 0 ? "1e8" : "0." + i).append(",city ").append(i % 37).append(",1\n");
    }
    Path csv = Files.writeString(folder.resolve("rows.csv"), rows);
    List<TrainingPlan> plans =
        List.of(
            plan("a", ScaleMethod.STANDARD),
            plan("b", ScaleMethod.MINMAX),
            plan("c", ScaleMethod.ROBUST));

    Set<String> many = sent(PlanTraining.of(plans), csv);
    assertEquals(3, LEARNED.size());
    Set<String> one = sent(PlanTraining.of(plans).learningOnTheSpot(), csv);
    assertEquals(3, LEARNED.size());

    assertEquals(many, one); // the name of what was learned is its hash
  }
}
