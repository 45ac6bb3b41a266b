package io.beamgrad.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@link SmallJobs} gives the same digests in JVMs with other vectors, threads and versions. */
class SameBitsTest {

  private static final Path THIS_JDK = Path.of(System.getProperty("java.home"));
  private static final String MODULE = "--add-modules=jdk.incubator.vector";
  private static final Pattern VERSION = Pattern.compile("JAVA_VERSION=\"(\\d+)");

  @Test
  void everyJvmComesToTheSameBits() throws IOException, InterruptedException {
    Map<String, List<String>> commands = new LinkedHashMap<>();
    commands.put("as it is", command(THIS_JDK, "false", "false", MODULE));
    commands.put("no vector module", command(THIS_JDK, "false", "false"));
    commands.put("two threads and a warm-up", command(THIS_JDK, "true", "true", MODULE));
    commands.put("interpreted", command(THIS_JDK, "true", "false", "-Xint"));
    if (System.getProperty("os.arch").matches("amd64|x86_64")) {
      for (String avx : List.of("3", "2")) {
        commands.put(
            "UseAVX=" + avx, command(THIS_JDK, "false", "false", MODULE, "-XX:UseAVX=" + avx));
      }
    }
    newestJdk()
        .ifPresentOrElse(
            jdk -> {
              commands.put("newest JDK", command(jdk, "true", "false", MODULE));
              commands.put("newest JDK without vectors", command(jdk, "false", "false"));
            },
            () -> System.out.println("SKIPPED: no newer JDK beside " + THIS_JDK));

    Map<String, String> outputs = new LinkedHashMap<>();
    for (Map.Entry<String, List<String>> command : commands.entrySet()) {
      outputs.put(command.getKey(), run(command.getValue()));
    }
    String expected = outputs.get("as it is");
    assertEquals(3, expected.lines().count(), expected);
    outputs.forEach((name, output) -> assertEquals(expected, output, name));
  }

  private static List<String> command(Path jdk, String ahead, String warm, String... flags) {
    List<String> command = new ArrayList<>(List.of(jdk.resolve("bin/java").toString()));
    command.addAll(List.of(flags));
    command.addAll(
        List.of(
            "-cp", System.getProperty("java.class.path"), SmallJobs.class.getName(), ahead, warm));
    return command;
  }

  private static String run(List<String> command) throws IOException, InterruptedException {
    Path errors = Files.createTempFile("same-bits", ".err");
    Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), () -> command + " failed, see " + errors);
    Files.delete(errors);
    return output;
  }

  /** The newest of the JDKs installed beside this one, if it is newer. */
  private static Optional<Path> newestJdk() throws IOException {
    try (Stream<Path> siblings = Files.list(THIS_JDK.getParent())) {
      return siblings
          .filter(jdk -> Files.isExecutable(jdk.resolve("bin/java")))
          .max(Comparator.comparingInt(SameBitsTest::version))
          .filter(jdk -> version(jdk) > Runtime.version().feature());
    }
  }

  private static int version(Path jdk) {
    try {
      Matcher matcher = VERSION.matcher(Files.readString(jdk.resolve("release")));
      return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
    } catch (IOException e) {
      return 0; // no JDK after all
    }
  }
}
