package io.beamgrad.data.formats;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.beamgrad.data.rows.FieldNode;
import io.beamgrad.data.rows.FieldParser;
import java.io.IOException;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The tokens that Jackson finds, which takes all JSON and says what is wrong with other records.
 */
final class JacksonTokens implements JsonTokens {
  private final JsonParser json;

  JacksonTokens(JsonParser json) {
    this.json = json;
  }

  @Override
  public @Nullable JsonToken next() throws IOException {
    return json.nextToken();
  }

  @Override
  public JsonToken current() {
    return json.currentToken();
  }

  @Override
  public @Nullable FieldNode key(@Nullable FieldNode object, int number) throws IOException {
    return object == null ? null : object.key(json.currentName());
  }

  @Override
  public void take(FieldParser column) throws IOException {
    switch (json.currentToken()) {
      case VALUE_STRING -> column.takeText(json.getText(), true);
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> {
        byte[] number = json.getText().getBytes(US_ASCII);
        column.takeNumber(number, 0, number.length);
      }
      case VALUE_TRUE, VALUE_FALSE ->
          column.takeBoolean(json.currentToken() == JsonToken.VALUE_TRUE);
      case VALUE_NULL -> column.takeMissing();
      default -> throw new IllegalStateException("no value: " + json.currentToken());
    }
  }
}
