/**
 * Whole ways through a pipeline as one transform each, for a pipeline of one's own: it has what the
 * commands have below it, all of the spec and the transforms, and no command, no run's folder and
 * no runner. Start with {@link io.beamgrad.pipeline.Train}.
 */
package io.beamgrad.pipeline;
