package io.beamgrad.data.profile;

import io.beamgrad.data.rows.RawColumn;
import io.beamgrad.data.rows.SourceField;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Describes a field of lists, read as vectors of as many numbers as the first one has. */
public final class ListProfile {
  private final SourceField field;
  private long textBytes;
  private long vectors;
  private long missing;
  private long faults;
  private @Nullable String firstFault;

  ListProfile(SourceField field) {
    this.field = field;
  }

  /** Takes the list of the next record; it is missing where any of its numbers is. */
  void add(RawColumn numbers) {
    boolean isWhole = true;
    for (int i = 0; i < numbers.width(); i++) {
      isWhole &= !numbers.isMissing(i);
      textBytes += Float.toString((float) numbers.number(i)).length() + (i > 0 ? 1 : 0);
    }
    vectors += isWhole ? 1 : 0;
    missing += isWhole ? 0 : 1;
  }

  /** Takes a list that is no such vector. */
  void addFault(String why) {
    faults++;
    firstFault = firstFault == null ? why : firstFault;
  }

  public String name() {
    return field.name();
  }

  /** How many numbers each list has. */
  public int length() {
    return field.length();
  }

  /** How many lists are vectors of that length without a missing number. */
  public long vectors() {
    return vectors;
  }

  /** The size of all numbers as text with commas between them, in bytes, about. */
  long textBytes() {
    return textBytes;
  }

  /** How many are missing, or lack a number. */
  public long missing() {
    return missing;
  }

  /** How many are of another length, or have an element that is no number. */
  public long faults() {
    return faults;
  }

  /** Why the first of these is no such vector; null where there is none. */
  public @Nullable String firstFault() {
    return firstFault;
  }
}
