package io.beamgrad.data.streams;

import io.airlift.compress.MalformedInputException;
import io.airlift.compress.zstd.ZstdCompressor;
import io.airlift.compress.zstd.ZstdInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.avro.file.Codec;
import org.apache.avro.file.CodecFactory;

/** Avro's codec {@code zstandard} without the native library that Avro's own needs. */
public final class ZstandardCodec extends Codec {
  private static final String NAME = "zstandard";

  /** Makes Avro use this codec in this JVM. */
  public static void register() {
    CodecFactory.addCodec(
        NAME,
        new CodecFactory() {
          @Override
          protected Codec createInstance() {
            return new ZstandardCodec();
          }
        });
  }

  @Override
  public String getName() {
    return NAME;
  }

  @Override
  public ByteBuffer compress(ByteBuffer data) {
    ZstdCompressor compressor = new ZstdCompressor();
    ByteBuffer packed = ByteBuffer.allocate(compressor.maxCompressedLength(data.remaining()));
    compressor.compress(data, packed);
    return packed.flip();
  }

  @Override
  public ByteBuffer decompress(ByteBuffer packed) throws IOException {
    byte[] bytes = new byte[packed.remaining()];
    packed.duplicate().get(bytes);
    try (ZstdInputStream in =
        new ZstdInputStream(new ZstdFrames(new ByteArrayInputStream(bytes)))) {
      return ByteBuffer.wrap(in.readAllBytes());
    } catch (MalformedInputException e) {
      throw new IOException("not Zstandard: " + e.getMessage(), e);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ZstandardCodec;
  }

  @Override
  public int hashCode() {
    return NAME.hashCode();
  }
}
