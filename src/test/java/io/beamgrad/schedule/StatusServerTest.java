package io.beamgrad.schedule;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.beamgrad.failure.WrongInputException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StatusServerTest {
  private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");

  private final ScheduleStatus status =
      new ScheduleStatus("digits", ZoneOffset.UTC, Optional.empty(), NOON);

  @Test
  void healthIsTwoHundredOrAFault() throws Exception {
    assertEquals("200 ok; starting; no run yet\n", get("/healthz", NOON));
    status.waits(NOON, NOON.plusSeconds(3600));
    assertEquals(
        "503 nothing happened since 2026-11-23 12:00:00 Z; waiting for 2026-11-23 13:00:00 Z; no"
            + " run yet\n",
        get("/healthz", NOON.plusSeconds(600)));
  }

  @Test
  void metricsAreThoseOfTheStatus() throws Exception {
    assertEquals("200 " + status.metrics(), get("/metrics", NOON));
  }

  @Test
  void nothingElseIsThere() throws Exception {
    assertEquals("404 there are /healthz and /metrics\n", get("/", NOON));
    assertEquals("405 GET only\n", send(HttpRequest.newBuilder().DELETE(), "/metrics", NOON));
  }

  @Test
  void aClientThatStallsKeepsNoOtherWaiting() throws Exception {
    try (StatusServer server = StatusServer.start(0, status, Clock.fixed(NOON, ZoneOffset.UTC));
        Socket slow = new Socket(InetAddress.getLoopbackAddress(), portOf(server))) {
      slow.getOutputStream().write("GET /hea".getBytes(UTF_8));
      slow.getOutputStream().flush();
      for (int i = 0; i < 3; i++) {
        assertEquals(
            "ok; starting; no run yet\n",
            HttpClient.newHttpClient()
                .send(
                    HttpRequest.newBuilder(URI.create(server.address() + "/healthz"))
                        .timeout(Duration.ofSeconds(30))
                        .build(),
                    HttpResponse.BodyHandlers.ofString())
                .body());
      }
    }
  }

  private static int portOf(StatusServer server) {
    return URI.create(server.address()).getPort();
  }

  @Test
  void aPortThatIsTakenIsNamed() throws IOException {
    try (StatusServer first = StatusServer.start(0, status, Clock.systemUTC())) {
      int port = portOf(first);
      var e =
          assertThrows(
              WrongInputException.class, () -> StatusServer.start(port, status, Clock.systemUTC()));
      assertEquals("--port %s is in use".formatted(port), e.getMessage());
    }
  }

  private String get(String path, Instant now) throws Exception {
    return send(HttpRequest.newBuilder().GET(), path, now);
  }

  private String send(HttpRequest.Builder request, String path, Instant now) throws Exception {
    try (StatusServer server = StatusServer.start(0, status, Clock.fixed(now, ZoneOffset.UTC))) {
      HttpResponse<String> response =
          HttpClient.newHttpClient()
              .send(
                  request
                      .uri(URI.create(server.address() + path))
                      .timeout(Duration.ofSeconds(30))
                      .build(),
                  HttpResponse.BodyHandlers.ofString());
      return response.statusCode() + " " + response.body();
    }
  }
}
