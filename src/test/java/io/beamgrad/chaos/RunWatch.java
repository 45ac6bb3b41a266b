package io.beamgrad.chaos;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.beamgrad.data.files.RecordFile;
import io.beamgrad.data.shuffle.BlockFiles;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.schema.Checkpoint;
import io.beamgrad.schema.Details;
import io.beamgrad.schema.Manifest;
import io.beamgrad.schema.MetricRow;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.schema.Outcome;
import io.beamgrad.schema.Reject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.avro.specific.SpecificRecord;

/**
 * Reads each file of a run whenever it appears or changes under its final name, until closed. A
 * file that is there, but not whole, is an offence.
 */
final class RunWatch implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Map<String, Class<? extends SpecificRecord>> RECORDS =
      Map.of(
          "model.avro", ModelRecord.class,
          "metrics.avro", MetricRow.class,
          "details.avro", Details.class,
          "rejects.avro", Reject.class,
          "work/manifest.avro", Manifest.class,
          "work/outcomes.avro", Outcome.class);
  private static final Map<String, Class<? extends SpecificRecord>> FOLDERS =
      Map.of(
          "work/checkpoints", Checkpoint.class,
          "work/models", ModelRecord.class);
  private static final List<String> TREES =
      List.of("run.json", "work/progress.json", "work/cluster-job.json");

  private final Path out;
  private final Thread thread = new Thread(this::watch, "watch");
  private final Map<Path, Object> seen = new HashMap<>(); // file to what tells its versions apart
  private final Map<String, List<Long>> appeared = new TreeMap<>(); // name to nanoseconds
  private final List<String> offences = new ArrayList<>();
  private volatile boolean isClosed;

  private RunWatch(Path out) {
    this.out = out;
  }

  static RunWatch start(Path out) {
    RunWatch watch = new RunWatch(out);
    watch.thread.setDaemon(true);
    watch.thread.start();
    return watch;
  }

  private void watch() {
    try {
      while (!isClosed) {
        look();
        TimeUnit.MILLISECONDS.sleep(3);
      }
      look();
    } catch (IOException | RuntimeException e) {
      add("the watch failed: " + e);
    } catch (InterruptedException e) {
      add("the watch was interrupted");
    }
  }

  private void look() throws IOException {
    for (var file : RECORDS.entrySet()) {
      look(file.getKey(), path -> RecordFile.of(file.getValue()).read(path.toString()));
    }
    for (var folder : FOLDERS.entrySet()) {
      for (String name : RunState.names(out.resolve(folder.getKey()))) {
        if (!name.startsWith(".")) {
          look(
              folder.getKey() + "/" + name,
              path -> RecordFile.of(folder.getValue()).read(path.toString()));
        }
      }
    }
    for (String name : RunState.names(out.resolve("work/blocks"))) {
      if (!name.startsWith(".")) {
        look("work/blocks/" + name, BlockFiles::requireWhole);
      }
    }
    for (String name : TREES) {
      look(name, path -> JSON.readTree(Files.readAllBytes(path)).requireNonNull());
    }
  }

  /** Reads a whole file, or throws. */
  private interface Reading {
    void read(Path file) throws IOException;
  }

  private void look(String name, Reading reading) throws IOException {
    Path file = out.resolve(name);
    try {
      BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
      List<Object> version = List.of(found.fileKey(), found.lastModifiedTime(), found.size());
      if (version.equals(seen.put(file, version))) {
        return;
      }
      synchronized (this) {
        appeared.computeIfAbsent(name, n -> new ArrayList<>()).add(System.nanoTime());
      }
      reading.read(file);
    } catch (NoSuchFileException e) {
      seen.remove(file);
    } catch (UncheckedIOException e) {
      if (!(e.getCause().getCause() instanceof NoSuchFileException
          || e.getCause() instanceof NoSuchFileException)) {
        add(name + ": " + e.getMessage());
      }
    } catch (BrokenFileException | IOException | IllegalArgumentException e) {
      add(name + ": " + e.getMessage());
    }
  }

  private synchronized void add(String offence) {
    offences.add(offence);
  }

  synchronized List<String> offences() {
    return List.copyOf(offences);
  }

  /** True where a file was written both before and after a moment. */
  synchronized boolean isWrittenAgain(String name, long nanos) {
    List<Long> times = appeared.getOrDefault(name, List.of());
    return times.stream().anyMatch(time -> time < nanos)
        && times.stream().anyMatch(time -> time > nanos);
  }

  /** How many files of a folder were written both before and after a moment. */
  synchronized int writtenAgain(String folder, long nanos) {
    return (int)
        List.copyOf(appeared.keySet()).stream()
            .filter(name -> name.startsWith(folder + "/") && isWrittenAgain(name, nanos))
            .count();
  }

  @Override
  public void close() throws InterruptedException {
    isClosed = true;
    thread.join();
  }
}
