package io.beamgrad.retrain;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beamgrad.registry.Decision;
import io.beamgrad.runner.TimedExchange;
import io.beamgrad.spec.RetrainSpec;
import io.beamgrad.spec.RetrainSpec.Notification.Event;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * Tells a command and a web address of the end of a run, as JSON. What fails then gives a line and
 * changes nothing else. Each of the two has the time that the spec gives, from its start to the
 * last byte of its answer; what it does after that is not waited for.
 */
public final class RetrainNotice {
  private RetrainNotice() {}

  /**
   * Tells of a decision, where the spec wants that: as its file has it, with {@code event} and
   * {@code model}.
   *
   * @return a line for each failure
   */
  static List<String> ofDecision(RetrainSpec.Notification to, String model, Decision decision)
      throws InterruptedException {
    ObjectNode tree = JsonNodeFactory.instance.objectNode();
    tree.put("event", "decision");
    tree.put("model", model);
    tree.setAll((ObjectNode) decision.toTree());
    return to.on().contains(Event.DECISION) ? send(to, tree.toString()) : List.of();
  }

  /**
   * Tells of a failure, where the spec wants that.
   *
   * @return a line for each failure to tell
   */
  public static List<String> ofFailure(RetrainSpec.Notification to, RunFailure failure)
      throws InterruptedException {
    return to.on().contains(Event.FAILURE) ? send(to, failure.toTree().toString()) : List.of();
  }

  /** Sends JSON to the command and address that a spec names. */
  static List<String> send(RetrainSpec.Notification to, String json) throws InterruptedException {
    List<String> failures = new ArrayList<>();
    Duration timeout = Duration.ofSeconds(to.timeoutSeconds());
    if (!to.command().isEmpty()) {
      run(to.command(), json, timeout, failures);
    }
    if (to.webhook() != null) {
      post(to.webhook(), json, timeout, failures);
    }
    return failures;
  }

  private static void run(
      List<String> command, String json, Duration timeout, List<String> failures)
      throws InterruptedException {
    String label = "retrain.notify.command %s: ".formatted(command.get(0));
    try {
      // A file, as a command that does not read its input would leave a pipe full.
      Path input = Files.createTempFile("beamgrad-notice", ".json");
      try {
        Files.write(input, json.getBytes(UTF_8));
        Process process =
            new ProcessBuilder(command)
                .redirectInput(input.toFile())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
          if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
            failures.add(
                label + "took more than %s s and was ended".formatted(timeout.toSeconds()));
          } else if (process.exitValue() != 0) {
            failures.add(label + "exit code " + process.exitValue());
          }
        } finally {
          // The children of a process are known only while it is there.
          Stream.concat(Stream.of(process.toHandle()), process.descendants())
              .toList()
              .forEach(ProcessHandle::destroyForcibly);
        }
      } finally {
        Files.deleteIfExists(input);
      }
    } catch (IOException e) {
      failures.add(label + oneLine(e));
    }
  }

  private static void post(String address, String json, Duration timeout, List<String> failures)
      throws InterruptedException {
    // The host alone, as the rest of the address is often a secret.
    String label = "retrain.notify.webhook %s: ".formatted(URI.create(address).getHost());
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(address))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json))
            .build();
    AtomicInteger status = new AtomicInteger(); // 0 until the headers of the answer are there
    try {
      HttpResponse<Void> response =
          TimedExchange.send(
              HttpClient.newHttpClient(),
              request,
              head -> {
                status.set(head.statusCode());
                return HttpResponse.BodySubscribers.discarding();
              },
              timeout);
      if (response.statusCode() / 100 != 2) {
        failures.add(label + "answered with status " + response.statusCode());
      }
    } catch (HttpTimeoutException e) {
      String within = "within %s s".formatted(timeout.toSeconds());
      failures.add(
          status.get() == 0
              ? label + "no answer " + within
              : label + "status %s, but no whole answer %s".formatted(status.get(), within));
    } catch (IOException e) {
      failures.add(label + oneLine(e));
    }
  }

  private static String oneLine(IOException e) {
    return e.getMessage() == null
        ? e.getClass().getSimpleName()
        : e.getMessage().lines().findFirst().orElse("");
  }
}
