package io.beamgrad.data.encoding;

import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.rows.RawColumn;
import io.beamgrad.data.rows.TextsColumn;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.ValueKind;
import io.beamgrad.tensor.SparseRows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Encodes whole blocks once, column by column, and copies their rows as input: what {@link
 * RowEncoder} gives for each row, to the bit. Images stay bytes, which take a quarter of the room,
 * and are scaled when they are copied. Safe for several threads.
 */
public final class BlockEncoder {

  private enum Kind {
    NUMBERS,
    CATEGORY,
    TEXT,
    IMAGE
  }

  /**
   * A feature's place, or that of a cross.
   *
   * @param column the feature's number, or behind those of all features the cross's
   * @param encoder null of a cross
   * @param at where its part of a row begins among those of its kind
   * @param inputAt where its numbers begin in a row of input
   */
  private record Part(
      Kind kind,
      int column,
      @Nullable ColumnEncoder encoder,
      int at,
      int inputAt,
      boolean hasRange) {

    /** Whether it is a key while none has a model of its own, which gives no number. */
    boolean isKeyAlone() {
      return encoder instanceof KeyEncoder && encoder.width() == 0;
    }
  }

  /**
   * Neighbouring features of one kind, which are copied together.
   *
   * @param from where their part of a row begins among those of their kind
   * @param count the numbers or categories of a row
   * @param isWhole whether each category of each row has a slot
   */
  private record Run(Kind kind, int column, int from, int inputAt, int count, boolean isWhole) {}

  private final RowEncoder encoder;
  private final List<Part> parts = new ArrayList<>(); // of the features
  private final List<Part> crosses = new ArrayList<>();
  private final Run[] runs;
  private final RowLayout layout;
  private final boolean hasImages;

  public BlockEncoder(Encoding encoding) {
    encoder = new RowEncoder(encoding);
    List<Column> features = Columns.features(encoding.columns());
    Map<Kind, Integer> widths = new EnumMap<>(Kind.class); // of the parts so far
    for (int f = 0; f < features.size(); f++) {
      Column feature = features.get(f);
      ColumnEncoder of = encoder.feature(f);
      Kind kind = kind(feature, of);
      int at = widths.getOrDefault(kind, 0);
      parts.add(new Part(kind, f, of, at, encoder.inputAt(f), hasRange(feature)));
      widths.merge(kind, isOfOne(kind) ? 1 : of.width(), Integer::sum);
    }
    addCrosses(widths.getOrDefault(Kind.CATEGORY, 0));
    runs = runs(inOrder());
    hasImages = widths.containsKey(Kind.IMAGE);
    layout =
        new RowLayout(
            widths.getOrDefault(Kind.NUMBERS, 0),
            widths.getOrDefault(Kind.CATEGORY, 0) + crosses.size(),
            widths.getOrDefault(Kind.TEXT, 0),
            encoder.targetWidth(),
            encoder.isWeighted() ? 1 : 0);
  }

  private void addCrosses(int categories) {
    int inputAt = encoder.inputAt(parts.size());
    for (CrossEncoder cross : encoder.crosses()) {
      int number = crosses.size();
      int column = parts.size() + number;
      crosses.add(new Part(Kind.CATEGORY, column, null, categories + number, inputAt, false));
      inputAt += cross.width();
    }
  }

  /** Features and crosses as their inputs follow each other. */
  private List<Part> inOrder() {
    List<Part> ordered = new ArrayList<>(parts);
    ordered.addAll(crosses);
    ordered.sort(Comparator.comparingInt(Part::inputAt)); // stable: some have no inputs
    return ordered;
  }

  /**
   * Whether encoded rows have the range of a feature's numbers: it is of numbers, not of images.
   */
  public static boolean hasRange(Column feature) {
    return feature.getKind() == ValueKind.NUMBER && feature.getType() == ColumnType.FLOATS;
  }

  /** Whether a feature of this kind is one part of a row, however many inputs it has. */
  private static boolean isOfOne(Kind kind) {
    return kind == Kind.CATEGORY || kind == Kind.TEXT;
  }

  private static Kind kind(Column feature, ColumnEncoder encoder) {
    if (encoder instanceof CategoryEncoder category) {
      return category.isSign() ? Kind.NUMBERS : Kind.CATEGORY;
    }
    if (encoder instanceof TextEncoder) {
      return Kind.TEXT;
    }
    return feature.getType() == ColumnType.BYTES ? Kind.IMAGE : Kind.NUMBERS;
  }

  private static Run[] runs(List<Part> parts) {
    List<Run> runs = new ArrayList<>();
    for (Part part : parts) {
      if (part.isKeyAlone()) {
        continue;
      }
      int count = isOfOne(part.kind) ? 1 : part.encoder.width();
      boolean isMerged = part.kind == Kind.NUMBERS || part.kind == Kind.CATEGORY;
      boolean isWhole =
          part.encoder == null
              || (part.encoder instanceof CategoryEncoder category && category.isWhole());
      Run last = runs.isEmpty() ? null : runs.get(runs.size() - 1);
      if (last != null && last.kind == part.kind && isMerged) {
        runs.set(
            runs.size() - 1,
            new Run(
                last.kind,
                last.column,
                last.from,
                last.inputAt,
                last.count + count,
                last.isWhole && isWhole));
      } else {
        runs.add(new Run(part.kind, part.column, part.at, part.inputAt, count, isWhole));
      }
    }
    return runs.toArray(Run[]::new);
  }

  /** The encoder of single rows. */
  public RowEncoder rowEncoder() {
    return encoder;
  }

  /** Whether there are inputs of a feature and others together. */
  public boolean isCrossed(int feature) {
    return Stream.of(encoder.crosses()).anyMatch(cross -> cross.has(feature));
  }

  /** How many features there are. */
  public int features() {
    return parts.size();
  }

  public RowLayout layout() {
    return layout;
  }

  /** Whether features are texts, so that encoded rows are of any size. */
  public boolean hasTexts() {
    return layout.texts() > 0;
  }

  /** Whether features are images, so that encoded rows keep the raw ones. */
  public boolean hasImages() {
    return hasImages;
  }

  /** The rows of a block, encoded. */
  public EncodedRows encode(ColumnBlock block) {
    EncodedRows encoded = new EncodedRows();
    encode(block, encoded);
    return encoded;
  }

  /**
   * Replaces encoded rows by those of a block.
   *
   * @param block is kept in the encoded rows where features are images
   */
  public void encode(ColumnBlock block, EncodedRows to) {
    to.resize(block.rows(), layout);
    to.setTexts(hasTexts() ? emptied(to.texts()) : null);
    NumberRange[] ranges = new NumberRange[parts.size()];
    for (Part part : parts) {
      if (part.isKeyAlone()) {
        ranges[part.column] = NumberRange.EMPTY;
        continue;
      }
      RawColumn values = block.column(part.column);
      encode(part, values, block.rows(), to);
      ranges[part.column] =
          part.hasRange ? NumberRange.of(values, block.rows() * values.width()) : NumberRange.EMPTY;
    }
    for (int c = 0; c < crosses.size(); c++) {
      encode(crosses.get(c), encoder.crosses()[c], block, to);
    }
    to.setRanges(ranges);
    to.setImages(hasImages ? block : null);
    for (int row = 0; row < block.rows(); row++) {
      encoder.encodeTargets(block, row, to.targets(), row * layout.targets());
      if (layout.weights() > 0) {
        to.weights()[row] = encoder.weight(block, row);
      }
    }
  }

  private void encode(Part part, CrossEncoder cross, ColumnBlock block, EncodedRows to) {
    for (int row = 0; row < block.rows(); row++) {
      to.categories()[row * layout.categories() + part.at] = part.inputAt + cross.slot(block, row);
    }
  }

  private SparseRows emptied(@Nullable SparseRows spare) {
    if (spare == null || spare.width() != encoder.inputWidth()) {
      return new SparseRows(encoder.inputWidth());
    }
    spare.clear();
    return spare;
  }

  private void encode(Part part, RawColumn values, int rows, EncodedRows to) {
    switch (part.kind) {
      case NUMBERS ->
          part.encoder.encodeRows(values, rows, to.numbers(), part.at, layout.numbers());
      case CATEGORY -> {
        CategoryEncoder category = (CategoryEncoder) part.encoder;
        for (int row = 0; row < rows; row++) {
          int slot = category.slot(values, row);
          to.categories()[row * layout.categories() + part.at] =
              slot == CategoryEncoder.NO_SLOT ? slot : part.inputAt + slot;
        }
      }
      case TEXT -> {
        TextEncoder.Reader reader = ((TextEncoder) part.encoder).reader();
        SparseRows texts = Objects.requireNonNull(to.texts());
        for (int row = 0; row < rows; row++) {
          reader.add((TextsColumn) values, row, texts, part.inputAt);
          texts.endRow();
        }
      }
      case IMAGE -> {} // scaled when it is copied
    }
  }

  /**
   * Gives each row the value of one feature that another row has. Inputs of several features
   * together stay as they are.
   *
   * @param fromRow for each row the number of the row whose value it gets
   * @param to other rows than {@code from}, as many, whose images become those of {@code from}
   */
  public void copyFeature(int feature, EncodedRows from, long[] fromRow, EncodedRows to) {
    Part part = parts.get(feature);
    if (part.kind == Kind.IMAGE) {
      int[] rows = Arrays.stream(fromRow).mapToInt(Math::toIntExact).toArray();
      to.setImages(Objects.requireNonNull(from.images()).withMoved(feature, rows));
      return;
    }
    if (part.kind == Kind.TEXT) {
      copyTexts(part.at, Objects.requireNonNull(from.texts()), fromRow, to);
      return;
    }
    boolean isCategory = part.kind == Kind.CATEGORY;
    int stride = isCategory ? layout.categories() : layout.numbers();
    Object source = isCategory ? from.categories() : from.numbers();
    Object target = isCategory ? to.categories() : to.numbers();
    int count = isCategory ? 1 : part.encoder.width();
    for (int row = 0; row < fromRow.length; row++) {
      int other = (int) fromRow[row];
      System.arraycopy(source, other * stride + part.at, target, row * stride + part.at, count);
    }
  }

  private void copyTexts(int part, SparseRows from, long[] fromRow, EncodedRows to) {
    SparseRows texts = new SparseRows(encoder.inputWidth());
    for (int other = 0; other < layout.texts(); other++) {
      for (int row = 0; row < fromRow.length; row++) {
        int moved = other == part ? (int) fromRow[row] : row;
        SparseRows source = other == part ? from : Objects.requireNonNull(to.texts());
        texts.addRow(source, other * fromRow.length + moved);
      }
    }
    to.setTexts(texts);
  }

  /** Copies the input of a row, as {@link RowEncoder#encodeInputs} gives it. */
  public void copyInputs(EncodedRows rows, int row, float[] inputs, int at) {
    if (layout.categories() > 0 || hasTexts()) {
      Arrays.fill(inputs, at, at + encoder.inputWidth(), 0);
    }
    for (Run run : runs) {
      switch (run.kind) {
        case NUMBERS -> {
          int from = row * layout.numbers() + run.from;
          System.arraycopy(rows.numbers(), from, inputs, at + run.inputAt, run.count);
        }
        case CATEGORY -> {
          int from = row * layout.categories() + run.from;
          for (int i = from; i < from + run.count; i++) {
            if (rows.categories()[i] != CategoryEncoder.NO_SLOT) {
              inputs[at + rows.categories()[i]] = 1;
            }
          }
        }
        case TEXT -> {
          SparseRows texts = Objects.requireNonNull(rows.texts());
          int text = run.from * rows.rows() + row;
          for (int i = texts.starts()[text]; i < texts.starts()[text + 1]; i++) {
            inputs[at + texts.columns()[i]] = texts.values()[i];
          }
        }
        case IMAGE ->
            encoder
                .feature(run.column)
                .encode(rows.images().column(run.column), row, inputs, at + run.inputAt);
      }
    }
  }

  /** Adds those of some categories that have a slot. */
  private static void addOnes(int[] categories, int from, int count, SparseRows to) {
    for (int i = from; i < from + count; i++) {
      if (categories[i] != CategoryEncoder.NO_SLOT) {
        to.add(categories[i], 1);
      }
    }
  }

  /** Adds the nonzero numbers of {@link #copyInputs} to a sparse row, which the caller ends. */
  public void copySparse(EncodedRows rows, int row, SparseRows to) {
    for (Run run : runs) {
      switch (run.kind) {
        case NUMBERS -> {
          int from = row * layout.numbers() + run.from;
          to.addNonZero(run.inputAt, rows.numbers(), from, run.count);
        }
        case CATEGORY -> {
          int from = row * layout.categories() + run.from;
          if (run.isWhole) {
            to.addOnes(rows.categories(), from, run.count);
          } else {
            addOnes(rows.categories(), from, run.count, to);
          }
        }
        case TEXT ->
            to.addValues(Objects.requireNonNull(rows.texts()), run.from * rows.rows() + row);
        case IMAGE ->
            encoder
                .feature(run.column)
                .encodeSparse(rows.images().column(run.column), row, to, run.inputAt);
      }
    }
  }
}
