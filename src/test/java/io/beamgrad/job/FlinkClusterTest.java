package io.beamgrad.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Addresses at which there is no cluster that could be used. */
class FlinkClusterTest {
  @TempDir Path folder;
  private HttpServer server;
  private String address;

  @BeforeEach
  void listen() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.start();
    address = "localhost:" + server.getAddress().getPort();
  }

  @AfterEach
  void close() {
    server.stop(0);
  }

  private void answer(String path, String body) {
    server.createContext(
        path,
        exchange -> {
          exchange.sendResponseHeaders(200, body.length());
          exchange.getResponseBody().write(body.getBytes(UTF_8));
          exchange.close();
        });
  }

  private void assertWrong(String message, String... more) throws IOException {
    String[] arguments = new String[4 + more.length];
    arguments[0] = "train";
    arguments[1] = TinyDigits.write(folder).toString();
    arguments[2] = "--out";
    arguments[3] = folder.resolve("run").toString();
    System.arraycopy(more, 0, arguments, 4, more.length);
    Cli.Result result = Cli.run(arguments);
    assertEquals("beamgrad: " + message + "\n", result.err());
    assertEquals(2, result.exitCode());
    assertFalse(Files.exists(folder.resolve("run")), "nothing was begun");
  }

  private void assertWrongMaster(String message, String master) throws IOException {
    assertWrong(message, "--runner", "flink", "--flink-master", master);
  }

  @Test
  void nobodyAnswers() throws IOException {
    server.stop(0);
    assertWrongMaster("no Flink cluster answers at " + address + ": no connection", address);
  }

  @Test
  void somebodyElseAnswers() throws IOException {
    assertWrongMaster("no Flink cluster answers at " + address + ": no /overview there", address);
    answer("/overview", "<html>");
    assertWrongMaster(
        "no Flink cluster answers at " + address + ": an answer that is not JSON", address);
  }

  @Test
  void anotherVersionAnswers() throws IOException {
    answer("/overview", "{\"flink-version\":\"1.18.1\",\"slots-total\":4,\"slots-available\":4}");
    assertWrongMaster(
        "the cluster at " + address + " runs Flink 1.18.1, beamgrad needs 1.19", address);
  }

  @Test
  void notAnAddress() throws IOException {
    for (String wrong : new String[] {"here", "http://here:1", "here:x", "here:1/path"}) {
      assertWrongMaster("--flink-master must be HOST:PORT, was " + wrong, wrong);
    }
  }

  @Test
  void optionsThatDoNotGoTogether() throws IOException {
    assertWrong("--flink-master is for --runner flink", "--flink-master", address);
    assertWrong(
        "--slot-timeout must be at least 1, was 0", "--runner", "flink", "--slot-timeout", "0");
    assertWrong(folder.resolve("run") + ": no unfinished run to resume", "--resume");
  }

  @Test
  void aTraceIsSaidByItsInnermostCause() {
    String trace =
        """
        org.apache.flink.util.FlinkException: outer
        \tat org.apache.flink.Some.code(Some.java:1)
        Caused by: java.io.IOException: disk full
        \tat java.base/java.Some.code(Some.java:1)
        """;
    assertEquals("IOException: disk full", ClusterRun.said(trace));
    assertEquals("TimeoutException: gone", ClusterRun.said("java.util.TimeoutException: gone\n"));
    assertTrue(ClusterRun.said("").isEmpty());
  }
}
