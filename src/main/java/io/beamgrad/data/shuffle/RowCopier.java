package io.beamgrad.data.shuffle;

import io.beamgrad.data.files.Xxh64;
import io.beamgrad.data.rows.ColumnLayout;
import io.beamgrad.schema.Chunk;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.ColumnValues;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Gathers rows of several chunks into one, column by column, and hashes what they hold. A text is
 * looked up once for each chunk that has it, however many rows and blocks do. For one thread at a
 * time.
 */
final class RowCopier {
  private final List<DecodedChunk> chunks;
  private final List<Column> columns;
  private final MergedDictionary files;
  private final MergedDictionary[] texts; // by column; null unless STRINGS

  RowCopier(List<DecodedChunk> chunks, List<Column> columns) {
    this.chunks = chunks;
    this.columns = columns;
    this.files = new MergedDictionary(chunks.stream().map(DecodedChunk::files).toList());
    this.texts = new MergedDictionary[columns.size()];
    for (int c = 0; c < texts.length; c++) {
      if (columns.get(c).getType() == ColumnType.STRINGS) {
        int column = c;
        texts[c] =
            new MergedDictionary(
                chunks.stream().map(chunk -> chunk.texts(column).dictionary()).toList());
      }
    }
  }

  /**
   * A copy of some rows, and the sum modulo 2^64 of a hash of each: XXH64 of its file's identity,
   * its record's number and its values, each seeded with the hash of what came before.
   *
   * @param chunkOf {@code (rows)}: for each row the chunk that has it
   * @param rowOf {@code (rows)}: and its place there
   */
  SortedBucket.Block block(int[] chunkOf, int[] rowOf) {
    int rows = rowOf.length;
    long[] hashes = new long[rows];
    int[] indexes = new int[rows];
    ByteBuffer records = buffer(rows, Long.BYTES);
    for (int i = 0; i < rows; i++) {
      DecodedChunk chunk = chunks.get(chunkOf[i]);
      long record = chunk.record(rowOf[i]);
      records.putLong(i * Long.BYTES, record);
      indexes[i] = files.shared(chunkOf[i], chunk.fileIndexes()[rowOf[i]]);
      byte[] name = files.utf8(indexes[i]);
      hashes[i] = Xxh64.hash(name, 0, name.length, record);
    }
    List<String> names = files.narrow(indexes);
    ByteBuffer fileOfRow = buffer(rows, Integer.BYTES);
    fileOfRow.asIntBuffer().put(indexes);
    List<ColumnValues> values = new ArrayList<>();
    for (int c = 0; c < texts.length; c++) {
      byte[] bytes = new byte[Math.multiplyExact(rows, ColumnLayout.bytesPerRow(columns.get(c)))];
      ByteBuffer out = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      List<String> dictionary = List.of();
      if (texts[c] == null) {
        gather(c, chunkOf, rowOf, bytes, out);
        hash(bytes, hashes);
      } else {
        for (int i = 0; i < rows; i++) {
          indexes[i] =
              texts[c].shared(chunkOf[i], chunks.get(chunkOf[i]).texts(c).indexes()[rowOf[i]]);
        }
        hash(texts[c], indexes, hashes);
        dictionary = texts[c].narrow(indexes);
        out.asIntBuffer().put(indexes);
      }
      values.add(new ColumnValues(out, dictionary));
    }
    return new SortedBucket.Block(
        new Chunk(rows, names, fileOfRow, records, values), Arrays.stream(hashes).sum());
  }

  private void gather(int column, int[] chunkOf, int[] rowOf, byte[] bytes, ByteBuffer out) {
    int width = ColumnLayout.valuesPerRow(columns.get(column));
    switch (columns.get(column).getType()) {
      case BYTES -> {
        byte[][] from = chunks.stream().map(chunk -> chunk.bytes(column)).toArray(byte[][]::new);
        for (int i = 0; i < rowOf.length; i++) {
          System.arraycopy(from[chunkOf[i]], rowOf[i] * width, bytes, i * width, width);
        }
      }
      case FLOATS -> {
        float[][] from = chunks.stream().map(chunk -> chunk.floats(column)).toArray(float[][]::new);
        for (int i = 0; i < rowOf.length; i++) {
          float[] floats = from[chunkOf[i]];
          for (int j = 0; j < width; j++) {
            out.putFloat((i * width + j) * Float.BYTES, floats[rowOf[i] * width + j]);
          }
        }
      }
      case LONGS -> {
        long[][] from = chunks.stream().map(chunk -> chunk.longs(column)).toArray(long[][]::new);
        for (int i = 0; i < rowOf.length; i++) {
          out.putLong(i * Long.BYTES, from[chunkOf[i]][rowOf[i]]);
        }
      }
      case STRINGS -> throw new IllegalArgumentException("texts are gathered by their indexes");
    }
  }

  private static void hash(byte[] values, long[] hashes) {
    int width = hashes.length == 0 ? 0 : values.length / hashes.length;
    for (int i = 0; i < hashes.length; i++) {
      hashes[i] = Xxh64.hash(values, i * width, (i + 1) * width, hashes[i]);
    }
  }

  /** A missing text is not an empty one. */
  private static void hash(MergedDictionary texts, int[] indexes, long[] hashes) {
    for (int i = 0; i < hashes.length; i++) {
      if (indexes[i] < 0) {
        hashes[i] = Long.rotateLeft(hashes[i], 1);
      } else {
        byte[] text = texts.utf8(indexes[i]);
        hashes[i] = Xxh64.hash(text, 0, text.length, hashes[i]);
      }
    }
  }

  private static ByteBuffer buffer(int rows, int bytesPerRow) {
    return ByteBuffer.allocate(Math.multiplyExact(rows, bytesPerRow))
        .order(ByteOrder.LITTLE_ENDIAN);
  }
}
