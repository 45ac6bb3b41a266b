package io.beamgrad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A split by time reads its column by the pattern that the spec has for it. */
class SplitByDateTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "13-dotted.csv              | [date, x] | date | dd.MM.yyyy",
        "13-month-name-2-digits.csv | [x]       | date | d-MMM-yy",
        "13-epoch-seconds.csv       | [x]       | at   | epochSeconds",
      })
  void theColumnIsAFeatureOrNot(String table, String features, String column, String pattern)
      throws IOException {
    Path spec = folder.resolve("job.yaml");
    Files.writeString(
        spec,
        """
        data: {dir: src/test/resources/foreign, train: %s, features: %s, target: y, columns: {%s: {date: {pattern: %s}}}}
        split: {by: {time: %s}, validation: 0.2}
        model: [{linear: {out: 1}}]
        loss: binary_cross_entropy
        optimizer: {sgd: {lr: 0.001}}
        epochs: 1
        """
            .formatted(table, features, column, pattern, column));
    String run = folder.resolve("run").toString();
    Cli.Result trained = Cli.run("train", spec.toString(), "--out", run);
    assertTrue(
        trained.out().contains("160 trained, 40 validated, 0 tested, 0 rejected of 200 read"),
        trained.out() + trained.err());
    Cli.Result evaluated =
        Cli.run("evaluate", "--model", run + "/model.avro", "--data", spec.toString());
    assertTrue(evaluated.out().contains(", 40 rows"), evaluated.out() + evaluated.err());
    Cli.Result shown = Cli.run("show", "data", spec.toString());
    assertTrue(
        shown.out().contains("rows     160 to train on, 40 to validate on, 0 rejected"),
        shown.out() + shown.err());
    assertEquals(0, shown.exitCode());
  }
}
