package io.beamgrad.data.sources;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.beamgrad.data.files.Storage;
import io.beamgrad.data.files.Xxh64;
import io.beamgrad.schema.FileRange;
import java.util.Locale;

/**
 * Tells those who watch a folder how many records one reader has read: a small file for each range,
 * replaced a few times a second (on a remote file system each two seconds). It works wherever
 * readers and watchers share storage.
 */
public final class ReadingProgress {
  private static final long INTERVAL_NANOS = 500_000_000;
  private static final long REMOTE_INTERVAL_NANOS = 2_000_000_000;
  private static final byte[] NONE = {};
  private static final int CLOCK_EVERY = 1 << 14; // records between two readings of the clock

  private final String path;
  private final long intervalNanos;
  private long lastWritten = System.nanoTime();

  public ReadingProgress(String folder, FileRange range) {
    this.intervalNanos = Storage.isRemote(folder) ? REMOTE_INTERVAL_NANOS : INTERVAL_NANOS;
    this.path =
        String.format(
            Locale.ROOT,
            "%s/%s-%016x-%d",
            folder,
            range.getSplit(),
            Xxh64.hash(range.getIdentity(), 0),
            range.getFirstRecord());
  }

  /** Is called after each record; most calls do nothing. */
  public void onRecord(long records) {
    if (records % CLOCK_EVERY == 0 && System.nanoTime() - lastWritten > intervalNanos) {
      finished(records);
      lastWritten = System.nanoTime();
    }
  }

  /** Is called after the last record. */
  public void finished(long records) {
    Storage.writeUnforced(path, out -> out.write(Long.toString(records).getBytes(UTF_8)));
  }

  /** How many records all readers of a folder have read. */
  public static long records(String folder) {
    long records = 0;
    for (String name : Storage.list(folder)) {
      String text = new String(Storage.readIfThere(folder + "/" + name).orElse(NONE), UTF_8);
      records += text.isEmpty() ? 0 : Long.parseLong(text);
    }
    return records;
  }
}
