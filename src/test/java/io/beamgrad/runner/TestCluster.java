package io.beamgrad.runner;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.beamgrad.cli.Main;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A Flink cluster of processes of their own, by {@code scripts/flink-cluster}. */
public final class TestCluster implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;
  private final String address;

  private TestCluster(Path folder, String address) {
    this.folder = folder;
    this.address = address;
  }

  public static TestCluster start(String folder, String... options)
      throws IOException, InterruptedException {
    return start(folder, Map.of(), options);
  }

  /** With further variables in the environment of its processes. */
  public static TestCluster start(String folder, Map<String, String> environment, String... options)
      throws IOException, InterruptedException {
    Path target = Path.of("target", folder).toAbsolutePath();
    String said = script(environment, target, "start", options);
    return new TestCluster(target, said.replaceFirst("(?s)^http://(\\S+).*", "$1"));
  }

  /** Starts what has died. */
  public void startAgain() throws IOException, InterruptedException {
    script(folder, "start");
  }

  @Override
  public void close() throws IOException, InterruptedException {
    script(folder, "stop");
  }

  private static String script(Path folder, String command, String... options)
      throws IOException, InterruptedException {
    return script(Map.of(), folder, command, options);
  }

  private static String script(
      Map<String, String> environment, Path folder, String command, String... options)
      throws IOException, InterruptedException {
    List<String> line = new ArrayList<>(List.of("scripts/flink-cluster", command));
    line.addAll(List.of("--dir", folder.toString()));
    line.addAll(List.of(options));
    ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    if (process.waitFor() != 0) {
      throw new IllegalStateException(String.join(" ", line) + ": " + said);
    }
    return said;
  }

  /** {@code HOST:PORT}. */
  public String address() {
    return address;
  }

  JsonNode ask(String path) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + address + path)).build();
    return JSON.readTree(HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body());
  }

  int jobs() throws IOException, InterruptedException {
    return ask("/jobs/overview").get("jobs").size();
  }

  /** Waits for the job to end. */
  String finalState(String job) throws IOException, InterruptedException {
    String state = ask("/jobs/" + job).get("state").asText();
    while (!List.of("FINISHED", "FAILED", "CANCELED").contains(state)) {
      TimeUnit.MILLISECONDS.sleep(50);
      state = ask("/jobs/" + job).get("state").asText();
    }
    return state;
  }

  /**
   * The process of the TaskManager that runs the tasks of a job of parallelism 1. Waits for it:
   * Flink answers with what it knew up to three seconds ago.
   */
  public ProcessHandle worker(String job) throws IOException, InterruptedException {
    while (true) {
      JsonNode asked = ask("/jobs/" + job);
      for (JsonNode vertex : asked.get("vertices")) {
        JsonNode task = ask("/jobs/" + job + "/vertices/" + vertex.get("id").asText());
        JsonNode subtask = task.get("subtasks").get(0);
        if (subtask.get("status").asText().equals("RUNNING")) {
          // The id is the process's name and a number.
          String name = subtask.get("taskmanager-id").asText().replaceFirst("-\\d+$", "");
          return process(name);
        }
      }
      String state = asked.get("state").asText();
      if (List.of("FINISHED", "FAILED", "CANCELED").contains(state)) {
        throw new IllegalStateException("no task of the job is running: it is " + state);
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  /** The most memory that each TaskManager ever had; where there is no {@code /proc}, nothing. */
  public List<Long> peakMegabytes() throws IOException {
    List<Long> peaks = new ArrayList<>();
    int count = Integer.parseInt(Files.readString(folder.resolve("taskmanagers")).strip());
    for (int i = 1; i <= count; i++) {
      Path status = Path.of("/proc", process("taskmanager-" + i).pid() + "", "status");
      if (Files.exists(status)) {
        for (String line : Files.readAllLines(status)) {
          if (line.startsWith("VmHWM:")) {
            peaks.add(Long.parseLong(line.replaceAll("\\D", "")) >> 10);
          }
        }
      }
    }
    return peaks;
  }

  public ProcessHandle jobManager() throws IOException {
    return process("jobmanager");
  }

  private ProcessHandle process(String name) throws IOException {
    String pid = Files.readString(folder.resolve(name + ".pid")).strip();
    return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
  }

  /** What a JobManager in application mode has said when it has ended. */
  record Application(int exitCode, String out, String err) {}

  /** A JobManager in application mode with one TaskManager, on other ports than this cluster's. */
  Application runApplication(Path work, List<String> entryClassAndArguments)
      throws IOException, InterruptedException {
    String conf =
        Files.readString(folder.resolve("conf/flink-conf.yaml"))
            .replaceFirst("(?m)^rest.port: .*$", "rest.port: " + freePort())
            .replaceFirst("(?m)^jobmanager.rpc.port: .*$", "jobmanager.rpc.port: " + freePort());
    Files.writeString(work.resolve("flink-conf.yaml"), conf);
    List<String> taskManager = Files.readAllLines(folder.resolve("conf/taskmanager.parameters"));
    List<String> options =
        new ArrayList<>(
            List.of(conf.replaceFirst("(?s).*env.java.opts.all: ([^\n]*).*", "$1").split(" ")));
    options.add("-Djava.util.logging.config.file=" + folder.resolve("conf/logging.properties"));

    List<String> jobLine = new ArrayList<>(options);
    jobLine.addAll(List.of("-cp", folder.resolve("lib") + "/*:target/test-classes"));
    jobLine.addAll(List.of(ApplicationMode.class.getName(), work.toString()));
    jobLine.add("target/beamgrad-job.jar");
    jobLine.addAll(entryClassAndArguments);
    List<String> taskLine = new ArrayList<>(options);
    taskLine.addAll(List.of(taskManager.get(0).split(" ")));
    taskLine.addAll(List.of("-cp", folder.resolve("lib") + "/*"));
    taskLine.addAll(List.of("org.apache.flink.runtime.taskexecutor.TaskManagerRunner"));
    taskLine.addAll(List.of("--configDir", work.toString()));
    taskLine.addAll(List.of(taskManager.get(1).split(" ")));

    Process jobManager = java(jobLine, work.resolve("jobmanager.log"));
    Process worker = java(taskLine, work.resolve("taskmanager.log"));
    try {
      String said = new String(jobManager.getInputStream().readAllBytes(), UTF_8);
      return new Application(
          jobManager.waitFor(), said, Files.readString(work.resolve("jobmanager.log")));
    } finally {
      worker.destroyForcibly().waitFor();
    }
  }

  private static Process java(List<String> line, Path log) throws IOException {
    List<String> all = new ArrayList<>(line);
    all.add(0, Path.of(System.getProperty("java.home"), "bin/java").toString());
    return new ProcessBuilder(all).redirectError(log.toFile()).start();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  /** Runs {@code flink run} of a distribution, with the job's jar. */
  Process flinkRun(List<String> flinkOptions, List<String> arguments) throws IOException {
    List<String> words = new ArrayList<>(List.of("run"));
    words.addAll(flinkOptions);
    words.addAll(List.of("-c", Main.class.getName(), "target/beamgrad-job.jar"));
    words.addAll(arguments);
    return flink(words);
  }

  /** Runs the {@code flink} command of a distribution. */
  Process flink(List<String> words) throws IOException {
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
    line.add("--add-opens=java.base/java.util=ALL-UNNAMED");
    line.add("--add-opens=java.base/java.lang=ALL-UNNAMED");
    line.add("-Djava.util.logging.config.file=" + folder.resolve("conf/logging.properties"));
    line.addAll(List.of("-cp", folder.resolve("lib") + "/*"));
    line.add("org.apache.flink.client.cli.CliFrontend");
    line.addAll(words);
    ProcessBuilder builder = new ProcessBuilder(line);
    builder.redirectError(folder.resolve("log/flink-run.log").toFile());
    builder.environment().put("FLINK_CONF_DIR", folder.resolve("conf").toString());
    return builder.start();
  }
}
