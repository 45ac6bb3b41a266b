package io.beamgrad.data.split;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.data.files.Xxh64;
import org.junit.jupiter.api.Test;

class RowOrderTest {

  @Test
  void theHashIsThatOfTheFilesHashAndTheRecord() {
    long fileHash = Xxh64.hash("train.csv", 42);
    assertEquals(Xxh64.hash(fileHash, 1041, 42), RowOrder.of(42, "train.csv").hash(1041));
  }

  /** From the reference implementation; a change would reorder everybody's data. */
  @Test
  void theOrderNeverChanges() {
    assertEquals("5c7ff0df09907687", Long.toHexString(RowOrder.of(42, "train.csv").hash(0)));
  }

  @Test
  void seedFileAndRecordAllMatter() {
    long hash = RowOrder.of(42, "a.csv").hash(0);
    assertNotEquals(hash, RowOrder.of(43, "a.csv").hash(0));
    assertNotEquals(hash, RowOrder.of(42, "b.csv").hash(0));
    assertNotEquals(hash, RowOrder.of(42, "a.csv").hash(1));
  }

  @Test
  void theTopBitsSpreadTheRowsEvenlyOverBuckets() {
    RowOrder order = RowOrder.of(1, "train-images-idx3-ubyte");
    int[] rows = new int[16];
    for (int record = 0; record < 16_000; record++) {
      rows[(int) (order.hash(record) >>> 60)]++;
    }
    for (int inBucket : rows) {
      assertTrue(Math.abs(inBucket - 1000) < 150, "a bucket of " + inBucket);
    }
  }
}
