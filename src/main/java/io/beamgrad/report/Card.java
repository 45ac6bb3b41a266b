package io.beamgrad.report;

import java.util.List;

/**
 * A row with its picture and the model's prediction.
 *
 * @param picture a {@code data:} address
 * @param title the true class and the predicted one
 * @param guesses the most probable classes
 * @param place the file and record of the row
 */
public record Card(String picture, String title, boolean isRight, List<Bar> guesses, String place) {
  public Card {
    guesses = List.copyOf(guesses);
  }
}
