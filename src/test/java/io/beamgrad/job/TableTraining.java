package io.beamgrad.job;

import io.beamgrad.data.rows.Rows;
import io.beamgrad.data.shuffle.BlockStore;
import io.beamgrad.data.shuffle.ChunkRows;
import io.beamgrad.data.shuffle.Ranking;
import io.beamgrad.data.shuffle.SortedBucket;
import io.beamgrad.data.split.SplitSettings;
import io.beamgrad.failure.UnusableDataException;
import io.beamgrad.learner.TrainingInputs;
import io.beamgrad.learner.TrainingRun;
import io.beamgrad.schema.BlockRef;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.Manifest;
import io.beamgrad.schema.ReadSummary;
import io.beamgrad.schema.Split;
import io.beamgrad.schema.TrainingInput;
import io.beamgrad.spec.JobSpec;
import io.beamgrad.spec.PlanFromSpec;
import io.beamgrad.spec.TableColumns;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Trains jobs on a small noisy table without a pipeline: two features, and targets that are numbers
 * or the classes a, b, ...; 200 rows to train and validate on and 60 to test on.
 */
record TableTraining(Path folder) {
  static final String CLASSES =
      """
      data: {format: csv, dir: d, train: rows.csv, test: test.csv, features: [p, q], target: kind}
      split: {validation: 0.25}
      model: [{linear: {out: 8}}, relu, {linear: {out: 3}}]
      loss: cross_entropy
      optimizer: {sgd: {lr: 0.3, momentum: 0.9}}
      batch: 16
      epochs: 6
      """;
  static final String NUMBERS =
      """
      data: {format: csv, dir: d, train: rows.csv, test: test.csv, features: [p, q], target: y}
      split: {validation: 0.25}
      model: [{linear: {out: 8}}, relu, {linear: {out: 1}}]
      loss: mse
      optimizer: {sgd: {lr: 0.03, momentum: 0.9}}
      batch: 16
      epochs: 6
      """;

  JobSpec spec(String yaml, String... overrides) throws IOException {
    return JobSpec.load(Files.writeString(folder.resolve("table.yaml"), yaml), List.of(overrides));
  }

  /** What training gives; {@code work} is the folder of its checkpoints. */
  TrainingRun.Result train(JobSpec spec, String work)
      throws InterruptedException, UnusableDataException {
    return train(spec, work, spec.epochs());
  }

  /** The same up to an epoch. */
  TrainingRun.Result train(JobSpec spec, String work, int lastEpoch)
      throws InterruptedException, UnusableDataException {
    List<Column> columns = TableColumns.of(spec, List.of());
    int classes = PlanFromSpec.classes(spec);
    List<BlockRef> blocks = new ArrayList<>(blocks(Split.TRAIN, columns, classes, 200));
    blocks.addAll(blocks(Split.TEST, columns, classes, 60));
    List<String> labels = new ArrayList<>();
    for (int label = 0; label < classes; label++) {
      labels.add(label(label));
    }
    Manifest manifest =
        new Ranking(
                new SplitSettings(
                    "f", columns, PlanFromSpec.splitRule(spec), BigDecimal.ZERO, classes))
            .rank(
                blocks,
                List.of(
                    new ReadSummary(
                        "TRAIN",
                        Split.TRAIN,
                        0L,
                        200L,
                        0L,
                        labels,
                        null,
                        List.of(),
                        null,
                        0L,
                        null),
                    new ReadSummary(
                        "TEST",
                        Split.TEST,
                        0L,
                        60L,
                        0L,
                        List.of(),
                        null,
                        List.of(),
                        null,
                        0L,
                        null)));
    List<TrainingInput> inputs = new ArrayList<>();
    inputs.add(
        new TrainingInput(PlanFromSpec.plan(spec, columns, folder.resolve(work).toString())));
    inputs.add(new TrainingInput(manifest.getLearned()));
    manifest.getBlocks().forEach(block -> inputs.add(new TrainingInput(block)));
    return new TrainingRun(TrainingInputs.of(spec.name(), inputs), lastEpoch).run();
  }

  String sha256(JobSpec spec, String work) throws InterruptedException, UnusableDataException {
    TrainingRun.Result result = train(spec, work);
    String sha256 = result.outcome().getWeightsSha256();
    if (sha256 == null) {
      throw new AssertionError(result.outcome().getMessage());
    }
    return sha256;
  }

  private List<BlockRef> blocks(Split split, List<Column> columns, int classes, int rows) {
    Random random = new Random(split == Split.TEST ? 2 : 1);
    ChunkRows chunk = new ChunkRows(columns, rows);
    for (int i = 0; i < rows; i++) {
      float p = (float) random.nextGaussian();
      float q = (float) random.nextGaussian();
      double y = p - 0.5 * q + random.nextGaussian() / 2;
      Object target =
          classes == 0
              ? new float[] {(float) y}
              : label((int) Math.max(0, Math.min(classes - 1, Math.floor(y + classes / 2.0))));
      chunk.add(split.name(), i, Rows.block(columns, new float[] {p}, new float[] {q}, target), 0);
    }
    return new BlockStore(folder.resolve("blocks").toString())
        .write(split, 0, columns, SortedBucket.of(List.of(chunk.build()), columns, 1, 32));
  }

  private static String label(int number) {
    return Character.toString('a' + number);
  }
}
