package io.beamgrad.data.formats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.data.parquet.ParquetFile;
import io.beamgrad.data.rows.CollectedRows;
import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.data.rows.RowSink;
import io.beamgrad.data.rows.SourceField;
import io.beamgrad.data.shuffle.BlockStore;
import io.beamgrad.data.shuffle.ChunkRows;
import io.beamgrad.data.shuffle.Ranking;
import io.beamgrad.data.shuffle.SortedBucket;
import io.beamgrad.data.sources.DataPaths;
import io.beamgrad.data.sources.SourceFiles;
import io.beamgrad.data.split.SplitRule;
import io.beamgrad.data.split.SplitSettings;
import io.beamgrad.schema.BlockRef;
import io.beamgrad.schema.Chunk;
import io.beamgrad.schema.FileRange;
import io.beamgrad.schema.ReadSummary;
import io.beamgrad.schema.Reject;
import io.beamgrad.schema.Split;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.generic.GenericRecord;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One table in every format gives one data set. */
class TableFormatsTest {
  private static final List<GenericRecord> ROWS = Tables.rows(5000, 3);

  @TempDir Path folder;

  @Test
  void eachFormatAndCompressionGivesTheSameRowsAndChecksum() throws Exception {
    Tables.write(folder.resolve("csv/table.csv"), ROWS);
    SourceFiles csv = files("csv");
    List<String> expected = rows(csv);
    assertEquals(5000, expected.size());
    String checksum = checksum(csv);
    for (String suffix :
        List.of(
            "csv.gz",
            "csv.zst",
            "csv.bz2",
            "tsv",
            "tsv.gz",
            "jsonl",
            "jsonl.zst",
            "jsonl.bz2",
            "json",
            "json.gz",
            "avro",
            "parquet")) {
      Tables.write(folder.resolve(suffix).resolve("table." + suffix), ROWS);
      assertSame(expected, checksum, suffix);
    }
    for (CodecFactory codec :
        List.of(
            CodecFactory.deflateCodec(6),
            CodecFactory.snappyCodec(),
            CodecFactory.zstandardCodec(3),
            CodecFactory.bzip2Codec())) {
      String name = "avro-" + codec;
      Tables.writeAvro(folder.resolve(name).resolve("table.avro"), ROWS, codec);
      assertSame(expected, checksum, name);
    }
    for (CompressionCodecName codec :
        List.of(
            CompressionCodecName.UNCOMPRESSED,
            CompressionCodecName.GZIP,
            CompressionCodecName.SNAPPY,
            CompressionCodecName.ZSTD)) {
      for (WriterVersion version : WriterVersion.values()) {
        String name = "parquet-" + codec + version;
        Tables.writeParquet(folder.resolve(name).resolve("table.parquet"), ROWS, codec, version);
        assertSame(expected, checksum, name);
      }
    }
  }

  private void assertSame(List<String> expected, String checksum, String name) throws Exception {
    SourceFiles files = files(name);
    List<String> found = rows(files);
    for (int i = 0; i < expected.size(); i++) {
      assertEquals(expected.get(i), found.get(i), name);
    }
    assertEquals(expected.size(), found.size(), name);
    assertEquals(checksum, checksum(files), name);
  }

  @Test
  void cutIntoSevenFilesItIsAnotherDataSetWhateverTheirFormatAndOrder() throws Exception {
    List<String> suffixes =
        List.of("csv", "tsv.gz", "jsonl", "avro", "parquet", "csv.zst", "jsonl.bz2");
    List<List<GenericRecord>> parts = Tables.cut(ROWS, 7).toList();
    for (int i = 0; i < 7; i++) {
      Tables.write(folder.resolve("one/part-%s.csv".formatted(i)), parts.get(i));
      Tables.write(folder.resolve("mixed/part-%s.%s".formatted(i, suffixes.get(i))), parts.get(i));
    }
    Tables.write(folder.resolve("whole/part-0.csv"), ROWS);
    String checksum = checksum(files("one"));
    assertEquals(checksum, checksum(files("mixed")));
    assertTrue(!checksum.equals(checksum(files("whole"))));
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      names.add("part-%s.%s".formatted(i, suffixes.get(i)));
    }
    Collections.shuffle(names, new Random(1));
    DataPaths listed = DataPaths.of(folder.resolve("mixed"), names.toArray(String[]::new));
    assertEquals(checksum, checksum(SourceFiles.table(listed, Tables.COLUMNS)));
  }

  @Test
  void aParquetFileIsReadInRangesOfWholeRowGroups() throws Exception {
    Tables.write(folder.resolve("parquet/table.parquet"), ROWS);
    FileRange whole = files("parquet").ranges().get(0);
    List<Long> groups = new ArrayList<>();
    try (ParquetFile file = ParquetFile.open(whole.getPath(), "table")) {
      file.rowGroups().forEach(group -> groups.add(group.getNum_rows()));
    }
    assertTrue(groups.size() > 2, groups.toString());
    List<String> found = new ArrayList<>();
    long first = 0;
    for (long rows : groups) {
      read(FileRange.newBuilder(whole).setFirstRecord(first).setRecords(rows).build(), found);
      first += rows;
    }
    assertEquals(rows(files("parquet")), found);
  }

  @Test
  void fieldsAreWhatTheFormatKnowsOfThem() throws Exception {
    for (String suffix : List.of("jsonl", "avro", "parquet", "csv")) {
      Tables.write(folder.resolve(suffix + "/day=2026-11-23/table." + suffix), ROWS);
      List<SourceField> fields = SourceFiles.fields(DataPaths.of(folder.resolve(suffix), "."));
      assertEquals(
          List.of(
              "unused", "x", "single", "count", "price", "flag", "at", "city", "vector", "code",
              "on", "label", "day"),
          fields.stream().map(SourceField::name).toList());
      String shown =
          fields.stream()
              .map(f -> f.kind() + (f.length() > 0 ? "" + f.length() : ""))
              .toList()
              .toString();
      String times = suffix.equals("jsonl") ? "TEXT" : "DATE";
      assertEquals(
          suffix.equals("csv")
              ? "[null, null, null, null, null, null, null, null, null, null, null, null, null]"
              : "[NUMBER, NUMBER, NUMBER, NUMBER, NUMBER, BOOLEAN, "
                  + times
                  + ", TEXT, NUMBER3, NUMBER, BOOLEAN, TEXT, null]",
          shown);
    }
  }

  private SourceFiles files(String name) {
    return SourceFiles.table(DataPaths.of(folder.resolve(name), "."), Tables.COLUMNS);
  }

  private static List<String> rows(SourceFiles files) {
    List<String> found = new ArrayList<>();
    files.ranges().forEach(range -> read(range, found));
    return found;
  }

  private static void read(FileRange range, List<String> found) {
    CollectedRows sink = new CollectedRows();
    SourceFiles.reader(range.getFormat()).read(range, sink);
    assertEquals(List.of(), sink.describedRejects());
    found.addAll(sink.rows);
  }

  private String checksum(SourceFiles files) throws Exception {
    List<Chunk> chunks = new ArrayList<>();
    List<ReadSummary> summaries = new ArrayList<>();
    for (FileRange range : files.ranges()) {
      ChunkRows chunk = new ChunkRows(files.columns(), 1000);
      long read =
          SourceFiles.reader(range.getFormat())
              .read(
                  range,
                  new RowSink() {
                    @Override
                    public void accept(long record, ColumnBlock row) {
                      chunk.add(range.getIdentity(), record, row, 0);
                    }

                    @Override
                    public void reject(Reject reject) {
                      throw new AssertionError(reject);
                    }
                  });
      chunks.add(chunk.build());
      summaries.add(
          new ReadSummary(
              range.getIdentity(),
              Split.TRAIN,
              range.getFirstRecord(),
              read,
              0L,
              List.of(),
              null,
              List.of(),
              null,
              0L,
              null));
    }
    SortedBucket bucket = SortedBucket.of(chunks, files.columns(), 1, 1000);
    Path blocks = folder.resolve("blocks");
    List<BlockRef> refs =
        new BlockStore(blocks.toString()).write(Split.TRAIN, 0, files.columns(), bucket);
    SplitSettings settings =
        new SplitSettings(
            "f", files.columns(), SplitRule.random(new BigDecimal("0.2")), BigDecimal.ZERO, 0);
    return new Ranking(settings).rank(refs, summaries).getLearned().getDataChecksum();
  }
}
