package io.beamgrad.data.streams;

import io.airlift.compress.MalformedInputException;
import io.airlift.compress.lz4.Lz4Decompressor;
import io.airlift.compress.lz4.Lz4HadoopStreams;
import io.airlift.compress.snappy.SnappyDecompressor;
import io.airlift.compress.zstd.ZstdDecompressor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.compressors.lz4.FramedLZ4CompressorInputStream;
import org.apache.parquet.format.CompressionCodec;
import org.brotli.dec.BrotliInputStream;

/** Unpacks the pages of Parquet files. */
public final class ParquetCodec {
  private static final int LZ4_FRAME_MAGIC_BYTES = 4;

  /** Unpacks a part of an array, and gives how many bytes that were. */
  @FunctionalInterface
  private interface Unpacking {
    int unpack(byte[] packed, int from, int length, byte[] to) throws IOException;
  }

  private static final Map<CompressionCodec, Unpacking> UNPACKING =
      new EnumMap<>(
          Map.of(
              CompressionCodec.SNAPPY,
              (packed, from, length, to) ->
                  new SnappyDecompressor().decompress(packed, from, length, to, 0, to.length),
              CompressionCodec.ZSTD,
              (packed, from, length, to) ->
                  new ZstdDecompressor().decompress(packed, from, length, to, 0, to.length),
              CompressionCodec.LZ4_RAW,
              ParquetCodec::lz4Block,
              CompressionCodec.LZ4,
              ParquetCodec::lz4,
              CompressionCodec.GZIP,
              (packed, from, length, to) ->
                  read(new GZIPInputStream(new ByteArrayInputStream(packed, from, length)), to),
              CompressionCodec.BROTLI,
              (packed, from, length, to) ->
                  read(new BrotliInputStream(new ByteArrayInputStream(packed, from, length)), to)));

  private ParquetCodec() {}

  public static boolean isRead(CompressionCodec codec) {
    return codec == CompressionCodec.UNCOMPRESSED || UNPACKING.containsKey(codec);
  }

  /** The names of the codecs that are read. */
  public static String names() {
    return UNPACKING.keySet().stream().map(Enum::name).sorted().collect(Collectors.joining(", "));
  }

  /**
   * Unpacks a page.
   *
   * @param from where the packed bytes begin
   * @param size how many bytes the page has, unpacked
   * @throws IOException where it has more or fewer
   */
  public static byte[] unpacked(CompressionCodec codec, byte[] packed, int from, int size)
      throws IOException {
    byte[] page = new byte[size];
    int found =
        size == 0 ? 0 : UNPACKING.get(codec).unpack(packed, from, packed.length - from, page);
    if (found != size) {
      throw new IOException("a page of %s bytes, its header says %s".formatted(found, size));
    }
    return page;
  }

  /** Reads all that a stream has, which is too much where it is more than the page; closes it. */
  private static int read(InputStream in, byte[] to) throws IOException {
    try (in) {
      int count = in.readNBytes(to, 0, to.length);
      return count == to.length && in.read() >= 0 ? count + 1 : count;
    }
  }

  private static int lz4Block(byte[] packed, int from, int length, byte[] to) {
    return new Lz4Decompressor().decompress(packed, from, length, to, 0, to.length);
  }

  /**
   * Unpacks what writers meant by LZ4 before LZ4_RAW: blocks with their lengths before them, as
   * Hadoop has it; or frames of LZ4's own, as early parquet-rs; or one block, as early Arrow.
   */
  private static int lz4(byte[] packed, int from, int length, byte[] to) throws IOException {
    byte[] magic = {packed[from], 0, 0, 0};
    int known = Math.min(length, LZ4_FRAME_MAGIC_BYTES);
    System.arraycopy(packed, from, magic, 0, known);
    if (FramedLZ4CompressorInputStream.matches(magic, known)) {
      InputStream in = new ByteArrayInputStream(packed, from, length);
      return read(new FramedLZ4CompressorInputStream(in, true), to);
    }
    try {
      InputStream in = new ByteArrayInputStream(packed, from, length);
      int count = read(new Lz4HadoopStreams().createInputStream(in), to);
      if (count == to.length) {
        return count;
      }
    } catch (IOException | MalformedInputException | IndexOutOfBoundsException e) {
      // It is no sequence of blocks, so it is one block.
    }
    return lz4Block(packed, from, length, to);
  }
}
