package io.beamgrad.schedule;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.beamgrad.failure.WrongInputException;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Executors;

/**
 * Answers {@code /healthz} (200, or 503 with what is wrong) and {@code /metrics} to this machine
 * alone. A client that stalls keeps no other waiting, and is left alone after some seconds.
 */
public final class StatusServer implements AutoCloseable {
  private static final String TEXT = "text/plain; charset=utf-8";
  private static final String METRICS = "text/plain; version=0.0.4; charset=utf-8";

  static {
    // Java's server waits without end for a request and for a client that reads its answer, unless
    // it is told these, in seconds, before there is a server in the process.
    System.setProperty("sun.net.httpserver.maxReqTime", "10");
    System.setProperty("sun.net.httpserver.maxRspTime", "10");
  }

  private final HttpServer server;

  private StatusServer(HttpServer server) {
    this.server = server;
  }

  /**
   * @param port 0 for one that is free
   * @throws WrongInputException where something else has the port
   */
  public static StatusServer start(int port, ScheduleStatus status, Clock clock)
      throws IOException {
    HttpServer server;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    } catch (BindException e) {
      throw new WrongInputException("--port %s is in use".formatted(port), e);
    }
    server.setExecutor(Executors.newCachedThreadPool(StatusServer::thread));
    server.createContext("/", exchange -> answer(exchange, status, clock));
    server.start();
    return new StatusServer(server);
  }

  private static Thread thread(Runnable answer) {
    Thread thread = new Thread(answer, "status");
    thread.setDaemon(true);
    return thread;
  }

  private static void answer(HttpExchange exchange, ScheduleStatus status, Clock clock)
      throws IOException {
    String path = exchange.getRequestURI().getPath();
    if (!exchange.getRequestMethod().equals("GET")) {
      send(exchange, 405, TEXT, "GET only\n");
    } else if (path.equals("/healthz")) {
      Instant now = clock.instant();
      Optional<String> fault = status.fault(now);
      send(
          exchange,
          fault.isEmpty() ? 200 : 503,
          TEXT,
          fault.orElse("ok") + "; " + status.line(now) + "\n");
    } else if (path.equals("/metrics")) {
      send(exchange, 200, METRICS, status.metrics());
    } else {
      send(exchange, 404, TEXT, "there are /healthz and /metrics\n");
    }
  }

  private static void send(HttpExchange exchange, int code, String type, String text)
      throws IOException {
    try (exchange) {
      byte[] body = text.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", type);
      exchange.sendResponseHeaders(code, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  /** {@code http://127.0.0.1:9290}. */
  public String address() {
    InetSocketAddress at = server.getAddress();
    return "http://%s:%s".formatted(at.getAddress().getHostAddress(), at.getPort());
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
