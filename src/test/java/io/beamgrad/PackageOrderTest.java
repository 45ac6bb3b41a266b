package io.beamgrad;

import static java.util.function.Predicate.not;
import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.pipeline.Folds;
import io.beamgrad.pipeline.Spec;
import io.beamgrad.pipeline.Sweep;
import io.beamgrad.pipeline.Train;
import io.beamgrad.pipeline.TrainEach;
import io.beamgrad.pipeline.TrainFiles;
import io.beamgrad.pipeline.TrainRows;
import io.beamgrad.pipeline.WriteResults;
import java.io.IOException;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The floors of the packages: each imports only from lower floors, few know Beam, and only commands
 * know picocli. The README draws this table.
 */
class PackageOrderTest {

  private static final Path SOURCES = Path.of("src/main/java/io/beamgrad");

  /** From the ground up; the generated classes of {@code schema} are below all. */
  private static final List<List<String>> FLOORS =
      List.of(
          List.of("schema"),
          List.of("failure", "tensor"),
          List.of("data.files", "nn", "optim"),
          List.of(
              "data.counts", "data.databases", "data.remote", "data.rows", "data.streams", "train"),
          List.of("data.digits", "data.encoding", "data.parquet", "metrics"),
          List.of("data.formats"),
          List.of("data.sources", "model"),
          List.of("data.profile", "data.split", "export", "predict", "report"),
          List.of("data.shuffle", "details", "registry", "terminal"),
          List.of("evaluation", "learner", "sweep"),
          List.of("keyed"),
          List.of("registry.gate", "transforms"),
          List.of("spec"),
          List.of("rundir"),
          List.of("pipeline"),
          List.of("cli.registry", "runner"),
          List.of("job"),
          List.of("retrain"),
          List.of("schedule"),
          List.of("cli"));

  /** What a program that uses beamgrad as a library may name. */
  static final Set<String> PUBLIC =
      Set.of(
          "tensor",
          "nn",
          "optim",
          "train",
          "model",
          "transforms",
          "pipeline",
          "schema",
          "failure",
          "data.rows",
          "data.split",
          "data.sources");

  static final Set<String> CORE = Set.of("tensor", "nn", "optim", "train");

  /** What predicts without Beam, in a jar of its own. */
  static final Set<String> MODEL_JAR =
      Set.of(
          "schema",
          "tensor",
          "nn",
          "optim",
          "train",
          "failure",
          "data.files",
          "data.rows",
          "data.encoding",
          "model");

  private static final Set<String> WITH_BEAM =
      Set.of("data.remote", "transforms", "rundir", "pipeline", "runner", "job");
  private static final Set<String> WITH_PICOCLI = Set.of("cli", "cli.registry");

  /** A package's files at most, without its description. */
  private static final int FILES = 40;

  private static final Pattern OWN = Pattern.compile("\\bio\\.beamgrad\\.([a-z][a-z.]*)\\.[A-Z]");
  private static final Pattern IMPORT =
      Pattern.compile("^import (?:static )?([\\w.]+)", Pattern.MULTILINE);

  @Test
  void aPackageNamesOnlyThoseOfLowerFloors() throws IOException {
    Map<String, Integer> floors = new HashMap<>();
    for (int floor = 0; floor < FLOORS.size(); floor++) {
      for (String name : FLOORS.get(floor)) {
        floors.put(name, floor);
      }
    }
    List<String> wrong = new ArrayList<>();
    sources()
        .forEach(
            (file, text) -> {
              String from = packageOf(file);
              if (!floors.containsKey(from)) {
                wrong.add(from + " is on no floor");
                return;
              }
              Matcher named = OWN.matcher(text);
              while (named.find()) {
                String to = named.group(1);
                if (!to.equals(from)
                    && !to.startsWith("report.pages")
                    && floors.getOrDefault(to, FLOORS.size()) >= floors.get(from)) {
                  wrong.add(file + " names " + to);
                }
              }
            });
    assertEquals(List.of(), wrong);
  }

  @Test
  void aPackageIsDescribedAndOfOnePurposeAndHasAtMostFortyFiles() throws IOException {
    Map<String, Set<String>> files = new TreeMap<>();
    for (Path file : sources().keySet()) {
      files
          .computeIfAbsent(packageOf(file), name -> new TreeSet<>())
          .add(file.getFileName().toString());
    }
    List<String> wrong = new ArrayList<>();
    files.forEach(
        (name, its) -> {
          if (!its.remove("package-info.java")) {
            wrong.add(name + " has no package-info.java");
          }
          if (its.size() > FILES) {
            wrong.add(name + " has " + its.size() + " files");
          }
        });
    assertEquals(List.of(), wrong);
    Set<String> onFloors = FLOORS.stream().flatMap(List::stream).collect(toSet());
    assertTrue(onFloors.containsAll(PUBLIC));
    onFloors.remove("schema");
    assertEquals(new TreeSet<>(onFloors), files.keySet());
  }

  @Test
  void theReadmeNamesAllThatIsPublic() throws IOException {
    String readme = Files.readString(Path.of("README.md")).replace('\n', ' ');
    String sentence = readme.substring(readme.indexOf("Public API are "));
    assertEquals(Set.of(), PUBLIC.stream().filter(not(sentence::contains)).collect(toSet()));
  }

  /** Others of the room are for beamgrad's own commands, and say so. */
  @Test
  void whoTrainsInAPipelineMeetsPublicPackagesAlone() {
    TreeSet<String> wrong = new TreeSet<>();
    for (Class<?> met :
        List.of(
            Spec.class,
            Train.class,
            TrainEach.class,
            Folds.class,
            Sweep.class,
            TrainRows.class,
            TrainFiles.class,
            WriteResults.class)) {
      Stream.of(met.getDeclaredMethods(), met.getDeclaredFields(), met.getDeclaredConstructors())
          .flatMap(Stream::of)
          .filter(member -> Modifier.isPublic(((Member) member).getModifiers()))
          .map(
              member ->
                  member instanceof Executable e
                      ? e.toGenericString()
                      : ((Field) member).toGenericString())
          .flatMap(signature -> OWN.matcher(signature).results())
          .map(match -> match.group(1))
          .filter(not(PUBLIC::contains))
          .forEach(name -> wrong.add(met + " names " + name));
    }
    assertEquals(Set.of(), wrong);
  }

  @Test
  void theCoreImportsTheJdkAlone() throws IOException {
    assertEquals(
        List.of(),
        imports(
            CORE::contains,
            name ->
                !name.matches("(java|io\\.beamgrad|jdk\\.incubator)\\..*")
                    || name.startsWith("io.beamgrad.schema")));
  }

  @Test
  void onlyTransformsAndWhatRunsThemKnowBeam() throws IOException {
    assertEquals(
        List.of(),
        imports(from -> !WITH_BEAM.contains(from), name -> name.startsWith("org.apache.beam.")));
  }

  @Test
  void theModelJarIsWhole() throws IOException {
    List<String> wrong = new ArrayList<>();
    sources()
        .forEach(
            (file, text) -> {
              if (MODEL_JAR.contains(packageOf(file))) {
                OWN.matcher(text)
                    .results()
                    .map(match -> match.group(1))
                    .filter(name -> !MODEL_JAR.contains(name))
                    .forEach(name -> wrong.add(file + " names " + name));
              }
            });
    assertEquals(List.of(), wrong);
  }

  @Test
  void onlyCommandsKnowPicocli() throws IOException {
    assertEquals(
        List.of(),
        imports(from -> !WITH_PICOCLI.contains(from), name -> name.startsWith("picocli.")));
  }

  private static List<String> imports(Predicate<String> packages, Predicate<String> names)
      throws IOException {
    List<String> found = new ArrayList<>();
    sources()
        .forEach(
            (file, text) -> {
              if (packages.test(packageOf(file))) {
                IMPORT
                    .matcher(text)
                    .results()
                    .map(match -> match.group(1))
                    .filter(names)
                    .forEach(name -> found.add(file + " imports " + name));
              }
            });
    return found;
  }

  private static Map<Path, String> sources() throws IOException {
    Map<Path, String> sources = new TreeMap<>();
    try (Stream<Path> files = Files.walk(SOURCES)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
        sources.put(SOURCES.relativize(file), Files.readString(file));
      }
    }
    assertTrue(sources.size() > 20);
    return sources;
  }

  private static String packageOf(Path file) {
    return file.getParent().toString().replace('/', '.');
  }
}
