package io.beamgrad.data.sources;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.beamgrad.data.files.StoredFile;
import io.beamgrad.data.formats.CsvStyle;
import io.beamgrad.failure.MissingDataException;
import io.beamgrad.failure.WrongInputException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class AddressFolderTest {
  private static final StoredFile FILE = new StoredFile(7, Instant.EPOCH, "tag");
  private static final List<String> FILES =
      List.of(
          "day=1/a.csv",
          "day=1/b.parquet",
          "day=2/c.csv.gz",
          "_old/d.csv",
          "notes.txt",
          "e.csv.gz");

  private final List<String> requests = new ArrayList<>();
  private final AddressFolder folder =
      new AddressFolder("s3://bucket/data/", this::tree, this::file);

  private SortedMap<String, StoredFile> tree(String address) {
    requests.add("list " + address);
    SortedMap<String, StoredFile> found = new TreeMap<>();
    for (String file : FILES) {
      String path = "s3://bucket/data/" + file;
      if (path.startsWith(address + "/")) {
        found.put(path.substring(address.length() + 1), FILE);
      }
    }
    return found;
  }

  private Optional<StoredFile> file(String address) {
    requests.add("look up " + address);
    return FILES.stream()
        .filter(file -> address.equals("s3://bucket/data/" + file))
        .findFirst()
        .map(file -> FILE);
  }

  private SortedMap<String, String> find(String... patterns) {
    DataPaths paths =
        new DataPaths(folder, List.of(patterns), List.of(), List.of(), null, CsvStyle.DEFAULT);
    return FilePatterns.find(folder, List.of(patterns), paths::isTable);
  }

  @Test
  void filesHaveTheIdentitiesThatTheyHaveOnADisk() {
    assertEquals(
        "{day=1/a=day=1/a.csv, day=1/b=day=1/b.parquet, day=2/c=day=2/c.csv.gz, e=e.csv.gz}",
        find(".").toString());
    assertEquals("{day=1/a=day=1/a.csv, day=1/b=day=1/b.parquet}", find("day=1/").toString());
    assertEquals(
        "{day=1/a=day=1/a.csv, day=2/c=day=2/c.csv.gz}",
        find("day=*/*.csv", "./day=2/x/../c.csv.gz").toString());
    assertEquals("{e=e.csv.gz}", find("e.csv").toString());
    assertEquals("s3://bucket/data/e.csv.gz", folder.path("e.csv.gz"));
  }

  @Test
  void onlyWhatIsNamedIsListedAndThatOnce() {
    find("day=1/*.csv");
    find("day=1/*.csv");
    find("day=1");
    assertEquals(List.of("list s3://bucket/data/day=1"), requests);
    assertEquals(FILE, folder.file("day=1/a.csv"));
    assertEquals(List.of("list s3://bucket/data/day=1"), requests);
  }

  @Test
  void whatIsNotThereIsNamedByItsAddress() {
    assertEquals(
        "s3://bucket/data/x.csv: no such file, nor x.csv.gz, .zst, .bz2",
        assertThrows(MissingDataException.class, () -> find("x.csv")).getMessage());
    assertEquals(
        "s3://bucket/data/: no file matches day=3/*",
        assertThrows(MissingDataException.class, () -> find("day=3/*")).getMessage());
  }

  @Test
  void aNameThatLeavesTheFolderIsRefused() {
    assertEquals(
        "s3://bucket/data/../x.csv does not lie below the data folder s3://bucket/data/",
        assertThrows(WrongInputException.class, () -> find("../x.csv")).getMessage());
  }

  @Test
  void anAddressThatIsAPatternIsRefused() {
    assertEquals(
        "s3://bucket/d*: expected the address of a folder, without any of * ? [ { in it",
        assertThrows(WrongInputException.class, () -> new AddressFolder("s3://bucket/d*"))
            .getMessage());
  }
}
