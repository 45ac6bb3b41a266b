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
 * Texts by a dictionary, so that what is looked up or counted for each text need be so once for
 * each entry, not for each row. One text is a row; a missing one is null.
 */
public final class TextsColumn extends RawColumn {
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int MISSING = -1;
  private static final int MOST_CODES = 4;

  /** A text's object, its array's header and padding, its place in a map, and its codes. */
  private static final int ENTRY_BYTES = 96;

  private String[] dictionary = {}; // (at least size)
  private int size;
  private @Nullable Map<String, Integer> places; // null while nothing was added; it is sorted then
  private boolean isOwn; // of each row its own text, which is not looked for among the others
  private long textBytes;
  private volatile Codes[] codes = {}; // the latest last; replaced, never written to

  /** The numbers of all entries. */
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

  /** The place in the dictionary, or MISSING. */
  private int entry(int row) {
    return (int) INT.get(data(), row * Integer.BYTES);
  }

  private void setEntry(int row, int entry) {
    INT.set(data(), row * Integer.BYTES, entry);
  }

  private void setDictionary(String[] sorted) {
    dictionary = sorted;
    size = sorted.length;
    places = null;
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

  /** About the memory that the dictionary takes. */
  public long textBytes() {
    return textBytes;
  }

  @Override
  public void reserve(int rows) {
    int known = data().length;
    super.reserve(rows);
    Arrays.fill(data(), known, data().length, (byte) MISSING);
  }

  /** Sets a row of a column of few rows, each of which is set again and again. */
  void set(int row, @Nullable String text) {
    isOwn = true;
    if (dictionary.length <= row) {
      dictionary = Arrays.copyOf(dictionary, row + 1);
      size = row + 1;
    }
    dictionary[row] = text;
    setEntry(row, text == null ? MISSING : row);
  }

  /** Puts a text into a row, and where it is new into the dictionary. */
  public void put(int row, @Nullable String text) {
    setEntry(row, text == null ? MISSING : place(text));
  }

  private int place(String text) {
    if (places == null) {
      places = new HashMap<>();
      for (int i = 0; i < size; i++) {
        places.put(dictionary[i], i);
      }
    }
    Integer known = places.get(text);
    if (known != null) {
      return known;
    }
    if (size == dictionary.length) {
      dictionary = Arrays.copyOf(dictionary, Math.max(8, 2 * size));
    }
    dictionary[size] = text;
    places.put(text, size);
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
   * The number that a function gives for a row's text. It is computed once for each entry of the
   * dictionary, and kept for the latest functions.
   *
   * @param function always the same object for the same numbers; takes null for a missing text
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
    int from = known.length < MOST_CODES ? 0 : 1; // the oldest goes
    Codes[] more = Arrays.copyOfRange(known, from, known.length + 1);
    more[more.length - 1] = new Codes(function, ofEntry);
    codes = more;
    return ofEntry;
  }

  /** Gives each text of a range of rows with how many of them have it: null, then the others. */
  public void count(int fromInclusive, int toExclusive, ObjIntConsumer<@Nullable String> to) {
    int[] rows = new int[size + 1]; // of each entry, after those without a text
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

  /** A missing text is not an empty one. */
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
    if (places != null) {
      sort(rows);
    }
    return new ColumnValues(super.encode(rows).getValues(), List.of(dictionary));
  }

  private void sort(int rows) {
    String[] sorted = Arrays.copyOf(dictionary, size);
    Arrays.sort(sorted);
    int[] placeOf = new int[size]; // of each entry
    for (int i = 0; i < sorted.length; i++) {
      placeOf[places.get(sorted[i])] = i;
    }
    for (int row = 0; row < rows; row++) {
      setEntry(row, isMissing(row) ? MISSING : placeOf[entry(row)]);
    }
    setDictionary(sorted);
  }

  @Override
  void setDictionary(List<String> newDictionary, int rows) throws IOException {
    setDictionary(newDictionary.toArray(new String[0]));
    for (int row = 0; row < rows; row++) {
      if (entry(row) < MISSING || entry(row) >= size) {
        throw new IOException("no string %d of %d".formatted(entry(row), size));
      }
    }
  }

  /** Looks each text up once for each column that has it, however many rows do. */
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
