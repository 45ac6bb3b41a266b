/**
 * Running a model on many rows, and writing files of its predictions. Start with {@link
 * io.beamgrad.predict.BatchPredictor}.
 */
package io.beamgrad.predict;
