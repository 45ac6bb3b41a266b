package io.beamgrad.benchmarks;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class PriceTableTest {
  @Test
  void rowsHaveTenColumnsAndAPrice() throws IOException {
    List<String> lines = lines(1);

    assertEquals("area,rooms,floor,built,x,y,district,state,heating,lift,price", lines.get(0));
    assertEquals(501, lines.size());
    String number = "-?\\d+\\.\\d{4}";
    String row =
        String.join(
            ",",
            number,
            "\\d+",
            "\\d+",
            "(19|20)\\d\\d",
            number,
            number,
            "district \\d+",
            "(new|good|worn|poor)",
            "(gas|oil|district|pump|none)",
            "(yes|no)",
            "[1-9]\\d*");
    assertEquals(List.of(), lines.stream().skip(1).filter(line -> !line.matches(row)).toList());
  }

  @Test
  void theSameSeedGivesTheSameRowsAndAnotherOthers() throws IOException {
    assertEquals(lines(1), lines(1));
    assertNotEquals(lines(1).get(1), lines(2).get(1));
  }

  @Test
  void pricesAreThoseOfFlats() throws IOException {
    List<Integer> prices =
        lines(1).stream()
            .skip(1)
            .map(line -> Integer.valueOf(line.substring(line.lastIndexOf(',') + 1)))
            .sorted()
            .toList();

    assertTrue(prices.get(0) > 10_000, prices.get(0) + "");
    assertTrue(prices.get(499) < 10_000_000, prices.get(499) + "");
  }

  private static List<String> lines(long seed) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new PriceTable(seed).write(out, 500);
    return out.toString(US_ASCII).lines().toList();
  }
}
