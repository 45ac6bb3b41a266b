package io.beamgrad.model;

import io.beamgrad.data.encoding.KeyHashes;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.failure.UnusableDataException;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.KeyEnd;
import io.beamgrad.schema.KeyModel;
import io.beamgrad.schema.KeyResult;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.schema.Parameter;
import io.beamgrad.tensor.Generator;
import io.beamgrad.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Models by key, whose keys are c0, c1, ...; every third one takes the pooled model. */
public final class KeyedExamples {
  public static final String COLUMN = "customer";

  private KeyedExamples() {}

  public static String key(int number) {
    return "c" + number;
  }

  public static boolean isOwn(int number) {
    return number % 3 != 0;
  }

  /** The model of a key as one without keys. */
  public static ModelRecord plain(ModelRecord pooled, int number) {
    if (!isOwn(number)) {
      return pooled;
    }
    Generator generator = new Generator(number);
    Map<String, Tensor> weights = new LinkedHashMap<>();
    ModelFile.parameters(pooled)
        .forEach(
            (name, old) -> {
              float[] values = old.toArray();
              for (int i = 0; i < values.length; i++) {
                values[i] += 0.5f * generator.nextFloat();
              }
              weights.put(name, Tensor.wrap(values, old.shape()));
            });
    List<Parameter> parameters = Networks.toRecords(weights);
    return ModelFile.versioned(
        ModelRecord.newBuilder(pooled)
            .setParameters(parameters)
            .setWeightsSha256(WeightsHash.of(parameters, null, List.of())));
  }

  /** What a bucket says of a key. */
  public static KeyModel trained(ModelRecord pooled, int number) {
    ByteBuffer weights = null;
    if (isOwn(number)) {
      List<Parameter> parameters = plain(pooled, number).getParameters();
      weights =
          ByteBuffer.allocate(parameters.stream().mapToInt(p -> p.getValues().remaining()).sum());
      for (Parameter parameter : parameters) {
        weights.put(parameter.getValues().duplicate());
      }
      weights.flip();
    }
    KeyEnd end = isOwn(number) ? KeyEnd.OWN : KeyEnd.FEW_ROWS;
    KeyResult result = new KeyResult(key(number), 10L, 2L, 0L, end, 3, 3, null, null);
    return new KeyModel(KeyHashes.hash(key(number)), result, weights);
  }

  /** A model with a column of keys of which none is known. */
  public static ModelRecord pooled(ModelRecord plain) {
    List<Column> columns = new ArrayList<>(plain.getColumns());
    List<Object> encodings = new ArrayList<>(plain.getEncodings());
    columns.add(encodings.size(), Columns.feature(COLUMN, ColumnType.STRINGS, List.of()));
    encodings.add(KeyedModels.withoutKeys(COLUMN));
    return ModelFile.versioned(
        ModelRecord.newBuilder(plain).setColumns(columns).setEncodings(encodings));
  }

  /** A model with the models of so many keys. */
  public static ModelRecord of(ModelRecord plain, int keys) {
    try {
      return KeyedModels.withKeys(
          pooled(plain),
          inOrder(IntStream.range(0, keys).mapToObj(n -> trained(plain, n)).toList()));
    } catch (UnusableDataException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Keys in the order of their hashes. */
  static List<KeyModel> inOrder(List<KeyModel> keys) {
    return keys.stream()
        .sorted(Comparator.comparing(KeyModel::getHash, Long::compareUnsigned))
        .toList();
  }
}
