package io.beamgrad.runner;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;

/** The commands for clusters as the documents write them, with a job and a folder put in. */
final class Documents {
  private static final Path README = Path.of("scripts/README.md");
  private static final Path DEPLOYMENT = Path.of("scripts/flink-deployment.yaml");

  private Documents() {}

  /** The words behind {@code flink} in the scripts' README. */
  static List<String> flinkRun(Path spec, Path out) throws IOException {
    String text = Files.readString(README).replaceAll("\\\\\n\\s*", "");
    List<String> commands =
        text.lines().map(String::strip).filter(line -> line.startsWith("flink run ")).toList();
    if (commands.size() != 1) {
      throw new IllegalStateException(README + ": expected one flink run, found " + commands);
    }
    List<String> words = new ArrayList<>(List.of(commands.get(0).split(" +")));
    words.remove(0);
    put(words, "SPEC.yaml", spec.toString());
    put(words, "DIR", out.toString());
    return words;
  }

  /** The entry class and the arguments of the job for Kubernetes. */
  static List<String> deployment(Path spec, Path data, Path out) throws IOException {
    JsonNode job =
        new ObjectMapper(new YAMLFactory()).readTree(Files.readString(DEPLOYMENT)).at("/spec/job");
    List<String> words = new ArrayList<>(List.of(job.get("entryClass").asText()));
    StreamSupport.stream(job.get("args").spliterator(), false)
        .map(JsonNode::asText)
        .forEach(words::add);
    put(words, "/opt/flink/pipelines/mnist.yaml", spec.toString());
    put(words, "data.dir=/shared/data/mnist", "data.dir=" + data);
    put(words, "/shared/runs/mnist/FIRST", out.toString());
    return words;
  }

  private static void put(List<String> words, String placeholder, String value) {
    int at = words.indexOf(placeholder);
    if (at < 0) {
      throw new IllegalStateException("expected %s in %s".formatted(placeholder, words));
    }
    words.set(at, value);
  }
}
