/**
 * Who runs a pipeline: the direct runner, Flink inside of this process, or a Flink cluster. Only
 * this room knows how they are started, followed and stopped. Start with {@link
 * io.beamgrad.runner.PipelineRun}.
 */
package io.beamgrad.runner;
