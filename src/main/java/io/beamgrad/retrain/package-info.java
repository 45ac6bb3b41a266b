/**
 * One decision of a retraining: which data are new, whether they may be used, from which version
 * training starts, and whether the new model is published. Start with {@link
 * io.beamgrad.retrain.RetrainRun}.
 */
package io.beamgrad.retrain;
