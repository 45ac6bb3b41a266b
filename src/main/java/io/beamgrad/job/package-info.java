/**
 * The jobs behind the commands {@code train} and {@code predict}: they find the data, build the
 * pipeline, follow it, and finish its files. Start with {@link io.beamgrad.job.TrainJob}.
 */
package io.beamgrad.job;
