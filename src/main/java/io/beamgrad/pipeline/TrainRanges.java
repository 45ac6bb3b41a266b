package io.beamgrad.pipeline;

import io.beamgrad.data.shuffle.IngestResume;
import io.beamgrad.schema.FileRange;
import io.beamgrad.transforms.ReadExamples;
import io.beamgrad.transforms.StartIngest;
import java.util.List;
import java.util.Optional;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;

/**
 * Trains one model on ranges of files, as a setup says; gives the outputs of {@link Train} but
 * {@link Train#WORK}. Bounded, in the global window. It is public for beamgrad's own commands; a
 * program has {@link Train#files}.
 */
public final class TrainRanges extends PTransform<PBegin, PCollectionTuple> {
  private final TrainingSetup setup;
  private final List<List<FileRange>> units;
  private final Optional<IngestResume> earlier;
  private final Optional<PTransform<PCollection<FileRange>, PCollection<FileRange>>> first;

  private TrainRanges(
      TrainingSetup setup,
      List<List<FileRange>> units,
      Optional<IngestResume> earlier,
      Optional<PTransform<PCollection<FileRange>, PCollection<FileRange>>> first) {
    this.setup = setup;
    this.units = List.copyOf(units);
    this.earlier = earlier;
    this.first = first;
  }

  /**
   * @param units the ranges, those together that one worker is to read together
   */
  public static TrainRanges of(TrainingSetup setup, List<List<FileRange>> units) {
    return new TrainRanges(setup, units, Optional.empty(), Optional.empty());
  }

  /** The same, but nothing is read where an earlier attempt has left all of its blocks. */
  public TrainRanges unlessWhole(IngestResume ingest) {
    return new TrainRanges(setup, units, Optional.of(ingest), first);
  }

  /** The same, but the ranges go through this before workers read them. */
  public TrainRanges through(PTransform<PCollection<FileRange>, PCollection<FileRange>> workers) {
    return new TrainRanges(setup, units, earlier, Optional.of(workers));
  }

  @Override
  public PCollectionTuple expand(PBegin begin) {
    StartIngest start = StartIngest.of(units);
    PCollectionTuple started =
        begin.apply("StartIngest", earlier.map(start::unlessWhole).orElse(start));
    PCollection<FileRange> unread = started.get(StartIngest.RANGES);
    PCollection<FileRange> ready =
        first.map(workers -> unread.apply("PrepareWorkers", workers)).orElse(unread);
    return Train.train(
        setup,
        ready.apply("ReadExamples", ReadExamples.of(setup.shuffle())),
        earlier.map(ingest -> started.get(StartIngest.MANIFESTS)));
  }
}
