package io.beamgrad.data;

import io.beamgrad.schema.FileRange;
import io.beamgrad.schema.Reject;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Puts the rejects of one range of a file aside, some thousands in a file, so that their number
 * does not matter to memory. The range alone decides the files' names and bytes: read twice, it
 * writes the same.
 */
public final class RejectsAside {
  private static final RecordFile<Reject> FILES = RecordFile.of(Reject.class);
  private static final int REJECTS_OF_A_FILE = 8192;

  private final String prefix;
  private final List<Reject> held = new ArrayList<>();
  private final List<String> files = new ArrayList<>();
  private String first;
  private long count;

  public RejectsAside(String folder, FileRange range) {
    this(
        "%s/%016x-%012d"
            .formatted(folder, Xxh64.hash(range.getIdentity(), 0), range.getFirstRecord()));
  }

  private RejectsAside(String prefix) {
    this.prefix = prefix;
  }

  /**
   * For rows that no file has: the names are new each time, and what is read twice is there twice.
   */
  public static RejectsAside ofRows(String folder) {
    return new RejectsAside(folder + "/rows-" + UUID.randomUUID());
  }

  /** Takes the next reject, in the order of the records. */
  public void add(Reject reject) {
    if (first == null) {
      first = Rejects.describe(reject);
    }
    count++;
    held.add(reject);
    if (held.size() == REJECTS_OF_A_FILE) {
      write();
    }
  }

  /** The number of rejects. */
  public long count() {
    return count;
  }

  /** The first reject in words, or null. */
  public String first() {
    return first;
  }

  /** The files of all rejects, in their order. */
  public List<String> files() {
    if (!held.isEmpty()) {
      write();
    }
    return List.copyOf(files);
  }

  private void write() {
    String path = "%s-%06d.avro".formatted(prefix, files.size());
    FILES.write(path, held);
    files.add(path);
    held.clear();
  }
}
