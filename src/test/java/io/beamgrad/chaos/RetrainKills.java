package io.beamgrad.chaos;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beamgrad.data.files.Sha256;
import io.beamgrad.registry.Decision;
import io.beamgrad.registry.ModelRegistry;
import io.beamgrad.registry.RegistryCheck;
import io.beamgrad.registry.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * Kills retrains that are about to publish a second version, starts them again, and looks at what
 * came of each. Each has a copy of a registry with the first version, and the same data.
 */
final class RetrainKills {
  /** What is told of a kill. */
  record Finding(String hit, List<String> failures) {}

  private static final String MODEL = "daily";
  private static final long PATIENCE_MINUTES = 5;

  private final List<String> program;
  private final Path spec;
  private final Path folder;
  private final Path first; // a registry with the first version
  private Path undisturbed;
  private long undisturbedMillis;

  /**
   * @param program how beamgrad is started
   * @param spec of a job named {@code daily}, for which each run publishes
   * @param folder where registries are made
   */
  RetrainKills(List<String> program, Path spec, Path folder) {
    this.program = program;
    this.spec = spec;
    this.folder = folder;
    this.first = folder.resolve("first");
  }

  /** Publishes the first version, and then in a copy, undisturbed, the second. */
  void prepare(String firstDay, String secondDay) throws IOException, InterruptedException {
    require(0, start(first, firstDay).waitFor(), first);
    undisturbed = copy("undisturbed");
    long begin = System.nanoTime();
    require(0, start(undisturbed, secondDay).waitFor(), undisturbed);
    undisturbedMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
  }

  long undisturbedMillis() {
    return undisturbedMillis;
  }

  private static void require(int expected, int exitCode, Path registry) {
    if (exitCode != expected) {
      throw new IllegalStateException(
          "expected exit code %s, found %s; see %s.log".formatted(expected, exitCode, registry));
    }
  }

  /** Starts a retrain; what it says goes to the end of a file beside the registry. */
  Process start(Path registry, String day, String... more) throws IOException {
    List<String> line = new ArrayList<>(program);
    line.addAll(List.of("retrain", spec.toString(), "--registry", registry.toString()));
    line.addAll(List.of("--date", day));
    line.addAll(List.of(more));
    Files.createDirectories(registry.toAbsolutePath().getParent());
    return new ProcessBuilder(line)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(Path.of(registry + ".log").toFile()))
        .start();
  }

  /** A copy of the registry with the first version. */
  Path copy(String name) throws IOException {
    return copy(first, name);
  }

  /** A copy of the registry with both versions. */
  Path copyUndisturbed(String name) throws IOException {
    return copy(undisturbed, name);
  }

  private Path copy(Path from, String name) throws IOException {
    Path to = folder.resolve(name);
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
    return to;
  }

  /** Kills after a time. */
  Finding killAfter(long millis, String name, String day) throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    return kill(name, day, registry -> () -> System.nanoTime() >= end);
  }

  /** Kills so long after the data is read. */
  Finding killInTraining(long micros, String name, String day)
      throws IOException, InterruptedException {
    return kill(
        name,
        day,
        registry -> {
          Path staging = registry.resolve(MODEL).resolve("staging");
          return () ->
              names(staging).stream().anyMatch(key -> isRead(staging, key)) && isPast(micros);
        });
  }

  /** Kills so long after the decision begins to be made. */
  Finding killInPublish(long micros, String name, String day)
      throws IOException, InterruptedException {
    return kill(
        name,
        day,
        registry -> {
          Path staging = registry.resolve(MODEL).resolve("staging");
          return () ->
              names(staging).stream().anyMatch(file -> file.startsWith(".new-")) && isPast(micros);
        });
  }

  private static boolean isRead(Path staging, String key) {
    return Files.exists(staging.resolve(key).resolve("run/work/manifest.avro"));
  }

  private static boolean isPast(long micros) {
    long end = System.nanoTime() + TimeUnit.MICROSECONDS.toNanos(micros);
    while (System.nanoTime() < end) {
      Thread.onSpinWait();
    }
    return true;
  }

  /** Says when to kill. */
  private interface Trigger {
    BooleanSupplier in(Path registry);
  }

  private Finding kill(String name, String day, Trigger trigger)
      throws IOException, InterruptedException {
    Path registry = copy(name);
    List<String> failures = new ArrayList<>();
    String hit;
    try (RegistryReader reader = RegistryReader.start(registry, MODEL)) {
      Process process = start(registry, day);
      BooleanSupplier isTime = trigger.in(registry);
      while (process.isAlive() && !isTime.getAsBoolean()) {
        Thread.onSpinWait();
      }
      process.destroyForcibly().waitFor();
      hit = state(registry) + (process.exitValue() == 0 ? " (too late)" : "");
      Process again = start(registry, day);
      if (!again.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES)) {
        again.destroyForcibly();
        failures.add("the second run does not end");
      } else if (again.exitValue() != 0 && again.exitValue() != 10) {
        failures.add("the second run ended with exit code " + again.exitValue());
      }
      reader.close();
      failures.addAll(reader.offences());
    }
    failures.addAll(differences(registry));
    return new Finding(hit, failures);
  }

  /** What a run had come to. */
  private static String state(Path registry) {
    Path model = registry.resolve(MODEL);
    if (names(model.resolve("versions")).size() > 1) {
      return "version there";
    }
    if (names(model.resolve("history")).stream().anyMatch("000002.json"::equals)) {
      return "decided";
    }
    List<String> staging = names(model.resolve("staging"));
    if (staging.stream().anyMatch(name -> name.startsWith(".new-"))) {
      return "publishing";
    }
    for (String key : staging) {
      Path run = model.resolve("staging").resolve(key).resolve("run");
      if (Files.exists(run.resolve("run.json"))) {
        return "judging";
      }
      if (isRead(model.resolve("staging"), key)) {
        return "training";
      }
      return Files.exists(run) ? "reading" : "checking";
    }
    return "start";
  }

  /** What should be as in the registry that nobody disturbed, and is not. */
  List<String> differences(Path registry) throws IOException {
    return differences(undisturbed, registry);
  }

  /** What should be in one registry as in another, and is not. */
  static List<String> differences(Path undisturbed, Path registry) throws IOException {
    ModelRegistry found = ModelRegistry.open(registry, MODEL);
    ModelRegistry expected = ModelRegistry.open(undisturbed, MODEL);
    List<String> failures = new ArrayList<>(RegistryCheck.findings(found));
    compare(failures, "versions", numbers(expected), numbers(found));
    compare(
        failures,
        "in service",
        expected.current().map(Version::number),
        found.current().map(Version::number));
    compare(failures, "decisions", decisions(expected), decisions(found));
    for (Version version : expected.versions()) {
      Path folder =
          registry.resolve(MODEL).resolve("versions").resolve(version.folder().getFileName());
      for (String name : List.of("model.avro", "checkpoint.avro", "profile.avro", "job.yaml")) {
        compare(
            failures,
            "%s of version %s".formatted(name, version.number()),
            Sha256.ofFile(version.folder().resolve(name)),
            Sha256.ofFile(folder.resolve(name)));
      }
    }
    return failures;
  }

  private static List<Integer> numbers(ModelRegistry registry) {
    return registry.versions().stream().map(Version::number).toList();
  }

  /** Apart from when and by whom they were made. */
  private static List<String> decisions(ModelRegistry registry) {
    List<String> decisions = new ArrayList<>();
    for (Decision decision : registry.history()) {
      ObjectNode tree = (ObjectNode) decision.toTree();
      tree.remove(
          List.of("time", "seconds", "fence", "host", "staged", "previous", "checksums", "sha256"));
      decisions.add(tree.toString());
    }
    return decisions;
  }

  private static void compare(List<String> failures, String what, Object expected, Object found) {
    if (!expected.equals(found)) {
      failures.add("%s: expected %s, found %s".formatted(what, expected, found));
    }
  }

  static List<String> names(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      return List.of(); // not there, or just gone
    }
  }
}
