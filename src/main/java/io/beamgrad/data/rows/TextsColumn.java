package io.beamgrad.data.rows;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.beamgrad.data.files.Xxh64;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnValues;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.ObjIntConsumer;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A column of one text in each row, missing or in UTF-8. Texts are stored in a dictionary, so that
 * a text is looked up once for each entry, not for each row. Strings are made where one is asked
 * for.
 */
public final class TextsColumn extends RawColumn {
  private static final int MISSING = -1;
  private static final int MOST_CODES = 4;

  private final TextDictionary dictionary = new TextDictionary();
  private boolean isSingle; // the only row is overwritten again and again
  private byte[] unpacked = {}; // the packed texts of rows that are being unpacked
  private int unpackedBytes;
  private volatile Codes[] codes = {}; // the newest last; the array is replaced, never written to

  /** The codes that are given to all entries. */
  private static final class Codes {
    private final TextCodes given;
    private final int[] ofEntry;

    Codes(TextCodes given, int[] ofEntry) {
      this.given = given;
      this.ofEntry = ofEntry;
    }
  }

  TextsColumn(Column column) {
    super(column, Integer.BYTES);
  }

  /** The number of entries of the dictionary. */
  public int entries() {
    return dictionary.size();
  }

  /** The index of a row's text in the dictionary; -1 where it is missing. */
  public int entry(int row) {
    return (int) RowBytes.INT.get(data(), row * Integer.BYTES);
  }

  /** The text of an entry of the dictionary. */
  public String entryText(int entry) {
    return dictionary.text(entry);
  }

  /** XXH64 of the UTF-8 of an entry of the dictionary. */
  public long entryHash(int entry, long seed) {
    return dictionary.hash(entry, seed);
  }

  private void setEntry(int row, int entry) {
    RowBytes.INT.set(data(), row * Integer.BYTES, entry);
  }

  @Override
  public long bytes() {
    return super.bytes() + dictionary.memory();
  }

  @Override
  public void reserve(int rows) {
    int known = data().length;
    super.reserve(rows);
    Arrays.fill(data(), known, data().length, (byte) MISSING);
  }

  /** Sets the text of the only row, which is overwritten again and again. */
  void set(int row, @Nullable String text) {
    if (text == null) {
      setMissing(row);
    } else {
      byte[] utf8 = text.getBytes(UTF_8);
      set(row, utf8, 0, utf8.length);
    }
  }

  /**
   * Sets the text of the only row, which is overwritten again and again, to a copy of UTF-8 bytes.
   *
   * @param utf8 well-formed UTF-8 from {@code offset}, {@code length} bytes
   */
  public void set(int row, byte[] utf8, int offset, int length) {
    isSingle = true;
    dictionary.setOnly(utf8, offset, length);
    setEntry(row, 0);
  }

  /** Sets the text of a row, and adds it to the dictionary where it is new. */
  public void put(int row, @Nullable String text) {
    set(row, text == null ? MISSING : dictionary.place(text.getBytes(UTF_8)));
  }

  private void set(int row, int entry) {
    setEntry(row, entry);
    if (codes.length > 0 && codes[0].ofEntry.length < dictionary.size()) {
      codes = new Codes[0];
    }
  }

  @Override
  public void copy(int row, RawColumn from, int fromRow) {
    TextsColumn texts = (TextsColumn) from;
    int entry = texts.entry(fromRow);
    set(row, entry == MISSING ? MISSING : dictionary.place(texts.dictionary, entry));
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
    return entry == MISSING ? null : dictionary.text(entry);
  }

  /**
   * The code of a row's text. It is asked for once for each entry of the dictionary, and cached for
   * the latest codes.
   *
   * @param given gives the code of a text; it is cached by the identity of this object
   */
  public int code(int row, TextCodes given) {
    int entry = entry(row);
    if (entry == MISSING) {
      return given.ofMissing();
    }
    return isSingle ? dictionary.code(entry, given) : codes(given)[entry];
  }

  /** The code of a row's text, which is asked for again each time. */
  public int codeOnce(int row, TextCodes given) {
    int entry = entry(row);
    return entry == MISSING ? given.ofMissing() : dictionary.code(entry, given);
  }

  private int[] codes(TextCodes given) {
    Codes[] known = codes;
    for (Codes one : known) {
      if (one.given == given) {
        return one.ofEntry;
      }
    }
    int[] ofEntry = new int[dictionary.size()];
    for (int entry = 0; entry < ofEntry.length; entry++) {
      ofEntry[entry] = dictionary.code(entry, given);
    }
    int from = known.length < MOST_CODES ? 0 : 1; // the oldest codes are dropped
    Codes[] more = Arrays.copyOfRange(known, from, known.length + 1);
    more[more.length - 1] = new Codes(given, ofEntry);
    codes = more;
    return ofEntry;
  }

  /**
   * Counts the texts of a range of rows, and gives each with its count: null first, then the
   * others.
   */
  public void count(int fromInclusive, int toExclusive, ObjIntConsumer<@Nullable String> to) {
    int[] rows = rowsOfEntries(fromInclusive, toExclusive);
    for (int i = 0; i < rows.length; i++) {
      if (rows[i] > 0) {
        to.accept(i == 0 ? null : dictionary.text(i - 1), rows[i]);
      }
    }
  }

  /** How many of a range of rows have no text, then how many have each entry: (1 + entries). */
  int[] rowsOfEntries(int fromInclusive, int toExclusive) {
    int[] rows = new int[dictionary.size() + 1];
    for (int entry : entries(fromInclusive, toExclusive)) {
      rows[entry + 1]++;
    }
    return rows;
  }

  /** How many of a range of rows have no text. */
  int missing(int fromInclusive, int toExclusive) {
    int missing = 0;
    for (int entry : entries(fromInclusive, toExclusive)) {
      missing += entry == MISSING ? 1 : 0;
    }
    return missing;
  }

  /** The entries of a range of rows, copied at once. */
  private int[] entries(int fromInclusive, int toExclusive) {
    int[] entries = new int[toExclusive - fromInclusive];
    ByteBuffer.wrap(data())
        .order(ByteOrder.LITTLE_ENDIAN)
        .asIntBuffer()
        .get(fromInclusive, entries);
    return entries;
  }

  /** The index of an entry's text in another dictionary, to which it is added where it is new. */
  int place(int entry, TextDictionary in) {
    return in.place(dictionary, entry);
  }

  /** XXH64 of the UTF-8 of a text; a missing one hashes unlike an empty one. */
  @Override
  public long hash(int row, long seed) {
    int entry = entry(row);
    return entry == MISSING ? ofMissing(seed) : dictionary.hash(entry, seed);
  }

  private static long ofMissing(long seed) {
    return Long.rotateLeft(seed, 1);
  }

  @Override
  public long contentHash(int row, long seed) {
    String text = text(row);
    return text == null ? ofMissing(seed) : Xxh64.hash(NumberStyle.strip(text), seed);
  }

  @Override
  int packedBytes() {
    return TextDictionary.LENGTH_BYTES;
  }

  @Override
  void pack(int row, RowBytes to) {
    int entry = entry(row);
    if (entry == MISSING) {
      to.putByte(TextDictionary.NONE);
    } else {
      dictionary.pack(entry, to);
    }
  }

  @Override
  void clear() {
    isSingle = false;
    codes = new Codes[0];
    dictionary.clear();
    unpackedBytes = 0;
  }

  /**
   * The index of a packed text in the dictionary, to which it is added where it is new; -1 where it
   * is missing.
   */
  public int placePacked(byte[] packed, int at) {
    return packed[at] == TextDictionary.NONE
        ? MISSING
        : dictionary.place(packed, at, TextDictionary.end(packed, at));
  }

  @Override
  int packedEnd(byte[] packed, int at) {
    return TextDictionary.end(packed, at);
  }

  @Override
  int unpack(int row, byte[] packed, int at) {
    int end = TextDictionary.end(packed, at);
    int count = end - at;
    if (count > unpacked.length - unpackedBytes) {
      int needed = Math.addExact(unpackedBytes, count);
      unpacked = Arrays.copyOf(unpacked, (int) Math.min(2L * needed, Integer.MAX_VALUE - 8));
    }
    System.arraycopy(packed, at, unpacked, unpackedBytes, count);
    unpackedBytes += count;
    return end;
  }

  @Override
  void finish(long[] hashes) {
    int at = 0;
    for (int row = 0; row < hashes.length; row++) {
      int end = TextDictionary.end(unpacked, at);
      if (unpacked[at] == TextDictionary.NONE) {
        hashes[row] = ofMissing(hashes[row]);
        setEntry(row, MISSING);
      } else {
        hashes[row] = TextDictionary.hash(unpacked, at, end, hashes[row]);
        setEntry(row, dictionary.place(unpacked, at, end));
      }
      at = end;
    }
  }

  @Override
  public ColumnValues encode(int rows) {
    return new ColumnValues(super.encode(rows).getValues(), dictionary.encode());
  }

  @Override
  void setDictionary(ByteBuffer packed, int rows) throws IOException {
    isSingle = false;
    codes = new Codes[0];
    dictionary.decode(packed);
    for (int entry : entries(0, rows)) {
      if (entry < MISSING || entry >= dictionary.size()) {
        throw new IOException("no text %s of %s".formatted(entry, dictionary.size()));
      }
    }
  }
}
