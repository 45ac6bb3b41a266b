package io.beamgrad.data;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.beamgrad.schema.FileRange;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;

/**
 * Tells those who watch a folder how many records one reader has read: a small file for each range,
 * replaced a few times a second. It works wherever readers and watchers share storage.
 */
public final class ReadingProgress {
  private static final long INTERVAL_NANOS = 500_000_000;
  private static final int LOOK_EVERY = 1 << 14; // records between two looks at the clock

  private final String path;
  private long lastWritten = System.nanoTime();

  public ReadingProgress(String folder, FileRange range) {
    this.path =
        "%s/%s-%016x-%d"
            .formatted(
                folder,
                range.getSplit(),
                Xxh64.hash(range.getIdentity(), 0),
                range.getFirstRecord());
  }

  /** After each record; most calls do nothing. */
  public void onRecord(long records) {
    if (records % LOOK_EVERY == 0 && System.nanoTime() - lastWritten > INTERVAL_NANOS) {
      finished(records);
      lastWritten = System.nanoTime();
    }
  }

  /** After the last record. */
  public void finished(long records) {
    Storage.write(path, out -> out.write(Long.toString(records).getBytes(UTF_8)));
  }

  /** What all readers of a folder have read. */
  public static long records(String folder) {
    long records = 0;
    for (String name : Storage.list(folder)) {
      try (InputStream in = Channels.newInputStream(Storage.open(folder + "/" + name))) {
        records += Long.parseLong(new String(in.readAllBytes(), UTF_8));
      } catch (IOException e) {
        throw new UncheckedIOException(folder + "/" + name + ": " + e.getMessage(), e);
      }
    }
    return records;
  }
}
