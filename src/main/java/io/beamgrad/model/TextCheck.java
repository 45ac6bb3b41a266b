package io.beamgrad.model;

import io.beamgrad.data.encoding.TextEncoder;
import io.beamgrad.schema.TextEncoding;
import java.nio.LongBuffer;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Checks the encodings of texts. */
public final class TextCheck {
  /** The most words of an n-gram. */
  public static final int MOST_NGRAMS = 8;

  private TextCheck() {}

  /** What is wrong with an encoding; null where nothing is. */
  static @Nullable String fault(TextEncoding encoding) {
    int slots = encoding.getHashSlots();
    if (slots < 1 || slots == Integer.MAX_VALUE) {
      return "has %s slots for hashes".formatted(slots);
    }
    int ngrams = encoding.getNgrams();
    if (ngrams < 1 || ngrams > MOST_NGRAMS) {
      return "has runs of %s words, expected 1 to %s".formatted(ngrams, MOST_NGRAMS);
    }
    int bytes = encoding.getDocumentFrequencies().remaining();
    if (bytes != 0 && bytes != (long) Long.BYTES * slots) {
      return "has %s bytes of frequencies for %s slots".formatted(bytes, slots);
    }
    long documents = encoding.getDocuments();
    LongBuffer frequencies = TextEncoder.frequencies(encoding);
    while (frequencies.hasRemaining()) {
      long frequency = frequencies.get();
      if (frequency < 0 || frequency > documents) {
        return "has a frequency of %s in %s texts".formatted(frequency, documents);
      }
    }
    return null;
  }
}
