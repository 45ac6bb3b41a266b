package io.beamgrad.benchmarks;

import java.util.List;
import java.util.stream.IntStream;
import org.apache.beam.runners.direct.DirectOptions;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.io.TextIO;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;

/** The least that a job of Beam does: makes 400 numbers, changes each, writes them as text. */
final class EmptyJob {
  private static final int ROWS = 400;

  private EmptyJob() {}

  /**
   * Runs it by the direct runner, set as that of {@code beamgrad train}.
   *
   * @param args the path that the written files begin with
   */
  public static void main(String[] args) {
    DirectOptions options =
        PipelineOptionsFactory.fromArgs(
                "--runner=DirectRunner",
                "--targetParallelism=1",
                "--enforceImmutability=false",
                "--enforceEncodability=false")
            .as(DirectOptions.class);
    Pipeline pipeline = Pipeline.create(options);
    List<Integer> numbers = IntStream.range(0, ROWS).boxed().toList();
    pipeline
        .apply("Create", Create.of(numbers))
        .apply("ToText", ParDo.of(new ToTextFn()))
        .apply("Write", TextIO.write().to(args[0]));
    pipeline.run().waitUntilFinish();
  }

  private static final class ToTextFn extends DoFn<Integer, String> {
    @ProcessElement
    public void process(@Element Integer number, OutputReceiver<String> out) {
      out.output(Integer.toString(number));
    }
  }
}
