/**
 * A model over many rows, and the files of its predictions. Start with {@link
 * io.beamgrad.predict.BatchPredictor}.
 */
package io.beamgrad.predict;
