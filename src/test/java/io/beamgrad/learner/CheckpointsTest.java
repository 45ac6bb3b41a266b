package io.beamgrad.learner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.data.files.Sha256;
import io.beamgrad.data.files.Storage;
import io.beamgrad.schema.Checkpoint;
import io.beamgrad.train.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointsTest {
  private static final String FINGERPRINT = Sha256.hex("training");

  @TempDir Path folder;
  private final AtomicLong nanos = new AtomicLong();

  private Checkpoints checkpoints() {
    return new Checkpoints(folder.toString(), "m", FINGERPRINT, nanos::get);
  }

  private static Checkpoint of(int epoch) {
    return new Checkpoint(
        Checkpoints.FORMAT_VERSION,
        FINGERPRINT,
        epoch,
        List.of(),
        List.of(),
        0L,
        null,
        List.of(),
        Weights.ARITHMETIC,
        List.of(),
        List.of(),
        0);
  }

  /** The epochs of the files that are there. */
  private List<Integer> kept() {
    return Storage.list(folder.toString()).stream()
        .map(name -> Integer.parseInt(name.substring(17, 25)))
        .toList();
  }

  private static int newest(Checkpoints checkpoints) {
    return checkpoints.newest(100, text -> {}).map(Checkpoint::getEpoch).orElse(-1);
  }

  @Test
  void theNewestTwoAreKeptAndTheLastOneThatWasForced() {
    Checkpoints written = checkpoints();
    for (int epoch = 1; epoch <= 3; epoch++) {
      written.write(of(epoch));
    }
    assertEquals(List.of(2, 3), kept());
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
    for (int epoch = 4; epoch <= 8; epoch++) {
      written.write(of(epoch));
    }
    assertEquals(List.of(4, 7, 8), kept());
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
    written.write(of(9));
    assertEquals(List.of(8, 9), kept());
  }

  @Test
  void ofManyShortEpochsThoseAreWrittenThatCostAFractionOfTheTraining() {
    Checkpoints written =
        new Checkpoints(folder.toString(), "m", FINGERPRINT, () -> nanos.addAndGet(1000));
    for (int epoch = 0; epoch <= 8; epoch++) {
      assertTrue(written.isDue(epoch));
      written.write(of(epoch)); // takes a look at the clock before, one within and one after
    }
    assertFalse(written.isDue(9));
    nanos.addAndGet(50 * 1000);
    assertFalse(written.isDue(9));
    nanos.addAndGet(50 * 1000);
    assertTrue(written.isDue(9));
    written.write(of(9));
    assertFalse(written.isDue(10));
    assertEquals(9, newest(checkpoints()));
  }

  @Test
  void whatAPowerCutLeavesIsPassedAndTheOneThatIsGoneOnFromIsKept() throws IOException {
    Checkpoints written = checkpoints();
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
    for (int epoch = 1; epoch <= 5; epoch++) {
      written.write(of(epoch));
    }
    List<String> names = Storage.list(folder.toString());
    Files.write(folder.resolve(names.get(1)), new byte[0]);
    Files.write(folder.resolve(names.get(2)), new byte[500]);
    Checkpoints again = checkpoints();
    assertEquals(1, newest(again));
    for (int epoch = 2; epoch <= 4; epoch++) {
      again.write(of(epoch));
    }
    assertEquals(List.of(1, 3, 4), kept());
  }
}
