package io.beamgrad.transforms;

import io.beamgrad.data.BrokenFileException;
import io.beamgrad.data.ChunkBuilder;
import io.beamgrad.data.ColumnLayout;
import io.beamgrad.data.Columns;
import io.beamgrad.data.MissingDataException;
import io.beamgrad.data.ReadingProgress;
import io.beamgrad.data.RejectsAside;
import io.beamgrad.data.RowOrder;
import io.beamgrad.data.RowSink;
import io.beamgrad.data.SourceFiles;
import io.beamgrad.data.WeightCheck;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.FileRange;
import io.beamgrad.schema.ReadOutput;
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
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Reads source files into chunks of rows keyed by the bucket of the shuffle that the rows' hashes
 * choose, and gives one summary for each range, under a key of their own. Bounded or not, in any
 * window; a range that is read twice gives the same rows. Records that could not be used are put
 * aside in files, which the summary names, as is what a file does wrong: nothing that data can
 * cause is thrown.
 *
 * <p>All of it is one collection, because Flink copies each element of a collection with several
 * outputs once for each of them, and writes it to disk where they meet again later.
 */
public final class ReadExamples
    extends PTransform<PCollection<FileRange>, PCollection<KV<Integer, ReadOutput>>> {

  private final ShuffleSettings settings;

  private ReadExamples(ShuffleSettings settings) {
    this.settings = settings;
  }

  public static ReadExamples of(ShuffleSettings settings) {
    return new ReadExamples(settings);
  }

  @Override
  public PCollection<KV<Integer, ReadOutput>> expand(PCollection<FileRange> files) {
    return files
        .apply("ReadFiles", ParDo.of(new ReadFileFn(settings)))
        .setCoder(KvCoder.of(VarIntCoder.of(), AvroCoder.specific(ReadOutput.class)));
  }

  private static final class ReadFileFn extends DoFn<FileRange, KV<Integer, ReadOutput>> {
    private final ShuffleSettings settings;
    private final Counter rowsRead = Counters.of("rows_read");
    private final Counter rowsRejected = Counters.of("rows_rejected");
    private final Counter readMillis = Counters.of("read_millis");

    ReadFileFn(ShuffleSettings settings) {
      this.settings = settings;
    }

    @ProcessElement
    public void process(@Element FileRange range, OutputReceiver<KV<Integer, ReadOutput>> out) {
      long start = System.nanoTime();
      ReadingProgress progress = new ReadingProgress(settings.readingFolder(), range);
      Packer packer =
          new Packer(
              range.getIdentity(),
              range.getSplit(),
              settings,
              range.getRecords() < 0 ? Long.MAX_VALUE : range.getRecords(),
              progress::onRecord,
              new RejectsAside(settings.rejectsFolder(), range),
              out::output);
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
      out.output(packer.summary(range.getFirstRecord(), read, broken));
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
    private final Consumer<KV<Integer, ReadOutput>> out;
    private final RowOrder order;
    private final long rowBytes;
    private final int labelColumn;
    private final ChunkBuilder[] chunks; // by bucket, null where there is none
    private final int expectedRows; // of a chunk
    private final TreeSet<String> labels = new TreeSet<>();
    private final RejectsAside rejects;
    private long rowsHeld;
    private long accepted;

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
        RejectsAside rejects,
        Consumer<KV<Integer, ReadOutput>> out) {
      this.file = file;
      this.split = split;
      this.settings = settings;
      this.progress = progress;
      this.rejects = rejects;
      this.out = out;
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
      progress.accept(++accepted + rejects.count());
      if (labelColumn >= 0) {
        labels.add((String) values[labelColumn]);
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
      rejects.add(reject);
    }

    long rejected() {
      return rejects.count();
    }

    /** What became of the records. */
    KV<Integer, ReadOutput> summary(long firstRecord, long read, @Nullable String broken) {
      ReadSummary summary =
          ReadSummary.newBuilder()
              .setFile(file)
              .setSplit(split)
              .setFirstRecord(firstRecord)
              .setRead(read)
              .setRejected(rejects.count())
              .setLabels(List.copyOf(labels))
              .setFirstReject(rejects.first())
              .setRejects(rejects.files())
              .setBroken(broken)
              .build();
      return KV.of(Bucket.SUMMARIES, new ReadOutput(summary));
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
      out.accept(KV.of(Bucket.key(bucket, split == Split.TEST), new ReadOutput(chunk.build())));
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
