package io.beamgrad.learner;

import io.beamgrad.data.counts.DocumentCounts;
import io.beamgrad.data.encoding.TextEncoder;
import io.beamgrad.data.rows.TextsColumn;
import io.beamgrad.schema.TextEncoding;
import io.beamgrad.schema.TextPreparation;
import io.beamgrad.schema.TextWeights;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Learns how a column of texts becomes input: with {@code tfidf} in how many of the training rows
 * that have a text each slot occurs.
 */
final class TextLearner {
  private final TextPreparation asked;

  TextLearner(TextPreparation asked) {
    this.asked = asked;
  }

  /** Whether something is to be counted of the rows. */
  static boolean isCounted(TextPreparation asked) {
    return asked.getWeights() == TextWeights.TFIDF;
  }

  /** Counts the rows of blocks. Not thread-safe. */
  final class Counter {
    private final long[] frequencies = new long[asked.getHashSlots()];
    private final TextEncoder.Reader reader =
        new TextEncoder(encoding(0, frequencies(new long[0]))).reader();
    private long documents;

    /** Counts the rows of a block. */
    void add(TextsColumn texts, int rows) {
      for (int row = 0; row < rows; row++) {
        if (!texts.isMissing(row)) {
          texts.codeOnce(row, reader);
          reader.countDocument(frequencies);
          documents++;
        }
      }
    }

    /** All that was counted, by shard. */
    List<DocumentCounts> shards() {
      List<DocumentCounts> counts = new ArrayList<>();
      for (int shard = 0; shard < DocumentCounts.shards(frequencies.length); shard++) {
        DocumentCounts some = new DocumentCounts(shard, frequencies.length);
        some.add(documents, frequencies);
        counts.add(some);
      }
      return counts;
    }
  }

  /**
   * The encoding of all that was counted.
   *
   * @param shards of all rows; empty where there are none, or nothing was to be counted
   */
  TextEncoding encoding(List<DocumentCounts> shards) {
    if (!isCounted(asked)) {
      return encoding(0, frequencies(new long[0]));
    }
    long[] all = new long[asked.getHashSlots()];
    shards.forEach(shard -> shard.copyTo(all));
    long documents = shards.stream().mapToLong(DocumentCounts::documents).max().orElse(0);
    return encoding(documents, frequencies(all));
  }

  private TextEncoding encoding(long documents, ByteBuffer frequencies) {
    return new TextEncoding(
        asked.getColumn(),
        asked.getHashSlots(),
        asked.getNgrams(),
        asked.getLowercase(),
        asked.getNorm(),
        documents,
        frequencies);
  }

  private static ByteBuffer frequencies(long[] frequencies) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(Long.BYTES, frequencies.length))
            .order(ByteOrder.LITTLE_ENDIAN);
    LongStream.of(frequencies).forEach(bytes::putLong);
    return bytes.flip().asReadOnlyBuffer();
  }
}
