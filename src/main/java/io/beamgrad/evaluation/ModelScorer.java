package io.beamgrad.evaluation;

import io.beamgrad.data.encoding.RowEncoder;
import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.rows.RawColumn;
import io.beamgrad.data.split.TrainedData;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.model.KeyedModels;
import io.beamgrad.model.ModelFile;
import io.beamgrad.nn.Loss;
import io.beamgrad.predict.BatchPredictor;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ModelScores;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;

/** Runs one model on the rows of one range after another. */
final class ModelScorer {
  private final RowEncoder encoder;
  private final BatchPredictor predictor;
  private final List<TrainedData> lineage;
  private final int[] indexes; // of each of its columns in the rows
  private final boolean[] isNeeded;
  private final boolean isClass;
  private final float[] target;
  private final ByteArrayOutputStream states = new ByteArrayOutputStream();
  private final FloatBytes outputs = new FloatBytes();
  private final FloatBytes targets = new FloatBytes();
  private List<TrainedData.Rows> trained = List.of(); // of the file that is read

  /**
   * @param columns of the rows
   */
  ModelScorer(JudgedModel model, List<Column> columns) {
    this.encoder = new RowEncoder(ModelFile.encoding(model.record()));
    this.predictor =
        new BatchPredictor(
            model.path(),
            model.record(),
            (records, found) -> outputs.add(found.data(), found.elements()));
    this.lineage = model.lineage();
    this.isClass = !model.record().getLabels().isEmpty();
    this.target = new float[encoder.targetWidth()];
    List<Column> own = model.record().getColumns();
    this.indexes = new int[own.size()];
    this.isNeeded = new boolean[own.size()];
    for (int c = 0; c < indexes.length; c++) {
      indexes[c] = index(model, own.get(c), columns);
      isNeeded[c] = !own.get(c).getNullable();
    }
  }

  private static int index(JudgedModel model, Column column, List<Column> columns) {
    boolean isKey =
        KeyedModels.encoding(model.record())
            .filter(key -> key.getColumn().equals(column.getName()))
            .isPresent();
    for (int c = 0; c < columns.size(); c++) {
      Column there = columns.get(c);
      if (isKey && there.equals(Columns.key(column.getName()))) {
        return c; // it is read as the texts of a feature are
      }
      if (Column.newBuilder(there).setNullable(column.getNullable()).build().equals(column)) {
        return c;
      }
    }
    String names = String.join(", ", columns.stream().map(Column::getName).toList());
    throw new BrokenFileException(
        "%s was trained on the column %s %s, %s"
            .formatted(
                model.path(),
                column.getName(),
                type(column),
                columns.stream()
                    .filter(there -> there.getName().equals(column.getName()))
                    .map(ModelScorer::type)
                    .filter(found -> !found.equals(type(column)))
                    .findFirst()
                    .map("but the job now reads it as "::concat)
                    .orElse("which is not among those of the job now (%s)".formatted(names))));
  }

  private static String type(Column column) {
    return "%s%s".formatted(column.getType(), column.getShape());
  }

  /** Begins a file, whose rows follow. */
  void begin(HoldoutFile file, List<Column> columns) {
    trained =
        lineage.stream().map(data -> data.of(file.names(), file.contents(), columns)).toList();
  }

  boolean isWeighted() {
    return encoder.isWeighted();
  }

  float weight(ColumnBlock row) {
    return encoder.weight(row.select(indexes), 0);
  }

  /** Takes a row. */
  RowState add(long record, ColumnBlock row) {
    ColumnBlock values = row.select(indexes);
    RowState state = state(record, row, values);
    states.write(state.code());
    if (state.hasOutputs()) {
      predictor.add(record, values);
      targets.add(target, target.length);
    }
    return state;
  }

  private RowState state(long record, ColumnBlock row, ColumnBlock values) {
    for (TrainedData.Rows data : trained) {
      if (data.mayHaveTrained(record, row)) {
        return RowState.MAY_HAVE_TRAINED;
      }
    }
    for (int c = 0; c < indexes.length; c++) {
      if (isNeeded[c] && isMissing(values.column(c))) {
        return RowState.LACKS_VALUE;
      }
    }
    encoder.encodeTargets(values, 0, target, 0);
    return isClass && target[0] == Loss.UNKNOWN_CLASS ? RowState.OF_UNKNOWN_CLASS : RowState.JUDGES;
  }

  private static boolean isMissing(RawColumn value) {
    return value.width() == 1 && value.isMissing(0);
  }

  /** Gives the scores of the rows since it was last asked. */
  ModelScores take() {
    predictor.flush();
    ByteBuffer found = ByteBuffer.wrap(states.toByteArray());
    states.reset();
    return new ModelScores(found, outputs.take(), targets.take());
  }
}
