/**
 * Which row is for training, for validation, for the test, or held out. Start with {@link
 * io.beamgrad.data.split.SplitRule}.
 */
package io.beamgrad.data.split;
