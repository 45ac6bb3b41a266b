package io.beamgrad;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.HotSpotDiagnosticMXBean;
import io.beamgrad.tensor.Kernels;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Java processes of other kinds than this one: vectors of other widths or none, the newest JDK at
 * hand. A program that is run in them first prints {@link #describe}, so that a kind that the
 * machine does not have is told of and not taken for tested.
 */
public final class Jvms {

  /** Java with flags, under the name that messages have. */
  public record Jvm(String name, Path jdk, List<String> flags) {

    /** This one with more flags. */
    public Jvm with(String newName, String... more) {
      List<String> all = new ArrayList<>(flags);
      all.addAll(List.of(more));
      return new Jvm(newName, jdk, all);
    }
  }

  /** What a Java that {@link #LOGS_PLAINLY} writes to its error stream if it has no vectors. */
  public static final String HINT =
      "INFO: no vector module in this Java: tensors use plain loops, which give the same bits but"
          + " are slower; start it with --add-modules=jdk.incubator.vector\n";

  /** Options for Java in a locale that writes numbers in other digits. */
  public static final List<String> IN_ARABIC = List.of("-Duser.language=ar", "-Duser.country=EG");

  /** Options for Java by which its logger writes one line for each message, without the time. */
  public static final List<String> LOGS_PLAINLY =
      List.of("-Duser.language=en", "-Djava.util.logging.SimpleFormatter.format=%4$s: %5$s%n");

  private static final Path THIS_JDK = Path.of(System.getProperty("java.home"));
  private static final String MODULE = "--add-modules=jdk.incubator.vector";
  private static final Pattern VERSION = Pattern.compile("JAVA_VERSION=\"(\\d+)");
  private static final Pattern DESCRIBED = Pattern.compile("UseAVX=(-?\\d+), (.*)");

  private Jvms() {}

  /** This JDK as the launcher starts it. */
  public static Jvm usual() {
    return new Jvm("as the launcher has it", THIS_JDK, List.of(MODULE, "-XX:+UseParallelGC"));
  }

  /** This JDK without the vector module. */
  public static Jvm plain() {
    return new Jvm("without the vector module", THIS_JDK, List.of("-XX:+UseParallelGC"));
  }

  /** {@link #usual} with each width of vectors that there may be; none on other processors. */
  public static List<Jvm> ofEachVectorWidth() {
    if (!System.getProperty("os.arch").matches("amd64|x86_64")) {
      return List.of();
    }
    List<Jvm> jvms = new ArrayList<>();
    if (useAvx() >= 3) {
      jvms.add(ofBits(3, 512));
      jvms.add(ofBits(3, 256)); // with twice the registers that AVX2 has
    } else {
      jvms.add(usual().with("UseAVX=3", "-XX:UseAVX=3")); // which says that it is skipped
    }
    jvms.add(usual().with("UseAVX=2", "-XX:UseAVX=2"));
    jvms.add(ofBits(2, 128));
    return jvms;
  }

  private static Jvm ofBits(int avx, int bits) {
    return usual()
        .with(
            "UseAVX=%s, %s bits".formatted(avx, bits),
            "-XX:UseAVX=" + avx,
            "-Dbeamgrad.vectorBits=" + bits);
  }

  /** The newest of the JDKs installed beside this one, if it is newer; says so where none is. */
  public static Optional<Jvm> newest() throws IOException {
    try (Stream<Path> siblings = Files.list(THIS_JDK.getParent())) {
      Optional<Path> newest =
          siblings
              .filter(jdk -> Files.isExecutable(jdk.resolve("bin/java")))
              .max(Comparator.comparingInt(Jvms::version))
              .filter(jdk -> version(jdk) > Runtime.version().feature());
      if (newest.isEmpty()) {
        System.out.println("SKIPPED: no newer JDK beside " + THIS_JDK);
      }
      return newest.map(jdk -> new Jvm("JDK " + version(jdk), jdk, List.of(MODULE)));
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

  /** What this JVM computes with; before any warm-up of kernels. */
  public static String describe() {
    return "UseAVX=" + useAvx() + ", " + Kernels.current();
  }

  /** The option of this JVM; -1 on processors without it. */
  private static int useAvx() {
    try {
      return Integer.parseInt(
          ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
              .getVMOption("UseAVX")
              .getValue());
    } catch (IllegalArgumentException e) {
      return -1;
    }
  }

  /**
   * What a program prints after its first line, which must be {@link #describe}. Where that shows
   * that the JVM has refused a vector width, this is said aloud.
   */
  public static String run(Jvm jvm, String classPath, Class<?> program, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(jvm.jdk().resolve("bin/java").toString()));
    command.addAll(jvm.flags());
    command.addAll(List.of("-cp", classPath, program.getName()));
    command.addAll(List.of(arguments));
    Path errors = Files.createTempFile("beamgrad-jvm", ".err");
    Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int exitCode = process.waitFor();
    assertEquals(0, exitCode, () -> command + " failed, see " + errors + "\n" + output);
    Files.delete(errors);
    List<String> lines =
        output.lines().filter(line -> !line.contains(" VM warning: ")).toList(); // of a refusal
    assertTrue(lines.size() > 1, output);
    check(jvm, lines.get(0));
    return lines.stream().skip(1).collect(Collectors.joining("\n"));
  }

  /** That a JVM is of the kind that its flags ask for, or that the processor is not. */
  private static void check(Jvm jvm, String described) {
    Matcher matcher = DESCRIBED.matcher(described);
    assertTrue(matcher.matches(), described);
    int avx = Integer.parseInt(matcher.group(1));
    boolean plain = matcher.group(2).equals("plain loops");
    if (!jvm.flags().contains(MODULE)) {
      assertTrue(plain, jvm.name() + " has " + described);
    } else if (jvm.jdk().equals(THIS_JDK) && !jvm.flags().contains("-Xint")) {
      assertTrue(!plain, jvm.name() + " has " + described);
    } else if (plain) {
      System.out.println("SKIPPED: the vectors of " + jvm.name() + ", which has " + described);
    }
    for (String flag : jvm.flags()) {
      if (flag.startsWith("-Dbeamgrad.vectorBits=")) {
        int floats = Integer.parseInt(flag.substring(flag.indexOf('=') + 1)) / Float.SIZE;
        assertEquals("vectors of " + floats + " floats", matcher.group(2));
      }
      if (flag.startsWith("-XX:UseAVX=")) {
        int asked = Integer.parseInt(flag.substring(flag.indexOf('=') + 1));
        assertTrue(avx <= asked, described);
        if (avx < asked) {
          System.out.println(
              "SKIPPED: " + flag + ", which this processor refuses; it has UseAVX=" + avx);
        }
      }
    }
  }
}
