package io.beamgrad.pipeline;

import io.beamgrad.failure.WrongInputException;
import io.beamgrad.schema.Column;
import io.beamgrad.spec.JobSpec;
import io.beamgrad.transforms.PackRows;
import io.beamgrad.transforms.Windows;
import java.util.List;
import java.util.Optional;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.Row;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Trains a model on the rows of each window, from any source of Beam; gives the outputs of {@link
 * Train}, or of what it is from. The spec names the columns, the schema of the rows has their
 * types. The order of rows and their bundles make no difference: a row's identity is a hash of its
 * values, so the order of training is another than that of the same rows in files.
 *
 * <p>In the global window the rows have an end, and give one model; in windows such as {@code
 * FixedWindows}, of a stream or not, those of each window give one when it ends. A window without
 * rows gives nothing; rows that come after the end of their window are dropped by the runner, and
 * are not read. What is of files in the spec ({@code data.dir}, {@code train}, {@code format},
 * {@code csv}) is not looked at.
 */
public final class TrainRows extends PTransform<PCollection<Row>, PCollectionTuple> {
  private static final long EXPECTED_BYTES = 256 << 20;

  private final Spec spec;
  private final @Nullable String workFolder;
  private final long expectedBytes;
  private final Composite composite;

  private TrainRows(
      Spec spec, @Nullable String workFolder, long expectedBytes, Composite composite) {
    this.spec = spec;
    this.workFolder = workFolder;
    this.expectedBytes = expectedBytes;
    this.composite = composite;
  }

  static TrainRows of(Spec spec, Composite composite) {
    return new TrainRows(spec, null, EXPECTED_BYTES, composite);
  }

  /**
   * The same with a folder for blocks and checkpoints, on a disk that all workers see or an object
   * store. A pipeline that is started again with it goes on after the last finished epoch. At one
   * time one training of a name uses it.
   */
  public TrainRows withWorkFolder(String path) {
    return new TrainRows(spec, path, expectedBytes, composite);
  }

  /**
   * The same for about so many bytes of rows in a window (256 MB where not said). It decides how
   * the shuffle is cut, so that a worker sorts some 16 MB at a time, and does not show in the
   * result.
   */
  public TrainRows withExpectedBytes(long bytes) {
    return new TrainRows(spec, workFolder, bytes, composite);
  }

  /**
   * {@inheritDoc}
   *
   * @throws WrongInputException where the spec is wrong or does not fit the rows; one line
   * @throws IllegalArgumentException where rows have no schema, or windows are not such that each
   *     is whole once
   */
  @Override
  public PCollectionTuple expand(PCollection<Row> rows) {
    requireRows(rows);
    JobSpec job = spec.ofRows();
    composite.require(spec, job);
    List<Column> columns = RowColumns.of(spec, job, rows.getSchema());
    TrainingSetup.requireFit(spec.source(), job, columns);
    String work = Train.workOf(workFolder, job.name());
    TrainingSetup setup = TrainingSetup.of(job, columns, expectedBytes, job.fingerprint(), work);
    if (composite == Composite.SWEEP) {
      setup =
          Sweep.setup(
              setup,
              spec,
              job,
              columns,
              work,
              trial -> RowColumns.of(spec, trial, rows.getSchema()));
    }
    PCollectionTuple trained =
        Train.train(setup, rows.apply("PackRows", PackRows.of(setup.shuffle())), Optional.empty());
    return Train.withWork(setup.hasFolds() ? Folds.withoutPredictions(trained) : trained, work);
  }

  private static void requireRows(PCollection<Row> rows) {
    if (!rows.hasSchema()) {
      throw new IllegalArgumentException("Train: expected rows with a schema (setRowSchema)");
    }
    if (Windows.isGlobal(rows) && rows.isBounded() == PCollection.IsBounded.UNBOUNDED) {
      throw new IllegalArgumentException(
          "Train: rows without an end, all in one window, would never be trained on; put them into"
              + " windows such as FixedWindows");
    }
    Windows.requireWhole("Train", rows.getWindowingStrategy());
  }
}
