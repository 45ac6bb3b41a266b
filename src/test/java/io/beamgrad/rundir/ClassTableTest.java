package io.beamgrad.rundir;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.beamgrad.report.Screen;
import io.beamgrad.train.ClassCounts;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClassTableTest {
  private static final ClassTable TABLE =
      new ClassTable(
          List.of("cat", "dog"),
          new ClassCounts(new long[][] {{1900, 100}, {300, 700}}, new long[] {2600, 400}));

  @Test
  void aWideTerminalHasTheWholeMatrix() {
    assertEquals(
        """
        class       rows  precision     recall         f1
        cat        2,000     0.8636     0.9500     0.9048
        dog        1,000     0.8750     0.7000     0.7778
        taken for
                 cat    dog
        cat    1,900    100
        dog      300    700
        """,
        String.join("\n", TABLE.lines(Screen.pipe().terminal())) + "\n");
  }

  @Test
  void aNarrowOneHasWhatIsConfusedMostOften() {
    assertEquals(
        """
        class    rows precision  recall      f1
        cat     2,000    0.8636  0.9500  0.9048
        dog     1,000    0.8750  0.7000  0.7778
        taken for
                 cat    dog
        cat    1,900    100
        dog      300    700
        """,
        String.join("\n", TABLE.lines(Screen.live(40).terminal())) + "\n");
    assertEquals(
        List.of("dog taken for cat: 300", "cat taken for dog: 100"),
        TABLE.lines(Screen.live(15).terminal()).subList(3, 5));
  }
}
