package io.beamgrad.benchmarks;

import io.beamgrad.tensor.Generator;
import java.io.IOException;
import java.io.OutputStream;

/**
 * A made-up table of reviews: a label of 0 or 1 and a text of 20 to 200 words, of which a few are
 * frequent and most are rare, with commas and full stops. A tenth of the words have an effect on
 * the label, which is the other way round behind the word "not". The same seed gives the same bytes
 * on every JDK, and every seed the same words and effects.
 */
final class ReviewTable {
  static final int WORDS = 10_000;
  static final int LEAST_WORDS = 20;
  static final int MOST_WORDS = 200;
  private static final String HEADER = "label,review\n";
  private static final String NOT = "not";
  private static final double NOT_SHARE = 0.03;
  private static final double WITH_EFFECT = 0.1;
  private static final double EFFECT_DEVIATION = 1.0;
  private static final double INTERCEPT = 0;
  private static final int LEAST_LETTERS = 3;
  private static final int MOST_LETTERS = 11;

  private final String[] words = new String[WORDS];
  private final double[] effects = new double[WORDS];
  private final Generator random;

  ReviewTable(long seed) {
    Generator truth = Generator.derive(7, "reviews");
    for (int i = 0; i < WORDS; i++) {
      StringBuilder word = new StringBuilder();
      int letters = LEAST_LETTERS + (int) (truth.nextDouble() * (MOST_LETTERS - LEAST_LETTERS + 1));
      for (int l = 0; l < letters; l++) {
        word.append((char) ('a' + (int) (truth.nextDouble() * 26)));
      }
      words[i] = word.toString();
      boolean hasEffect = truth.nextDouble() < WITH_EFFECT;
      double effect = EFFECT_DEVIATION * truth.nextGaussian();
      effects[i] = hasEffect ? effect : 0;
    }
    this.random = Generator.derive(seed, "reviews");
  }

  /** Writes the next rows as CSV under a header, and gives their bytes. */
  long write(OutputStream out, long rows) throws IOException {
    CsvLines lines = new CsvLines(out);
    lines.text(HEADER);
    for (long row = 0; row < rows; row++) {
      StringBuilder review = new StringBuilder();
      boolean isGood = random.nextDouble() < next(review);
      lines.number(isGood ? 1 : 0);
      lines.text(",\"");
      for (int from = 0; from < review.length(); from += 256) {
        lines.text(review.substring(from, Math.min(review.length(), from + 256)));
      }
      lines.text("\"");
      lines.end();
    }
    return lines.flush();
  }

  /** Draws the next review, and gives the probability that it is a good one. */
  private double next(StringBuilder review) {
    int left = LEAST_WORDS + (int) (random.nextDouble() * (MOST_WORDS - LEAST_WORDS + 1));
    double logit = INTERCEPT;
    boolean isFirst = true;
    boolean isTurned = false;
    for (; left > 0; left--) {
      if (!isTurned && random.nextDouble() < NOT_SHARE) {
        append(review, NOT, isFirst);
        isTurned = true;
        isFirst = false;
        continue;
      }
      double u = random.nextDouble();
      int word = (int) (WORDS * u * u * u); // density k^(-2/3)
      append(review, words[word], isFirst);
      logit += isTurned ? -effects[word] : effects[word];
      isTurned = false;
      double end = random.nextDouble();
      isFirst = end < 0.07;
      review.append(isFirst ? "." : end < 0.15 ? "," : "");
    }
    return 1 / (1 + StrictMath.exp(-logit));
  }

  private static void append(StringBuilder review, String word, boolean isFirst) {
    review.append(review.isEmpty() ? "" : " ");
    review.append(isFirst ? Character.toUpperCase(word.charAt(0)) : word.charAt(0));
    review.append(word, 1, word.length());
  }
}
