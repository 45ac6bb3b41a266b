package io.beamgrad.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beamgrad.data.files.Sha256;
import io.beamgrad.failure.WrongInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Hashes the keys of a spec that {@link SpecKeys} marks, as {@code key=value} lines of its tree,
 * and the number of epochs where the schedule depends on it.
 */
public final class SpecFingerprint {
  private SpecFingerprint() {}

  static String of(JobSpec spec) {
    StringBuilder text = new StringBuilder("beamgrad job spec 1\n");
    append(text, "", spec.toTree());
    if (spec.schedule().needsEpochs()) {
      text.append("epochs=").append(spec.epochs()).append('\n');
    }
    if (spec.init() != null) {
      text.append("init content=")
          .append(Sha256.hex(Sha256.digest().digest(content(spec.init()))))
          .append('\n');
    }
    return Sha256.hex(text.toString());
  }

  /**
   * Hex SHA-256 over all that decides a retrain and its verdict: besides the keys of {@link #of}
   * the number of epochs, and all below {@code retrain} but who is told of it.
   */
  public static String ofRetrain(JobSpec spec) {
    ObjectNode retrain = spec.toTree().withObject("/retrain");
    retrain.remove(List.of("notify", "prometheus"));
    return Sha256.hex(
        "beamgrad retrain spec 1\n%s\nepochs=%d\nmaxRejects=%s\n%s\n"
            .formatted(of(spec), spec.epochs(), spec.data().maxRejects(), retrain));
  }

  private static void append(StringBuilder text, String prefix, ObjectNode tree) {
    tree.fields()
        .forEachRemaining(
            entry -> {
              String key = prefix.isEmpty() ? entry.getKey() : prefix + "." + entry.getKey();
              JsonNode value = entry.getValue();
              boolean isLeaf = SpecKeys.find(key).filter(found -> !found.isSection()).isPresent();
              if (value instanceof ObjectNode below && !isLeaf && !key.equals("data.columns")) {
                append(text, key, below);
              } else if (key.equals("model") || key.equals("loss") || isInFingerprint(key)) {
                text.append(key).append('=').append(value).append('\n');
              }
            });
  }

  /** The path of {@code init} says nothing; its content does. */
  private static boolean isInFingerprint(String key) {
    return !key.equals("init") && SpecKeys.find(key).orElseThrow().inFingerprint();
  }

  private static byte[] content(Path init) {
    try {
      return Files.readAllBytes(init);
    } catch (IOException e) {
      throw new WrongInputException(init + ": cannot be read as the init of the job", e);
    }
  }
}
