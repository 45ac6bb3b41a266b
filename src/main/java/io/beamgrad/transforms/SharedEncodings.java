package io.beamgrad.transforms;

import io.beamgrad.learner.ColumnStatistics;
import io.beamgrad.learner.EncodingPlan;
import io.beamgrad.learner.LearnedEncodingsFile;
import io.beamgrad.learner.TrainingInputs;
import io.beamgrad.schema.TrainingInput;
import io.beamgrad.schema.TrainingPlan;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.transforms.DoFn.OutputReceiver;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.KV;

/**
 * Models whose columns become input in the same way, which is learned once for all of them.
 *
 * @param plan what decides it
 * @param models those that are trained by it
 */
record SharedEncodings(EncodingPlan plan, List<Model> models) implements Serializable {

  /**
   * A model that waits for its encodings.
   *
   * @param workFolder in which <code>{window}</code> stands for the window
   */
  record Model(String key, String workFolder) implements Serializable {}

  SharedEncodings {
    models = List.copyOf(models);
  }

  /** The distinct ones of plans, of those that learn any, in the order of the plans. */
  static List<SharedEncodings> of(List<TrainingPlan> plans) {
    Map<EncodingPlan, List<Model>> models = new LinkedHashMap<>();
    for (TrainingPlan plan : plans) {
      if (TrainingInputs.learnsEncodings(plan)) {
        models
            .computeIfAbsent(EncodingPlan.of(plan), distinct -> new ArrayList<>())
            .add(new Model(PlanTraining.key(plan), plan.getWorkFolder()));
      }
    }
    return models.entrySet().stream()
        .map(entry -> new SharedEncodings(entry.getKey(), entry.getValue()))
        .toList();
  }

  /**
   * Learns them, and sends each model where they lie.
   *
   * @param shards all that was counted of the training rows of a window, each shard merged
   */
  void send(
      List<ColumnStatistics> shards,
      BoundedWindow window,
      OutputReceiver<KV<String, TrainingInput>> out) {
    LearnedEncodingsFile file = LearnedEncodingsFile.of(plan, shards);
    for (Model model : models) {
      String folder = Windows.path(model.workFolder(), window);
      out.output(KV.of(model.key(), new TrainingInput(file.in(folder))));
    }
  }
}
