package io.beamgrad.data.sources;

import io.beamgrad.data.files.RecordFile;
import io.beamgrad.data.files.Xxh64;
import io.beamgrad.data.rows.RejectText;
import io.beamgrad.schema.FileRange;
import io.beamgrad.schema.Reject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Writes the rejects of one reader to files of some thousands each, so that memory does not grow
 * with their number. The range alone decides the files' names and bytes: reading it again writes
 * the same.
 */
public final class RejectFiles {
  private static final RecordFile<Reject> FILES = RecordFile.of(Reject.class);
  private static final int REJECTS_OF_A_FILE = 8192;

  private final String prefix;
  private final List<Reject> buffer = new ArrayList<>();
  private final List<String> files = new ArrayList<>();
  private String first;
  private long count;

  private RejectFiles(String prefix) {
    this.prefix = prefix;
  }

  /** The rejects of a range. */
  public static RejectFiles of(String folder, FileRange range) {
    return new RejectFiles(
        String.format(
            Locale.ROOT,
            "%s/%016x-%012d",
            folder,
            Xxh64.hash(range.getIdentity(), 0),
            range.getFirstRecord()));
  }

  /** The rejects of rows that have a name in place of a range. */
  public static RejectFiles of(String folder, String name) {
    return new RejectFiles("%s/%s".formatted(folder, name));
  }

  /** Takes the next reject, in the order of the records. */
  public void add(Reject reject) {
    if (first == null) {
      first = RejectText.describe(reject);
    }
    count++;
    buffer.add(reject);
    if (buffer.size() == REJECTS_OF_A_FILE) {
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
    if (!buffer.isEmpty()) {
      write();
    }
    return List.copyOf(files);
  }

  private void write() {
    String path = String.format(Locale.ROOT, "%s-%06d.avro", prefix, files.size());
    FILES.write(path, buffer);
    files.add(path);
    buffer.clear();
  }
}
