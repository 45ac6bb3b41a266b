package io.beamgrad.data.formats;

import com.fasterxml.jackson.core.JsonToken;
import io.beamgrad.data.rows.FieldNode;
import io.beamgrad.data.rows.FieldParser;
import java.io.IOException;
import org.checkerframework.checker.nullness.qual.Nullable;

/** The tokens of one JSON record, one after the other. */
interface JsonTokens {
  /** Moves to the next token; gives null behind the last. */
  @Nullable JsonToken next() throws IOException;

  /** The token that {@link #next} gave. */
  JsonToken current();

  /**
   * The place that the current token, a key, names in an object.
   *
   * @param object null where no column is named by what lies within
   * @param number how many keys the object has before this one
   */
  @Nullable FieldNode key(@Nullable FieldNode object, int number) throws IOException;

  /** Gives a column the current token, which is a text, a number, true, false or null. */
  void take(FieldParser column) throws IOException;
}
