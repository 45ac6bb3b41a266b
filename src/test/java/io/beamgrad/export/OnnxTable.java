package io.beamgrad.export;

import ai.onnxruntime.OrtException;
import io.beamgrad.data.formats.CsvStyle;
import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.rows.RawColumn;
import io.beamgrad.data.rows.RowSink;
import io.beamgrad.data.sources.NamedFiles;
import io.beamgrad.data.sources.SourceFiles;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.FileRange;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.schema.Reject;
import io.beamgrad.schema.ValueKind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The rows of a table as the inputs of an exported model of numbers, texts, booleans and dates. */
public final class OnnxTable implements RowSink {
  private final List<Column> features;
  private final List<List<Object>> values = new ArrayList<>(); // by feature and row

  private OnnxTable(List<Column> features) {
    this.features = features;
    features.forEach(feature -> values.add(new ArrayList<>()));
  }

  /** What the exported model says of all rows of a file, none of which may be a reject. */
  public static Map<String, Object> run(ModelRecord model, Path onnx, String file)
      throws OrtException {
    List<Column> features = Columns.features(model.getColumns());
    OnnxTable table = new OnnxTable(features);
    SourceFiles files =
        NamedFiles.tables(List.of(file)).tablesOf(features, CsvStyle.of(model.getCsv()));
    for (FileRange range : files.ranges()) {
      SourceFiles.reader(range.getFormat()).read(range, table);
    }
    try (OnnxSession session = new OnnxSession(onnx)) {
      for (int f = 0; f < features.size(); f++) {
        table.put(f, session);
      }
      return session.run();
    }
  }

  private void put(int feature, OnnxSession session) throws OrtException {
    Column column = features.get(feature);
    List<Object> rows = values.get(feature);
    if (column.getKind() == ValueKind.TEXT) {
      session.put(column.getName(), rows.toArray(String[]::new));
      return;
    }
    double[] numbers = rows.stream().mapToDouble(Double.class::cast).toArray();
    session.putNumbers(column.getName(), numbers);
  }

  @Override
  public void accept(long record, ColumnBlock row) {
    for (int f = 0; f < values.size(); f++) {
      RawColumn column = row.column(f);
      values
          .get(f)
          .add(
              features.get(f).getType() == ColumnType.STRINGS
                  ? Objects.requireNonNullElse(column.text(0), "")
                  : (Object) column.number(0));
    }
  }

  @Override
  public void reject(Reject reject) {
    throw new IllegalStateException(reject.toString());
  }
}
