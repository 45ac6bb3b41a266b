package io.beamgrad.spec;

import com.fasterxml.jackson.databind.JsonNode;
import io.beamgrad.model.ClassOutputs;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * The layers and the loss of a plan or a model file in the words of a spec. A record that no spec
 * has is an {@link IllegalStateException}.
 */
public final class NetworkText {
  private static final int MOST_WEIGHTS = 20;

  private NetworkText() {}

  /** The loss as a spec has it. */
  public static JsonNode tree(Object loss) {
    return SpecRecords.tree("loss", loss);
  }

  /**
   * The layers, each a word and the values of its keys; of keys that were added later those off
   * their defaults, with their names, and those that are on by name alone.
   */
  public static List<String> layers(List<Object> layers) {
    return layers.stream().map(NetworkText::layer).toList();
  }

  private static String layer(Object layer) {
    JsonNode tree = SpecRecords.tree("model", layer);
    String word = SpecRecords.word(tree);
    StringBuilder text = new StringBuilder(word);
    boolean isOpen = ClassOutputs.areOpen(List.of(layer));
    for (Map.Entry<String, JsonNode> entry : tree.path(word).properties()) {
      SpecKey key =
          SpecKeys.TABLE.find("model.%s.%s".formatted(word, entry.getKey())).orElseThrow();
      JsonNode value = entry.getValue();
      if (!key.isLater()) {
        text.append(' ').append(isOpen ? AllowedValues.CLASSES : value.asText());
      } else if (!value.equals(key.defaultValue())) {
        text.append(' ').append(entry.getKey());
        text.append(value.isBoolean() ? "" : " " + value.asText());
      }
    }
    return text.toString();
  }

  /** The loss, a word and each of its keys that is there and not 0. */
  public static String loss(Object loss) {
    JsonNode tree = tree(loss);
    StringBuilder text = new StringBuilder(SpecRecords.word(tree));
    for (Map.Entry<String, JsonNode> key : tree.path(text.toString()).properties()) {
      JsonNode value = key.getValue();
      if (!value.isNull() && !(value.isNumber() && value.doubleValue() == 0)) {
        String words = key.getKey().replaceAll("(?=[A-Z])", " ").toLowerCase(Locale.ROOT);
        text.append(", ").append(words).append(' ').append(shown(value));
      }
    }
    return text.toString();
  }

  private static String shown(JsonNode value) {
    if (!value.isArray()) {
      return value.asText();
    }
    String some =
        StreamSupport.stream(value.spliterator(), false)
            .limit(MOST_WEIGHTS)
            .map(JsonNode::asText)
            .collect(Collectors.joining(", "));
    return some
        + (value.size() > MOST_WEIGHTS
            ? String.format(Locale.ROOT, ", ... (%,d)", value.size())
            : "");
  }
}
