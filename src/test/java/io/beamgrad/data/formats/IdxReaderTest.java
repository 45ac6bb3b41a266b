package io.beamgrad.data.formats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.beamgrad.data.rows.CollectedRows;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.failure.MissingDataException;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.FileRange;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdxReaderTest {
  @TempDir Path folder;
  private Path images;
  private Path labels;
  private final CollectedRows sink = new CollectedRows();

  @BeforeEach
  void writeThreeImages() throws IOException {
    IdxFiles.write(folder, 3);
    images = folder.resolve(IdxFiles.IMAGES);
    labels = folder.resolve(IdxFiles.LABELS);
  }

  @Test
  void everyImageComesWithItsLabel() {
    assertEquals(3, read(0, -1));
    assertEquals(
        List.of(
            "0: [0, 1, 2, 3, 4, 5], [0]",
            "1: [7, 8, 9, 10, 11, 12], [1]",
            "2: [14, 15, 16, 17, 18, 19], [2]"),
        sink.rows);
  }

  @Test
  void aRangeStartsAtItsFirstRecord() {
    assertEquals(1, read(1, 1));
    assertEquals(List.of("1: [7, 8, 9, 10, 11, 12], [1]"), sink.rows);
  }

  @Test
  void gzipFilesGiveTheSameRows() throws IOException {
    pack();
    assertEquals(2, read(1, 2));
    assertEquals(
        List.of("1: [7, 8, 9, 10, 11, 12], [1]", "2: [14, 15, 16, 17, 18, 19], [2]"), sink.rows);
  }

  @Test
  void theColumnsOfTheRangeSayWhatComesInWhichOrder() {
    FileRange range = IdxFiles.range(images, labels, 0, 1);
    FileRange reversed =
        FileRange.newBuilder(range)
            .setColumns(List.of(range.getColumns().get(1), range.getColumns().get(0)))
            .build();
    new IdxReader().read(reversed, sink);
    assertEquals(List.of("0: [0], [0, 1, 2, 3, 4, 5]"), sink.rows);
  }

  @Test
  void anEmptyRangeHasNoRows() {
    assertEquals(0, read(3, 0));
    assertEquals(List.of(), sink.rows);
  }

  @Test
  void aMissingFileIsNamed() throws IOException {
    Files.delete(labels);
    var e = assertThrows(MissingDataException.class, () -> read(0, -1));
    assertEquals(labels + ": no such file", e.getMessage());
  }

  @Test
  void aFolderIsNoFile() throws IOException {
    Files.delete(labels);
    Files.createDirectory(labels);
    var e = assertThrows(MissingDataException.class, () -> read(0, -1));
    assertEquals(labels + ": is a folder, not a file", e.getMessage());
  }

  @Test
  void anEmptyFileIsBroken() throws IOException {
    Files.write(images, new byte[0]);
    assertBroken("train-images-idx3-ubyte: empty file");
  }

  @Test
  void aWrongMagicNumberIsShown() throws IOException {
    Files.copy(labels, images, StandardCopyOption.REPLACE_EXISTING);
    assertBroken(
        "train-images-idx3-ubyte: wrong magic number: expected 00000803 (IDX images),"
            + " found 00000801 (IDX labels)");
  }

  @Test
  void aFileOfTwoBytesHasNoMagicNumber() throws IOException {
    Files.write(labels, new byte[2]);
    assertBroken(
        "train-labels-idx1-ubyte: wrong magic number: expected 00000801 (IDX labels), found 0000");
  }

  @Test
  void aGzipFileWithoutItsSuffixIsUnpacked() throws IOException {
    Files.write(images, IdxFiles.gzip(IdxFiles.images(3, 3, 2)));
    assertEquals(1, read(1, 1));
    assertEquals(List.of("1: [7, 8, 9, 10, 11, 12], [1]"), sink.rows);
  }

  @Test
  void aHeaderCutShortIsBroken() throws IOException {
    Files.write(images, Arrays.copyOf(IdxFiles.images(3, 3, 2), 10));
    assertBroken(
        "train-images-idx3-ubyte: truncated: the header of IDX images has 16 bytes,"
            + " file has 10 bytes");
  }

  @Test
  void aTruncatedFileIsBrokenInEveryRange() throws IOException {
    Files.write(images, Arrays.copyOf(IdxFiles.images(3, 3, 2), 33));
    var e = assertThrows(BrokenFileException.class, () -> read(0, 1));
    assertEquals(
        "train-images-idx3-ubyte: truncated: header says 3 images of 3x2 (34 bytes),"
            + " file has 33 bytes",
        e.getMessage());
  }

  @Test
  void anOversizedFileIsBroken() throws IOException {
    Files.write(labels, Arrays.copyOf(IdxFiles.labels(3), 12));
    assertBroken(
        "train-labels-idx1-ubyte: oversized: header says 3 labels (11 bytes), file has 12 bytes");
  }

  @Test
  void differentCountsOfImagesAndLabelsAreBroken() throws IOException {
    Files.write(labels, IdxFiles.labels(2));
    assertBroken("train-images-idx3-ubyte has 3 images, but train-labels-idx1-ubyte has 2 labels");
  }

  @Test
  void aHeaderWithoutImagesIsBroken() throws IOException {
    Files.write(images, IdxFiles.images(0, 3, 2));
    assertBroken("train-images-idx3-ubyte: header says 0 images of 3x2");
  }

  @Test
  void aSizeThatNoImageHasIsBroken() throws IOException {
    byte[] bytes = IdxFiles.images(3, 3, 2);
    bytes[9] = 1;
    bytes[13] = 1;
    Files.write(images, bytes);
    assertBroken(
        "train-images-idx3-ubyte: header says 3 images of 65539x65538;"
            + " an image may have up to 67108864 bytes");
    bytes[8] = -1;
    Files.write(images, bytes);
    assertBroken("train-images-idx3-ubyte: header says 3 images of -16711677x65538");
  }

  @Test
  void aGzipFileWithTooFewImagesIsBrokenWhereItEnds() throws IOException {
    Files.write(images, Arrays.copyOf(IdxFiles.images(3, 3, 2), 33));
    pack();
    assertEquals(2, read(0, 2));
    assertBroken(
        "train-images-idx3-ubyte.gz: truncated: header says 3 images of 3x2 (34 bytes),"
            + " file has 33 bytes");
    Files.write(images, IdxFiles.gzip(Arrays.copyOf(IdxFiles.images(3, 3, 2), 20)));
    var e = assertThrows(BrokenFileException.class, () -> read(1, 2));
    assertEquals(
        "train-images-idx3-ubyte.gz: truncated: header says 3 images of 3x2 (34 bytes),"
            + " file has 20 bytes",
        e.getMessage());
  }

  @Test
  void aGzipFileWithTooManyBytesIsBrokenInItsLastRange() throws IOException {
    Files.write(images, Arrays.copyOf(IdxFiles.images(3, 3, 2), 40));
    pack();
    assertEquals(2, read(0, 2));
    assertBroken(
        "train-images-idx3-ubyte.gz: oversized: header says 3 images of 3x2 (34 bytes),"
            + " file has 40 bytes");
  }

  @Test
  void aGzipFileCutShortIsBroken() throws IOException {
    pack();
    byte[] packed = Files.readAllBytes(images);
    Files.write(images, Arrays.copyOf(packed, packed.length - 4));
    assertBroken("train-images-idx3-ubyte.gz: gzip file cut short after 28 unpacked bytes");
    Files.write(images, Arrays.copyOf(packed, 5));
    assertBroken("train-images-idx3-ubyte.gz: gzip file cut short after 0 unpacked bytes");
  }

  @Test
  void aGzipFileWithAWrongChecksumIsBroken() throws IOException {
    pack();
    byte[] packed = Files.readAllBytes(images);
    packed[packed.length - 8] ^= 1;
    Files.write(images, packed);
    assertBroken(
        "train-images-idx3-ubyte.gz: not a valid gzip file after 28 unpacked bytes:"
            + " Gzip-compressed data is corrupt (CRC32 error)");
  }

  @Test
  void aPlainFileWithTheSuffixOfGzipIsReadAsItIs() throws IOException {
    Path named = folder.resolve(IdxFiles.IMAGES + ".gz");
    Files.move(images, named);
    images = named;
    assertEquals(1, read(2, 1));
    assertEquals(List.of("2: [14, 15, 16, 17, 18, 19], [2]"), sink.rows);
  }

  @Test
  void aRangeBeyondTheFileIsRefused() {
    var e = assertThrows(IllegalArgumentException.class, () -> read(2, 2));
    assertEquals("train-images-idx3-ubyte: no records 2 to 4 of 3", e.getMessage());
  }

  @Test
  void aColumnThatThePairDoesNotHaveIsRefused() {
    FileRange range =
        FileRange.newBuilder(IdxFiles.range(images, labels, 0, 1))
            .setColumns(List.of(Columns.feature("image", ColumnType.BYTES, List.of(28, 28))))
            .build();
    var e = assertThrows(IllegalArgumentException.class, () -> new IdxReader().read(range, sink));
    assertEquals(
        "train-images-idx3-ubyte: no column image BYTES[28, 28];"
            + " an IDX pair has image BYTES[3, 2] and label BYTES[]",
        e.getMessage());
  }

  @Test
  void theHeaderAloneTellsWhatTheFileHolds() {
    IdxHeader header = IdxHeader.readImages(images);
    assertEquals(List.of(3, 3, 2), header.dims());
    assertEquals(6, header.rowBytes());
    assertEquals(34, header.fileBytes());
    assertEquals("3 images of 3x2", header.toString());
    assertEquals("3 labels", IdxHeader.readLabels(labels).toString());
  }

  @Test
  void aHeaderIsOfImagesOrOfLabels() {
    var e = assertThrows(IllegalArgumentException.class, () -> new IdxHeader(List.of(3, 2)));
    assertEquals(
        "IDX header: expected 3 dimensions (images) or 1 (labels), was [3, 2]", e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "float", "short"})
  void numbersOfAnyTypeAreReadAsTheBytesThatTheyAre(String name) {
    readForeign(name, "-images-idx3-ubyte", "-labels-idx1-ubyte");
    assertEquals(80, sink.rows.size());
    assertEquals(foreignRow(0), sink.rows.get(0));
    assertEquals(foreignRow(79), sink.rows.get(79));
  }

  @Test
  void theFirstOfTheEightNumbersOfQmnistsLabelsIsTheClass() {
    for (String labelsName : List.of("-labels-idx1-ubyte", "-labels-idx2-int")) {
      sink.rows.clear();
      readForeign("eight", "-images-idx3-ubyte", labelsName);
      assertEquals(foreignRow(79), sink.rows.get(79));
    }
  }

  @Test
  void labelsOfAnyTypeAreReadAsTheBytesThatTheyAre() throws IOException {
    ByteBuffer ints = ByteBuffer.allocate(20).putInt(0x0C01).putInt(3).putInt(9).putInt(255);
    Files.write(labels, ints.putInt(0).array());
    assertEquals(3, read(0, -1));
    assertEquals("1: [7, 8, 9, 10, 11, 12], [-1]", sink.rows.get(1));
    ByteBuffer signed = ByteBuffer.allocate(15).putInt(0x0902).putInt(3).putInt(1);
    Files.write(labels, signed.put(new byte[] {5, 6, 7}).array());
    sink.rows.clear();
    assertEquals(1, read(2, 1));
    assertEquals(List.of("2: [14, 15, 16, 17, 18, 19], [7]"), sink.rows);
  }

  @Test
  void aNumberThatIsNoByteIsAnErrorThatNamesIt() throws IOException {
    Files.write(labels, new byte[] {0, 0, 9, 1, 0, 0, 0, 3, 1, -2, 3});
    assertBroken(
        "train-labels-idx1-ubyte: record 2: expected a whole number of 0 to 255, found -2"
            + " (IDX of signed bytes)");
    Files.write(labels, IdxFiles.labels(3));
    ByteBuffer doubles = ByteBuffer.allocate(40).putInt(0x0E03).putInt(3).putInt(1).putInt(1);
    Files.write(images, doubles.putDouble(255).putDouble(0).putDouble(0.5).array());
    assertEquals(2, new IdxReader().read(foreignRange(images, labels, 2), sink));
    var e =
        assertThrows(
            BrokenFileException.class,
            () -> new IdxReader().read(foreignRange(images, labels, -1), sink));
    assertEquals(
        "train-images-idx3-ubyte: record 3: expected a whole number of 0 to 255, found 0.5"
            + " (IDX of doubles)",
        e.getMessage());
  }

  @Test
  void labelsOfSeveralNumbersAreNotGuessedAt() throws IOException {
    ByteBuffer oneHot = ByteBuffer.allocate(42).putInt(0x0802).putInt(3).putInt(10);
    Files.write(labels, oneHot.array());
    assertBroken(
        "train-labels-idx1-ubyte: expected one number for each label, or QMNIST's 8 ints,"
            + " found 3x10 unsigned bytes");
    Files.write(images, oneHot.array());
    assertBroken(
        "train-images-idx3-ubyte: wrong magic number: expected 00000803 (IDX images),"
            + " found 00000802 (IDX of 2 dimensions, unsigned bytes)");
  }

  private void readForeign(String name, String imagesSuffix, String labelsSuffix) {
    Path pairs = Path.of("src/test/resources/foreign/15-idx");
    Path in = pairs.resolve(name + imagesSuffix);
    new IdxReader().read(foreignRange(in, pairs.resolve(name + labelsSuffix), -1), sink);
  }

  private static FileRange foreignRange(Path images, Path labels, long records) {
    return FileRange.newBuilder(IdxFiles.range(images, labels, 0, records))
        .setColumns(IdxReader.columns(IdxHeader.readImages(images)))
        .build();
  }

  /** The bright half is left in even images and right in odd ones. */
  private static String foreignRow(int n) {
    List<Integer> pixels =
        IntStream.range(0, 64)
            .mapToObj(i -> (i % 8 < 4) == (n % 2 == 0) ? 255 : (n * 3 + i / 8) % 40)
            .map(pixel -> (int) (byte) (int) pixel)
            .toList();
    return "%s: %s, [%s]".formatted(n, pixels, n % 2);
  }

  private long read(long first, long records) {
    return new IdxReader().read(IdxFiles.range(images, labels, first, records), sink);
  }

  private void assertBroken(String message) {
    var e = assertThrows(BrokenFileException.class, () -> read(0, -1));
    assertEquals(message, e.getMessage());
  }

  private void pack() throws IOException {
    images = packed(images);
    labels = packed(labels);
  }

  private static Path packed(Path file) throws IOException {
    Path packed = file.resolveSibling(file.getFileName() + ".gz");
    Files.write(packed, IdxFiles.gzip(Files.readAllBytes(file)));
    Files.delete(file);
    return packed;
  }
}
