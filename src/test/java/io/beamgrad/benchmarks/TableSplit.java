package io.beamgrad.benchmarks;

import io.beamgrad.tensor.Generator;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/**
 * A random quarter of a table's records to test on, and the others to train on.
 *
 * @param train places of records, in random order
 * @param test likewise
 */
record TableSplit(List<Integer> train, List<Integer> test) {
  private static final double TEST = 0.25;

  /** One of many that are drawn by a seed; each number gives another. */
  static TableSplit draw(long seed, String table, int number, int records) {
    long[] order = LongStream.range(0, records).toArray();
    Generator.derive(seed, "split of " + table, number).shuffle(order, 0, records);
    List<Integer> places = new ArrayList<>();
    for (long place : order) {
      places.add((int) place);
    }
    int test = (int) StrictMath.round(TEST * records);
    return new TableSplit(
        List.copyOf(places.subList(test, records)), List.copyOf(places.subList(0, test)));
  }
}
