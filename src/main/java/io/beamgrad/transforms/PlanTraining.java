package io.beamgrad.transforms;

import io.beamgrad.failure.UnusableDataException;
import io.beamgrad.learner.ClassLearner;
import io.beamgrad.learner.ColumnLearner;
import io.beamgrad.model.ClassOutputs;
import io.beamgrad.schema.BlockRef;
import io.beamgrad.schema.LearnedColumns;
import io.beamgrad.schema.Manifest;
import io.beamgrad.schema.TrainingInput;
import io.beamgrad.schema.TrainingPlan;
import java.util.List;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.extensions.avro.coders.AvroCoder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;

/**
 * Sends each plan, with all that it trains on, to its model's key. Where a plan's columns need it,
 * how they become input is learned from the training rows on the way, once for all plans that ask
 * for the same, so that the graph has one size for one plan and for a thousand. Windows are kept;
 * where a plan's work folder has <code>{window}</code> in it, each has a folder of its own.
 */
public final class PlanTraining
    extends PTransform<PCollection<Manifest>, PCollection<KV<String, TrainingInput>>> {
  private static final String FOLD = "/"; // in no model's name

  private final List<TrainingPlan> plans;
  private final boolean learnsOnTheSpot;

  private PlanTraining(List<TrainingPlan> plans, boolean learnsOnTheSpot) {
    this.plans = List.copyOf(plans);
    this.learnsOnTheSpot = learnsOnTheSpot;
  }

  public static PlanTraining of(List<TrainingPlan> plans) {
    return new PlanTraining(plans, false);
  }

  /**
   * The same, but one worker learns from all blocks on the spot: of little data, spreading them
   * would take longer than reading them. What is learned is the same.
   */
  public PlanTraining learningOnTheSpot() {
    return new PlanTraining(plans, true);
  }

  @Override
  public PCollection<KV<String, TrainingInput>> expand(PCollection<Manifest> manifests) {
    PCollection<KV<String, TrainingInput>> inputs =
        manifests
            .apply("SendToModels", ParDo.of(new SendFn(plans, learnsOnTheSpot)))
            .setCoder(KvCoder.of(StringUtf8Coder.of(), AvroCoder.specific(TrainingInput.class)));
    List<SharedEncodings> learned = SharedEncodings.of(plans);
    if (learnsOnTheSpot || learned.isEmpty()) {
      return inputs;
    }
    return PCollectionList.of(inputs)
        .and(manifests.apply("LearnColumns", LearnColumns.of(learned)))
        .apply("WithEncodings", Flatten.pCollections());
  }

  /** The key of a plan: its model's name, and for a fold its number. */
  static String key(TrainingPlan plan) {
    return plan.getFold() == null ? plan.getModel() : key(plan.getModel(), plan.getFold());
  }

  /** That of a fold. */
  static String key(String model, int fold) {
    return model + FOLD + fold;
  }

  /** True where a key is that of a fold. */
  static boolean isOfFold(String key) {
    return key.contains(FOLD);
  }

  /** The plan for one window, whose work may go to a folder of its own. */
  static TrainingPlan in(BoundedWindow window, TrainingPlan plan) {
    String folder = Windows.path(plan.getWorkFolder(), window);
    return folder.equals(plan.getWorkFolder())
        ? plan
        : TrainingPlan.newBuilder(plan).setWorkFolder(folder).build();
  }

  private static final class SendFn extends DoFn<Manifest, KV<String, TrainingInput>> {
    private final List<TrainingPlan> plans;
    private final List<SharedEncodings> learned; // on the spot

    SendFn(List<TrainingPlan> plans, boolean learns) {
      this.plans = plans;
      this.learned = learns ? SharedEncodings.of(plans) : List.of();
    }

    @ProcessElement
    public void process(
        @Element Manifest manifest,
        BoundedWindow window,
        OutputReceiver<KV<String, TrainingInput>> out)
        throws InterruptedException {
      for (TrainingPlan each : plans) {
        TrainingPlan plan = in(window, each);
        String key = key(plan);
        ModelRows rows = ModelRows.of(plan);
        LearnedColumns rowsLearned = rows.learned(manifest);
        if (rows.pooledRows() != null && ClassOutputs.areOpen(plan.getLayers())) {
          try {
            List<BlockRef> all = rows.whole().trainBlocks(manifest);
            ClassLearner.Labelled labelled = ClassLearner.labelled(plan, all, rowsLearned);
            plan = labelled.plan();
            rowsLearned = labelled.learned();
          } catch (UnusableDataException e) {
            rows = rows.whole(); // the training finds the same, and says it
            rowsLearned = rows.learned(manifest);
          }
        }
        out.output(KV.of(key, new TrainingInput(plan)));
        out.output(KV.of(key, new TrainingInput(rowsLearned)));
        for (BlockRef block : rows.blocks(manifest)) {
          out.output(KV.of(key, new TrainingInput(block)));
        }
      }
      for (SharedEncodings shared : learned) {
        List<BlockRef> blocks = ModelRows.of(shared.plan()).trainBlocks(manifest);
        ColumnLearner learner = new ColumnLearner(shared.plan());
        shared.send(List.copyOf(learner.count(blocks).values()), window, out);
      }
    }
  }
}
