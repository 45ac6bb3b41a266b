package io.beamgrad.data.rows;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.beamgrad.data.files.Xxh64;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.ColumnValues;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TextsColumnTest {
  private final List<String> lookedUp = new ArrayList<>();

  private static TextsColumn texts(String... ofRows) {
    List<Column> columns = List.of(Columns.feature("text", ColumnType.STRINGS, List.of()));
    return (TextsColumn) Rows.block(columns, (Object) ofRows).column(0);
  }

  private int length(String text) {
    lookedUp.add(text);
    return text.length();
  }

  @Test
  void eachRowHasItsTextOrNone() {
    TextsColumn texts = texts("bcd", null, "a");
    assertEquals("bcd", texts.text(0));
    assertNull(texts.text(1));
    assertEquals("a", texts.text(2));
  }

  @Test
  void aRowThatIsOverwrittenHasTheTextOfItsBytes() {
    TextsColumn text = texts((String) null);
    byte[] line = "a;bcä;".getBytes(UTF_8);
    text.set(0, line, 2, 4);
    line[2] = 'x';
    assertEquals("bcä", text.text(0));
    assertEquals(Xxh64.hash("bcä", 7), text.hash(0, 7));
    text.set(0, line, 0, 0);
    assertEquals("", text.text(0));
    assertEquals(0, text.code(0, String::length));
    text.setMissing(0);
    assertNull(text.text(0));
  }

  @Test
  void aChunkHasADictionaryThatIsSorted() throws IOException {
    ColumnValues encoded = texts("bcd", null, "a", "bcd").encode(4);
    assertEquals(List.of("a", "bcd"), encoded.getDictionary());
    assertEquals(16, encoded.getValues().remaining());

    TextsColumn decoded = texts();
    decoded.decode(encoded.getValues(), encoded.getDictionary(), 4);
    assertEquals("bcd", decoded.text(3));
    assertNull(decoded.text(1));
    decoded.put(1, "0");
    assertEquals(List.of("0", "a", "bcd"), decoded.encode(4).getDictionary());
    assertEquals("0", decoded.text(1));
    assertEquals("bcd", decoded.text(3));
  }

  @Test
  void gatheredRowsHaveOnlyTheTextsThatTheyNeed() {
    TextsColumn one = texts("x", "y");
    RawColumn gathered =
        one.gatherer(List.of(one, texts("z", null, "x")))
            .rows(new int[] {1, 0, 1, 1}, new int[] {1, 0, 2, 0});
    assertEquals(List.of("x", "z"), gathered.encode(4).getDictionary());
    assertNull(gathered.text(0));
    assertEquals("x", gathered.text(1));
    assertEquals("x", gathered.text(2));
    assertEquals("z", gathered.text(3));
  }

  @Test
  void eachEntryIsLookedUpOnceForEachFunction() {
    TextsColumn texts = texts("bcd", "a", "bcd");
    ToIntFunction<String> length = this::length;
    assertEquals(3, texts.code(0, length));
    assertEquals(1, texts.code(1, length));
    assertEquals('b', texts.code(2, text -> text.charAt(0)));
    assertEquals(3, texts.code(2, length));
    assertEquals(List.of("bcd", "a"), lookedUp);
  }

  @Test
  void newTextsForgetWhatWasLookedUp() {
    TextsColumn texts = texts("bcd");
    ToIntFunction<String> length = this::length;
    assertEquals(3, texts.code(0, length));
    texts.put(0, "xy");
    assertEquals(2, texts.code(0, length));
  }

  @Test
  void onlyTheLatestFunctionsAreKept() {
    TextsColumn texts = texts("a");
    List<ToIntFunction<String>> functions =
        Stream.iterate(0, i -> i + 1)
            .limit(6)
            .map(i -> (ToIntFunction<String>) text -> i + length(text))
            .toList();
    functions.forEach(function -> texts.code(0, function));
    assertEquals(6, texts.code(0, functions.get(5)));
    assertEquals(3, texts.code(0, functions.get(2)));
    assertEquals(6, lookedUp.size());
    assertEquals(2, texts.code(0, functions.get(1)));
    assertEquals(7, lookedUp.size());
  }

  @Test
  void lettersCountAsMemory() {
    assertEquals(999, texts("a".repeat(1000)).bytes() - texts("a").bytes());
  }
}
