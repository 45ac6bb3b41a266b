package io.beamgrad.data.encoding;

import io.beamgrad.data.files.Xxh64;
import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.data.rows.TextsColumn;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.Cross;
import java.util.ArrayList;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Encodes what several columns of categories have together: 1 in the slot of the hash of a row's
 * texts, 0 in all others. It learns nothing. Safe for several threads.
 */
public final class CrossEncoder {
  /** The inputs of a cross, where nobody says how many. */
  public static final int USUAL_SLOTS = 1 << 16;

  private final List<Crossed> columns = new ArrayList<>();
  private final HashSlots slots;

  /**
   * @param index of the column in a block
   * @param seed of its texts
   * @param ofMissing the hash of a missing text, where one stands for it
   */
  private record Crossed(int index, CategoryEncoder category, long seed, @Nullable Long ofMissing) {
    long hash(TextsColumn texts, int row) {
      if (ofMissing != null && texts.isMissing(row)) {
        return ofMissing;
      }
      String learned = category.learnedOtherwise(texts, row);
      return learned == null ? texts.hash(row, seed) : Xxh64.hash(learned, seed);
    }
  }

  /**
   * @param features of the model
   * @param encoders one for each feature
   * @throws IllegalArgumentException where a column is no feature of categories
   */
  public CrossEncoder(Cross cross, List<Column> features, List<ColumnEncoder> encoders) {
    this.slots = new HashSlots(cross.getHashSlots());
    for (String name : cross.getColumns()) {
      CategoryEncoder category = null;
      for (int f = 0; f < features.size(); f++) {
        if (features.get(f).getName().equals(name)
            && encoders.get(f) instanceof CategoryEncoder found) {
          category = found;
          long seed = Xxh64.hash(name, 0);
          String filling = found.filling();
          Long ofMissing = filling == null ? null : Xxh64.hash(filling, seed);
          columns.add(new Crossed(f, found, seed, ofMissing));
        }
      }
      if (category == null) {
        throw new IllegalArgumentException(
            "a cross of %s, which has no categories".formatted(name));
      }
    }
  }

  /** Whether it is of a feature, by its index. */
  boolean has(int feature) {
    return columns.stream().anyMatch(column -> column.index == feature);
  }

  int width() {
    return slots.count();
  }

  /** The slot of a row. */
  int slot(ColumnBlock rows, int row) {
    long hash = hash(0, rows, row);
    for (int i = 1; i < columns.size(); i++) {
      hash = Xxh64.hash(hash, hash(i, rows, row), 0);
    }
    return slots.of(hash);
  }

  private long hash(int i, ColumnBlock rows, int row) {
    Crossed column = columns.get(i);
    return column.hash((TextsColumn) rows.column(column.index), row);
  }
}
