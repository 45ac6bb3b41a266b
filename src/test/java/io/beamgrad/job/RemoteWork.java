package io.beamgrad.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.beamgrad.cli.Cli;
import io.beamgrad.data.files.Storage;
import io.beamgrad.runner.TestCluster;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What a training with its work folder on a server must do, whatever the file system. */
record RemoteWork(String address, List<String> beamOptions, Map<String, String> environment) {

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  /** Starts Java, and waits until it listens on a port. */
  static Process startServer(List<String> javaArguments, int port, Path log) throws Exception {
    List<String> line = new ArrayList<>(javaArguments);
    line.add(0, Path.of(System.getProperty("java.home"), "bin/java").toString());
    Process server =
        new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    while (!answers(port)) {
      assertTrue(server.isAlive(), () -> "the server ended; see " + log);
      TimeUnit.MILLISECONDS.sleep(100);
    }
    return server;
  }

  private static boolean answers(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private Process start(List<String> arguments) throws IOException {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
    line.addAll(
        List.of("--add-opens=java.base/java.util=ALL-UNNAMED", "-jar", "target/beamgrad.jar"));
    line.addAll(arguments);
    line.add("--");
    line.addAll(beamOptions);
    ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
    builder.environment().putAll(environment);
    return builder.start();
  }

  private static String output(Process process) throws IOException {
    try (BufferedReader lines = process.inputReader()) {
      return String.join("\n", lines.lines().toList());
    }
  }

  /** Storage itself, in a process whose Beam knows the file system. */
  void assertStorageKeepsItsWord() {
    String root = address + "/storage";
    String path = root + "/a/b.txt";
    assertTrue(Storage.isEmptyFolder(root));
    assertEquals(List.of(), Storage.list(root + "/a"));
    assertTrue(Storage.readIfThere(path).isEmpty());
    Storage.write(path, out -> out.write(new byte[100]));
    Storage.write(path, out -> out.write(new byte[] {3, 4, 5}));
    assertEquals(3, Storage.readIfThere(path).orElseThrow().length);
    Storage.copy(path, root + "/c");
    assertEquals(Map.of("b.txt", 3L), Storage.sizes(root + "/a"));
    assertTrue(Storage.exists(root + "/c"));
    assertFalse(Storage.isEmptyFolder(root));
    Storage.delete(root);
    assertTrue(Storage.isEmptyFolder(root));
    assertFalse(Storage.exists(path));
  }

  /** Here, killed after an epoch and started again by the same command, then on a cluster. */
  void assertTrains(Path folder) throws Exception {
    Path spec = TinyDigits.write(folder);
    Path usual = folder.resolve("usual");
    List<String> train = List.of("train", spec.toString(), "--set", "epochs=12");
    Cli.Result here = Cli.run(with(train, "--out", usual).toArray(new String[0]));
    assertEquals(0, here.exitCode(), here.err());

    List<String> direct =
        with(train, "--out", folder.resolve("direct"), "--work", address + "/direct");
    Process killed = start(direct);
    try (BufferedReader lines = killed.inputReader()) {
      StringBuilder said = new StringBuilder();
      String line = lines.readLine();
      while (line != null && !line.startsWith("    1 ")) {
        said.append(line).append('\n');
        line = lines.readLine();
      }
      assertTrue(line != null, said.toString());
      killed.destroyForcibly().waitFor();
    }
    assertEnds(usual, folder.resolve("direct"), direct, "continuing an unfinished run");

    try (TestCluster cluster = TestCluster.start("flink-cluster-remote-it", environment)) {
      assertEnds(
          usual,
          folder.resolve("flink"),
          with(
              train,
              "--out",
              folder.resolve("flink"),
              "--work",
              address + "/flink",
              "--runner",
              "flink",
              "--parallelism",
              2,
              "--flink-master",
              cluster.address()),
          "  job        ");
    }
  }

  private static List<String> with(List<String> arguments, Object... more) {
    List<String> all = new ArrayList<>(arguments);
    for (Object argument : more) {
      all.add(argument.toString());
    }
    return all;
  }

  private void assertEnds(Path usual, Path out, List<String> arguments, String says)
      throws Exception {
    boolean hadRun = Files.exists(out.resolve("run.json"));
    if (hadRun) {
      assertFalse(says.startsWith("continuing"), "it was whole before it could be killed");
      return;
    }
    Process process = start(arguments);
    String said = output(process);
    assertEquals(0, process.waitFor(), said);
    assertTrue(said.contains(says), said);
    assertEquals(sha256(usual), sha256(out));
    assertEquals(-1, Files.mismatch(usual.resolve("model.avro"), out.resolve("model.avro")));
    assertFalse(Files.exists(out.resolve("work")));
  }

  private static String sha256(Path out) throws IOException {
    return new ObjectMapper()
        .readTree(out.resolve("run.json").toFile())
        .get("weightsSha256")
        .asText();
  }
}
