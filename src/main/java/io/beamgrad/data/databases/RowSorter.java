package io.beamgrad.data.databases;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** Sorts rows that may be more than the heap holds: in runs on disk, which are then merged. */
final class RowSorter {
  private final Path folder;
  private final long runBytes;
  private final List<Path> runs = new ArrayList<>();
  private final List<SnapshotRow> rows = new ArrayList<>();
  private long bytes;

  /** Takes the rows in their order. */
  interface Sink {
    void accept(SnapshotRow row) throws IOException;
  }

  /**
   * @param folder for the runs
   * @param runBytes how much of the heap the rows of a run may take
   */
  RowSorter(Path folder, long runBytes) {
    this.folder = folder;
    this.runBytes = runBytes;
  }

  void add(SnapshotRow row) throws IOException {
    rows.add(row);
    bytes += row.bytes();
    if (bytes >= runBytes) {
      spill();
    }
  }

  private void spill() throws IOException {
    Path run = folder.resolve("run-" + runs.size());
    rows.sort(Comparator.naturalOrder());
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(run)))) {
      out.writeInt(rows.size());
      for (SnapshotRow row : rows) {
        row.write(out);
      }
    }
    runs.add(run);
    rows.clear();
    bytes = 0;
  }

  /** Gives all rows, and deletes the runs. */
  void drain(Sink sink) throws IOException {
    if (runs.isEmpty()) {
      rows.sort(Comparator.naturalOrder());
      for (SnapshotRow row : rows) {
        sink.accept(row);
      }
      return;
    }
    spill();
    List<Run> open = new ArrayList<>();
    try {
      PriorityQueue<Run> next = new PriorityQueue<>(Comparator.comparing((Run run) -> run.row));
      for (Path run : runs) {
        open.add(new Run(run));
      }
      open.stream().filter(run -> run.row != null).forEach(next::add);
      while (!next.isEmpty()) {
        Run run = next.remove();
        sink.accept(run.row);
        run.advance();
        if (run.row != null) {
          next.add(run);
        }
      }
    } finally {
      for (Run run : open) {
        run.close();
      }
    }
    for (Path run : runs) {
      Files.delete(run);
    }
  }

  /** A sorted file, and the row that is its next. */
  private static final class Run implements Closeable {
    private final DataInputStream in;
    private int left;
    private SnapshotRow row; // null at the end

    Run(Path file) throws IOException {
      in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)));
      left = in.readInt();
      advance();
    }

    void advance() throws IOException {
      row = left-- > 0 ? SnapshotRow.read(in) : null;
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
