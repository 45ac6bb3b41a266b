package io.beamgrad.data.formats;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CsvDialectTest {
  @TempDir Path folder;

  /** Delimiter, quote, comment and escape where they are not the default's. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "a,b/1,2/3,4/ ~ ``",
        "a;b/1,5;2/3,5;4/ ~ ;",
        "a|b|c/1|2|3/ ~ |",
        "a\\tb/1\\t2/ ~ `\\t`",
        "a,b/1,2,/3,4,/ ~ ``",
        "a,b/'x, y',2/'z',4/ ~ '",
        "'a','b'/'x','y'/ ~ '",
        "a,b/don't,can't/ ~ ``",
        "a,b/'tis,1/2,3/ ~ ``",
        "a,b/\"x \\\\\"y\\\\\", z\",2/3,4/ ~ `\\\\`",
        "a,b/\"C:\\\\temp\\\\\",2/3,4/ ~ ``",
        "a,b/x\\\\,y,2/3,4/ ~ `\\\\`",
        "# made by hand, twice/a,b/1,2/#, no/3,4/ ~ #",
        "#a,b/1,2/3,4/ ~ ``",
        "% x/a;b/1;2/3;4/ ~ `; %`",
        "a/1/2/ ~ ``",
        "sep=;/a;b/1,5;2/ ~ ``",
        "sep=;/a;b/'x;y';2/ ~ '",
      })
  void theDialectIsTheOneByWhichRecordsHaveTheFieldsOfTheHeader(String text, String found)
      throws IOException {
    String lines = text.strip().replace('/', '\n').replace("\\t", "\t").replace("\\\\", "\\");
    assertEquals(found.replace("\\t", "\t").replace("\\\\", "\\"), dialect("table.csv", lines));
  }

  @Test
  void aTsvHasTabs() throws IOException {
    assertEquals("", dialect("table.tsv", "a\tb\n1,5\t2\n"));
    assertEquals(",", dialect("table.tsv", "a,b\n1,2\n"));
  }

  @Test
  void aLongFileIsJudgedByItsBeginningWhereverThatEnds() throws IOException {
    for (int length = 0; length < 40; length++) {
      String text = "a;b\n" + "x".repeat(length) + ";1\n" + "\"y;\nz\";2\n".repeat(40_000);
      assertEquals(";", dialect("table.csv", text));
    }
  }

  private String dialect(String name, String text) throws IOException {
    Path file = Files.writeString(folder.resolve(name), text);
    CsvStyle found = CsvDialect.of(file.toString(), name);
    CsvStyle usual = CsvStyle.DEFAULT;
    assertEquals(List.of(), found.missing());
    return Stream.of(
            found.delimiter(),
            found.quote().equals(usual.quote()) ? null : found.quote(),
            found.comment(),
            found.escape())
        .filter(Objects::nonNull)
        .collect(Collectors.joining(" "));
  }

  @ParameterizedTest
  @CsvSource({
    "windows-1252, windows-1252",
    "ISO-8859-1, windows-1252",
    "UTF-16, UTF-16",
    "UTF-8, UTF-8",
    "US-ASCII, UTF-8"
  })
  void theEncodingIsToldByWhatIsNoUtf8(String written, String found) throws IOException {
    String text = "straße;x\n" + "Köln;1\nMünchen;2\n".repeat(20);
    Path file = Files.write(folder.resolve("t.csv"), text.getBytes(Charset.forName(written)));
    CsvStyle style = CsvDialect.of(file.toString(), "t.csv");
    assertEquals(found, style.encoding());
    assertEquals(";", style.delimiter());
  }

  @Test
  void aFewBrokenBytesDoNotMakeAnotherEncodingOfUtf8() throws IOException {
    byte[] bytes = ("a;b\n" + "Köln;1\n".repeat(20)).getBytes(UTF_8);
    bytes[5] = (byte) 0xff;
    Path file = Files.write(folder.resolve("t.csv"), bytes);
    assertEquals("UTF-8", CsvDialect.of(file.toString(), "t.csv").encoding());
  }
}
