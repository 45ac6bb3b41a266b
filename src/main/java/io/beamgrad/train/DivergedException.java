package io.beamgrad.train;

import java.math.BigDecimal;
import java.math.MathContext;

/** Thrown when the loss of a batch is NaN or infinite, before the weights are changed by it. */
public final class DivergedException extends RuntimeException {

  private static final MathContext DIGITS = new MathContext(3);

  /** An exception that says it in words. */
  public DivergedException(String message) {
    super(message);
  }

  /**
   * An exception that says where.
   *
   * @param lastFiniteLoss the loss of the batch before, NaN if there was none
   */
  DivergedException(
      double loss, int epoch, long step, double lr, int batchExamples, double lastFiniteLoss) {
    super(
        "loss is "
            + (Double.isNaN(loss) ? "NaN" : "infinite")
            + " at epoch "
            + epoch
            + " step "
            + step
            + " (learning rate "
            + text(lr)
            + ", batch of "
            + batchExamples
            + "); "
            + (Double.isNaN(lastFiniteLoss)
                ? "no finite loss before it"
                : "last finite loss " + text(lastFiniteLoss)));
  }

  /** Three digits, without trailing zeros. */
  private static String text(double value) {
    BigDecimal rounded = new BigDecimal(value).round(DIGITS).stripTrailingZeros();
    int exponent = rounded.precision() - rounded.scale();
    return exponent > 6 || exponent < -4 ? rounded.toString() : rounded.toPlainString();
  }
}
