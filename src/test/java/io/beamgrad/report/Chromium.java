package io.beamgrad.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A headless Chromium with one page, driven by its DevTools protocol. It notes what the page asks
 * for and what it complains of.
 */
final class Chromium implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long SECONDS = 60;

  private final Process process;
  private final WebSocket socket;
  private final BlockingQueue<JsonNode> received = new LinkedBlockingQueue<>();
  private final List<String> requests = new ArrayList<>();
  private final List<String> complaints = new ArrayList<>();
  private int lastId;
  private String session;

  /** Where the program is; empty where there is none. */
  static Optional<Path> program() {
    for (String folder : System.getenv().getOrDefault("PATH", "").split(":")) {
      for (String name : List.of("chromium", "chromium-browser", "google-chrome")) {
        Path program = Path.of(folder, name);
        if (!folder.isEmpty() && Files.isExecutable(program)) {
          return Optional.of(program);
        }
      }
    }
    return Optional.empty();
  }

  /**
   * @param profile an empty folder for what it keeps
   */
  Chromium(Path program, Path profile) throws Exception {
    process =
        new ProcessBuilder(
                program.toString(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--hide-scrollbars",
                "--remote-debugging-port=0",
                "--user-data-dir=" + profile,
                "about:blank")
            .redirectErrorStream(true)
            .redirectOutput(profile.resolve("log").toFile())
            .start();
    socket =
        HttpClient.newHttpClient()
            .newWebSocketBuilder()
            .buildAsync(address(profile.resolve("log")), new Receiver())
            .get(SECONDS, TimeUnit.SECONDS);
    ObjectNode blank = JSON.createObjectNode().put("url", "about:blank");
    String target = call("Target.createTarget", blank).path("targetId").asText();
    ObjectNode attach = JSON.createObjectNode().put("targetId", target).put("flatten", true);
    session = call("Target.attachToTarget", attach).path("sessionId").asText();
    for (String domain : List.of("Page", "Network", "Log", "Runtime")) {
      call(domain + ".enable", JSON.createObjectNode());
    }
  }

  /** Chromium says on its first lines where it listens. */
  private URI address(Path log) throws Exception {
    String start = "DevTools listening on ";
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    while (System.nanoTime() < end && process.isAlive()) {
      for (String line : Files.readAllLines(log)) {
        if (line.startsWith(start)) {
          return URI.create(line.substring(start.length()));
        }
      }
      process.waitFor(50, TimeUnit.MILLISECONDS);
    }
    throw new IOException("Chromium does not listen: " + Files.readString(log));
  }

  private final class Receiver implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
      text.append(data);
      if (last) {
        try {
          received.add(JSON.readTree(text.toString()));
        } catch (IOException e) {
          throw new IllegalStateException(e);
        }
        text.setLength(0);
      }
      from.request(1);
      return null;
    }
  }

  private JsonNode call(String method, ObjectNode parameters) throws Exception {
    ObjectNode message = JSON.createObjectNode().put("id", ++lastId).put("method", method);
    message.set("params", parameters);
    if (session != null) {
      message.put("sessionId", session);
    }
    socket.sendText(JSON.writeValueAsString(message), true).get(SECONDS, TimeUnit.SECONDS);
    JsonNode answer = next();
    while (answer.path("id").asInt() != lastId) {
      answer = next();
    }
    if (answer.has("error")) {
      throw new IOException(method + ": " + answer.get("error"));
    }
    return answer.path("result");
  }

  private JsonNode next() throws Exception {
    JsonNode message = received.poll(SECONDS, TimeUnit.SECONDS);
    if (message == null) {
      throw new IOException("Chromium did not answer");
    }
    JsonNode about = message.path("params");
    switch (message.path("method").asText()) {
      case "Network.requestWillBeSent" -> requests.add(about.path("request").path("url").asText());
      case "Log.entryAdded" -> complaints.add(about.path("entry").path("text").asText());
      case "Runtime.consoleAPICalled", "Runtime.exceptionThrown" ->
          complaints.add(about.toString());
      default -> {}
    }
    return message;
  }

  /** Shows a file in a window so many pixels wide, in light or dark. */
  void open(Path page, int width, boolean isDark) throws Exception {
    requests.clear();
    complaints.clear();
    call(
        "Emulation.setDeviceMetricsOverride",
        JSON.createObjectNode()
            .put("width", width)
            .put("height", 900)
            .put("deviceScaleFactor", 1)
            .put("mobile", width < 600));
    ObjectNode scheme = JSON.createObjectNode();
    scheme
        .putArray("features")
        .addObject()
        .put("name", "prefers-color-scheme")
        .put("value", isDark ? "dark" : "light");
    call("Emulation.setEmulatedMedia", scheme);
    call("Page.navigate", JSON.createObjectNode().put("url", page.toUri().toString()));
    while (!next().path("method").asText().equals("Page.loadEventFired")) {}
  }

  /** The value of an expression in the page. */
  JsonNode evaluate(String expression) throws Exception {
    ObjectNode parameters = JSON.createObjectNode().put("expression", expression);
    return call("Runtime.evaluate", parameters.put("returnByValue", true))
        .path("result")
        .path("value");
  }

  /** The whole page as a picture. */
  byte[] screenshot() throws Exception {
    ObjectNode parameters = JSON.createObjectNode().put("captureBeyondViewport", true);
    JsonNode size = call("Page.getLayoutMetrics", JSON.createObjectNode()).path("cssContentSize");
    parameters
        .putObject("clip")
        .put("x", 0)
        .put("y", 0)
        .put("scale", 1)
        .put("width", size.path("width").asInt())
        .put("height", size.path("height").asInt());
    return Base64.getDecoder()
        .decode(call("Page.captureScreenshot", parameters).path("data").asText());
  }

  /** The page on paper, as PDF. */
  byte[] print() throws Exception {
    ObjectNode parameters = JSON.createObjectNode().put("printBackground", true);
    return Base64.getDecoder().decode(call("Page.printToPDF", parameters).path("data").asText());
  }

  /** What was asked for since the page was opened, itself included. */
  List<String> requests() {
    return List.copyOf(requests);
  }

  /** What the console has had since the page was opened. */
  List<String> complaints() {
    return List.copyOf(complaints);
  }

  @Override
  public void close() throws Exception {
    socket.abort();
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly().waitFor();
  }
}
