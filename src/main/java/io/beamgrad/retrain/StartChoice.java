package io.beamgrad.retrain;

import io.beamgrad.data.files.Sha256;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.failure.MissingDataException;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.job.Challenger;
import io.beamgrad.learner.WarmStartCheckpoint;
import io.beamgrad.model.ClassOutputs;
import io.beamgrad.model.MemberParameters;
import io.beamgrad.model.ModelFile;
import io.beamgrad.model.Networks;
import io.beamgrad.nn.Module;
import io.beamgrad.registry.Version;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.spec.JobSpec;
import io.beamgrad.spec.Preparations;
import io.beamgrad.spec.RetrainSpec;
import io.beamgrad.terminal.Terminal;
import io.beamgrad.train.Weights;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Whether a training starts from the version in service. The version's weights depend on its
 * columns, their encodings and its labels, so the job and its data must still have the same.
 *
 * @param from the weights to start from; empty to start anew
 * @param why the reason, such as {@code warm from version 3} or {@code cold: the model's layers
 *     changed}
 */
record StartChoice(Optional<Challenger.Start> from, String why) {

  /**
   * Chooses the start.
   *
   * @param current the version in service; null where there is none
   * @param columns the columns of the selected files
   * @param labels the classes of the selected rows; empty for regression, and for images, whose
   *     labels are numbers
   */
  static StartChoice of(
      JobSpec spec, @Nullable Version current, List<Column> columns, Collection<String> labels) {
    if (spec.retrain().start() == RetrainSpec.Start.COLD) {
      return new StartChoice(Optional.empty(), "cold");
    }
    if (current == null) {
      return cold("there is no version in service yet");
    }
    try {
      ModelRecord model = ModelFile.read(current.model().toString());
      Optional<String> change = change(spec, current, model, columns, labels);
      return change.isPresent() ? cold(change.get()) : warm(spec, current, model);
    } catch (BrokenFileException | MissingDataException | WrongInputException e) {
      return cold(e.getMessage());
    }
  }

  /** The job with the classes of the version that it goes on from; they stay. */
  JobSpec withClasses(JobSpec job) {
    return from.map(start -> job.withClasses(start.labels().size())).orElse(job);
  }

  private static StartChoice cold(String because) {
    return new StartChoice(Optional.empty(), "cold: " + because);
  }

  /** The first difference between job and version, in words; empty where there is none. */
  private static Optional<String> change(
      JobSpec spec,
      Version current,
      ModelRecord model,
      List<Column> columns,
      Collection<String> labels) {
    JobSpec before = JobSpec.load(current.spec(), List.of());
    if (!model.getLayers().equals(ClassOutputs.of(spec.model(), model.getLabels().size()))) {
      return Optional.of("the model's layers changed");
    }
    if (MemberParameters.networks(model) != spec.ensemble().networks()) {
      return Optional.of("the ensemble has another number of members");
    }
    if (spec.isOfClasses() != before.isOfClasses()) {
      return Optional.of("the loss is of another kind");
    }
    if (!model.getColumns().equals(columns)) {
      return Optional.of("the columns changed");
    }
    if (!Preparations.of(spec, columns).equals(Preparations.of(before, columns))
        || !spec.data().crosses().equals(before.data().crosses())) {
      return Optional.of("how columns become input changed");
    }
    if (!spec.data().target().equals(before.data().target())) {
      return Optional.of("how targets are scaled changed");
    }
    Set<String> unknown = new HashSet<>(labels);
    unknown.removeAll(model.getLabels());
    return unknown.stream()
        .sorted()
        .findFirst()
        .map(label -> "class '%s' is new".formatted(Terminal.cut(label)));
  }

  private static StartChoice warm(JobSpec spec, Version current, ModelRecord model) {
    Path checkpoint = current.checkpoint();
    String why = "warm from version " + current.number();
    int arithmetic = model.getProvenance().getArithmetic();
    if (arithmetic != Weights.ARITHMETIC) {
      why += " of arithmetic %s, now %s".formatted(arithmetic, Weights.ARITHMETIC);
    }
    Optional<String> misfit =
        Files.exists(checkpoint)
            ? misfit(spec, current, model, checkpoint)
            : Optional.of("it has none");
    if (misfit.isPresent()) {
      why += ", but its optimiser's state is not taken: " + misfit.get();
    }
    try {
      String fingerprint =
          Sha256.ofFile(current.model())
              + (misfit.isPresent() ? "" : " " + Sha256.ofFile(checkpoint));
      return new StartChoice(
          Optional.of(
              new Challenger.Start(
                  current.model(),
                  misfit.isPresent() ? null : checkpoint,
                  model.getLabels(),
                  Sha256.hex(fingerprint))),
          why);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + current.folder() + ": " + e.getMessage(), e);
    }
  }

  private static Optional<String> misfit(
      JobSpec spec, Version current, ModelRecord model, Path checkpoint) {
    Set<String> found = WarmStartCheckpoint.optimizerNames(checkpoint.toString());
    Module network = ModelFile.pooledNetwork(current.model().toString(), model);
    Set<String> wanted =
        Networks.optimizer(spec.optimizer(), network.namedParameters()).stateDict().keySet();
    return found.equals(wanted) ? Optional.empty() : Optional.of("the optimiser changed");
  }
}
