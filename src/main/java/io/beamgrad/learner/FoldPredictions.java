package io.beamgrad.learner;

import io.beamgrad.data.files.RecordFile;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.rows.RowOrigin;
import io.beamgrad.data.shuffle.BlockStore;
import io.beamgrad.predict.OutOfFoldFile;
import io.beamgrad.predict.OutputScores;
import io.beamgrad.schema.BlockRef;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.FoldPrediction;
import io.beamgrad.schema.Split;
import io.beamgrad.tensor.Tensor;
import io.beamgrad.train.EvaluationListener;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Writes what the model of a fold says of its test rows, as it is evaluated on them in the order of
 * their ranks: some at a time, sorted by file and record.
 */
final class FoldPredictions implements EvaluationListener {
  private static final RecordFile<FoldPrediction> FILES = RecordFile.of(FoldPrediction.class);
  private static final int MOST_NUMBERS = 1_000_000; // in memory
  private static final String NO_ID = "";

  private final String folder;
  private final OutputScores scores;
  private final String version;
  private final List<Column> columns;
  private final Iterator<BlockRef> blocks; // of the test rows, those not begun
  private final int mostRows;
  private Iterator<RowOrigin> origins = List.<RowOrigin>of().iterator(); // of the block begun
  private final List<FoldPrediction> rows = new ArrayList<>();
  private final List<String> files = new ArrayList<>();
  private final Set<String> sources = new TreeSet<>();

  /**
   * @param weightsSha256 of the model
   */
  FoldPredictions(TrainingInputs inputs, String weightsSha256) {
    String model = inputs.plan().getModel();
    this.folder = inputs.plan().getWorkFolder() + "/predictions";
    this.columns = Columns.kept(inputs.plan().getColumns());
    this.scores = new OutputScores(inputs.learned().getLabels(), inputs.plan().getLoss(), columns);
    this.version = OutputScores.version(model, weightsSha256);
    this.mostRows = Math.max(1, MOST_NUMBERS / scores.names().size());
    this.blocks =
        inputs.blocks().stream()
            .filter(block -> block.getSplit() == Split.TEST)
            .sorted(Comparator.comparingLong(BlockRef::getFirstRank))
            .iterator();
  }

  @Override
  public void onBatch(Tensor outputs, Tensor targets, @Nullable Tensor weights) {
    scores.give(outputs, (row, label, named) -> add(label, named));
  }

  private void add(@Nullable String label, Map<String, Float> named) {
    while (!origins.hasNext()) {
      origins = BlockStore.places(blocks.next(), columns).iterator();
    }
    RowOrigin origin = origins.next();
    if (sources.size() < 2) {
      sources.add(origin.file());
    }
    rows.add(
        new FoldPrediction(
            origin.file(), origin.record(), OutputScores.prediction(NO_ID, label, named, version)));
    if (rows.size() == mostRows) {
      flush();
    }
  }

  private void flush() {
    rows.sort(OutOfFoldFile.ORDER);
    String file = String.format(Locale.ROOT, "%s/%08d.avro", folder, files.size());
    FILES.writeUnforced(file, rows);
    files.add(file);
    rows.clear();
  }

  /** The files of all predictions, of {@link FoldPrediction}. */
  List<String> files() {
    if (!rows.isEmpty()) {
      flush();
    }
    return List.copyOf(files);
  }

  /** The identities of the files that the rows are from, two at most. */
  List<String> sources() {
    return List.copyOf(sources);
  }
}
