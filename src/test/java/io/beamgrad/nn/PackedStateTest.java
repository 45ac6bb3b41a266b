package io.beamgrad.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.beamgrad.tensor.Generator;
import io.beamgrad.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PackedStateTest {

  private static Sequential network(long seed) {
    Generator random = new Generator(seed);
    return new Sequential(
        List.of(
            new SparseLinear(5, 3, random),
            new BatchNorm1d(3),
            new ReLU(),
            new Linear(3, 2, random)));
  }

  @Test
  void itIsTheStateDictInItsOrder() {
    Sequential network = network(1);
    ByteBuffer bytes = network.packedState().toBytes();
    assertEquals(4 * (18 + 13 + 8), bytes.remaining());
    ByteBuffer rest = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    for (Tensor tensor : network.stateDict().values()) {
      for (float value : tensor.data()) {
        assertEquals(value, rest.getFloat());
      }
    }
  }

  @Test
  void whatOneGivesAnotherTakes() {
    Sequential from = network(1);
    Sequential to = network(2);
    to.packedState().load(from.packedState().toBytes());
    Map<String, Tensor> expected = from.stateDict();
    to.stateDict()
        .forEach((name, tensor) -> assertArrayEquals(expected.get(name).data(), tensor.data()));
  }

  @Test
  void anotherNumberOfValuesIsRefused() {
    PackedState state = network(1).packedState();
    assertEquals(
        "PackedState: expected 156 bytes of 39 numbers, found 8",
        assertThrows(IllegalArgumentException.class, () -> state.load(ByteBuffer.allocate(8)))
            .getMessage());
  }
}
