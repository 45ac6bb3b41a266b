package io.beamgrad.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TableSplitTest {
  @Test
  void aQuarterOfTheRecordsIsToTestOnAndEachRecordIsInOnePart() {
    TableSplit split = TableSplit.draw(1, "cars", 0, 398);
    List<Integer> all = new ArrayList<>(split.train());
    all.addAll(split.test());

    assertEquals(100, split.test().size());
    assertEquals(398, all.size());
    assertEquals(Set.copyOf(IntStream.range(0, 398).boxed().toList()), new HashSet<>(all));
  }

  @Test
  void seedTableAndNumberEachGiveAnotherSplit() {
    TableSplit split = TableSplit.draw(1, "cars", 0, 40);

    assertEquals(split, TableSplit.draw(1, "cars", 0, 40));
    assertNotEquals(split, TableSplit.draw(2, "cars", 0, 40));
    assertNotEquals(split, TableSplit.draw(1, "wine", 0, 40));
    assertNotEquals(split, TableSplit.draw(1, "cars", 1, 40));
  }
}
