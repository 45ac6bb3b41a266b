package io.beamgrad.registry;

import io.beamgrad.failure.BrokenFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * A published version of a model: a folder of files that do not change any more.
 *
 * @param number from 1, never given twice
 */
public record Version(int number, Path folder) {
  public Path model() {
    return folder.resolve("model.avro");
  }

  /** The optimiser's state at the end of training, for a warm start. */
  public Path checkpoint() {
    return folder.resolve("checkpoint.avro");
  }

  /** The profile of the training rows. */
  public Path profile() {
    return folder.resolve("profile.avro");
  }

  public Path metrics() {
    return folder.resolve("metrics.avro");
  }

  public Path report() {
    return folder.resolve("report.html");
  }

  public Path spec() {
    return folder.resolve("job.yaml");
  }

  /** The summary of the run that made it. */
  public Path run() {
    return folder.resolve("run.json");
  }

  /** The decision by which it was published, as in the history. */
  public Decision decision() {
    return CheckedJson.read(folder.resolve(Checksums.DECISION), Decision.class);
  }

  /** A line for each file that is damaged, missing or too many; none where all is as it was. */
  public List<String> faults() {
    return Checksums.faults(folder);
  }

  /**
   * Checks each file by its checksum.
   *
   * @throws BrokenFileException with the first that is not as it was
   */
  public void verify() {
    faults().stream()
        .findFirst()
        .ifPresent(
            fault -> {
              throw new BrokenFileException(fault);
            });
  }
}
