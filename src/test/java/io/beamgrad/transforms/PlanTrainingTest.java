package io.beamgrad.transforms;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.split.SplitRule;
import io.beamgrad.data.split.SplitSettings;
import io.beamgrad.schema.BinaryCategory;
import io.beamgrad.schema.BlockRef;
import io.beamgrad.schema.CategoryPreparation;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.EachKey;
import io.beamgrad.schema.EncodingsRef;
import io.beamgrad.schema.FileFormat;
import io.beamgrad.schema.FileRange;
import io.beamgrad.schema.LearnedColumns;
import io.beamgrad.schema.LinearLayer;
import io.beamgrad.schema.Manifest;
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
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.extensions.avro.coders.AvroCoder;
import org.apache.beam.sdk.runners.TransformHierarchy;
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
  private static final Queue<KV<String, TrainingInput>> INPUTS = new ConcurrentLinkedQueue<>();
  private static final Queue<EncodingsRef> LEARNED = new ConcurrentLinkedQueue<>();

  @TempDir Path folder;

  /** Keeps what was sent, by model. */
  private static final class KeepFn extends DoFn<KV<String, TrainingInput>, Void> {
    @ProcessElement
    public void process(@Element KV<String, TrainingInput> sent) {
      SENT.add(sent.toString());
      INPUTS.add(sent);
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
    INPUTS.clear();
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

  private Path rows() throws IOException {
    StringBuilder rows = new StringBuilder("x,city,y\n");
    for (int i = 0; i < 160; i++) {
      rows.append(i % 3 == 0 ? "1e8" : "0." + i).append(",city ").append(i % 37).append(",1\n");
    }
    return Files.writeString(folder.resolve("rows.csv"), rows);
  }

  /** More blocks than there are groups of them, and values whose sums depend on their order. */
  @Test
  void oneWorkerLearnsFromLittleDataWhatManyLearn() throws IOException {
    Path csv = rows();
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

  /** The names as beamgrad gave them when each plan learned by itself. */
  @Test
  void whatIsLearnedTogetherIsWhatEachLearnsAlone() throws IOException {
    Path csv = rows();
    List<TrainingPlan> plans =
        List.of(
            plan("a", ScaleMethod.STANDARD),
            plan("b", ScaleMethod.MINMAX),
            plan("c", ScaleMethod.ROBUST));

    sent(PlanTraining.of(plans), csv);

    Set<String> names = new TreeSet<>();
    LEARNED.forEach(ref -> names.add(ref.getPath().replaceFirst(".*/", "")));
    assertEquals(
        Set.of(
            "24ae10117eba338cd6765a529ebbfcdfedbcf58995fa4dc4c1e97c96a803656a.avro",
            "71ce0a60374186e14a87a84e329ec12f23e02d00869abcce6aceff30d1d53c01.avro",
            "5e582c72f08c921ec82b6d2da7723492ec4787a7b4021b93103f05932b1265ed.avro"),
        names);
  }

  @Test
  void plansOfEqualColumnsShareWhatIsLearned() throws IOException {
    Path csv = rows();
    List<TrainingPlan> plans = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      plans.add(plan("m" + i, i < 4 ? ScaleMethod.STANDARD : ScaleMethod.MINMAX));
    }

    Set<String> many = sent(PlanTraining.of(plans), csv);

    assertEquals(6, LEARNED.size());
    assertEquals(2, LEARNED.stream().distinct().count());
    assertEquals(many, sent(PlanTraining.of(plans).learningOnTheSpot(), csv));
  }

  @Test
  void ofModelsByKeyThePooledOneHasASampleOfTheRowsAndLearnsOfItAlone() throws IOException {
    Path csv = rows();
    TrainingPlan all = plan("a", ScaleMethod.STANDARD);
    TrainingPlan pooled =
        TrainingPlan.newBuilder(plan("b", ScaleMethod.STANDARD))
            .setEach(new EachKey("city", 20L, 0.1, 36L))
            .build();
    List<TrainingPlan> plans = List.of(all, pooled);

    Set<String> many = sent(PlanTraining.of(plans), csv);
    assertEquals(2, LEARNED.stream().map(ref -> ref.getPath()).distinct().count());
    assertEquals(many, sent(PlanTraining.of(plans).learningOnTheSpot(), csv));
    assertEquals(Map.of(Split.TRAIN, 144L, Split.VALIDATION, 16L), rows("a"));
    assertEquals(Map.of(Split.TRAIN, 36L, Split.VALIDATION, 4L), rows("b"));
    for (KV<String, TrainingInput> input : INPUTS) {
      if (input.getValue().getContent() instanceof LearnedColumns learned) {
        boolean isPooled = input.getKey().equals("b");
        assertEquals(isPooled ? 36 : 144, learned.getTrainRows());
        assertEquals(isPooled ? 4 : 16, learned.getValidationRows());
        assertEquals(isPooled ? 120 : 0, learned.getHeldOutRecords());
      }
    }

    TrainingPlan enough =
        TrainingPlan.newBuilder(pooled).setEach(new EachKey("city", 20L, 0.1, 144L)).build();
    sent(PlanTraining.of(List.of(all, enough)), csv);
    assertEquals(1, LEARNED.stream().map(ref -> ref.getPath()).distinct().count());
    assertEquals(rows("a"), rows("b"));
  }

  /** How many rows of each split were sent to a model. */
  private static Map<Split, Long> rows(String model) {
    Map<Split, Long> rows = new EnumMap<>(Split.class);
    for (KV<String, TrainingInput> input : INPUTS) {
      if (input.getKey().equals(model) && input.getValue().getContent() instanceof BlockRef ref) {
        rows.merge(ref.getSplit(), (long) ref.getRows(), Long::sum);
      }
    }
    return rows;
  }

  @Test
  void aWorkFolderHasAFileOfItsOwn() throws IOException {
    TrainingPlan other =
        TrainingPlan.newBuilder(plan("b", ScaleMethod.STANDARD))
            .setWorkFolder(folder.resolve("other").toString())
            .build();

    sent(PlanTraining.of(List.of(plan("a", ScaleMethod.STANDARD), other)), rows());

    for (EncodingsRef ref : LEARNED) {
      assertTrue(Files.exists(Path.of(ref.getPath())), ref.getPath());
    }
    assertEquals(2, LEARNED.stream().distinct().count());
  }

  @Test
  void theGraphOfAThousandPlansIsThatOfOne() {
    List<TrainingPlan> plans = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      plans.add(
          plan(
              "m" + i,
              List.of(ScaleMethod.STANDARD, ScaleMethod.MINMAX, ScaleMethod.ROBUST).get(i % 3)));
    }

    assertEquals(transforms(plans.subList(0, 1)), transforms(plans));
  }

  /** The names of all transforms of planning and training. */
  private static List<String> transforms(List<TrainingPlan> plans) {
    Pipeline pipeline = Pipeline.create();
    pipeline
        .apply(Create.empty(AvroCoder.specific(Manifest.class)))
        .apply("Plan", PlanTraining.of(plans))
        .apply("Train", TrainModel.create());
    List<String> names = new ArrayList<>();
    pipeline.traverseTopologically(
        new Pipeline.PipelineVisitor.Defaults() {
          @Override
          public void visitPrimitiveTransform(TransformHierarchy.Node node) {
            names.add(node.getFullName());
          }
        });
    return names;
  }
}
