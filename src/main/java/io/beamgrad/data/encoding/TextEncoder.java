package io.beamgrad.data.encoding;

import io.beamgrad.data.files.Xxh64;
import io.beamgrad.data.rows.RawColumn;
import io.beamgrad.data.rows.TextCodes;
import io.beamgrad.data.rows.TextsColumn;
import io.beamgrad.schema.TextEncoding;
import io.beamgrad.schema.TextNorm;
import io.beamgrad.tensor.SparseRows;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.Arrays;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Counts the words and n-grams of a text by hash, as scikit-learn's {@code HashingVectorizer} with
 * {@code alternate_sign=False} does (with another hash), and weighs and normalises the counts as
 * its {@code TfidfTransformer} does.
 */
public final class TextEncoder implements ColumnEncoder {
  /** Rows are taken for sparse by so many numbers, as texts of any length may come. */
  private static final int USUAL_WORDS = 256;

  private final HashSlots slots;
  private final int ngrams;
  private final boolean lowercase;
  private final long seed;
  private final boolean isNormalized;
  private final double @Nullable [] weights; // (slots); null where counts have none

  public TextEncoder(TextEncoding encoding) {
    this.slots = new HashSlots(encoding.getHashSlots());
    this.ngrams = encoding.getNgrams();
    this.lowercase = encoding.getLowercase();
    this.seed = Xxh64.hash(encoding.getColumn(), 0);
    this.isNormalized = encoding.getNorm() == TextNorm.L2;
    this.weights =
        encoding.getDocumentFrequencies().hasRemaining()
            ? weights(encoding.getDocuments(), frequencies(encoding))
            : null;
  }

  /** In how many training rows each slot occurs, {@code (slots)}; empty where that is not known. */
  public static LongBuffer frequencies(TextEncoding encoding) {
    ByteBuffer bytes = encoding.getDocumentFrequencies().duplicate();
    return bytes.order(ByteOrder.LITTLE_ENDIAN).asLongBuffer();
  }

  private static double[] weights(long documents, LongBuffer frequencies) {
    double[] weights = new double[frequencies.remaining()];
    for (int slot = 0; slot < weights.length; slot++) {
      weights[slot] = StrictMath.log((1.0 + documents) / (1.0 + frequencies.get(slot))) + 1;
    }
    return weights;
  }

  @Override
  public int width() {
    return slots.count();
  }

  @Override
  public int mostNonZero() {
    return Math.min(slots.count(), USUAL_WORDS);
  }

  /** What finds the slots of one text after another; each thread has its own. */
  public final class Reader implements TextCodes {
    private final Words words = new Words(lowercase);
    private int[] found = new int[64]; // a slot as often as it occurs, ascending
    private int count;

    /** Reads a missing text, which has no words. */
    @Override
    public int ofMissing() {
      count = 0;
      return count;
    }

    /** Reads a text; gives how many words and n-grams it has. */
    @Override
    public int of(byte[] utf8, int from, int to) {
      words.read(utf8, from, to);
      count = 0;
      for (int size = 1; size <= Math.min(ngrams, words.count()); size++) {
        int last = words.count() - size;
        if (count + last + 1 > found.length) {
          found = Arrays.copyOf(found, 2 * (count + last + 1));
        }
        for (int first = 0; first <= last; first++) {
          found[count++] = slots.of(words.hash(first, size, seed));
        }
      }
      Arrays.sort(found, 0, count);
      return count;
    }

    /** Where the occurrences of the slot end that begins at {@code from}. */
    private int end(int from) {
      int end = from + 1;
      while (end < count && found[end] == found[from]) {
        end++;
      }
      return end;
    }

    /** Counts the text that was read in each slot that it has. */
    public void countDocument(long[] frequencies) {
      for (int i = 0; i < count; i = end(i)) {
        frequencies[found[i]]++;
      }
    }

    private double number(int from, int end) {
      return weights == null ? end - from : (end - from) * weights[found[from]];
    }

    /** Reads the text of a row and adds its numbers to a sparse row. */
    void add(TextsColumn texts, int row, SparseRows to, int at) {
      texts.codeOnce(row, this);
      double squares = 0;
      for (int i = 0; i < count && isNormalized; i = end(i)) {
        double number = number(i, end(i));
        squares += number * number;
      }
      double norm = isNormalized ? StrictMath.sqrt(squares) : 1;
      for (int i = 0; i < count; i = end(i)) {
        to.add(at + found[i], (float) (number(i, end(i)) / norm));
      }
    }
  }

  public Reader reader() {
    return new Reader();
  }

  @Override
  public void encode(RawColumn values, int row, float[] to, int at) {
    Arrays.fill(to, at, at + slots.count(), 0);
    SparseRows one = new SparseRows(slots.count());
    reader().add((TextsColumn) values, row, one, 0);
    one.endRow();
    for (int i = 0; i < one.starts()[1]; i++) {
      to[at + one.columns()[i]] = one.values()[i];
    }
  }

  @Override
  public void encodeSparse(RawColumn values, int row, SparseRows to, int at) {
    reader().add((TextsColumn) values, row, to, at);
  }
}
