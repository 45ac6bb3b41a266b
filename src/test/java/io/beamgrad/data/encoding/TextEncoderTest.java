package io.beamgrad.data.encoding;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.beamgrad.data.files.Xxh64;
import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.rows.Rows;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.TextEncoding;
import io.beamgrad.schema.TextNorm;
import io.beamgrad.tensor.Goldens;
import io.beamgrad.tensor.SparseRows;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

class TextEncoderTest {
  private static final List<Column> COLUMNS =
      List.of(Columns.feature("review", ColumnType.STRINGS, List.of()));
  private static final int SLOTS = 1 << 20;

  /** Those of {@code scripts/goldens/texts.py}. */
  private static final String[] TEXTS = {
    "The cat sat on the mat. The cat!", "A dog_1 sat; x y zz", "Der ÄRGER über 2nd CAT", "", "x"
  };

  private static final String[] TERMS = {
    "the",
    "cat",
    "sat",
    "on",
    "mat",
    "dog_1",
    "zz",
    "der",
    "ärger",
    "über",
    "2nd",
    "the cat",
    "cat sat",
    "sat on",
    "on the",
    "the mat",
    "mat the",
    "dog_1 sat",
    "sat zz",
    "der ärger",
    "ärger über",
    "über 2nd",
    "2nd cat"
  };

  static TextEncoding encoding(
      String column, int slots, int ngrams, TextNorm norm, long documents, long... frequencies) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Long.BYTES * frequencies.length).order(ByteOrder.LITTLE_ENDIAN);
    for (long frequency : frequencies) {
      bytes.putLong(frequency);
    }
    return new TextEncoding(column, slots, ngrams, true, norm, documents, bytes.flip());
  }

  private static int slot(String term, int slots) {
    return (int) Long.remainderUnsigned(Xxh64.hash(term, Xxh64.hash("review", 0)), slots);
  }

  /** The numbers of the terms in each text. */
  private static float[] numbers(TextEncoding encoding) {
    TextEncoder encoder = new TextEncoder(encoding);
    ColumnBlock block = Rows.block(COLUMNS, (Object) TEXTS);
    float[] numbers = new float[TEXTS.length * TERMS.length];
    for (int row = 0; row < TEXTS.length; row++) {
      float[] inputs = new float[SLOTS + 2];
      encoder.encode(block.column(0), row, inputs, 1);
      double sum = 0;
      for (int term = 0; term < TERMS.length; term++) {
        numbers[row * TERMS.length + term] = inputs[1 + slot(TERMS[term], SLOTS)];
        sum += numbers[row * TERMS.length + term];
      }
      double all = 0;
      for (float input : inputs) {
        all += input;
      }
      assertEquals(sum, all, 1e-5, "there are no other words");
    }
    return numbers;
  }

  @Test
  void countsAndTfidfAreThoseOfScikitLearn() {
    Goldens goldens = new Goldens("texts");
    long[] frequencies = new long[SLOTS];
    TextEncoder.Reader reader =
        new TextEncoder(encoding("review", SLOTS, 2, TextNorm.NONE, 0)).reader();
    for (String text : TEXTS) {
      byte[] utf8 = text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
      reader.of(utf8, 0, utf8.length);
      reader.countDocument(frequencies);
    }
    assertEquals(2, frequencies[slot("cat", SLOTS)]);
    assertClose(goldens, "counts", encoding("review", SLOTS, 2, TextNorm.NONE, 0));
    assertClose(goldens, "counts.l2", encoding("review", SLOTS, 2, TextNorm.L2, 0));
    assertClose(goldens, "tfidf.none", encoding("review", SLOTS, 2, TextNorm.NONE, 5, frequencies));
    assertClose(goldens, "tfidf.l2", encoding("review", SLOTS, 2, TextNorm.L2, 5, frequencies));
  }

  private static void assertClose(Goldens goldens, String name, TextEncoding encoding) {
    assertArrayEquals(goldens.get(name).data(), numbers(encoding), 1e-6f, name);
  }

  /** In one slot all words are one number. */
  @Test
  void wordsOfOneSlotAreCountedTogether() {
    TextEncoder encoder = new TextEncoder(encoding("review", 1, 2, TextNorm.NONE, 0));
    ColumnBlock block = Rows.block(COLUMNS, (Object) new String[] {"aa bb cc", null, "a"});
    SparseRows rows = new SparseRows(3);
    for (int row = 0; row < 3; row++) {
      encoder.encodeSparse(block.column(0), row, rows, 2);
      rows.endRow();
    }
    assertEquals(1, rows.starts()[3], "a missing text and one without words have no inputs");
    assertEquals(2, rows.columns()[0]);
    assertEquals(5, rows.values()[0], "three words and two pairs");
  }
}
