package io.beamgrad.keyed;

import io.beamgrad.failure.UnusableDataException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Keys that wait for others with as many training rows, so that a {@link KeyTrainer} can train them
 * together. Which keys meet does not change what comes of them.
 */
final class WaitingKeys {

  /** A key, and who is told what came of it. */
  private record Waiting(KeySplits key, Consumer<KeyTrainer.Trained> told) {}

  private static final long MOST_BYTES = 16L << 20; // of all their rows

  private final KeyTrainer trainer;
  private final Map<Long, List<Waiting>> byRows = new LinkedHashMap<>();
  private long bytes;

  WaitingKeys(KeyTrainer trainer) {
    this.trainer = trainer;
  }

  /**
   * Trains a key now, or later with others.
   *
   * @param key whose rows are copied where it waits
   * @param told is told what came of it, at the latest by {@link #trainAll}
   */
  void add(KeySplits key, Consumer<KeyTrainer.Trained> told)
      throws InterruptedException, UnusableDataException {
    int together = trainer.together(key);
    if (together == 1) {
      told.accept(trainer.train(List.of(key)).get(0));
      return;
    }
    long rows = key.training().size();
    List<Waiting> equal = byRows.computeIfAbsent(rows, count -> new ArrayList<>());
    equal.add(new Waiting(key.copy(), told));
    bytes += key.bytes();
    if (equal.size() == together) {
      byRows.remove(rows);
      train(equal);
    } else if (bytes > MOST_BYTES) {
      trainAll();
    }
  }

  /** Trains all that wait. */
  void trainAll() throws InterruptedException, UnusableDataException {
    for (List<Waiting> equal : byRows.values()) {
      train(equal);
    }
    byRows.clear();
  }

  private void train(List<Waiting> keys) throws InterruptedException, UnusableDataException {
    List<KeyTrainer.Trained> trained = trainer.train(keys.stream().map(Waiting::key).toList());
    for (int i = 0; i < trained.size(); i++) {
      keys.get(i).told.accept(trained.get(i));
      bytes -= keys.get(i).key.bytes();
    }
  }
}
