package io.beamgrad.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The arguments of {@code scripts/bench}.
 *
 * @param parts what is measured, in this order
 * @param mnist the folder of MNIST's four files
 * @param rows the sizes of tables; empty for those that suit each part
 * @param rounds how often each program runs
 * @param write the file that a part's table is written to, or null to measure
 * @param seed of the table that is written
 * @param withPairs whether the labels of clicks depend on pairs of categories
 */
record BenchArguments(
    List<String> parts,
    Path mnist,
    List<Integer> rows,
    int rounds,
    @Nullable Path write,
    long seed,
    boolean withPairs) {
  static final List<String> PARTS =
      List.of(
          "clicks", "dense", "tables", "ingest", "epochs", "runs", "predict", "model", "start",
          "sparse", "kernels");
  private static final List<String> WRITTEN = List.of("clicks", "dense");

  /**
   * Reads the arguments.
   *
   * @throws IllegalArgumentException where they are wrong; one line
   */
  static BenchArguments parse(String... args) {
    List<String> parts = new ArrayList<>();
    Path mnist = Path.of("data/mnist");
    List<Integer> rows = List.of();
    int rounds = 3;
    Path write = null;
    long seed = 1;
    boolean withPairs = false;
    for (int i = 0; i < args.length; i++) {
      switch (args[i]) {
        case "--mnist" -> mnist = Path.of(value(args, ++i));
        case "--rows" -> rows = numbers(args, ++i);
        case "--rounds" -> rounds = (int) number(args[i], value(args, ++i), 1);
        case "--write" -> write = Path.of(value(args, ++i));
        case "--seed" -> seed = number(args[i], value(args, ++i), 0);
        case "--pairs" -> withPairs = true;
        default -> parts.add(part(args[i]));
      }
    }
    if (write != null
        && (parts.size() != 1 || !WRITTEN.contains(parts.get(0)) || rows.size() != 1)) {
      throw new IllegalArgumentException("--write needs clicks or dense, and one number of --rows");
    }
    return new BenchArguments(
        parts.isEmpty() ? PARTS : List.copyOf(parts), mnist, rows, rounds, write, seed, withPairs);
  }

  /** The sizes that were asked for, or else these. */
  List<Integer> rowsOr(Integer... usual) {
    return rows.isEmpty() ? List.of(usual) : rows;
  }

  private static String part(String name) {
    if (!PARTS.contains(name)) {
      throw new IllegalArgumentException(
          "expected %s, --rows N,..., --rounds N, --mnist DIR, --write FILE, --seed N or --pairs, found %s"
              .formatted(String.join(", ", PARTS), name));
    }
    return name;
  }

  private static String value(String[] args, int i) {
    if (i == args.length) {
      throw new IllegalArgumentException(args[i - 1] + " needs a value");
    }
    return args[i];
  }

  private static List<Integer> numbers(String[] args, int i) {
    return Stream.of(value(args, i).split(",", -1))
        .map(word -> (int) number(args[i - 1], word, 1))
        .toList();
  }

  private static long number(String option, String word, int least) {
    try {
      int number = Integer.parseInt(word);
      if (number >= least) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new IllegalArgumentException(
        "%s must be a whole number of at least %s, was '%s'".formatted(option, least, word));
  }
}
