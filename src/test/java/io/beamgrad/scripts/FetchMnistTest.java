package io.beamgrad.scripts;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs scripts/fetch-mnist, with the checksums of small files, against mirrors on this machine. */
class FetchMnistTest {
  private static final Map<String, String> MNIST_SUMS =
      Map.of(
          "train-images-idx3-ubyte",
          "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
          "train-labels-idx1-ubyte",
          "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
          "t10k-images-idx3-ubyte",
          "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
          "t10k-labels-idx1-ubyte",
          "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2");

  @TempDir Path folder;
  private final Map<String, byte[]> packed = new TreeMap<>();
  private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
  private Path script;
  private Path data;
  private HttpServer server;
  private String mirrors;

  private record Result(int exitCode, String out, String err) {}

  @BeforeEach
  void startMirror() throws Exception {
    data = folder.resolve("data/mnist");
    String text = Files.readString(Path.of("scripts/fetch-mnist"));
    for (String name : MNIST_SUMS.keySet()) {
      byte[] content = name.repeat(100).getBytes(StandardCharsets.UTF_8);
      packed.put(name + ".gz", gzip(content));
      String sum = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
      assertTrue(text.contains(MNIST_SUMS.get(name) + " " + name), name);
      text = text.replace(MNIST_SUMS.get(name), sum);
    }
    script = Files.writeString(folder.resolve("fetch-mnist"), text);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/good/", exchange -> serve(exchange, packed, true));
    server.createContext("/whole/", exchange -> serve(exchange, packed, false));
    Map<String, byte[]> wrong = new TreeMap<>();
    packed
        .keySet()
        .forEach(name -> wrong.put(name, "<html>sign in".getBytes(StandardCharsets.UTF_8)));
    server.createContext("/wrong/", exchange -> serve(exchange, wrong, true));
    server.start();
    mirrors = mirror("good");
  }

  @AfterEach
  void stopMirror() {
    server.stop(0);
  }

  @Test
  void itDownloadsTheFourFilesAndNamesThem() throws Exception {
    Result result = run(data.toString());
    assertEquals(
        new Result(
            0,
            lines(
                "train-images-idx3-ubyte",
                "train-labels-idx1-ubyte",
                "t10k-images-idx3-ubyte",
                "t10k-labels-idx1-ubyte"),
            ""),
        result);
    assertAllThere();
  }

  @Test
  void itIsQuietWhenTheyAreThereAndRight() throws Exception {
    run(data.toString());
    requests.clear();
    assertEquals(new Result(0, "", ""), run(data.toString()));
    assertEquals(List.of(), requests);
  }

  @Test
  void anUnpackedFileIsAsGood() throws Exception {
    run(data.toString());
    Files.delete(data.resolve("t10k-labels-idx1-ubyte.gz"));
    Files.writeString(data.resolve("t10k-labels-idx1-ubyte"), "t10k-labels-idx1-ubyte".repeat(100));
    assertEquals(new Result(0, "", ""), run(data.toString()));
  }

  @Test
  void anInterruptedDownloadGoesOnWhereItStopped() throws Exception {
    byte[] whole = packed.get("t10k-images-idx3-ubyte.gz");
    writePart(Arrays.copyOf(whole, 20));
    assertEquals(0, run(data.toString()).exitCode());
    assertTrue(requests.contains("/good/t10k-images-idx3-ubyte.gz bytes=20-"), requests.toString());
    assertAllThere();
  }

  @Test
  void aMirrorThatCannotGoOnStartsAgain() throws Exception {
    mirrors = mirror("whole");
    writePart(Arrays.copyOf(packed.get("t10k-images-idx3-ubyte.gz"), 20));
    assertEquals(0, run(data.toString()).exitCode());
    assertAllThere();
  }

  @Test
  void aPartThatIsWholeIsNotDownloadedAgain() throws Exception {
    writePart(packed.get("t10k-images-idx3-ubyte.gz"));
    assertEquals(0, run(data.toString()).exitCode());
    assertFalse(requests.toString().contains("t10k-images"), requests.toString());
    assertAllThere();
  }

  @Test
  void aPartOfSomethingElseIsThrownAway() throws Exception {
    writePart(new byte[10]);
    assertEquals(0, run(data.toString()).exitCode());
    writePart(new byte[10_000]);
    Files.delete(data.resolve("t10k-images-idx3-ubyte.gz"));
    assertEquals(0, run(data.toString()).exitCode());
    assertAllThere();
  }

  @Test
  void theNextMirrorIsAskedWhereOneFails() throws Exception {
    mirrors = mirror("nothing") + " " + mirror("wrong") + " " + mirror("good");
    assertEquals(0, run(data.toString()).exitCode());
    assertAllThere();
  }

  @Test
  void aWrongAnswerNeverGetsAName() throws Exception {
    mirrors = mirror("wrong");
    String url = mirror("wrong") + "/train-images-idx3-ubyte.gz";
    assertEquals(
        new Result(
            1,
            "",
            "fetch-mnist: cannot download %s/train-images-idx3-ubyte.gz: %s is not MNIST's\n"
                .formatted(data, url)),
        run(data.toString()));
    assertEquals(List.of(), names());
  }

  @Test
  void aMirrorWithoutTheFileIsNamedWithItsAnswer() throws Exception {
    mirrors = mirror("nothing");
    String url = mirror("nothing") + "/train-images-idx3-ubyte.gz";
    assertEquals(
        new Result(
            1,
            "",
            "fetch-mnist: cannot download %s/train-images-idx3-ubyte.gz: %s:".formatted(data, url)
                + " curl: (22) The requested URL returned error: 404\n"),
        run(data.toString()));
  }

  @Test
  void aFileOfTheUsersIsNotOverwritten() throws Exception {
    Files.createDirectories(data);
    Path mine = Files.writeString(data.resolve("train-labels-idx1-ubyte"), "mine");
    Result result = run(data.toString());
    assertEquals(1, result.exitCode());
    assertEquals(
        "fetch-mnist: %s is not MNIST's; move it away and try again\n".formatted(mine),
        result.err());
    assertEquals("mine", Files.readString(mine));
  }

  @Test
  void wrongArgumentsAreExitCodeTwo() throws Exception {
    assertEquals(
        new Result(2, "", "fetch-mnist: expected at most one folder, found 2: a b\n"),
        run("a", "b"));
    assertEquals(
        new Result(2, "", "fetch-mnist: unknown option --force; see fetch-mnist --help\n"),
        run("--force"));
    assertEquals(new Result(2, "", "fetch-mnist: the folder has no name\n"), run(""));
  }

  @Test
  void helpTellsPurposeAndUsage() throws Exception {
    Result result = run("--help");
    assertEquals(0, result.exitCode());
    assertTrue(result.out().startsWith("Purpose: downloads the four files of MNIST"), result.out());
    assertTrue(result.out().contains("Usage:   scripts/fetch-mnist [DIR]"), result.out());
  }

  private Result run(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("bash", script.toString()));
    command.addAll(List.of(arguments));
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    ProcessBuilder process =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    process.environment().put("BEAMGRAD_MNIST_MIRRORS", mirrors);
    process.environment().put("no_proxy", "*");
    int exitCode = process.start().waitFor();
    return new Result(exitCode, Files.readString(out), Files.readString(err));
  }

  private void writePart(byte[] bytes) throws IOException {
    Files.createDirectories(data);
    Files.write(data.resolve("t10k-images-idx3-ubyte.gz.part"), bytes);
  }

  private void assertAllThere() throws IOException {
    assertEquals(List.copyOf(packed.keySet()), names());
    for (String name : packed.keySet()) {
      assertArrayEquals(packed.get(name), Files.readAllBytes(data.resolve(name)));
    }
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(data)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private String lines(String... names) {
    StringBuilder lines = new StringBuilder();
    for (String name : names) {
      lines.append(data).append('/').append(name).append(".gz\n");
    }
    return lines.toString();
  }

  private String mirror(String name) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/" + name;
  }

  private void serve(HttpExchange exchange, Map<String, byte[]> files, boolean ranges)
      throws IOException {
    String path = exchange.getRequestURI().getPath();
    String range = exchange.getRequestHeaders().getFirst("Range");
    requests.add(range == null ? path : path + " " + range);
    byte[] bytes = files.get(path.substring(path.lastIndexOf('/') + 1));
    try (exchange) {
      if (range == null || !ranges) {
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
        return;
      }
      int from = Integer.parseInt(range.replaceAll("\\D", ""));
      if (from >= bytes.length) {
        exchange.sendResponseHeaders(416, -1);
        return;
      }
      exchange
          .getResponseHeaders()
          .set("Content-Range", "bytes %s-%s/%s".formatted(from, bytes.length - 1, bytes.length));
      exchange.sendResponseHeaders(206, bytes.length - from);
      exchange.getResponseBody().write(bytes, from, bytes.length - from);
    }
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }
}
