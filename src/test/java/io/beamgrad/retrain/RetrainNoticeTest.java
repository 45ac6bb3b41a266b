package io.beamgrad.retrain;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.beamgrad.spec.RetrainSpec;
import io.beamgrad.spec.RetrainSpec.Notification.Event;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetrainNoticeTest {
  private static final String JSON = "{\"kind\" : \"published\", \"größe\" : 1}";
  private static final String LONG = "Content-Length: 1000\r\n\r\n";
  private static final String CHUNKED = "Transfer-Encoding: chunked\r\n\r\n";

  @TempDir Path folder;

  private static List<String> run(int seconds, String... command) throws InterruptedException {
    return RetrainNotice.send(
        new RetrainSpec.Notification(List.of(command), null, seconds, List.of()), JSON);
  }

  private static List<String> post(String address, int seconds) throws InterruptedException {
    return RetrainNotice.send(
        new RetrainSpec.Notification(List.of(), address, seconds, List.of()), JSON);
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

  /** What a server does with a connection; it is closed after the test. */
  private interface Behaviour {
    void answer(Socket peer) throws Exception;
  }

  @Test
  void aServerThatStallsAnywhereIsALineWithinTheTime() throws Exception {
    String head = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n";
    String none = "no answer within 1 s";
    String notWhole = "status 200, but no whole answer within 1 s";
    List<Callable<String>> stalls =
        List.of(
            () -> stalls("http", JSON, none, peer -> {}),
            () -> stalls("https", JSON, none, peer -> {}),
            () -> stalls("http", "x".repeat(20 << 20), none, peer -> {}),
            () -> stalls("http", JSON, none, peer -> write(peer, "HTTP/1.1 200 OK\r\nX: 1\r\n")),
            () -> stalls("http", JSON, none, peer -> trickle(peer, head, "X: y\r\n")),
            () -> stalls("http", JSON, notWhole, peer -> write(peer, head + LONG + "part")),
            () -> stalls("http", JSON, notWhole, peer -> trickle(peer, head + LONG, "x")),
            () ->
                stalls(
                    "http", JSON, notWhole, peer -> trickle(peer, head + CHUNKED, "1\r\nx\r\n")));
    ExecutorService all = Executors.newCachedThreadPool();
    try {
      for (Future<String> stall : all.invokeAll(stalls)) {
        assertEquals("as expected", stall.get());
      }
    } finally {
      all.shutdownNow();
    }
  }

  private static void write(Socket peer, String text) throws IOException {
    peer.getOutputStream().write(text.getBytes(UTF_8));
    peer.getOutputStream().flush();
  }

  private static void trickle(Socket peer, String first, String again) throws Exception {
    write(peer, first);
    while (true) {
      Thread.sleep(50);
      write(peer, again);
    }
  }

  private static String stalls(String scheme, String json, String expected, Behaviour behaviour)
      throws Exception {
    List<Socket> peers = new CopyOnWriteArrayList<>();
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Thread answers =
          new Thread(
              () -> {
                try {
                  Socket peer = server.accept();
                  peers.add(peer);
                  peer.getInputStream().read(new byte[100]);
                  behaviour.answer(peer);
                } catch (Exception e) {
                  // the client has gone
                }
              });
      answers.start();
      RetrainSpec.Notification to =
          new RetrainSpec.Notification(
              List.of(),
              "%s://localhost:%s/".formatted(scheme, server.getLocalPort()),
              1,
              List.of());
      List<String> told = RetrainNotice.send(to, json);
      List<String> line = List.of("retrain.notify.webhook localhost: " + expected);
      return told.equals(line) ? "as expected" : told.toString();
    } finally {
      for (Socket peer : peers) {
        peer.close();
      }
    }
  }

  @Test
  void aRedirectIsNotFollowed() throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.getResponseHeaders().set("Location", exchange.getRequestURI().toString());
          exchange.sendResponseHeaders(302, -1);
          exchange.close();
        });
    server.start();
    try {
      assertEquals(
          List.of("retrain.notify.webhook localhost: answered with status 302"),
          post("http://localhost:" + server.getAddress().getPort() + "/", 10));
    } finally {
      server.stop(0);
    }
  }

  @Test
  void whatACommandLeavesInTheBackgroundIsNotWaitedFor() throws Exception {
    Path child = folder.resolve("child");
    assertEquals(List.of(), run(60, "sh", "-c", "sleep 100 & echo $! >\"$0\"", child.toString()));
    ProcessHandle.of(Long.parseLong(Files.readString(child).strip()))
        .orElseThrow() // it is still at work
        .destroyForcibly();
  }

  @Test
  void aCommandThatHangsIsEndedWithItsChildren() throws Exception {
    Path child = folder.resolve("child");
    String script = "trap '' TERM; (sleep 100; :) & echo $! >\"$0\"; wait";
    assertEquals(
        List.of("retrain.notify.command sh: took more than 1 s and was ended"),
        run(1, "sh", "-c", script, child.toString()));
    ProcessHandle.of(Long.parseLong(Files.readString(child).strip()))
        .ifPresent(left -> left.onExit().orTimeout(30, TimeUnit.SECONDS).join());
  }

  @Test
  void anEventThatNobodyWantsIsNotTold() throws Exception {
    Path told = folder.resolve("told");
    List<String> command = List.of("sh", "-c", "cat >\"$0\"", told.toString());
    RunFailure failure =
        new RunFailure(
            "daily",
            RetrainOutcome.TIMED_OUT,
            null,
            "retrain has reached its time limit of 7200 s",
            Instant.parse("2026-11-23T05:00:00Z"),
            7200.5);
    RetrainNotice.ofFailure(
        new RetrainSpec.Notification(command, null, 10, List.of(Event.DECISION)), failure);
    assertFalse(Files.exists(told));
    RetrainNotice.ofFailure(
        new RetrainSpec.Notification(command, null, 10, List.of(Event.FAILURE)), failure);
    assertEquals(
        "{\"event\":\"failure\",\"model\":\"daily\",\"end\":\"timed_out\",\"exitCode\":null,"
            + "\"message\":\"retrain has reached its time limit of 7200 s\","
            + "\"time\":\"2026-11-23T05:00:00Z\",\"seconds\":7200.5}",
        Files.readString(told));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
