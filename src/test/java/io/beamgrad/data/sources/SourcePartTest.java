package io.beamgrad.data.sources;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.beamgrad.failure.MissingDataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
  void aGlobThatEntersNoFolderOfADaySaysSo() throws IOException {
    make("day=2026-11-23/a.csv", "day=2026-11-24/b.csv.gz");
    assertUnmatched(
        "*.csv",
        "; *.csv enters no folder, but there is day=2026-11-23/a.csv: write **/*.csv or day=*/*.csv");
    assertUnmatched(
        "./b*",
        "; b* enters no folder, but there is day=2026-11-24/b.csv.gz: write **/b* or day=*/b*");
    assertUnmatched(
        "day=*", "; it matches the folder day=2026-11-23 and no file: write day=*/**.csv");
    assertUnmatched("day=*/*.parquet", "; there is day=2026-11-23/a.csv");
    assertUnmatched("**.parquet", "; there is day=2026-11-23/a.csv");
    assertEquals(List.of(), tables("day=2026-12-*/*.csv"));
    assertEquals(List.of("day=2026-11-23/a.csv"), tables("./day=*/*.csv"));
  }

  @Test
  void aGlobThatEntersTooFewFoldersSaysSo() throws IOException {
    make("sales/2026/11/23/a.csv", "year=2026/month=11/day=3/hour=7/a.csv");
    assertUnmatched(
        "sales/*.csv",
        "; *.csv enters no folder, but there is sales/2026/11/23/a.csv: write sales/**/*.csv or"
            + " sales/*/*/*/*.csv");
    assertUnmatched(
        "year=*/*.csv",
        "; *.csv enters no folder, but there is year=2026/month=11/day=3/hour=7/a.csv: write"
            + " year=*/**/*.csv or year=*/month=*/day=*/hour=*/*.csv");
  }

  /** Such as a folder of new files with one of those that are done. */
  @Test
  void filesInFoldersThatAreNoPartitionsMayBeMeantOrNot() throws IOException {
    make("done/a.csv");
    assertEquals(List.of(), tables("*.csv"));
  }

  @Test
  void aGlobOfPairsThatEntersNoFolderSaysSo() throws IOException {
    make("day=2026-11-23/train-images-idx3-ubyte", "day=2026-11-23/train-labels-idx1-ubyte");
    assertEquals(
        folder
            + ": no file matches train*; train* enters no folder, but there is"
            + " day=2026-11-23/train: write **/train* or day=*/train*",
        assertThrows(
                MissingDataException.class,
                () -> SourcePart.find(DataPaths.of(folder), List.of("train*"), true))
            .getMessage());
  }

  private void assertUnmatched(String glob, String why) {
    assertEquals(
        "%s: no file matches %s%s".formatted(folder, glob, why),
        assertThrows(MissingDataException.class, () -> tables(glob)).getMessage());
  }
}
