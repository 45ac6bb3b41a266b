package io.beamgrad.learner;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.data.encoding.Encoding;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.rows.Rows;
import io.beamgrad.data.shuffle.BlockCache;
import io.beamgrad.data.shuffle.BlockStore;
import io.beamgrad.data.shuffle.ChunkRows;
import io.beamgrad.data.shuffle.SortedBucket;
import io.beamgrad.nn.Loss;
import io.beamgrad.schema.BlockRef;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnRole;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.NumberEncoding;
import io.beamgrad.schema.Split;
import io.beamgrad.schema.ValueKind;
import io.beamgrad.train.RowBatch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlockDatasetTest {
  private static final List<Column> COLUMNS =
      List.of(
          Columns.feature("x", ColumnType.FLOATS, List.of()),
          Columns.target("class", ColumnType.STRINGS, List.of()),
          new Column(
              "w", ColumnType.FLOATS, List.of(), ColumnRole.WEIGHT, ValueKind.NUMBER, null, false));
  private static final List<String> CLASSES = List.of("a", "b", "c");

  @TempDir Path folder;

  private BlockDataset dataset(List<Column> columns, List<String> labels) {
    ChunkRows rows = new ChunkRows(columns, 1);
    for (int i = 0; i < 20; i++) {
      Object[] row = {new float[] {i}, CLASSES.get(i % 3), new float[] {i / 2f}};
      rows.add("f", i, Rows.block(columns, row), 0);
    }
    SortedBucket bucket = SortedBucket.of(List.of(rows.build()), columns, 1, 7);
    List<BlockRef> blocks = new ArrayList<>();
    long rank = 0;
    for (BlockRef block :
        new BlockStore(folder.toString()).write(Split.TRAIN, 0, columns, bucket)) {
      blocks.add(BlockRef.newBuilder(block).setFirstRank(rank).build());
      rank += block.getRows();
    }
    NumberEncoding tenth =
        new NumberEncoding(
            "x", null, null, false, List.of(0.0), List.of(10.0), null, false, null, null);
    return new BlockDataset(
        blocks, new Encoding(columns, List.of(tenth), labels), new BlockCache(1 << 20));
  }

  @Test
  void inputsTargetsAndWeightsOfARowBelongTogether() {
    BlockDataset dataset = dataset(COLUMNS, CLASSES);
    assertTrue(dataset.isWeighted());
    RowBatch batch = new RowBatch(dataset);
    batch.resize(20);
    dataset.copyRows(LongStream.range(0, 20).toArray(), 20, batch);
    double sum = 0;
    for (int i = 0; i < 20; i++) {
      int row = Math.round(10 * batch.inputs()[i]);
      assertEquals(row % 3, batch.targets()[i]);
      assertEquals(row / 2f, batch.weights()[i]);
      sum += row;
    }
    assertEquals(190, sum);
  }

  @Test
  void withoutSuchAColumnThereAreNoWeights() {
    BlockDataset dataset = dataset(COLUMNS.subList(0, 2), CLASSES);
    assertFalse(dataset.isWeighted());
    RowBatch batch = new RowBatch(dataset);
    batch.resize(1);
    dataset.copyRows(new long[] {7}, 1, batch);
    assertArrayEquals(new float[0], batch.weights());
  }

  @Test
  void aClassThatIsNotTheModelsIsUnknown() {
    BlockDataset dataset = dataset(COLUMNS, List.of("a", "b"));
    RowBatch batch = new RowBatch(dataset);
    batch.resize(20);
    dataset.copyRows(LongStream.range(0, 20).toArray(), 20, batch);
    Set<Float> targets = new TreeSet<>();
    for (int row = 0; row < 20; row++) {
      targets.add(batch.targets()[row]);
    }
    assertEquals(Set.of(Loss.UNKNOWN_CLASS, 0f, 1f), targets);
  }
}
