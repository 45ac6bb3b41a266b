package io.beamgrad.retrain;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.beamgrad.spec.RetrainSpec;
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

/**
 * Sends a decision to a command and a web address. A failure gives a line and changes nothing else.
 */
final class DecisionNotice {
  private DecisionNotice() {}

  /**
   * Sends a decision to the command and address that a spec names.
   *
   * @param json the decision as JSON
   * @return a line for each failure
   */
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
      Path input = Files.createTempFile("beamgrad-decision", ".json");
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
                label + "took more than %d s and was ended".formatted(timeout.toSeconds()));
          } else if (process.exitValue() != 0) {
            failures.add(label + "exit code " + process.exitValue());
          }
        } finally {
          process.descendants().forEach(ProcessHandle::destroyForcibly);
          process.destroyForcibly();
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
            .timeout(timeout)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json))
            .build();
    try {
      HttpResponse<Void> response =
          HttpClient.newBuilder()
              .connectTimeout(timeout)
              .build()
              .send(request, HttpResponse.BodyHandlers.discarding());
      if (response.statusCode() / 100 != 2) {
        failures.add(label + "answered with status " + response.statusCode());
      }
    } catch (HttpTimeoutException e) {
      failures.add(label + "no answer within %d s".formatted(timeout.toSeconds()));
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
