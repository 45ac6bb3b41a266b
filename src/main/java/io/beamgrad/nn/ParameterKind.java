package io.beamgrad.nn;

/** What a parameter does, by which an optimiser may tell parameters apart. */
public enum ParameterKind {
  /** The factors of inputs, as {@link Scale} has them. */
  SCALE,
  /** The weights of a layer: all that is of no other kind. */
  WEIGHT,
  /** What is added at the end of a layer. */
  BIAS
}
