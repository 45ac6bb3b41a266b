package io.beamgrad.benchmarks;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ClickLogTest {
  private static final int ROWS = 20_000;
  private static final ClickTruth PLAIN = new ClickTruth(false);
  private static final ClickTruth PAIRS = new ClickTruth(true);

  @Test
  void theFirstRowsAreTheSameBytesOnEveryJdk() throws Exception {
    assertEquals(
        "5301cdf7f9751ddcb9e71f473b36b926572a68e88678eaba9a41ebb0370d575a",
        sha256(bytes(1, PLAIN)));
    assertEquals(
        "bc4cce234152a2731cb39d34659621494607108b1be32a2faaf1f7113dbe7955",
        sha256(bytes(1, PAIRS)));
  }

  @Test
  void pairsChangeLabelsAlone() throws IOException {
    List<String> plain = lines(1, PLAIN);
    List<String> pairs = lines(1, PAIRS);

    int otherLabels = 0;
    for (int i = 0; i < plain.size(); i++) {
      assertEquals(plain.get(i).substring(2), pairs.get(i).substring(2));
      otherLabels += plain.get(i).equals(pairs.get(i)) ? 0 : 1;
    }
    assertTrue(otherLabels > 0);
  }

  @Test
  void anotherSeedGivesOtherRows() throws IOException {
    assertNotEquals(lines(1, PLAIN).get(1), lines(2, PLAIN).get(1));
  }

  @Test
  void whatIsWrittenIsWhatWasDrawn() throws IOException {
    List<String> lines = lines(3, PLAIN);
    ClickLog log = new ClickLog(3, PLAIN);

    assertEquals(1001, lines.size());
    for (String line : lines.subList(1, lines.size())) {
      log.next();
      String[] cells = line.split(",", -1);
      assertEquals(1 + 13 + 26, cells.length);
      assertEquals(log.isClick() ? "1" : "0", cells[0]);
      for (int i = 0; i < 13; i++) {
        assertEquals(log.counts()[i] < 0 ? "" : Integer.toString(log.counts()[i]), cells[1 + i]);
      }
      for (int i = 0; i < 26; i++) {
        String code = Integer.toHexString(log.categories()[i] * 0x9E3779B1);
        assertEquals("k" + i + "x" + code, cells[14 + i]);
      }
    }
  }

  @Test
  void whatIsSaidOfAFileIsTrue() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ClickLog.Written written = new ClickLog(1, PAIRS).write(out, 1000);

    List<String> lines = out.toString(US_ASCII).lines().toList();
    assertEquals(1000, written.rows());
    assertEquals(out.size(), written.bytes());
    assertEquals(lines.stream().filter(line -> line.startsWith("1,")).count(), written.clicks());
    assertEquals(meanLoss(1, PAIRS, 1000), written.logLoss(), 1e-12);
  }

  @Test
  void countsAreLogNormalWithHoles() {
    ClickLog log = new ClickLog(1, PLAIN);
    int holes = 0;
    int zeros = 0;
    int atMostMedian = 0;
    for (int row = 0; row < ROWS; row++) {
      log.next();
      for (int count : log.counts()) {
        holes += count < 0 ? 1 : 0;
        zeros += count == 0 ? 1 : 0;
        atMostMedian += count >= 0 && count < 3 ? 1 : 0; // the median of what is rounded is e^1.2
      }
    }
    double all = 13.0 * ROWS;
    assertEquals(0.15, holes / all, 0.005);
    assertEquals(0.212, zeros / (all - holes), 0.005); // P(1.2 + 1.5 z < 0)
    assertEquals(0.473, atMostMedian / (all - holes), 0.005); // P(1.2 + 1.5 z < ln 3)
  }

  @Test
  void fewCategoriesAreFrequentAndManyAreSeen() {
    ClickLog log = new ClickLog(1, PLAIN);
    int[] first = new int[26];
    List<Set<Integer>> seen = new ArrayList<>();
    for (int i = 0; i < 26; i++) {
      seen.add(new HashSet<>());
    }
    for (int row = 0; row < ROWS; row++) {
      log.next();
      for (int i = 0; i < 26; i++) {
        int category = log.categories()[i];
        assertTrue(category >= 0 && category < ClickTruth.size(i));
        first[i] += category == 0 ? 1 : 0;
        seen.get(i).add(category);
      }
    }
    for (int i = 0; i < 26; i++) {
      assertEquals(Math.cbrt(1.0 / ClickTruth.size(i)), first[i] / (double) ROWS, 0.02);
    }
    assertEquals(3, seen.get(8).size());
    assertTrue(seen.get(2).size() > 10_000);
  }

  @Test
  void clicksAreAsFrequentAsTheirProbabilitiesSay() {
    ClickLog log = new ClickLog(1, PAIRS);
    int[] rows = new int[5];
    double[] expected = new double[5];
    int[] clicks = new int[5];
    for (int row = 0; row < ROWS; row++) {
      log.next();
      int bin = (int) (log.probability() * 5);
      rows[bin]++;
      expected[bin] += log.probability();
      clicks[bin] += log.isClick() ? 1 : 0;
    }
    for (int bin = 0; bin < 5; bin++) {
      assertTrue(rows[bin] > 500, "probabilities of all sizes");
      assertEquals(expected[bin] / rows[bin], clicks[bin] / (double) rows[bin], 0.04);
    }
  }

  private static double meanLoss(long seed, ClickTruth truth, int rows) {
    ClickLog log = new ClickLog(seed, truth);
    double loss = 0;
    for (int row = 0; row < rows; row++) {
      log.next();
      loss -= Math.log(log.isClick() ? log.probability() : 1 - log.probability());
    }
    return loss / rows;
  }

  private static List<String> lines(long seed, ClickTruth truth) throws IOException {
    return new String(bytes(seed, truth), US_ASCII).lines().toList();
  }

  private static byte[] bytes(long seed, ClickTruth truth) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new ClickLog(seed, truth).write(out, 1000);
    return out.toByteArray();
  }

  private static String sha256(byte[] bytes) throws NoSuchAlgorithmException {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }
}
