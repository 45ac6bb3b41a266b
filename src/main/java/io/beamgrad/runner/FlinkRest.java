package io.beamgrad.runner;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.beamgrad.failure.WrongInputException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.ProtocolException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.checkerframework.checker.nullness.qual.Nullable;

/** A client of the REST interface of a Flink cluster. Safe for several threads. */
public final class FlinkRest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MOST_PORT = 65_535;
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** The version and the slots of the cluster. */
  record Overview(String flinkVersion, int slots) {}

  /**
   * The state of a job on the cluster.
   *
   * @param hasStarted whether a task of the job has got a slot
   */
  record Job(String id, String state, boolean hasStarted) {
    private static final Set<String> ENDED = Set.of("FINISHED", "FAILED", "CANCELED", "SUSPENDED");

    boolean hasEnded() {
      return ENDED.contains(state);
    }
  }

  /** The newest failure of a task or of the whole job, with the stack trace. */
  record TaskFailure(long timeMillis, String trace) {}

  private final String address;
  private final HttpClient client;

  private FlinkRest(String address) {
    this.address = address;
    this.client = HttpClient.newHttpClient();
  }

  /**
   * A client of a cluster, which is not asked yet.
   *
   * @throws WrongInputException where the address is not HOST:PORT
   */
  static FlinkRest at(String address) {
    if (address.startsWith("https:")) {
      throw new WrongInputException(
          "--flink-master %s: a REST interface over TLS is not supported; give HOST:PORT of a plain one"
              .formatted(address));
    }
    try {
      URI uri = new URI("http://" + address);
      if (uri.getHost() != null
          && uri.getUserInfo() == null
          && uri.getPort() > 0
          && uri.getPort() <= MOST_PORT
          && uri.getAuthority().equals(address)) {
        return new FlinkRest(address);
      }
    } catch (URISyntaxException e) {
      // the message follows below
    }
    throw new WrongInputException(
        "--flink-master must be HOST:PORT%s, was %s"
            .formatted(isBareIpv6(address) ? ", an IPv6 address in brackets" : "", address));
  }

  private static boolean isBareIpv6(String address) {
    return address.matches("[0-9A-Fa-f:.]*:[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*");
  }

  public String address() {
    return address;
  }

  /**
   * @throws WrongInputException where no Flink cluster answers
   */
  Overview overview() throws InterruptedException {
    try {
      JsonNode found = get("/overview").orElseThrow(() -> new IOException("no /overview there"));
      if (!found.path("flink-version").isTextual()) {
        throw new IOException("its /overview has no flink-version");
      }
      return new Overview(found.get("flink-version").asText(), found.path("slots-total").asInt());
    } catch (IOException e) {
      throw new WrongInputException(
          "no Flink cluster answers at %s: %s".formatted(address, reason(e)), e);
    }
  }

  /** The id of the job of that name; also where it has ended. */
  Optional<String> find(String jobName) throws IOException, InterruptedException {
    for (JsonNode job : get("/jobs/overview").orElse(JSON.nullNode()).path("jobs")) {
      if (job.path("name").asText().equals(jobName)) {
        return Optional.of(job.path("jid").asText());
      }
    }
    return Optional.empty();
  }

  /** The state of a job; empty where the cluster does not know the job, or has forgotten it. */
  Optional<Job> job(String id) throws IOException, InterruptedException {
    return get("/jobs/" + id).map(FlinkRest::job);
  }

  private static Job job(JsonNode found) {
    JsonNode counts = found.path("status-counts");
    boolean hasStarted =
        Set.of("DEPLOYING", "INITIALIZING", "RUNNING", "FINISHED").stream()
            .anyMatch(state -> counts.path(state).asInt() > 0);
    return new Job(found.path("jid").asText(), found.path("state").asText(), hasStarted);
  }

  /** Why a task failed last; empty where none has. */
  Optional<TaskFailure> newestFailure(String id) throws IOException, InterruptedException {
    return get("/jobs/" + id + "/exceptions?maxExceptions=1")
        .map(found -> found.path("exceptionHistory").path("entries").path(0))
        .filter(entry -> entry.path("stacktrace").isTextual())
        .map(
            entry ->
                new TaskFailure(entry.get("timestamp").asLong(), entry.get("stacktrace").asText()));
  }

  /** Asks the cluster to cancel a job, and returns before the job has ended. */
  void cancel(String id) throws IOException, InterruptedException {
    send(request("/jobs/" + id + "?mode=cancel").method("PATCH", BodyPublishers.noBody()));
  }

  private Optional<JsonNode> get(String path) throws IOException, InterruptedException {
    HttpResponse<String> answer = send(request(path).GET());
    if (answer.statusCode() == 404) {
      return Optional.empty();
    }
    if (answer.statusCode() != 200) {
      throw new IOException("HTTP status " + answer.statusCode());
    }
    try {
      return Optional.of(JSON.readTree(answer.body()));
    } catch (JsonProcessingException e) {
      throw new IOException("an answer that is not JSON", e);
    }
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://" + address + path));
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return TimedExchange.send(client, request.build(), BodyHandlers.ofString(), PATIENCE);
  }

  /** An exception in one line. */
  public static String reason(IOException thrown) {
    if (thrown instanceof HttpTimeoutException) {
      return "no answer within %s s".formatted(PATIENCE.toSeconds());
    }
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof UnresolvedAddressException || cause instanceof UnknownHostException) {
        return "unknown host";
      }
    }
    if (thrown instanceof ConnectException) {
      return "no connection";
    }
    @Nullable String message = thrown.getMessage();
    if (thrown instanceof ProtocolException
        || (message != null && message.startsWith("HTTP/1.1 header parser"))) {
      return "an answer that is not HTTP";
    }
    return message == null ? thrown.getClass().getSimpleName() : message;
  }
}
