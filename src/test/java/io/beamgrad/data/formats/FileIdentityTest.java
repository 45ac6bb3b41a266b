package io.beamgrad.data.formats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.beamgrad.failure.WrongInputException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileIdentityTest {

  @ParameterizedTest
  @CsvSource({
    "train.csv,          train",
    "train.csv.gz,       train",
    "train.csv.zst,      train",
    "train.tsv.bz2,      train",
    "train.jsonl,        train",
    "train.ndjson.gz,    train",
    "train.json,         train",
    "train.avro,         train",
    "train.parquet,      train",
    "train.txt.gz,       train.txt",
    "train.csv.csv,      train.csv",
    "day=1/.csv,         day=1/.csv",
    "2024/05/a.csv.xz,   2024/05/a.csv.xz",
    "train-images.gz.gz, train-images.gz",
    "x/.gz,              x/.gz",
    ".gz,                .gz",
  })
  void itIsThePathBelowTheFolderLessTheSuffixesOfACompressionAndOfAFormat(
      String file, String identity) {
    assertEquals(identity, FileIdentity.of(file));
  }

  @Test
  void twoFilesOfOneIdentityAreRefusedByName() {
    List<String> files = List.of("a.csv.gz", "b.csv", "a.parquet");
    var e = assertThrows(WrongInputException.class, () -> FileIdentity.index("data", files));
    assertEquals("two files for a in data: a.csv.gz and a.parquet; keep one", e.getMessage());
  }

  @Test
  void filesAreIndexedInTheOrderOfTheirIdentities() {
    List<String> files = List.of("b.csv", "a.csv.gz");
    assertEquals(List.of("a", "b"), List.copyOf(FileIdentity.index("data", files).keySet()));
  }

  @Test
  void messagesNameAFileByItsPathBelowTheFolder() {
    assertEquals("2024/a.csv.gz", FileIdentity.displayName("/data/2024/a.csv.gz", "2024/a"));
    assertEquals("a.csv", FileIdentity.displayName("s3://bucket/2024/a.csv", "a"));
    assertEquals("a.csv", FileIdentity.displayName("a.csv", "a"));
  }
}
