package io.beamgrad.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QualityLogTest {
  private static final QualityScore SCORE = new QualityScore("cars", 1, "MLP", "r2", -0.125, 2.5);

  @TempDir private Path folder;

  @Test
  void scoresAreFoundAgainInTheirFile() throws IOException {
    Path file = folder.resolve("scores.csv");
    new QualityLog(file).add(SCORE);
    QualityLog log = new QualityLog(file);

    assertTrue(log.has("cars", 1, "MLP"));
    assertFalse(log.has("cars", 0, "MLP"));
    assertEquals(List.of(SCORE), log.scores(List.of("cars"), 2));
    assertEquals(List.of(), log.scores(List.of("cars"), 1));
    assertEquals(List.of(), log.scores(List.of("wine"), 2));
  }

  @Test
  void anotherFileIsRefused() throws IOException {
    Path file = Files.writeString(folder.resolve("t.csv"), "a,b\n1,2\n");

    assertEquals(
        file + ": holds no scores of scripts/bench quality",
        assertThrows(IllegalArgumentException.class, () -> new QualityLog(file)).getMessage());
  }
}
