package io.beamgrad.job;

import io.beamgrad.data.sources.SourceFiles;
import io.beamgrad.evaluation.SplitTensors;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.model.ModelFile;
import io.beamgrad.nn.Module;
import io.beamgrad.runner.RemoteAccess;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.schema.Split;
import io.beamgrad.spec.JobSpec;
import io.beamgrad.spec.PlanFromSpec;
import io.beamgrad.train.TensorDataset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** What a finished run has left, for {@code beamgrad shell} and for programs. */
public final class Runs {
  private Runs() {}

  /**
   * The model of a run with its weights, ready to predict. It takes rows as {@link #data} gives
   * them, and gives logits for classes.
   *
   * @param run the run's folder
   */
  public static Module model(String run) {
    String path = modelFile(run);
    return ModelFile.network(path, ModelFile.read(path));
  }

  /** The labels of the classes that a run's model tells apart, by index; empty for numbers. */
  public static List<String> labels(String run) {
    return List.copyOf(ModelFile.read(modelFile(run)).getLabels());
  }

  /** The test rows of a run as its model takes them; see {@link #data(String, String)}. */
  public static TensorDataset data(String run) throws InterruptedException {
    return data(run, "test");
  }

  /**
   * The rows of one split of a run's data, in the shuffle's order, as tensors: inputs as the run's
   * model takes them, {@code [rows, ...]}, and targets, {@code [rows]} for classes and {@code
   * [rows, targets]} for numbers. All of them are in memory. Files are read again, where {@code
   * job.yaml} says that they are.
   *
   * @param run the run's folder
   * @param split train, validation or test
   */
  public static TensorDataset data(String run, String split) throws InterruptedException {
    String path = modelFile(run);
    ModelRecord model = ModelFile.read(path);
    JobSpec spec = JobSpec.load(Path.of(run, "job.yaml"), List.of());
    RemoteAccess.open(List.of(spec.data().dir()), List.of());
    SourceFiles files = JobFiles.findFor(model, spec);
    return SplitTensors.of(
        path, model, files, split(split), PlanFromSpec.splitRule(spec), spec.split().seed());
  }

  private static Split split(String name) {
    try {
      return Split.valueOf(name.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new WrongInputException("split must be train, validation or test, was " + name, e);
    }
  }

  private static String modelFile(String run) {
    Path folder = Path.of(run);
    if (!Files.isDirectory(folder)) {
      throw new WrongInputException(run + ": expected the folder of a run, found none");
    }
    return folder.resolve("model.avro").toString();
  }
}
