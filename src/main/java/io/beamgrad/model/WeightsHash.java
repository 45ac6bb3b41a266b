package io.beamgrad.model;

import io.beamgrad.data.files.Sha256;
import io.beamgrad.schema.KeyEncoding;
import io.beamgrad.schema.KeyWeights;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.schema.Parameter;
import io.beamgrad.train.Weights;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The SHA-256 of a model's weights. Without keys it is that of {@link Weights}. With keys it is
 * over the same bytes of the pooled parameters, then the number of keys as int64, their hashes, the
 * bits that say which have a model of their own, and the weights of these models; all
 * little-endian, as the file has them.
 */
final class WeightsHash {
  private WeightsHash() {}

  /** The hash of all weights of a model, in lower-case hex. */
  static String of(ModelRecord model) {
    return of(
        model.getParameters(), KeyedModels.encoding(model).orElse(null), model.getKeyWeights());
  }

  /**
   * The hash of weights.
   *
   * @param keys null without
   */
  static String of(List<Parameter> pooled, @Nullable KeyEncoding keys, List<KeyWeights> own) {
    MessageDigest digest = Sha256.digest();
    for (Parameter parameter : pooled) {
      byte[] name = parameter.getName().getBytes(StandardCharsets.UTF_8);
      List<Integer> shape = parameter.getShape();
      ByteBuffer head = little(2 * Integer.BYTES + name.length + Integer.BYTES * shape.size());
      head.putInt(name.length).put(name).putInt(shape.size());
      shape.forEach(head::putInt);
      digest.update(head.flip());
      digest.update(parameter.getValues().duplicate());
    }
    if (keys != null && keys.getHashes().hasRemaining()) {
      long count = keys.getHashes().remaining() / Long.BYTES;
      digest.update(little(Long.BYTES).putLong(count).flip());
      digest.update(keys.getHashes().duplicate());
      digest.update(keys.getOwn().duplicate());
      own.forEach(part -> digest.update(part.getValues().duplicate()));
    }
    return Sha256.hex(digest.digest());
  }

  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
