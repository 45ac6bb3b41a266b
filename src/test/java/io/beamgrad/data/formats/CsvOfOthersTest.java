package io.beamgrad.data.formats;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.beamgrad.data.rows.CollectedRows;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.rows.SourceField;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnRole;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.CsvOptions;
import io.beamgrad.schema.FileFormat;
import io.beamgrad.schema.FileRange;
import io.beamgrad.schema.Split;
import io.beamgrad.schema.ValueKind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads CSV as programs other than ours write it. */
class CsvOfOthersTest {
  private static final Column TEMP = Columns.feature("temp", ColumnType.FLOATS, List.of());
  private static final Column PAIR = Columns.feature("pair", ColumnType.FLOATS, List.of(2));
  private static final Column SPECIES = Columns.target("species", ColumnType.STRINGS, List.of());

  @TempDir Path folder;
  private final CollectedRows sink = new CollectedRows();

  @Test
  void anEscapedQuoteDelimiterOrLineEndIsAPlainOne() throws IOException {
    CsvOptions csv = options().setEscape("\\").build();
    read(csv, "species,temp\n\"say \\\"hi\\\", ok\",1\na\\,b,2\na\\\nb,3\n\"x\\\\\",4\nx,y\n");
    assertEquals(
        List.of("0: [1.0], say \"hi\", ok", "1: [2.0], a,b", "2: [3.0], a\nb", "3: [4.0], x\\"),
        sink.rows);
    assertEquals(7L, sink.rejects.get(0).getLine());
  }

  @Test
  void theFirstCharacterOfALineEndOfTwoIsEscaped() throws IOException {
    String text = "species,temp\r\na\\\r\nb,1\r\nc,2\r\nx,y\r\n";
    read(options().setEscape("\\").build(), text);
    assertEquals(List.of("0: [1.0], a\r\nb", "1: [2.0], c"), sink.rows);
    assertEquals(5L, sink.rejects.get(0).getLine());
  }

  @Test
  void beforeOtherCharactersAnEscapeIsACharacterAsWithoutTheOption() throws IOException {
    read(options().setEscape("\\").build(), "species,temp\nC:\\temp\\,1,2\n\\\n");
    assertEquals(List.of("0: [2.0], C:\\temp,1"), sink.rows);
    sink.rows.clear();
    read(options().build(), "species,temp\nC:\\temp\\,1\n");
    assertEquals(List.of("0: [1.0], C:\\temp\\"), sink.rows);
  }

  @Test
  void theEscapesOfMySqlAreUnderstood() throws IOException {
    Column nullable =
        new Column(
            "temp", ColumnType.FLOATS, List.of(), ColumnRole.FEATURE, ValueKind.NUMBER, null, true);
    String text = "species,temp\na,\\N\n\\\\N,1\n\"\\N\",2\n";
    read(options().setEscape("\\").build(), text, nullable, SPECIES);
    assertEquals(List.of("0: [NaN], a", "1: [1.0], \\N", "2: [2.0], \\N"), sink.rows);
  }

  @Test
  void aRejectShowsWhatTheFileHas() throws IOException {
    read(options().setEscape("\\").build(), "species,temp\n\"a\"\\\"b\\\\,1\nc,2\n");
    assertEquals("\"a\"\\\"b\\\\,1", sink.rejects.get(0).getValue());
    assertEquals(List.of("1: [2.0], c"), sink.rows);
  }

  @Test
  void anEscapeAtTheBorderOfABufferIsOne() throws IOException {
    for (int length = 8185; length < 8195; length++) {
      String long1 = "x".repeat(length);
      sink.rows.clear();
      read(options().setEscape("\\").build(), "species,temp\n" + long1 + "\\,\\\\,1\n");
      assertEquals(List.of("0: [1.0], " + long1 + ",\\"), sink.rows);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sep=;\n", "\uFEFFsep=;\r\n", "\"sep=;\"\n", "SEP=;\n"})
  void aFirstLineForExcelSaysTheDelimiter(String first) throws IOException {
    read(options().build(), first + "temp;species\n1;a\nx;b\n");
    assertEquals(List.of("0: [1.0], a"), sink.rows);
    assertEquals(4L, sink.rejects.get(0).getLine());
    sink.rows.clear();
    read(options().setDelimiter("|").build(), first + "temp;species\n1;a\n");
    assertEquals(List.of("0: [1.0], a"), sink.rows);
    List<SourceField> fields =
        new CsvReader()
            .fields(folder.resolve("train.csv").toString(), "train.csv", options().build());
    assertEquals(List.of("temp", "species"), fields.stream().map(SourceField::name).toList());
  }

  @Test
  void aHeaderThatBeginsWithSepIsAHeader() throws IOException {
    read(options().build(), "sep=,temp,species\n1,2,a\n");
    assertEquals(List.of("0: [2.0], a"), sink.rows);
  }

  @Test
  void linesMayEndWithADelimiterWhereTheFirstRecordDoes() throws IOException {
    read(options().build(), "temp,species\n1,a,\n2,b\n3,c,,\n4,d,e\n5,f,\n");
    assertEquals(List.of("0: [1.0], a", "1: [2.0], b", "4: [5.0], f"), sink.rows);
    assertEquals(
        List.of(
            "train.csv record 3: expected 2 fields, found 4",
            "train.csv record 4: expected 2 fields, found 3"),
        sink.describedRejects());
  }

  @Test
  void onlyTheHeaderMayEndWithADelimiter() throws IOException {
    read(options().build(), "temp,species,\n1,a\n2,b,\n3\n");
    assertEquals(List.of("0: [1.0], a", "1: [2.0], b"), sink.rows);
    assertEquals(1, sink.rejects.size());
  }

  @Test
  void aShiftedRecordIsNoneThatEndsWithADelimiter() throws IOException {
    read(options().build(), "temp,species\n1,a\n2,b,\n");
    assertEquals(
        List.of("train.csv record 2: expected 2 fields, found 3"), sink.describedRejects());
  }

  @Test
  void aRecordWhoseLastFieldIsEmptyDoesNotEndWithADelimiter() throws IOException {
    read(options().build(), "temp,species,note\n1,a,\n2,b,x,\n3,c,\n");
    assertEquals(List.of("0: [1.0], a", "2: [3.0], c"), sink.rows);
    assertEquals(
        List.of("train.csv record 2: expected 3 fields, found 4"), sink.describedRejects());
  }

  @Test
  void theFirstRecordThatIsNotBrokenSaysThatLinesEndWithADelimiter() throws IOException {
    read(options().build(), "temp,species\n\"1\"0,a,\n2,b,\n3,c,\n");
    assertEquals(List.of("1: [2.0], b", "2: [3.0], c"), sink.rows);
    assertEquals(1, sink.rejects.size());
  }

  @Test
  void aNameTwiceInTheHeaderMattersWhereItIsUsed() throws IOException {
    read(options().build(), "note,temp,note,species\nx,1,y,a\n");
    assertEquals(List.of("0: [1.0], a"), sink.rows);
    BrokenFileException e =
        assertThrows(
            BrokenFileException.class, () -> read(options().build(), "temp,temp,species\n1,1,a\n"));
    assertEquals("train.csv: the header has column 'temp' twice", e.getMessage());
  }

  @Test
  void wordsOfTheOptionAreMissingWithQuotesOrWithout() throws IOException {
    CsvOptions csv = options().setMissing(List.of("?", "-", "None", "\\N", ".", "#N/A")).build();
    read(csv, "temp,species\n?,a\n-,a\n none ,a\n\"\\N\",a\n.,a\n#n/a,a\n-1,a\n1,?\n2,\"-\"\n");
    assertEquals(List.of("6: [-1.0], a"), sink.rows);
    assertEquals(
        "train.csv record 1 column temp: value is missing, found '?'",
        sink.describedRejects().get(0));
    assertEquals(
        "train.csv record 9 column species: value is missing, found '-'",
        sink.describedRejects().get(7));
  }

  @Test
  void aWordForMissingValuesMayHaveAnyLetters() throws IOException {
    CsvOptions csv = options().setMissing(List.of("\u00FCnknown", "k", " ", "fehlt")).build();
    read(csv, "temp,species\n1,\u00DCNKNOWN\n2,K\n3,\u212A\n4,Fehlt\n5,fehlte\n6,\u00FC\n");
    assertEquals(List.of("4: [5.0], fehlte", "5: [6.0], \u00FC"), sink.rows);
  }

  @Test
  void aBlankMayBeTheDelimiter() throws IOException {
    read(options().setDelimiter(" ").build(), "temp species\n1 a\n2 \"b c\"\n");
    assertEquals(List.of("0: [1.0], a", "1: [2.0], b c"), sink.rows);
  }

  @Test
  void aReturnWithinQuotesIsNoHalfOfTheLineEndBehindThem() throws IOException {
    read(options().build(), "temp,species\n1,\"a\rb\"\n2,\"c\r\"\n3,d\n");
    assertEquals(List.of("0: [1.0], a\rb", "1: [2.0], c\r", "2: [3.0], d"), sink.rows);
  }

  @Test
  void ofARejectWithDoubledQuotesTheFaultyFieldAloneIsShown() throws IOException {
    read(options().build(), "species,temp,note\n\"a \"\"b\"\" c\",\"1\"2,x\n");
    assertEquals("\"1\"2,x", sink.rejects.get(0).getValue());
  }

  @Test
  void numbersAreWrittenAsTheOptionsSay() throws IOException {
    CsvOptions csv = options().setDelimiter(";").setDecimal(",").setThousands(".").build();
    read(csv, "temp;species\n1.234,5;a,b\n\u22121.234,5\u00A0\u20AC;1.5\n1.5;c\n");
    assertEquals(List.of("0: [1234.5], a,b", "1: [-1234.5], 1.5"), sink.rows);
    assertEquals(
        List.of("train.csv record 3 column temp: expected a number such as 1.234,5, found '1.5'"),
        sink.describedRejects());
  }

  @Test
  void aListOfNumbersMayHaveDecimalCommas() throws IOException {
    CsvOptions csv = options().setDelimiter(";").setDecimal(",").build();
    read(csv, "pair;species\n[1,5 2,5];a\n\"1,5; 2\";b\n[1, 2];c\n", PAIR, SPECIES);
    assertEquals(List.of("0: [1.5, 2.5], a", "1: [1.5, 2.0], b", "2: [1.0, 2.0], c"), sink.rows);
  }

  @Test
  void blanksSignsAndUnitsThatMeanOneThingNeedNoOption() throws IOException {
    read(
        options().build(),
        "temp,species\n1.5\u00A0,a\n\u22121.5,a\n$1.5,a\n1.5 \u20AC,a\n12%,a\n\u00A0,a\n");
    assertEquals(
        List.of("0: [1.5], a", "1: [-1.5], a", "2: [1.5], a", "3: [1.5], a", "4: [12.0], a"),
        sink.rows);
    assertEquals(
        List.of("train.csv record 6 column temp: value is missing"), sink.describedRejects());
  }

  @Test
  void commentsMayBeAnywhere() throws IOException {
    read(options().setComment("#").build(), "# a, b, c\ntemp,species\n1,a\n# x\n#y,z,,\n2,b\n");
    assertEquals(List.of("0: [1.0], a", "1: [2.0], b"), sink.rows);
  }

  @Test
  void aDelimiterOfTwoBytesIsFoundOnceWhereverABufferEnds() throws IOException {
    CsvOptions csv = options().setDelimiter("\u00A7").build();
    int bufferEnd = 1 << 18;
    for (int length = bufferEnd - 48; length < bufferEnd; length++) {
      sink.rows.clear();
      String text = "a".repeat(length);
      read(csv, "temp\u00A7species\n1\u00A7" + text + "\n2\u00A7bcdefgh\n3\u00A7i\n");
      assertEquals(List.of("0: [1.0], " + text, "1: [2.0], bcdefgh", "2: [3.0], i"), sink.rows);
      assertEquals(List.of(), sink.rejects);
    }
  }

  @Test
  void aRecordOfTooManyCharactersIsRejectedWhereverItStands() throws IOException {
    StringBuilder header = new StringBuilder("temp,species");
    StringBuilder tooMany = new StringBuilder("1,a");
    StringBuilder enough = new StringBuilder("2,b");
    for (int i = 0; i < 17; i++) {
      header.append(",more").append(i);
      tooMany.append(',').append("x".repeat(1_000_000));
      enough.append(',').append("x".repeat(900_000));
    }
    String first = header + "\n" + tooMany + "\n" + enough + "\n";
    for (String text : List.of(first, header + "\n" + enough + "\n" + tooMany + "\n" + enough)) {
      sink.rows.clear();
      sink.rejects.clear();
      read(options().build(), text);
      assertEquals(1, sink.rejects.size());
      assertEquals("a record of more than 16777216 characters", sink.rejects.get(0).getReason());
      assertEquals("[2.0], b", sink.rows.get(sink.rows.size() - 1).substring(3));
    }
  }

  @Test
  void aHalfOfACharacterDoesNotEndTheFile() throws IOException {
    byte[] half = {0, (byte) 0xD8, 0, 0}; // U+D800
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes("temp,species\n1,a".getBytes(Charset.forName("UTF-32LE")));
    bytes.writeBytes(half);
    bytes.writeBytes("\n2,b\n".getBytes(Charset.forName("UTF-32LE")));
    read(options().setEncoding("UTF-32LE").build(), bytes.toByteArray());
    assertEquals(List.of("1: [2.0], b"), sink.rows);
    assertEquals(1, sink.rejects.size());
  }

  private static CsvOptions.Builder options() {
    return CsvOptions.newBuilder().setDelimiter(",");
  }

  private void read(CsvOptions csv, String text, Column... columns) throws IOException {
    read(csv, text.getBytes(UTF_8), columns);
  }

  private void read(CsvOptions csv, byte[] text, Column... columns) throws IOException {
    Path file = folder.resolve("train.csv");
    Files.write(file, text);
    FileRange range =
        new FileRange(
            Split.TRAIN,
            FileFormat.CSV,
            file.toString(),
            null,
            "train.csv",
            0L,
            -1L,
            columns.length == 0 ? List.of(TEMP, SPECIES) : List.of(columns),
            csv,
            null);
    new CsvReader().read(range, sink);
  }
}
