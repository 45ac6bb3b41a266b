package io.beamgrad.benchmarks;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReviewTableTest {
  private static List<String> lines(long seed) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    long bytes = new ReviewTable(seed).write(out, 300);
    assertEquals(out.size(), bytes);
    return out.toString(US_ASCII).lines().toList();
  }

  @Test
  void rowsAreALabelAndWords() throws IOException {
    List<String> lines = lines(1);
    assertEquals(301, lines.size());
    for (String line : lines.subList(1, 301)) {
      assertTrue(line.matches("[01],\"[a-zA-Z]+([., ]+[a-zA-Z]+)*[.,]?\""), line);
      int words = line.substring(3).split(" ").length;
      assertTrue(words >= ReviewTable.LEAST_WORDS && words <= ReviewTable.MOST_WORDS, line);
    }
    long good = lines.stream().filter(line -> line.startsWith("1,")).count();
    assertTrue(good > 100 && good < 200, good + " of 300");
  }

  @Test
  void theSameSeedGivesTheSameRowsAndAnotherOthers() throws IOException {
    assertEquals(lines(1), lines(1));
    assertNotEquals(lines(1).get(1), lines(2).get(1));
  }
}
