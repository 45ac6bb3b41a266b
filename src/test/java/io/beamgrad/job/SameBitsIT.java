package io.beamgrad.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.Jvms;
import io.beamgrad.Jvms.Jvm;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The shipped jobs, and one of models by key, come to the same weights and the same metrics with
 * every vector width, with plain loops, at every number of threads, and on the newest JDK. The jar
 * that was built runs them.
 */
class SameBitsIT {
  private static final String CLASS_PATH = "target/beamgrad.jar:target/test-classes";

  /** As the manifest has it, which counts where Java is started with the jar itself. */
  private static final String[] OPENED = {"java.util", "java.lang", "java.nio", "java.io"};

  @TempDir Path folder;
  private final Map<String, String> outputs = new LinkedHashMap<>();

  @Test
  void everyJvmComesToTheSameBits() throws IOException, InterruptedException {
    Optional<Path> mnist = MnistIT.find();
    if (mnist.isEmpty()) {
      System.out.println("SKIPPED: the MNIST jobs of SameBitsIT, which need data/mnist");
    }
    run(mnist, Jvms.usual());
    for (Jvm jvm : Jvms.ofEachVectorWidth()) {
      run(mnist, jvm);
    }
    run(mnist, Jvms.plain());
    // With one processor, batches are prepared on the training thread.
    String[] one = {"-XX:ActiveProcessorCount=1", "-Dbeamgrad.threads=1"};
    run(mnist, Jvms.usual().with("one thread", one), "--parallelism", "1");
    String[] three = {"-XX:ActiveProcessorCount=2", "-Dbeamgrad.threads=3"};
    run(mnist, Jvms.usual().with("several threads", three), "--parallelism", "2");
    Optional<Jvm> newest = Jvms.newest();
    if (newest.isPresent()) {
      run(mnist, newest.get());
    }

    String expected = outputs.values().iterator().next();
    List<String> jobs = expected.lines().map(line -> line.substring(0, line.indexOf(' '))).toList();
    List<String> all = List.of("crop-yield", "digits", "shops", "mnist", "mnist-mlp");
    assertEquals(mnist.isPresent() ? all : all.subList(0, 3), jobs);
    outputs.forEach((name, output) -> assertEquals(expected, output, name));
  }

  private void run(Optional<Path> mnist, Jvm jvm, String... more)
      throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>();
    arguments.add(folder.resolve(Integer.toString(outputs.size())).toString());
    arguments.add(mnist.map(Path::toString).orElse(""));
    arguments.addAll(List.of(more));
    Jvm opened =
        jvm.with(
            jvm.name(),
            Arrays.stream(OPENED)
                .map(name -> "--add-opens=java.base/" + name + "=ALL-UNNAMED")
                .toArray(String[]::new));
    String output =
        Jvms.run(opened, CLASS_PATH, ShippedJobs.class, arguments.toArray(new String[0]));
    assertTrue(outputs.put(jvm.name(), output) == null, jvm.name());
  }
}
