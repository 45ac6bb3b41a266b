package io.beamgrad.keyed;

import io.beamgrad.data.files.RecordFile;
import io.beamgrad.failure.UnusableDataException;
import io.beamgrad.learner.TrainingDetails;
import io.beamgrad.learner.TrainingInputs;
import io.beamgrad.metrics.MetricRecords;
import io.beamgrad.model.KeyedModels;
import io.beamgrad.model.ModelFile;
import io.beamgrad.model.Networks;
import io.beamgrad.nn.Module;
import io.beamgrad.schema.BaselineScore;
import io.beamgrad.schema.Confusion;
import io.beamgrad.schema.Details;
import io.beamgrad.schema.KeyBucket;
import io.beamgrad.schema.KeyEnd;
import io.beamgrad.schema.KeyModel;
import io.beamgrad.schema.KeyResult;
import io.beamgrad.schema.LearnedColumns;
import io.beamgrad.schema.Manifest;
import io.beamgrad.schema.MetricRow;
import io.beamgrad.schema.Metrics;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.schema.ModelRef;
import io.beamgrad.schema.Outcome;
import io.beamgrad.schema.OutcomeStatus;
import io.beamgrad.schema.Provenance;
import io.beamgrad.schema.Split;
import io.beamgrad.schema.TrainingPlan;
import io.beamgrad.train.Evaluation;
import io.beamgrad.train.ModelEvaluator;
import io.beamgrad.train.SequentialSampler;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The end of a training by key: the models of all buckets become one model file, whose predictions
 * are measured and shown as those of any model. Done again it gives the same.
 */
public final class KeyedTraining {

  /**
   * The training of the pooled model, which succeeded.
   *
   * @param details what a report would show of it
   */
  public record Pooled(ModelRef model, Metrics metrics, Details details, Outcome outcome) {}

  /**
   * What came of it; without a model, details and keys where it failed.
   *
   * @param keys the file of the results of all keys
   */
  public record Result(
      Optional<ModelRef> model,
      Metrics metrics,
      Optional<Details> details,
      Outcome outcome,
      Optional<String> keys) {}

  private final TrainingPlan plan;
  private final Manifest manifest;
  private final Pooled pooled;
  private final List<KeyBucket> buckets;
  private final KeyTally tally = new KeyTally();
  private final KeySummary summary;

  /**
   * @param manifest all rows
   * @param buckets all of them, in any order
   */
  public KeyedTraining(
      TrainingPlan plan, Manifest manifest, Pooled pooled, List<KeyBucket> buckets) {
    this.plan = plan;
    this.manifest = manifest;
    this.pooled = pooled;
    this.buckets = buckets.stream().sorted(Comparator.comparingInt(KeyBucket::getBucket)).toList();
    this.summary =
        new KeySummary(manifest.getLearned().getTestRows() > 0 ? Split.TEST : Split.VALIDATION);
  }

  /** Puts the models together, and measures what they predict. */
  public Result finish() throws InterruptedException {
    for (KeyBucket bucket : buckets) {
      if (bucket.getProblem() != null) {
        return failed(bucket.getStatus(), bucket.getProblem());
      }
    }
    return KeyFaults.attempt(this::all, this::failed);
  }

  private Result failed(OutcomeStatus status, String message) {
    Outcome.Builder outcome = counted(pooled.outcome);
    return new Result(
        Optional.empty(),
        pooled.metrics,
        Optional.empty(),
        outcome
            .setStatus(status)
            .setMessage(message)
            .setWeightsSha256(null)
            .setEpochs(0)
            .setKeptEpoch(null)
            .setConfusion(null)
            .setRemarks(List.of())
            .build(),
        Optional.empty());
  }

  /** An outcome with the counts of all rows. */
  private Outcome.Builder counted(Outcome outcome) {
    LearnedColumns rows = manifest.getLearned();
    return Outcome.newBuilder(outcome)
        .setRead(rows.getReadRecords())
        .setRejected(rows.getRejectedRecords())
        .setHeldOut(rows.getHeldOutRecords())
        .setTrained(rows.getTrainRows())
        .setValidated(rows.getValidationRows())
        .setTested(rows.getTestRows());
  }

  private Result all() throws InterruptedException, UnusableDataException {
    String results = "%s/keys.avro".formatted(plan.getWorkFolder());
    ModelRecord model = model(results);
    LearnedColumns rows = manifest.getLearned();
    Optional<String> gap =
        tally.gap(rows.getTrainRows(), rows.getValidationRows(), rows.getTestRows());
    if (gap.isPresent()) {
      throw new UnusableDataException(OutcomeStatus.FAILED, gap.get());
    }
    String path =
        "%s/models/keys-%s.avro".formatted(plan.getWorkFolder(), model.getWeightsSha256());
    ModelFile.write(path, model);
    return measured(path, model, results);
  }

  /** The model of all keys; their results go into a file, a bucket at a time. */
  private ModelRecord model(String results) throws UnusableDataException {
    ModelRecord before = ModelFile.read(pooled.model.getPath());
    List<String> parts = new ArrayList<>();
    ModelRecord model =
        KeyedModels.withKeys(
            ModelRecord.newBuilder(before)
                .setProvenance(
                    Provenance.newBuilder(before.getProvenance())
                        .setTrainRows(manifest.getLearned().getTrainRows())
                        .build())
                .build(),
            () -> keys(parts));
    RecordFile.of(KeyResult.class).concatenate(results, parts);
    return model;
  }

  private Iterator<KeyModel> keys(List<String> parts) {
    return buckets.stream().flatMap(bucket -> keys(bucket, parts).stream()).iterator();
  }

  private List<KeyModel> keys(KeyBucket bucket, List<String> parts) {
    List<KeyModel> keys = RecordFile.of(KeyModel.class).read(bucket.getPath());
    List<KeyResult> found = keys.stream().map(KeyModel::getResult).toList();
    found.forEach(tally::add);
    found.forEach(summary::add);
    String part =
        String.format(
            Locale.ROOT,
            "%s/results-%06d.avro",
            BucketTraining.folder(plan.getWorkFolder()),
            bucket.getBucket());
    RecordFile.of(KeyResult.class).writeUnforced(part, found);
    parts.add(part);
    return keys;
  }

  private Result measured(String path, ModelRecord model, String results)
      throws InterruptedException {
    Module network = ModelFile.network(path, model);
    TrainingDetails details = details(model, network);
    long start = System.nanoTime();
    Evaluation found =
        new ModelEvaluator(network, Networks.loss(plan.getLoss()))
            .of(
                details.rows(),
                new SequentialSampler(details.looked()),
                Runtime.getRuntime().availableProcessors() > 1,
                details.withBaseline(model.getBaseline(), details.listener()));
    long nanos = System.nanoTime() - start;
    Details report =
        Details.newBuilder(details.make())
            .setLearningRates(pooled.details.getLearningRates())
            .setEach(summary.details(plan.getEach().getColumn()))
            .build();
    Confusion confusion =
        details.split() == Split.TRAIN
            ? null
            : MetricRecords.confusion(details.split(), model.getLabels(), found);
    Metrics metrics = metrics(found, nanos, details.baselineScore());
    KeysProgress.finished(plan.getWorkFolder(), metrics.getRows());
    return new Result(
        Optional.of(new ModelRef(plan.getModel(), path, model.getWeightsSha256())),
        metrics,
        Optional.of(report),
        outcome(model, confusion),
        Optional.of(results));
  }

  private TrainingDetails details(ModelRecord model, Module network) {
    TrainingInputs inputs = new TrainingInputs(plan, labelled(model), null, manifest.getBlocks());
    return new TrainingDetails(
        inputs,
        inputs.dataset(Split.TRAIN, model.getEncodings()),
        inputs.dataset(Split.VALIDATION, model.getEncodings()),
        inputs.dataset(Split.TEST, model.getEncodings()),
        network);
  }

  private LearnedColumns labelled(ModelRecord model) {
    return LearnedColumns.newBuilder(manifest.getLearned()).setLabels(model.getLabels()).build();
  }

  /**
   * Those of the pooled model, but for the test rows, which the models of the keys predict. What a
   * baseline has is told of these alone: the pooled model may have been measured on some rows only.
   */
  private Metrics metrics(Evaluation found, long nanos, @Nullable BaselineScore baseline) {
    List<MetricRow> rows = new ArrayList<>();
    for (MetricRow row : pooled.metrics.getRows()) {
      if (row.getSplit() == Split.TEST) {
        MetricRow test =
            MetricRecords.of(plan.getModel(), row.getEpoch(), Split.TEST, found, nanos);
        rows.add(MetricRow.newBuilder(test).setBaseline(baseline).build());
      } else {
        rows.add(MetricRow.newBuilder(row).setBaseline(null).build());
      }
    }
    return new Metrics(plan.getModel(), rows);
  }

  private Outcome outcome(ModelRecord model, Confusion confusion) {
    List<String> remarks = new ArrayList<>(pooled.outcome.getRemarks());
    if (tally.count(KeyEnd.DIVERGED) > 0) {
      remarks.add(
          String.format(
              Locale.ROOT,
              "the trainings of %,d keys diverged, which take the pooled model; a smaller"
                  + " optimizer.lr or a larger each.toPooled may help",
              tally.count(KeyEnd.DIVERGED)));
    }
    return counted(pooled.outcome)
        .setWeightsSha256(model.getWeightsSha256())
        .setConfusion(confusion)
        .setRemarks(remarks)
        .setEach(tally.outcome(plan.getEach().getColumn(), pooled.outcome))
        .build();
  }
}
