package io.beamgrad.model;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.Jvms;
import io.beamgrad.cli.Cli;
import io.beamgrad.runner.ContractFiles;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code beamgrad-model.jar}, alone on the class path of a process. */
class ModelJarIT {
  private static final Path JAR = Path.of("target/beamgrad-model.jar");
  private static final Path PROGRAM =
      Path.of("src/test/java/io/beamgrad/examples/PredictInService.java");

  @TempDir Path folder;

  @Test
  void aServiceGivesTheBitsOfPredict() throws IOException, InterruptedException {
    List<String> lines = Files.readAllLines(ContractFiles.rows("customers"));
    String[] header = lines.get(0).split(",", -1);
    List<String> rows = new ArrayList<>();
    for (String line : lines.subList(1, lines.size())) {
      String[] fields = line.split(",", -1);
      List<String> named = new ArrayList<>();
      for (int c = 0; c < header.length - 1; c++) { // the last one has commas of its own
        named.add(header[c] + "=" + (fields[c].equals("NA") ? "" : fields[c]));
      }
      rows.add(String.join(",", named));
    }

    Cli.Result result = run(rows);

    String expected =
        Files.readAllLines(ContractFiles.predicted("customers")).stream()
            .skip(1)
            .map(line -> line.substring(line.indexOf(',') + 1, line.lastIndexOf(',')) + "\n")
            .collect(Collectors.joining());
    assertEquals(new Cli.Result(0, expected, Jvms.HINT), result);
  }

  /** So that it meets no other version of a library in the program that it is part of. */
  @Test
  void allThatIsInItIsUnderItsOwnName() throws IOException {
    try (ZipFile jar = new ZipFile(JAR.toFile())) {
      List<String> others =
          jar.stream()
              .filter(entry -> !entry.isDirectory())
              .map(ZipEntry::getName)
              .filter(name -> name.endsWith(".class") && !name.startsWith("io/beamgrad/"))
              .toList();
      assertEquals(List.of(), others);
      for (String entry : List.of("LICENSE", "NOTICE", "licenses/LICENSE.slf4j")) {
        assertTrue(jar.getEntry("META-INF/" + entry) != null, entry);
      }
    }
    assertTrue(Files.size(JAR) < 6 << 20, Files.size(JAR) + " bytes");
  }

  private Cli.Result run(List<String> rows) throws IOException, InterruptedException {
    Path in = Files.write(folder.resolve("rows"), rows);
    File out = folder.resolve("out").toFile();
    File err = folder.resolve("err").toFile();
    List<String> command =
        new ArrayList<>(
            List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
    command.addAll(Jvms.LOGS_PLAINLY);
    command.addAll(Jvms.IN_ARABIC);
    command.addAll(List.of("-cp", JAR.toString(), PROGRAM.toString()));
    command.add(ContractFiles.model("customers").toString());
    Process process =
        new ProcessBuilder(command)
            .redirectInput(in.toFile())
            .redirectOutput(out)
            .redirectError(err)
            .start();
    int exitCode = process.waitFor();
    return new Cli.Result(
        exitCode, Files.readString(out.toPath(), UTF_8), Files.readString(err.toPath(), UTF_8));
  }
}
