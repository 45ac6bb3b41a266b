package io.beamgrad.data.rows;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.beamgrad.data.files.Xxh64;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.ColumnValues;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TextsColumnTest {
  private final List<String> lookedUp = new ArrayList<>();

  private static TextsColumn texts(String... ofRows) {
    List<Column> columns = List.of(Columns.feature("text", ColumnType.STRINGS, List.of()));
    return (TextsColumn) Rows.block(columns, (Object) ofRows).column(0);
  }

  private static TextCodes codes(ToIntFunction<String> function) {
    return new TextCodes() {
      @Override
      public int ofMissing() {
        return -1;
      }

      @Override
      public int of(byte[] utf8, int from, int to) {
        return function.applyAsInt(new String(utf8, from, to - from, UTF_8));
      }
    };
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
    assertEquals(0, text.code(0, codes(String::length)));
    text.setMissing(0);
    assertNull(text.text(0));
  }

  @Test
  void aBlockHasADictionaryInTheOrderOfItsRows() throws IOException {
    ColumnValues encoded = texts("bcd", null, "a", "bcd").encode(4);
    assertArrayEquals(new byte[] {4, 'b', 'c', 'd', 2, 'a'}, encoded.getDictionary().array());
    assertEquals(16, encoded.getValues().remaining());

    TextsColumn decoded = texts();
    decoded.decode(encoded.getValues(), encoded.getDictionary(), 4);
    assertEquals("bcd", decoded.text(3));
    assertNull(decoded.text(1));
    decoded.put(1, "0");
    decoded.put(2, "bcd");
    assertEquals(List.of("bcd", "a", "0"), Rows.entries(decoded));
    assertEquals("0", decoded.text(1));
    assertEquals("bcd", decoded.text(2));
  }

  @Test
  void rowsThatWerePackedHaveOnlyTheTextsThatTheyNeed() {
    List<RawColumn> parts = List.of(texts("x", "y"), texts("z", null, "x"));
    int[] partOf = {1, 0, 1, 1};
    TextsColumn packed =
        (TextsColumn) Rows.repacked(parts, partOf, new int[] {1, 0, 2, 0}, new long[4]);
    assertEquals(List.of("x", "z"), Rows.entries(packed));
    assertNull(packed.text(0));
    assertEquals("x", packed.text(1));
    assertEquals("x", packed.text(2));
    assertEquals("z", packed.text(3));
  }

  /** Lengths around those at which a hash or the packed length changes its way. */
  @Test
  void textsOfAnyLengthAreFoundAgain() throws IOException {
    List<String> all = new ArrayList<>();
    for (int length :
        new int[] {0, 1, 2, 6, 7, 8, 9, 15, 16, 17, 125, 126, 127, 128, 16_383, 20_000}) {
      all.add("a".repeat(length));
      for (String other : List.of("b", "ä", "\0", "\uD83D\uDE00")) {
        all.add("a".repeat(length) + other);
        all.add(other + "a".repeat(length));
      }
    }
    List<String> distinct = all.stream().distinct().toList();
    List<String> twice = new ArrayList<>(distinct);
    twice.addAll(distinct);
    TextsColumn texts = texts(twice.toArray(new String[0]));
    long[] hashes = new long[twice.size()];
    int[] rows = IntStream.range(0, hashes.length).toArray();
    TextsColumn packed =
        (TextsColumn) Rows.repacked(List.of(texts), new int[hashes.length], rows, hashes);
    TextsColumn decoded = texts();
    decoded.share(packed.encode(hashes.length), hashes.length);
    for (TextsColumn each : List.of(texts, packed, decoded)) {
      assertEquals(distinct, Rows.entries(each));
      for (int row = 0; row < twice.size(); row++) {
        assertEquals(twice.get(row), each.text(row));
        assertEquals(hashes[row], each.hash(row, 0));
        assertEquals(hashes[row], each.entryHash(each.entry(row), 0));
        assertEquals(Xxh64.hash(twice.get(row), 0), hashes[row]);
      }
    }
  }

  /** So many that the slots grow several times, and many of them collide. */
  @Test
  void manyTextsAreFoundAgain() {
    String[] many =
        IntStream.range(0, 70_000).mapToObj(i -> "k" + i % 50_000).toArray(String[]::new);
    TextsColumn texts = texts(many);
    assertEquals(50_000, texts.entries());
    for (int row = 0; row < many.length; row++) {
      assertEquals(row % 50_000, texts.entry(row));
    }
  }

  @Test
  void whatIsNoDictionaryIsRefused() {
    ByteBuffer values = ByteBuffer.wrap(new byte[] {1, 0, 0, 0});
    for (byte[] packed :
        new byte[][] {
          {2, 'a'}, // one text, and the row has the second
          {2, 'a', 0},
          {2, 'a', 3, 'b'},
          {2, 'a', (byte) 0x80},
          {2, 'a', -1, -1, -1, -1, 127, 'b'},
          {2, 'a', -1, -1, -1, -1, -1, -1, -1, 1}
        }) {
      assertThrows(IOException.class, () -> texts().decode(values, ByteBuffer.wrap(packed), 1));
    }
  }

  @Test
  void eachEntryIsLookedUpOnceForEachFunction() {
    TextsColumn texts = texts("bcd", "a", "bcd");
    TextCodes length = codes(this::length);
    assertEquals(3, texts.code(0, length));
    assertEquals(1, texts.code(1, length));
    assertEquals('b', texts.code(2, codes(text -> text.charAt(0))));
    assertEquals(3, texts.code(2, length));
    assertEquals(List.of("bcd", "a"), lookedUp);
  }

  @Test
  void newTextsForgetWhatWasLookedUp() {
    TextsColumn texts = texts("bcd");
    TextCodes length = codes(this::length);
    assertEquals(3, texts.code(0, length));
    texts.put(0, "xy");
    assertEquals(2, texts.code(0, length));
  }

  @Test
  void onlyTheLatestFunctionsAreKept() {
    TextsColumn texts = texts("a");
    List<TextCodes> functions =
        Stream.iterate(0, i -> i + 1).limit(6).map(i -> codes(text -> i + length(text))).toList();
    functions.forEach(function -> texts.code(0, function));
    assertEquals(6, texts.code(0, functions.get(5)));
    assertEquals(3, texts.code(0, functions.get(2)));
    assertEquals(6, lookedUp.size());
    assertEquals(2, texts.code(0, functions.get(1)));
    assertEquals(7, lookedUp.size());
  }

  @Test
  void lettersCountAsMemory() {
    // The number of a thousand bytes takes two.
    assertEquals(1000, texts("a".repeat(1000)).bytes() - texts("a").bytes());
  }
}
