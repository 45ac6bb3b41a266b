/**
 * What {@code TrainModel} runs for one model: it learns the encodings of columns, trains a network
 * or the members of an ensemble on the blocks, keeps checkpoints, and says how far it is. Start
 * with {@link io.beamgrad.learner.TrainingRun}.
 */
package io.beamgrad.learner;
