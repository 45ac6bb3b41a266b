package io.beamgrad;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.data.files.RecordFile;
import io.beamgrad.examples.ReadmeJava;
import io.beamgrad.model.Model;
import io.beamgrad.runner.ContractFiles;
import io.beamgrad.schema.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Maven projects that depend on the artifacts which {@code mvn install} leaves. A copy of beamgrad
 * is installed into a local repository of this test's own, whose other folders are links to those
 * of the build's: so nothing is fetched that the build has, and the build's repository stays
 * without the artifacts.
 */
@Tag("full")
class ConsumerIT {
  private static final Path EXAMPLES = Path.of("src/test/java/io/beamgrad/examples");
  private static final Path BUILDS_REPOSITORY =
      Path.of(
          System.getProperty(
              "localRepository", System.getProperty("user.home") + "/.m2/repository"));
  private static final Pattern FLINK = Pattern.compile("flink-(?!shaded)[a-z-]+-([\\d.]+)\\.jar");
  private static final Pattern OF_COMMANDS =
      Pattern.compile(
          "(slf4j-(jdk14|simple|reload4j|log4j)|log4j|logback|picocli|hamcrest|junit"
              + "|async-profiler|jte|protobuf|tribuo).*");

  /** Gives three rows to the README's training. */
  private static final String README_MAIN =
      """
      public static void main(String[] folders) {
        org.apache.beam.sdk.schemas.Schema.Builder fields =
            org.apache.beam.sdk.schemas.Schema.builder();
        for (String name : "temp rainfall humidity apples oranges".split(" ")) {
          fields.addInt32Field(name);
        }
        org.apache.beam.sdk.schemas.Schema schema = fields.build();
        Pipeline pipeline = Pipeline.create();
        PCollection<Row> rows =
            pipeline.apply(
                org.apache.beam.sdk.transforms.Create.of(
                        Row.withSchema(schema).addValues(73, 67, 43, 56, 70).build(),
                        Row.withSchema(schema).addValues(91, 88, 64, 81, 101).build(),
                        Row.withSchema(schema).addValues(87, 134, 58, 119, 133).build())
                    .withRowSchema(schema));
        train(pipeline, rows, folders[0], folders[1]);
      }
      """;

  @TempDir static Path folder;

  private static Path repository;
  private static String version;

  @BeforeAll
  static void installACopyOfBeamgrad() throws IOException, InterruptedException {
    repository = folder.resolve("repository");
    link(BUILDS_REPOSITORY, repository, "io");
    link(BUILDS_REPOSITORY.resolve("io"), repository.resolve("io"), "beamgrad");
    Path copy = Files.createDirectory(folder.resolve("beamgrad"));
    for (String part : List.of("pom.xml", "LICENSE", "NOTICE", "schemas", "src/main")) {
      copy(Path.of(part), copy.resolve(part));
    }
    maven(copy, "install", "-Dmaven.test.skip", "-Dwarnings=-nowarn");
    try (Stream<Path> versions =
        Files.list(repository.resolve("io/beamgrad/beamgrad")).filter(Files::isDirectory)) {
      version = versions.findFirst().orElseThrow().getFileName().toString();
    }
  }

  /** Before JUnit deletes the folder, which it does not do silently where there are links. */
  @AfterAll
  static void unlink() throws IOException {
    try (Stream<Path> files = Files.walk(repository, 2)) {
      for (Path link : files.filter(Files::isSymbolicLink).toList()) {
        Files.delete(link);
      }
    }
  }

  @Test
  void aProgramTrainsWithTheCoreAlone() throws IOException, InterruptedException {
    Path project = project("beamgrad-core", "LinearRegression");

    assertEquals(List.of(jar("beamgrad-core", "")), classPath(project));
    String output = run(project, "io.beamgrad.examples.LinearRegression", "");
    assertTrue(Pattern.compile("(?m)^with built-ins: \\d").matcher(output).find(), output);
  }

  @Test
  void aProgramPredictsWithTheModelArtifactAlone() throws IOException, InterruptedException {
    Path project = project("beamgrad-model", "PredictInService");

    assertEquals(List.of(jar("beamgrad-model", "")), classPath(project));
    assertEquals(predictedCrops(), predictCrops(project));
  }

  @Test
  void aProgramWithBeamgradGetsOneFlinkAndNothingOfTheCommands()
      throws IOException, InterruptedException {
    Path project =
        project(
            "beamgrad",
            "LinearRegression",
            "Mnist",
            "PredictInService",
            "PredictOnAStream",
            "TrainInYourPipeline",
            "TrainOnRows");

    Set<String> flinks = new TreeSet<>();
    List<String> others = new ArrayList<>();
    for (Path jar : classPath(project)) {
      String name = jar.getFileName().toString();
      Matcher flink = FLINK.matcher(name);
      if (flink.matches()) {
        flinks.add(flink.group(1));
      }
      if (OF_COMMANDS.matcher(name).matches()) {
        others.add(name);
      }
    }
    assertEquals(Set.of("1.19.3"), flinks);
    assertEquals(List.of(), others);
    assertEquals(predictedCrops(), predictCrops(project));
  }

  @Test
  void aProgramWithBeamgradRunsTheReadmesTraining() throws IOException, InterruptedException {
    Path project = project("beamgrad");
    String readme =
        ReadmeJava.classWith(README_MAIN)
            .replace("epochs: 100\n", "epochs: 100\n    sinks: {tensorboard: true}\n");
    assertTrue(readme.contains("tensorboard"), readme);
    Path sources = Files.createDirectories(project.resolve("src/main/java"));
    Files.writeString(sources.resolve("Readme.java"), readme);
    maven(project, "compile");

    Path out = project.resolve("out");
    run(project, "Readme", "", project.resolve("work").toString(), out.toString());
    Outcome outcome =
        RecordFile.of(Outcome.class).read(out.resolve("outcomes.avro").toString()).get(0);
    assertEquals("", outcome.getMessage());
    assertEquals(3, outcome.getTrained());
    assertEquals(List.of("apples", "oranges"), Model.load(out.resolve("model.avro")).targets());
    try (Stream<Path> events = Files.list(out.resolve("tensorboard/train"))) {
      assertEquals(1, events.count());
    }
  }

  @Test
  void eachArtifactHasItsLicenceSourcesAndJavadoc() throws IOException {
    for (String artifact : List.of("beamgrad", "beamgrad-core", "beamgrad-model")) {
      assertHas(jar(artifact, ""), "META-INF/LICENSE", "META-INF/NOTICE");
      assertHas(jar(artifact, "-sources"), "META-INF/LICENSE", "io/beamgrad/nn/Linear.java");
      assertHas(jar(artifact, "-javadoc"), "io/beamgrad/nn/Linear.html");
    }
    assertHas(jar("beamgrad-model", "-sources"), "io/beamgrad/schema/ModelRecord.java");
    assertHas(jar("beamgrad", "-javadoc"), "io/beamgrad/transforms/TrainModel.html");
    try (ZipFile sources = new ZipFile(jar("beamgrad-core", "-sources").toFile())) {
      assertEquals(null, sources.getEntry("io/beamgrad/model/Model.java"));
    }
  }

  private static void assertHas(Path jar, String... entries) throws IOException {
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      for (String entry : entries) {
        assertTrue(zip.getEntry(entry) != null, () -> jar + " has no " + entry);
      }
    }
  }

  private static Path jar(String artifact, String classifier) {
    return repository.resolve(
        "io/beamgrad/%1$s/%2$s/%1$s-%2$s%3$s.jar".formatted(artifact, version, classifier));
  }

  /** A project that depends on one artifact, with some of the examples, compiled. */
  private static Path project(String artifact, String... examples)
      throws IOException, InterruptedException {
    Path project = Files.createDirectory(folder.resolve("with-" + artifact));
    Files.writeString(
        project.resolve("pom.xml"),
        """
        <project xmlns="http://maven.apache.org/POM/4.0.0">
          <modelVersion>4.0.0</modelVersion>
          <groupId>org.example</groupId>
          <artifactId>consumer</artifactId>
          <version>1</version>
          <properties>
            <maven.compiler.release>17</maven.compiler.release>
            <project.build.sourceEncoding>UTF-8</project.build.sourceEncoding>
          </properties>
          <dependencies>
            <dependency>
              <groupId>io.beamgrad</groupId>
              <artifactId>%s</artifactId>
              <version>%s</version>
            </dependency>
          </dependencies>
          <build>
            <plugins>
              <plugin>
                <artifactId>maven-compiler-plugin</artifactId>
                <version>3.14.1</version>
              </plugin>
              <plugin>
                <artifactId>maven-dependency-plugin</artifactId>
                <version>3.9.0</version>
              </plugin>
              <plugin>
                <artifactId>maven-resources-plugin</artifactId>
                <version>3.3.1</version>
              </plugin>
            </plugins>
          </build>
        </project>
        """
            .formatted(artifact, version));
    for (String example : examples) {
      String file = example + ".java";
      copy(EXAMPLES.resolve(file), project.resolve("src/main/java/io/beamgrad/examples/" + file));
    }
    maven(project, "compile", "dependency:build-classpath", "-Dmdep.outputFile=class-path");
    return project;
  }

  private static List<Path> classPath(Path project) throws IOException {
    return Stream.of(Files.readString(project.resolve("class-path")).strip().split(":"))
        .map(Path::of)
        .toList();
  }

  private static String predictedCrops() throws IOException {
    String[] first = Files.readAllLines(ContractFiles.predicted("crops")).get(1).split(",");
    return first[1] + "," + first[2] + "\n";
  }

  private static String predictCrops(Path project) throws IOException, InterruptedException {
    String model = ContractFiles.model("crops").toAbsolutePath().toString();
    return run(
        project,
        "io.beamgrad.examples.PredictInService",
        "temp=73,rainfall=67,humidity=43\n",
        model);
  }

  /** What a program prints that reads a text and has only the project's class path. */
  private static String run(Path project, String mainClass, String input, String... arguments)
      throws IOException, InterruptedException {
    String classPath =
        project.resolve("target/classes")
            + ":"
            + Files.readString(project.resolve("class-path")).strip();
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                classPath,
                mainClass));
    command.addAll(List.of(arguments));
    return output(project, command, input);
  }

  private static void maven(Path project, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("mvn", "-B", "-q", "-Dstyle.color=never"));
    command.add("-Dmaven.repo.local=" + repository);
    command.addAll(List.of(arguments));
    output(project, command, "");
  }

  /** The standard output of a command that must succeed. */
  private static String output(Path directory, List<String> command, String input)
      throws IOException, InterruptedException {
    Path in = Files.writeString(folder.resolve("in"), input);
    Path err = folder.resolve("err");
    Process process =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectInput(in.toFile())
            .redirectError(err.toFile())
            .start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    int exitCode = process.waitFor();
    assertEquals(0, exitCode, command + "\n" + output + Files.readString(err));
    return output;
  }

  /** Makes a folder of links to all in another folder but one. */
  private static void link(Path from, Path to, String but) throws IOException {
    Files.createDirectories(to);
    try (Stream<Path> entries = Files.list(from)) {
      for (Path entry : entries.toList()) {
        if (!entry.getFileName().toString().equals(but)) {
          Files.createSymbolicLink(to.resolve(entry.getFileName()), entry.toAbsolutePath());
        }
      }
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to.getParent());
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }
}
