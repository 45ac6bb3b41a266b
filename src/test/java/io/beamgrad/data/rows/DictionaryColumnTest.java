package io.beamgrad.data.rows;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DictionaryColumnTest {
  private static DictionaryColumn texts() {
    DictionaryColumn texts = new DictionaryColumn();
    texts.reset(3, new String[] {"a", "bcd"});
    System.arraycopy(new int[] {1, -1, 0}, 0, texts.indexes(), 0, 3);
    return texts;
  }

  @Test
  void eachRowHasItsTextOrNone() {
    DictionaryColumn texts = texts();
    assertEquals("bcd", texts.text(0));
    assertNull(texts.text(1));
    assertEquals("a", texts.text(2));
  }

  @Test
  void eachEntryIsLookedUpOnceForEachAsker() {
    DictionaryColumn texts = texts();
    int[] lengths = texts.codes("first", String::length);
    assertArrayEquals(new int[] {1, 3}, lengths);
    assertArrayEquals(new int[] {'a', 'b'}, texts.codes("second", text -> text.charAt(0)));
    assertSame(lengths, texts.codes("first", String::length));
  }

  @Test
  void otherRowsForgetWhatWasLookedUp() {
    DictionaryColumn texts = texts();
    int[] lengths = texts.codes("first", String::length);
    texts.reset(2, new String[] {"xy"});
    assertArrayEquals(new int[] {2}, texts.codes("first", String::length));
    assertNotSame(lengths, texts.codes("first", String::length));
  }

  @Test
  void onlyTheLatestAskersAreKept() {
    DictionaryColumn texts = texts();
    List<Object> askers = Stream.generate(Object::new).limit(6).toList();
    List<int[]> codes = askers.stream().map(asker -> texts.codes(asker, String::length)).toList();
    assertSame(codes.get(5), texts.codes(askers.get(5), String::length));
    assertSame(codes.get(2), texts.codes(askers.get(2), String::length));
    assertNotSame(codes.get(1), texts.codes(askers.get(1), String::length));
  }

  @Test
  void lettersCountAsMemory() {
    DictionaryColumn brief = new DictionaryColumn();
    brief.reset(1, new String[] {"a"});
    DictionaryColumn lengthy = new DictionaryColumn();
    lengthy.reset(1, new String[] {"a".repeat(1000)});
    assertEquals(999, lengthy.bytes() - brief.bytes());
  }
}
