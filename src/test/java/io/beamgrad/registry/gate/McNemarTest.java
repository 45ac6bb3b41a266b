package io.beamgrad.registry.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class McNemarTest {

  @ParameterizedTest
  @CsvSource({"9,2", "2,9", "5,5", "1,0", "20,5"})
  void ofFewRowsItIsTheExactTestOfScipy(int first, int second) {
    double p = McNemar.of(first, second, 0.95).pValue();

    assertEquals(golden("exact", first, second)[0], p, 1e-15);
  }

  @ParameterizedTest
  @CsvSource({"60,40", "40,60", "130,100", "3000,2800"})
  void ofManyRowsItIsTheChiSquareWithContinuityOfScipy(int first, int second) {
    TestResult result = McNemar.of(first, second, 0.95);
    double[] golden = golden("chi", first, second);

    assertEquals(golden[0], result.statistic(), 1e-12);
    assertEquals(golden[1], result.pValue(), 1e-13);
    assertEquals(golden("exact", first, second)[0], result.pValue(), 1e-3);
  }

  @ParameterizedTest
  @CsvSource({"0,0,1", "0,3,1", "3,0,0.125"})
  void rowsThatOnlyOneGetsRightDecide(int first, int second, double p) {
    assertEquals(p, McNemar.of(first, second, 0.95).pValue());
  }

  private static double[] golden(String kind, int first, int second) {
    return JudgingGoldens.all("mcnemar.%s.%s.%s".formatted(kind, first, second));
  }
}
