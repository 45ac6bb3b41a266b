package io.beamgrad.data.encoding;

import io.beamgrad.data.files.Xxh64;
import io.beamgrad.data.rows.RawColumn;
import io.beamgrad.data.rows.TextCodes;
import io.beamgrad.data.rows.TextsColumn;
import io.beamgrad.schema.CategoryEncoding;
import io.beamgrad.tensor.SparseRows;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * One-hot encoding: 1 in the slot of the text's category, 0 in all others. Two slots may be one
 * number instead, -1 for the first and 1 for the second.
 */
public final class CategoryEncoder implements ColumnEncoder {
  /** The slot of a text that has none: all numbers of its row are 0. */
  public static final int NO_SLOT = -1;

  private final LearnedTexts slots; // of learned and pooled categories
  private final HashSlots hashSlots; // none where texts are not hashed
  private final long hashSeed;
  private final int unseen;
  private final int missing;
  private final boolean isSign;
  private final int width;
  private final @Nullable String filling;
  private final TextCodes slotCodes = new SlotCodes();
  private final TextCodes observations = new Observations();

  private final class SlotCodes implements TextCodes {
    @Override
    public int ofMissing() {
      return slot(null);
    }

    @Override
    public int of(byte[] utf8, int from, int to) {
      if (isHashed()) {
        return hashSlots.of(Xxh64.hash(utf8, from, to, hashSeed));
      }
      return slotOf(slots.of(utf8, from, to));
    }
  }

  private final class Observations implements TextCodes {
    @Override
    public int ofMissing() {
      return InputObserver.MISSING;
    }

    @Override
    public int of(byte[] utf8, int from, int to) {
      if (slots.of(utf8, from, to) == LearnedTexts.UNKNOWN) {
        return InputObserver.OUTSIDE;
      }
      return slots.isOtherwise(utf8, from, to) ? InputObserver.OTHERWISE : InputObserver.SEEN;
    }
  }

  public CategoryEncoder(CategoryEncoding encoding) {
    this.hashSlots = new HashSlots(encoding.getHashSlots());
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
    next = isHashed() ? hashSlots.count() : next;
    this.unseen = encoding.getHasUnknown() && !isHashed() ? next++ : NO_SLOT;
    this.missing = encoding.getHasMissing() ? next++ : NO_SLOT;
    this.isSign = encoding.getSign();
    this.width = isSign ? 1 : next;
  }

  @Override
  public int width() {
    return width;
  }

  /** Whether two slots are one number. */
  public boolean isSign() {
    return isSign;
  }

  /** What the one number of a row is where {@link #isSign}. */
  public static float sign(int slot) {
    return slot == NO_SLOT ? 0 : slot == 0 ? -1 : 1;
  }

  /** The slot of texts that no training row has, where texts are not hashed; or NO_SLOT. */
  public int unseen() {
    return unseen;
  }

  @Override
  public int mostNonZero() {
    return 1;
  }

  /**
   * The slot of a text, whose number is the only one of its row that is not 0; or NO_SLOT.
   *
   * @param text the text; null where it is missing
   */
  public int slot(@Nullable String text) {
    String used = text == null ? filling : text;
    if (used == null) {
      return missing;
    }
    if (isHashed()) {
      return hashSlots.of(Xxh64.hash(used, hashSeed));
    }
    return slotOf(slots.code(used));
  }

  private int slotOf(int known) {
    return known == LearnedTexts.UNKNOWN ? unseen : known;
  }

  /**
   * The text that has the slot of a category as well, as it is the same number written otherwise.
   *
   * @return null where there is none
   */
  public @Nullable String alternative(String category) {
    return slots.alternative(category);
  }

  /** The learned text whose number a row has written otherwise; null where that is not so. */
  @Nullable String learnedOtherwise(TextsColumn texts, int row) {
    return slots.areNumbers() && observe(texts, row) == InputObserver.OTHERWISE
        ? slots.otherwise(texts.text(row))
        : null;
  }

  /** The text that stands for a missing one; null where none does. */
  @Nullable String filling() {
    return filling;
  }

  /** Whether each text, and each missing one, has a slot. */
  boolean isWhole() {
    return isHashed() || unseen != NO_SLOT;
  }

  boolean isHashed() {
    return hashSlots.count() > 0;
  }

  /** What an {@link InputObserver} tells of a row's text, where texts are not hashed. */
  int observe(RawColumn values, int row) {
    return ((TextsColumn) values).code(row, observations);
  }

  /** The slot of a row's text. */
  int slot(RawColumn values, int row) {
    return ((TextsColumn) values).code(row, slotCodes);
  }

  @Override
  public void encode(RawColumn values, int row, float[] to, int at) {
    int slot = slot(values, row);
    if (isSign) {
      to[at] = sign(slot);
      return;
    }
    Arrays.fill(to, at, at + width, 0);
    if (slot != NO_SLOT) {
      to[at + slot] = 1;
    }
  }

  @Override
  public void encodeSparse(RawColumn values, int row, SparseRows to, int at) {
    int slot = slot(values, row);
    if (slot != NO_SLOT) {
      to.add(isSign ? at : at + slot, isSign ? sign(slot) : 1);
    }
  }
}
