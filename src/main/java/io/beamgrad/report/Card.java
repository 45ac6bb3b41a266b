package io.beamgrad.report;

import java.util.List;

/**
 * A row with its picture and what the model makes of it.
 *
 * @param picture a {@code data:} address
 * @param title what it is, what it was taken for
 * @param guesses the most probable classes
 * @param place its file and record
 */
public record Card(String picture, String title, boolean isRight, List<Bar> guesses, String place) {
  public Card {
    guesses = List.copyOf(guesses);
  }
}
