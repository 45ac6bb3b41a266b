package io.beamgrad.benchmarks;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class DenseTableTest {
  @Test
  void rowsAreThirtyNumbersOfFourDecimalsAndALabel() throws IOException {
    List<String> lines = lines(1);

    assertEquals(501, lines.size());
    assertEquals(31, lines.get(0).split(",").length);
    assertTrue(lines.stream().skip(1).allMatch(line -> line.matches("(-?\\d+\\.\\d{4},){30}[01]")));
  }

  @Test
  void theSameSeedGivesTheSameRowsAndAnotherOthers() throws IOException {
    assertEquals(lines(1), lines(1));
    assertNotEquals(lines(1).get(1), lines(2).get(1));
  }

  @Test
  void bothLabelsAreFrequent() throws IOException {
    long ones = lines(1).stream().filter(line -> line.endsWith(",1")).count();

    assertTrue(ones > 150 && ones < 350, ones + " of 500");
  }

  @Test
  void theBytesThatAreSaidAreThoseWritten() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();

    assertEquals(new DenseTable(1).write(out, 5000), out.size());
  }

  private static List<String> lines(long seed) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new DenseTable(seed).write(out, 500);
    return out.toString(US_ASCII).lines().toList();
  }
}
