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
  private final Map<Integer, Version> versions = new HashMap<>();

  Lineage(ModelRegistry registry) {
    this.registry = registry;
    registry.versions().forEach(version -> versions.put(version.number(), version));
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
   * first; what is equal once.
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
          TrainedData.of(
              holdouts.get(i),
              made == null ? Map.of() : contents.getOrDefault(made.number(), Map.of())));
    }
    return all.stream().distinct().toList();
  }

  /**
   * What a version held out by its {@code job.yaml}. Of one that was pruned it is what its
   * descendant holds out, where its decision names rows in the same way; else null.
   */
  private @Nullable Holdout holdout(int version, @Nullable Holdout ofDescendant) {
    Version there = versions.get(version);
    if (there != null && Files.exists(there.spec())) {
      return recorded(there);
    }
    Decision made = published.get(version);
    Decision.Copies copies = made == null ? null : made.copies();
    boolean isNamedAlike =
        ofDescendant != null
            && (copies == null
                ? ofDescendant.by() == Holdout.By.ROWS // of before there was nothing else
                : ofDescendant.by().name().equalsIgnoreCase(copies.heldOutBy())
                    && ofDescendant.columns().equals(copies.columns()));
    return isNamedAlike ? ofDescendant : null;
  }

  /** What the {@code job.yaml} of a version says; null where it cannot be read. */
  static @Nullable Holdout recorded(Version version) {
    try {
      return PlanFromSpec.splitRule(JobSpec.load(version.spec(), List.of())).holdout();
    } catch (BrokenFileException | MissingDataException | WrongInputException e) {
      return null;
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
