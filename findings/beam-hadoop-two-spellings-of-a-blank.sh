#!/usr/bin/env bash
# Apache Beam 2.70.0 (beam-sdks-java-io-hadoop-file-system, with Hadoop client 3.4.1): a name with a blank is
# spelt one way to find a file and another way to name one.
#
# Expected: the name by which FileSystems.match finds a file is also that by which matchNewResource names it,
# and what a found resource says of itself can be looked for.
# Happens: match takes a blank as it is, and %20 for these three characters. matchNewResource takes its text
# for a URI: a blank is an IllegalArgumentException, %20 is a blank. A found file calls itself by %20, and
# match finds none of that name. resolve(), for a file beside it, objects to a blank too.
# Seen: by FileSystems with a folder of this machine as Hadoop's viewfs, which needs no cluster, on a file with
# a blank and one without.
# Matters: what lists data by a pattern and opens or writes files by name, as a training run that keeps
# manifests or puts a model beside its data, fails at the first blank; and names noted from resources, looked
# for at the next run, are of files that seem to have gone.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat > pom.xml <<'POM'
<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
 <groupId>finding</groupId><artifactId>finding</artifactId><version>1</version><dependencies>
  <dependency><groupId>org.apache.beam</groupId><artifactId>beam-sdks-java-io-hadoop-file-system</artifactId><version>2.70.0</version></dependency>
  <dependency><groupId>org.apache.hadoop</groupId><artifactId>hadoop-client-api</artifactId><version>3.4.1</version></dependency>
  <dependency><groupId>org.apache.hadoop</groupId><artifactId>hadoop-client-runtime</artifactId><version>3.4.1</version></dependency>
  <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId><version>2.0.16</version></dependency>
 </dependencies></project>
POM
mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.9.0:build-classpath -Dmdep.outputFile=cp >&2
cat > Blank.java <<'JAVA'
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.util.*;
import java.util.concurrent.Callable;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.io.fs.*;
import org.apache.beam.sdk.io.fs.ResolveOptions.StandardResolveOptions;
import org.apache.beam.sdk.io.hdfs.HadoopFileSystemOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.hadoop.conf.Configuration;

public class Blank {
  static final List<String> SEEN = new ArrayList<>();

  static void say(String what, Callable<Object> doing) {
    String said;
    try {
      said = String.valueOf(doing.call());
    } catch (Exception e) {
      said = e.getClass().getSimpleName();
      System.out.println("  (" + e.getMessage() + ")");
    }
    System.out.println("  " + what + ": " + said);
    SEEN.add(said);
  }

  static List<String> found(String spec) throws Exception {
    List<String> names = new ArrayList<>();
    MatchResult result = FileSystems.match(spec, EmptyMatchTreatment.ALLOW);
    for (var file : result.metadata()) names.add(file.resourceId().toString());
    return names;
  }

  static String opened(ResourceId file) throws Exception {
    try (var in = Channels.newInputStream(FileSystems.open(file))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  public static void main(String[] args) throws Exception {
    Path folder = Files.createDirectory(Path.of("data").toAbsolutePath());
    Configuration hadoop = new Configuration();
    hadoop.set("fs.defaultFS", "viewfs:///");
    hadoop.set("fs.viewfs.mounttable.default.link./data", folder.toUri().toString());
    var options = PipelineOptionsFactory.create().as(HadoopFileSystemOptions.class);
    options.setHdfsConfiguration(List.of(hadoop));
    FileSystems.setDefaultPipelineOptions(options);
    for (String name : List.of("sales.csv", "sales 2024.csv")) {
      Files.writeString(folder.resolve(name), name);
      String plain = "viewfs:///data/" + name;
      System.out.println(name);
      say("match, by its name", () -> found(plain));
      ResourceId file = FileSystems.match(plain).metadata().get(0).resourceId();
      say("opened, as found", () -> opened(file));
      say("match, by what the resource says", () -> found(file.toString()));
      say("matchNewResource, by its name", () -> opened(FileSystems.matchNewResource(plain, false)));
      say("matchNewResource, by what it says",
          () -> opened(FileSystems.matchNewResource(file.toString(), false)));
      say("beside it, by resolve", () -> file.getCurrentDirectory()
          .resolve(name.replace("sales", "model"), StandardResolveOptions.RESOLVE_FILE));
    }
    boolean so = SEEN.equals(List.of("[viewfs:/data/sales.csv]", "sales.csv", "[viewfs:/data/sales.csv]",
        "sales.csv", "sales.csv", "viewfs:/data/model.csv", "[viewfs:/data/sales%202024.csv]",
        "sales 2024.csv", "[]", "IllegalArgumentException", "sales 2024.csv",
        "IllegalArgumentException"));
    System.out.println(so ? "seen: neither spelling does for both" : "no longer so");
    System.exit(so ? 0 : 1);
  }
}
JAVA
java -cp "$(cat cp)" Blank.java
