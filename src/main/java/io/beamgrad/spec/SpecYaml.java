package io.beamgrad.spec;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import com.fasterxml.jackson.dataformat.yaml.util.StringQuotingChecker;
import io.beamgrad.failure.WrongInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/** YAML text to a tree and back; what cannot be read ends in one line with the line's number. */
public final class SpecYaml {
  private static final long MAX_BYTES = 1 << 20;

  private static final ObjectMapper MAPPER =
      new ObjectMapper(
          YAMLFactory.builder()
              .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
              .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
              .disable(YAMLGenerator.Feature.SPLIT_LINES)
              .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
              .stringQuotingChecker(new QuoteUnlessPlain())
              .build());

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private SpecYaml() {}

  /**
   * The tree of a file.
   *
   * @param shown the file as the user named it, for messages
   */
  public static JsonNode read(Path file, String shown) {
    if (!Files.exists(file)) {
      throw new WrongInputException(shown + ": no such file");
    }
    if (!Files.isRegularFile(file)) {
      throw new WrongInputException(shown + ": not a file");
    }
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new WrongInputException(
            "%s: too large for a job spec: %s bytes, at most %s are read"
                .formatted(shown, Files.size(file), MAX_BYTES));
      }
      ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
      return parse(StandardCharsets.UTF_8.newDecoder().decode(bytes).toString(), shown);
    } catch (CharacterCodingException e) {
      throw new WrongInputException(shown + ": not UTF-8 text", e);
    } catch (IOException e) {
      throw new WrongInputException(shown + ": cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * The tree of a text.
   *
   * @param source what the text is, for messages
   */
  public static JsonNode parse(String text, String source) {
    try (YAMLParser parser = ((YAMLFactory) MAPPER.getFactory()).createParser(text)) {
      refuseAliases(text, source);
      if (parser.nextToken() == null) {
        throw new WrongInputException(source + ": empty");
      }
      JsonNode tree = tree(parser);
      if (parser.nextToken() != null) {
        throw new WrongInputException(
            "%s: line %s: a second YAML document begins, expected one"
                .formatted(source, parser.currentTokenLocation().getLineNr()));
      }
      return tree;
    } catch (JsonProcessingException e) {
      throw new WrongInputException(source + ": " + problem(e), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The tree that begins at the current token; a scalar that is not text knows how it is written.
   */
  private static JsonNode tree(YAMLParser parser) throws IOException {
    switch (parser.currentToken()) {
      case START_OBJECT -> {
        ObjectNode map = NODES.objectNode();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
          String key = parser.currentName();
          parser.nextToken();
          map.set(key, tree(parser));
        }
        return map;
      }
      case START_ARRAY -> {
        ArrayNode list = NODES.arrayNode();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          list.add(tree(parser));
        }
        return list;
      }
      default -> {
        String written = parser.getText();
        return PlainScalar.of(MAPPER.readTree(parser), written);
      }
    }
  }

  public static String write(JsonNode tree) {
    try {
      return MAPPER.writeValueAsString(tree);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a job spec cannot be written as YAML", e);
    }
  }

  /** An alias would silently become its own name as text. */
  private static void refuseAliases(String text, String source) throws IOException {
    try (YAMLParser parser = ((YAMLFactory) MAPPER.getFactory()).createParser(text)) {
      while (parser.nextToken() != null) {
        if (parser.isCurrentAlias()) {
          throw new WrongInputException(
              "%s: line %s: aliases such as *%s are not supported"
                  .formatted(source, parser.currentTokenLocation().getLineNr(), parser.getText()));
        }
      }
    }
  }

  private static String problem(JsonProcessingException e) {
    if (e.getCause() instanceof MarkedYAMLException marked) {
      int line = marked.getProblemMark() == null ? 0 : marked.getProblemMark().getLine() + 1;
      return "line " + line + ": not YAML: " + oneLine(marked.getProblem());
    }
    int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
    String message = oneLine(e.getOriginalMessage());
    if (message.startsWith("Duplicate field")) {
      return "line " + line + ": the key " + message.substring(16) + " is given twice";
    }
    return "line " + line + ": not YAML: " + message;
  }

  /** Quotes all that any reader of YAML could take for something other than text. */
  private static final class QuoteUnlessPlain extends StringQuotingChecker.Default {
    private static final long serialVersionUID = 1L;

    @Override
    public boolean needToQuoteValue(String value) {
      return !value.matches("[A-Za-z/][A-Za-z0-9_./-]*") || super.needToQuoteValue(value);
    }
  }

  private static String oneLine(String text) {
    return text.strip().replaceAll("\\s+", " ");
  }
}
