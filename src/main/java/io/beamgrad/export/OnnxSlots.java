package io.beamgrad.export;

import io.beamgrad.data.encoding.CategoryEncoder;

/**
 * The codes of a column's categories in a graph: a slot is its own code, behind them follow that of
 * rejected rows and, where texts may have no slot, the code of these.
 */
final class OnnxSlots {
  private final boolean isSign;
  private final int slots;
  private final boolean hasZeros; // whether there is the code of no slot

  OnnxSlots(CategoryEncoder encoder) {
    this.isSign = encoder.isSign();
    this.slots = isSign ? 2 : encoder.width();
    this.hasZeros = encoder.unseen() == CategoryEncoder.NO_SLOT;
  }

  /** How many numbers a code stands for. */
  int width() {
    return isSign ? 1 : slots;
  }

  long code(int slot) {
    return slot == CategoryEncoder.NO_SLOT ? slots + 1L : slot;
  }

  long rejected() {
    return slots;
  }

  /** The numbers of each code, {@code (codes, width)}. */
  float[] table() {
    int width = width();
    float[] table = new float[(slots + (hasZeros ? 2 : 1)) * width];
    for (int slot = 0; slot < slots; slot++) {
      if (isSign) {
        table[slot] = CategoryEncoder.sign(slot);
      } else {
        table[slot * width + slot] = 1;
      }
    }
    return table;
  }
}
