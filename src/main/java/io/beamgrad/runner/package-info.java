/**
 * The runners of a pipeline: the direct runner, Flink inside of this process, or a Flink cluster.
 * Only this room starts, follows and stops them. Start with {@link io.beamgrad.runner.PipelineRun}.
 */
package io.beamgrad.runner;
