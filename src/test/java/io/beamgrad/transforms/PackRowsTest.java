package io.beamgrad.transforms;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.split.SplitRule;
import io.beamgrad.data.split.SplitSettings;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnRole;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.Manifest;
import io.beamgrad.schema.ReadOutput;
import io.beamgrad.schema.ReadSummary;
import io.beamgrad.schema.ValueKind;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.logicaltypes.SqlTypes;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.Row;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackRowsTest {
  private static final Schema SCHEMA =
      Schema.builder()
          .addNullableField("amount", Schema.FieldType.DOUBLE)
          .addDateTimeField("at")
          .addLogicalTypeField("day", SqlTypes.DATE)
          .addArrayField("vector", Schema.FieldType.INT32)
          .addStringField("kind")
          .build();
  private static final List<Column> COLUMNS =
      List.of(
          Columns.feature("amount", ColumnType.FLOATS, List.of()),
          Columns.feature("at", ColumnType.LONGS, List.of()),
          new Column(
              "day", ColumnType.LONGS, List.of(), ColumnRole.FEATURE, ValueKind.DATE, null, false),
          Columns.feature("vector", ColumnType.FLOATS, List.of(2)),
          Columns.target("kind", ColumnType.STRINGS, List.of()));

  @TempDir Path folder;

  private static Row row(int i) {
    return Row.withSchema(SCHEMA)
        .addValues(
            i == 7 ? null : i / 4.0,
            Instant.ofEpochMilli(i),
            java.time.LocalDate.ofEpochDay(i),
            List.of(i, 2 * i),
            i % 2 == 0 ? "even" : "odd")
        .build();
  }

  private static final SplitRule RULE = SplitRule.random(new BigDecimal("0.2"));

  private ShuffleSettings shuffle(String blocks) {
    return new ShuffleSettings(COLUMNS, 1, 1, 32, folder.resolve(blocks).toString(), 0, RULE);
  }

  private void assertChecksum(List<Row> rows, String blocks, List<String> found) {
    Pipeline pipeline = Pipeline.create();
    PCollection<Row> source = pipeline.apply(Create.of(rows).withRowSchema(SCHEMA));
    PCollection<Manifest> manifests =
        source
            .apply(PackRows.of(shuffle(blocks)).named("orders"))
            .apply(WriteBlocks.of(shuffle(blocks)))
            .apply(
                RankBlocks.of(
                    new SplitSettings("f", COLUMNS, RULE, new BigDecimal("0.1"), 2),
                    List.of("orders")))
            .get(RankBlocks.MANIFESTS);
    PAssert.thatSingleton(manifests)
        .satisfies(
            manifest -> {
              assertEquals(200, manifest.getLearned().getReadRecords());
              assertEquals(2, manifest.getLearned().getRejectedRecords());
              assertEquals(39, manifest.getLearned().getValidationRows());
              assertEquals(159, manifest.getLearned().getTrainRows());
              assertEquals(List.of("even", "odd"), manifest.getLearned().getLabels());
              CHECKSUMS.add(manifest.getLearned().getDataChecksum());
              return null;
            });
    pipeline.run().waitUntilFinish();
    found.add(CHECKSUMS.remove(0));
  }

  private static final List<String> CHECKSUMS = Collections.synchronizedList(new ArrayList<>());

  @Test
  void theOrderOfRowsAndTheirBundlesMakeNoDifference() {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      rows.add(row(i));
      rows.add(row(i)); // equal rows are rows of their own
    }
    List<String> checksums = new ArrayList<>();
    assertChecksum(rows, "a", checksums);
    Collections.shuffle(rows, new Random(3));
    assertChecksum(rows, "b", checksums);
    assertEquals(checksums.get(0), checksums.get(1));
  }

  @Test
  void aRowThatCannotBeUsedIsAReject() {
    Pipeline pipeline = Pipeline.create();
    PCollection<KV<Integer, ReadOutput>> read =
        pipeline
            .apply(Create.of(row(6), row(7)).withRowSchema(SCHEMA))
            .apply(PackRows.of(shuffle("c")));
    PAssert.that(read)
        .satisfies(
            outputs -> {
              List<String> rejects = new ArrayList<>();
              long records = 0;
              for (KV<Integer, ReadOutput> output : outputs) {
                if (output.getValue().getContent() instanceof ReadSummary summary) {
                  records += summary.getRead();
                  if (summary.getRejected() > 0) {
                    rejects.add(summary.getFirstReject() + " in " + summary.getRejects().size());
                  }
                }
              }
              assertEquals(2, records);
              assertEquals(List.of("rows column amount: value is missing in 1"), rejects);
              return null;
            });
    pipeline.run().waitUntilFinish();
  }

  @Test
  void aColumnThatTheRowsDoNotHaveIsRefused() {
    Pipeline pipeline = Pipeline.create();
    PCollection<Row> rows = pipeline.apply(Create.of(row(1)).withRowSchema(SCHEMA));
    ShuffleSettings other =
        new ShuffleSettings(
            List.of(Columns.target("sort", ColumnType.STRINGS, List.of())), 1, 1, 32, "x", 0, RULE);
    var e =
        assertThrows(
            IllegalArgumentException.class, () -> rows.apply(PackRows.of(other).named("orders")));
    assertEquals(
        "orders: no field 'sort'; the rows have amount, at, day, vector, kind", e.getMessage());
  }
}
