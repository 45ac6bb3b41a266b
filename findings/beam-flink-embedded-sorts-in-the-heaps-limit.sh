#!/usr/bin/env bash
# Apache Beam 2.70.0 with Flink 1.19 inside of the process: what it sorts in is a share of the largest heap that Java
# may have, whatever there is to sort, and is taken beside the heap.
#
# Expected: a job of a few numbers takes the memory of a few numbers, whatever -Xmx allows, as the heap itself does.
# Happens: Beam sets the memory that Flink manages to a share of the free largest heap. Flink takes it outside of
# the heap, and the sorter of a single grouping asks for much of it at once, so a larger -Xmx is more memory taken
# beside it. Nothing says so: it is in no heap dump and not below -Xmx.
# Seen: a hundred numbers grouped with -Xmx1g and with -Xmx3g; Java's native memory tracking, asked while a group is
# read, says how much is neither heap nor classes nor threads ("Other").
# Matters: without -Xmx the largest heap is a quarter of the machine, so a training whose weights are 7 MB takes a
# gigabyte or more for this alone on a machine of 24: containers sized by the model are killed.
# taskmanager.memory.managed.size in a folder that flinkConfDir names is obeyed.
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
cat > Sorts.java <<'JAVA'
import java.lang.management.ManagementFactory;
import java.util.*;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.*;
import javax.management.ObjectName;
import org.apache.beam.runners.flink.*;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.transforms.*;
import org.apache.beam.sdk.values.*;

public class Sorts {
  static final AtomicLong MEGABYTES = new AtomicLong();

  /** Notes the memory beside the heap while a group is there. */
  static class Look extends DoFn<KV<Integer, Iterable<Integer>>, Integer> {
    @ProcessElement
    public void each(@Element KV<Integer, Iterable<Integer>> group) throws Exception {
      String summary =
          (String)
              ManagementFactory.getPlatformMBeanServer()
                  .invoke(
                      new ObjectName("com.sun.management:type=DiagnosticCommand"),
                      "vmNativeMemory",
                      new Object[] {new String[] {"summary"}},
                      new String[] {String[].class.getName()});
      Matcher other = Pattern.compile("Other \\(reserved=(\\d+)KB").matcher(summary);
      if (other.find()) MEGABYTES.accumulateAndGet(Long.parseLong(other.group(1)) / 1024, Math::max);
    }
  }

  public static void main(String[] args) throws Exception {
    FlinkPipelineOptions options = PipelineOptionsFactory.create().as(FlinkPipelineOptions.class);
    options.setRunner(FlinkRunner.class);
    options.setFlinkMaster("[local]");
    options.setParallelism(1);
    if (args.length > 0) options.setFlinkConfDir(args[0]);
    Pipeline pipeline = Pipeline.create(options);
    List<KV<Integer, Integer>> numbers = new ArrayList<>();
    for (int i = 0; i < 100; i++) numbers.add(KV.of(i % 3, i));
    pipeline.apply(Create.of(numbers)).apply(GroupByKey.create()).apply(ParDo.of(new Look()));
    pipeline.run().waitUntilFinish();
    System.out.println(MEGABYTES.get());
  }
}
JAVA
javac -proc:none -cp "$(cat cp)" Sorts.java
mkdir conf
echo "taskmanager.memory.managed.size: 64m" > conf/flink-conf.yaml
other() {
  java "-Xmx$1" -XX:NativeMemoryTracking=summary --add-opens java.base/java.util=ALL-UNNAMED \
    --add-opens java.base/java.lang=ALL-UNNAMED -cp ".:$(cat cp)" Sorts "${@:2}"
}
small=$(other 1g) large=$(other 3g) told=$(other 3g conf)
echo "beside the heap while 100 numbers are grouped: $small MB with -Xmx1g, $large MB with -Xmx3g, $told MB with -Xmx3g and 64 MB in flink-conf.yaml"
if ((large > 2 * small && large > 600 && told < small)); then
  echo "seen: it follows the heap's limit, and not the data"
else
  echo "no longer so"
  exit 1
fi
