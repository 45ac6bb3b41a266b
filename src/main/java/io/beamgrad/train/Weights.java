package io.beamgrad.train;

import io.beamgrad.tensor.Tensor;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Named tensors as bytes. In the order of the map, for each tensor: the length of the name in UTF-8
 * as int32 and the name; the number of dimensions as int32 and each size as int32; the elements as
 * float32, row-major. All little-endian; nothing before, between or after.
 */
public final class Weights {
  /**
   * The number of the arithmetic that makes weights, in checkpoints, {@code run.json} and {@code
   * model.avro}. It is raised whenever the SHA-256 of a shipped job's weights moves: trainings of
   * the same number give the same bits for the same plan and data.
   */
  public static final int ARITHMETIC = 1;

  private Weights() {}

  /** The SHA-256 of the bytes, in lower-case hex. */
  public static String sha256(Map<String, Tensor> tensors) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      write(tensors, new DigestOutputStream(OutputStream.nullOutputStream(), digest));
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException | IOException e) {
      throw new IllegalStateException(e); // every JDK has SHA-256, and the stream writes nowhere
    }
  }

  /** Writes a file with the bytes alone. */
  public static void save(Map<String, Tensor> tensors, Path file) throws IOException {
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      write(tensors, out);
    }
  }

  private static void write(Map<String, Tensor> tensors, OutputStream out) throws IOException {
    for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
      byte[] name = entry.getKey().getBytes(StandardCharsets.UTF_8);
      int[] shape = entry.getValue().shape();
      float[] data = entry.getValue().data();
      byte[] head = new byte[4 + name.length + 4 + 4 * shape.length];
      little(head).putInt(name.length).put(name).putInt(shape.length).asIntBuffer().put(shape);
      out.write(head);
      byte[] elements = new byte[4 * data.length];
      little(elements).asFloatBuffer().put(data);
      out.write(elements);
    }
  }

  /**
   * Reads a file that {@link #save} wrote.
   *
   * @throws IOException if it is cut short or is no such file; the message has the path
   */
  public static Map<String, Tensor> load(Path file) throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
      long limit = Files.size(file);
      for (in.mark(1); in.read() >= 0; in.mark(1)) {
        in.reset();
        byte[] name = read(in, size(in, limit));
        int[] shape = new int[size(in, limit / 4)];
        long elements = 1;
        for (int i = 0; i < shape.length; i++) {
          shape[i] = size(in, limit / 4);
          elements = Math.multiplyExact(elements, (long) shape[i]);
        }
        if (elements > limit / 4) {
          throw new EOFException();
        }
        float[] data = new float[(int) elements];
        little(read(in, 4 * data.length)).asFloatBuffer().get(data);
        tensors.put(new String(name, StandardCharsets.UTF_8), Tensor.wrap(data, shape));
      }
    } catch (EOFException | ArithmeticException e) {
      throw new IOException(file + ": not a whole file of weights", e);
    }
    return tensors;
  }

  private static int size(DataInputStream in, long limit) throws IOException {
    int size = little(read(in, 4)).getInt();
    if (size < 0 || size > limit) {
      throw new EOFException();
    }
    return size;
  }

  private static byte[] read(DataInputStream in, int bytes) throws IOException {
    byte[] read = new byte[bytes];
    in.readFully(read);
    return read;
  }

  private static ByteBuffer little(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
