package io.beamgrad.export;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** An exported model in ONNX Runtime. */
public final class OnnxSession implements AutoCloseable {
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;
  private final Map<String, OnnxTensor> inputs = new LinkedHashMap<>();

  public OnnxSession(Path file) throws OrtException {
    session = environment.createSession(file.toString(), new OrtSession.SessionOptions());
  }

  /** Sets an input of bytes, {@code (rows, ...shape)}. */
  public OnnxSession put(String name, byte[] values, long... shape) throws OrtException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(values.length).put(values).flip();
    return put(name, OnnxTensor.createTensor(environment, buffer, shape, OnnxJavaType.UINT8));
  }

  /** Sets an input of numbers, {@code (rows, width)}. */
  OnnxSession put(String name, int width, float... values) throws OrtException {
    long[] shape = {values.length / width, width};
    return put(name, OnnxTensor.createTensor(environment, FloatBuffer.wrap(values), shape));
  }

  /** Sets an input of doubles, {@code (rows, width)}. */
  OnnxSession put(String name, int width, double... values) throws OrtException {
    long[] shape = {values.length / width, width};
    return put(name, OnnxTensor.createTensor(environment, DoubleBuffer.wrap(values), shape));
  }

  /** Sets an input of one number or boolean in a row, in the type that it has. */
  OnnxSession putNumbers(String name, double[] values) throws OrtException {
    OnnxJavaType type = ((TensorInfo) session.getInputInfo().get(name).getInfo()).type;
    if (type == OnnxJavaType.DOUBLE) {
      return put(name, 1, values);
    }
    if (type == OnnxJavaType.BOOL) {
      boolean[] flags = new boolean[values.length];
      for (int i = 0; i < values.length; i++) {
        flags[i] = values[i] == 1;
      }
      return put(name, flags);
    }
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return put(name, 1, floats);
  }

  /** Sets an input of texts, {@code (rows, 1)}. */
  OnnxSession put(String name, String... values) throws OrtException {
    return put(name, OnnxTensor.createTensor(environment, values, new long[] {values.length, 1}));
  }

  /** Sets an input of booleans, {@code (rows, 1)}. */
  OnnxSession put(String name, boolean... values) throws OrtException {
    boolean[][] column = new boolean[values.length][1];
    for (int i = 0; i < values.length; i++) {
      column[i][0] = values[i];
    }
    return put(name, OnnxTensor.createTensor(environment, column));
  }

  private OnnxSession put(String name, OnnxTensor tensor) {
    inputs.put(name, tensor);
    return this;
  }

  /** The outputs of the inputs by name: {@code float[][]}, or {@code String[]} for labels. */
  public Map<String, Object> run() throws OrtException {
    Map<String, Object> outputs = new LinkedHashMap<>();
    try (OrtSession.Result result = session.run(inputs)) {
      for (Map.Entry<String, ai.onnxruntime.OnnxValue> output : result) {
        outputs.put(output.getKey(), output.getValue().getValue());
      }
    }
    return outputs;
  }

  /** What the file says of itself. */
  Map<String, String> metadata() throws OrtException {
    return session.getMetadata().getCustomMetadata();
  }

  @Override
  public void close() throws OrtException {
    inputs.values().forEach(OnnxTensor::close);
    session.close();
  }
}
