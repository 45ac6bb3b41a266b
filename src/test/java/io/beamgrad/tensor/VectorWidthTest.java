package io.beamgrad.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VectorWidthTest {
  @ParameterizedTest
  @CsvSource({
    "AuthenticAMD, 25, true",
    "AuthenticAMD, 26, false",
    "AuthenticAMD, 125, false",
    "GenuineIntel, 6, false",
    "GenuineIntel, 25, false"
  })
  void aZen4IsKnownByItsFamily(String vendor, int family, boolean isZen4) throws IOException {
    String cpus = "processor\t: 0\nvendor_id\t: %s\ncpu family\t: %s\nmodel\t\t: 17\n";
    assertEquals(
        isZen4,
        VectorWidth.isZen4(new BufferedReader(new StringReader(cpus.formatted(vendor, family)))));
  }

  @ParameterizedTest
  @CsvSource({"''", "processor : 0"})
  void aMachineThatSaysNothingIsNone(String cpus) throws IOException {
    assertEquals(false, VectorWidth.isZen4(new BufferedReader(new StringReader(cpus))));
  }
}
