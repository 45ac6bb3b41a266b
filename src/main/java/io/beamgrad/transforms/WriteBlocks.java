package io.beamgrad.transforms;

import io.beamgrad.data.shuffle.BlockStore;
import io.beamgrad.data.shuffle.SortedBucket;
import io.beamgrad.schema.BlockRef;
import io.beamgrad.schema.Chunk;
import io.beamgrad.schema.RankInput;
import io.beamgrad.schema.ReadOutput;
import io.beamgrad.schema.Split;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.extensions.avro.coders.AvroCoder;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;

/**
 * Gathers the chunks of each bucket, sorts their rows by hash and writes them as block files, those
 * of keys split by the shares of each key where the split is at random; what flows on is a
 * reference to each block, and what the readers found, under one key. One worker holds one bucket
 * in memory. Replayed, it writes the same files again.
 */
public final class WriteBlocks
    extends PTransform<PCollection<KV<Integer, ReadOutput>>, PCollection<KV<Integer, RankInput>>> {
  private final ShuffleSettings settings;

  private WriteBlocks(ShuffleSettings settings) {
    this.settings = settings;
  }

  public static WriteBlocks of(ShuffleSettings settings) {
    return new WriteBlocks(settings);
  }

  @Override
  public PCollection<KV<Integer, RankInput>> expand(PCollection<KV<Integer, ReadOutput>> read) {
    return read.apply("GatherBuckets", GroupByKey.create())
        .apply("SortAndWrite", ParDo.of(new WriteBucketFn(settings)))
        .setCoder(KvCoder.of(VarIntCoder.of(), AvroCoder.specific(RankInput.class)));
  }

  private static final class WriteBucketFn
      extends DoFn<KV<Integer, Iterable<ReadOutput>>, KV<Integer, RankInput>> {
    private final ShuffleSettings settings;
    private final Counter blocksWritten = Counters.of("blocks_written");
    private final Counter writeMillis = Counters.of("write_blocks_millis");

    WriteBucketFn(ShuffleSettings settings) {
      this.settings = settings;
    }

    @ProcessElement
    public void process(
        @Element KV<Integer, Iterable<ReadOutput>> gathered,
        BoundedWindow window,
        OutputReceiver<KV<Integer, RankInput>> out) {
      if (gathered.getKey() == Bucket.SUMMARIES) {
        gathered
            .getValue()
            .forEach(summary -> out.output(KV.of(0, new RankInput(summary.getContent()))));
      } else {
        write(gathered.getKey(), gathered.getValue(), settings.in(window).folder(), out);
      }
    }

    private void write(
        int key,
        Iterable<ReadOutput> chunks,
        String folder,
        OutputReceiver<KV<Integer, RankInput>> out) {
      long start = System.nanoTime();
      SortedBucket rows =
          SortedBucket.byKey(
              () ->
                  StreamSupport.stream(chunks.spliterator(), false)
                      .map(chunk -> (Chunk) chunk.getContent())
                      .iterator(),
              settings.columns(),
              settings.rule().eachColumn(settings.columns()),
              settings.seed(),
              settings.blockRows());
      BlockStore store = new BlockStore(folder).countingClasses(settings.rule().countsClasses());
      Split split = Bucket.split(key);
      Map<Split, SortedBucket> splits =
          split == Split.TRAIN && settings.rule().isByRankInKey()
              ? rows.deal(settings.rule())
              : Map.of(split, rows);
      splits.forEach(
          (ofSplit, some) -> {
            if (some.blocks() > 0) {
              for (BlockRef ref :
                  store.write(ofSplit, Bucket.number(key), settings.columns(), some)) {
                blocksWritten.inc();
                out.output(KV.of(0, new RankInput(ref)));
              }
            }
          });
      writeMillis.inc(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
    }
  }
}
