package io.beamgrad.evaluation;

import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.data.rows.ReadListener;
import io.beamgrad.data.rows.RowOrigin;
import io.beamgrad.data.rows.RowSink;
import io.beamgrad.data.sources.SourceFiles;
import io.beamgrad.details.ClassTally;
import io.beamgrad.details.ColumnSummaries;
import io.beamgrad.details.DetailRows;
import io.beamgrad.details.NotableRows;
import io.beamgrad.details.PermutationImportance;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.model.ModelFile;
import io.beamgrad.model.Networks;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.Details;
import io.beamgrad.schema.FileRange;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.schema.Reject;
import io.beamgrad.schema.Split;
import io.beamgrad.schema.SplitSummary;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * Collects what a report shows beyond the metrics of an evaluation: notable rows, summaries and
 * importance of columns. It reads the files a second time, as the first reading keeps no features
 * and finds the notable rows only at its end.
 */
final class EvaluationDetails {
  private static final int MOST_CLASSES = 1000;

  private final String path;
  private final ModelRecord model;
  private final long seed;
  private final Split split;
  private final NotableRows notable;
  private final int[] ranks; // the ranks of the evaluated rows, in the order of the files
  private final int[] rows; // (ranks) each row's number in the first reading
  private final IntFunction<RowOrigin> originOfRow;
  private final long[] wanted; // ranks, ascending
  private final ColumnBlock raw; // (wanted)
  private final RowOrigin[] origins; // (wanted)
  private final ColumnSummaries summaries;
  private final ClassTally tally;
  private int next;

  /**
   * @param path names the model in messages
   * @param evaluated the numbers that the evaluated rows have in the first reading, by rank
   * @param originOfRow gives the origin of a row of the first reading
   */
  EvaluationDetails(
      String path,
      ModelRecord model,
      long seed,
      Split split,
      NotableRows notable,
      Integer[] evaluated,
      IntFunction<RowOrigin> originOfRow) {
    this.path = path;
    this.model = model;
    this.seed = seed;
    this.split = split;
    this.notable = notable;
    this.originOfRow = originOfRow;
    this.ranks =
        IntStream.range(0, evaluated.length)
            .boxed()
            .sorted(Comparator.comparing(i -> evaluated[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    this.rows = Arrays.stream(ranks).map(number -> evaluated[number]).toArray();
    this.wanted = DetailRows.wanted(notable, model.getColumns());
    this.raw = new ColumnBlock(model.getColumns(), wanted.length);
    this.origins = new RowOrigin[wanted.length];
    this.summaries = new ColumnSummaries(model.getColumns());
    this.tally = new ClassTally(ModelFile.encoding(model));
  }

  /**
   * Reads the files once more.
   *
   * @throws BrokenFileException where the files have changed since the first reading
   */
  Details of(List<FileRange> files, ReadListener listener) throws InterruptedException {
    for (FileRange range : files) {
      if (Thread.interrupted()) {
        throw new InterruptedException("evaluation was interrupted");
      }
      read(range, listener);
    }
    if (next != rows.length) {
      throw changed();
    }
    List<Column> columns = model.getColumns();
    Details.Builder details =
        Details.newBuilder()
            .setModel(model.getName())
            .setSplit(split)
            .setSplits(List.of(summary()))
            .setSummarised(summaries.rows())
            .setColumns(summaries.records())
            .setLearningRates(List.of())
            .setImportance(null);
    new DetailRows(notable, columns, source()).putInto(details);
    if (PermutationImportance.appliesTo(columns)) {
      long first = Math.min(PermutationImportance.ROWS, notable.rows());
      new PermutationImportance(
              ModelFile.network(path, model),
              Networks.loss(model.getLoss()),
              ModelFile.encoding(model),
              seed)
          .of(source().rows(IntStream.range(0, (int) first).asLongStream().toArray()))
          .ifPresent(details::setImportance);
    }
    return details.build();
  }

  private void read(FileRange range, ReadListener listener) {
    SourceFiles.reader(range.getFormat())
        .read(
            range,
            new RowSink() {
              @Override
              public void accept(long record, ColumnBlock row) {
                if (next < rows.length) {
                  RowOrigin origin = originOfRow.apply(rows[next]);
                  if (origin.record() == record && origin.file().equals(range.getIdentity())) {
                    look(ranks[next++], origin, row);
                    listener.read(next, rows.length);
                  }
                }
              }

              @Override
              public void reject(Reject reject) {}
            });
  }

  private BrokenFileException changed() {
    return new BrokenFileException(
        String.format(
            Locale.ROOT,
            "the data changed while it was evaluated: expected %,d rows again, found %,d",
            rows.length,
            next));
  }

  private void look(int number, RowOrigin origin, ColumnBlock row) {
    summaries.add(row, 0, 1);
    if (hasClasses()) {
      tally.add(row, 0, 1);
    }
    int at = Arrays.binarySearch(wanted, number);
    if (at >= 0) {
      raw.copy(at, row, 0);
      origins[at] = origin;
    }
  }

  private boolean hasClasses() {
    return !model.getLabels().isEmpty() && model.getLabels().size() <= MOST_CLASSES;
  }

  private SplitSummary summary() {
    return new SplitSummary(
        split,
        notable.rows(),
        hasClasses() ? notable.rows() : 0,
        hasClasses() ? tally.rows() : List.of());
  }

  private DetailRows.Source source() {
    return new DetailRows.Source() {
      @Override
      public ColumnBlock rows(long[] ranks) {
        ColumnBlock some = new ColumnBlock(model.getColumns(), ranks.length);
        for (int i = 0; i < ranks.length; i++) {
          some.copy(i, raw, Arrays.binarySearch(wanted, ranks[i]));
        }
        return some;
      }

      @Override
      public RowOrigin place(long number) {
        return origins[Arrays.binarySearch(wanted, number)];
      }
    };
  }
}
