package io.beamgrad.data.rows;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.data.rows.TextCounts.Counted;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnType;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TextCountsTest {

  private static TextsColumn texts(String... ofRows) {
    List<Column> columns = List.of(Columns.feature("text", ColumnType.STRINGS, List.of()));
    return (TextsColumn) Rows.block(columns, (Object) ofRows).column(0);
  }

  @Test
  void countsOfBlocksAddUpToThoseOfAMap() {
    String[] words = {"", "a", "ab", "ä", "\ud83d\ude00", "\uffee", "a text of more bytes", null};
    Random random = new Random(3);
    for (int trial = 0; trial < 20; trial++) {
      TextCounts counts = new TextCounts(words.length);
      Map<String, Long> expected = new HashMap<>();
      for (int block = 0; block < 3; block++) {
        String[] rows = new String[1 + random.nextInt(12)];
        for (int row = 0; row < rows.length; row++) {
          rows[row] = words[random.nextInt(words.length)];
        }
        int from = random.nextInt(rows.length);
        counts.add(texts(rows), from, rows.length);
        for (int row = from; row < rows.length; row++) {
          expected.merge(String.valueOf(rows[row]), 1L, Long::sum);
        }
      }
      Long missing = expected.remove("null");
      assertEquals(missing == null ? 0 : missing, counts.missing());
      assertEquals(expected.size(), counts.distinct());
      assertEquals(mostCommon(expected, 3), counts.common(3));
    }
  }

  private static List<Counted> mostCommon(Map<String, Long> counts, int most) {
    return counts.entrySet().stream()
        .sorted(
            Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                .thenComparing(Map.Entry.comparingByKey()))
        .limit(most)
        .map(entry -> new Counted(entry.getKey(), entry.getValue()))
        .toList();
  }

  @Test
  void asManyDistinctTextsAsCanBeCountedAreAndOneMoreIsTooMany() {
    TextCounts counts = new TextCounts(2);
    counts.add(texts("b", "a", "b", null), 0, 4);
    assertFalse(counts.isTooMany());
    assertEquals(List.of(new Counted("b", 2), new Counted("a", 1)), counts.common(5));

    counts.add(texts("a", "c", null), 0, 3);
    assertTrue(counts.isTooMany());
    assertEquals(List.of(), counts.common(5));

    counts.add(texts(null, "d"), 0, 2);
    assertEquals(3, counts.missing());
  }
}
