package io.beamgrad.data.counts;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.util.CoderUtils;
import org.junit.jupiter.api.Test;

class DocumentCountsTest {
  private static final int SLOTS = DocumentCounts.SHARD_SLOTS + 5;

  private static DocumentCounts counts(int shard, long documents, int... slots) {
    long[] all = new long[SLOTS];
    for (int slot : slots) {
      all[slot]++;
    }
    DocumentCounts counts = new DocumentCounts(shard, SLOTS);
    counts.add(documents, all);
    return counts;
  }

  @Test
  void shardsTogetherHaveTheCountsOfAllSlots() throws Exception {
    assertEquals(2, DocumentCounts.shards(SLOTS));
    long[] expected = new long[SLOTS];
    expected[0] = 2;
    expected[SLOTS - 1] = 1;
    expected[SLOTS - 5] = 1;
    long[] all = new long[SLOTS];
    for (int shard = 0; shard < 2; shard++) {
      DocumentCounts sum = new DocumentCounts(counts(shard, 0));
      sum.add(counts(shard, 3, 0, SLOTS - 5));
      sum.add(counts(shard, 4, 0, SLOTS - 1));
      DocumentCounts copy = CoderUtils.clone(SerializableCoder.of(DocumentCounts.class), sum);
      assertEquals(sum, copy);
      assertEquals(7, copy.documents());
      copy.copyTo(all);
    }
    assertArrayEquals(expected, all);
  }
}
