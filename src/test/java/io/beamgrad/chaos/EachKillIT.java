package io.beamgrad.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.beamgrad.job.ShopTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A training of models by key whose process is killed in the midst of the keys. */
@Tag("alone")
class EachKillIT {
  private static final int SHOPS = 2000; // a megabyte and a half, in eight buckets
  private static final int BUCKETS = 8;

  @TempDir Path folder;

  private Process start(Path spec, String out) throws IOException {
    List<String> line =
        new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin/java").toString()));
    line.add("-Dbeamgrad.threads=1");
    line.addAll(List.of("-jar", "target/beamgrad.jar", "train", spec.toString()));
    line.addAll(List.of("--parallelism", "1", "--keep-work"));
    line.addAll(List.of("--set", "epochs=40", "--set", "each.pooledRows=2000"));
    line.addAll(List.of("--out", folder.resolve(out).toString()));
    return new ProcessBuilder(line)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve(out + ".log").toFile()))
        .start();
  }

  private void finish(Process process, String out) throws IOException, InterruptedException {
    int exitCode = process.waitFor();
    assertEquals(0, exitCode, Files.readString(folder.resolve(out + ".log")));
  }

  private String weights(String out) throws IOException {
    return new ObjectMapper()
        .readTree(folder.resolve(out).resolve("run.json").toFile())
        .get("weightsSha256")
        .asText();
  }

  /** The finished files of buckets, with what tells that one is written again. */
  private Map<String, Object> buckets(String out) throws IOException {
    Map<String, Object> found = new TreeMap<>();
    Path keys = folder.resolve(out).resolve("work/keys");
    for (String name : RunState.names(keys)) {
      if (name.startsWith("bucket-")) {
        found.put(name, Files.readAttributes(keys.resolve(name), "unix:ino,ctime"));
      }
    }
    return found;
  }

  @Test
  void aKillInTheKeysLosesNoFinishedBucket() throws Exception {
    Path spec = ShopTable.write(folder.resolve("shops"), SHOPS, 30);
    finish(start(spec, "undisturbed"), "undisturbed");
    assertEquals(BUCKETS, buckets("undisturbed").size());

    Process process = start(spec, "killed");
    while (process.isAlive() && buckets("killed").isEmpty()) {
      TimeUnit.MILLISECONDS.sleep(1);
    }
    process.destroyForcibly().waitFor();
    Map<String, Object> done = buckets("killed");
    System.out.printf("killed after %s of %s buckets%n", done.size(), BUCKETS);
    assertTrue(!done.isEmpty() && done.size() < BUCKETS, done.keySet().toString());

    finish(start(spec, "killed"), "killed");
    assertEquals(weights("undisturbed"), weights("killed"));
    Map<String, Object> all = buckets("killed");
    assertEquals(buckets("undisturbed").keySet(), all.keySet());
    done.forEach((bucket, file) -> assertEquals(file, all.get(bucket), bucket));
    assertEquals(
        -1,
        Files.mismatch(
            folder.resolve("undisturbed/keys.avro"), folder.resolve("killed/keys.avro")));
  }
}
