package io.beamgrad.job;

import io.beamgrad.data.files.Storage;
import io.beamgrad.data.rows.ColumnLayout;
import io.beamgrad.data.sources.ReadingProgress;
import io.beamgrad.data.sources.SourceFiles;
import io.beamgrad.learner.Progress;
import io.beamgrad.transforms.ShuffleSettings;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How far an ingest is, from what readers tell and from the blocks that are there. */
final class IngestProgress {
  private static final long INTERVAL_NANOS = 300_000_000;
  private static final int SHARE_OF_TIME = 20; // a look may take a twentieth of the time

  private final ShuffleSettings shuffle;
  private final long rows; // 0 where that is not known
  private long nextLook;

  IngestProgress(ShuffleSettings shuffle, SourceFiles source) {
    this.shuffle = shuffle;
    this.rows = SourceFiles.records(source.ranges());
  }

  /** Empty before anything is read, and where the last look was a short time ago. */
  Optional<Progress> look() {
    long start = System.nanoTime();
    if (nextLook != 0 && start < nextLook) {
      return Optional.empty();
    }
    long written = blockBytes() / ColumnLayout.bytesPerRow(shuffle.columns());
    long read = written > 0 ? 0 : ReadingProgress.records(shuffle.readingFolder());
    long end = System.nanoTime();
    nextLook = end + Math.max(INTERVAL_NANOS, SHARE_OF_TIME * (end - start));
    if (written > 0) {
      return Optional.of(progress(Progress.Stage.SHUFFLING, written));
    }
    return read > 0 ? Optional.of(progress(Progress.Stage.READING, read)) : Optional.empty();
  }

  private Progress progress(Progress.Stage stage, long done) {
    return new Progress(stage, 0, 0, rows > 0 ? Math.min(rows, done) : done, rows, 0, List.of());
  }

  private long blockBytes() {
    return Storage.sizes(shuffle.folder()).entrySet().stream()
        .filter(file -> file.getKey().endsWith(".avro"))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }
}
