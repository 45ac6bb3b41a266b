/**
 * All of beamgrad's Beam transforms: reading, shuffling, ranking, training, prediction and sinks. A
 * transform wires classes of lower floors into a pipeline and does little else. Start with {@link
 * io.beamgrad.transforms.TrainModel}.
 */
package io.beamgrad.transforms;
