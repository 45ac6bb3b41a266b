package io.beamgrad.benchmarks;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.export.OnnxFile;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.schema.ValueKind;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An exported model in ONNX Runtime on one thread, for one row of a table at a time. */
final class OnnxRows implements AutoCloseable {
  private static final long[] ONE = {1, 1};

  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;
  private final List<Column> features;

  OnnxRows(ModelRecord model, Path file) throws OrtException {
    OnnxFile.write(file.toString(), model, Map.of());
    features = Columns.features(model.getColumns());
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      session = environment.createSession(file.toString(), options);
    }
  }

  /** The probability of the second class, from one tensor for each column as a service has them. */
  float probability(Object[] row) {
    Map<String, OnnxTensor> inputs = new LinkedHashMap<>();
    try {
      for (int i = 0; i < row.length; i++) {
        inputs.put(features.get(i).getName(), tensor(features.get(i), row[i]));
      }
      try (OrtSession.Result result = session.run(inputs)) {
        OnnxTensor probabilities = (OnnxTensor) result.get("probabilities").orElseThrow();
        return probabilities.getFloatBuffer().get(1);
      }
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    } finally {
      inputs.values().forEach(OnnxTensor::close);
    }
  }

  private OnnxTensor tensor(Column column, Object value) throws OrtException {
    if (column.getKind() == ValueKind.TEXT) {
      String text = value == null ? "" : (String) value;
      return OnnxTensor.createTensor(environment, new String[] {text}, ONE);
    }
    float number = value == null ? Float.NaN : number(value);
    return OnnxTensor.createTensor(environment, FloatBuffer.wrap(new float[] {number}), ONE);
  }

  private static float number(Object value) {
    return value instanceof Boolean flag ? (flag ? 1 : 0) : ((Number) value).floatValue();
  }

  @Override
  public void close() throws OrtException {
    session.close();
  }
}
