package io.beamgrad.model;

import io.beamgrad.data.encoding.KeyHashes;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.KeyEncoding;
import io.beamgrad.schema.KeyWeights;
import io.beamgrad.schema.ModelRecord;
import java.util.List;
import java.util.Optional;
import org.checkerframework.checker.nullness.qual.Nullable;

/** The check that the models of keys fit the keys and the pooled model. */
final class KeyCheck {
  /** A place is a number of a row's input, which a float32 holds exactly up to here. */
  static final int MOST_PLACES = 1 << 24;

  private KeyCheck() {}

  /** What does not fit in the encoding of a key; null where all does. */
  static @Nullable String fault(Column column, KeyEncoding encoding) {
    int bytes = encoding.getHashes().remaining();
    int keys = bytes / Long.BYTES;
    int bits = encoding.getOwn().remaining();
    if (!KeyHashes.hasBits(encoding)) {
      return "has %s bytes of hashes and %s of bits".formatted(bytes, bits);
    }
    if (column.getNullable()) {
      return "has nothing for a missing value";
    }
    int last = keys % Byte.SIZE;
    int lastByte = last == 0 ? 0 : encoding.getOwn().get(encoding.getOwn().limit() - 1) & 0xFF;
    if (lastByte >> last != 0) {
      return "has bits behind its last key";
    }
    KeyHashes hashes = new KeyHashes(encoding);
    for (int i = 1; i < keys; i++) {
      if (Long.compareUnsigned(hashes.hash(i - 1), hashes.hash(i)) >= 0) {
        return "has hashes that do not ascend";
      }
    }
    return hashes.ownKeys() > MOST_PLACES
        ? "has %s models, expected at most %s".formatted(hashes.ownKeys(), MOST_PLACES)
        : null;
  }

  /**
   * What does not fit in the models of keys of a model whose encodings fit; null where all does.
   */
  static @Nullable String fault(ModelRecord model) {
    Optional<KeyEncoding> encoding = KeyedModels.encoding(model);
    List<KeyWeights> weights = model.getKeyWeights();
    if (encoding.isEmpty()) {
      return weights.isEmpty() ? null : "models of keys without a column of keys";
    }
    String column = encoding.get().getColumn();
    List<Object> encodings = model.getEncodings();
    long columns = encodings.stream().filter(KeyEncoding.class::isInstance).count();
    if (columns > 1 || !(encodings.get(encodings.size() - 1) instanceof KeyEncoding)) {
      return "column %s: the column of keys must be one alone, the last feature".formatted(column);
    }
    if (encodings.size() == 1) {
      return "column %s: expected features beside the column of keys".formatted(column);
    }
    if (!model.getMembers().isEmpty()) {
      return "models of keys in an ensemble";
    }
    int own = new KeyHashes(encoding.get()).ownKeys();
    long found = weights.stream().mapToLong(KeyWeights::getKeys).sum();
    if (found != own) {
      return "expected the weights of %s keys, found those of %s".formatted(own, found);
    }
    long bytes = model.getParameters().stream().mapToLong(p -> p.getValues().remaining()).sum();
    for (KeyWeights part : weights) {
      int size = part.getValues().remaining();
      if (part.getKeys() < 1 || size != part.getKeys() * bytes) {
        return "expected weights of %s keys with %s bytes each, found %s bytes"
            .formatted(part.getKeys(), bytes, size);
      }
    }
    return null;
  }
}
