package io.beamgrad.transforms;

import io.beamgrad.data.BrokenFileException;
import io.beamgrad.data.ChunkBuilder;
import io.beamgrad.data.ColumnLayout;
import io.beamgrad.data.Columns;
import io.beamgrad.data.MissingDataException;
import io.beamgrad.data.ReadingProgress;
import io.beamgrad.data.Rejects;
import io.beamgrad.data.RowOrder;
import io.beamgrad.data.RowSink;
import io.beamgrad.data.SourceFiles;
import io.beamgrad.data.WeightCheck;
import io.beamgrad.schema.Chunk;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.FileRange;
import io.beamgrad.schema.ReadSummary;
import io.beamgrad.schema.Reject;
import io.beamgrad.schema.Split;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.extensions.avro.coders.AvroCoder;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Reads source files into chunks of rows keyed by the bucket of the shuffle that the rows' hashes
 * choose. Bounded or not, in any window; a range that is read twice gives the same rows. What a
 * record does wrong goes to {@link #REJECTS}, what a file does wrong into its {@link #SUMMARIES}
 * element: nothing that data can cause is thrown.
 */
public final class ReadExamples extends PTransform<PCollection<FileRange>, PCollectionTuple> {

  /** Rows by bucket; see {@link Bucket}. */
  public static final TupleTag<KV<Integer, Chunk>> CHUNKS = new TupleTag<>() {};

  /** One element for each record that could not be used. */
  public static final TupleTag<Reject> REJECTS = new TupleTag<>() {};

  /** One element for each file range. */
  public static final TupleTag<ReadSummary> SUMMARIES = new TupleTag<>() {};

  private final ShuffleSettings settings;

  private ReadExamples(ShuffleSettings settings) {
    this.settings = settings;
  }

  public static ReadExamples of(ShuffleSettings settings) {
    return new ReadExamples(settings);
  }

  @Override
  public PCollectionTuple expand(PCollection<FileRange> files) {
    PCollectionTuple read =
        files.apply(
            "ReadFiles",
            ParDo.of(new ReadFileFn(settings))
                .withOutputTags(CHUNKS, TupleTagList.of(REJECTS).and(SUMMARIES)));
    return withCoders(read);
  }

  static PCollectionTuple withCoders(PCollectionTuple read) {
    read.get(CHUNKS).setCoder(KvCoder.of(VarIntCoder.of(), AvroCoder.specific(Chunk.class)));
    read.get(REJECTS).setCoder(AvroCoder.specific(Reject.class));
    read.get(SUMMARIES).setCoder(AvroCoder.specific(ReadSummary.class));
    return read;
  }

  private static final class ReadFileFn extends DoFn<FileRange, KV<Integer, Chunk>> {
    private final ShuffleSettings settings;
    private final Counter rowsRead = Counters.of("rows_read");
    private final Counter rowsRejected = Counters.of("rows_rejected");
    private final Counter readMillis = Counters.of("read_millis");

    ReadFileFn(ShuffleSettings settings) {
      this.settings = settings;
    }

    @ProcessElement
    public void process(@Element FileRange range, MultiOutputReceiver out) {
      long start = System.nanoTime();
      ReadingProgress progress = new ReadingProgress(settings.readingFolder(), range);
      Packer packer =
          new Packer(
              range.getIdentity(),
              range.getSplit(),
              settings,
              range.getRecords() < 0 ? Long.MAX_VALUE : range.getRecords(),
              progress::onRecord,
              out.get(CHUNKS)::output,
              out.get(REJECTS)::output);
      String broken = null;
      long read = 0;
      try {
        read = SourceFiles.reader(range.getFormat()).read(range, WeightCheck.of(range, packer));
      } catch (BrokenFileException | MissingDataException e) {
        broken = e.getMessage();
      }
      packer.flush();
      progress.finished(read);
      rowsRead.inc(read);
      rowsRejected.inc(packer.rejected());
      readMillis.inc(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
      out.get(SUMMARIES).output(packer.summary(range.getFirstRecord(), read, broken));
    }
  }

  /** Packs the rows of one file by bucket, in bounded memory. */
  static final class Packer implements RowSink {
    private static final long CHUNK_BYTES = 1 << 20;
    private static final long ALL_CHUNKS_BYTES = 32 << 20;

    private final String file;
    private final Split split;
    private final ShuffleSettings settings;
    private final LongConsumer progress;
    private final Consumer<KV<Integer, Chunk>> packed;
    private final Consumer<Reject> rejects;
    private final RowOrder order;
    private final long rowBytes;
    private final int labelColumn;
    private final ChunkBuilder[] chunks; // by bucket, null where there is none
    private final int expectedRows; // of a chunk
    private final TreeSet<String> labels = new TreeSet<>();
    private String lastLabel;
    private long rowsHeld;
    private long accepted;
    private long rejected;
    private String firstReject;

    /**
     * @param records how many there can be at most
     * @param progress is told how many records there have been
     */
    Packer(
        String file,
        Split split,
        ShuffleSettings settings,
        long records,
        LongConsumer progress,
        Consumer<KV<Integer, Chunk>> packed,
        Consumer<Reject> rejects) {
      this.file = file;
      this.split = split;
      this.settings = settings;
      this.progress = progress;
      this.packed = packed;
      this.rejects = rejects;
      this.order = RowOrder.of(settings.seed(), file);
      this.rowBytes = ColumnLayout.bytesPerRow(settings.columns());
      this.chunks = new ChunkBuilder[settings.buckets()];
      this.expectedRows = expectedRows(records);
      int column = settings.columns().size() - 1;
      while (column >= 0 && settings.columns().get(column).getType() != ColumnType.STRINGS) {
        column--;
      }
      this.labelColumn =
          column >= 0 && Columns.isTarget(settings.columns().get(column)) ? column : -1;
    }

    /** Some more than a bucket's share of the rows that are held at once. */
    private int expectedRows(long records) {
      long held = Math.min(Math.max(1, ALL_CHUNKS_BYTES / rowBytes), records);
      return (int) Math.min(held / chunks.length * 5 / 4 + 8, CHUNK_BYTES / rowBytes + 1);
    }

    @Override
    public void accept(long record, Object[] values) {
      requireClass(record, values);
      int bucket = settings.bucket(order.hash(record));
      ChunkBuilder chunk = chunks[bucket];
      if (chunk == null) {
        chunk = new ChunkBuilder(settings.columns(), expectedRows);
        chunks[bucket] = chunk;
      }
      chunk.add(file, record, values);
      rowsHeld++;
      progress.accept(++accepted + rejected);
      if (labelColumn >= 0) {
        String label = (String) values[labelColumn];
        if (!label.equals(lastLabel)) {
          labels.add(label);
          lastLabel = label;
        }
      }
      if (chunk.rows() * rowBytes >= CHUNK_BYTES) {
        emit(bucket);
      } else if (rowsHeld * rowBytes >= ALL_CHUNKS_BYTES) {
        emit(largest());
      }
    }

    /** A label that the model has no output for cannot be trained on, and says the job is wrong. */
    private void requireClass(long record, Object[] values) {
      int last = values.length - 1;
      if (settings.classes() > 0
          && values[last] instanceof byte[] label
          && (label[0] & 0xff) >= settings.classes()) {
        throw new BrokenFileException(
            "%s record %d: label %d, but the model tells %d classes apart (labels 0 to %d)"
                .formatted(
                    file, record + 1, label[0] & 0xff, settings.classes(), settings.classes() - 1));
      }
    }

    @Override
    public void reject(Reject reject) {
      if (firstReject == null) {
        firstReject = Rejects.describe(reject);
      }
      rejected++;
      rejects.accept(reject);
    }

    long rejected() {
      return rejected;
    }

    /** What became of the records. */
    ReadSummary summary(long firstRecord, long read, @Nullable String broken) {
      return ReadSummary.newBuilder()
          .setFile(file)
          .setSplit(split)
          .setFirstRecord(firstRecord)
          .setRead(read)
          .setRejected(rejected)
          .setLabels(List.copyOf(labels))
          .setFirstReject(firstReject)
          .setBroken(broken)
          .build();
    }

    private int largest() {
      int largest = -1;
      for (int bucket = 0; bucket < chunks.length; bucket++) {
        if (chunks[bucket] != null
            && (largest < 0 || chunks[bucket].rows() > chunks[largest].rows())) {
          largest = bucket;
        }
      }
      return largest;
    }

    private void emit(int bucket) {
      ChunkBuilder chunk = chunks[bucket];
      chunks[bucket] = null;
      rowsHeld -= chunk.rows();
      packed.accept(KV.of(Bucket.key(bucket, split == Split.TEST), chunk.build()));
    }

    void flush() {
      for (int bucket = 0; bucket < chunks.length; bucket++) {
        if (chunks[bucket] != null) {
          emit(bucket);
        }
      }
    }
  }
}
