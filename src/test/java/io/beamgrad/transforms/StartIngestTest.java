package io.beamgrad.transforms;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.beamgrad.data.files.RecordFile;
import io.beamgrad.data.shuffle.BlockStore;
import io.beamgrad.data.shuffle.IngestResume;
import io.beamgrad.schema.FileFormat;
import io.beamgrad.schema.FileRange;
import io.beamgrad.schema.LearnedColumns;
import io.beamgrad.schema.Manifest;
import io.beamgrad.schema.Split;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StartIngestTest {
  private static final List<FileRange> RANGES = List.of(range(0), range(100));

  private static final List<List<FileRange>> UNITS =
      List.of(RANGES.subList(0, 1), RANGES.subList(1, RANGES.size()));

  @TempDir Path folder;

  private static FileRange range(long first) {
    return new FileRange(
        Split.TRAIN, FileFormat.CSV, "f", null, "f", first, 100L, List.of(), null, null);
  }

  private IngestResume earlier() {
    return new IngestResume(folder + "/manifest.avro", "data", folder + "/rejects.avro", List.of());
  }

  private Manifest leave(String fingerprint) {
    LearnedColumns learned = new LearnedColumns(List.of(), 9L, 0L, 0L, 8L, 1L, 0L, 0L, "sum");
    Manifest manifest = new Manifest(fingerprint, learned, List.of(), BlockStore.FORMAT, List.of());
    RecordFile.of(Manifest.class).write(earlier().manifest(), List.of(manifest));
    return manifest;
  }

  private static void assertStarts(
      StartIngest start, List<FileRange> ranges, List<Manifest> manifests) {
    TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);
    PCollectionTuple started = pipeline.apply("Start", start);
    PAssert.that(started.get(StartIngest.RANGES)).containsInAnyOrder(ranges);
    PAssert.that(started.get(StartIngest.MANIFESTS)).containsInAnyOrder(manifests);
    pipeline.run().waitUntilFinish();
  }

  @Test
  void givesEachRangeOnce() {
    assertStarts(StartIngest.of(UNITS), RANGES, List.of());
    assertStarts(StartIngest.of(List.of()), List.of(), List.of());
  }

  @Test
  void oneUnitHasNothingToSpreadAndGivesTheSame() {
    List<List<FileRange>> one = List.of(RANGES);
    assertStarts(StartIngest.of(one), RANGES, List.of());
    assertStarts(StartIngest.of(one).unlessWhole(earlier()), RANGES, List.of());
    Manifest left = leave("data");
    assertStarts(StartIngest.of(one).unlessWhole(earlier()), List.of(), List.of(left));
  }

  @Test
  void givesTheManifestOfAWholeIngestInsteadOfTheRanges() {
    Manifest left = leave("data");
    assertStarts(StartIngest.of(UNITS).unlessWhole(earlier()), List.of(), List.of(left));
    assertStarts(StartIngest.of(UNITS), RANGES, List.of());
  }

  @Test
  void givesTheRangesWhereNothingOrSomethingElseWasLeft() {
    assertStarts(StartIngest.of(UNITS).unlessWhole(earlier()), RANGES, List.of());
    leave("other data");
    assertStarts(StartIngest.of(UNITS).unlessWhole(earlier()), RANGES, List.of());
  }

  /** Counts the bundles in which ranges come: a runner keeps its state after each. */
  private static final class CountBundlesFn extends DoFn<FileRange, Void> {
    private static final AtomicInteger BUNDLES = new AtomicInteger();

    @ProcessElement
    public void process() {}

    @FinishBundle
    public void finish() {
      BUNDLES.incrementAndGet();
    }
  }

  @Test
  void theRangesOfAUnitComeInOneBundle() {
    List<List<FileRange>> units =
        List.of(
            LongStream.range(0, 200).mapToObj(StartIngestTest::range).toList(),
            LongStream.range(200, 300).mapToObj(StartIngestTest::range).toList());
    TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);
    pipeline
        .apply("Start", StartIngest.of(units))
        .get(StartIngest.RANGES)
        .apply("Count", ParDo.of(new CountBundlesFn()));
    CountBundlesFn.BUNDLES.set(0);
    pipeline.run().waitUntilFinish();
    assertEquals(2, CountBundlesFn.BUNDLES.get());
  }
}
