package io.beamgrad.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.beamgrad.tensor.Generator;
import io.beamgrad.tensor.Tensor;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class KeyedNetworkTest {

  private static Linear linear(long seed) {
    return new Linear(2, 1, new Generator(seed));
  }

  @Test
  void aNetworkForKeysIsMadeOnceARowNeedsIt() {
    AtomicInteger made = new AtomicInteger();
    KeyedNetwork network =
        new KeyedNetwork(
            linear(1),
            () -> {
              made.incrementAndGet();
              return linear(9);
            },
            3,
            place -> linear(1 + place).packedState().toBytes());
    Tensor pooled = network.forward(Tensor.wrap(new float[] {1, 2, 0, 3, 4, 0}, 2, 3));
    assertEquals(0, made.get());
    assertArrayEquals(
        linear(1).forward(Tensor.wrap(new float[] {1, 2, 3, 4}, 2, 2)).data(), pooled.data());

    for (int i = 0; i < 2; i++) {
      float[] outputs =
          network.forward(Tensor.wrap(new float[] {1, 2, 3, 1, 2, 0, 1, 2, 1}, 3, 3)).data();
      int row = 0;
      for (int place : new int[] {3, 0, 1}) {
        Tensor own = linear(1 + place).forward(Tensor.wrap(new float[] {1, 2}, 1, 2));
        assertEquals(own.data()[0], outputs[row++]);
      }
      assertEquals(1, made.get());
    }
  }
}
