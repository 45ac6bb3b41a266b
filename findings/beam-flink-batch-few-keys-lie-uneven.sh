#!/usr/bin/env bash
# Apache Beam 2.70.0 on Flink 1.19, batch: a few keys in a row, dealt out to two workers, lie eight to two.
#
# Expected: ten units of work, numbered 0 to 9 and grouped by their number so that workers share them, are about
# five for each of two workers; Beam has no other way to spread elements, and Reshuffle is such a grouping here.
# Happens: Flink deals a key out by the murmur hash of Arrays.hashCode of the bytes that Beam's coder writes, modulo
# the workers. Of so few keys most may be one worker's, each time alike; it is not balanced and cannot be asked for.
# Seen: numbers 0 to 9 and 0 to 19 grouped on two workers of embedded Flink, each saying who got it.
# Matters: files, or ranges of one, are such units where a training reads its data. Twice the workers may then be no
# faster at all, with nothing to be seen in any message; who measures calls it a slow disk.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat > pom.xml <<'POM'
<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
 <groupId>finding</groupId><artifactId>finding</artifactId><version>1</version><dependencies>
  <dependency><groupId>org.apache.beam</groupId><artifactId>beam-runners-flink-1.19</artifactId><version>2.70.0</version>
   <exclusions><exclusion><groupId>org.apache.beam</groupId><artifactId>beam-runners-java-job-service</artifactId></exclusion></exclusions></dependency>
  <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId><version>2.0.16</version></dependency>
 </dependencies></project>
POM
mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.9.0:build-classpath -Dmdep.outputFile=cp >&2
cat > Spread.java <<'JAVA'
import java.util.*;
import java.util.concurrent.*;
import java.util.regex.*;
import org.apache.beam.runners.flink.*;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.transforms.*;
import org.apache.beam.sdk.values.*;

public class Spread {
  static final Map<String, Integer> UNITS = new ConcurrentSkipListMap<>();

  /** Counts the keys of each worker, whose number is in its thread's name. */
  static class Who extends DoFn<KV<Integer, Iterable<Integer>>, Integer> {
    @ProcessElement
    public void each(@Element KV<Integer, Iterable<Integer>> unit) {
      Matcher worker = Pattern.compile("\\((\\d+)/2\\)").matcher(Thread.currentThread().getName());
      UNITS.merge(worker.find() ? worker.group(1) : "?", 1, Integer::sum);
    }
  }

  static int most(int keys) {
    UNITS.clear();
    FlinkPipelineOptions options = PipelineOptionsFactory.create().as(FlinkPipelineOptions.class);
    options.setRunner(FlinkRunner.class);
    options.setFlinkMaster("[local]");
    options.setParallelism(2);
    Pipeline pipeline = Pipeline.create(options);
    List<KV<Integer, Integer>> units = new ArrayList<>();
    for (int i = 0; i < keys; i++) units.add(KV.of(i, i));
    pipeline.apply(Create.of(units)).apply(GroupByKey.create()).apply(ParDo.of(new Who()));
    pipeline.run().waitUntilFinish();
    System.out.printf(Locale.ROOT, "keys 0 to %d, by worker: %s%n", keys - 1, UNITS);
    return Collections.max(UNITS.values());
  }

  public static void main(String[] args) {
    boolean so = most(10) == 8;
    most(20);
    System.out.println(so ? "seen: one of two workers has eight of ten keys" : "no longer so");
    System.exit(so ? 0 : 1);
  }
}
JAVA
javac -proc:none -cp "$(cat cp)" Spread.java
java --add-opens java.base/java.util=ALL-UNNAMED --add-opens java.base/java.lang=ALL-UNNAMED -cp ".:$(cat cp)" Spread
