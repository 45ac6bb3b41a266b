package io.beamgrad.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.report.Screen;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProgressBarTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          200 | reading [============            ] 2,048/4,096  500 rows/s
           80 | reading [============            ] 2,048/4,096  500 rows/s
           50 | reading [=======        ] 2,048/4,096  500 rows/s
           40 | reading [========         ] 2,048/4,096
           24 | reading 2,048/4,096
          """)
  void aNarrowTerminalLosesTheSpeedAndThenTheBar(int width, String expected) {
    String text = ProgressBar.text("reading", 2048, 4096, 500, width);

    assertEquals(expected, text);
    assertTrue(text.length() < width, text);
  }

  @Test
  void withoutAnEndTheCountAloneIsShown() {
    assertEquals("reading 2,048", ProgressBar.text("reading", 2048, 0, 0, 80));
    assertEquals("testing", ProgressBar.text("testing", 0, 0, 0, 80));
  }

  @Test
  void aPipeGetsNothing() {
    Screen pipe = Screen.pipe();
    try (ProgressBar bar = new ProgressBar(pipe.terminal(), "reading")) {
      bar.read(0, 10);
    }

    assertEquals("", pipe.out());
  }
}
