package io.beamgrad.data.sources;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.beamgrad.failure.MissingDataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourcePartTest {
  @TempDir Path folder;

  private void make(String... names) throws IOException {
    for (String name : names) {
      Files.createDirectories(folder.resolve(name).getParent());
      Files.createFile(folder.resolve(name));
    }
  }

  private List<String> tables(String... patterns) {
    return SourcePart.find(DataPaths.of(folder), List.of(patterns), false).stream()
        .map(SourcePart::name)
        .toList();
  }

  @Test
  void filesOfFoldersAndGlobsAreListedOnceAndNotLookedInto() throws IOException {
    make("day=2026-11-23/b.csv.gz", "day=2026-11-23/a.csv", "day=2026-11-24/a.csv", "_old/a.csv");
    List<String> all =
        List.of("day=2026-11-23/a.csv", "day=2026-11-23/b.csv.gz", "day=2026-11-24/a.csv");
    assertEquals(all, tables("."));
    assertEquals(all, tables("day=*/*", "day=2026-11-24"));
  }

  @Test
  void aGlobOrAnEmptyFolderFindsNothingButAMissingFileIsAnError() throws IOException {
    Files.createDirectory(folder.resolve("sales"));
    assertEquals(List.of(), tables("sales", "day=*/*"));
    assertEquals(
        folder.resolve("sales.csv") + ": no such file, nor sales.csv.gz, .zst, .bz2",
        assertThrows(MissingDataException.class, () -> tables("day=*/*", "sales.csv"))
            .getMessage());
  }

  @Test
  void aPairOfImagesAndLabelsIsOne() throws IOException {
    make(
        "day=2026-11-23/train-images-idx3-ubyte.gz",
        "day=2026-11-23/train-labels-idx1-ubyte",
        "t10k-images-idx3-ubyte",
        "t10k-labels-idx1-ubyte");
    assertEquals(
        List.of(
            new SourcePart(
                "day=2026-11-23/train",
                List.of(
                    "day=2026-11-23/train-images-idx3-ubyte.gz",
                    "day=2026-11-23/train-labels-idx1-ubyte"))),
        SourcePart.find(DataPaths.of(folder), List.of("day=*/*"), true));
  }

  @Test
  void imagesWithoutLabelsAreNotPassedOver() throws IOException {
    make("day=2026-11-23/train-images-idx3-ubyte");
    assertThrows(
        MissingDataException.class,
        () -> SourcePart.find(DataPaths.of(folder), List.of("day=*/*"), true));
  }

  @Test
  void theDateIsTheFirstInTheName() {
    assertEquals(date("2026-11-23"), dateOf("day=2026-11-23/part-2020-01-01.csv"));
    assertEquals(date("2026-11-23"), dateOf("sales-2026-11-23.csv"));
    assertEquals(date("2024-02-29"), dateOf("2026-02-30/2024-02-29.csv"));
    assertEquals(Optional.empty(), dateOf("12026-11-23.csv"));
    assertEquals(Optional.empty(), dateOf("sales.csv"));
  }

  private static Optional<LocalDate> date(String date) {
    return Optional.of(LocalDate.parse(date));
  }

  private static Optional<LocalDate> dateOf(String name) {
    return new SourcePart(name, List.of()).date();
  }
}
