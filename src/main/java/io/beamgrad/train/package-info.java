/**
 * The plain training loop: data sets and samplers, an epoch of steps, of one model or of several on
 * the same batches, evaluation with its metrics, and early stopping. The same loop runs in a
 * program of a few lines and inside of a pipeline. It uses the core and the JDK alone. Start with
 * {@link io.beamgrad.train.Trainer}.
 */
package io.beamgrad.train;
