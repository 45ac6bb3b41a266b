/**
 * Encodes the columns of a row as the numbers of a model's input and targets. Nothing is learned
 * here, and nothing needs Beam, so training and prediction share it. Start with {@link
 * io.beamgrad.data.encoding.RowEncoder}.
 */
package io.beamgrad.data.encoding;
