package io.beamgrad.evaluation;

import io.beamgrad.data.encoding.RowEncoder;
import io.beamgrad.data.files.Xxh64;
import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.rows.Labels;
import io.beamgrad.data.rows.ReadListener;
import io.beamgrad.data.rows.RowOrigin;
import io.beamgrad.data.rows.RowSink;
import io.beamgrad.data.rows.WeightCheck;
import io.beamgrad.data.sources.SourceFiles;
import io.beamgrad.data.split.KeyShares;
import io.beamgrad.data.split.RowOrder;
import io.beamgrad.data.split.RowSplitter;
import io.beamgrad.data.split.SplitRule;
import io.beamgrad.data.split.SplitShares;
import io.beamgrad.data.split.SplitSink;
import io.beamgrad.data.split.TimeCounts;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.model.ModelFile;
import io.beamgrad.nn.Loss;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.FileRange;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.schema.Reject;
import io.beamgrad.schema.Split;
import io.beamgrad.schema.TimeThresholds;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The rows of one split of a job's data, as the training of a model had them. Files are read in
 * their own order; each row's targets and its position in the shuffle are kept. Which rows belong
 * to the split, and in what order, is known when all files are read.
 */
final class SplitRows {
  private final ModelRecord model;
  private final Split wanted;
  private final SplitRule rule;
  private final long seed;
  private final Consumer<Reject> rejects;
  private final ReadListener listener;
  private final boolean isByRank; // whether ranks tell the rows of the split
  private final int eachColumn; // by whose values rows are shuffled, -1 for none
  private final RowEncoder encoder;
  private final List<float[]> targets = new ArrayList<>(); // one entry a row
  private final List<Float> weights = new ArrayList<>(); // empty where rows have no weights
  private final List<Shuffled> shuffled = new ArrayList<>();
  private final Map<Integer, String> unknown = new HashMap<>(); // rows' classes, by row
  private long records; // of all ranges; 0 where unknown
  private long read;

  /** Takes the values of a row. */
  @FunctionalInterface
  interface Taker {

    /**
     * Takes a row that may belong to the split.
     *
     * @param row as {@link RowSink#accept} has it
     */
    void take(long record, ColumnBlock row);
  }

  /**
   * A row's position in the shuffle.
   *
   * @param key by which rows are shuffled; empty where they are not
   * @param keyHash its hash
   * @param label the row's class or key, whose rows are split by rank; null where the row's split
   *     does not depend on ranks
   */
  private record Shuffled(
      String key, long keyHash, long hash, RowOrigin origin, @Nullable String label) {
    private static final Comparator<Shuffled> ORDER =
        ((Comparator<Shuffled>) (a, b) -> Long.compareUnsigned(a.keyHash, b.keyHash))
            .thenComparing(Shuffled::key)
            .thenComparing((a, b) -> Long.compareUnsigned(a.hash, b.hash))
            .thenComparing(row -> row.origin.file())
            .thenComparingLong(row -> row.origin.record());
  }

  /**
   * @param seed of the split
   * @param rejects receives each record that cannot be used
   * @param listener is told of all records that are read
   */
  SplitRows(
      ModelRecord model,
      Split wanted,
      SplitRule rule,
      long seed,
      Consumer<Reject> rejects,
      ReadListener listener) {
    this.listener = listener;
    this.model = model;
    this.wanted = wanted;
    this.rule = rule;
    this.seed = seed;
    this.rejects = rejects;
    this.isByRank = rule.isDealt() && wanted != Split.HOLDOUT;
    this.eachColumn = rule.eachColumn(model.getColumns());
    this.encoder = new RowEncoder(ModelFile.encoding(model));
  }

  /**
   * The ranges to read.
   *
   * @param path names the model in messages
   * @throws BrokenFileException where the files have other columns than the model
   */
  List<FileRange> ranges(String path, SourceFiles files) {
    if (!files.columns().equals(model.getColumns())) {
      throw new BrokenFileException(
          "%s: takes %s, but the data have %s"
              .formatted(path, names(model.getColumns()), names(files.columns())));
    }
    TimeThresholds thresholds = TimeCounts.thresholds(files.ranges(), rule);
    List<FileRange> ranges =
        files.ranges().stream()
            .filter(
                range ->
                    range.getSplit() == wanted || (range.getSplit() == Split.TRAIN && mayGive()))
            .map(range -> FileRange.newBuilder(range).setThresholds(thresholds).build())
            .toList();
    records = SourceFiles.records(ranges);
    return ranges;
  }

  /** Whether rows of training files may belong to the split. */
  private boolean mayGive() {
    BigDecimal share =
        switch (wanted) {
          case TRAIN, HOLDOUT -> BigDecimal.ONE;
          case VALIDATION -> rule.validation();
          case TEST -> rule.test();
          case CALIBRATION -> rule.calibration();
        };
    return rule.by() == SplitRule.By.COLUMN || share.signum() > 0;
  }

  private static String names(List<Column> columns) {
    return String.join(
        ", ", columns.stream().map(c -> c.getName() + " " + c.getType() + c.getShape()).toList());
  }

  /** Reads one of the ranges; the taker receives each row that is added. */
  void read(FileRange range, Taker taker) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("reading was interrupted");
    }
    String identity = range.getIdentity();
    RowOrder order = RowOrder.of(seed, identity);
    SourceFiles.reader(range.getFormat())
        .read(
            range,
            WeightCheck.of(
                range,
                new RowSplitter(
                    range,
                    rule,
                    seed,
                    new SplitSink() {
                      @Override
                      public void accept(Split split, long record, ColumnBlock row) {
                        next();
                        if (split == wanted || (isByRank && split == Split.TRAIN)) {
                          add(split, record, row);
                        }
                      }

                      private void add(Split split, long record, ColumnBlock row) {
                        float[] target = new float[encoder.targetWidth()];
                        encoder.encodeTargets(row, 0, target, 0);
                        if (isUnknown(target)) {
                          unknown.put(targets.size(), classText(row));
                        }
                        targets.add(target);
                        if (encoder.isWeighted()) {
                          weights.add(encoder.weight(row, 0));
                        }
                        String key = key(row);
                        shuffled.add(
                            new Shuffled(
                                key,
                                eachColumn < 0 ? 0 : Xxh64.hash(key, 0),
                                order.hash(record),
                                new RowOrigin(identity, record),
                                label(split, row)));
                        taker.take(record, row);
                      }

                      @Override
                      public void holdOut(String word) {
                        next();
                      }

                      @Override
                      public void holdOut(long record, ColumnBlock row, long group) {
                        next();
                        if (wanted == Split.HOLDOUT) {
                          add(Split.HOLDOUT, record, row);
                        }
                      }

                      @Override
                      public void reject(Reject reject) {
                        next();
                        rejects.accept(reject);
                      }
                    })));
  }

  private void next() {
    listener.read(++read, records);
  }

  private String key(ColumnBlock row) {
    return eachColumn < 0 ? "" : row.column(eachColumn).text(0);
  }

  /**
   * The class or key whose rows are split by rank; null where the row's split does not depend on
   * ranks.
   */
  private @Nullable String label(Split split, ColumnBlock row) {
    if (split != Split.TRAIN || !isByRank) {
      return null;
    }
    if (eachColumn >= 0) {
      return key(row);
    }
    return rule.by() == SplitRule.By.STRATIFIED ? classOf(row) : SplitShares.ANY;
  }

  private boolean isUnknown(float[] target) {
    return !model.getLabels().isEmpty() && target[0] == Loss.UNKNOWN_CLASS;
  }

  /** The text of a row's class, as the model has it where it knows it. */
  private String classOf(ColumnBlock row) {
    float[] target = new float[1];
    encoder.encodeTargets(row, 0, target, 0);
    return isUnknown(target) ? classText(row) : model.getLabels().get((int) target[0]);
  }

  private String classText(ColumnBlock row) {
    return row.column(Columns.classColumn(model.getColumns())).text(0);
  }

  /** The classes of rows that the model does not know, sorted. */
  List<String> unknownClasses(Integer[] rows) {
    Set<String> classes = new TreeSet<>();
    for (Integer row : rows) {
      if (unknown.containsKey(row)) {
        classes.add(unknown.get(row));
      }
    }
    return Labels.sorted(classes);
  }

  /**
   * The rows of the split, by their numbers in the order of {@link #read}, in order of rank; those
   * of the holdout in their own, in which a gate sums them up.
   */
  Integer[] ranked() {
    Integer[] byRank = new Integer[shuffled.size()];
    Arrays.setAll(byRank, i -> i);
    if (wanted == Split.HOLDOUT) {
      return byRank;
    }
    Arrays.sort(byRank, Comparator.comparing(shuffled::get, Shuffled.ORDER));
    Map<String, Long> rowsOf = new HashMap<>(); // by class or key
    for (Shuffled row : shuffled) {
      if (row.label != null) {
        rowsOf.merge(row.label, 1L, Long::sum);
      }
    }
    SplitShares shares =
        eachColumn < 0
            ? new SplitShares(rule, rowsOf)
            : SplitShares.ofKeys(new KeyShares(rule, seed), rowsOf);
    return Arrays.stream(byRank)
        .filter(
            row -> {
              String label = shuffled.get(row).label;
              return label == null || shares.next(label) == wanted;
            })
        .toArray(Integer[]::new);
  }

  RowEncoder encoder() {
    return encoder;
  }

  RowOrigin origin(int row) {
    return shuffled.get(row).origin;
  }

  /** The targets of a row; of a class its index. */
  float[] targets(int row) {
    return targets.get(row);
  }

  /** The weight of a row; only where rows are weighted. */
  float weight(int row) {
    return weights.get(row);
  }
}
