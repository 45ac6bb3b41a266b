package io.beamgrad.data.encoding;

import io.beamgrad.data.files.Xxh64;
import io.beamgrad.data.rows.RawColumn;
import io.beamgrad.data.rows.TextCodes;
import io.beamgrad.data.rows.TextsColumn;
import io.beamgrad.schema.TextEncoding;
import io.beamgrad.schema.TextNorm;
import io.beamgrad.schema.TextPreparation;
import io.beamgrad.tensor.SparseRows;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
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
  private final AtomicReference<@Nullable Reader> spare = new AtomicReference<>();

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

  /**
   * The memory that the inputs of a row's texts take, by a usual number of words, as texts of any
   * length may come.
   *
   * @param preparations of all features
   */
  public static int usualBytes(List<Object> preparations) {
    int bytes = 0;
    for (Object preparation : preparations) {
      if (preparation instanceof TextPreparation text) {
        bytes += Math.min(text.getHashSlots(), USUAL_WORDS) * (Integer.BYTES + Float.BYTES);
      }
    }
    return bytes;
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

    /** Reads the text of a row; gives what its numbers are to be divided by. */
    private double read(TextsColumn texts, int row) {
      texts.codeOnce(row, this);
      double squares = 0;
      for (int i = 0; i < count && isNormalized; i = end(i)) {
        double number = number(i, end(i));
        squares += number * number;
      }
      return isNormalized ? StrictMath.sqrt(squares) : 1;
    }

    /** Reads the text of a row and adds its numbers to a sparse row. */
    void add(TextsColumn texts, int row, SparseRows to, int at) {
      double norm = read(texts, row);
      for (int i = 0; i < count; i = end(i)) {
        to.add(at + found[i], (float) (number(i, end(i)) / norm));
      }
    }

    /** Reads the text of a row and writes those of its numbers that are not 0. */
    private void put(TextsColumn texts, int row, float[] to, int at) {
      double norm = read(texts, row);
      for (int i = 0; i < count; i = end(i)) {
        to[at + found[i]] = (float) (number(i, end(i)) / norm);
      }
    }
  }

  public Reader reader() {
    return new Reader();
  }

  @Override
  public void encode(RawColumn values, int row, float[] to, int at) {
    Arrays.fill(to, at, at + slots.count(), 0);
    Reader reader = taken();
    reader.put((TextsColumn) values, row, to, at);
    spare.set(reader);
  }

  @Override
  public void encodeSparse(RawColumn values, int row, SparseRows to, int at) {
    Reader reader = taken();
    reader.add((TextsColumn) values, row, to, at);
    spare.set(reader);
  }

  /** A reader that no other thread has. */
  private Reader taken() {
    Reader reader = spare.getAndSet(null);
    return reader == null ? reader() : reader;
  }
}
