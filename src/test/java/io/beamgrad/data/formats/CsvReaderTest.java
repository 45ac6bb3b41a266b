package io.beamgrad.data.formats;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.beamgrad.data.rows.CollectedRows;
import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.rows.RowSink;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.failure.MissingDataException;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnRole;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.CsvOptions;
import io.beamgrad.schema.FileFormat;
import io.beamgrad.schema.FileRange;
import io.beamgrad.schema.Reject;
import io.beamgrad.schema.Split;
import io.beamgrad.schema.ValueKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CsvReaderTest {
  private static final Column TEMP = Columns.feature("temp", ColumnType.FLOATS, List.of());
  private static final Column SPECIES = Columns.target("species", ColumnType.STRINGS, List.of());

  @TempDir Path folder;
  private final CollectedRows sink = new CollectedRows();

  @Test
  void columnsAreTakenByNameInTheOrderOfTheRange() throws IOException {
    assertEquals(2, read("id,species,temp\n1,setosa,7.5\n2,virginica,-1e2\n", TEMP, SPECIES));
    assertEquals(List.of("0: [7.5], setosa", "1: [-100.0], virginica"), sink.rows);
  }

  @Test
  void quotesProtectCommasQuotesAndLineEnds() throws IOException {
    read("temp,\"species\"\r\n\"1\",\"a,\"\"b\"\"\r\nc\"\r\n", TEMP, SPECIES);
    assertEquals(List.of("0: [1.0], a,\"b\"\r\nc"), sink.rows);
  }

  @Test
  void spacesAroundNumbersAndNamesDoNotMatterButInTextTheyDo() throws IOException {
    read("temp , species\n 1.5\t, a \n", TEMP, SPECIES);
    assertEquals(List.of("0: [1.5],  a "), sink.rows);
  }

  @Test
  void blankLinesAreNoRecordsAndTheLastLineNeedsNoEnd() throws IOException {
    assertEquals(2, read("\ntemp\n\n1\n\n\n2", TEMP));
    assertEquals(List.of("0: [1.0]", "1: [2.0]"), sink.rows);
  }

  @Test
  void aByteOrderMarkIsSkipped() throws IOException {
    read("\uFEFF\"temp\",species\n1,\u00e9t\u00e9\n", TEMP, SPECIES);
    assertEquals(List.of("0: [1.0], \u00e9t\u00e9"), sink.rows);
  }

  @Test
  void gzipFilesGiveTheSameRows() throws IOException {
    Path file = folder.resolve("train.csv.gz");
    Files.write(file, IdxFiles.gzip("temp\n1\nx\n".getBytes(StandardCharsets.UTF_8)));
    assertEquals(2, new CsvReader().read(range(file, TEMP), sink));
    assertEquals(List.of("0: [1.0]"), sink.rows);
    assertEquals(
        List.of("train.csv record 2 column temp: expected a number, found 'x'"),
        sink.describedRejects());
  }

  @Test
  void aRejectHasItsPlaceItsValueAndItsReason() throws IOException {
    assertEquals(3, read("species,temp\n\"two\nlines\",1\na,warm\nb,2\n", TEMP, SPECIES));
    assertEquals(
        List.of(new Reject("train.csv", 2L, 4L, "temp", "warm", "expected a number, found 'warm'")),
        sink.rejects);
    assertEquals(List.of("0: [1.0], two\nlines", "2: [2.0], b"), sink.rows);
  }

  @Test
  void aRowOfAnotherLengthIsRejected() throws IOException {
    assertEquals(4, read("temp,species\n1\n1,a,2\nx\n2,b\n", TEMP, SPECIES));
    assertEquals(
        List.of(
            "train.csv record 1: expected 2 fields, found 1",
            "train.csv record 2: expected 2 fields, found 3",
            "train.csv record 3: expected 2 fields, found 1"),
        sink.describedRejects());
    assertEquals(List.of("3: [2.0], b"), sink.rows);
    assertEquals(2L, sink.rejects.get(0).getLine());
  }

  @ParameterizedTest
  @CsvSource({
    "'',            value is missing",
    "'  ',          value is missing",
    "'\"\"',        value is missing",
    "NA,            'value is missing, found ''NA'''",
    "NaN,           'value is missing, found ''NaN'''",
    "-nan,          'expected a number, found ''-nan'''",
    "null,          'value is missing, found ''null'''",
    "Infinity,      'expected a finite number, found ''Infinity'''",
    "-inf,          'expected a finite number, found ''-inf'''",
    "1e39,          'expected a finite number, found ''1e39'''",
    "abc,           'expected a number, found ''abc'''",
    "1f,            'expected a number, found ''1f'''",
    "'\"1,5\"',     'expected a number, found ''1,5'''",
    "'\"1\n2\"',    'expected a number, found ''1\\n2'''",
  })
  void aNumberThatIsNoneIsRejected(String field, String reason) throws IOException {
    read("temp,species\n" + field + ",a\n", TEMP, SPECIES);
    assertEquals(List.of("train.csv record 1 column temp: " + reason), sink.describedRejects());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\"\"", "NA", "nan", "NULL"})
  void aTextThatIsMissingIsRejected(String field) throws IOException {
    read("temp,species\n1," + field + "\n", TEMP, SPECIES);
    assertEquals(1, sink.rejects.size());
    assertEquals("species", sink.rejects.get(0).getColumn());
  }

  @Test
  void aQuotedNaIsAText() throws IOException {
    read("temp,species\n1,\"NA\"\n", TEMP, SPECIES);
    assertEquals(List.of("0: [1.0], NA"), sink.rows);
  }

  @Test
  void theFirstWrongValueIsNamedAndUnusedColumnsAreNotLookedAt() throws IOException {
    read("id,species,temp\n?,,?\n", TEMP, SPECIES);
    assertEquals(
        List.of("train.csv record 1 column species: value is missing"), sink.describedRejects());
  }

  @Test
  void aTextThatIsNotUtf8IsRejected() throws IOException {
    Path file = folder.resolve("train.csv");
    Files.write(file, "temp,species\n1,\u00e9\n".getBytes(StandardCharsets.ISO_8859_1));
    new CsvReader().read(range(file, TEMP, SPECIES), sink);
    assertEquals(
        List.of("train.csv record 1 column species: expected UTF-8, found '\uFFFD'"),
        sink.describedRejects());
  }

  @Test
  void aLongValueIsCutToAHundredCharacters() throws IOException {
    read("temp\n" + "x".repeat(1000) + "\n", TEMP);
    assertEquals("x".repeat(100), sink.rejects.get(0).getValue());
    assertEquals(
        List.of(
            "train.csv record 1 column temp: expected a number, found '" + "x".repeat(100) + "'"),
        sink.describedRejects());
  }

  @Test
  void anEmptyFileIsBroken() {
    assertBroken("", "train.csv: empty file");
    assertBroken("\n\n", "train.csv: empty file, expected a header line");
  }

  @Test
  void aHeaderAloneHasNoRows() throws IOException {
    assertEquals(0, read("temp\n", TEMP));
  }

  @Test
  void aMissingColumnIsBroken() {
    assertBroken(
        "temperature,rain\n1,2\n", "train.csv: no column 'temp'; the header has temperature, rain");
  }

  @Test
  void ofALongHeaderTwentyNamesAreShown() {
    String header = IntStream.range(0, 785).mapToObj(i -> "p" + i).collect(Collectors.joining(","));
    assertBroken(
        header + "\n",
        "train.csv: no column 'temp'; the header has p0, p1, p2, p3, p4, p5, p6, p7, p8, p9,"
            + " p10, p11, p12, p13, p14, p15, p16, p17, p18, p19, ... (785)");
  }

  @Test
  void aColumnNamedTwiceIsBroken() {
    assertBroken("temp,x,temp\n1,2,3\n", "train.csv: the header has column 'temp' twice");
  }

  @Test
  void aHeaderThatIsNotUtf8IsBroken() throws IOException {
    Path file = folder.resolve("train.csv");
    Files.write(file, "temp\n".getBytes(StandardCharsets.UTF_16));
    var e =
        assertThrows(
            BrokenFileException.class, () -> new CsvReader().read(range(file, TEMP), sink));
    assertEquals(
        "train.csv: the header is not UTF-8; data.csv.encoding or --csv says another encoding",
        e.getMessage());
  }

  @Test
  void aQuoteThatIsNotClosedIsAReject() throws IOException {
    assertEquals(3, read("temp,species\n1,a\n2,\"b\n3,c\n", TEMP, SPECIES));
    assertEquals(List.of("0: [1.0], a", "2: [3.0], c"), sink.rows);
    assertEquals(
        List.of(
            new Reject(
                "train.csv",
                2L,
                3L,
                "species",
                "\"b",
                "a quote is not closed to the end of the file")),
        sink.rejects);
    assertBroken("\"temp\n1\n", "train.csv line 1: a quote is not closed to the end of the file");
  }

  @Test
  void aQuoteAtTheVeryEndIsAReject() throws IOException {
    assertEquals(2, read("temp\n1\n\"", TEMP));
    assertEquals(
        List.of("train.csv record 2 column temp: a quote is not closed to the end of the file"),
        sink.describedRejects());
  }

  @Test
  void aQuoteThatGoesOnIsARejectAndTheNextLineTheNextRecord() throws IOException {
    assertEquals(4, read("temp,species\n1,a\n\n2,\"b\"c\n3,\"d\ne\"\nx,f\n", TEMP, SPECIES));
    assertEquals(List.of("0: [1.0], a", "2: [3.0], d\ne"), sink.rows);
    assertEquals(
        List.of(
            new Reject(
                "train.csv", 2L, 4L, "species", "\"b\"c", "text goes on after a closing quote"),
            new Reject("train.csv", 4L, 7L, "temp", "x", "expected a number, found 'x'")),
        sink.rejects);
  }

  @Test
  void aFieldOfAMillionCharactersIsARejectHoweverLongItIs() throws IOException {
    for (int length : new int[] {1 << 20, 3 << 20, 1 << 25}) {
      sink.rejects.clear();
      sink.rows.clear();
      assertEquals(
          3, read("temp,species\n1,\"" + "x".repeat(length) + "\"\n2,b\nz,c\n", TEMP, SPECIES));
      assertEquals(List.of("1: [2.0], b"), sink.rows);
      Reject reject = sink.rejects.get(0);
      assertEquals("species", reject.getColumn());
      assertEquals("\"" + "x".repeat(99), reject.getValue());
      assertEquals(
          "a field of 1048576 characters or more; is a quote not closed?", reject.getReason());
      assertEquals(2L, reject.getLine());
      assertEquals(4L, sink.rejects.get(1).getLine());
    }
  }

  @Test
  void afterAFieldThatNeverEndsReadingGoesOnAtTheNextLine() throws IOException {
    String text = "temp,species\n\"1,a\n" + "2,b\n".repeat(300_000) + "3,c\n";
    assertEquals(300_002, read(text, TEMP, SPECIES));
    assertEquals(
        List.of(
            "train.csv record 1 column temp: a field of 1048576 characters or more;"
                + " is a quote not closed?"),
        sink.describedRejects());
    assertEquals("\"1,a", sink.rejects.get(0).getValue());
    assertEquals("300001: [3.0], c", sink.rows.get(300_000));
  }

  @Test
  void withoutAHeaderColumnsAreNumbered() throws IOException {
    Path file = Files.writeString(folder.resolve("train.csv"), "\n1,a\n2,b\n");
    Column first = Columns.feature("c1", ColumnType.FLOATS, List.of());
    Column second = Columns.target("c2", ColumnType.STRINGS, List.of());
    FileRange range =
        FileRange.newBuilder(range(file, first, second))
            .setCsv(CsvOptions.newBuilder().setDelimiter(",").setHeader(false).build())
            .build();
    assertEquals(2, new CsvReader().read(range, sink));
    assertEquals(List.of("0: [1.0], a", "1: [2.0], b"), sink.rows);
  }

  @Test
  void delimiterQuoteCommentAndEncodingAreTheOptions() throws IOException {
    Path file = folder.resolve("train.csv");
    Files.write(
        file,
        "# a comment\ntemp;species\n1;'a;''\u00e9'\n#2;b\n3;c\n"
            .getBytes(StandardCharsets.ISO_8859_1));
    CsvOptions options =
        new CsvOptions(";", "'", true, "ISO-8859-1", "#", null, ".", null, List.of());
    FileRange range = FileRange.newBuilder(range(file, TEMP, SPECIES)).setCsv(options).build();
    assertEquals(2, new CsvReader().read(range, sink));
    assertEquals(List.of("0: [1.0], a;'\u00e9", "1: [3.0], c"), sink.rows);
  }

  @Test
  void aColumnMayBeAskedForTwiceInTwoRoles() throws IOException {
    Column key =
        new Column(
            "temp", ColumnType.STRINGS, List.of(), ColumnRole.KEY, ValueKind.TEXT, null, false);
    read("temp\n1.50\n", TEMP, key);
    assertEquals(List.of("0: [1.5], 1.50"), sink.rows);
  }

  @Test
  void aGzipFileCutShortIsBroken() throws IOException {
    Path file = folder.resolve("train.csv.gz");
    byte[] packed = IdxFiles.gzip("temp\n1\n2\n".getBytes(StandardCharsets.UTF_8));
    Files.write(file, Arrays.copyOf(packed, packed.length - 3));
    var e =
        assertThrows(
            BrokenFileException.class, () -> new CsvReader().read(range(file, TEMP), sink));
    assertEquals("train.csv.gz: gzip file cut short after 0 unpacked bytes", e.getMessage());
  }

  /** Java's own unpacker takes it for the end of the file. */
  @Test
  void aBrokenSecondMemberOfAGzipFileIsNoEnd() throws IOException {
    Path file = folder.resolve("train.csv.gz");
    byte[] first = IdxFiles.gzip("temp\n1\n".getBytes(StandardCharsets.UTF_8));
    byte[] second = IdxFiles.gzip("2\n".getBytes(StandardCharsets.UTF_8));
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    Files.write(file, both);
    assertEquals(2, new CsvReader().read(range(file, TEMP), sink));

    both[first.length] ^= 1;
    Files.write(file, both);
    assertThrows(BrokenFileException.class, () -> new CsvReader().read(range(file, TEMP), sink));
  }

  @Test
  void aMissingFileIsNamed() {
    Path file = folder.resolve("train.csv");
    var e =
        assertThrows(
            MissingDataException.class, () -> new CsvReader().read(range(file, TEMP), sink));
    assertEquals(file + ": no such file", e.getMessage());
  }

  @Test
  void aPartOfAFileIsRefused() {
    FileRange part =
        FileRange.newBuilder(range(Path.of("a.csv"), TEMP)).setFirstRecord(5).setRecords(7).build();
    var e = assertThrows(IllegalArgumentException.class, () -> new CsvReader().read(part, sink));
    assertEquals(
        "a.csv: a CSV file is read as a whole, was asked for 7 records from 5", e.getMessage());
  }

  @Test
  void whatTheSinkThrowsComesThrough() throws IOException {
    Path file = Files.writeString(folder.resolve("train.csv"), "temp\n1\n");
    RowSink failing =
        new RowSink() {
          @Override
          public void accept(long record, ColumnBlock row) {
            throw new IllegalStateException("full");
          }

          @Override
          public void reject(Reject reject) {}
        };
    var e =
        assertThrows(
            IllegalStateException.class, () -> new CsvReader().read(range(file, TEMP), failing));
    assertEquals("full", e.getMessage());
  }

  @Test
  void aColumnThatNoTableHasIsRefused() {
    Column pixels = Columns.feature("temp", ColumnType.BYTES, List.of(2));
    var e =
        assertThrows(
            IllegalArgumentException.class,
            () -> new CsvReader().read(range(Path.of("a.csv"), pixels), sink));
    assertEquals(
        "column temp: a table has numbers and booleans as FLOATS[] or FLOATS[n], dates as LONGS[],"
            + " text as STRINGS[], was NUMBER as BYTES[2]",
        e.getMessage());
  }

  private long read(String text, Column... columns) throws IOException {
    Path file = folder.resolve("train.csv");
    Files.writeString(file, text);
    return new CsvReader().read(range(file, columns), sink);
  }

  private void assertBroken(String text, String message) {
    var e = assertThrows(BrokenFileException.class, () -> read(text, TEMP));
    assertEquals(message, e.getMessage());
  }

  private static FileRange range(Path file, Column... columns) {
    return new FileRange(
        Split.TRAIN,
        FileFormat.CSV,
        file.toString(),
        null,
        "train.csv",
        0L,
        -1L,
        List.of(columns),
        null,
        null);
  }
}
