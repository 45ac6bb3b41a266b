package io.beamgrad.evaluation;

import io.beamgrad.data.rows.ReadListener;
import io.beamgrad.data.sources.SourceFiles;
import io.beamgrad.data.split.SplitRule;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.schema.FileRange;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.schema.Split;
import io.beamgrad.tensor.Tensor;
import io.beamgrad.train.TensorDataset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** Makes tensors of the rows that a model was trained, validated or tested on. */
public final class SplitTensors {
  private static final long MOST_VALUES = Integer.MAX_VALUE - 8; // the longest array

  private SplitTensors() {}

  /**
   * All rows of a split in order of rank, as they are encoded for the model: inputs {@code [rows,
   * ...]}, targets {@code [rows]} for classes (-1 for one that the model does not know) and {@code
   * [rows, targets]} for numbers. Files are read once; records that cannot be used are left out, as
   * in the training.
   *
   * @param path names the model in messages
   * @param seed of the split
   * @throws BrokenFileException where a file is damaged, or the files have other columns than the
   *     model
   * @throws WrongInputException where the split has no rows, or too many for one tensor
   */
  public static TensorDataset of(
      String path, ModelRecord model, SourceFiles files, Split split, SplitRule rule, long seed)
      throws InterruptedException {
    SplitRows rows = new SplitRows(model, split, rule, seed, reject -> {}, ReadListener.NONE);
    int width = rows.encoder().inputWidth();
    List<float[]> inputs = new ArrayList<>(); // one entry a row
    for (FileRange range : rows.ranges(path, files)) {
      rows.read(
          range,
          (record, row) -> {
            float[] input = new float[width];
            rows.encoder().encodeInputs(row, 0, input, 0);
            inputs.add(input);
          });
    }
    Integer[] ranked = rows.ranked();
    if (ranked.length == 0 || (long) ranked.length * width > MOST_VALUES) {
      throw new WrongInputException(
          String.format(
              Locale.ROOT,
              "%s: %,d %s rows of %,d numbers %s",
              path,
              ranked.length,
              split.name().toLowerCase(Locale.ROOT),
              width,
              ranked.length == 0 ? "are no tensor" : "do not fit into one tensor"));
    }
    int targetWidth = rows.encoder().targetWidth();
    float[] input = new float[ranked.length * width];
    float[] target = new float[ranked.length * targetWidth];
    float[] weight = new float[rows.encoder().isWeighted() ? ranked.length : 0];
    for (int i = 0; i < ranked.length; i++) {
      System.arraycopy(inputs.set(ranked[i], null), 0, input, i * width, width);
      System.arraycopy(rows.targets(ranked[i]), 0, target, i * targetWidth, targetWidth);
      if (weight.length > 0) {
        weight[i] = rows.weight(ranked[i]);
      }
    }
    int[] shape =
        IntStream.concat(IntStream.of(ranked.length), Arrays.stream(rows.encoder().inputShape()))
            .toArray();
    return new TensorDataset(
        Tensor.wrap(input, shape),
        model.getLabels().isEmpty()
            ? Tensor.wrap(target, ranked.length, targetWidth)
            : Tensor.wrap(target, ranked.length),
        weight.length == 0 ? null : Tensor.wrap(weight, ranked.length));
  }
}
