package io.beamgrad.benchmarks;

import io.beamgrad.data.formats.Tables;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.sources.DataPaths;
import io.beamgrad.data.sources.SourceFiles;
import io.beamgrad.data.split.SplitSettings;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnRole;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.ValueKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/**
 * How fast a table of 20 mixed columns gets from files of each format to ranked blocks, on embedded
 * Flink with one slot. What the same pipeline takes for a handful of rows, its start, is taken off;
 * seconds are of all threads' CPU, so that they are those of a core.
 */
final class TablesBenchmark {
  private static final int ROWS = 400_000;
  private static final int FEW_ROWS = 100;
  private static final List<String> FORMATS =
      List.of(
          "csv",
          "csv.gz",
          "csv.zst",
          "tsv",
          "jsonl",
          "avro",
          "avro, deflate",
          "parquet",
          "parquet, snappy");

  private TablesBenchmark() {}

  static void run(int rounds) throws IOException {
    Table table = new Table("format", "MB", "CPU s", "", "MB/s a core", "rows/s a core", "wall s");
    Path folder = Files.createTempDirectory(Path.of("target"), "tables");
    try {
      List<GenericRecord> rows = rows(20_000);
      for (String format : FORMATS) {
        Path few = folder.resolve("few");
        Path many = folder.resolve("many");
        write(few, format, rows.subList(0, FEW_ROWS), 1);
        long bytes = write(many, format, rows, ROWS / rows.size());
        ingest(many).run(); // compiles
        EmbeddedFlink.Costs costs = EmbeddedFlink.Costs.of(rounds, ingest(few), ingest(many));
        table.add(
            format,
            Table.number(bytes / 1e6, 1),
            Table.number(costs.cpu(), 2),
            Statistics.spread(costs.cpuSeconds(), 2),
            Table.number(bytes / 1e6 / costs.cpu(), 1),
            Table.number(ROWS / costs.cpu(), 0),
            Table.number(costs.wall(), 2));
        Folders.delete(few);
        Folders.delete(many);
      }
    } finally {
      Folders.delete(folder);
    }
    System.out.printf(
        "tables: %,d rows of 20 columns (11 numbers, 3 whole ones, 2 dates, a flag, 3 texts) to"
            + " ranked blocks,%n%d files, medians of %d%n",
        ROWS, ROWS / 20_000, rounds);
    table.print();
  }

  private static EmbeddedFlink.Job ingest(Path data) {
    SourceFiles source = SourceFiles.table(DataPaths.of(data, "."), columns());
    Path work = data.resolveSibling("work");
    return () -> EmbeddedFlink.ingest(source, SplitSettings.LEARNED, work, 1);
  }

  private static final Schema SCHEMA = schema();

  private static Schema schema() {
    List<Schema.Field> fields = new ArrayList<>();
    for (int i = 0; i < 11; i++) {
      fields.add(new Schema.Field("x" + i, Schema.create(Schema.Type.DOUBLE)));
    }
    for (int i = 0; i < 3; i++) {
      fields.add(new Schema.Field("n" + i, Schema.create(Schema.Type.LONG)));
    }
    fields.add(
        new Schema.Field("day", LogicalTypes.date().addToSchema(Schema.create(Schema.Type.INT))));
    fields.add(
        new Schema.Field(
            "at", LogicalTypes.timestampMillis().addToSchema(Schema.create(Schema.Type.LONG))));
    fields.add(new Schema.Field("flag", Schema.create(Schema.Type.BOOLEAN)));
    for (String name : List.of("city", "product", "label")) {
      fields.add(new Schema.Field(name, Schema.create(Schema.Type.STRING)));
    }
    return Schema.createRecord("Row", null, null, false, fields);
  }

  private static List<Column> columns() {
    List<Column> columns = new ArrayList<>();
    for (Schema.Field field : SCHEMA.getFields()) {
      String name = field.name();
      if (name.equals("day") || name.equals("at")) {
        columns.add(Columns.feature(name, ColumnType.LONGS, List.of()));
      } else if (field.schema().getType() == Schema.Type.STRING) {
        columns.add(
            name.equals("label")
                ? Columns.target(name, ColumnType.STRINGS, List.of())
                : Columns.feature(name, ColumnType.STRINGS, List.of()));
      } else {
        ValueKind kind = name.equals("flag") ? ValueKind.BOOLEAN : ValueKind.NUMBER;
        columns.add(
            new Column(name, ColumnType.FLOATS, List.of(), ColumnRole.FEATURE, kind, null, false));
      }
    }
    return columns;
  }

  private static List<GenericRecord> rows(int count) {
    Random random = new Random(1);
    List<GenericRecord> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      GenericRecord row = new GenericData.Record(SCHEMA);
      for (int j = 0; j < 11; j++) {
        row.put("x" + j, Math.round(random.nextGaussian() * 1e6) / (j % 2 == 0 ? 1e4 : 1e2));
      }
      for (int j = 0; j < 3; j++) {
        row.put("n" + j, (long) random.nextInt(100_000));
      }
      row.put("day", 18_000 + random.nextInt(2000));
      row.put("at", 1_700_000_000_000L + random.nextInt(1 << 30) * 1000L);
      row.put("flag", random.nextBoolean());
      row.put("city", "city " + random.nextInt(300));
      row.put("product", "product-" + random.nextInt(5000));
      row.put("label", "class " + random.nextInt(5));
      rows.add(row);
    }
    return rows;
  }

  /** As many copies of one file; gives their bytes. */
  private static long write(Path folder, String format, List<GenericRecord> rows, int copies)
      throws IOException {
    String suffix = format.replaceFirst(",.*", "");
    Path first = folder.resolve("part-0." + suffix);
    if (format.equals("avro, deflate")) {
      Tables.writeAvro(first, rows, CodecFactory.deflateCodec(6));
    } else if (suffix.equals("parquet")) {
      CompressionCodecName codec =
          format.equals("parquet")
              ? CompressionCodecName.UNCOMPRESSED
              : CompressionCodecName.SNAPPY;
      Tables.writeParquet(
          first,
          rows,
          codec,
          WriterVersion.PARQUET_1_0,
          ParquetWriter.DEFAULT_BLOCK_SIZE,
          ParquetProperties.DEFAULT_PAGE_ROW_COUNT_LIMIT);
    } else {
      Tables.write(first, rows);
    }
    for (int i = 1; i < copies; i++) {
      Files.copy(first, folder.resolve("part-%s.%s".formatted(i, suffix)));
    }
    return copies * Files.size(first);
  }
}
