/**
 * Which row is for training, validation, test or calibration, or held out. Start with {@link
 * io.beamgrad.data.split.SplitRule}.
 */
package io.beamgrad.data.split;
