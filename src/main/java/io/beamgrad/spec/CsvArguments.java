package io.beamgrad.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.beamgrad.data.formats.CsvStyle;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.schema.CsvOptions;
import java.util.ArrayList;
import java.util.List;

/** Lays {@code --csv KEY=VALUE} arguments, of the keys of {@code data.csv}, over a style. */
public final class CsvArguments {
  private static final String SECTION = "data.csv";

  private CsvArguments() {}

  /**
   * The style with the keys that arguments give. A value is text as it is, or in brackets a list.
   *
   * @throws WrongInputException where there is no such key, or it takes no such value
   */
  public static CsvStyle apply(CsvStyle style, List<String> arguments) {
    CsvOptions options = style.kept();
    for (String argument : arguments) {
      int equals = argument.indexOf('=');
      if (equals < 1) {
        throw wrong(argument + " must be KEY=VALUE, such as decimal=,");
      }
      String key = argument.substring(0, equals);
      SpecKey known =
          SpecKeys.TABLE
              .find(SECTION + "." + key)
              .orElseThrow(
                  () ->
                      wrong(
                          key
                              + " is not a key"
                              + Suggestion.of(key, SpecKeys.TABLE.below(SECTION))
                                  .map(near -> "; did you mean " + near + "?")
                                  .orElse("")));
      options.put(key, value(known, key, argument.substring(equals + 1)));
    }
    CsvStyle laid = CsvStyle.of(options);
    laid.clash()
        .ifPresent(
            clash -> {
              throw wrong(clash);
            });
    return laid;
  }

  private static Object value(SpecKey known, String key, String text) {
    boolean isYaml = text.startsWith("[") || List.of("true", "false", "null").contains(text);
    JsonNode value =
        isYaml ? SpecYaml.parse(text, "--csv " + key) : JsonNodeFactory.instance.textNode(text);
    boolean isList = key.equals("missing");
    if (value.isNull() && known.defaultValue().isNull()) {
      return isList ? List.of() : null;
    }
    known
        .allowed()
        .complaint(value)
        .ifPresent(
            complaint -> {
              throw wrong(key + " " + complaint);
            });
    if (isList) {
      List<String> words = new ArrayList<>();
      known.allowed().canonical(value).forEach(word -> words.add(word.asText()));
      return words;
    }
    return value.isBoolean() ? (Object) value.booleanValue() : value.textValue();
  }

  private static WrongInputException wrong(String complaint) {
    return new WrongInputException("--csv " + complaint);
  }
}
