package io.beamgrad.job;

import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.sources.SourceFiles;
import io.beamgrad.details.DataPreview;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.report.ContactSheet;
import io.beamgrad.report.DataTables;
import io.beamgrad.report.NumberText;
import io.beamgrad.report.SplitNote;
import io.beamgrad.report.Table;
import io.beamgrad.runner.RemoteAccess;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnSummary;
import io.beamgrad.schema.Split;
import io.beamgrad.spec.JobSpec;
import io.beamgrad.spec.PlanFromSpec;
import io.beamgrad.terminal.ProgressBar;
import io.beamgrad.terminal.Terminal;
import io.beamgrad.terminal.TextTable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Shows the data of a job before anything is trained.
 *
 * @param rows how many of the first rows; null is a usual number
 * @param out where to draw images; null is {@code NAME-data.png}
 * @param overrides {@code KEY=VALUE} texts for the spec, in their order
 * @param beamOptions for data at an address
 */
public record ShowDataJob(
    Path spec,
    @Nullable Integer rows,
    @Nullable Path out,
    List<String> overrides,
    List<String> beamOptions,
    Terminal terminal) {
  private static final int USUAL_ROWS = 10;
  private static final int USUAL_IMAGES = 100;
  private static final int MOST_ROWS = 100_000;
  private static final int MOST_CLASSES = 40;
  private static final int BAR_WIDTH = 20;

  /**
   * Reads all rows, and shows what there is.
   *
   * @throws WrongInputException where an argument or the data cannot be used
   */
  public void run() {
    if (rows != null && (rows < 1 || rows > MOST_ROWS)) {
      throw new WrongInputException(
          String.format(Locale.ROOT, "--rows must be in [1, %,d], was %,d", MOST_ROWS, rows));
    }
    JobSpec job = JobSpec.load(spec, overrides);
    boolean isOfImages = job.data().isIdx();
    if (out != null && !isOfImages) {
      throw new WrongInputException("--out is for images, but " + spec + " is of a table");
    }
    DigitsOnFirstUse.generate(job, terminal);
    RemoteAccess.open(List.of(job.data().dir()), beamOptions);
    try (DatabaseRows rowsOf = DatabaseRows.forNow(job, terminal)) {
      show(rowsOf.spec());
    }
  }

  private void show(JobSpec job) {
    boolean isOfImages = job.data().isIdx();
    SourceFiles files = JobFiles.find(job);
    int wanted = rows != null ? rows : isOfImages ? USUAL_IMAGES : USUAL_ROWS;
    DataPreview preview;
    try (ProgressBar bar = new ProgressBar(terminal, "reading")) {
      preview =
          DataPreview.of(
              files,
              PlanFromSpec.splitRule(job),
              job.split().seed(),
              job.isOfClasses(),
              wanted,
              bar);
    }
    if (isOfImages && !preview.first().isEmpty()) {
      draw(preview, out == null ? Path.of(job.name() + "-data.png") : out);
    } else {
      TextTable.printFirstColumns(terminal, firstRows(preview));
    }
    printRows(job, preview);
    if (!preview.classes().isEmpty()) {
      terminal.line("");
      printClasses(preview);
    }
    terminal.line("");
    printColumns(preview);
  }

  private void draw(DataPreview preview, Path picture) {
    int label = preview.columns().size() - 1;
    ContactSheet.write(
        picture.toString(),
        preview.first().stream().map(DataPreview.Row::picture).toList(),
        preview.first().stream().map(row -> Integer.valueOf(row.values().get(label))).toList());
    terminal.line(
        String.format(
            Locale.ROOT,
            "wrote the first %,d images to %s",
            preview.first().size(),
            Terminal.shown(picture)));
  }

  private static Table firstRows(DataPreview preview) {
    List<Column> columns = preview.columns();
    List<String> header = new ArrayList<>(List.of("record"));
    columns.forEach(column -> header.add(column.getName()));
    boolean isOneFile = preview.first().stream().map(DataPreview.Row::file).distinct().count() <= 1;
    if (!isOneFile) {
      header.add("file");
    }
    List<List<String>> cells = new ArrayList<>();
    for (DataPreview.Row row : preview.first()) {
      List<String> line = new ArrayList<>(List.of(NumberText.count(row.record())));
      row.values().forEach(value -> line.add(NumberText.cut(value, 20)));
      if (!isOneFile) {
        line.add(row.file());
      }
      cells.add(line);
    }
    Set<Integer> words =
        IntStream.range(0, columns.size())
            .filter(c -> isWord(columns.get(c)))
            .map(c -> c + 1)
            .boxed()
            .collect(Collectors.toSet());
    words.add(columns.size() + 1);
    return new Table(words, header, cells);
  }

  private static boolean isWord(Column column) {
    return switch (column.getKind()) {
      case NUMBER -> false;
      case BOOLEAN, DATE, TEXT -> true;
    };
  }

  private void printRows(JobSpec job, DataPreview preview) {
    List<String> counts = new ArrayList<>();
    preview
        .rows()
        .forEach(
            (split, count) ->
                counts.add(String.format(Locale.ROOT, "%,d to %s", count, purpose(split))));
    if (preview.heldOut() > 0) {
      counts.add(String.format(Locale.ROOT, "%,d held out", preview.heldOut()));
    }
    counts.add(String.format(Locale.ROOT, "%,d rejected", preview.rejected()));
    terminal.line("rows     " + String.join(", ", counts));
    terminal.line("split    " + SplitNote.of(job.toYaml()));
    long copies = preview.copies().within() + preview.copies().across();
    if (copies > 0 && PlanFromSpec.splitRule(job).isDealt()) {
      terminal.line(
          String.format(
              Locale.ROOT,
              "copies   %,d of %,d rows are copies of others, which may be in another split; split.by: {group: [ID]} keeps rows of one id together",
              copies,
              preview.copies().rows()));
    }
    if (preview.rejected() > 0) {
      terminal.line("");
      TextTable.print(terminal, DataTables.rejects(preview.rejects()));
    }
  }

  private static String purpose(Split split) {
    return switch (split) {
      case TRAIN -> "train on";
      case VALIDATION -> "validate on";
      case TEST -> "test on";
      case HOLDOUT -> "judge by";
      case CALIBRATION -> "calibrate on";
    };
  }

  private void printClasses(DataPreview preview) {
    List<Split> splits = List.copyOf(preview.rows().keySet());
    Split largest = splits.get(0);
    long all = preview.rows().get(largest);
    long most =
        preview.classes().values().stream()
            .mapToLong(rows -> rows.getOrDefault(largest, 0L))
            .max()
            .orElse(0);
    List<String> header = new ArrayList<>(List.of("class"));
    splits.forEach(split -> header.add(split.name().toLowerCase(Locale.ROOT)));
    header.addAll(List.of("share", ""));
    List<List<String>> cells = new ArrayList<>();
    for (Map.Entry<String, Map<Split, Long>> one : preview.classes().entrySet()) {
      if (cells.size() == MOST_CLASSES) {
        break;
      }
      long rows = one.getValue().getOrDefault(largest, 0L);
      List<String> line = new ArrayList<>(List.of(NumberText.cut(one.getKey(), 20)));
      splits.forEach(split -> line.add(NumberText.count(one.getValue().getOrDefault(split, 0L))));
      line.add(NumberText.percent((double) rows / all));
      line.add("=".repeat((int) (most == 0 ? 0 : BAR_WIDTH * rows / most)));
      cells.add(line);
    }
    TextTable.print(terminal, new Table(Set.of(0, header.size() - 1), header, cells));
    if (cells.size() < preview.classes().size()) {
      terminal.line(
          String.format(
              Locale.ROOT, "and %,d classes more", preview.classes().size() - cells.size()));
    }
  }

  private void printColumns(DataPreview preview) {
    // Classes have a table of their own.
    List<ColumnSummary> summaries =
        preview.summaries().stream()
            .filter(summary -> preview.classes().isEmpty() || !summary.getIsTarget())
            .toList();
    TextTable.print(
        terminal, DataTables.columns(summaries, preview.columns(), preview.summarised()));
    long rows = preview.rows().getOrDefault(Split.TRAIN, 0L);
    if (preview.summarised() < rows) {
      terminal.line(
          String.format(
              Locale.ROOT, "of the first %,d of %,d rows to train on", preview.summarised(), rows));
    }
    long columns =
        preview.columns().stream()
            .filter(column -> Columns.isFeature(column) || Columns.isTarget(column))
            .count();
    if (preview.summaries().size() < columns) {
      terminal.line(
          String.format(
              Locale.ROOT, "the first %d of %,d columns", preview.summaries().size(), columns));
    }
  }
}
