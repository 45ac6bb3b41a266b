package io.beamgrad.transforms;

import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.data.rows.ColumnLayout;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.rows.RawColumn;
import io.beamgrad.data.rows.TextsColumn;
import io.beamgrad.data.shuffle.ChunkRows;
import io.beamgrad.data.shuffle.Ranking;
import io.beamgrad.data.sources.RejectFiles;
import io.beamgrad.data.split.RowOrder;
import io.beamgrad.data.split.SplitSink;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.schema.ReadOutput;
import io.beamgrad.schema.ReadSummary;
import io.beamgrad.schema.Reject;
import io.beamgrad.schema.Split;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;
import org.apache.beam.sdk.values.KV;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Packs the rows of one file or bundle by split and bucket, in bounded memory. */
final class RowPacker implements SplitSink {
  private static final long CHUNK_BYTES = 1 << 20;
  private static final long ALL_CHUNKS_BYTES = 32 << 20;
  private static final int FEW_ROWS = 32;

  private static final int NO_PART = -1;

  private final String file;
  private final ShuffleSettings settings;
  private final RejectFiles rejects;
  private final LongConsumer progress;
  private final Consumer<KV<Integer, ReadOutput>> out;
  private final RowOrder order;
  private final long rowBytes;
  private final int keyColumn; // that rows are shuffled by, -1 for none
  private final int classColumn; // -1 where targets are numbers
  private final ChunkRows[] chunks; // by bucket's key, null where there is none
  private final int expectedRows; // of a chunk
  private final TextsColumn labels; // each text once; null unless the class is a text
  private long bytesHeld;
  private long accepted;
  private long heldOut;
  private String firstHeldOut;

  /**
   * @param file the identity of the file, or what stands for it
   * @param records how many there can be at most; negative where that is not known
   * @param progress is told how many records there have been
   * @param out takes chunks by the keys of buckets
   */
  RowPacker(
      String file,
      ShuffleSettings settings,
      long records,
      RejectFiles rejects,
      LongConsumer progress,
      Consumer<KV<Integer, ReadOutput>> out) {
    this.file = file;
    this.settings = settings;
    this.rejects = rejects;
    this.progress = progress;
    this.out = out;
    this.order = RowOrder.of(settings.seed(), file);
    this.rowBytes = ColumnLayout.bytesPerRow(settings.columns());
    this.chunks = new ChunkRows[Bucket.keys(settings.buckets())];
    this.expectedRows = expectedRows(records);
    this.keyColumn = settings.rule().eachColumn(settings.columns());
    this.classColumn = Columns.classColumn(settings.columns());
    this.labels =
        classColumn >= 0
                && RawColumn.of(settings.columns().get(classColumn)) instanceof TextsColumn texts
            ? texts
            : null;
  }

  /** Some more than a bucket's share of the rows that are held at once. */
  private int expectedRows(long records) {
    if (records < 0) {
      return FEW_ROWS; // nobody knows how many there are
    }
    long held = Math.min(Math.max(1, ALL_CHUNKS_BYTES / rowBytes), records);
    return (int) Math.min(held / settings.buckets() * 5 / 4 + 8, CHUNK_BYTES / rowBytes + 1);
  }

  @Override
  public void accept(Split split, long record, ColumnBlock row) {
    accept(split, NO_PART, record, row);
  }

  @Override
  public void accept(Split split, int part, long record, ColumnBlock row) {
    if (split == Split.TRAIN) {
      requireClass(record, row);
    }
    long hash = keyColumn < 0 ? order.hash(record) : row.column(keyColumn).hash(0, 0);
    int bucket = Bucket.key(settings.bucket(hash), split);
    ChunkRows chunk = chunks[bucket];
    if (chunk == null) {
      chunk = new ChunkRows(settings.columns(), expectedRows);
      chunks[bucket] = chunk;
    }
    int before = chunk.bytes();
    chunk.add(file, record, row, 0, part);
    bytesHeld += chunk.bytes() - before;
    accepted++;
    progress.accept(records());
    if (labels != null && split == Split.TRAIN && labels.entries() < Ranking.MOST_LABELS) {
      labels.reserve(1);
      labels.copy(0, row.column(classColumn), 0);
    }
    if (chunk.bytes() >= CHUNK_BYTES) {
      emit(bucket);
    } else if (bytesHeld >= ALL_CHUNKS_BYTES) {
      emit(largest());
    }
  }

  /** A label that the model has no output for cannot be trained on, and says the job is wrong. */
  private void requireClass(long record, ColumnBlock row) {
    if (settings.classes() > 0
        && classColumn >= 0
        && labels == null
        && row.column(classColumn).number(0) >= settings.classes()) {
      throw new BrokenFileException(
          "%s record %s: label %s, but the model tells %s classes apart (labels 0 to %s); linear: {out: classes} at the end would tell all"
              .formatted(
                  file,
                  record + 1,
                  row.column(classColumn).text(0),
                  settings.classes(),
                  settings.classes() - 1));
    }
  }

  @Override
  public void holdOut(String word) {
    if (firstHeldOut == null) {
      firstHeldOut = word;
    }
    countHeldOut();
  }

  @Override
  public void holdOut(long record, ColumnBlock row, long group) {
    countHeldOut();
  }

  private void countHeldOut() {
    heldOut++;
    progress.accept(records());
  }

  @Override
  public void reject(Reject reject) {
    rejects.add(reject);
  }

  private long records() {
    return accepted + heldOut + rejects.count();
  }

  private int largest() {
    int largest = -1;
    for (int bucket = 0; bucket < chunks.length; bucket++) {
      if (chunks[bucket] != null
          && (largest < 0 || chunks[bucket].bytes() > chunks[largest].bytes())) {
        largest = bucket;
      }
    }
    return largest;
  }

  private void emit(int bucket) {
    ChunkRows chunk = chunks[bucket];
    chunks[bucket] = null;
    bytesHeld -= chunk.bytes();
    out.accept(KV.of(bucket, new ReadOutput(chunk.build())));
  }

  /**
   * Gives out the rows that are held, and then what became of all records.
   *
   * @param split what the file is for
   * @param read how many records there were
   * @param broken why the file could not be read to its end; null where it could
   */
  void finish(Split split, long firstRecord, long read, @Nullable String broken) {
    for (int bucket = 0; bucket < chunks.length; bucket++) {
      if (chunks[bucket] != null) {
        emit(bucket);
      }
    }
    ReadSummary summary =
        ReadSummary.newBuilder()
            .setFile(file)
            .setSplit(split)
            .setFirstRecord(firstRecord)
            .setRead(read)
            .setRejected(rejects.count())
            .setLabels(sortedLabels())
            .setHeldOut(heldOut)
            .setFirstHeldOut(firstHeldOut)
            .setFirstReject(rejects.first())
            .setRejects(rejects.files())
            .setBroken(broken)
            .build();
    out.accept(KV.of(Bucket.SUMMARIES, new ReadOutput(summary)));
  }

  private List<String> sortedLabels() {
    return labels == null
        ? List.of()
        : IntStream.range(0, labels.entries()).mapToObj(labels::entryText).sorted().toList();
  }
}
