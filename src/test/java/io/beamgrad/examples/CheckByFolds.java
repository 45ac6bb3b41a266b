package io.beamgrad.examples;

import io.beamgrad.pipeline.Folds;
import io.beamgrad.pipeline.Spec;
import io.beamgrad.pipeline.WriteResults;
import io.beamgrad.schema.FoldResult;
import io.beamgrad.schema.MetricRow;
import io.beamgrad.schema.Split;
import java.util.Map;
import org.apache.beam.sdk.transforms.FlatMapElements;
import org.apache.beam.sdk.transforms.Mean;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TypeDescriptors;

/** A model of all rows, and how good such a one is on customers that it has not seen. */
final class CheckByFolds {
  private CheckByFolds() {}

  /** The mean of the folds' losses on their own rows. */
  static PCollection<Double> of(PCollection<Row> orders, Spec spec, String work, String out) {
    Map<String, Object> byCustomer = Map.of("count", 5, "by", Map.of("group", "customer"));
    Spec folded = spec.with("folds", byCustomer);
    PCollectionTuple trained = orders.apply("Folds", Folds.rows(folded).withWorkFolder(work));
    trained.apply("WriteResults", WriteResults.of(folded, out));
    return trained
        .get(Folds.FOLDS)
        .apply("Losses", FlatMapElements.into(TypeDescriptors.doubles()).via(CheckByFolds::losses))
        .apply("MeanLoss", Mean.globally());
  }

  private static Iterable<Double> losses(FoldResult fold) {
    return fold.getMetrics().stream()
        .filter(row -> row.getSplit() == Split.TEST)
        .map(MetricRow::getLoss)
        .toList();
  }
}
