package io.beamgrad.benchmarks;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class EachTableTest {
  private static final int KEYS = 20;

  @Test
  void rowsAreAKeyTenNumbersAndOneToPredict() throws IOException {
    List<String> lines = lines(1);

    assertEquals("key,x0,x1,x2,x3,x4,x5,x6,x7,x8,x9,y", lines.get(0));
    assertTrue(rows(1).stream().allMatch(line -> line.matches("k\\d{7}(,-?\\d+\\.\\d{4}){11}")));
  }

  @Test
  void eachKeyHasAHundredRowsThatAreNotTogether() throws IOException {
    List<String> keys = rows(1).stream().map(line -> line.substring(0, 8)).toList();
    Map<String, Long> counts = keys.stream().collect(groupingBy(key -> key, counting()));

    assertEquals(KEYS, counts.size());
    assertTrue(counts.containsKey("k0000000") && counts.containsKey("k0000019"));
    assertEquals(List.of(100L), counts.values().stream().distinct().toList());
    assertTrue(new HashSet<>(keys.subList(0, KEYS)).size() > KEYS / 3);
  }

  @Test
  void theSameSeedGivesTheSameBytesOnEveryJdkAndAnotherOthers()
      throws IOException, NoSuchAlgorithmException {
    MessageDigest sha256 = MessageDigest.getInstance("SHA-256");

    assertEquals(
        "420c77822a75db932b154bff16dd6324067e057ee6978430e1d72bb8972da6ec",
        HexFormat.of().formatHex(sha256.digest(bytes(1))));
    assertNotEquals(lines(1).get(1), lines(2).get(1));
  }

  @Test
  void theBytesThatAreSaidAreThoseWritten() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    EachTable table = new EachTable(1, KEYS);

    assertEquals(table.write(out), out.size());
    assertEquals(KEYS * 100, table.rows());
  }

  @Test
  void theMeansOfKeysDiffer() throws IOException {
    Map<String, List<Double>> targets =
        rows(1).stream()
            .map(line -> line.split(","))
            .collect(
                groupingBy(
                    cells -> cells[0], mapping(cells -> Double.valueOf(cells[11]), toList())));
    List<Double> means = targets.values().stream().map(EachTableTest::mean).toList();
    double mean = mean(means);
    double squares = means.stream().mapToDouble(m -> (m - mean) * (m - mean)).sum() / KEYS;

    // The parts of keys have a deviation of 0.5, and a mean of a hundred rows one of some 0.35.
    assertTrue(squares > 0.15 && squares < 1, "variance of means " + squares);
  }

  private static double mean(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
  }

  private static List<String> rows(long seed) throws IOException {
    return lines(seed).subList(1, 1 + KEYS * 100);
  }

  private static List<String> lines(long seed) throws IOException {
    return Stream.of(new String(bytes(seed), US_ASCII).split("\n")).toList();
  }

  private static byte[] bytes(long seed) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new EachTable(seed, KEYS).write(out);
    return out.toByteArray();
  }
}
