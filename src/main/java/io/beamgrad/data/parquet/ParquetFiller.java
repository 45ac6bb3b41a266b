package io.beamgrad.data.parquet;

import io.beamgrad.data.rows.FieldNode;
import io.beamgrad.data.rows.FieldParser;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/** How the values of a Parquet column get into the columns of rows, one record after the other. */
public final class ParquetFiller {
  private final ParquetLeaf leaf;
  private final ParquetCursor cursor;
  private final Target[] targets;
  private final boolean isPlain; // each record has one value, which all its columns take

  /**
   * @param targets of the leaf
   * @param readers of the leaf, and then of its keys
   */
  public ParquetFiller(ParquetLeaf leaf, List<Target> targets, List<ParquetColumn> readers) {
    this.leaf = leaf;
    this.cursor = new ParquetCursor(leaf, readers);
    this.targets = targets.toArray(Target[]::new);
    this.isPlain = leaf.isSingle() && targets.size() == 1 && targets.get(0).isField();
  }

  /**
   * The columns that are named by a value of a leaf, by its list, or by a group around it.
   *
   * @param groups those whose first leaf it is
   */
  public static List<Target> targets(
      ParquetLeaf leaf, List<ParquetSchema.Group> groups, FieldNode record) {
    List<Target> found = new ArrayList<>();
    ParquetLeaf.find(
        leaf.steps(), record, (place, chosen) -> found.add(new Target(leaf, place, chosen, null)));
    if (leaf.isOfLists()) {
      ParquetLeaf.find(
          leaf.stepsToList(),
          record,
          (place, chosen) -> found.add(new Target(leaf, place, chosen, null)));
    }
    for (ParquetSchema.Group group : groups) {
      ParquetLeaf.find(
          group.steps(),
          record,
          (place, chosen) -> found.add(new Target(leaf, place, chosen, group.what())));
    }
    return found;
  }

  /** Takes the values of the next record. */
  public void next() {
    if (isPlain) {
      targets[0].takeValue(cursor, targets[0].place.columns());
      cursor.reader().next();
      return;
    }
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
  public static final class Target {
    private final ParquetLeaf leaf;
    private final ParquetType.Taking taking;
    private final FieldNode place;
    private final FieldParser[] vectors;
    private final ParquetLeaf.Step[] steps; // those that a list or map has many of
    private final Object[] chosen; // the index or key that each of them must have
    private final ParquetLeaf.Step element; // null where the place is no list
    private final @Nullable String what; // a group's values; null where the place is none
    private final int depth;
    private boolean inList;

    Target(ParquetLeaf leaf, FieldNode place, List<Object> chosen, @Nullable String what) {
      this.what = what;
      this.taking = leaf.type().taking();
      this.leaf = leaf;
      this.place = place;
      this.depth = chosen.size();
      this.vectors =
          Arrays.stream(place.columns()).filter(FieldParser::takesList).toArray(FieldParser[]::new);
      this.steps =
          leaf.steps().subList(0, depth).stream()
              .filter(step -> step.field() == null)
              .toArray(ParquetLeaf.Step[]::new);
      this.chosen = chosen.stream().filter(choice -> choice != null).toArray();
      boolean isList = what == null && depth < leaf.steps().size();
      this.element = isList ? leaf.steps().get(depth) : null;
    }

    /** Takes the entry that a cursor is at, where it belongs to the place. */
    void take(ParquetCursor at) {
      if (element != null) {
        takeElement(at);
      } else if (what != null) {
        refuse(at);
      } else if (at.definition() >= leaf.thereLevel() && fits(at) && takesPlace()) {
        takeValue(at, place.columns());
      }
    }

    private void refuse(ParquetCursor at) {
      boolean isFirst =
          at.repetition() <= (steps.length == 0 ? 0 : steps[steps.length - 1].repetition());
      if (isFirst && fits(at) && takesPlace()) {
        for (FieldParser column : place.columns()) {
          column.takeOther(what, null);
        }
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

    /** Whether the place is a value that is a field of the record itself. */
    boolean isField() {
      return depth == 1 && element == null && what == null;
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
      boolean isThere = at.reader().isThere();
      for (FieldParser column : columns) {
        if (isThere) {
          taking.take(at.reader().value(), column);
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
