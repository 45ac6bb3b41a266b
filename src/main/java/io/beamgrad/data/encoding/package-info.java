/**
 * From the columns of a row to the numbers of a model's input and target. Nothing is learned here,
 * and no Beam is needed: it serves training and prediction alike. Start with {@link
 * io.beamgrad.data.encoding.RowEncoder}.
 */
package io.beamgrad.data.encoding;
