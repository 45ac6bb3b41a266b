package io.beamgrad.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class Float16Test {

  @Test
  void numbersOfEveryKindAreWhatIeee754Says() {
    assertEquals(1f, Float16.toFloat((short) 0x3C00));
    assertEquals(-2f, Float16.toFloat((short) 0xC000));
    assertEquals(65504f, Float16.toFloat((short) 0x7BFF)); // the largest
    assertEquals(0x1p-14f, Float16.toFloat((short) 0x0400)); // the least that is normal
    assertEquals(0x1p-24f, Float16.toFloat((short) 0x0001)); // the least
    assertEquals(1365 / 4096f, Float16.toFloat((short) 0x3555));
    assertEquals(0f, Float16.toFloat((short) 0));
    assertEquals(-0f, Float16.toFloat((short) 0x8000));
    assertEquals(Float.POSITIVE_INFINITY, Float16.toFloat((short) 0x7C00));
    assertEquals(Float.NEGATIVE_INFINITY, Float16.toFloat((short) 0xFC00));
    assertTrue(Float.isNaN(Float16.toFloat((short) 0x7E01)));
  }

  @Test
  void largerBitsAreLargerNumbers() {
    for (int half = 1; half <= 0x7C00; half++) {
      assertTrue(Float16.toFloat((short) half) > Float16.toFloat((short) (half - 1)));
    }
  }
}
