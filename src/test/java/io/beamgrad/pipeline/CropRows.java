package io.beamgrad.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TimestampedValue;
import org.joda.time.Duration;
import org.joda.time.Instant;

/** Rows of a made-up harvest, and what to train on them. */
final class CropRows {
  static final Schema SCHEMA =
      Schema.builder()
          .addDoubleField("rain")
          .addNullableField("heat", Schema.FieldType.FLOAT)
          .addStringField("soil")
          .addDoubleField("tons")
          .build();
  static final Instant MONDAY = Instant.parse("2026-11-23T00:00:00Z");
  static final Duration DAY = Duration.standardDays(1);
  static final String MONDAY_FOLDER = "2026-11-23T00-00-00.000Z";
  static final String TUESDAY_FOLDER = "2026-11-24T00-00-00.000Z";

  private CropRows() {}

  static Spec spec() {
    return Spec.named("crops")
        .with("data.features", List.of("rain", "heat", "soil"))
        .with("data.target", "tons")
        .with("data.maxRejects", 0.5)
        .with("model", List.of(Map.of("linear", Map.of("out", 1))))
        .with("loss", "mse")
        .with("optimizer.sgd.lr", 0.01)
        .with("epochs", 2);
  }

  /** Of which each tenth from the third on has no heat. */
  static List<Row> rows(int count, double slope, boolean withHoles) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      rows.add(
          Row.withSchema(SCHEMA)
              .addValues(
                  i % 10 / 10.0,
                  withHoles && i % 10 == 3 ? null : i % 7 / 7f,
                  i % 3 == 0 ? "clay" : "sand",
                  slope * (i % 10) / 10)
              .build());
    }
    return rows;
  }

  static List<TimestampedValue<Row>> on(Instant time, List<Row> rows) {
    return rows.stream().map(row -> TimestampedValue.of(row, time)).toList();
  }
}
