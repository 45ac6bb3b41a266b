package io.beamgrad.data.formats;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.beamgrad.data.rows.CollectedRows;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.streams.ParquetCodec;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.FileFormat;
import io.beamgrad.schema.FileRange;
import io.beamgrad.schema.Split;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import net.jpountz.lz4.LZ4Factory;
import org.apache.commons.compress.compressors.lz4.FramedLZ4CompressorOutputStream;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.Util;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParquetCodecTest {
  private static final byte[] PAGE = "beamgrad ".repeat(100).getBytes(UTF_8);

  @TempDir Path folder;

  private static CollectedRows rows(Path file) {
    CollectedRows rows = new CollectedRows();
    new ParquetReader()
        .read(
            FileRange.newBuilder()
                .setSplit(Split.TRAIN)
                .setFormat(FileFormat.PARQUET)
                .setPath(file.toString())
                .setLabelsPath(null)
                .setIdentity("t")
                .setFirstRecord(0)
                .setRecords(-1)
                .setColumns(
                    List.of(
                        Columns.feature("x", ColumnType.FLOATS, List.of()),
                        Columns.feature("city", ColumnType.STRINGS, List.of())))
                .build(),
            rows);
    return rows;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "uncompressed-duckdb",
        "snappy-duckdb",
        "gzip-duckdb",
        "zstd-duckdb",
        "brotli-duckdb",
        "lz4_raw-duckdb",
        "snappy-parquet-rs",
        "gzip-parquet-rs",
        "zstd-parquet-rs",
        "brotli-parquet-rs",
        "lz4-parquet-rs",
        "lz4_raw-parquet-rs"
      })
  void aTableIsTheSameInEachCodecOfEachWriter(String name) {
    List<String> expected =
        IntStream.range(0, 200)
            .mapToObj(i -> "%s: [%s], city %s".formatted(i, 0.25f * i, i % 3))
            .toList();
    CollectedRows rows = rows(Path.of("src/test/resources/foreign/codec-" + name + ".parquet"));
    assertEquals(expected, rows.rows);
    assertEquals(List.of(), rows.rejects);
  }

  /** Copies a file whose footer then calls its codec otherwise. */
  private Path renamed(String name, CompressionCodec codec) throws IOException {
    byte[] file = Files.readAllBytes(Path.of("src/test/resources/foreign/" + name));
    int end = file.length - 8;
    int footer = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt(end);
    FileMetaData metadata =
        Util.readFileMetaData(new ByteArrayInputStream(file, end - footer, footer));
    metadata
        .getRow_groups()
        .forEach(group -> group.getColumns().forEach(c -> c.getMeta_data().setCodec(codec)));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(file, 0, end - footer);
    Util.writeFileMetaData(metadata, out);
    int length = out.size() - (end - footer);
    out.write(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(length).array());
    out.writeBytes("PAR1".getBytes(UTF_8));
    return Files.write(folder.resolve("t.parquet"), out.toByteArray());
  }

  /** So Arrow wrote it in C++ up to version 0.16. */
  @Test
  void legacyLz4MayBeOneBlock() throws IOException {
    CollectedRows rows = rows(renamed("codec-lz4_raw-duckdb.parquet", CompressionCodec.LZ4));
    assertEquals(200, rows.rows.size());
    assertEquals("199: [49.75], city 1", rows.rows.get(199));
  }

  @Test
  void legacyLz4MayBeAFrame() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (FramedLZ4CompressorOutputStream out = new FramedLZ4CompressorOutputStream(packed)) {
      out.write(PAGE);
    }
    assertArrayEquals(PAGE, unpacked(packed.toByteArray()));
  }

  /** Hadoop cuts a page into blocks, and a block into chunks. */
  @Test
  void legacyLz4MayBeBlocksOfChunksAsHadoopHasIt() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(packed);
    for (int[] chunks : new int[][] {{0, 300, 500}, {500, PAGE.length}}) {
      out.writeInt(chunks[chunks.length - 1] - chunks[0]);
      for (int c = 1; c < chunks.length; c++) {
        byte[] chunk =
            LZ4Factory.safeInstance()
                .fastCompressor()
                .compress(PAGE, chunks[c - 1], chunks[c] - chunks[c - 1]);
        out.writeInt(chunk.length);
        out.write(chunk);
      }
    }
    assertArrayEquals(PAGE, unpacked(packed.toByteArray()));
  }

  private static byte[] unpacked(byte[] packed) throws IOException {
    byte[] behind = new byte[packed.length + 3]; // levels come before the values
    System.arraycopy(packed, 0, behind, 3, packed.length);
    return ParquetCodec.unpacked(CompressionCodec.LZ4, behind, 3, PAGE.length);
  }

  @Test
  void aPageThatIsCutShortIsAFault() throws IOException {
    byte[] block = LZ4Factory.safeInstance().fastCompressor().compress(PAGE);
    for (CompressionCodec codec : CompressionCodec.values()) {
      if (codec != CompressionCodec.UNCOMPRESSED && ParquetCodec.isRead(codec)) {
        assertThrows(
            Exception.class,
            () -> ParquetCodec.unpacked(codec, block, 1, PAGE.length),
            codec.toString());
      }
    }
  }

  @Test
  void aCodecThatIsNotReadIsNamedAlone() throws IOException {
    Path file = renamed("codec-snappy-duckdb.parquet", CompressionCodec.LZO);
    assertEquals(
        "t.parquet: column x is packed by LZO, a codec that is not supported;"
            + " these are: BROTLI, GZIP, LZ4, LZ4_RAW, SNAPPY, ZSTD",
        assertThrows(BrokenFileException.class, () -> rows(file)).getMessage());
  }
}
