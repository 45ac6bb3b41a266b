package io.beamgrad.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beamgrad.data.files.Sha256;
import io.beamgrad.data.formats.CsvStyle;
import io.beamgrad.data.split.Holdout;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.model.Networks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Hashes a spec. Two specs of one job have fingerprints:
 *
 * <ul>
 *   <li>The spec as given, of which file, {@code --set} and the defaults of keys decide, by {@link
 *       #ofRetrain}: it names the run of a retrain and tells whether there is anything new, also
 *       where data is set aside. Nothing that data decide may be in it.
 *   <li>The spec that is trained, by {@link JobSpec#fingerprint}: of a retrain it has the selected
 *       files, the holdout and the epochs that were chosen. It names checkpoints and blocks, as
 *       these are of no use to another one.
 * </ul>
 *
 * <p>The keys that {@link SpecKeys} marks are hashed as {@code key=value} lines of the spec's tree,
 * defaults and all, and the number of epochs where the schedule depends on it. A key that was added
 * later is in it only where it is not at its default, so that specs of before keep their
 * fingerprints.
 */
public final class SpecFingerprint {
  private final KeyTable table;

  SpecFingerprint(KeyTable table) {
    this.table = table;
  }

  static String of(JobSpec spec) {
    StringBuilder text = new StringBuilder("beamgrad job spec 1\n");
    text.append(new SpecFingerprint(SpecKeys.TABLE).lines(spec.tree().root()));
    if (Networks.needsEpochs(spec.schedule()) || spec.refit()) {
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
   * Hex SHA-256 over all that decides a retrain and its verdict: besides the keys of {@link
   * JobSpec#fingerprint} the number of epochs, and all below {@code retrain} but who is told of it.
   */
  public static String ofRetrain(JobSpec spec) {
    JsonNode retrain = new SpecFingerprint(SpecKeys.TABLE).retrain(spec.tree().root());
    return Sha256.hex(
        "beamgrad retrain spec 1\n%s\nepochs=%s\nmaxRejects=%s\n%s\n"
            .formatted(of(spec), spec.epochs(), spec.data().maxRejects(), retrain));
  }

  /**
   * How rows are split, as text for the fingerprint of their blocks. It never changes for keys of
   * before; one that is added later is in it only off its default.
   */
  public static String splitText(JobSpec spec) {
    JobSpec.SplitSpec split = spec.split();
    Holdout holdout = split.holdout();
    String pattern = PlanFromSpec.timePattern(spec);
    return "SplitSpec[validation=%s, test=%s, by=%s, column=%s, seed=%s, holdout=%s]%s%s%s%s"
        .formatted(
            split.validation(),
            split.test(),
            split.by(),
            split.columns().isEmpty() ? null : String.join(", ", split.columns()),
            split.seed(),
            holdout == null
                ? null
                : "Holdout[salt=%s, share=%s]".formatted(holdout.salt(), holdout.share()),
            pattern == null ? "" : " pattern=" + pattern,
            new SpecFingerprint(SpecKeys.TABLE).later("split", spec.tree().root()),
            spec.folds() == null ? "" : " folds=" + spec.tree().root().get("folds"),
            spec.each() == null ? "" : " each.key=" + spec.tree().root().at("/each/key"));
  }

  /** How the files of the rows are written, as {@link #splitText} has it. */
  public static String formatText(JobSpec spec) {
    CsvStyle csv = spec.data().csv();
    return "%s CsvStyle[delimiter=%s, quote=%s, header=%s, encoding=%s, comment=%s]%s"
        .formatted(
            spec.data().format(),
            csv.delimiter(),
            csv.quote(),
            csv.header(),
            csv.encoding(),
            csv.comment(),
            new SpecFingerprint(SpecKeys.TABLE).later("data.csv", spec.tree().root()));
  }

  /** The keys below a section that were added later and are not at their defaults. */
  String later(String section, ObjectNode tree) {
    JsonNode below = tree.at("/" + section.replace('.', '/'));
    StringBuilder text = new StringBuilder();
    if (below instanceof ObjectNode keys) {
      appendLater(text, section, hashed(section, keys));
    }
    return text.toString();
  }

  private void appendLater(StringBuilder text, String prefix, ObjectNode tree) {
    for (Map.Entry<String, JsonNode> entry : tree.properties()) {
      String key = KeyTable.join(prefix, entry.getKey());
      Optional<SpecKey> found = table.find(key).filter(one -> !one.isSection());
      if (found.isEmpty()) {
        appendLater(text, key, (ObjectNode) entry.getValue());
      } else if (found.get().isLater() && found.get().inFingerprint()) {
        text.append(' ').append(key).append('=').append(entry.getValue());
      }
    }
  }

  /** The keys that decide the weights, a line each. */
  String lines(ObjectNode tree) {
    StringBuilder text = new StringBuilder();
    append(text, "", hashed("", tree));
    return text.toString();
  }

  JsonNode retrain(ObjectNode tree) {
    ObjectNode retrain = hashed("retrain", (ObjectNode) tree.get("retrain"));
    return retrain.without(List.of("notify", "prometheus"));
  }

  private void append(StringBuilder text, String prefix, ObjectNode tree) {
    for (Map.Entry<String, JsonNode> entry : tree.properties()) {
      String key = KeyTable.join(prefix, entry.getKey());
      JsonNode value = entry.getValue();
      boolean isValue = table.find(key).filter(found -> !found.isSection()).isPresent();
      if (value instanceof ObjectNode below && !isValue && !key.equals("data.columns")) {
        append(text, key, below);
      } else if (KeyTable.WITH_KINDS.contains(key) || isInFingerprint(key)) {
        text.append(key).append('=').append(value).append('\n');
      }
    }
  }

  /** The path of {@code init} says nothing; its content does. */
  private boolean isInFingerprint(String key) {
    return !key.equals("init") && table.find(key).orElseThrow().inFingerprint();
  }

  /** The tree without keys that were added later and are at their defaults. */
  private ObjectNode hashed(String prefix, ObjectNode tree) {
    ObjectNode kept = tree.objectNode();
    for (Map.Entry<String, JsonNode> entry : tree.properties()) {
      String key = KeyTable.join(prefix, entry.getKey());
      JsonNode value = entry.getValue();
      Optional<SpecKey> found = table.find(key);
      if (KeyTable.WITH_KINDS.contains(key)) {
        kept.set(entry.getKey(), hashedKinds(key, value));
      } else if (found.isPresent() && !found.get().isSection()) {
        if (!found.get().isLater() || !value.equals(found.get().defaultValue())) {
          kept.set(entry.getKey(), value);
        }
      } else {
        ObjectNode below = hashed(key, (ObjectNode) value);
        if (found.isPresent() || !below.isEmpty()) {
          kept.set(entry.getKey(), below);
        }
      }
    }
    return kept;
  }

  private JsonNode hashedKinds(String key, JsonNode value) {
    if (key.equals("model")) {
      ArrayNode layers = JsonNodeFactory.instance.arrayNode();
      value.forEach(layer -> layers.add(hashedKind(key, layer)));
      return layers;
    }
    if (key.equals("data.columns")) {
      ObjectNode columns = JsonNodeFactory.instance.objectNode();
      value.properties().forEach(one -> columns.set(one.getKey(), hashedKind(key, one.getValue())));
      return columns;
    }
    return hashedKind(key, value);
  }

  /** A kind without keys is its word. */
  private JsonNode hashedKind(String prefix, JsonNode kind) {
    String word = SpecRecords.word(kind);
    if (kind.isTextual()) {
      return kind;
    }
    ObjectNode keys = hashed(prefix + "." + word, (ObjectNode) kind.get(word));
    return keys.isEmpty()
        ? JsonNodeFactory.instance.textNode(word)
        : JsonNodeFactory.instance.objectNode().set(word, keys);
  }

  private static byte[] content(Path init) {
    try {
      return Files.readAllBytes(init);
    } catch (IOException e) {
      throw new WrongInputException(init + ": cannot be read as the init of the job", e);
    }
  }
}
