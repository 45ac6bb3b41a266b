package io.beamgrad.registry.gate;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** The numbers that scripts/goldens/judging.py wrote. */
final class JudgingGoldens {
  private static final Map<String, double[]> NUMBERS = read();

  private JudgingGoldens() {}

  private static Map<String, double[]> read() {
    try (InputStream in = JudgingGoldens.class.getResourceAsStream("/goldens/judging.txt")) {
      Map<String, double[]> numbers = new TreeMap<>();
      new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split(" "))
          .forEach(
              words ->
                  numbers.put(
                      words[0],
                      Arrays.stream(words).skip(1).mapToDouble(Double::parseDouble).toArray()));
      return numbers;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static double[] all(String name) {
    return NUMBERS.get(name);
  }

  static double of(String name) {
    return NUMBERS.get(name)[0];
  }
}
