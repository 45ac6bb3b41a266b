package io.beamgrad.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.data.files.RecordFile;
import io.beamgrad.job.TinyDigits;
import io.beamgrad.model.Model;
import io.beamgrad.model.ModelFile;
import io.beamgrad.nn.Sequential;
import io.beamgrad.pipeline.Spec;
import io.beamgrad.schema.ModelRef;
import io.beamgrad.schema.Outcome;
import io.beamgrad.tensor.Tensor;
import io.beamgrad.train.Dataset;
import io.beamgrad.train.TensorDataset;
import java.io.IOException;
import java.io.StringWriter;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.extensions.avro.coders.AvroCoder;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.transforms.AddFields;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's Java is compiled as it stands, inside methods that have its variables, and run. */
class ReadmeTest {
  private static final Schema CROPS =
      Schema.builder()
          .addInt32Field("temp")
          .addInt32Field("rainfall")
          .addInt32Field("humidity")
          .addInt32Field("apples")
          .addInt32Field("oranges")
          .build();

  @TempDir static Path folder;
  private static URLClassLoader loader;
  private static Class<?> readme;

  @BeforeAll
  static void compile() throws IOException, ReflectiveOperationException {
    String inFolder =
        ReadmeJava.classWith("")
            .replace("\"model.avro\"", "\"%s\"".formatted(model()))
            .replace("\"models/orders.avro\"", "\"%s\"".formatted(yields().resolve("model.avro")));
    Path file = Files.writeString(folder.resolve("Readme.java"), inFolder);
    JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
    StringWriter complaints = new StringWriter();
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    try (StandardJavaFileManager files = javac.getStandardFileManager(null, null, null)) {
      boolean isCompiled =
          javac
              .getTask(
                  complaints,
                  files,
                  null,
                  List.of("-proc:none", "-d", folder.toString(), "-cp", classPath),
                  null,
                  files.getJavaFileObjects(file))
              .call();
      assertTrue(isCompiled, complaints::toString);
    }
    loader =
        new URLClassLoader(new URL[] {folder.toUri().toURL()}, ReadmeTest.class.getClassLoader());
    readme = loader.loadClass("Readme");
  }

  @AfterAll
  static void close() throws IOException {
    loader.close();
  }

  private static Path yields() {
    return folder.resolve("yields");
  }

  private static Path model() {
    return folder.resolve("out/model.avro");
  }

  private static Object run(String name, Object... arguments) throws ReflectiveOperationException {
    for (Method method : readme.getDeclaredMethods()) {
      if (method.getName().equals(name)) {
        method.setAccessible(true);
        return method.invoke(null, arguments);
      }
    }
    throw new NoSuchMethodException(name);
  }

  @Test
  void theCoresLoopTrains() throws ReflectiveOperationException {
    Tensor images = Tensor.ones(200, 28, 28);
    Dataset dataset = new TensorDataset(images, Tensor.zeros(200));
    Sequential trained = (Sequential) run("core", dataset);
    float[] logits = trained.forward(Tensor.ones(1, 28, 28)).data();
    for (int other = 1; other < logits.length; other++) {
      assertTrue(logits[0] > logits[other]);
    }
  }

  @Test
  void aModelOfAFilePredicts() throws Exception {
    Spec spec = Spec.read(TinyDigits.write(folder));
    Pipeline pipeline = Pipeline.create();
    TrainInYourPipeline.addTo(
        pipeline, spec, folder.resolve("work").toString(), folder.resolve("out").toString());
    pipeline.run().waitUntilFinish();
    byte[] pixels = new byte[16];
    pixels[3] = (byte) 250;
    assertEquals(
        Model.load(model()).predict(pixels).toString(), run("predictOne", pixels).toString());
  }

  private static PCollection<Row> crops(Pipeline pipeline) throws IOException {
    List<String> lines = Files.readAllLines(Path.of("pipelines/data/crop-yield/regions.csv"));
    List<Row> rows = new ArrayList<>();
    for (String line : lines.subList(1, lines.size())) {
      Row.Builder row = Row.withSchema(CROPS);
      for (String value : line.split(",")) {
        row.addValue(Integer.valueOf(value));
      }
      rows.add(row.build());
    }
    return pipeline.apply("Crops", Create.of(rows).withRowSchema(CROPS));
  }

  @Test
  void aPipelineOfOnesOwnTrainsAndPredicts() throws IOException, ReflectiveOperationException {
    Pipeline pipeline = Pipeline.create();
    Path out = yields();
    run(
        "train",
        pipeline,
        crops(pipeline),
        folder.resolve("yields-work").toString(),
        out.toString());
    Outcome outcome =
        RecordFile.of(Outcome.class).read(out.resolve("outcomes.avro").toString()).get(0);
    assertEquals("", outcome.getMessage());
    assertEquals(5, outcome.getTrained());
    assertEquals(List.of("apples", "oranges"), Model.load(out.resolve("model.avro")).targets());

    Pipeline predicting = Pipeline.create();
    PCollection<Row> orders =
        crops(predicting)
            .apply("Orders", AddFields.<Row>create().field("order", Schema.FieldType.STRING, "a"));
    PCollection<ModelRef> models =
        predicting.apply(
            "Models",
            Create.of(ModelFile.ref(out.resolve("model.avro").toString()))
                .withCoder(AvroCoder.specific(ModelRef.class)));
    run("predictAll", orders, models);
    predicting.run().waitUntilFinish();
  }
}
