package io.beamgrad.pipeline;

import static io.beamgrad.pipeline.CropRows.DAY;
import static io.beamgrad.pipeline.CropRows.MONDAY;
import static io.beamgrad.pipeline.CropRows.MONDAY_FOLDER;
import static io.beamgrad.pipeline.CropRows.SCHEMA;
import static io.beamgrad.pipeline.CropRows.TUESDAY_FOLDER;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.beam.runners.flink.FlinkRunner;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.SerializableFunctions;
import org.apache.beam.sdk.transforms.windowing.FixedWindows;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollection.IsBounded;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TimestampedValue;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model a day on embedded Flink, of rows with an end and of a stream. */
class TrainOnFlinkIT {
  @TempDir Path folder;

  private void run(PipelineOptions options, IsBounded isBounded, String out) throws IOException {
    List<TimestampedValue<Row>> rows = new ArrayList<>();
    rows.addAll(CropRows.on(MONDAY, CropRows.rows(200, 1, true)));
    rows.addAll(CropRows.on(MONDAY.plus(DAY), CropRows.rows(100, 3, false)));
    Pipeline pipeline = Pipeline.create(options);
    PCollection<Row> source =
        pipeline
            .apply(
                "Rows",
                Create.timestamped(rows)
                    .withSchema(
                        SCHEMA,
                        TypeDescriptors.rows(),
                        SerializableFunctions.identity(),
                        SerializableFunctions.identity()))
            .setIsBoundedInternal(isBounded);
    Path work = folder.resolve("work-" + out);
    Spec spec = CropRows.spec();
    source
        .apply("Days", Window.into(FixedWindows.of(DAY)))
        .apply("Train", Train.rows(spec).withWorkFolder(work.toString()))
        .apply("WriteResults", WriteResults.of(spec, folder.resolve(out).toString()));
    pipeline.run().waitUntilFinish();
    try (Stream<Path> left = Files.walk(work)) {
      assertEquals(List.of(), left.filter(Files::isRegularFile).toList());
    }
  }

  private static FlinkPipelineOptions flink() {
    FlinkPipelineOptions options = PipelineOptionsFactory.as(FlinkPipelineOptions.class);
    options.setRunner(FlinkRunner.class);
    options.setFlinkMaster("[local]");
    options.setParallelism(2);
    return options;
  }

  @Test
  void eachDayHasTheBytesOfTheDirectRunner() throws IOException {
    run(PipelineOptionsFactory.create(), IsBounded.BOUNDED, "direct");
    run(flink(), IsBounded.BOUNDED, "batch");
    FlinkPipelineOptions streaming = flink();
    streaming.setStreaming(true);
    streaming.setCheckpointingInterval(200L);
    streaming.setShutdownSourcesAfterIdleMs(1000L); // or the stream would have no end
    run(streaming, IsBounded.UNBOUNDED, "stream");
    for (String day : List.of(MONDAY_FOLDER, TUESDAY_FOLDER)) {
      for (String file : List.of("model.avro", "outcomes.avro", "details.avro")) {
        byte[] expected = Files.readAllBytes(folder.resolve("direct").resolve(day).resolve(file));
        for (String engine : List.of("batch", "stream")) {
          Path found = folder.resolve(engine).resolve(day).resolve(file);
          assertArrayEquals(expected, Files.readAllBytes(found), found.toString());
        }
      }
    }
  }
}
