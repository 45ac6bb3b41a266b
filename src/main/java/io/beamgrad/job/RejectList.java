package io.beamgrad.job;

import io.beamgrad.data.files.RecordFile;
import io.beamgrad.data.rows.RejectText;
import io.beamgrad.schema.Reject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Counts the records that could not be used, and lists them in a file where one is asked for. */
final class RejectList {
  private final @Nullable Path file;
  private final List<Reject> rejects = new ArrayList<>(); // empty without a file
  private long count;
  private @Nullable String first;

  RejectList(@Nullable Path file) {
    this.file = file;
  }

  void add(Reject reject) {
    first = count == 0 ? RejectText.describe(reject) : first;
    count++;
    if (file != null) {
      rejects.add(reject);
    }
  }

  long count() {
    return count;
  }

  /** The first in words; null where there is none. */
  @Nullable String first() {
    return first;
  }

  /** Writes the file, with no records where there are none. */
  void write() {
    if (file != null) {
      RecordFile.of(Reject.class).write(file.toString(), rejects);
    }
  }
}
