package io.beamgrad.learner;

import io.beamgrad.data.encoding.BlockEncoder;
import io.beamgrad.data.encoding.EncodedRows;
import io.beamgrad.data.encoding.InputCounts;
import io.beamgrad.data.encoding.InputObserver;
import io.beamgrad.data.encoding.NumberRange;
import io.beamgrad.data.encoding.RowEncoder;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.schema.CategoryEncoding;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.InputCount;
import io.beamgrad.schema.InputCoverage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ObjIntConsumer;
import java.util.stream.Collectors;
import org.checkerframework.checker.nullness.qual.Nullable;

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

  /**
   * The coverage of each column of numbers, and of each column of categories that are not hashed.
   *
   * @param before of the model that a warm start goes on from, whose ranges are widened
   * @param shown is given the training rows, in their order
   */
  List<InputCoverage> of(List<InputCoverage> before, ObjIntConsumer<EncodedRows> shown)
      throws InterruptedException {
    NumberRange[] ranges = ranges(shown);
    for (InputCoverage earlier : before) {
      for (int f = 0; f < ranges.length; f++) {
        if (ranges[f] != null
            && earlier.getLeast() != null
            && earlier.getLargest() != null
            && earlier.getColumn().equals(features.get(f).getName())) {
          ranges[f] = ranges[f].and(new NumberRange(earlier.getLeast(), earlier.getLargest()));
        }
      }
    }
    List<InputCoverage> coverage = new ArrayList<>();
    for (int f = 0; f < ranges.length; f++) {
      String column = features.get(f).getName();
      if (ranges[f] != null) {
        boolean isEmpty = ranges[f].isEmpty();
        coverage.add(
            new InputCoverage(
                column,
                isEmpty ? null : ranges[f].least(),
                isEmpty ? null : ranges[f].largest(),
                0L,
                0L));
      } else if (training.encoding().encodings().get(f) instanceof CategoryEncoding category
          && category.getHashSlots() == 0) {
        coverage.add(new InputCoverage(column, null, null, 0L, 0L));
      }
    }
    return coverage.isEmpty() ? coverage : withValidation(coverage);
  }

  /** By feature; null where it is not of numbers. Images are not looked at. */
  private @Nullable NumberRange[] ranges(ObjIntConsumer<EncodedRows> shown)
      throws InterruptedException {
    NumberRange[] ranges = new NumberRange[features.size()];
    for (int f = 0; f < ranges.length; f++) {
      ranges[f] = BlockEncoder.hasRange(features.get(f)) ? NumberRange.EMPTY : null;
    }
    training.scanEncoded(
        training.size(),
        (rows, count) -> {
          for (int f = 0; f < ranges.length; f++) {
            ranges[f] = ranges[f] == null ? null : ranges[f].and(rows.ranges()[f]);
          }
          shown.accept(rows, count);
        });
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
