package io.beamgrad.job;

import io.beamgrad.failure.WrongInputException;
import io.beamgrad.job.RunSummary.Score;
import io.beamgrad.job.RunSummary.Status;
import io.beamgrad.metrics.Metric;
import io.beamgrad.report.NumberText;
import io.beamgrad.report.Table;
import io.beamgrad.rundir.ProgressPrinter;
import io.beamgrad.terminal.Terminal;
import io.beamgrad.terminal.TextTable;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Lists the runs in a folder and in those below it.
 *
 * @param folder null is {@code runs}, which need not be there
 * @param job a glob of the jobs' names; null is any
 * @param statuses in words; none is any
 * @param last how many of those that were begun last; null is all
 * @param order by what they are sorted, in a word
 * @param isReversed true for the other way round
 * @param json true prints one JSON object a line
 */
public record RunsJob(
    @Nullable Path folder,
    @Nullable String job,
    List<String> statuses,
    @Nullable Integer last,
    String order,
    boolean isReversed,
    boolean json,
    Terminal terminal) {
  private static final Path USUAL = Path.of("runs");
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT);
  private static final Comparator<RunSummary> OLDEST_FIRST =
      Comparator.comparing(RunSummary::started).thenComparing(RunSummary::folder);
  private static final Map<String, Comparator<RunSummary>> ORDERS =
      Map.of(
          "started", OLDEST_FIRST,
          "run", Comparator.comparing(RunSummary::folder),
          "job", Comparator.comparing(RunSummary::job),
          "status", Comparator.comparing(RunSummary::status),
          "epochs", Comparator.comparing(RunSummary::trained),
          "validation", nullsFirst(RunSummary::validation, Score.BEST_LAST),
          "test", nullsFirst(RunSummary::test, Score.BEST_LAST),
          "time", nullsFirst(RunSummary::seconds, Comparator.naturalOrder()));

  /**
   * Finds the runs, and lists those that were asked for.
   *
   * @throws WrongInputException where an argument cannot be used
   */
  public void run() throws IOException, InterruptedException {
    Comparator<RunSummary> comparator = comparator();
    Set<Status> wanted = statuses.stream().map(RunsJob::status).collect(Collectors.toSet());
    if (last != null && last < 1) {
      throw new WrongInputException("--last must be at least 1, was " + last);
    }
    Path where = folder == null ? USUAL : folder;
    if (folder != null && !Files.isDirectory(folder)) {
      throw new WrongInputException(
          folder + (Files.exists(folder) ? ": not a folder" : ": no such folder"));
    }
    List<RunSummary> runs = new ArrayList<>();
    for (Path found : Files.isDirectory(where) ? find(where) : List.<Path>of()) {
      terminal.status("looking at " + found);
      runs.add(RunSummary.read(found));
    }
    terminal.clearStatus();
    int all = runs.size();
    PathMatcher name =
        FileSystems.getDefault().getPathMatcher("glob:" + (job == null ? "*" : escaped(job)));
    runs.removeIf(run -> !wanted.isEmpty() && !wanted.contains(run.status()));
    runs.removeIf(run -> job != null && !name.matches(Path.of(run.job())));
    runs.sort(OLDEST_FIRST);
    if (last != null && last < runs.size()) {
      runs = new ArrayList<>(runs.subList(runs.size() - last, runs.size()));
    }
    runs.sort(comparator);
    if (json) {
      runs.forEach(run -> terminal.line(run.toTree().toString()));
    } else if (runs.isEmpty()) {
      terminal.line(
          all == 0
              ? "no runs in " + where
              : String.format(
                  Locale.ROOT, "none of the %,d runs in %s is what was asked for", all, where));
    } else {
      print(runs);
    }
  }

  private Comparator<RunSummary> comparator() {
    Comparator<RunSummary> by = ORDERS.get(order.toLowerCase(Locale.ROOT));
    if (by == null) {
      throw new WrongInputException(
          "--sort must be started, run, job, status, epochs, validation, test or time, was "
              + order);
    }
    Comparator<RunSummary> whole = by.thenComparing(OLDEST_FIRST);
    return isReversed ? Collections.reverseOrder(whole) : whole;
  }

  private static Status status(String word) {
    String asked = word.strip().toLowerCase(Locale.ROOT).replace('-', ' ');
    return Arrays.stream(Status.values())
        .filter(status -> status.word().equals(asked))
        .findFirst()
        .orElseThrow(
            () ->
                new WrongInputException(
                    "--status must be finished, at-work, unfinished, failed or damaged, was "
                        + word));
  }

  /** A glob in which only {@code *} and {@code ?} mean more than themselves. */
  private static String escaped(String glob) {
    return glob.replaceAll("([\\[\\]{}\\\\])", "\\\\$1");
  }

  private static <T> Comparator<RunSummary> nullsFirst(
      Function<RunSummary, T> key, Comparator<? super T> order) {
    return Comparator.comparing(key, Comparator.nullsFirst(order));
  }

  /** The folders of runs, not those in them; what cannot be looked into is an error. */
  private static List<Path> find(Path where) throws IOException {
    List<Path> found = new ArrayList<>();
    Files.walkFileTree(
        where,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            boolean isHidden =
                !folder.equals(where) && folder.getFileName().toString().startsWith(".");
            if (!isHidden && RunSummary.isIn(folder)) {
              found.add(folder);
              return FileVisitResult.SKIP_SUBTREE;
            }
            return isHidden ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
          }
        });
    return found;
  }

  /** All columns where they fit, else those that matter most. */
  private void print(List<RunSummary> runs) {
    Table table =
        new Table(
            Set.of(0, 1, 2, 3),
            List.of("run", "job", "status", "started", "time", "epochs", "validation", "test"),
            runs.stream().map(RunsJob::cells).toList());
    List<Integer> most = List.of(0, 2, 4, 5, 6, 7);
    TextTable.print(
        terminal, TextTable.fits(terminal, table) ? table : TextTable.withColumns(table, most));
    for (RunSummary run : runs) {
      if (!run.note().isEmpty()) {
        terminal.line("%s %s: %s".formatted(run.folder(), run.status().word(), run.note()));
      }
    }
  }

  private static List<String> cells(RunSummary run) {
    String epochs = "%s/%s".formatted(run.trained(), run.epochs());
    if (run.trained() == run.epochs()) {
      epochs = run.status() == Status.DAMAGED ? "" : Integer.toString(run.trained());
    }
    return List.of(
        run.folder().toString(),
        run.job(),
        run.status().word(),
        TIME.format(run.started().atZone(ZoneId.systemDefault())),
        run.seconds() == null ? "" : NumberText.seconds(run.seconds()),
        epochs,
        text(run.validation()),
        text(run.test()));
  }

  /** An accuracy has a percent sign, an error has none. */
  private static String text(Score score) {
    if (score == null) {
      return "";
    }
    return score.metric().form() == Metric.Form.PERCENT
        ? String.format(Locale.ROOT, "%.2f%%", 100 * score.value())
        : ProgressPrinter.number(score.value());
  }
}
