package io.beamgrad.examples;

import io.beamgrad.model.Model;
import io.beamgrad.model.Prediction;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Scanner;

/**
 * Predicts rows in plain Java. With {@code beamgrad-model.jar} alone on the class path it reads
 * lines of {@code column=value,...} and prints the label and probabilities, or the numbers, of
 * each.
 */
public final class PredictInService {
  private PredictInService() {}

  public static void main(String[] args) throws IOException {
    Model model = Model.load(Path.of(args[0]));
    try (Scanner lines = new Scanner(System.in, "UTF-8")) {
      while (lines.hasNextLine()) {
        System.out.println(text(model, row(lines.nextLine())));
      }
    }
  }

  private static Map<String, Object> row(String line) {
    Map<String, Object> row = new HashMap<>();
    for (String field : line.split(",", -1)) {
      int equals = field.indexOf('=');
      row.put(field.substring(0, equals), field.substring(equals + 1));
    }
    return row;
  }

  private static String text(Model model, Map<String, Object> row) {
    Prediction prediction = model.predict(row);
    if (model.labels().isEmpty()) {
      return joined("", prediction.values());
    }
    return joined(prediction.label(), prediction.probabilities());
  }

  private static String joined(String first, float[] values) {
    StringBuilder text = new StringBuilder(first);
    for (float value : values) {
      text.append(text.length() == 0 ? "" : ",").append(value);
    }
    return text.toString();
  }
}
