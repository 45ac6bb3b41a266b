package io.beamgrad.registry.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.data.files.Xxh64;
import io.beamgrad.registry.Profiles;
import io.beamgrad.schema.Distribution;
import io.beamgrad.schema.DistributionKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DriftTest {
  private static final double CHANCE = 0.001;

  @ParameterizedTest
  @ValueSource(strings = {"shifted", "same", "ties"})
  void indexAndDistanceOfNumbersAreThoseOfScipy(String name) {
    Drift drift =
        Drift.of(
            Profiles.numbers("x", JudgingGoldens.all(name + ".expected")),
            Profiles.numbers("x", JudgingGoldens.all(name + ".actual")),
            CHANCE);

    assertEquals(JudgingGoldens.of(name + ".psi"), drift.psi(), 1e-12);
    assertEquals(JudgingGoldens.of(name + ".ks"), drift.ks(), 1e-12);
  }

  @Test
  void theIndexOfCategoriesIsThatOfNumpy() {
    Drift drift =
        Drift.of(
            Profiles.texts("x", false, Map.of("a", 50L, "b", 30L, "c", 20L)),
            Profiles.texts("x", false, Map.of("a", 20L, "b", 30L, "c", 45L)),
            CHANCE);

    assertEquals(JudgingGoldens.of("categories.psi"), drift.psi(), 1e-12);
    assertNull(drift.ks());
  }

  @Test
  void aDistributionDoesNotDriftFromItself() {
    Distribution numbers = Profiles.numbers("x", 1, 2, 2, 7);
    Distribution texts = Profiles.texts("x", false, Map.of("a", 3L, "b", 1L));

    assertEquals(0, Drift.of(numbers, numbers, CHANCE).psi());
    assertEquals(0.0, Drift.of(numbers, numbers, CHANCE).ks());
    assertEquals(0, Drift.of(texts, texts, CHANCE).psi());
  }

  @Test
  void aTextThatIsNewAndAMissingValueAreBinsOfTheirOwn() {
    Distribution expected = Profiles.texts("x", false, Map.of("a", 100L));
    Distribution fresh = Profiles.texts("x", false, Map.of("a", 50L, "b", 50L));
    Distribution missing =
        Distribution.newBuilder(Profiles.texts("x", false, Map.of("a", 50L)))
            .setRows(100)
            .setMissing(50)
            .build();

    assertTrue(Drift.of(expected, fresh, CHANCE).psi() > 2);
    assertEquals(
        Drift.of(expected, fresh, CHANCE).psi(), Drift.of(expected, missing, CHANCE).psi(), 1e-12);
  }

  @Test
  void whatTheOneKnowsByNameAndTheOtherByHashIsCompared() {
    Distribution named = Profiles.texts("x", false, Map.of("a", 30L, "b", 20L));
    long[] slots = new long[64];
    slots[slot("a")] += 3;
    slots[slot("b")] += 2;
    List<Long> values = new ArrayList<>();
    long last = 0;
    List<Long> counts = new ArrayList<>();
    for (int slot = 0; slot < slots.length; slot++) {
      if (slots[slot] > 0) {
        values.add(slot - last);
        counts.add(slots[slot]);
        last = slot;
      }
    }
    Distribution hashed =
        new Distribution(
            "x", "", false, DistributionKind.HASHES, 5L, 0L, 0, List.of(), values, counts);

    assertEquals(0, Drift.of(named, hashed, CHANCE).psi(), 0.01);
  }

  /** A registry may have profiles of floats, and the newest data a number that is none. */
  @Test
  void floatsAreComparedWithDoubles() {
    Distribution floats =
        counts(DistributionKind.FLOATS, 0, 0x3f800000L, 0x40000000L - 0x3f800000L);
    Distribution doubles =
        counts(DistributionKind.DOUBLES, 0, 0x3f800000L << 29, (0x40000000L - 0x3f800000L) << 29);
    Distribution coarse = counts(DistributionKind.FLOATS, 4, 0x3f80000L, 0x4000000L - 0x3f80000L);

    assertEquals(0, Drift.of(floats, doubles, CHANCE).psi());
    assertEquals(0.0, Drift.of(doubles, floats, CHANCE).ks());
    assertEquals(0, Drift.of(coarse, doubles, CHANCE).psi());
  }

  private static Distribution counts(DistributionKind kind, int shift, Long... distances) {
    return new Distribution(
        "x", "", false, kind, 3L, 0L, shift, List.of(), List.of(distances), List.of(1L, 2L));
  }

  private static int slot(String text) {
    return (int) Long.remainderUnsigned(Xxh64.hash(text, 0), 64);
  }

  @Test
  void aCoarserRasterIsComparedInThatOfTheCoarser() {
    Distribution fine = Profiles.numbers("x", 0, 1, 2, 3, 4, 5, 6, 7);
    Distribution coarse =
        Distribution.newBuilder(Profiles.numbers("x", 0, 0, 1, 1, 2, 2, 3, 3)).setShift(1).build();

    assertEquals(0, Drift.of(fine, coarse, CHANCE).psi(), 1e-12);
    assertEquals(0.0, Drift.of(coarse, fine, CHANCE).ks());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 9, 20, 63})
  void whatChanceGivesIsNearTheQuantileOfTheChiSquare(int degrees) {
    Map<String, Long> counts = new HashMap<>();
    for (int i = 0; i <= degrees; i++) {
      counts.put("t" + i, 10L);
    }
    Distribution even = Profiles.texts("x", true, counts);
    double spread = 2.0 / (10 * (degrees + 1));

    double expected = JudgingGoldens.of("chiSquare." + degrees);
    assertEquals(expected, Drift.of(even, even, CHANCE).psiByChance() / spread, 0.02 * expected);
  }

  @Test
  void sameDataOfFewRowsIsSeldomBeyondChance() {
    Random random = new Random(5);
    int beyond = 0;
    for (int i = 0; i < 300; i++) {
      double[] one = random.doubles(60, 0, 1000).toArray();
      double[] other = random.doubles(40, 0, 1000).toArray();
      Drift drift = Drift.of(Profiles.numbers("x", one), Profiles.numbers("x", other), CHANCE);
      beyond += drift.psi() > drift.psiByChance() || drift.ks() > drift.ksByChance() ? 1 : 0;
    }
    assertTrue(beyond <= 3, "" + beyond);
    double[] shifted = random.doubles(60, 700, 1700).toArray();
    double[] plain = random.doubles(60, 0, 1000).toArray();
    Drift drift = Drift.of(Profiles.numbers("x", plain), Profiles.numbers("x", shifted), CHANCE);
    assertTrue(drift.psi() > drift.psiByChance() && drift.ks() > drift.ksByChance());
  }

  @Test
  void numbersAndTextsCannotBeCompared() {
    assertEquals(
        "x: WHOLE and TEXTS cannot be compared",
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    Drift.of(
                        Profiles.numbers("x", 1),
                        Profiles.texts("x", false, Map.of("a", 1L)),
                        CHANCE))
            .getMessage());
  }
}
