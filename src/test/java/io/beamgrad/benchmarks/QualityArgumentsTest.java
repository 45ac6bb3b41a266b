package io.beamgrad.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QualityArgumentsTest {
  @TempDir private Path folder;

  @Test
  void whatIsMissingIsSaid() throws IOException {
    QualityArguments arguments = QualityArguments.USUAL.in(folder.resolve("none"));

    assertEquals(
        folder
            + "/none: no such folder; quality takes one of tables, as in scripts/bench quality DIR",
        arguments.missing());
    assertEquals(
        folder
            + ": has no targets.json, which says of each file what to predict: {\"cars.csv\":"
            + " \"price\"}",
        arguments.in(folder).missing());

    Files.writeString(folder.resolve("targets.json"), "{}");

    assertNull(arguments.in(folder).missing());
  }

  @Test
  void tablesAreNamedWithoutTheirSuffixes() {
    QualityArguments some = QualityArguments.USUAL.of(List.of("cars", "wine"));

    assertTrue(some.has("cars.csv.gz"));
    assertFalse(some.has("movies.jsonl"));
    assertTrue(QualityArguments.USUAL.has("movies.jsonl"));
  }
}
