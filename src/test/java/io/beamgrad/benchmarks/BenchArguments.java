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
 * @param rows the sizes of tables, those of {@code each} in keys; empty for those that suit each
 *     part
 * @param rounds how often each program runs, or how many splits a table has; 0 for what suits each
 *     part
 * @param write the file that a part's table is written to, or null to measure
 * @param seed of the table that is written, and of the splits
 * @param withPairs whether the labels of clicks depend on pairs of categories
 * @param quality of the part of this name
 */
record BenchArguments(
    List<String> parts,
    Path mnist,
    List<Integer> rows,
    int rounds,
    @Nullable Path write,
    long seed,
    boolean withPairs,
    QualityArguments quality) {
  static final List<String> PARTS =
      List.of(
          "clicks", "dense", "tables", "ingest", "epochs", "runs", "predict", "model", "start",
          "sparse", "texts", "curve", "each", "sweep", "kernels", "quality");
  // Quality takes hours, and tables that are not drawn.
  static final List<String> USUAL =
      PARTS.stream().filter(part -> !part.equals(QualityArguments.PART)).toList();
  private static final List<String> WRITTEN = List.of("clicks", "dense", "texts", "curve", "each");

  /**
   * Reads the arguments.
   *
   * @throws IllegalArgumentException where they are wrong; one line
   */
  static BenchArguments parse(String... args) {
    List<String> parts = new ArrayList<>();
    Path mnist = Path.of("data/mnist");
    List<Integer> rows = List.of();
    int rounds = 0;
    Path write = null;
    long seed = 1;
    boolean withPairs = false;
    QualityArguments quality = QualityArguments.USUAL;
    for (int i = 0; i < args.length; i++) {
      switch (args[i]) {
        case "--mnist" -> mnist = Path.of(value(args, ++i));
        case "--rows" -> rows = numbers(args, ++i);
        case "--rounds" -> rounds = (int) number(args[i], value(args, ++i), 1);
        case "--write" -> write = Path.of(value(args, ++i));
        case "--seed" -> seed = number(args[i], value(args, ++i), 0);
        case "--pairs" -> withPairs = true;
        case "--tables" -> quality = quality.of(List.of(value(args, ++i).split(",")));
        case "--save" -> quality = quality.savedTo(Path.of(value(args, ++i)));
        case "--set" -> quality = quality.with(value(args, ++i));
        default -> {
          if (isFolder(args, i)) {
            quality = quality.in(Path.of(args[i]));
          } else {
            parts.add(part(args[i]));
          }
        }
      }
    }
    requireWritten(write, parts, rows);
    return new BenchArguments(
        parts.isEmpty() ? USUAL : List.copyOf(parts),
        mnist,
        rows,
        rounds,
        write,
        seed,
        withPairs,
        quality);
  }

  /** Whether an argument is the folder that may follow {@code quality}. */
  private static boolean isFolder(String[] args, int i) {
    return i > 0
        && args[i - 1].equals(QualityArguments.PART)
        && !args[i].startsWith("--")
        && !PARTS.contains(args[i]);
  }

  private static void requireWritten(@Nullable Path write, List<String> parts, List<Integer> rows) {
    boolean isTable = parts.size() == 1 && WRITTEN.contains(parts.get(0)) && rows.size() == 1;
    if (write != null && !isTable && !parts.equals(List.of(QualityArguments.PART))) {
      throw new IllegalArgumentException(
          "--write needs clicks, dense, texts, curve or each, and one number of --rows; or quality");
    }
  }

  /** The sizes that were asked for, or else these. */
  List<Integer> rowsOr(Integer... usual) {
    return rows.isEmpty() ? List.of(usual) : rows;
  }

  /** The rounds that were asked for, or else so many. */
  int roundsOr(int usual) {
    return rounds == 0 ? usual : rounds;
  }

  private static String part(String name) {
    if (!PARTS.contains(name)) {
      throw new IllegalArgumentException(
          "expected %s, --rows N,..., --rounds N, --mnist DIR, --write FILE, --seed N, --pairs, --tables NAME,..., --save FILE or --set KEY=VALUE, found %s"
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
