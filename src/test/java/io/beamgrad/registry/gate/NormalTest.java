package io.beamgrad.registry.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NormalTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0.5",
    "1, 0.15865525393145705",
    "-1, 0.8413447460685429",
    "1.6448536269514722, 0.05",
    "2.9999999, 0.0013498984748150013",
    "3, 0.0013498980316300957",
    "6, 9.865876450376946e-10",
    "20, 2.7536241186061556e-89"
  })
  void theUpperTailIsThatOfTables(double z, double expected) {
    assertEquals(expected, Normal.upperTail(z), 1e-12 * expected);
  }
}
