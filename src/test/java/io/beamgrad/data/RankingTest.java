package io.beamgrad.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.beamgrad.schema.BlockRef;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.Manifest;
import io.beamgrad.schema.OutcomeStatus;
import io.beamgrad.schema.ReadSummary;
import io.beamgrad.schema.Split;
import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;

class RankingTest {
  private static final Column FEATURE = Columns.feature("x", ColumnType.FLOATS, List.of());
  private static final Column NAMED = Columns.target("kind", ColumnType.STRINGS, List.of());

  private static SplitSettings settings(String validation, String maxRejects, int classes) {
    return new SplitSettings(
        "f",
        List.of(FEATURE, NAMED),
        new BigDecimal(validation),
        new BigDecimal(maxRejects),
        classes);
  }

  private static BlockRef block(Split split, int bucket, int ordinal, int rows) {
    return new BlockRef(split, bucket, ordinal, "b", 0L, rows, rows * 8L, 0L, rows * 31L, -1L);
  }

  private static ReadSummary summary(Split split, long read, long rejected, String... labels) {
    return new ReadSummary(
        "f.csv",
        split,
        0L,
        read,
        rejected,
        List.of(labels),
        rejected > 0 ? "f.csv record 9: bad" : null,
        List.of(),
        null);
  }

  @Test
  void ranksFollowBucketAndOrdinalAndTheShareIsExact() throws UnusableDataException {
    Manifest manifest =
        new Ranking(settings("0.2", "0", 2))
            .rank(
                List.of(
                    block(Split.TEST, 0, 0, 5),
                    block(Split.TRAIN, 1, 0, 7),
                    block(Split.TRAIN, 0, 1, 2),
                    block(Split.TRAIN, 0, 0, 4)),
                List.of(summary(Split.TRAIN, 13, 0, "b", "a"), summary(Split.TEST, 5, 0, "a")));
    assertEquals(
        List.of(0L, 4L, 6L, 0L),
        manifest.getBlocks().stream().map(BlockRef::getFirstRank).toList());
    assertEquals(2, manifest.getLearned().getValidationRows()); // floor of 2.6
    assertEquals(11, manifest.getLearned().getTrainRows());
    assertEquals(5, manifest.getLearned().getTestRows());
    assertEquals(List.of("a", "b"), manifest.getLearned().getLabels());
  }

  @Test
  void aFifthOf60000Is12000() {
    assertEquals(12000, settings("0.2", "0", 2).validationRows(60000));
    assertEquals(2, settings("0.29", "0", 2).validationRows(7));
    assertEquals(29, settings("0.29", "0", 2).validationRows(100));
  }

  private static void assertUnusable(
      OutcomeStatus status, String message, SplitSettings settings, ReadSummary... summaries) {
    UnusableDataException e =
        assertThrows(
            UnusableDataException.class,
            () ->
                new Ranking(settings)
                    .rank(List.of(block(Split.TRAIN, 0, 0, 10)), List.of(summaries)));
    assertEquals(message, e.getMessage());
    assertEquals(status, e.status());
  }

  @Test
  void tooManyRejectsFailTheJob() {
    assertUnusable(
        OutcomeStatus.FAILED,
        "too many rejected records: 3 of 100, the limit is 1% (data.maxRejects); the first:"
            + " f.csv record 9: bad",
        settings("0.2", "0.01", 2),
        summary(Split.TRAIN, 100, 3, "a", "b"));
  }

  @Test
  void aBrokenFileFailsTheJob() {
    ReadSummary broken =
        ReadSummary.newBuilder(summary(Split.TRAIN, 4, 0)).setBroken("f.gz: cut short").build();
    assertUnusable(OutcomeStatus.BAD_INPUT, "f.gz: cut short", settings("0.2", "0.01", 2), broken);
  }

  @Test
  void classesThatDoNotFitTheModelFailTheJob() {
    assertUnusable(
        OutcomeStatus.BAD_INPUT,
        "column 'kind' has 3 classes (a, b, c), but the model tells 2 apart",
        settings("0.2", "0", 2),
        summary(Split.TRAIN, 10, 0, "a", "c", "b"));
    assertUnusable(
        OutcomeStatus.BAD_INPUT,
        "f.csv: class 'z' of column 'kind' is not among the training files' (a, b)",
        settings("0.2", "0", 2),
        summary(Split.TRAIN, 10, 0, "a", "b"),
        summary(Split.TEST, 10, 0, "a", "z"));
  }

  @Test
  void rowsThatAreAllForValidationFailTheJob() {
    assertUnusable(
        OutcomeStatus.BAD_INPUT,
        "no training rows: all 10 rows are for validation (split.validation 1)",
        settings("1", "0", 2),
        summary(Split.TRAIN, 10, 0, "a", "b"));
  }
}
