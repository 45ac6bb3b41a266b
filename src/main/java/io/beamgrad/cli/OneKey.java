package io.beamgrad.cli;

import io.beamgrad.data.encoding.KeyHashes;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.model.KeyedModels;
import io.beamgrad.schema.KeyEncoding;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.terminal.Terminal;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The model of one key that a command is asked for.
 *
 * @param column of the keys
 * @param model as a model without keys
 * @param fit which model it is
 */
record OneKey(String column, String key, ModelRecord model, Fit fit) {

  enum Fit {
    OWN("its own model"),
    POOLED("has none of its own: the pooled model"),
    NEW("the training did not have it: the pooled model");

    private final String words;

    Fit(String words) {
      this.words = words;
    }
  }

  /**
   * That of models by key.
   *
   * @param key null where all of the model is asked for
   * @return null without a key
   * @throws WrongInputException where the model has no keys
   */
  static @Nullable OneKey of(ModelRecord model, @Nullable String key) {
    if (key == null) {
      return null;
    }
    KeyEncoding encoding =
        KeyedModels.encoding(model)
            .orElseThrow(
                () ->
                    new WrongInputException(
                        "--key: %s is one model, not one for each key"
                            .formatted(Terminal.cut(model.getName()))));
    KeyHashes hashes = new KeyHashes(encoding);
    int index = hashes.index(KeyHashes.hash(key));
    Fit known = hashes.place(index) == KeyHashes.POOLED ? Fit.POOLED : Fit.OWN;
    return new OneKey(
        encoding.getColumn(),
        key,
        KeyedModels.ofKey(model, key),
        index == KeyHashes.UNKNOWN ? Fit.NEW : known);
  }

  /** The key and which model it has, in words. */
  String line() {
    return "%s '%s': %s".formatted(Terminal.cut(column), Terminal.cut(key), fit.words);
  }
}
