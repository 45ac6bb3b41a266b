package io.beamgrad.evaluation;

/** Whether a row of a holdout can judge a model. The order is that of the schema. */
enum RowState {
  JUDGES,
  /** The model, or one that it descends from, may have trained on the row. */
  MAY_HAVE_TRAINED,
  /** The row lacks a value that the model needs. */
  LACKS_VALUE,
  /** The row judges, and the model does not know its class, so that all it can say is wrong. */
  OF_UNKNOWN_CLASS;

  private static final RowState[] ALL = values();

  static RowState of(byte state) {
    return ALL[state];
  }

  /** True where the model says something of the row. */
  boolean hasOutputs() {
    return this == JUDGES || this == OF_UNKNOWN_CLASS;
  }
}
