package io.beamgrad.data.sources;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.beamgrad.data.formats.CsvReader;
import io.beamgrad.data.formats.IdxFiles;
import io.beamgrad.data.formats.IdxReader;
import io.beamgrad.data.rows.BytesColumn;
import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.rows.RowSink;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.failure.MissingDataException;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.FileFormat;
import io.beamgrad.schema.FileRange;
import io.beamgrad.schema.Reject;
import io.beamgrad.schema.Split;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class SourceFilesTest {
  private static final List<Column> X = List.of(Columns.feature("x", ColumnType.FLOATS, List.of()));

  @TempDir Path folder;

  @Test
  void aPlainPairIsCutIntoEqualRangesOfUpTo24MB() throws IOException {
    writePair("train", 5_000_001);
    writePair("t10k", 1);
    SourceFiles files = SourceFiles.idx(DataPaths.of(folder, "train").withTest("t10k"));
    assertEquals(
        List.of(
            "TRAIN train-images-idx3-ubyte 0 2500001",
            "TRAIN train-images-idx3-ubyte 2500001 2500000",
            "TEST t10k-images-idx3-ubyte 0 1"),
        described(files));
    assertEquals(
        List.of("image BYTES [3, 2] FEATURE", "label BYTES [] TARGET"),
        files.columns().stream()
            .map(c -> "%s %s %s %s".formatted(c.getName(), c.getType(), c.getShape(), c.getRole()))
            .toList());
    assertEquals(30_000_022 + 5_000_009 + 22 + 9, files.dataBytes());
  }

  @Test
  void theRangesCoverEveryRecordOnce() throws IOException {
    Files.write(folder.resolve(IdxFiles.IMAGES), IdxFiles.images(9, 2048, 2048));
    Files.write(folder.resolve(IdxFiles.LABELS), IdxFiles.labels(9));
    SourceFiles files = SourceFiles.idx(DataPaths.of(folder, "train"));
    assertEquals(2, files.ranges().size());
    List<String> found = new ArrayList<>();
    for (FileRange range : files.ranges()) {
      SourceFiles.reader(range.getFormat())
          .read(
              range,
              new RowSink() {
                @Override
                public void accept(long record, ColumnBlock row) {
                  byte[] image = ((BytesColumn) row.column(0)).values();
                  found.add(
                      "%s: %s %s, %s"
                          .formatted(
                              record,
                              image[0],
                              image[1],
                              ((BytesColumn) row.column(1)).values()[0]));
                }

                @Override
                public void reject(Reject reject) {
                  throw new AssertionError(reject);
                }
              });
    }
    assertEquals(9, found.size());
    assertEquals("8: 56 57, 8", found.get(8));
  }

  @Test
  void aGzipPairIsOneRangeOfTheSameIdentity() throws IOException {
    Files.write(
        folder.resolve("train-images-idx3-ubyte.gz"), IdxFiles.gzip(IdxFiles.images(9000, 3, 2)));
    Files.write(folder.resolve("train-labels-idx1-ubyte.gz"), IdxFiles.gzip(IdxFiles.labels(9000)));
    SourceFiles files = SourceFiles.idx(DataPaths.of(folder, "train"));
    assertEquals(List.of("TRAIN train-images-idx3-ubyte 0 9000"), described(files));
    assertEquals(54_016 + 9008, files.dataBytes());
  }

  @Test
  void theFingerprintSeesEveryFile() throws IOException {
    writePair("train", 3);
    assertEquals(
        List.of("train-images-idx3-ubyte 34", "train-labels-idx1-ubyte 11"),
        SourceFiles.idx(DataPaths.of(folder, "train")).files().stream()
            .map(file -> file.identity() + " " + file.fileBytes())
            .toList());
    SourceFile images = SourceFiles.idx(DataPaths.of(folder, "train")).files().get(0);
    assertEquals(
        Files.getLastModifiedTime(folder.resolve("train-images-idx3-ubyte")).toMillis(),
        images.modifiedMillis());
  }

  @Test
  void missingIdxDataIsNamed() throws IOException {
    assertMissing(
        () -> SourceFiles.idx(DataPaths.of(folder, "train")),
        "train-images-idx3-ubyte: no such file, nor train-images-idx3-ubyte.gz, .zst, .bz2");
    writePair("train", 3);
    Files.delete(folder.resolve("train-labels-idx1-ubyte"));
    assertMissing(
        () -> SourceFiles.idx(DataPaths.of(folder, "train")),
        "train-labels-idx1-ubyte: no such file, nor train-labels-idx1-ubyte.gz, .zst, .bz2");
  }

  @Test
  void aPlainAndAPackedFileOfOneNameAreRefused() throws IOException {
    writePair("train", 3);
    Files.write(folder.resolve("train-labels-idx1-ubyte.gz"), new byte[1]);
    assertRefused(
        WrongInputException.class,
        () -> SourceFiles.idx(DataPaths.of(folder, "train")),
        "two files for train-labels-idx1-ubyte in %s: train-labels-idx1-ubyte and".formatted(folder)
            + " train-labels-idx1-ubyte.gz; keep one");
  }

  @Test
  void trainingAndTestPairsDifferButTheirImagesAreOfOneSize() throws IOException {
    writePair("train", 3);
    assertRefused(
        WrongInputException.class,
        () -> SourceFiles.idx(DataPaths.of(folder, "train").withTest("./train")),
        "train is both train and test");
    Files.write(folder.resolve("t10k-images-idx3-ubyte"), IdxFiles.images(2, 2, 2));
    Files.write(folder.resolve("t10k-labels-idx1-ubyte"), IdxFiles.labels(2));
    assertRefused(
        BrokenFileException.class,
        () -> SourceFiles.idx(DataPaths.of(folder, "train").withTest("t10k")),
        "train-images-idx3-ubyte has 3 images of 3x2,"
            + " but t10k-images-idx3-ubyte has 2 images of 2x2");
  }

  @Test
  void brokenHeadersAreFoundBeforeReading() throws IOException {
    writePair("train", 3);
    Files.write(
        folder.resolve("train-images-idx3-ubyte"), Arrays.copyOf(IdxFiles.images(3, 3, 2), 30));
    assertRefused(
        BrokenFileException.class,
        () -> SourceFiles.idx(DataPaths.of(folder, "train")),
        "train-images-idx3-ubyte: truncated: header says 3 images of 3x2 (34 bytes),"
            + " file has 30 bytes");
    Files.write(folder.resolve("train-images-idx3-ubyte"), IdxFiles.images(4, 3, 2));
    assertRefused(
        BrokenFileException.class,
        () -> SourceFiles.idx(DataPaths.of(folder, "train")),
        "train-images-idx3-ubyte has 4 images, but train-labels-idx1-ubyte has 3 labels");
  }

  @Test
  void aGlobFindsItsFilesInTheOrderOfTheirIdentities() throws IOException {
    write("b.csv", "x\n1\n");
    write("2024/a.csv", "x\n1\n");
    write("2024/05/c.csv", "x\n1\n");
    write("notes.txt", "");
    Files.write(folder.resolve("a.csv.gz"), IdxFiles.gzip("x\n".getBytes(StandardCharsets.UTF_8)));
    assertEquals(
        List.of("TRAIN b 0 -1"), described(SourceFiles.table(DataPaths.of(folder, "*.csv"), X)));
    assertEquals(
        List.of("TRAIN 2024/05/c 0 -1", "TRAIN 2024/a 0 -1", "TRAIN a 0 -1", "TRAIN b 0 -1"),
        described(SourceFiles.table(DataPaths.of(folder, "**.{csv,csv.gz}"), X)));
    assertEquals(
        List.of("TRAIN 2024/a 0 -1", "TEST b 0 -1"),
        described(SourceFiles.table(DataPaths.of(folder, "2024/*.csv").withTest("b.csv"), X)));
  }

  @Test
  void aPackedFileMayBeNamedWithoutItsSuffix() throws IOException {
    Files.write(folder.resolve("a.csv.gz"), IdxFiles.gzip("x\n".getBytes(StandardCharsets.UTF_8)));
    assertEquals(
        List.of("TRAIN a 0 -1"), described(SourceFiles.table(DataPaths.of(folder, "a.csv"), X)));
    assertEquals(
        List.of("TRAIN a 0 -1"), described(SourceFiles.table(DataPaths.of(folder, "a.csv.gz"), X)));
  }

  @Test
  void missingCsvDataIsNamed() {
    assertMissing(
        () -> SourceFiles.table(DataPaths.of(folder, "a.csv"), X),
        "a.csv: no such file, nor a.csv.gz, .zst, .bz2");
    assertRefused(
        MissingDataException.class,
        () -> SourceFiles.table(DataPaths.of(folder, "day-*.csv"), X),
        folder + ": no file matches day-*.csv");
  }

  @Test
  void aFileInBothSplitsIsRefused() throws IOException {
    write("a.csv", "x\n1\n");
    write("b.csv", "x\n1\n");
    assertRefused(
        WrongInputException.class,
        () -> SourceFiles.table(DataPaths.of(folder, "*.csv").withTest("b.csv"), X),
        "b is both in train (*.csv) and in test (b.csv)");
  }

  @Test
  void aFileOutsideOfTheFolderIsRefused() throws IOException {
    write("a.csv", "x\n1\n");
    Path inner = Files.createDirectory(folder.resolve("inner"));
    assertRefused(
        WrongInputException.class,
        () -> SourceFiles.table(DataPaths.of(inner, "../a.csv"), X),
        "%s does not lie below the data folder %s".formatted(inner.resolve("../a.csv"), inner));
  }

  @Test
  void aGlobThatIsNoneIsRefusedInOneLine() {
    assertRefused(
        WrongInputException.class,
        () -> SourceFiles.table(DataPaths.of(folder, "[a.csv"), X),
        "glob [a.csv: Missing ']");
  }

  @Test
  void aCsvFileWithoutTheColumnsIsFoundBeforeReading() throws IOException {
    write("2024/a.csv", "y\n1\n");
    assertRefused(
        BrokenFileException.class,
        () -> SourceFiles.table(DataPaths.of(folder, "2024/a.csv"), X),
        "2024/a.csv: no column 'x'; the header has y");
    write("2024/a.csv", "");
    assertRefused(
        BrokenFileException.class,
        () -> SourceFiles.table(DataPaths.of(folder, "2024/a.csv"), X),
        "2024/a.csv: empty file");
  }

  @Test
  void aFileThatPacksItsPartsIsNotPackedAsAWhole() throws IOException {
    Path foreign = Path.of("src/test/resources/foreign");
    for (String name : List.of("a.avro.gz", "a.avro", "b.parquet.zst", "b.parquet")) {
      Path file = folder.resolve(name);
      boolean isAvro = name.startsWith("a");
      Files.copy(foreign.resolve(isAvro ? "two-members.csv.gz" : "two-frames.csv.zst"), file);
      assertRefused(
          WrongInputException.class,
          () -> SourceFiles.table(DataPaths.of(folder, name), X),
          "%s: %s is packed inside, not as a whole; unpack it"
              .formatted(file, isAvro ? "Avro" : "Parquet"));
      Files.delete(file);
    }
  }

  @Test
  void pairsAreFoundByTheNamesThatCopiesOfMnistHave() throws IOException {
    Path pairs = Path.of("src/test/resources/foreign/15-idx");
    assertEquals(
        List.of("dotted", "eight", "float", "plain", "short", "unpacked"),
        SourcePart.find(DataPaths.of(pairs, "."), List.of("."), true).stream()
            .map(SourcePart::name)
            .toList());
    for (String name : List.of("dotted", "unpacked", "eight")) {
      SourceFiles files = SourceFiles.idx(DataPaths.of(pairs, name));
      assertEquals(80, SourceFiles.records(files.ranges()), name);
    }
    Path dotted = pairs.resolve("dotted-images.idx3-ubyte");
    assertEquals(
        80, SourceFiles.records(NamedFiles.pairs(List.of(dotted.toString())).pairsOf().ranges()));
    assertEquals(
        80, SourceFiles.records(NamedFiles.pairs(List.of(pairs + "/dotted")).pairsOf().ranges()));
    writePair("train", 3);
    Files.move(
        folder.resolve("train-labels-idx1-ubyte"), folder.resolve("train-labels.idx1-ubyte"));
    assertEquals(3, SourceFiles.records(SourceFiles.idx(DataPaths.of(folder, "train")).ranges()));
    assertEquals(
        3, SourceFiles.records(NamedFiles.pairs(List.of(folder + "/train")).pairsOf().ranges()));
    Files.copy(
        folder.resolve("train-images-idx3-ubyte"), folder.resolve("train-images.idx3-ubyte"));
    assertRefused(
        WrongInputException.class,
        () -> SourceFiles.idx(DataPaths.of(folder, "train")),
        "two files for train in %s: train-images-idx3-ubyte and train-images.idx3-ubyte; keep one"
            .formatted(folder));
  }

  @Test
  void everyFormatHasItsReader() {
    assertInstanceOf(IdxReader.class, SourceFiles.reader(FileFormat.IDX));
    assertInstanceOf(CsvReader.class, SourceFiles.reader(FileFormat.CSV));
  }

  private void writePair(String prefix, int count) throws IOException {
    Files.write(folder.resolve(prefix + "-images-idx3-ubyte"), IdxFiles.images(count, 3, 2));
    Files.write(folder.resolve(prefix + "-labels-idx1-ubyte"), IdxFiles.labels(count));
  }

  private void write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private void assertMissing(Executable listing, String message) {
    assertRefused(MissingDataException.class, listing, folder + "/" + message);
  }

  private static void assertRefused(
      Class<? extends Exception> type, Executable listing, String message) {
    assertEquals(message, assertThrows(type, listing).getMessage());
  }

  private static List<String> described(SourceFiles files) {
    return files.ranges().stream()
        .map(
            range ->
                "%s %s %s %s"
                    .formatted(
                        range.getSplit(),
                        range.getIdentity(),
                        range.getFirstRecord(),
                        range.getRecords()))
        .toList();
  }

  @Test
  void smallFilesAreReadTogetherAndLargeOnesAlone() throws IOException {
    List<FileRange> ranges = new ArrayList<>();
    List<SourceFile> files = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      String name = "f" + i;
      long bytes = i < 2 ? 20 << 20 : 90;
      ranges.add(
          new FileRange(
              Split.TRAIN, FileFormat.CSV, name, null, name, 0L, -1L, List.of(), null, null));
      files.add(new SourceFile(Split.TRAIN, name, bytes, bytes, 0, null));
    }
    SourceFiles source = new SourceFiles(List.of(), ranges, files);
    List<List<FileRange>> units = source.units();
    assertEquals(List.of(1, 1, 256, 256, 256, 230), units.stream().map(List::size).toList());
    assertEquals(ranges, units.stream().flatMap(List::stream).toList());
    assertEquals(List.of(ranges.subList(5, 9)), source.units(ranges.subList(5, 9)));
    assertEquals(List.of(), source.units(List.of()));
  }
}
