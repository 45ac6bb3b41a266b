package io.beamgrad.benchmarks;

import java.util.List;
import org.apache.beam.runners.direct.DirectRunner;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.io.TextIO;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;

/**
 * The least that a Beam job on the direct runner does: it makes three elements, maps them and
 * writes them to a text file. What it takes as a process of its own is the floor of what a small
 * training can take.
 */
final class EmptyJob {

  private EmptyJob() {}

  /**
   * Runs the job.
   *
   * @param args the file to write
   */
  public static void main(String[] args) {
    PipelineOptions options = PipelineOptionsFactory.create();
    options.setRunner(DirectRunner.class);
    Pipeline pipeline = Pipeline.create(options);
    pipeline
        .apply("Make", Create.of(List.of(1, 2, 3)))
        .apply("Map", ParDo.of(new Decimal()))
        .apply("Write", TextIO.write().to(args[0]).withoutSharding());
    pipeline.run().waitUntilFinish();
  }

  private static final class Decimal extends DoFn<Integer, String> {
    @ProcessElement
    public void process(@Element Integer number, OutputReceiver<String> output) {
      output.output(Integer.toString(number));
    }
  }
}
