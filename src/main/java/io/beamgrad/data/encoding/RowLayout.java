package io.beamgrad.data.encoding;

/**
 * What an encoded row consists of, beside images.
 *
 * @param numbers the inputs that are stored as they are
 * @param categories the columns of which one input is 1 and all others are 0
 * @param texts the columns of texts, of which any number of inputs is not 0
 * @param targets the numbers of the target; 1 for a class
 * @param weights 1 where rows have a weight, else 0
 */
public record RowLayout(int numbers, int categories, int texts, int targets, int weights) {

  /** The memory of a row, without what its texts have. */
  public int bytes() {
    return Float.BYTES * (numbers + targets + weights) + Integer.BYTES * (categories + texts);
  }
}
