package io.beamgrad.transforms;

import io.beamgrad.data.BrokenFileException;
import io.beamgrad.data.ChunkBuilder;
import io.beamgrad.data.ColumnLayout;
import io.beamgrad.data.Columns;
import io.beamgrad.data.MissingDataException;
import io.beamgrad.data.ReadingProgress;
import io.beamgrad.data.Rejects;
import io.beamgrad.data.RowOrder;
import io.beamgrad.data.RowSplitter;
import io.beamgrad.data.SourceFiles;
import io.beamgrad.data.SplitRule;
import io.beamgrad.data.SplitSink;
import io.beamgrad.schema.Chunk;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.FileRange;
import io.beamgrad.schema.ReadSummary;
import io.beamgrad.schema.Reject;
import io.beamgrad.schema.Split;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
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

/**
 * Reads source files into chunks of rows keyed by their split and the bucket of the shuffle that
 * the rows' hashes choose. Bounded or not, in any window; a range that is read twice gives the same
 * rows. What a record does wrong goes to {@link #REJECTS}, what a file does wrong into its {@link
 * #SUMMARIES} element: nothing that data can cause is thrown.
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
        withThresholds(files)
            .apply(
                "ReadFiles",
                ParDo.of(new ReadFileFn(settings))
                    .withOutputTags(CHUNKS, TupleTagList.of(REJECTS).and(SUMMARIES)));
    read.get(CHUNKS).setCoder(KvCoder.of(VarIntCoder.of(), AvroCoder.specific(Chunk.class)));
    read.get(REJECTS).setCoder(AvroCoder.specific(Reject.class));
    read.get(SUMMARIES).setCoder(AvroCoder.specific(ReadSummary.class));
    return read;
  }

  /** A split by time has to be known before the rows are read. */
  private PCollection<FileRange> withThresholds(PCollection<FileRange> files) {
    return settings.rule().by() == SplitRule.By.TIME
        ? files.apply("FindTimeSplit", FindTimeSplit.of(settings.rule()))
        : files;
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
      Packer packer = new Packer(range, settings, out);
      String broken = null;
      long read = 0;
      try {
        RowSplitter rows = new RowSplitter(range, settings.rule(), settings.seed(), packer);
        read = SourceFiles.reader(range.getFormat()).read(range, rows);
      } catch (BrokenFileException | MissingDataException e) {
        broken = e.getMessage();
      }
      packer.flush();
      packer.progress.finished(read);
      rowsRead.inc(read);
      rowsRejected.inc(packer.rejected);
      readMillis.inc(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
      out.get(SUMMARIES)
          .output(
              ReadSummary.newBuilder()
                  .setFile(range.getIdentity())
                  .setSplit(range.getSplit())
                  .setFirstRecord(range.getFirstRecord())
                  .setRead(read)
                  .setRejected(packer.rejected)
                  .setLabels(List.copyOf(packer.labels))
                  .setOtherLabels(List.copyOf(packer.otherLabels))
                  .setHeldOut(packer.heldOut)
                  .setFirstHeldOut(packer.firstHeldOut)
                  .setFirstReject(packer.firstReject)
                  .setBroken(broken)
                  .build());
    }
  }

  /** Packs the rows of one range by bucket, in bounded memory. */
  private static final class Packer implements SplitSink {
    private static final long CHUNK_BYTES = 1 << 20;
    private static final long ALL_CHUNKS_BYTES = 32 << 20;

    private final String file;
    private final ShuffleSettings settings;
    private final DoFn.MultiOutputReceiver out;
    private final RowOrder order;
    private final long rowBytes;
    private final int classColumn; // -1 where targets are numbers
    private final boolean isNamed; // the class is a text
    private final ChunkBuilder[] chunks; // by bucket's key, null where there is none
    private final int expectedRows; // of a chunk
    private final TreeSet<String> labels = new TreeSet<>();
    private final TreeSet<String> otherLabels = new TreeSet<>();
    private final ReadingProgress progress;
    private long rowsHeld;
    private long accepted;
    private long heldOut;
    private long rejected;
    private String firstHeldOut;
    private String firstReject;

    Packer(FileRange range, ShuffleSettings settings, DoFn.MultiOutputReceiver out) {
      this.file = range.getIdentity();
      this.settings = settings;
      this.out = out;
      this.progress = new ReadingProgress(settings.readingFolder(), range);
      this.order = RowOrder.of(settings.seed(), file);
      this.rowBytes = ColumnLayout.bytesPerRow(settings.columns());
      this.chunks = new ChunkBuilder[Bucket.keys(settings.buckets())];
      this.expectedRows = expectedRows(range);
      this.classColumn = Columns.classColumn(settings.columns());
      this.isNamed =
          classColumn >= 0 && settings.columns().get(classColumn).getType() == ColumnType.STRINGS;
    }

    /** Some more than a bucket's share of the rows that are held at once. */
    private int expectedRows(FileRange range) {
      long held = Math.max(1, ALL_CHUNKS_BYTES / rowBytes);
      if (range.getRecords() >= 0) {
        held = Math.min(held, range.getRecords());
      }
      return (int) Math.min(held / settings.buckets() * 5 / 4 + 8, CHUNK_BYTES / rowBytes + 1);
    }

    @Override
    public void accept(Split split, long record, Object[] values) {
      requireClass(record, values);
      int bucket = Bucket.key(settings.bucket(order.hash(record)), split);
      ChunkBuilder chunk = chunks[bucket];
      if (chunk == null) {
        chunk = new ChunkBuilder(settings.columns(), expectedRows);
        chunks[bucket] = chunk;
      }
      chunk.add(file, record, values);
      rowsHeld++;
      progress.onRecord(++accepted + heldOut + rejected);
      if (isNamed) {
        (split == Split.TRAIN ? labels : otherLabels).add((String) values[classColumn]);
      }
      if (chunk.rows() * rowBytes >= CHUNK_BYTES) {
        emit(bucket);
      } else if (rowsHeld * rowBytes >= ALL_CHUNKS_BYTES) {
        emit(largest());
      }
    }

    /** A label that the model has no output for cannot be trained on, and says the job is wrong. */
    private void requireClass(long record, Object[] values) {
      if (settings.classes() > 0
          && classColumn >= 0
          && values[classColumn] instanceof byte[] label
          && (label[0] & 0xff) >= settings.classes()) {
        throw new BrokenFileException(
            "%s record %d: label %d, but the model tells %d classes apart (labels 0 to %d)"
                .formatted(
                    file, record + 1, label[0] & 0xff, settings.classes(), settings.classes() - 1));
      }
    }

    @Override
    public void holdOut(String word) {
      if (firstHeldOut == null) {
        firstHeldOut = word;
      }
      heldOut++;
      progress.onRecord(accepted + heldOut + rejected);
    }

    @Override
    public void reject(Reject reject) {
      if (firstReject == null) {
        firstReject = Rejects.describe(reject);
      }
      rejected++;
      out.get(REJECTS).output(reject);
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
      out.get(CHUNKS).output(KV.of(bucket, chunk.build()));
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
