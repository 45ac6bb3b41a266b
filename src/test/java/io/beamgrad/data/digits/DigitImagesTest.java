package io.beamgrad.data.digits;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class DigitImagesTest {
  private final byte[] pixels = new byte[DigitImages.SIZE * DigitImages.SIZE];

  @Test
  void anImageDependsOnSeedAndNumberAlone() {
    DigitImages digits = new DigitImages(7);
    digits.draw(3, new byte[pixels.length]);
    int label = digits.draw(5, pixels);
    byte[] again = new byte[pixels.length];
    assertEquals(label, new DigitImages(7).draw(5, again));
    assertArrayEquals(pixels, again);
  }

  @Test
  void allDigitsAreAboutEquallyFrequent() {
    int[] counts = new int[10];
    DigitImages digits = new DigitImages(1);
    for (int number = 0; number < 5000; number++) {
      counts[digits.draw(number, pixels)]++;
    }
    for (int count : counts) {
      assertTrue(Math.abs(count - 500) < 100, "a digit drawn " + count + " times");
    }
  }

  /** MNIST: 13% of the light, the digit inside of a frame of about 4 pixels. */
  @Test
  void imagesAreWhiteOnBlackWithTheDigitInTheMiddle() {
    DigitImages digits = new DigitImages(1);
    long light = 0;
    long lightInFrame = 0;
    for (int number = 0; number < 1000; number++) {
      digits.draw(number, pixels);
      for (int i = 0; i < pixels.length; i++) {
        int row = i / DigitImages.SIZE;
        int col = i % DigitImages.SIZE;
        light += pixels[i] & 0xFF;
        boolean frame = Math.min(Math.min(row, col), DigitImages.SIZE - 1 - Math.max(row, col)) < 2;
        lightInFrame += frame ? pixels[i] & 0xFF : 0;
      }
    }
    double mean = light / (255.0 * 1000 * pixels.length);
    assertTrue(mean > 0.08 && mean < 0.15, "mean " + mean);
    assertTrue(lightInFrame < 0.02 * light, lightInFrame + " of " + light + " in the frame");
  }
}
