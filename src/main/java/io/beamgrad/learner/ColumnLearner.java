package io.beamgrad.learner;

import io.beamgrad.data.counts.CategoryCounts;
import io.beamgrad.data.counts.DocumentCounts;
import io.beamgrad.data.counts.MedianSketch;
import io.beamgrad.data.counts.Moments;
import io.beamgrad.data.counts.Quartiles;
import io.beamgrad.data.encoding.DateParts;
import io.beamgrad.data.encoding.Encoding;
import io.beamgrad.data.encoding.NumberTransform;
import io.beamgrad.data.encoding.RowEncoder;
import io.beamgrad.data.rows.BytesColumn;
import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.data.rows.ColumnLayout;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.rows.LongsColumn;
import io.beamgrad.data.rows.NumberPrecision;
import io.beamgrad.data.rows.RawColumn;
import io.beamgrad.data.rows.TextsColumn;
import io.beamgrad.data.shuffle.BlockStore;
import io.beamgrad.failure.UnusableDataException;
import io.beamgrad.model.Networks;
import io.beamgrad.schema.BinaryCategory;
import io.beamgrad.schema.BlockRef;
import io.beamgrad.schema.BooleanEncoding;
import io.beamgrad.schema.BooleanPreparation;
import io.beamgrad.schema.CategoryEncoding;
import io.beamgrad.schema.CategoryPreparation;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.Cross;
import io.beamgrad.schema.DateEncoding;
import io.beamgrad.schema.DatePart;
import io.beamgrad.schema.DatePartEncoding;
import io.beamgrad.schema.DatePreparation;
import io.beamgrad.schema.KeyEncoding;
import io.beamgrad.schema.KeyPreparation;
import io.beamgrad.schema.MissingBoolean;
import io.beamgrad.schema.MissingCategory;
import io.beamgrad.schema.MissingNumber;
import io.beamgrad.schema.NumberEncoding;
import io.beamgrad.schema.NumberPreparation;
import io.beamgrad.schema.OutcomeStatus;
import io.beamgrad.schema.ScaleMethod;
import io.beamgrad.schema.TargetEncoding;
import io.beamgrad.schema.TargetPreparation;
import io.beamgrad.schema.TextPreparation;
import io.beamgrad.schema.TrainingPlan;
import io.beamgrad.schema.UnknownCategory;
import java.nio.ByteBuffer;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Learns how feature columns become input and outputs become targets: counts what the preparations
 * ask for, block by block, and makes encodings of all that was counted. What is counted does not
 * depend on the order of rows or merges, so neither do the encodings.
 */
public final class ColumnLearner {
  /** Numbers that are scaled by their quartiles are clipped smoothly to it, as RealMLP does. */
  private static final double SMOOTH_CLIP = 3;

  private static final ByteBuffer NO_BYTES = ByteBuffer.allocate(0).asReadOnlyBuffer();

  private final List<Column> columns;
  private final List<Object> preparations;
  private final @Nullable TargetLearner targets; // null where nothing is to be learned of them

  /**
   * @param columns of the blocks, features first
   * @param preparations one for each feature, records of the schemas
   */
  public ColumnLearner(List<Column> columns, List<Object> preparations) {
    this(columns, preparations, null);
  }

  /** Learns what a plan asks for its features and targets. */
  public ColumnLearner(EncodingPlan plan) {
    this(plan.columns(), plan.preparations(), plan.targets());
  }

  private ColumnLearner(
      List<Column> columns, List<Object> preparations, @Nullable TargetPreparation targets) {
    this.columns = Columns.kept(columns);
    this.preparations = preparations;
    this.targets = targets == null ? null : new TargetLearner(this.columns, targets);
  }

  /**
   * Preparations that scale each feature as numbers, of which none may be missing.
   *
   * @param divisor for DIVIDE; otherwise 1
   */
  public static List<Object> numbers(List<Column> columns, ScaleMethod scale, double divisor) {
    List<Object> numbers = new ArrayList<>();
    for (Column column : Columns.features(columns)) {
      numbers.add(
          new NumberPreparation(
              column.getName(),
              null,
              null,
              false,
              scale,
              divisor,
              MissingNumber.REJECT,
              0.0,
              false));
    }
    return numbers;
  }

  /** True where what a plan asks for is to be learned from the rows. */
  static boolean needsRows(TrainingPlan plan) {
    return plan.getTargets() != null || needsRows(plan.getPreparations());
  }

  /** True where the encodings depend on the rows. */
  public static boolean needsRows(List<Object> preparations) {
    return preparations.stream().anyMatch(ColumnLearner::needsRows);
  }

  private static boolean needsRows(Object preparation) {
    if (preparation instanceof NumberPreparation number) {
      return isMeasured(number)
          || number.getMissing() == MissingNumber.MEDIAN
          || QuartileLearner.isScaled(number);
    }
    if (preparation instanceof DatePreparation date) {
      return !date.getParts().stream().allMatch(DateParts::isCyclic);
    }
    if (preparation instanceof TextPreparation text) {
      return TextLearner.isCounted(text);
    }
    return preparation instanceof CategoryPreparation category && category.getHashSlots() == null;
  }

  private static boolean isMeasured(NumberPreparation number) {
    return number.getScale() == ScaleMethod.STANDARD
        || number.getScale() == ScaleMethod.MINMAX
        || number.getMissing() == MissingNumber.MEAN;
  }

  /** Whether something is counted of a feature in the one pass that all workers share. */
  private boolean isCounted(int feature) {
    Object preparation = preparations.get(feature);
    return preparation instanceof NumberPreparation number
        ? isMeasured(number) || needsSketch(feature, number)
        : needsRows(preparation);
  }

  /** Whether a median is to be learned that is not among a number's exact quartiles. */
  private boolean needsSketch(int feature, NumberPreparation number) {
    return number.getMissing() == MissingNumber.MEDIAN
        && !(QuartileLearner.isScaled(number) && columns.get(feature).getShape().isEmpty());
  }

  /**
   * The encoder of rows but for the numbers that are yet to be learned; empty where its width is
   * known only once categories are learned.
   */
  public Optional<RowEncoder> encoderBeforeRows(List<Cross> crosses) {
    boolean isLearned =
        preparations.stream()
            .anyMatch(p -> p instanceof CategoryPreparation c && c.getHashSlots() == null);
    if (isLearned) {
      return Optional.empty();
    }
    try {
      Encoding encoding = new Encoding(columns, encodings(List.of()), crosses, List.of());
      return Optional.of(new RowEncoder(encoding));
    } catch (UnusableDataException e) {
      throw new IllegalStateException("nothing was counted that could be too much", e);
    }
  }

  /**
   * Counts the rows of blocks.
   *
   * @return by shard; see {@link CategoryCounts}
   */
  public Map<Integer, ColumnStatistics> count(Iterable<BlockRef> blocks) {
    Map<Integer, ColumnStatistics> all = new TreeMap<>();
    boolean isAnyCounted =
        targets != null || IntStream.range(0, preparations.size()).anyMatch(this::isCounted);
    boolean isSeenAgain = preparations.stream().anyMatch(QuartileLearner::isScaled);
    Map<Integer, TextLearner.Counter> texts = new TreeMap<>(); // by feature
    for (BlockRef block : blocks) {
      if (isAnyCounted) {
        ColumnBlock rows = new ColumnBlock(columns, 0);
        BlockStore.read(block, rows);
        count(rows, texts)
            .forEach((shard, counted) -> all.merge(shard, counted, ColumnStatistics::add));
      }
      if (isSeenAgain) {
        shard(all, 0).addBlock(block);
      }
    }
    addTexts(all, texts);
    return all;
  }

  /** Counts rows. */
  Map<Integer, ColumnStatistics> count(ColumnBlock rows) {
    Map<Integer, TextLearner.Counter> texts = new TreeMap<>();
    Map<Integer, ColumnStatistics> shards = count(rows, texts);
    addTexts(shards, texts);
    return shards;
  }

  private void addTexts(
      Map<Integer, ColumnStatistics> shards, Map<Integer, TextLearner.Counter> texts) {
    texts.forEach(
        (feature, counter) -> {
          List<DocumentCounts> counts = counter.shards();
          for (int s = 0; s < counts.size(); s++) {
            shard(shards, s)
                .set(feature, new ColumnStatistics.Part(List.of(), null, null, counts.get(s)));
          }
        });
  }

  /**
   * Counts rows.
   *
   * @param textsSoFar counts the texts, by feature
   * @return all but the texts
   */
  private Map<Integer, ColumnStatistics> count(
      ColumnBlock rows, Map<Integer, TextLearner.Counter> textsSoFar) {
    Map<Integer, ColumnStatistics> shards = new TreeMap<>();
    for (int f = 0; f < preparations.size(); f++) {
      if (!isCounted(f)) {
        continue;
      }
      if (preparations.get(f) instanceof CategoryPreparation category) {
        countTexts(shards, f, category, (TextsColumn) rows.column(f), rows.rows());
      } else if (preparations.get(f) instanceof TextPreparation text) {
        textsSoFar
            .computeIfAbsent(f, feature -> new TextLearner(text).new Counter())
            .add((TextsColumn) rows.column(f), rows.rows());
      } else {
        ColumnStatistics.Part part = measured(f, rows.column(f), rows.rows());
        shard(shards, 0).set(f, part);
      }
    }
    if (targets != null) {
      shards
          .computeIfAbsent(0, s -> new ColumnStatistics(preparations.size()))
          .setTargets(targets.count(rows));
    }
    return shards;
  }

  private ColumnStatistics shard(Map<Integer, ColumnStatistics> shards, int number) {
    return shards.computeIfAbsent(number, s -> new ColumnStatistics(preparations.size()));
  }

  private void countTexts(
      Map<Integer, ColumnStatistics> shards,
      int feature,
      CategoryPreparation category,
      TextsColumn texts,
      int rows) {
    texts.count(
        0,
        rows,
        (text, times) -> {
          String counted = text == null ? category.getConstant() : text;
          if (counted == null) {
            texts(shard(shards, 0), feature).addMissing(times);
          } else {
            texts(shard(shards, CategoryCounts.shard(counted)), feature).add(counted, times);
          }
        });
  }

  private static CategoryCounts texts(ColumnStatistics shard, int feature) {
    if (shard.part(feature) == null) {
      shard.set(feature, new ColumnStatistics.Part(List.of(), null, new CategoryCounts(), null));
    }
    return shard.part(feature).categories();
  }

  private ColumnStatistics.Part measured(int feature, RawColumn values, int rows) {
    if (preparations.get(feature) instanceof DatePreparation date) {
      return datesMeasured(date, (LongsColumn) values, rows);
    }
    NumberPreparation number = (NumberPreparation) preparations.get(feature);
    int width = ColumnLayout.valuesPerRow(columns.get(feature));
    NumberTransform transform = transform(number);
    if (values instanceof BytesColumn images) {
      Moments all = new Moments();
      if (transform.isIdentity()) {
        all.addBytes(images.values(), rows * width);
      } else {
        for (int i = 0; i < rows * width; i++) {
          all.add(transform.apply(images.number(i)));
        }
      }
      return new ColumnStatistics.Part(List.of(all), null);
    }
    List<Moments> moments = Moments.none(isMeasured(number) ? width : 0);
    MedianSketch median = needsSketch(feature, number) ? new MedianSketch() : null;
    for (int i = 0; i < rows * width; i++) {
      double value = values.number(i);
      if (Double.isNaN(value)) {
        continue;
      }
      if (!moments.isEmpty()) {
        double transformed = transform.apply(value);
        moments.get(i % width).add(transformed, transformed == value ? values.rest(i) : 0);
      }
      if (median != null) {
        median.add(value);
      }
    }
    return new ColumnStatistics.Part(moments, median);
  }

  private static ColumnStatistics.Part datesMeasured(
      DatePreparation date, LongsColumn times, int rows) {
    ZoneId zone = ZoneId.of(date.getZone());
    List<DatePart> parts = numberParts(date);
    List<Moments> moments = Moments.none(parts.size());
    for (int row = 0; row < rows; row++) {
      if (!times.isMissing(row)) {
        ZonedDateTime at = DateParts.at(times.value(row), zone);
        for (int p = 0; p < moments.size(); p++) {
          if (DateParts.has(parts.get(p), times.value(row))) {
            moments.get(p).add((float) DateParts.value(parts.get(p), at));
          }
        }
      }
    }
    return new ColumnStatistics.Part(moments, null);
  }

  private static List<DatePart> numberParts(DatePreparation date) {
    return date.getParts().stream().filter(part -> !DateParts.isCyclic(part)).toList();
  }

  /** What becomes of a number before it is scaled. */
  static NumberTransform transform(NumberPreparation number) {
    return new NumberTransform(number.getClipLow(), number.getClipHigh(), number.getLog());
  }

  /**
   * The encoding of each feature, in order.
   *
   * @param shards all that was counted, each shard merged; empty where nothing needs rows
   * @throws UnusableDataException where a column has more categories than can be learned
   */
  public List<Object> encodings(List<ColumnStatistics> shards) throws UnusableDataException {
    List<BlockRef> blocks = shards.stream().flatMap(shard -> shard.blocks().stream()).toList();
    return encodings(shards, new QuartileLearner(columns, preparations).of(blocks));
  }

  /**
   * The same.
   *
   * @param quartiles by feature, of those that are scaled by them
   */
  List<Object> encodings(List<ColumnStatistics> shards, Map<Integer, List<Quartiles>> quartiles)
      throws UnusableDataException {
    List<Object> encodings = new ArrayList<>();
    for (int f = 0; f < preparations.size(); f++) {
      int feature = f;
      List<ColumnStatistics.Part> parts =
          shards.stream().map(s -> s.part(feature)).filter(part -> part != null).toList();
      Object preparation = preparations.get(f);
      if (preparation instanceof NumberPreparation number) {
        encodings.add(encoding(f, number, parts, quartiles.getOrDefault(f, List.of())));
      } else if (preparation instanceof CategoryPreparation category) {
        encodings.add(encoding(category, parts));
      } else if (preparation instanceof DatePreparation date) {
        encodings.add(encoding(date, parts));
      } else if (preparation instanceof TextPreparation text) {
        encodings.add(
            new TextLearner(text)
                .encoding(parts.stream().map(ColumnStatistics.Part::documents).toList()));
      } else if (preparation instanceof KeyPreparation key) {
        // Which keys have models of their own is known once these are trained.
        encodings.add(new KeyEncoding(key.getColumn(), NO_BYTES, NO_BYTES));
      } else if (preparation instanceof BooleanPreparation bool) {
        Boolean filling =
            bool.getMissing() == MissingBoolean.REJECT
                ? null
                : Boolean.valueOf(bool.getMissing() == MissingBoolean.TRUE);
        encodings.add(new BooleanEncoding(bool.getColumn(), filling, bool.getIndicator()));
      } else {
        throw Networks.unknown("ColumnLearner", "preparation", preparation);
      }
    }
    return encodings;
  }

  /**
   * The encoding of each target, in order; none where outputs are predictions as they are.
   *
   * @param shards as {@link #encodings} takes them
   */
  List<TargetEncoding> targets(List<ColumnStatistics> shards) {
    if (targets == null) {
      return List.of();
    }
    return shards.stream()
        .map(ColumnStatistics::targets)
        .filter(Objects::nonNull)
        .findFirst()
        .map(part -> targets.encodings(part.moments()))
        .orElseGet(() -> targets.encodings(targets.count(new ColumnBlock(columns, 0)).moments()));
  }

  private NumberEncoding encoding(
      int feature,
      NumberPreparation number,
      List<ColumnStatistics.Part> parts,
      List<Quartiles> quartiles) {
    boolean isImage = columns.get(feature).getShape().size() > 1;
    int count = isImage ? 1 : ColumnLayout.valuesPerRow(columns.get(feature));
    List<Moments> moments = Moments.none(count);
    MedianSketch median = new MedianSketch();
    if (!parts.isEmpty()) {
      moments = parts.get(0).moments().isEmpty() ? moments : parts.get(0).moments();
      median = parts.get(0).median();
    }
    List<Double> shift = new ArrayList<>();
    List<Double> scale = new ArrayList<>();
    switch (number.getScale()) {
      case NONE, DIVIDE -> {
        shift.add(0.0);
        scale.add(number.getDivisor());
      }
      case STANDARD -> {
        for (Moments of : moments) {
          shift.add(of.mean());
          scale.add(of.deviation());
        }
      }
      case MINMAX -> {
        for (Moments of : moments) {
          shift.add(of.least());
          scale.add(of.range());
        }
      }
      case ROBUST -> {
        for (Quartiles of : quartiles) {
          shift.add(of.center());
          scale.add(of.spread());
        }
      }
    }
    NumberTransform transform = transform(number);
    Double filling =
        switch (number.getMissing()) {
          case REJECT -> null;
          case MEAN -> moments.get(0).mean();
          case MEDIAN ->
              needsSketch(feature, number) ? transform.apply(median.median()) : shift.get(0);
          case CONSTANT -> transform.apply(NumberPrecision.kept(number.getConstant()));
        };
    return new NumberEncoding(
        number.getColumn(),
        number.getClipLow(),
        number.getClipHigh(),
        number.getLog(),
        shift,
        scale,
        filling,
        number.getIndicator(),
        rest(number.getScale(), moments, quartiles),
        QuartileLearner.isScaled(number) ? SMOOTH_CLIP : null);
  }

  /** What the shifts leave of exact ones; null where float32 held all numbers. */
  private static @Nullable List<Double> rest(
      ScaleMethod scale, List<Moments> moments, List<Quartiles> quartiles) {
    if (moments.stream().noneMatch(Moments::isWide)
        && quartiles.stream().noneMatch(Quartiles::isWide)) {
      return null;
    }
    return switch (scale) {
      case NONE, DIVIDE -> List.of(0.0);
      case STANDARD -> moments.stream().map(Moments::meanRest).toList();
      case MINMAX -> moments.stream().map(Moments::leastRest).toList();
      case ROBUST -> quartiles.stream().map(Quartiles::centerRest).toList();
    };
  }

  private static CategoryEncoding encoding(
      CategoryPreparation category, List<ColumnStatistics.Part> parts)
      throws UnusableDataException {
    List<CategoryCounts> counts = parts.stream().map(ColumnStatistics.Part::categories).toList();
    if (counts.stream().anyMatch(CategoryCounts::isOverfull)) {
      throw new UnusableDataException(
          OutcomeStatus.BAD_INPUT,
          "column '%s' has more than about a million categories, which are too many to learn; hash them (data.columns: {%s: {category: {hash: 100000}}})"
              .formatted(category.getColumn(), category.getColumn()));
    }
    TreeSet<String> pooled = new TreeSet<>();
    List<String> kept =
        CategoryCounts.kept(counts, category.getMinCount(), category.getMost(), pooled);
    boolean hasMissing = category.getMissing() == MissingCategory.OWN;
    boolean isHashed = category.getHashSlots() != null;
    boolean isPooling = category.getMinCount() > 1 || category.getMost() != null;
    boolean isAnyMissing = hasMissing && counts.stream().anyMatch(CategoryCounts::isAnyMissing);
    int filled = kept.size() + (pooled.isEmpty() ? 0 : 1) + (isAnyMissing ? 1 : 0);
    boolean isSign = category.getBinary() == BinaryCategory.SIGN && !isHashed && filled == 2;
    boolean takesUnknown = isHashed || (category.getUnknown() == UnknownCategory.OWN && !isSign);
    return new CategoryEncoding(
        category.getColumn(),
        kept,
        List.copyOf(pooled),
        isPooling && (takesUnknown || !pooled.isEmpty()),
        isHashed ? category.getHashSlots() : 0,
        takesUnknown ? hasMissing : isAnyMissing,
        category.getConstant(),
        takesUnknown,
        isSign);
  }

  private static DateEncoding encoding(DatePreparation date, List<ColumnStatistics.Part> parts) {
    List<DatePart> numbers = numberParts(date);
    List<Moments> moments = parts.isEmpty() ? Moments.none(numbers.size()) : parts.get(0).moments();
    List<DatePartEncoding> encodings = new ArrayList<>();
    for (DatePart part : date.getParts()) {
      int number = numbers.indexOf(part);
      encodings.add(
          number < 0
              ? new DatePartEncoding(part, 0.0, 1.0)
              : new DatePartEncoding(
                  part, moments.get(number).mean(), moments.get(number).deviation()));
    }
    return new DateEncoding(date.getColumn(), date.getZone(), encodings, date.getIndicator());
  }
}
