/**
 * Measures one model on the rows of a split, or compares two on the same rows. Start with {@link
 * io.beamgrad.evaluation.ModelEvaluation}.
 */
package io.beamgrad.evaluation;
