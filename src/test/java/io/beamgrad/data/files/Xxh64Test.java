package io.beamgrad.data.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Xxh64Test {
  private static final long PRIME_32 = 2654435761L;

  /** The vectors of xxHash's own self-test (xxhsum, {@code XSUM_XXH64_testdata}). */
  @ParameterizedTest
  @CsvSource({
    "0,   0, EF46DB3751D8E999",
    "0,   1, AC75FDA2929B17EF",
    "1,   0, E934A84ADB052768",
    "1,   1, 5014607643A9B4C3",
    "4,   0, 9136A0DCA57457EE",
    "14,  0, 8282DCC4994E35C8",
    "14,  1, C3BD6BF63DEB6DF0",
    "222, 0, B641AE8CB691C174",
    "222, 1, 20CB8AB7AE10C14A",
  })
  void thePublishedVectorsHold(int length, int seedInPrimes, String expected) {
    byte[] bytes = sanityBuffer(length);
    assertEquals(
        expected,
        String.format(Locale.ROOT, "%016X", Xxh64.hash(bytes, 0, length, seedInPrimes * PRIME_32)));
  }

  @Test
  void textIsHashedAsItsUtf8Bytes() {
    assertEquals(0x44BC2CF5AD770999L, Xxh64.hash("abc", 0));
    assertEquals(
        Xxh64.hash(new byte[] {(byte) 0xC3, (byte) 0xA9}, 0, 2, 7), Xxh64.hash("\u00e9", 7));
  }

  @Test
  void aRangeHashesAsItsOwnArray() {
    byte[] bytes = sanityBuffer(100);
    for (int from = 0; from < 9; from++) {
      byte[] copy = Arrays.copyOfRange(bytes, from, 90);
      assertEquals(Xxh64.hash(copy, 0, copy.length, 3), Xxh64.hash(bytes, from, 90, 3));
    }
  }

  @Test
  void aPairOfNumbersHashesAsItsSixteenBytes() {
    byte[] bytes =
        ByteBuffer.allocate(16)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(0x0123456789ABCDEFL)
            .putLong(-42)
            .array();
    assertEquals(Xxh64.hash(bytes, 0, 16, 99), Xxh64.hash(0x0123456789ABCDEFL, -42, 99));
  }

  @Test
  void aRangeOutsideTheArrayIsRefused() {
    assertThrows(IndexOutOfBoundsException.class, () -> Xxh64.hash(new byte[4], 2, 5, 0));
  }

  private static byte[] sanityBuffer(int length) {
    byte[] bytes = new byte[length];
    long state = PRIME_32;
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (state >>> 56);
      state *= 0x9E3779B185EBCA8DL;
    }
    return bytes;
  }
}
