package io.beamgrad.model;

import io.beamgrad.data.encoding.KeyHashes;
import io.beamgrad.failure.UnusableDataException;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.InputCoverage;
import io.beamgrad.schema.KeyEncoding;
import io.beamgrad.schema.KeyModel;
import io.beamgrad.schema.KeyWeights;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.schema.OutcomeStatus;
import io.beamgrad.schema.Parameter;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.avro.Schema;

/** Puts the models of keys into one with the pooled model, and takes the model of one key out. */
public final class KeyedModels {
  private static final int PART_BYTES = 4 << 20;

  /** What a file holds in its one record, with room for all that is not weights. */
  private static final long MOST_BYTES = Integer.MAX_VALUE - (64L << 20);

  private KeyedModels() {}

  /** How the column of keys becomes input; empty of a model without one. */
  public static Optional<KeyEncoding> encoding(ModelRecord model) {
    return model.getEncodings().stream()
        .filter(KeyEncoding.class::isInstance)
        .map(KeyEncoding.class::cast)
        .findFirst();
  }

  private static KeyEncoding required(ModelRecord model) {
    return encoding(model)
        .orElseThrow(
            () -> new IllegalArgumentException(model.getName() + ": has no column of keys"));
  }

  /** An encoding of a column of keys of which none is known. */
  public static KeyEncoding withoutKeys(String column) {
    return new KeyEncoding(column, ByteBuffer.allocate(0), ByteBuffer.allocate(0));
  }

  /** The encodings that a model's pooled weights belong to: those of a model without keys. */
  public static List<Object> pooledEncodings(ModelRecord model) {
    return model.getEncodings().stream()
        .map(e -> e instanceof KeyEncoding key ? withoutKeys(key.getColumn()) : e)
        .toList();
  }

  /** The pooled model alone, as one that takes the column of keys but has no models of them. */
  public static ModelRecord pooled(ModelRecord model) {
    List<Object> encodings = pooledEncodings(model);
    KeyEncoding none = withoutKeys(required(model).getColumn());
    return ModelFile.versioned(
        ModelRecord.newBuilder(withoutWeights(model))
            .setEncodings(encodings)
            .setParameters(model.getParameters())
            .setWeightsSha256(WeightsHash.of(model.getParameters(), none, List.of())));
  }

  /**
   * A pooled model with the models of keys. Keys without a training row are left out: they are new
   * to it. Takes little memory beside what the model takes.
   *
   * @param pooled whose last feature is the column of keys
   * @param keys in the order of their hashes
   * @throws UnusableDataException where two keys have one hash, or there are more models than a
   *     file holds
   */
  public static ModelRecord withKeys(ModelRecord pooled, Iterable<KeyModel> keys)
      throws UnusableDataException {
    Packing packing = new Packing(pooled, required(pooled).getColumn());
    for (KeyModel key : keys) {
      packing.add(key);
    }
    return packing.model();
  }

  /**
   * The model of one key, as one without the column of keys: that of its own, or the pooled one.
   *
   * @throws IllegalArgumentException where the model has no column of keys
   */
  public static ModelRecord ofKey(ModelRecord model, String key) {
    KeyEncoding encoding = required(model);
    KeyHashes hashes = new KeyHashes(encoding);
    int place = hashes.place(hashes.index(KeyHashes.hash(key)));
    List<Parameter> parameters =
        place == KeyHashes.POOLED
            ? model.getParameters()
            : new KeyedWeights(model).parameters(place);
    String column = encoding.getColumn();
    List<Column> columns = new ArrayList<>(model.getColumns());
    columns.remove(model.getEncodings().size() - 1); // the last feature
    return ModelFile.versioned(
        ModelRecord.newBuilder(withoutWeights(model))
            .setColumns(columns)
            .setEncodings(
                model.getEncodings().stream().filter(e -> !(e instanceof KeyEncoding)).toList())
            .setCoverage(
                model.getCoverage().stream()
                    .filter(one -> !one.getColumn().equals(column))
                    .toList())
            .setParameters(parameters)
            .setWeightsSha256(WeightsHash.of(parameters, null, List.of())));
  }

  /**
   * Whether the record of a file has no room for so many keys.
   *
   * @param own how many of them have a model of their own
   * @param bytes of the weights of each model and of the pooled one
   */
  static boolean isTooLarge(long keys, long own, long bytes) {
    long hashesAndBits = keys * Long.BYTES + keys / Byte.SIZE;
    return own > KeyCheck.MOST_PLACES || (own + 1) * bytes + hashesAndBits > MOST_BYTES;
  }

  /** All else of a model: a builder copies what it is made of. */
  private static ModelRecord withoutWeights(ModelRecord model) {
    ModelRecord rest = new ModelRecord();
    for (Schema.Field field : model.getSchema().getFields()) {
      boolean isWeights = field.name().equals("parameters") || field.name().equals("keyWeights");
      rest.put(field.pos(), isWeights ? List.of() : model.get(field.pos()));
    }
    return rest;
  }

  /** Packs the models of keys one after the other. */
  private static final class Packing {
    private final ModelRecord pooled;
    private final String column;
    private final int bytes; // of one model
    private final ByteArrayOutputStream hashes = new ByteArrayOutputStream();
    private final ByteArrayOutputStream bits = new ByteArrayOutputStream();
    private final List<KeyWeights> parts = new ArrayList<>();
    private final ByteArrayOutputStream part = new ByteArrayOutputStream();
    private String lastKey; // null before the first
    private long lastHash;
    private int keys;
    private int bitsOfByte; // of the last, unfinished byte
    private int own;
    private long validated;
    private long validatedNew; // of keys without a training row

    Packing(ModelRecord pooled, String column) {
      this.pooled = pooled;
      this.column = column;
      this.bytes = pooled.getParameters().stream().mapToInt(p -> p.getValues().remaining()).sum();
    }

    void add(KeyModel model) throws UnusableDataException {
      String key = model.getResult().getKey();
      long hash = model.getHash();
      int order = lastKey == null ? 1 : Long.compareUnsigned(hash, lastHash);
      if (order == 0) {
        throw new UnusableDataException(
            OutcomeStatus.BAD_INPUT,
            "column %s: the keys '%s' and '%s' have the same XXH64; rename one of them"
                .formatted(column, lastKey, key));
      }
      if (order < 0) {
        throw new IllegalArgumentException(
            "column %s: key '%s' after '%s', whose hash is larger".formatted(column, key, lastKey));
      }
      lastKey = key;
      lastHash = hash;
      boolean isNew = model.getResult().getTrained() == 0;
      validated += model.getResult().getValidated();
      validatedNew += isNew ? model.getResult().getValidated() : 0;
      if (isNew) {
        return;
      }
      hashes.writeBytes(
          ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(hash).array());
      boolean isOwn = model.getWeights() != null;
      bitsOfByte |= (isOwn ? 1 : 0) << keys % Byte.SIZE;
      keys++;
      if (keys % Byte.SIZE == 0) {
        endByte();
      }
      own += isOwn ? 1 : 0;
      requireRoom();
      if (isOwn) {
        addWeights(key, model.getWeights());
      }
    }

    private void requireRoom() throws UnusableDataException {
      if (isTooLarge(keys, own, bytes)) {
        throw new UnusableDataException(
            OutcomeStatus.BAD_INPUT,
            String.format(
                Locale.ROOT,
                "column %s: %,d of the first %,d keys have models of their own, %,d numbers each:"
                    + " more than a model file holds",
                column,
                own,
                keys,
                bytes / Float.BYTES));
      }
    }

    private void endByte() {
      bits.write(bitsOfByte);
      bitsOfByte = 0;
    }

    private void addWeights(String key, ByteBuffer weights) {
      if (weights.remaining() != bytes) {
        throw new IllegalArgumentException(
            "column %s: key '%s': expected %s bytes of weights, found %s"
                .formatted(column, key, bytes, weights.remaining()));
      }
      if (part.size() > 0 && part.size() + (long) bytes > PART_BYTES) {
        endPart();
      }
      byte[] copy = new byte[bytes];
      weights.duplicate().get(copy);
      part.writeBytes(copy);
    }

    private void endPart() {
      if (part.size() > 0) {
        parts.add(new KeyWeights(part.size() / bytes, ByteBuffer.wrap(part.toByteArray())));
        part.reset();
      }
    }

    ModelRecord model() {
      if (keys % Byte.SIZE != 0) {
        endByte();
      }
      endPart();
      KeyEncoding encoding =
          new KeyEncoding(
              column, ByteBuffer.wrap(hashes.toByteArray()), ByteBuffer.wrap(bits.toByteArray()));
      List<Object> encodings = new ArrayList<>(pooled.getEncodings());
      encodings.set(encodings.size() - 1, encoding);
      List<InputCoverage> coverage = new ArrayList<>(pooled.getCoverage());
      coverage.removeIf(one -> one.getColumn().equals(column));
      coverage.add(new InputCoverage(column, null, null, validated, validatedNew));
      return ModelFile.versioned(
          ModelRecord.newBuilder(pooled)
              .setEncodings(encodings)
              .setCoverage(coverage)
              .setKeyWeights(parts)
              .setWeightsSha256(WeightsHash.of(pooled.getParameters(), encoding, parts)));
    }
  }
}
