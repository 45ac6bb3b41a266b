package io.beamgrad.retrain;

import io.beamgrad.data.split.Holdout;
import io.beamgrad.data.split.TrainedData;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.failure.MissingDataException;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.registry.Decision;
import io.beamgrad.registry.Decision.DataFile;
import io.beamgrad.registry.ModelRegistry;
import io.beamgrad.registry.Version;
import io.beamgrad.spec.JobSpec;
import io.beamgrad.spec.PlanFromSpec;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.checkerframework.checker.nullness.qual.Nullable;

/** What the versions of a registry come from. */
final class Lineage {
  private final ModelRegistry registry;
  private final Map<Integer, Decision> published = new HashMap<>();

  Lineage(ModelRegistry registry) {
    this.registry = registry;
    for (Decision decision : registry.history()) {
      if (decision.kind().isPublish()) {
        published.put(decision.version(), decision);
      }
    }
  }

  /** The decision that brought a version; empty where it is not in the history. */
  Optional<Decision> publication(int version) {
    return Optional.ofNullable(published.get(version));
  }

  /**
   * What a version and those that it descends from by warm starts were trained on, the version
   * first. One that was pruned counts as held out by the rule of its descendant.
   */
  List<TrainedData> trainedData(int version) {
    List<Decision> line = new ArrayList<>();
    List<Holdout> holdouts = new ArrayList<>();
    Optional<Integer> next = Optional.of(version);
    Holdout holdout = null;
    while (next.isPresent() && line.size() < published.size() + 1) {
      Decision made = published.get(next.get());
      holdout = holdout(next.get(), holdout);
      line.add(made);
      holdouts.add(holdout);
      next = made == null ? Optional.empty() : made.startedFrom();
    }
    Map<Integer, Map<String, String>> contents = contents(line);
    List<TrainedData> all = new ArrayList<>();
    for (int i = 0; i < line.size(); i++) {
      Decision made = line.get(i);
      all.add(
          new TrainedData(
              holdouts.get(i),
              made == null ? Map.of() : contents.getOrDefault(made.number(), Map.of())));
    }
    return all;
  }

  private @Nullable Holdout holdout(int version, @Nullable Holdout ofDescendant) {
    return registry.versions().stream()
        .filter(there -> there.number() == version && Files.exists(there.spec()))
        .findFirst()
        .map(Lineage::recorded)
        .orElse(ofDescendant);
  }

  private static @Nullable Holdout recorded(Version version) {
    try {
      return PlanFromSpec.splitRule(JobSpec.load(version.spec(), List.of())).holdout();
    } catch (BrokenFileException | MissingDataException | WrongInputException e) {
      return null; // a spec that cannot be read says nothing
    }
  }

  /** What the files of each of some decisions were, in one pass. */
  private Map<Integer, Map<String, String>> contents(List<Decision> line) {
    Set<Integer> numbers =
        line.stream().filter(Objects::nonNull).map(Decision::number).collect(Collectors.toSet());
    Map<Integer, Map<String, String>> contents = new HashMap<>();
    registry
        .files()
        .visit(
            made -> numbers.contains(made.number()),
            (made, files) -> contents.put(made.number(), contents(files.values())));
    return contents;
  }

  static Map<String, String> contents(Collection<DataFile> files) {
    return files.stream()
        .collect(Collectors.toMap(DataFile::identity, DataFile::sha256, (a, b) -> b));
  }
}
