package io.beamgrad.data.encoding;

import io.beamgrad.data.files.Xxh64;
import io.beamgrad.data.rows.RawColumn;
import io.beamgrad.data.rows.TextsColumn;
import io.beamgrad.schema.CategoryEncoding;
import io.beamgrad.tensor.SparseRows;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.checkerframework.checker.nullness.qual.Nullable;

/** One-hot encoding: 1 in the slot of the text's category, 0 in all others. */
public final class CategoryEncoder implements ColumnEncoder {
  private final LearnedTexts slots; // of learned and pooled categories
  private final int hashSlots; // 0 where texts are not hashed
  private final int hashMask; // one less where they are a power of two; else negative
  private final long hashSeed;
  private final int unseen;
  private final int missing;
  private final int width;
  private final @Nullable String filling;
  private final ToIntFunction<@Nullable String> slot = this::slot;
  private final ToIntFunction<@Nullable String> observation = this::observation;

  public CategoryEncoder(CategoryEncoding encoding) {
    this.hashSlots = encoding.getHashSlots();
    this.hashMask = Integer.bitCount(hashSlots) == 1 ? hashSlots - 1 : -1;
    this.hashSeed = Xxh64.hash(encoding.getColumn(), 0);
    this.filling = encoding.getFilling();
    Map<String, Integer> slotOf = new HashMap<>();
    encoding.getCategories().forEach(category -> slotOf.put(category, slotOf.size()));
    int next = slotOf.size();
    if (encoding.getHasPool()) {
      int pool = next++;
      encoding.getPooled().forEach(category -> slotOf.put(category, pool));
    }
    this.slots = new LearnedTexts(slotOf, filling);
    this.unseen = next;
    this.missing = hashSlots > 0 ? hashSlots : unseen + 1;
    this.width = missing + (encoding.getHasMissing() ? 1 : 0);
  }

  @Override
  public int width() {
    return width;
  }

  /** The slot of texts that no training row has, where texts are not hashed. */
  public int unseen() {
    return unseen;
  }

  @Override
  public int mostNonZero() {
    return 1;
  }

  /**
   * The slot of a text, the only number of its row that is 1.
   *
   * @param text the text; null where it is missing
   */
  public int slot(@Nullable String text) {
    String used = text == null ? filling : text;
    if (used == null) {
      return missing;
    }
    if (hashSlots > 0) {
      return hashSlot(Xxh64.hash(used, hashSeed));
    }
    int known = slots.code(used);
    return known == LearnedTexts.UNKNOWN ? unseen : known;
  }

  private int hashSlot(long hash) {
    return hashMask >= 0
        ? (int) hash & hashMask
        : (int) Long.remainderUnsigned(hash, hashSlots);
  }

  /**
   * The text that has the slot of a category as well, as it is the same number written otherwise.
   *
   * @return null where there is none
   */
  public @Nullable String alternative(String category) {
    return slots.alternative(category);
  }

  boolean isHashed() {
    return hashSlots > 0;
  }

  private int observation(@Nullable String text) {
    if (text == null) {
      return InputObserver.MISSING;
    }
    if (slots.code(text) == LearnedTexts.UNKNOWN) {
      return InputObserver.OUTSIDE;
    }
    return slots.isOtherwise(text) ? InputObserver.OTHERWISE : InputObserver.SEEN;
  }

  /** What an {@link InputObserver} tells of a row's text, where texts are not hashed. */
  int observe(RawColumn values, int row) {
    return ((TextsColumn) values).code(row, observation);
  }

  /** The slot of a row's text. */
  int slot(RawColumn values, int row) {
    TextsColumn texts = (TextsColumn) values;
    return hashSlots > 0 && !texts.isMissing(row)
        ? hashSlot(texts.hash(row, hashSeed))
        : texts.code(row, slot);
  }

  @Override
  public void encode(RawColumn values, int row, float[] to, int at) {
    Arrays.fill(to, at, at + width, 0);
    to[at + slot(values, row)] = 1;
  }

  @Override
  public void encodeSparse(RawColumn values, int row, SparseRows to, int at) {
    to.add(at + slot(values, row), 1);
  }
}
