package io.beamgrad.data.parquet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.column.values.rle.RunLengthBitPackingHybridEncoder;
import org.apache.parquet.io.ParquetDecodingException;
import org.junit.jupiter.api.Test;

class ParquetRunsTest {
  @Test
  void numbersOfEachWidthAreThoseThatWereEncoded() throws IOException {
    Random random = new Random(2);
    for (int width = 0; width <= 32; width++) {
      int[] numbers = new int[1 + random.nextInt(3000)];
      for (int i = 0; i < numbers.length; i++) {
        boolean isRepeated = i > 0 && (i / 50) % 2 == 0;
        int drawn = width == 0 ? 0 : random.nextInt() >>> (32 - width);
        numbers[i] = isRepeated ? numbers[i - 1] : drawn;
      }
      ParquetRuns found = new ParquetRuns(encoded(numbers, width), width);
      for (int number : numbers) {
        assertEquals(number, found.next(), "width " + width);
      }
    }
  }

  private static ByteBuffer encoded(int[] numbers, int width) throws IOException {
    try (RunLengthBitPackingHybridEncoder encoder =
        new RunLengthBitPackingHybridEncoder(width, 64, 1 << 16, new HeapByteBufferAllocator())) {
      for (int number : numbers) {
        encoder.writeInt(number);
      }
      return ByteBuffer.wrap(encoder.toBytes().toInputStream().readAllBytes());
    }
  }

  @Test
  void tooFewNumbersAndWidthsThatCannotBeAreFaults() throws IOException {
    ParquetRuns two = new ParquetRuns(ByteBuffer.wrap(new byte[] {4, 7}), 3);
    assertEquals(7, two.next());
    assertEquals(7, two.next());
    assertThrows(ParquetDecodingException.class, two::next);
    ParquetRuns cut = new ParquetRuns(ByteBuffer.wrap(new byte[] {4, 7}), 9);
    assertThrows(ParquetDecodingException.class, cut::next);
    ByteBuffer none = ByteBuffer.allocate(0);
    assertThrows(ParquetDecodingException.class, () -> new ParquetRuns(none, 33));
  }
}
