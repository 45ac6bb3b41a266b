package io.beamgrad.data.formats;

import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnRole;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.ValueKind;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.apache.parquet.avro.AvroParquetWriter;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;

/**
 * A table of mixed columns with holes, and its files in every format: what one of them holds, all
 * of them do.
 */
public final class Tables {
  /** The columns to read: numbers, vectors, flags, dates, text, and numbers and flags as text. */
  public static final List<Column> COLUMNS =
      List.of(
          feature("x", ColumnType.FLOATS, ValueKind.NUMBER, List.of(), false),
          feature("single", ColumnType.FLOATS, ValueKind.NUMBER, List.of(), false),
          feature("count", ColumnType.FLOATS, ValueKind.NUMBER, List.of(), true),
          feature("price", ColumnType.FLOATS, ValueKind.NUMBER, List.of(), true),
          feature("flag", ColumnType.FLOATS, ValueKind.BOOLEAN, List.of(), false),
          feature("day", ColumnType.LONGS, ValueKind.DATE, List.of(), true),
          feature("at", ColumnType.LONGS, ValueKind.DATE, List.of(), false),
          feature("city", ColumnType.STRINGS, ValueKind.TEXT, List.of(), true),
          feature("vector", ColumnType.FLOATS, ValueKind.NUMBER, List.of(3), false),
          feature("code", ColumnType.STRINGS, ValueKind.TEXT, List.of(), false),
          feature("on", ColumnType.STRINGS, ValueKind.TEXT, List.of(), false),
          new Column(
              "label",
              ColumnType.STRINGS,
              List.of(),
              ColumnRole.TARGET,
              ValueKind.TEXT,
              null,
              false));

  private static final Schema VECTOR = Schema.createArray(Schema.create(Schema.Type.DOUBLE));

  /** The rows as Avro has them, which the Parquet files are made of too. */
  public static final Schema SCHEMA =
      SchemaBuilder.record("Row")
          .fields()
          .requiredInt("unused")
          .requiredDouble("x")
          .requiredFloat("single")
          .optionalLong("count")
          .optionalDouble("price")
          .requiredBoolean("flag")
          .name("day")
          .type(nullable(LogicalTypes.date().addToSchema(Schema.create(Schema.Type.INT))))
          .noDefault()
          .name("at")
          .type(LogicalTypes.timestampMillis().addToSchema(Schema.create(Schema.Type.LONG)))
          .noDefault()
          .optionalString("city")
          .name("vector")
          .type(VECTOR)
          .noDefault()
          .requiredLong("code")
          .requiredBoolean("on")
          .requiredString("label")
          .endRecord();

  private static final String[] CITIES = {
    "Z\u00fcrich", "Paris, France", "the \"Hague\"", "O\u015blo; North", "two\nlines", "K\u00f8ge"
  };

  private Tables() {}

  private static Column feature(
      String name, ColumnType type, ValueKind kind, List<Integer> shape, boolean nullable) {
    return new Column(name, type, shape, ColumnRole.FEATURE, kind, null, nullable);
  }

  private static Schema nullable(Schema schema) {
    return Schema.createUnion(Schema.create(Schema.Type.NULL), schema);
  }

  /** Rows that depend on the seed alone. */
  public static List<GenericRecord> rows(int count, long seed) {
    Random random = new Random(seed);
    List<GenericRecord> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      GenericRecord row = new GenericData.Record(SCHEMA);
      row.put("unused", i);
      row.put("x", number(i, random));
      row.put("single", (float) random.nextGaussian());
      row.put("count", i % 10 == 3 ? null : random.nextLong() >> random.nextInt(60));
      row.put("price", i % 7 == 2 ? null : random.nextInt(100_000) / 100.0);
      row.put("flag", random.nextBoolean());
      row.put("day", i % 11 == 5 ? null : random.nextInt(40_000) - 10_000);
      row.put("at", random.nextLong() >> 22);
      row.put("city", i % 13 == 8 ? null : CITIES[random.nextInt(CITIES.length)]);
      row.put(
          "vector",
          List.of(random.nextGaussian(), (double) random.nextInt(10), random.nextDouble()));
      row.put("code", (long) random.nextInt(500));
      row.put("on", random.nextBoolean());
      row.put("label", "class " + random.nextInt(4));
      rows.add(row);
    }
    return rows;
  }

  /** Among others numbers that lie just between two floats, and those too small for one. */
  private static double number(int i, Random random) {
    return switch (i % 5) {
      case 0 -> 1 + random.nextInt(1000) * 0x1p-23 + 0x1p-24;
      case 1 -> Float.MIN_NORMAL * random.nextDouble();
      case 2 -> random.nextInt(1000);
      case 3 -> random.nextGaussian() * 1e20;
      default -> random.nextGaussian();
    };
  }

  /** Writes rows in the format and compression that the file's suffixes say. */
  public static void write(Path file, List<GenericRecord> rows) throws IOException {
    Files.createDirectories(file.getParent());
    String name = FileIdentity.withoutCompression(file.getFileName().toString());
    if (name.endsWith(".avro")) {
      writeAvro(file, rows, CodecFactory.nullCodec());
    } else if (name.endsWith(".parquet")) {
      writeParquet(file, rows, CompressionCodecName.UNCOMPRESSED, WriterVersion.PARQUET_1_0);
    } else {
      try (Writer out =
          new OutputStreamWriter(
              new BufferedOutputStream(packed(file), 1 << 16), StandardCharsets.UTF_8)) {
        if (name.endsWith(".json")) {
          out.write("[");
          writeText(out, rows.subList(0, 1), Tables::json, "{\n", ",\n", "}");
          writeText(out, rows.subList(1, rows.size()), Tables::json, ", {\n", ",\n", "}");
          out.write("]");
        } else if (name.endsWith(".jsonl")) {
          writeText(out, rows, Tables::json, "{", ", ", "}");
        } else {
          String delimiter = name.endsWith(".tsv") ? "\t" : ",";
          out.write(
              rows.get(0).getSchema().getFields().stream()
                  .map(Schema.Field::name)
                  .collect(Collectors.joining(delimiter, "", "\n")));
          writeText(out, rows, Tables::csv, "", delimiter, "");
        }
      }
    }
  }

  private static OutputStream packed(Path file) throws IOException {
    if (file.toString().endsWith(".gz")) {
      return new java.util.zip.GZIPOutputStream(Files.newOutputStream(file));
    }
    if (file.toString().endsWith(".bz2")) {
      return new BZip2CompressorOutputStream(Files.newOutputStream(file));
    }
    if (file.toString().endsWith(".zst")) {
      return new com.github.luben.zstd.ZstdOutputStream(Files.newOutputStream(file));
    }
    return Files.newOutputStream(file);
  }

  private static void writeText(
      Writer out,
      List<GenericRecord> rows,
      BiFunction<Schema.Field, Object, String> value,
      String start,
      String between,
      String end)
      throws IOException {
    for (GenericRecord row : rows) {
      out.write(
          rows.get(0).getSchema().getFields().stream()
              .map(field -> value.apply(field, row.get(field.pos())))
              .collect(Collectors.joining(between, start, end + "\n")));
    }
  }

  private static String csv(Schema.Field field, Object value) {
    String text = value == null ? "" : text(field, value);
    return text.matches("[^\",\t\n\r]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
  }

  private static String json(Schema.Field field, Object value) {
    boolean isText = value instanceof String || isTime(field);
    String text = value == null ? "null" : text(field, value);
    return "\"%s\": %s"
        .formatted(
            field.name(),
            isText && value != null
                ? '"' + text.replace("\"", "\\\"").replace("\n", "\\n") + '"'
                : text);
  }

  private static String text(Schema.Field field, Object value) {
    if (!isTime(field)) {
      return value.toString();
    }
    return value instanceof Integer day
        ? LocalDate.ofEpochDay(day).toString()
        : Instant.ofEpochMilli((long) value).toString();
  }

  private static boolean isTime(Schema.Field field) {
    return AvroType.kind(field.schema()) == ValueKind.DATE;
  }

  /** Writes Avro of a codec. */
  public static void writeAvro(Path file, List<GenericRecord> rows, CodecFactory codec)
      throws IOException {
    Files.createDirectories(file.getParent());
    try (DataFileWriter<GenericRecord> out =
        new DataFileWriter<>(new GenericDatumWriter<GenericRecord>(rows.get(0).getSchema()))) {
      out.setCodec(codec);
      out.create(rows.get(0).getSchema(), file.toFile());
      for (GenericRecord row : rows) {
        out.append(row);
      }
    }
  }

  /** Writes Parquet, as Apache's own writer does, in several row groups and pages. */
  public static void writeParquet(
      Path file, List<GenericRecord> rows, CompressionCodecName codec, WriterVersion version)
      throws IOException {
    writeParquet(file, rows, codec, version, 64 << 10, 700);
  }

  /** The same in row groups of about some bytes, and pages of at most some rows. */
  public static void writeParquet(
      Path file,
      List<GenericRecord> rows,
      CompressionCodecName codec,
      WriterVersion version,
      long groupBytes,
      int pageRows)
      throws IOException {
    Files.createDirectories(file.getParent());
    try (var out =
        AvroParquetWriter.<GenericRecord>builder(new LocalOutputFile(file))
            .withSchema(rows.get(0).getSchema())
            .withConf(new PlainParquetConfiguration())
            .withCodecFactory(new Codecs())
            .withCompressionCodec(codec)
            .withWriterVersion(version)
            .withRowGroupSize(groupBytes)
            .withPageRowCountLimit(pageRows)
            .build()) {
      for (GenericRecord row : rows) {
        out.write(row);
      }
    }
  }

  /** Packs by the native libraries, so that what unpacks is not tested against itself. */
  private static final class Codecs implements CompressionCodecFactory {
    @Override
    public BytesInputCompressor getCompressor(CompressionCodecName name) {
      return new BytesInputCompressor() {
        @Override
        public BytesInput compress(BytesInput bytes) throws IOException {
          ByteArrayOutputStream copied = new ByteArrayOutputStream();
          bytes.writeAllTo(copied);
          byte[] plain = copied.toByteArray();
          return BytesInput.from(
              switch (name) {
                case SNAPPY -> org.xerial.snappy.Snappy.compress(plain);
                case ZSTD -> com.github.luben.zstd.Zstd.compress(plain);
                case GZIP -> IdxFiles.gzip(plain);
                default -> plain;
              });
        }

        @Override
        public CompressionCodecName getCodecName() {
          return name;
        }

        @Override
        public void release() {}
      };
    }

    @Override
    public BytesInputDecompressor getDecompressor(CompressionCodecName name) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void release() {}
  }

  /** The rows cut into so many files of about one size. */
  public static Stream<List<GenericRecord>> cut(List<GenericRecord> rows, int files) {
    return IntStream.range(0, files)
        .mapToObj(i -> rows.subList(rows.size() * i / files, rows.size() * (i + 1) / files));
  }
}
