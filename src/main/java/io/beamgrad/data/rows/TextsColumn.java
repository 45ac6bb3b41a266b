package io.beamgrad.data.rows;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.beamgrad.data.files.Xxh64;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnValues;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ObjIntConsumer;
import java.util.function.ToIntFunction;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A column of one text in each row, null where it is missing. Texts are stored in a dictionary, so
 * that a text is looked up once for each entry, not for each row.
 */
public final class TextsColumn extends RawColumn {
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int MISSING = -1;
  private static final int MOST_CODES = 4;

  /**
   * The memory of an entry beside its characters: string object, array header and padding, map
   * entry, codes.
   */
  private static final int ENTRY_BYTES = 96;

  private String[] dictionary = {}; // (at least size)
  private int size;
  private @Nullable Map<String, Integer> entryOf; // null while the dictionary is sorted
  private boolean isOwn; // each row has an entry of its own; equal texts are not merged
  private long textBytes;
  private volatile Codes[] codes = {}; // the newest last; the array is replaced, never written to

  /** The codes that a function gives for all entries. */
  private static final class Codes {
    private final ToIntFunction<String> function;
    private final int[] ofEntry;

    Codes(ToIntFunction<String> function, int[] ofEntry) {
      this.function = function;
      this.ofEntry = ofEntry;
    }
  }

  TextsColumn(Column column) {
    super(column, Integer.BYTES);
  }

  /** The index of a row's text in the dictionary, or MISSING. */
  private int entry(int row) {
    return (int) INT.get(data(), row * Integer.BYTES);
  }

  private void setEntry(int row, int entry) {
    INT.set(data(), row * Integer.BYTES, entry);
  }

  private void setDictionary(String[] sorted) {
    dictionary = sorted;
    size = sorted.length;
    entryOf = null;
    isOwn = false;
    codes = new Codes[0];
    textBytes = (long) ENTRY_BYTES * size;
    for (String text : sorted) {
      textBytes += text.length();
    }
  }

  @Override
  public long bytes() {
    return super.bytes() + textBytes;
  }

  /** The memory that the dictionary takes, approximately. */
  public long textBytes() {
    return textBytes;
  }

  @Override
  public void reserve(int rows) {
    int known = data().length;
    super.reserve(rows);
    Arrays.fill(data(), known, data().length, (byte) MISSING);
  }

  /** Sets the text of a row, in a column of few rows that are overwritten again and again. */
  void set(int row, @Nullable String text) {
    isOwn = true;
    if (dictionary.length <= row) {
      dictionary = Arrays.copyOf(dictionary, row + 1);
      size = row + 1;
    }
    dictionary[row] = text;
    setEntry(row, text == null ? MISSING : row);
  }

  /**
   * Sets the text of a row to a copy of UTF-8 bytes, in a column of few rows that are overwritten
   * again and again.
   *
   * @param utf8 well-formed UTF-8 from {@code offset}, {@code length} bytes
   */
  public void set(int row, byte[] utf8, int offset, int length) {
    set(row, new String(utf8, offset, length, UTF_8));
  }

  /** Sets the text of a row, and adds it to the dictionary where it is new. */
  public void put(int row, @Nullable String text) {
    setEntry(row, text == null ? MISSING : place(text));
  }

  private int place(String text) {
    if (entryOf == null) {
      entryOf = new HashMap<>();
      for (int i = 0; i < size; i++) {
        entryOf.put(dictionary[i], i);
      }
    }
    Integer known = entryOf.get(text);
    if (known != null) {
      return known;
    }
    if (size == dictionary.length) {
      dictionary = Arrays.copyOf(dictionary, Math.max(8, 2 * size));
    }
    dictionary[size] = text;
    entryOf.put(text, size);
    textBytes += ENTRY_BYTES + text.length();
    codes = new Codes[0];
    return size++;
  }

  @Override
  public void copy(int row, RawColumn from, int fromRow) {
    put(row, from.text(fromRow));
  }

  @Override
  void setMissing(int row) {
    setEntry(row, MISSING);
  }

  @Override
  public boolean isMissing(int index) {
    return entry(index) == MISSING;
  }

  @Override
  public void setNumber(int index, double value) {
    throw noNumber();
  }

  @Override
  public double number(int index) {
    throw noNumber();
  }

  private IllegalStateException noNumber() {
    return new IllegalStateException(column().getName() + ": a text is no number");
  }

  @Override
  public @Nullable String text(int index) {
    int entry = entry(index);
    return entry == MISSING ? null : dictionary[entry];
  }

  /**
   * The code that a function gives for a row's text. It is computed once for each entry of the
   * dictionary, and cached for the latest functions.
   *
   * @param function gives the code of a text, or of null for a missing one; codes are cached by the
   *     identity of this object
   */
  public int code(int row, ToIntFunction<@Nullable String> function) {
    int entry = entry(row);
    if (entry == MISSING) {
      return function.applyAsInt(null);
    }
    return isOwn ? function.applyAsInt(dictionary[entry]) : codes(function)[entry];
  }

  private int[] codes(ToIntFunction<String> function) {
    Codes[] known = codes;
    for (Codes one : known) {
      if (one.function == function) {
        return one.ofEntry;
      }
    }
    int[] ofEntry = Arrays.stream(dictionary, 0, size).mapToInt(function).toArray();
    int from = known.length < MOST_CODES ? 0 : 1; // the oldest codes are dropped
    Codes[] more = Arrays.copyOfRange(known, from, known.length + 1);
    more[more.length - 1] = new Codes(function, ofEntry);
    codes = more;
    return ofEntry;
  }

  /**
   * Counts the texts of a range of rows, and gives each with its count: null first, then the
   * others.
   */
  public void count(int fromInclusive, int toExclusive, ObjIntConsumer<@Nullable String> to) {
    int[] rows = new int[size + 1]; // (1 + entries): rows without a text first
    for (int row = fromInclusive; row < toExclusive; row++) {
      rows[entry(row) + 1]++;
    }
    for (int i = 0; i < rows.length; i++) {
      if (rows[i] > 0) {
        to.accept(i == 0 ? null : dictionary[i - 1], rows[i]);
      }
    }
  }

  @Override
  long hash(int row, long seed) {
    String text = text(row);
    return hash(text == null ? null : text.getBytes(UTF_8), seed);
  }

  @Override
  public long contentHash(int row, long seed) {
    String text = text(row);
    return hash(text == null ? null : NumberStyle.strip(text).getBytes(UTF_8), seed);
  }

  /** The hash of a text; a missing one hashes unlike an empty one. */
  private static long hash(byte @Nullable [] utf8, long seed) {
    return utf8 == null ? Long.rotateLeft(seed, 1) : Xxh64.hash(utf8, 0, utf8.length, seed);
  }

  @Override
  public void addToHashes(long[] hashes) {
    byte[][] utf8 = new byte[size][];
    for (int i = 0; i < size; i++) {
      utf8[i] = dictionary[i].getBytes(UTF_8);
    }
    for (int row = 0; row < hashes.length; row++) {
      hashes[row] = hash(isMissing(row) ? null : utf8[entry(row)], hashes[row]);
    }
  }

  @Override
  public ColumnValues encode(int rows) {
    if (entryOf != null) {
      sort(rows);
    }
    return new ColumnValues(super.encode(rows).getValues(), List.of(dictionary));
  }

  private void sort(int rows) {
    String[] sorted = Arrays.copyOf(dictionary, size);
    Arrays.sort(sorted);
    int[] sortedOf = new int[size]; // of each entry
    for (int i = 0; i < sorted.length; i++) {
      sortedOf[entryOf.get(sorted[i])] = i;
    }
    for (int row = 0; row < rows; row++) {
      setEntry(row, isMissing(row) ? MISSING : sortedOf[entry(row)]);
    }
    setDictionary(sorted);
  }

  @Override
  void setDictionary(List<String> newDictionary, int rows) throws IOException {
    setDictionary(newDictionary.toArray(new String[0]));
    for (int row = 0; row < rows; row++) {
      if (entry(row) < MISSING || entry(row) >= size) {
        throw new IOException("no string %s of %s".formatted(entry(row), size));
      }
    }
  }

  /** Gathers rows; each text is looked up once for each column that has it, not for each row. */
  @Override
  public Gatherer gatherer(List<RawColumn> parts) {
    TextsColumn[] from = parts.toArray(TextsColumn[]::new);
    MergedDictionary merged =
        new MergedDictionary(
            Arrays.stream(from).map(part -> Arrays.copyOf(part.dictionary, part.size)).toList());
    return (partOf, rowOf) -> {
      int[] entries = new int[rowOf.length];
      for (int i = 0; i < entries.length; i++) {
        entries[i] = merged.shared(partOf[i], from[partOf[i]].entry(rowOf[i]));
      }
      TextsColumn to = new TextsColumn(column());
      to.setDictionary(merged.narrow(entries));
      to.reserve(entries.length);
      for (int i = 0; i < entries.length; i++) {
        to.setEntry(i, entries[i]);
      }
      return to;
    };
  }
}
