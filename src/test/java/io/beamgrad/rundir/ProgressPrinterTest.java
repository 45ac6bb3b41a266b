package io.beamgrad.rundir;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.learner.Progress;
import io.beamgrad.learner.Progress.Stage;
import io.beamgrad.report.Screen;
import io.beamgrad.schema.BaselineScore;
import io.beamgrad.schema.MetricRow;
import io.beamgrad.schema.Split;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgressPrinterTest {
  private static final List<MetricRow> ROWS =
      List.of(
          row(0, Split.TRAIN, 2.3421, 0.0935, 48_000, 0.09),
          row(0, Split.VALIDATION, 2.3415, 0.0932, 12_000, 0.02),
          row(1, Split.TRAIN, 1.8932, null, 48_000, 0.1),
          row(1, Split.VALIDATION, 1.7212, 0.7131, 12_000, 0.02),
          row(2, Split.TRAIN, 1.5, null, 48_000, 0.1),
          row(2, Split.VALIDATION, 1.4, 0.75, 12_000, 0.02),
          row(2, Split.TEST, 1.39, 0.76, 10_000, 0.02));

  @Test
  void eachEpochHasOneLineHoweverOftenItIsTold() {
    Screen screen = Screen.pipe();
    ProgressPrinter printer = new ProgressPrinter(screen.terminal(), true);

    printer.update(training(1, ROWS.subList(0, 2)));
    printer.update(training(1, ROWS.subList(0, 2)));
    printer.update(training(2, ROWS.subList(0, 4)));
    printer.update(training(2, ROWS.subList(0, 4)));
    printer.finish(new Progress(Stage.WRITING, 2, 2, 0, 0, 0, ROWS));

    assertEquals(
        """
        epoch    train loss  validation loss    accuracy       rows/s     left
            0        2.3421           2.3415      0.0932
            1        1.8932           1.7212      0.7131      480,000     0:00
            2        1.5000           1.4000      0.7500      480,000     0:00
        test  loss 1.3900, accuracy 0.7600, 10,000 rows
        """,
        screen.out());
  }

  @Test
  void aNoteIsToldOnce() {
    Screen screen = Screen.pipe();
    ProgressPrinter printer = new ProgressPrinter(screen.terminal(), true);
    Progress progress = new Progress(Stage.TRAINING, 1, 2, 0, 1, 0, List.of(), "starts anew");
    printer.update(progress);
    printer.update(progress);
    printer.finish(progress);
    assertEquals("starts anew\n", screen.out());
  }

  @Test
  void epochsThatEndedBetweenTwoLooksAreAllPrinted() {
    Screen screen = Screen.pipe();

    new ProgressPrinter(screen.terminal(), true).update(training(2, ROWS.subList(0, 6)));

    assertEquals(4, screen.lines().size());
  }

  @Test
  void anEpochWaitsForItsValidation() {
    Screen screen = Screen.pipe();
    ProgressPrinter printer = new ProgressPrinter(screen.terminal(), true);

    printer.update(training(1, ROWS.subList(0, 3)));
    assertEquals(2, screen.lines().size());

    printer.update(training(1, ROWS.subList(0, 4)));
    assertEquals(3, screen.lines().size());
  }

  @Test
  void withoutValidationAnEpochEndsWhenTheNextBegins() {
    Screen screen = Screen.pipe();
    ProgressPrinter printer = new ProgressPrinter(screen.terminal(), false);
    MetricRow before = regression(0, 3762.936, 55.5);
    MetricRow after = regression(1, 1.5e-5, 0.002);

    printer.update(new Progress(Stage.TRAINING, 1, 100, 0, 1, 0, List.of(before)));
    printer.update(new Progress(Stage.TRAINING, 2, 100, 0, 1, 0, List.of(before, after)));

    assertEquals(
        """
        epoch    train loss  validation loss  abs. error       rows/s     left
            0     3762.9360                -     55.5000
            1     1.500e-05                -      0.0020           10     0:50
        """,
        screen.out());
  }

  @Test
  void theTestShowsWhatSaysMostOfTheTargets() {
    Screen screen = Screen.pipe();
    ProgressPrinter printer = new ProgressPrinter(screen.terminal(), false);
    MetricRow numbers = regression(1, 0.25, 0.5);
    numbers = MetricRow.newBuilder(numbers).setSplit(Split.TEST).setR2(0.875).build();
    MetricRow binary =
        MetricRow.newBuilder(row(1, Split.TEST, 0.3, 0.9, 60, 0.1)).setRocAuc(0.97).build();

    printer.finish(new Progress(Stage.WRITING, 1, 1, 0, 0, 0, List.of(numbers, binary)));

    assertEquals(
        """
        test  loss 0.2500, mean absolute error 0.5000, R2 0.8750, 5 rows
        test  loss 0.3000, accuracy 0.9000, ROC AUC 0.9700, 60 rows
        """,
        screen.out());
  }

  @Test
  void theTestSaysWhatItHasToBeat() {
    Screen screen = Screen.pipe();
    MetricRow classes =
        MetricRow.newBuilder(row(1, Split.TEST, 0.3, 0.891, 60, 0.1))
            .setBaseline(new BaselineScore("no", 0.866, null, null))
            .build();
    MetricRow numbers =
        MetricRow.newBuilder(regression(1, 0.25, 0.5))
            .setSplit(Split.TEST)
            .setBaseline(new BaselineScore(null, null, 9.0, 2.5))
            .build();

    ProgressPrinter.printTest(screen.terminal(), List.of(classes, numbers));

    assertEquals(
        """
        test  loss 0.3000, accuracy 0.8910, 60 rows; always 'no': accuracy 0.8660
        test  loss 0.2500, mean absolute error 0.5000, 5 rows; always the mean: mean absolute error 2.5000
        """,
        screen.out());
  }

  @Test
  void withoutATestTheValidationOfTheKeptEpochDoes() {
    Screen screen = Screen.pipe();
    MetricRow last = row(2, Split.VALIDATION, 0.4, 0.8, 60, 0.1);
    MetricRow kept =
        MetricRow.newBuilder(row(1, Split.VALIDATION, 0.3, 0.9, 60, 0.1))
            .setBaseline(new BaselineScore("no", 0.5, null, null))
            .build();

    ProgressPrinter.printTest(screen.terminal(), List.of(kept, last));

    assertEquals(
        "validation  loss 0.3000, accuracy 0.9000, 60 rows; always 'no': accuracy 0.5000\n",
        screen.out());
  }

  @Test
  void aPipeGetsNoControlCharacters() {
    Screen screen = Screen.pipe();
    ProgressPrinter printer = new ProgressPrinter(screen.terminal(), true);

    printer.update(training(1, ROWS.subList(0, 2)));
    printer.finish(training(2, ROWS));

    assertFalse(screen.out().contains("\r"));
    assertFalse(screen.out().contains("\u001b"));
  }

  @Test
  void aLiveTerminalHasABarThatIsOverwritten() {
    Screen screen = Screen.live(80);
    ProgressPrinter printer = new ProgressPrinter(screen.terminal(), true);

    printer.update(new Progress(Stage.TRAINING, 3, 5, 120, 480, 812_345, List.of()));
    printer.finish(new Progress(Stage.WRITING, 5, 5, 0, 0, 0, List.of()));

    assertEquals(
        "\r\u001b[Kepoch 3/5 [======                  ] 120/480  812,345 rows/s\r\u001b[K",
        screen.out());
  }

  @Test
  void aNarrowTerminalShowsLessOfEachEpochAndOfTheBar() {
    Screen screen = Screen.live(40);
    ProgressPrinter printer = new ProgressPrinter(screen.terminal(), true);

    printer.finish(new Progress(Stage.WRITING, 1, 1, 0, 0, 0, ROWS.subList(0, 4)));
    assertEquals(
        """
        epoch     train validation   accuracy
            0    2.3421     2.3415     0.0932
            1    1.8932     1.7212     0.7131
        """,
        screen.out());

    printer.update(new Progress(Stage.TRAINING, 2, 5, 120, 480, 812_345, List.of()));
    assertTrue(
        screen.out().endsWith("\r\u001b[Kepoch 2/5 [====               ] 120/480"), screen.out());
  }

  @Test
  void aBarNeverWrapsANarrowTerminal() {
    Screen screen = Screen.live(20);

    new ProgressPrinter(screen.terminal(), true)
        .update(new Progress(Stage.TRAINING, 3, 5, 120, 480, 812_345, List.of()));

    assertEquals("\r\u001b[Kepoch 3/5 120/480", screen.out());
  }

  @Test
  void aStageOfUnknownLengthShowsHowMuchIsDone() {
    Screen screen = Screen.live(80);

    new ProgressPrinter(screen.terminal(), true)
        .update(new Progress(Stage.READING, 0, 5, 31_000, 0, 0, List.of()));

    assertTrue(screen.out().endsWith("reading 31,000"), screen.out());
  }

  @Test
  void coloursAreOnlyForThoseWhoWantThem() {
    Screen screen = Screen.coloured();

    new ProgressPrinter(screen.terminal(), true).finish(training(2, ROWS));

    assertTrue(screen.out().contains("\u001b[1mtest\u001b[0m  loss 1.3900"), screen.out());
    Screen plain = Screen.live(80);
    plain.terminal().heading("test", "  loss 1.3900");
    assertEquals(List.of("test  loss 1.3900"), plain.lines());
  }

  private static Progress training(int epoch, List<MetricRow> rows) {
    return new Progress(Stage.TRAINING, epoch, 2, 0, 480, 0, new ArrayList<>(rows));
  }

  private static MetricRow row(
      int epoch, Split split, double loss, Double accuracy, long examples, double seconds) {
    return new MetricRow(
        "m", epoch, split, loss, accuracy, null, null, examples, seconds, null, null, null, null,
        null, null, 0L, null);
  }

  private static MetricRow regression(int epoch, double loss, double mae) {
    return new MetricRow(
        "m",
        epoch,
        Split.TRAIN,
        loss,
        null,
        loss,
        mae,
        5L,
        0.505,
        null,
        null,
        null,
        null,
        null,
        null,
        0L,
        null);
  }
}
