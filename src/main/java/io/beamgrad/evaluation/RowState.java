package io.beamgrad.evaluation;

/** Whether a row of a holdout can judge a model; in the order of the codes. */
enum RowState {
  JUDGES(0),
  /** The model, or one that it descends from, may have trained on the row. */
  MAY_HAVE_TRAINED(1),
  /** The row lacks a value that the model needs. */
  LACKS_VALUE(2),
  /** The row judges, and the model does not know its class, so that all it can say is wrong. */
  OF_UNKNOWN_CLASS(3);

  private static final RowState[] BY_CODE = values();

  private final int code;

  RowState(int code) {
    this.code = code;
  }

  static RowState of(byte code) {
    return BY_CODE[code];
  }

  /** As {@code ModelScores} has it. */
  int code() {
    return code;
  }

  /** True where the model says something of the row. */
  boolean hasOutputs() {
    return this == JUDGES || this == OF_UNKNOWN_CLASS;
  }
}
