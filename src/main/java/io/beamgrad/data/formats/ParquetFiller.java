package io.beamgrad.data.formats;

import io.beamgrad.data.rows.FieldNode;
import io.beamgrad.data.rows.FieldParser;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.parquet.column.ColumnReader;

/** How the values of a Parquet column get into the columns of rows, one record after the other. */
final class ParquetFiller {
  private final ParquetLeaf leaf;
  private final ParquetCursor cursor;
  private final Target[] targets;

  /**
   * @param readers of the leaf, and then of its keys
   */
  ParquetFiller(ParquetLeaf leaf, List<ColumnReader> readers, FieldNode record) {
    this.leaf = leaf;
    this.cursor = new ParquetCursor(leaf, readers);
    this.targets = targets(leaf, record).toArray(Target[]::new);
  }

  /** Whether any column is named by a value of the leaf, or by its list. */
  static boolean isUsed(ParquetLeaf leaf, FieldNode record) {
    return !targets(leaf, record).isEmpty();
  }

  private static List<Target> targets(ParquetLeaf leaf, FieldNode record) {
    List<Target> found = new ArrayList<>();
    ParquetLeaf.find(
        leaf.steps(),
        record,
        (place, chosen) -> found.add(new Target(leaf, place, chosen)));
    if (leaf.isOfLists()) {
      ParquetLeaf.find(
          leaf.stepsToList(),
          record,
          (place, chosen) -> found.add(new Target(leaf, place, chosen)));
    }
    return found;
  }

  /** Takes the values of the next record. */
  void next() {
    cursor.begin();
    do {
      for (Target target : targets) {
        target.take(cursor);
      }
    } while (cursor.next());
    if (!leaf.isSingle()) {
      for (Target target : targets) {
        target.endList();
      }
    }
  }

  /** The columns of one place. */
  private static final class Target {
    private final ParquetLeaf leaf;
    private final FieldNode place;
    private final FieldParser[] vectors;
    private final ParquetLeaf.Step[] steps; // those that a list or map has many of
    private final Object[] chosen; // the index or key that each of them must have
    private final ParquetLeaf.Step element; // null where the place is no list
    private final int depth;
    private boolean inList;

    Target(ParquetLeaf leaf, FieldNode place, List<Object> chosen) {
      this.leaf = leaf;
      this.place = place;
      this.depth = chosen.size();
      this.vectors =
          Arrays.stream(place.columns())
              .filter(FieldParser::takesList)
              .toArray(FieldParser[]::new);
      this.steps =
          leaf.steps().subList(0, depth).stream()
              .filter(step -> step.field() == null)
              .toArray(ParquetLeaf.Step[]::new);
      this.chosen = chosen.stream().filter(choice -> choice != null).toArray();
      this.element = depth < leaf.steps().size() ? leaf.steps().get(depth) : null;
    }

    /** Takes the entry that a cursor is at, where it belongs to the place. */
    void take(ParquetCursor at) {
      if (element != null) {
        takeElement(at);
      } else if (at.definition() >= leaf.thereLevel() && fits(at) && takesPlace()) {
        takeValue(at, place.columns());
      }
    }

    private void takeElement(ParquetCursor at) {
      if (at.repetition() < element.repetition()) {
        endList();
        inList = at.definition() >= element.level() - 1 && fits(at) && takesPlace();
        if (inList) {
          beginList();
        }
      }
      if (inList && at.isWithin(element)) {
        takeValue(at, vectors);
      }
    }

    /** Nothing has fewer keys than a field of the record itself. */
    private boolean takesPlace() {
      return depth == 1 || place.takes(depth);
    }

    private boolean fits(ParquetCursor at) {
      for (int i = 0; i < steps.length; i++) {
        Object here = steps[i].isElement() ? (Object) at.index(steps[i]) : at.key(steps[i]);
        if (!at.isWithin(steps[i]) || !chosen[i].equals(here)) {
          return false;
        }
      }
      return true;
    }

    private void takeValue(ParquetCursor at, FieldParser[] columns) {
      boolean isThere = at.definition() == leaf.descriptor().getMaxDefinitionLevel();
      for (FieldParser column : columns) {
        if (isThere) {
          leaf.type().taking().take(at.reader(), column);
        } else {
          column.takeMissing();
        }
      }
    }

    private void beginList() {
      for (FieldParser column : place.columns()) {
        if (column.takesList()) {
          column.beginList();
        } else {
          column.takeOther("a list", null);
        }
      }
    }

    void endList() {
      for (FieldParser column : vectors) {
        if (inList) {
          column.endList();
        }
      }
      inList = false;
    }
  }
}
