package io.beamgrad.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StageBarTest {
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
    String text = StageBar.text("reading", 2048, 4096, 500, width);

    assertEquals(expected, text);
    assertTrue(text.length() < width, text);
  }

  @Test
  void withoutAnEndTheCountAloneIsShown() {
    assertEquals("reading 2,048", StageBar.text("reading", 2048, 0, 0, 80));
    assertEquals("testing", StageBar.text("testing", 0, 0, 0, 80));
  }

  @Test
  void aPipeGetsNothing() {
    Screen pipe = Screen.pipe();
    try (StageBar bar = new StageBar(pipe.terminal(), "reading")) {
      bar.read(0, 10);
    }

    assertEquals("", pipe.out());
  }
}
