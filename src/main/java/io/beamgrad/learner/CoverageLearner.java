package io.beamgrad.learner;

import io.beamgrad.data.encoding.InputCounts;
import io.beamgrad.data.encoding.InputObserver;
import io.beamgrad.data.encoding.RowEncoder;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.rows.RawColumn;
import io.beamgrad.schema.CategoryEncoding;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.InputCount;
import io.beamgrad.schema.InputCoverage;
import io.beamgrad.schema.ValueKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Learns what a training has seen of its columns: the exact range of the numbers of the training
 * rows, and how many values of the validation rows are no known category or outside that range. The
 * order of rows does not matter.
 */
final class CoverageLearner {
  private final BlockDataset training;
  private final BlockDataset validation;
  private final List<Column> features;

  CoverageLearner(BlockDataset training, BlockDataset validation) {
    this.training = training;
    this.validation = validation;
    this.features = Columns.features(training.encoding().columns());
  }

  /** The range of the numbers that were added. */
  private static final class Range {
    private double least = Double.POSITIVE_INFINITY;
    private double largest = Double.NEGATIVE_INFINITY;

    /** Adds the numbers of some rows; a missing one is NaN, which compares as neither. */
    void add(RawColumn values, int fromRow, int toRow) {
      for (int i = fromRow * values.width(); i < toRow * values.width(); i++) {
        add(values.number(i));
      }
    }

    void add(double value) {
      if (value < least) {
        least = value + 0.0; // never -0, as it depends on the order which zero comes first
      }
      if (value > largest) {
        largest = value + 0.0;
      }
    }

    InputCoverage of(String column) {
      boolean isEmpty = least > largest;
      return new InputCoverage(column, isEmpty ? null : least, isEmpty ? null : largest, 0L, 0L);
    }
  }

  /**
   * The coverage of each column of numbers, and of each column of categories that are not hashed.
   *
   * @param before of the model that a warm start goes on from, whose ranges are widened
   */
  List<InputCoverage> of(List<InputCoverage> before) throws InterruptedException {
    Range[] ranges = ranges();
    for (InputCoverage earlier : before) {
      for (int f = 0; f < ranges.length; f++) {
        if (ranges[f] != null
            && earlier.getLeast() != null
            && earlier.getLargest() != null
            && earlier.getColumn().equals(features.get(f).getName())) {
          ranges[f].add(earlier.getLeast());
          ranges[f].add(earlier.getLargest());
        }
      }
    }
    List<InputCoverage> coverage = new ArrayList<>();
    for (int f = 0; f < ranges.length; f++) {
      String column = features.get(f).getName();
      if (ranges[f] != null) {
        coverage.add(ranges[f].of(column));
      } else if (training.encoding().encodings().get(f) instanceof CategoryEncoding category
          && category.getHashSlots() == 0) {
        coverage.add(new InputCoverage(column, null, null, 0L, 0L));
      }
    }
    return coverage.isEmpty() ? coverage : withValidation(coverage);
  }

  /** By feature; null where it is not of numbers. Images are not looked at. */
  private Range[] ranges() throws InterruptedException {
    Range[] ranges = new Range[features.size()];
    boolean isAny = false;
    for (int f = 0; f < ranges.length; f++) {
      Column feature = features.get(f);
      if (feature.getKind() == ValueKind.NUMBER && feature.getType() == ColumnType.FLOATS) {
        ranges[f] = new Range();
        isAny = true;
      }
    }
    if (isAny) {
      training.scan(
          training.size(),
          (block, from, to) -> {
            for (int f = 0; f < ranges.length; f++) {
              if (ranges[f] != null) {
                ranges[f].add(block.column(f), from, to);
              }
            }
          });
    }
    return ranges;
  }

  private List<InputCoverage> withValidation(List<InputCoverage> coverage)
      throws InterruptedException {
    InputObserver observer = new RowEncoder(validation.encoding()).observer(coverage, false);
    InputCounts counts = new InputCounts(observer.columns());
    validation.scan(
        validation.size(),
        (block, from, to) -> {
          for (int row = from; row < to; row++) {
            counts.add(observer.observe(block, row));
          }
        });
    Map<String, InputCount> counted =
        counts.records().stream().collect(Collectors.toMap(InputCount::getColumn, one -> one));
    return coverage.stream().map(one -> with(one, counted.get(one.getColumn()))).toList();
  }

  private static InputCoverage with(InputCoverage coverage, InputCount counted) {
    return counted == null
        ? coverage
        : InputCoverage.newBuilder(coverage)
            .setValidationValues(counted.getValues())
            .setValidationOutside(counted.getOutside())
            .build();
  }
}
