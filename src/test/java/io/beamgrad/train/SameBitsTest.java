package io.beamgrad.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.beamgrad.Jvms;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** {@link SmallJobs} gives the same digests in JVMs with other vectors, threads and versions. */
class SameBitsTest {

  private final Map<String, String> outputs = new LinkedHashMap<>();

  @Test
  void everyJvmComesToTheSameBits() throws IOException, InterruptedException {
    run(Jvms.usual(), "false", "false");
    run(Jvms.plain(), "false", "false");
    run(Jvms.usual().with("two threads and a warm-up"), "true", "true");
    run(Jvms.plain().with("interpreted", "-Xint"), "true", "false");
    for (Jvms.Jvm jvm : Jvms.ofEachVectorWidth()) {
      run(jvm, "false", "false");
    }
    Optional<Jvms.Jvm> newest = Jvms.newest();
    if (newest.isPresent()) {
      run(newest.get(), "true", "false");
    }

    String expected = outputs.values().iterator().next();
    assertEquals(3, expected.lines().count(), expected);
    outputs.forEach((name, output) -> assertEquals(expected, output, name));
  }

  private void run(Jvms.Jvm jvm, String ahead, String warm)
      throws IOException, InterruptedException {
    String classPath = System.getProperty("java.class.path");
    outputs.put(jvm.name(), Jvms.run(jvm, classPath, SmallJobs.class, ahead, warm));
  }
}
