package io.beamgrad.examples;

import io.beamgrad.data.split.SplitSettings;
import io.beamgrad.schema.Manifest;
import io.beamgrad.transforms.PackRows;
import io.beamgrad.transforms.RankBlocks;
import io.beamgrad.transforms.ShuffleSettings;
import io.beamgrad.transforms.WriteBlocks;
import java.util.List;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.Row;

/** From Kafka, JDBC, BigQuery: any {@code PCollection<Row>} becomes shuffled and ranked blocks. */
final class TrainOnRows {
  private TrainOnRows() {}

  /** Blocks to train on, as those of files are; see {@link TrainInYourPipeline}. */
  static PCollection<Manifest> blocks(
      PCollection<Row> rows, ShuffleSettings shuffle, SplitSettings split) {
    return rows.apply(PackRows.of(shuffle).named("orders"))
        .apply(WriteBlocks.of(shuffle))
        .apply(RankBlocks.of(split, List.of("orders")))
        .get(RankBlocks.MANIFESTS);
  }
}
