package io.beamgrad.retrain;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.beamgrad.spec.RetrainSpec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DecisionNoticeTest {
  private static final String JSON = "{\"kind\" : \"published\", \"größe\" : 1}";

  @TempDir Path folder;

  private static List<String> run(int seconds, String... command) throws InterruptedException {
    return DecisionNotice.send(new RetrainSpec.Notification(List.of(command), null, seconds), JSON);
  }

  private static List<String> post(String address, int seconds) throws InterruptedException {
    return DecisionNotice.send(new RetrainSpec.Notification(List.of(), address, seconds), JSON);
  }

  @Test
  void aCommandHasTheDecisionOnItsStandardInput() throws Exception {
    Path told = folder.resolve("told");
    assertEquals(List.of(), run(10, "sh", "-c", "cat > \"$0\"", told.toString()));
    assertEquals(JSON, Files.readString(told));
  }

  @Test
  void aCommandThatFailsIsALine() throws Exception {
    assertEquals(
        List.of("retrain.notify.command sh: exit code 3"), run(10, "sh", "-c", "echo no; exit 3"));
    String missing = run(10, folder.resolve("none").toString()).get(0);
    assertTrue(missing.startsWith("retrain.notify.command " + folder.resolve("none")), missing);
    assertEquals(1, missing.lines().count());
  }

  @Test
  void aCommandThatHangsIsEnded() throws Exception {
    assertEquals(
        List.of("retrain.notify.command sh: took more than 1 s and was ended"),
        run(1, "sh", "-c", "sleep 100 & sleep 100"));
  }

  @Test
  void anAddressIsPostedTo() throws Exception {
    BlockingQueue<String> told = new LinkedBlockingQueue<>();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          told.add(
              "%s %s %s"
                  .formatted(
                      exchange.getRequestMethod(),
                      exchange.getRequestHeaders().getFirst("Content-Type"),
                      new String(exchange.getRequestBody().readAllBytes(), UTF_8)));
          exchange.sendResponseHeaders(
              exchange.getRequestURI().getPath().equals("/") ? 204 : 500, -1);
          exchange.close();
        });
    server.start();
    try {
      String address = "http://localhost:" + server.getAddress().getPort() + "/";
      assertEquals(List.of(), post(address, 10));
      assertEquals("POST application/json " + JSON, told.take());
      assertEquals(
          List.of("retrain.notify.webhook localhost: answered with status 500"),
          post(address + "secret", 10));
    } finally {
      server.stop(0);
    }
  }

  @Test
  void anAddressThatDoesNotAnswerIsALine() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertEquals(
          List.of("retrain.notify.webhook localhost: no answer within 1 s"),
          post("http://localhost:" + silent.getLocalPort(), 1));
    }
    List<String> refused = post("http://localhost:" + freePort(), 5);
    assertEquals(1, refused.size());
    assertTrue(refused.get(0).startsWith("retrain.notify.webhook localhost: "), refused.get(0));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
