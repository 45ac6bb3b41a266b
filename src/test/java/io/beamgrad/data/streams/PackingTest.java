package io.beamgrad.data.streams;

import static java.nio.charset.StandardCharsets.UTF_16LE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.data.formats.CsvStyle;
import io.beamgrad.data.formats.Tables;
import io.beamgrad.data.rows.CollectedRows;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.sources.NamedFiles;
import io.beamgrad.data.sources.SourceFiles;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.FileRange;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that are packed as a whole, written by the tools themselves, and their cuts. */
class PackingTest {
  private static final Path FOREIGN = Path.of("src/test/resources/foreign");
  private static final List<Column> COLUMNS =
      List.of(
          Columns.feature("x", ColumnType.FLOATS, List.of()),
          Columns.feature("y", ColumnType.FLOATS, List.of()));

  @TempDir Path folder;

  /** The cuts that the tools themselves take for whole files, as bytes=rows. */
  @ParameterizedTest
  @CsvSource({
    "06-pzstd.csv.zst, 351=200",
    "06-second-frame-cut-1.jsonl.zst, 148=100",
    "06-second-frame-cut-3.csv.zst, 252=100",
    "06-skippable-between.csv.zst, 252=100 268=100 388=200",
    "06-skippable-first.csv.zst, 355=200",
    "06-zero-padded.csv.gz, 398=200 ... 910=200",
    "skippable-last.csv.zst, 128=100 141=100",
    "two-frames.csv.zst, 128=100 244=200",
    "two-members.csv.gz, 200=100 380=200",
    "two-streams.csv.bz2, 150=100 300=200",
    "zero-padded.csv.bz2, 286=200 ... 486=200"
  })
  void eachCutIsAnErrorOrHasTheRowsOfTheWholeMembersBeforeIt(String name, String cuts)
      throws IOException {
    byte[] bytes = Files.readAllBytes(FOREIGN.resolve(name));
    Path part = folder.resolve(name);
    List<String> read = new ArrayList<>();
    for (int length = firstCut(cuts); length <= bytes.length; length++) {
      Files.write(part, Arrays.copyOf(bytes, length));
      try {
        read.add(length + "=" + rows(part));
      } catch (BrokenFileException e) {
        assertTrue(e.getMessage().startsWith(name + ": "), e.getMessage());
      }
    }
    assertEquals(
        cuts,
        String.join(cuts.contains("...") ? "\n" : " ", read).replaceAll("\n(?s:.*)\n", " ... "));
  }

  @Test
  void aFileIsUnpackedByItsFirstBytesWhateverItsName() throws IOException {
    for (String name : List.of("a.csv", "a.csv.gz", "a.csv.zst", "a.csv.bz2")) {
      for (String foreign :
          List.of("two-members.csv.gz", "two-frames.csv.zst", "two-streams.csv.bz2")) {
        Path file = folder.resolve(name);
        Files.write(file, Files.readAllBytes(FOREIGN.resolve(foreign)));
        assertEquals(200, rows(file));
      }
    }
  }

  @Test
  void textThatIsNamedAsIfPackedIsReadAsItIs() throws IOException {
    Path csv = folder.resolve("a.csv.gz");
    Files.writeString(csv, "x,y\n1,2\n3,4\n");
    assertEquals(2, rows(csv));
    Path json = folder.resolve("a.jsonl.zst");
    Files.writeString(json, "{\"x\": 1, \"y\": 2}\n");
    assertEquals(1, rows(json));
    Files.write(csv, "\uFEFFx,y\n1,2\n".getBytes(UTF_16LE));
    var e = assertThrows(BrokenFileException.class, () -> rows(csv));
    assertTrue(e.getMessage().contains("UTF-8"), e.getMessage());
  }

  @Test
  void bytesThatAreNeitherPackedNorTextAreAnErrorOfTheNamedPacking() throws IOException {
    Path file = folder.resolve("a.csv.gz");
    Files.write(file, new byte[600]);
    var e = assertThrows(BrokenFileException.class, () -> rows(file));
    assertEquals(
        "a.csv.gz: not a valid gzip file after 0 unpacked bytes: no gzip data, but other bytes",
        e.getMessage());
  }

  @Test
  void bytesBehindTheLastMemberAreAnError() throws IOException {
    for (String name : List.of("two-members.csv.gz", "two-streams.csv.bz2", "two-frames.csv.zst")) {
      for (byte[] more : List.of("more".getBytes(UTF_16LE), new byte[] {0, 0, 1, 0})) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(Files.readAllBytes(FOREIGN.resolve(name)));
        bytes.write(more);
        Path file = folder.resolve(name);
        Files.write(file, bytes.toByteArray());
        var e = assertThrows(BrokenFileException.class, () -> rows(file));
        assertTrue(e.getMessage().contains("other bytes"), e.getMessage());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"xz", "lz4", "zip"})
  void aPackingThatIsNotReadIsNamed(String suffix) {
    Path file = FOREIGN.resolve("packed.csv." + suffix);
    var e = assertThrows(WrongInputException.class, () -> rows(file));
    assertEquals(
        "packed.csv.%s: packed by %s, which is not read; unpack it, or pack it by gzip, zstd or bzip2"
            .formatted(suffix, suffix),
        e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "deflate", "snappy", "bzip2", "zstandard"})
  void eachCutOfAnAvroFileIsAnErrorOrHasTheRowsOfTheWholeBlocksBeforeIt(String codec)
      throws IOException {
    ZstandardCodec.register();
    Path whole = folder.resolve("whole.avro");
    List<GenericRecord> rows = Tables.rows(12, 1);
    long firstBlock;
    try (DataFileWriter<GenericRecord> out =
        new DataFileWriter<>(
            new GenericDatumWriter<GenericRecord>(Tables.SCHEMA, GenericData.get()))) {
      out.setCodec(CodecFactory.fromString(codec));
      out.create(Tables.SCHEMA, whole.toFile());
      for (GenericRecord row : rows.subList(0, 8)) {
        out.append(row);
      }
      firstBlock = out.sync();
      for (GenericRecord row : rows.subList(8, 12)) {
        out.append(row);
      }
    }
    byte[] bytes = Files.readAllBytes(whole);
    Path part = folder.resolve("part.avro");
    for (int length = (int) firstBlock - 20; length <= bytes.length; length++) {
      Files.write(part, Arrays.copyOf(bytes, length));
      if (length == firstBlock || length == bytes.length) {
        assertEquals(length == firstBlock ? 8 : 12, rows(part, Tables.COLUMNS));
      } else {
        assertThrows(BrokenFileException.class, () -> rows(part, Tables.COLUMNS), "" + length);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"snappy", "zstd", "gzip", "lz4_raw"})
  void eachCutOfAParquetFileIsAnError(String codec) throws IOException {
    byte[] bytes = Files.readAllBytes(FOREIGN.resolve(codec + "-duckdb.parquet"));
    Path part = folder.resolve("part.parquet");
    for (int length : IntStream.range(bytes.length - 300, bytes.length).toArray()) {
      Files.write(part, Arrays.copyOf(bytes, length));
      assertThrows(BrokenFileException.class, () -> rows(part));
    }
    Files.write(part, bytes);
    assertEquals(200, rows(part));
  }

  @Test
  void theDecoderOfAMemberThatIsNotReadToItsEndIsClosed() throws IOException {
    byte[] bytes = Files.readAllBytes(FOREIGN.resolve("two-members.csv.gz"));
    AtomicInteger closed = new AtomicInteger();
    try (PackedMembers members =
        new PackedMembers(
            Packing.GZIP,
            new BufferedInputStream(new ByteArrayInputStream(bytes)),
            in ->
                new GzipCompressorInputStream(in) {
                  @Override
                  public void close() throws IOException {
                    closed.incrementAndGet();
                    super.close();
                  }
                })) {
      assertTrue(members.read() > 0);
    }
    assertEquals(1, closed.get());
  }

  /** Some bytes before the first whole member's end. */
  private static int firstCut(String cuts) {
    return Math.max(1, Integer.parseInt(cuts.substring(0, cuts.indexOf('='))) - 40);
  }

  private static long rows(Path file) {
    return rows(file, COLUMNS);
  }

  private static long rows(Path file, List<Column> columns) {
    FileRange range =
        NamedFiles.tables(List.of(file.toString()))
            .tablesOf(columns, CsvStyle.DEFAULT)
            .ranges()
            .get(0);
    CollectedRows sink = new CollectedRows();
    long read = SourceFiles.reader(range.getFormat()).read(range, sink);
    assertEquals(read, sink.rows.size());
    return read;
  }
}
