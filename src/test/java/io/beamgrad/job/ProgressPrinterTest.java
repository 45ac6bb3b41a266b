package io.beamgrad.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.beamgrad.data.Progress;
import io.beamgrad.data.Progress.Stage;
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
    ProgressPrinter printer = new ProgressPrinter(screen.terminal());

    printer.show(training(1, ROWS.subList(0, 2)));
    printer.show(training(1, ROWS.subList(0, 2)));
    printer.show(training(2, ROWS.subList(0, 4)));
    printer.show(training(2, ROWS.subList(0, 4)));
    Progress end = new Progress(Stage.WRITING, 2, 2, 0, 0, 0, ROWS);
    printer.show(end);
    printer.showTest(end);

    assertEquals(
        """
        epoch 0/2     train loss 2.3421   validation loss 2.3415  accuracy 0.0932   (untrained)
        epoch 1/2     train loss 1.8932   validation loss 1.7212  accuracy 0.7131   480,000 rows/s   0 s left
        epoch 2/2     train loss 1.5000   validation loss 1.4000  accuracy 0.7500   480,000 rows/s   0 s left
        test          loss 1.3900  accuracy 0.7600   10,000 rows
        """,
        screen.out());
  }

  @Test
  void epochsThatEndedBetweenTwoLooksAreAllPrinted() {
    Screen screen = Screen.pipe();

    new ProgressPrinter(screen.terminal()).show(training(2, ROWS.subList(0, 6)));

    assertEquals(3, screen.lines().size());
  }

  @Test
  void anEpochWaitsForItsValidation() {
    Screen screen = Screen.pipe();
    ProgressPrinter printer = new ProgressPrinter(screen.terminal());

    printer.show(training(1, ROWS.subList(0, 3)));
    assertEquals(1, screen.lines().size());

    printer.show(training(1, ROWS.subList(0, 4)));
    assertEquals(2, screen.lines().size());
  }

  @Test
  void withoutValidationAnEpochEndsWhenTheNextBegins() {
    Screen screen = Screen.pipe();
    ProgressPrinter printer = new ProgressPrinter(screen.terminal());
    MetricRow before = regression(0, 3762.936, 55.5);
    MetricRow after = regression(1, 1.5e-5, 0.002);

    printer.show(new Progress(Stage.TRAINING, 1, 100, 0, 1, 0, List.of(before)));
    assertEquals(0, screen.lines().size());

    printer.show(new Progress(Stage.TESTING, 1, 100, 0, 1, 0, List.of(before, after)));
    assertEquals(
        """
        epoch 0/100   train loss 3762.9   (untrained)
        epoch 1/100   train loss 1.5000e-05   10 rows/s   50 s left
        """,
        screen.out());
  }

  @Test
  void aPipeGetsNoControlCharacters() {
    Screen screen = Screen.pipe();
    ProgressPrinter printer = new ProgressPrinter(screen.terminal());

    printer.show(training(1, ROWS.subList(0, 2)));
    printer.showTest(training(2, ROWS));

    assertFalse(screen.out().contains("\r"));
    assertFalse(screen.out().contains("\u001b"));
  }

  @Test
  void aLiveTerminalHasABarThatIsOverwritten() {
    Screen screen = Screen.live(80);

    new ProgressPrinter(screen.terminal())
        .show(new Progress(Stage.TRAINING, 3, 5, 120, 480, 812_345, List.of()));
    screen.terminal().line("done");

    assertEquals(
        "\r\u001b[Kepoch 3/5 [######------------------] 120/480 batches  812,345 rows/s"
            + "\r\u001b[Kdone\n",
        screen.out());
  }

  @Test
  void aBarNeverWrapsANarrowTerminal() {
    Screen screen = Screen.live(20);

    new ProgressPrinter(screen.terminal())
        .show(new Progress(Stage.TRAINING, 3, 5, 120, 480, 812_345, List.of()));

    assertEquals("\r\u001b[Kepoch 3/5 [######--", screen.out());
  }

  @Test
  void coloursAreOnlyForThoseWhoWantThem() {
    assertEquals("\u001b[1mtest\u001b[0m", Screen.coloured().terminal().bold("test"));
    assertEquals("test", Screen.live(80).terminal().bold("test"));
  }

  private static Progress training(int epoch, List<MetricRow> rows) {
    return new Progress(Stage.TRAINING, epoch, 2, 0, 480, 0, new ArrayList<>(rows));
  }

  private static MetricRow row(
      int epoch, Split split, double loss, Double accuracy, long examples, double seconds) {
    return new MetricRow("m", epoch, split, loss, accuracy, null, null, examples, seconds);
  }

  private static MetricRow regression(int epoch, double loss, double mae) {
    return new MetricRow("m", epoch, Split.TRAIN, loss, null, loss, mae, 5L, 0.505);
  }
}
