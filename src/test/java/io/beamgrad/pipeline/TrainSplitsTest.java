package io.beamgrad.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.data.encoding.Encoding;
import io.beamgrad.data.files.RecordFile;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.shuffle.BlockCache;
import io.beamgrad.learner.BlockDataset;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.Manifest;
import io.beamgrad.schema.NumberEncoding;
import io.beamgrad.schema.Split;
import io.beamgrad.train.RowBatch;
import io.beamgrad.transforms.WriteManifest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which rows of a collection train, validate and test. Rows are known by their number. */
class TrainSplitsTest {
  private static final int ROWS = 300;
  private static final Schema SCHEMA =
      Schema.builder()
          .addInt32Field("number")
          .addStringField("customer")
          .addStringField("kind")
          .build();
  private static final List<Column> COLUMNS =
      List.of(
          Columns.feature("number", ColumnType.FLOATS, List.of()),
          Columns.target("kind", ColumnType.STRINGS, List.of()));
  private static final NumberEncoding AS_IT_IS =
      new NumberEncoding(
          "number", null, null, false, List.of(0.0), List.of(1.0), null, false, null, null);
  private static final Spec SPEC =
      Spec.parse(
          """
          name: customers
          data: {features: [number], target: kind}
          split: {validation: 0.3, test: 0.2}
          model: [{linear: {out: 3}}]
          loss: cross_entropy
          optimizer: {sgd: {lr: 1e-6}}
          epochs: 1
          """);

  @TempDir Path folder;

  private static String customer(int row) {
    return "c" + row % 97;
  }

  private static String kind(int row) {
    return row % 10 == 0 ? "rare" : row % 3 == 0 ? "some" : "most";
  }

  private Map<Split, Set<Integer>> split(Object by) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      rows.add(Row.withSchema(SCHEMA).addValues(i, customer(i), kind(i)).build());
    }
    String file = folder.resolve("manifest.avro").toString();
    Pipeline pipeline = Pipeline.create();
    pipeline
        .apply(Create.of(rows).withRowSchema(SCHEMA))
        .apply(
            "Train",
            Train.rows(SPEC.with("split.by", by)).withWorkFolder(folder.resolve("work").toString()))
        .get(Train.MANIFESTS)
        .apply("WriteManifest", WriteManifest.to(file));
    pipeline.run().waitUntilFinish();
    Manifest manifest = RecordFile.of(Manifest.class).read(file).get(0);
    Map<Split, Set<Integer>> split = new EnumMap<>(Split.class);
    for (Split each : Split.values()) {
      split.put(each, numbers(manifest, each));
    }
    assertEquals(ROWS, split.values().stream().mapToInt(Set::size).sum());
    return split;
  }

  private static Set<Integer> numbers(Manifest manifest, Split split) {
    BlockDataset dataset =
        new BlockDataset(
            manifest.getBlocks().stream().filter(block -> block.getSplit() == split).toList(),
            new Encoding(COLUMNS, List.of(AS_IT_IS), manifest.getLearned().getLabels()),
            BlockCache.shared(1 << 20));
    Set<Integer> numbers = new TreeSet<>();
    RowBatch batch = new RowBatch(dataset);
    for (long row = 0; row < dataset.size(); row++) {
      batch.resize(1);
      dataset.copyRows(new long[] {row}, 1, batch);
      numbers.add((int) batch.inputs()[0]);
    }
    return numbers;
  }

  @Test
  void rowsOfAGroupAreInOneSplitAndSharesAreAboutWhatWasAskedFor() {
    Map<Split, Set<Integer>> split = split(Map.of("group", "customer"));
    Set<String> seen = new HashSet<>();
    for (Set<Integer> rows : split.values()) {
      Set<String> customers = new HashSet<>();
      rows.forEach(row -> customers.add(customer(row)));
      customers.forEach(customer -> assertTrue(seen.add(customer), customer));
    }
    assertEquals(97, seen.size());
    assertEquals(90, split.get(Split.VALIDATION).size(), 40);
    assertEquals(60, split.get(Split.TEST).size(), 40);
  }

  @Test
  void stratifiedEachClassHasTheSharesThatWereAskedFor() {
    Map<Split, Set<Integer>> split = split("stratified");
    assertEquals(Map.of("rare", 9, "some", 27, "most", 54), kinds(split.get(Split.VALIDATION)));
    assertEquals(Map.of("rare", 6, "some", 18, "most", 36), kinds(split.get(Split.TEST)));
    assertEquals(Map.of("rare", 15, "some", 45, "most", 90), kinds(split.get(Split.TRAIN)));
  }

  private static Map<String, Integer> kinds(Set<Integer> rows) {
    Map<String, Integer> kinds = new TreeMap<>();
    rows.forEach(row -> kinds.merge(kind(row), 1, Integer::sum));
    return kinds;
  }
}
