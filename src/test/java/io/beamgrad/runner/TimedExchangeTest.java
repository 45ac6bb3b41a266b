package io.beamgrad.runner;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class TimedExchangeTest {
  private final CountDownLatch over = new CountDownLatch(1);

  @Test
  void anAnswerWhoseBodyStallsIsNotWaitedFor() throws Exception {
    HttpServer server = start();
    String address = "http://localhost:" + server.getAddress().getPort();
    try {
      assertEquals("whole", get(address + "/whole", Duration.ofSeconds(30)));
      assertThrows(
          HttpTimeoutException.class, () -> get(address + "/part", Duration.ofMillis(200)));
    } finally {
      over.countDown();
      server.stop(0);
    }
    assertThrows(ConnectException.class, () -> get(address, Duration.ofSeconds(30)));
  }

  @Test
  void anInterruptEndsIt() throws Exception {
    HttpServer server = start();
    String address = "http://localhost:" + server.getAddress().getPort();
    try {
      Thread.currentThread().interrupt();
      assertThrows(
          InterruptedException.class, () -> get(address + "/part", Duration.ofSeconds(30)));
    } finally {
      over.countDown();
      server.stop(0);
    }
  }

  private HttpServer start() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          boolean isWhole = exchange.getRequestURI().getPath().equals("/whole");
          exchange.sendResponseHeaders(200, isWhole ? 5 : 1000);
          exchange.getResponseBody().write("whole".getBytes(UTF_8));
          exchange.getResponseBody().flush();
          await(isWhole);
          exchange.close();
        });
    server.start();
    return server;
  }

  private void await(boolean isWhole) {
    try {
      if (!isWhole) {
        over.await();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String get(String address, Duration atMost)
      throws IOException, InterruptedException {
    return TimedExchange.send(
            HttpClient.newHttpClient(),
            HttpRequest.newBuilder(URI.create(address)).build(),
            HttpResponse.BodyHandlers.ofString(),
            atMost)
        .body();
  }
}
