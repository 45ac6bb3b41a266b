package io.beamgrad.retrain;

import io.beamgrad.registry.Decision;
import io.beamgrad.registry.Decision.DataFile;
import io.beamgrad.registry.FileHistory;
import io.beamgrad.retrain.EarlierData.Content;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.LongStream;

/**
 * What became of the files of runs. One pass over the history notes from which run to which a file
 * was there unchanged, and asks at its end which runs these are.
 *
 * @param newest the newest record of each file of interest
 * @param seen the contents that a run of the version in service, or of one that it comes from, had
 * @param stopped the contents that no run had but such as a check stopped, each with the newest of
 *     these that counts
 * @param ofLastRun all contents of the newest run that had files
 * @param seenHashes the first 64 bits of the SHA-256 of what was seen under any name, sorted
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares or changes the arrays
record FileUses(
    Map<String, DataFile> newest,
    Set<Content> seen,
    Map<Content, Decision> stopped,
    Set<Content> ofLastRun,
    long[] seenHashes) {

  /** Whether a run whose files count as seen had a content, whatever its name. */
  boolean hasSeenContent(String sha256) {
    return Arrays.binarySearch(seenHashes, first64(sha256)) >= 0;
  }

  private static long first64(String sha256) {
    return Long.parseUnsignedLong(sha256, 0, 16, 16);
  }

  /**
   * Reads the history.
   *
   * @param names the files of interest; of others only those of the last run are kept
   * @param isSeen whether the files of a run count as seen
   * @param isStop whether a run sets files aside
   */
  static FileUses of(
      FileHistory history,
      Set<String> names,
      Predicate<Decision> isSeen,
      Predicate<Decision> isStop) {
    return new Pass(names, Runs.of(history.decisions(), isSeen, isStop)).over(history);
  }

  /**
   * The runs that have files, by their place among them.
   *
   * @param seen of how many of the runs before a place the files count as seen; so is passed
   * @param stops the newest run before a place that sets files aside
   */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares or changes the arrays
  private record Runs(List<Decision> runs, int[] seen, int[] passed, int[] stops) {
    static Runs of(List<Decision> history, Predicate<Decision> isSeen, Predicate<Decision> isStop) {
      List<Decision> runs = history.stream().filter(made -> made.dataFiles() != null).toList();
      int[] seen = new int[runs.size() + 1];
      int[] passed = new int[runs.size() + 1];
      int[] stops = new int[runs.size() + 1];
      stops[0] = -1;
      for (int i = 0; i < runs.size(); i++) {
        Decision run = runs.get(i);
        boolean hasPassed = run.kind().isOfRun() && run.kind() != Decision.Kind.STOPPED;
        seen[i + 1] = seen[i] + (isSeen.test(run) ? 1 : 0);
        passed[i + 1] = passed[i] + (hasPassed ? 1 : 0);
        stops[i + 1] = isStop.test(run) ? i : stops[i];
      }
      return new Runs(runs, seen, passed, stops);
    }
  }

  /** A file that is there since a run. */
  private record Since(DataFile file, int run) {}

  private static final class Pass {
    private final Set<String> names;
    private final Runs runs;
    private final Map<String, Since> there = new HashMap<>();
    private final Map<String, DataFile> newest = new HashMap<>();
    private final Set<Content> seen = new HashSet<>();
    private final Set<Content> passed = new HashSet<>();
    private final Map<Content, Decision> stopped = new HashMap<>();
    private final LongStream.Builder seenHashes = LongStream.builder();
    private int run = -1;

    Pass(Set<String> names, Runs runs) {
      this.names = names;
      this.runs = runs;
    }

    FileUses over(FileHistory history) {
      history.replay(
          (decision, isAnew, removed, added) -> {
            run++;
            if (isAnew) {
              there.values().forEach(this::end);
              there.clear();
            }
            removed.forEach(name -> end(there.remove(name)));
            for (DataFile file : added) {
              end(there.put(file.identity(), new Since(file, run)));
              if (names.contains(file.identity())) {
                newest.put(file.identity(), file);
              }
            }
          });
      run++;
      Set<Content> last = new HashSet<>();
      for (Iterator<Since> files = there.values().iterator(); files.hasNext(); files.remove()) {
        Since file = files.next();
        last.add(Content.of(file.file()));
        note(file);
      }
      stopped.keySet().removeAll(passed);
      return new FileUses(newest, seen, stopped, last, seenHashes.build().sorted().toArray());
    }

    private void end(Since file) {
      if (file != null && names.contains(file.file().identity())) {
        note(file);
      } else if (file != null && isSeen(file)) {
        seenHashes.add(first64(file.file().sha256()));
      }
    }

    private boolean isSeen(Since file) {
      return runs.seen()[run] > runs.seen()[file.run()];
    }

    /** Notes what the runs were from the first that had a file until the one at work now. */
    private void note(Since file) {
      Content content = Content.of(file.file());
      if (isSeen(file)) {
        seen.add(content);
        seenHashes.add(first64(content.sha256()));
      }
      if (runs.passed()[run] > runs.passed()[file.run()]) {
        passed.add(content);
      }
      int stop = runs.stops()[run];
      if (stop >= file.run()) {
        stopped.put(content, runs.runs().get(stop));
      }
    }
  }
}
