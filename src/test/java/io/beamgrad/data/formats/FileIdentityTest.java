package io.beamgrad.data.formats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.beamgrad.failure.WrongInputException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileIdentityTest {

  @ParameterizedTest
  @CsvSource({
    "data/train.csv,          train",
    "data/train.csv.gz,       train",
    "data/train.csv.zst,      train",
    "data/train.tsv.bz2,      train",
    "data/train.jsonl,        train",
    "data/train.ndjson.gz,    train",
    "data/train.json,         train",
    "data/train.avro,         train",
    "data/train.parquet,      train",
    "data/train.txt.gz,       train.txt",
    "data/train.csv.csv,      train.csv",
    "data/day=1/.csv,         day=1/.csv",
    "data/2024/05/a.csv.xz,   2024/05/a.csv.xz",
    "data/x/../a.csv.gz,      a",
    "data/train-images.gz.gz, train-images.gz",
    "data/x/.gz,              x/.gz",
    "data/.gz,                .gz",
  })
  void itIsThePathBelowTheFolderLessTheSuffixesOfACompressionAndOfAFormat(
      String file, String identity) {
    assertEquals(identity, FileIdentity.of(Path.of("data"), Path.of(file)));
  }

  @Test
  void itDoesNotDependOnHowTheFolderIsNamed() {
    Path relative = Path.of("data");
    assertEquals("a", FileIdentity.of(relative.toAbsolutePath(), Path.of("data/a.csv")));
    assertEquals("a", FileIdentity.of(Path.of("x/../data/"), Path.of("data/a.csv")));
  }

  @Test
  void aFileOutsideTheFolderIsRefused() {
    var e =
        assertThrows(
            WrongInputException.class,
            () -> FileIdentity.of(Path.of("data"), Path.of("data/../other/a.csv")));
    assertEquals("data/../other/a.csv does not lie below the data folder data", e.getMessage());
  }

  @Test
  void twoFilesOfOneIdentityAreRefusedByName() {
    List<Path> files =
        List.of(Path.of("data/a.csv.gz"), Path.of("data/b.csv"), Path.of("data/a.parquet"));
    var e =
        assertThrows(WrongInputException.class, () -> FileIdentity.index(Path.of("data"), files));
    assertEquals("two files for a in data: a.csv.gz and a.parquet; keep one", e.getMessage());
  }

  @Test
  void filesAreIndexedInTheOrderOfTheirIdentities() {
    List<Path> files = List.of(Path.of("data/b.csv"), Path.of("data/a.csv.gz"));
    assertEquals(
        List.of("a", "b"), List.copyOf(FileIdentity.index(Path.of("data"), files).keySet()));
  }

  @Test
  void messagesNameAFileByItsPathBelowTheFolder() {
    assertEquals(
        "2024/a.csv.gz", FileIdentity.displayName(Path.of("data/2024/a.csv.gz"), "2024/a.csv"));
    assertEquals("a.csv", FileIdentity.displayName(Path.of("data/2024/a.csv"), "a.csv"));
  }
}
