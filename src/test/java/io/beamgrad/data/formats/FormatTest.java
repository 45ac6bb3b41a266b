package io.beamgrad.data.formats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.beamgrad.schema.FileFormat;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FormatTest {
  @Test
  void eachFormatOfTheSchemaHasOneRowAndAReaderOfItsOwn() {
    assertEquals(
        List.of(FileFormat.values()), Arrays.stream(Format.values()).map(Format::symbol).toList());
    Stream<Class<?>> readers =
        Arrays.stream(FileFormat.values()).map(symbol -> Format.of(symbol).reader().getClass());
    assertEquals(FileFormat.values().length, readers.distinct().count());
    assertInstanceOf(ParquetReader.class, Format.of(FileFormat.PARQUET).reader());
  }

  @Test
  void aSpecSaysAllFormatsButThatOfSinglePictures() {
    assertEquals(List.of("idx", "csv", "tsv", "jsonl", "avro", "parquet"), Format.words());
  }

  @ParameterizedTest
  @CsvSource({
    "a.csv, CSV",
    "sales/A.TSV.GZ, CSV",
    "a.json.zst, JSONL",
    "a.b.ndjson, JSONL",
    "a.avro, AVRO",
    "a.parquet, PARQUET",
    "a.png,",
    "a.csv.old,",
    "csv,",
    "t10k-images-idx3-ubyte.gz,"
  })
  void theFormatOfATableIsToldByItsSuffixWithoutThatOfACompression(String file, Format format) {
    assertEquals(Optional.ofNullable(format), Format.bySuffix(file));
  }

  @Test
  void imagesAreNoTable() {
    var e = assertThrows(IllegalArgumentException.class, () -> Format.IDX.tableReader("a"));
    assertEquals("a: images are no table", e.getMessage());
    assertInstanceOf(AvroReader.class, Format.AVRO.tableReader("a"));
  }
}
