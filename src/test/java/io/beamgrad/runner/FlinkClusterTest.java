package io.beamgrad.runner;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.beamgrad.cli.Cli;
import io.beamgrad.job.TinyDigits;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
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
  void somebodyElseAnswersInJson() throws IOException {
    answer("/overview", "{\"spark-version\":\"3.5\"}");
    assertWrongMaster(
        "no Flink cluster answers at " + address + ": its /overview has no flink-version", address);
  }

  @Test
  void somebodyAsksForAPassword() throws IOException {
    server.createContext(
        "/overview",
        exchange -> {
          exchange.sendResponseHeaders(401, -1);
          exchange.close();
        });
    assertWrongMaster("no Flink cluster answers at " + address + ": HTTP status 401", address);
  }

  /** As a REST interface over TLS, a mail server or a closed gate does. */
  @Test
  void anAnswerIsNotHttpOrNone() throws Exception {
    for (String said : new String[] {"220 mail.example ESMTP\r\n", ""}) {
      try (ServerSocket gate = new ServerSocket(0, 0, InetAddress.getLoopbackAddress())) {
        Thread greeter = new Thread(() -> greet(gate, said));
        greeter.start();
        String here = "localhost:" + gate.getLocalPort();
        assertWrongMaster(
            "no Flink cluster answers at " + here + ": an answer that is not HTTP", here);
        gate.close();
        greeter.join();
      }
    }
  }

  /** Says its line to whoever has asked something, and hangs up. */
  private static void greet(ServerSocket gate, String line) {
    while (!gate.isClosed()) {
      try (Socket caller = gate.accept()) {
        // All that was asked, as closing with something unread would reset the connection.
        if (caller.getInputStream().read(new byte[1 << 16]) > 0) {
          caller.getOutputStream().write(line.getBytes(UTF_8));
        }
      } catch (IOException e) {
        // The caller hung up, or the gate is closed.
      }
    }
  }

  @Test
  void anUnknownHost() throws IOException {
    assertWrongMaster(
        "no Flink cluster answers at nowhere.invalid:8081: unknown host", "nowhere.invalid:8081");
  }

  @Test
  void anAddressOfIpv6IsAskedInBrackets() throws Exception {
    byte[] loopback = new byte[16];
    loopback[15] = 1;
    HttpServer six;
    try {
      six = HttpServer.create(new InetSocketAddress(InetAddress.getByAddress(loopback), 0), 0);
    } catch (SocketException e) {
      Assumptions.abort("no IPv6 here");
      return;
    }
    six.createContext(
        "/overview",
        exchange -> {
          byte[] body = "{\"flink-version\":\"1.20.0\"}".getBytes(UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    six.start();
    try {
      String here = "[::1]:" + six.getAddress().getPort();
      assertWrongMaster("the cluster at " + here + " runs Flink 1.20.0, beamgrad needs 1.19", here);
    } finally {
      six.stop(0);
    }
    assertWrongMaster(
        "--flink-master must be HOST:PORT, an IPv6 address in brackets, was ::1:8081", "::1:8081");
  }

  @Test
  void tlsIsRefused() throws IOException {
    assertWrongMaster(
        "--flink-master https://here:8081: a REST interface over TLS is not supported;"
            + " give HOST:PORT of a plain one",
        "https://here:8081");
  }

  @Test
  void anotherVersionAnswers() throws IOException {
    answer("/overview", "{\"flink-version\":\"1.18.1\",\"slots-total\":4,\"slots-available\":4}");
    assertWrongMaster(
        "the cluster at " + address + " runs Flink 1.18.1, beamgrad needs 1.19", address);
  }

  @Test
  void notAnAddress() throws IOException {
    for (String wrong :
        new String[] {
          "here", "http://here:1", "here:x", "here:0", ":1", "here:1/path", "me@here:1"
        }) {
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
