package io.beamgrad.retrain;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A run that has failed, for those who are told.
 *
 * @param model the job's name
 * @param exitCode of the run; null where the schedule ended it, or it did not start
 * @param message what the terminal says, one line
 * @param time when it failed
 * @param seconds from its start until then
 */
public record RunFailure(
    String model,
    RetrainOutcome end,
    @Nullable Integer exitCode,
    String message,
    Instant time,
    double seconds) {

  /** The failure as JSON: {@code event} is {@code failure}, all else by its name here. */
  ObjectNode toTree() {
    ObjectNode tree = JsonNodeFactory.instance.objectNode();
    tree.put("event", "failure");
    tree.put("model", model);
    tree.put("end", end.label());
    tree.put("exitCode", exitCode);
    tree.put("message", message);
    tree.put("time", time.toString());
    tree.put("seconds", seconds);
    return tree;
  }
}
