package io.beamgrad.keyed;

import io.beamgrad.data.encoding.Encoding;
import io.beamgrad.data.encoding.RowEncoder;
import io.beamgrad.data.files.CanonicalText;
import io.beamgrad.data.files.RecordFile;
import io.beamgrad.data.files.Sha256;
import io.beamgrad.data.files.Storage;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.shuffle.BlockCache;
import io.beamgrad.data.shuffle.KeyReader;
import io.beamgrad.data.shuffle.KeyRows;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.failure.UnusableDataException;
import io.beamgrad.learner.BlockDataset;
import io.beamgrad.model.ModelFile;
import io.beamgrad.schema.BlockRef;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.KeyBucket;
import io.beamgrad.schema.KeyEnd;
import io.beamgrad.schema.KeyModel;
import io.beamgrad.schema.KeyResult;
import io.beamgrad.schema.KeyScore;
import io.beamgrad.schema.KeyTask;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.schema.Split;
import io.beamgrad.schema.TrainingPlan;
import io.beamgrad.train.Dataset;
import io.beamgrad.train.Evaluation;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Trains the keys of one bucket, in the order of their hashes, and writes a file of their models,
 * which appears whole or not at all: a second attempt finds it and does nothing. The file depends
 * on the rows of the keys, the plan and the pooled weights alone.
 */
public final class BucketTraining {
  /** A key of more bytes of encoded rows is read from its blocks in each epoch. */
  private static final long MOST_BYTES = 32L << 20;

  /** How the names of the files of buckets begin. */
  static final String FILE = "bucket-";

  private final KeyTask task;
  private final TrainingPlan plan;
  private final Encoding encoding;
  private final RowEncoder rows;
  private final Map<Split, KeyDataset> datasets = new EnumMap<>(Split.class);
  private final KeyTrainer trainer;

  private BucketTraining(KeyTask task, ModelRecord pooled) {
    this.task = task;
    this.plan = task.getPlan();
    this.encoding = ModelFile.encoding(pooled);
    this.rows = new RowEncoder(encoding);
    boolean isClass = !pooled.getLabels().isEmpty();
    for (Split split : Split.values()) {
      datasets.put(split, new KeyDataset(rows, isClass));
    }
    this.trainer = LinearKeyTrainer.of(plan, pooled, rows);
  }

  /** Trains a bucket, or finds what an earlier attempt has left, or says why it cannot be. */
  public static KeyBucket run(KeyTask task) throws InterruptedException {
    KeyBucket found =
        KeyFaults.attempt(
            () -> trained(task),
            (status, problem) -> new KeyBucket(task.getBucket(), "", 0, problem, status));
    KeysProgress.tell(task);
    return found;
  }

  private static KeyBucket trained(KeyTask task)
      throws InterruptedException, UnusableDataException {
    String path = path(task);
    if (Storage.exists(path)) {
      try {
        return new KeyBucket(
            task.getBucket(), path, RecordFile.of(KeyModel.class).read(path).size(), null, null);
      } catch (BrokenFileException e) {
        // A disk has lost a part of it: it is made again.
      }
    }
    List<KeyModel> models =
        new BucketTraining(task, ModelFile.read(task.getPooled().getPath())).train();
    RecordFile.of(KeyModel.class).write(path, models);
    return new KeyBucket(task.getBucket(), path, models.size(), null, null);
  }

  /** The folder of the files of buckets in a work folder. */
  public static String folder(String workFolder) {
    return workFolder + "/keys";
  }

  private static String path(KeyTask task) {
    StringBuilder text =
        new StringBuilder(
            CanonicalText.of(task.getPlan(), Set.of("workFolder", "cacheBytes", "csv")));
    text.append(' ').append(task.getPooled().getWeightsSha256());
    for (BlockRef block : task.getBlocks()) {
      text.append(String.format(Locale.ROOT, " %s %x", block.getSplit(), block.getContentHash()));
    }
    return String.format(
        Locale.ROOT,
        "%s/%s%06d-%s.avro",
        folder(task.getPlan().getWorkFolder()),
        FILE,
        task.getBucket(),
        Sha256.hex(text.toString()).substring(0, 16));
  }

  private List<KeyModel> train() throws InterruptedException, UnusableDataException {
    List<@Nullable KeyModel> models = new ArrayList<>(); // null as long as its key waits
    WaitingKeys waiting = new WaitingKeys(trainer);
    KeyReader keys = new KeyReader(task.getBlocks(), encoding, keyColumn(), MOST_BYTES);
    while (keys.next()) {
      if (Thread.interrupted()) {
        throw new InterruptedException("training of keys was interrupted");
      }
      KeySplits key = splits(keys);
      KeyResult.Builder result = result(keys.key(), key);
      long hash = keys.hash();
      if (isTried(key)) {
        int place = models.size();
        models.add(null);
        waiting.add(key, trained -> models.set(place, model(hash, result, key, trained)));
      } else {
        models.add(untried(hash, result, key));
      }
    }
    waiting.trainAll();
    return models;
  }

  private int keyColumn() {
    List<Column> features = Columns.features(plan.getColumns());
    return features.size() - 1;
  }

  private KeySplits splits(KeyReader key) throws InterruptedException {
    Dataset validation = dataset(key, Split.VALIDATION);
    Dataset test = dataset(key, Split.TEST);
    return new KeySplits(
        dataset(key, Split.TRAIN), validation, test, pooled(validation), pooled(test));
  }

  private static KeyResult.Builder result(String name, KeySplits key) {
    return KeyResult.newBuilder()
        .setKey(name)
        .setTrained(key.training().size())
        .setValidated(key.validation().size())
        .setTested(key.test().size());
  }

  private boolean isTried(KeySplits key) {
    long rows = key.training().size() + key.validation().size();
    return key.training().size() > 0 && rows >= plan.getEach().getMinRows();
  }

  private static KeyModel untried(long hash, KeyResult.Builder result, KeySplits key) {
    return new KeyModel(
        hash,
        result
            .setEnded(KeyEnd.FEW_ROWS)
            .setEpochs(0)
            .setKeptEpoch(0)
            .setValidation(score(key.pooledValidation(), key.pooledValidation()))
            .setTest(score(key.pooledTest(), key.pooledTest()))
            .build(),
        null);
  }

  private static KeyModel model(
      long hash, KeyResult.Builder result, KeySplits key, KeyTrainer.Trained trained) {
    Evaluation validation =
        trained.validation() == null ? key.pooledValidation() : trained.validation();
    Evaluation test = trained.test() == null ? key.pooledTest() : trained.test();
    return new KeyModel(
        hash,
        result
            .setEnded(trained.ended())
            .setEpochs(trained.epochs())
            .setKeptEpoch(trained.keptEpoch())
            .setValidation(score(validation, key.pooledValidation()))
            .setTest(score(test, key.pooledTest()))
            .build(),
        trained.weights());
  }

  private Dataset dataset(KeyReader key, Split split) {
    KeyRows ofKey = key.rows(split);
    return key.isTooLarge()
        ? new BlockDataset(ofKey.blocks(), encoding, BlockCache.shared(plan.getCacheBytes()))
        : datasets.get(split).of(ofKey);
  }

  /** What the pooled model gives; null where there are no rows that count. */
  private @Nullable Evaluation pooled(Dataset of) throws InterruptedException {
    if (of.size() == 0) {
      return null;
    }
    Evaluation found = trainer.measurePooled(of);
    return found.weightSum() > 0 ? found : null;
  }

  private static @Nullable KeyScore score(@Nullable Evaluation own, @Nullable Evaluation pooled) {
    return own == null || pooled == null
        ? null
        : new KeyScore(
            pooled.weightSum(),
            pooled.rowWeight() == null ? pooled.examples() : pooled.rowWeight(),
            own.meanLossPerExample(),
            pooled.meanLossPerExample(),
            own.accuracy(),
            pooled.accuracy());
  }
}
