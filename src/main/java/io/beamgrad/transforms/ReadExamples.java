package io.beamgrad.transforms;

import io.beamgrad.data.rows.WeightCheck;
import io.beamgrad.data.sources.ReadingProgress;
import io.beamgrad.data.sources.RejectFiles;
import io.beamgrad.data.sources.SourceFiles;
import io.beamgrad.data.split.RowSplitter;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.failure.MissingDataException;
import io.beamgrad.schema.FileRange;
import io.beamgrad.schema.ReadOutput;
import java.util.concurrent.TimeUnit;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.extensions.avro.coders.AvroCoder;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;

/**
 * Reads source files into chunks of rows keyed by their split and the bucket of the shuffle that
 * the rows' hashes choose, and gives one summary for each range, under a key of their own. Bounded
 * or not, in any window; a range that is read twice gives the same rows. Records that could not be
 * used are put aside in files, which the summary names, as is what a file does wrong: nothing that
 * data can cause is thrown.
 *
 * <p>All of it is one collection, because Flink copies each element of a collection with several
 * outputs once for each of them, and writes it to disk where they meet again later.
 */
public final class ReadExamples
    extends PTransform<PCollection<FileRange>, PCollection<KV<Integer, ReadOutput>>> {
  static final KvCoder<Integer, ReadOutput> CODER =
      KvCoder.of(VarIntCoder.of(), AvroCoder.specific(ReadOutput.class));

  private final ShuffleSettings settings;

  private ReadExamples(ShuffleSettings settings) {
    this.settings = settings;
  }

  public static ReadExamples of(ShuffleSettings settings) {
    return new ReadExamples(settings);
  }

  @Override
  public PCollection<KV<Integer, ReadOutput>> expand(PCollection<FileRange> files) {
    return withThresholds(files)
        .apply("ReadFiles", ParDo.of(new ReadFileFn(settings)))
        .setCoder(CODER);
  }

  /** A split by time has to be known before the rows are read. */
  private PCollection<FileRange> withThresholds(PCollection<FileRange> files) {
    return settings.rule().timeColumn() != null
        ? files.apply("FindTimeSplit", FindTimeSplit.of(settings.rule()))
        : files;
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
    public void process(
        @Element FileRange range,
        BoundedWindow window,
        OutputReceiver<KV<Integer, ReadOutput>> out) {
      long start = System.nanoTime();
      ShuffleSettings ofWindow = settings.in(window);
      ReadingProgress progress = new ReadingProgress(ofWindow.readingFolder(), range);
      RejectFiles rejects = RejectFiles.of(ofWindow.rejectsFolder(), range);
      RowPacker packer =
          new RowPacker(
              range.getIdentity(),
              settings,
              range.getRecords(),
              rejects,
              progress::onRecord,
              out::output);
      String broken = null;
      long read = 0;
      try {
        RowSplitter rows = new RowSplitter(range, settings.rule(), settings.seed(), packer);
        read = SourceFiles.reader(range.getFormat()).read(range, WeightCheck.of(range, rows));
      } catch (BrokenFileException | MissingDataException e) {
        broken = e.getMessage();
      }
      packer.finish(range.getSplit(), range.getFirstRecord(), read, broken);
      progress.finished(read);
      rowsRead.inc(read);
      rowsRejected.inc(rejects.count());
      readMillis.inc(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
    }
  }
}
