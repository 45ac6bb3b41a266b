package io.beamgrad.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The tensors of a file that one of {@code scripts/goldens} wrote, by name. */
public final class Goldens {

  private static final double RELATIVE_ERROR = 1e-5;
  private static final double NEAR_ZERO = 1e-2; // of the tensor's scale
  private static final double MOST_SCALE = 100;

  private final Map<String, Tensor> tensors = new LinkedHashMap<>();

  public Goldens(String name) {
    String path = "/goldens/" + name + ".txt";
    try (InputStream in = Goldens.class.getResourceAsStream(path)) {
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList()) {
        if (!line.startsWith("#")) {
          List<String> words = Arrays.asList(line.split(" ", -1));
          int[] shape = numbers(words.get(1));
          float[] values = new float[words.size() - 2];
          for (int i = 0; i < values.length; i++) {
            values[i] = parse(words.get(i + 2));
          }
          tensors.put(words.get(0), Tensor.wrap(values, shape));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int[] numbers(String brackets) {
    String inside = brackets.substring(1, brackets.length() - 1);
    return inside.isEmpty()
        ? new int[0]
        : Arrays.stream(inside.split(",", -1)).mapToInt(Integer::parseInt).toArray();
  }

  private static float parse(String word) {
    return switch (word) {
      case "inf" -> Float.POSITIVE_INFINITY;
      case "-inf" -> Float.NEGATIVE_INFINITY;
      case "nan" -> Float.NaN;
      default -> Float.parseFloat(word);
    };
  }

  /** The first parts of all names, up to the first dot. */
  public Set<String> cases() {
    return tensors.keySet().stream()
        .map(name -> name.substring(0, name.indexOf('.')))
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  public boolean has(String name) {
    return tensors.containsKey(name);
  }

  /** A copy of a tensor. */
  public Tensor get(String name) {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException("no golden " + name);
    }
    return Tensor.wrap(tensor.toArray(), tensor.shape());
  }

  /**
   * Compares with a relative error of 1e-5. For an element below a hundredth of the tensor's
   * largest it is that of the hundredth, as sums that nearly cancel keep no more digits in float32.
   */
  public void check(String name, Tensor actual) {
    Tensor expected = get(name);
    assertArrayEquals(expected.shape(), actual.shape(), name);
    double scale = 0;
    for (float value : expected.data()) {
      scale = Float.isFinite(value) ? Math.max(scale, Math.abs(value)) : scale;
    }
    for (int i = 0; i < expected.elements(); i++) {
      float wanted = expected.data()[i];
      double tolerance =
          RELATIVE_ERROR * Math.max(Math.abs(wanted), NEAR_ZERO * Math.min(scale, MOST_SCALE));
      String where = name + " element " + i;
      if (Float.isFinite(wanted)) {
        assertEquals(wanted, actual.data()[i], tolerance, where);
      } else {
        assertEquals(wanted, actual.data()[i], where);
      }
    }
  }
}
