package io.beamgrad.runner;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.beamgrad.data.files.Storage;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.failure.WrongInputException;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;

/**
 * The job of a cluster that works in a run's folder. The launcher notes it there, by a unique name,
 * before it submits the job, so that the job is found after the launcher was killed.
 *
 * @param address {@code HOST:PORT} of the cluster's REST interface
 * @param name the name of the job on the cluster
 */
public record ClusterJob(String address, String name) {
  private static final ObjectMapper JSON = new ObjectMapper();

  public static ClusterJob of(String address, String model) {
    String unique = UUID.randomUUID().toString().substring(0, 8);
    return new ClusterJob(address, "beamgrad-%s-%s".formatted(model, unique));
  }

  public void write(String file) {
    Storage.write(
        file,
        out ->
            out.write(
                JSON.writeValueAsBytes(
                    JSON.createObjectNode().put("flinkMaster", address).put("jobName", name))));
  }

  /**
   * Reads the note of a run; empty where the run was on no cluster.
   *
   * @throws BrokenFileException where the file names no job
   */
  public static Optional<ClusterJob> read(String file) {
    Optional<byte[]> content = Storage.readIfThere(file);
    if (content.isEmpty()) {
      return Optional.empty();
    }
    try {
      JsonNode found = JSON.readTree(content.get());
      if (!found.path("flinkMaster").isTextual() || !found.path("jobName").isTextual()) {
        throw new BrokenFileException(
            file + ": expected flinkMaster and jobName, found not both of them");
      }
      return Optional.of(
          new ClusterJob(found.path("flinkMaster").asText(), found.path("jobName").asText()));
    } catch (IOException e) {
      throw new BrokenFileException(file + ": expected JSON, found something else", e);
    }
  }

  /** The id of the job where it still works; a cluster that does not answer has no such job. */
  public Optional<String> idAtWork() throws InterruptedException {
    try {
      FlinkRest rest = FlinkRest.at(address);
      Optional<String> id = rest.find(name);
      return id.isPresent() && rest.job(id.get()).filter(job -> !job.hasEnded()).isPresent()
          ? id
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty(); // no job runs where no cluster answers
    }
  }

  /**
   * Refuses a folder in which a job of another cluster still works.
   *
   * @throws WrongInputException where the job has not ended
   */
  public void requireEnded(String folder) throws InterruptedException {
    Optional<String> id = idAtWork();
    if (id.isPresent()) {
      throw new WrongInputException(
          ("%s: job %s of the Flink cluster at %s still works on this run; follow it with"
                  + " --runner flink --flink-master %s, or cancel it there")
              .formatted(folder, id.get(), address, address));
    }
  }
}
