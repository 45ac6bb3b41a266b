#!/usr/bin/env bash
# Apache Beam 2.70.0, direct runner: grouping copies all that a key has gathered so far for every bundle that
# adds to it, so that its cost grows with the square of the number of bundles.
#
# Expected: to group n elements under one key takes work in proportion to n, however they come in bundles.
# Happens: each bundle begins with a copy of the key's state, made by the coder: every element that is there is
# encoded and decoded again, also where the bundle adds a single one. Twice the bundles, four times the work.
# Seen: values whose coder counts, each in a bundle of its own by a shuffle on its own key, grouped under one
# key: encodings of 100, 200 and 400 of them, and of 400 that come in one bundle.
# Matters: files, or their ranges, are such elements where a training reads its data. A thousand small files
# spend most of a local run on copies of rows that were read long before, in tests above all, where nobody
# looks for it; on clusters nothing of it is to be seen.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
cat > pom.xml <<'POM'
<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
 <groupId>finding</groupId><artifactId>finding</artifactId><version>1</version><dependencies>
  <dependency><groupId>org.apache.beam</groupId><artifactId>beam-runners-direct-java</artifactId><version>2.70.0</version></dependency>
  <dependency><groupId>org.apache.beam</groupId><artifactId>beam-sdks-java-core</artifactId><version>2.70.0</version></dependency>
  <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId><version>2.0.16</version></dependency>
 </dependencies></project>
POM
mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.9.0:build-classpath -Dmdep.outputFile=cp >&2
cat > Copies.java <<'JAVA'
import java.io.*;
import java.util.*;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.beam.runners.direct.DirectOptions;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.*;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.transforms.*;
import org.apache.beam.sdk.values.*;

public class Copies {
  static final AtomicLong ENCODED = new AtomicLong();

  static class Counting extends AtomicCoder<Integer> {
    @Override public void encode(Integer value, OutputStream out) throws IOException {
      ENCODED.incrementAndGet();
      VarIntCoder.of().encode(value, out);
    }
    @Override public Integer decode(InputStream in) throws IOException {
      return VarIntCoder.of().decode(in);
    }
  }

  /** The values, all in one bundle. */
  static class Values extends DoFn<Integer, KV<String, Integer>> {
    @ProcessElement
    public void each(@Element Integer count, OutputReceiver<KV<String, Integer>> out) {
      for (int i = 0; i < count; i++) out.output(KV.of("rows", i));
    }
  }

  static long encoded(int values, boolean apart) {
    DirectOptions options = PipelineOptionsFactory.create().as(DirectOptions.class);
    options.setEnforceImmutability(false);
    options.setEnforceEncodability(false);
    options.setTargetParallelism(1);
    Pipeline pipeline = Pipeline.create(options);
    PCollection<KV<String, Integer>> rows;
    if (apart) {
      List<KV<Integer, Integer>> keyed = new ArrayList<>();
      for (int i = 0; i < values; i++) keyed.add(KV.of(i, i));
      rows = pipeline.apply(Create.of(keyed)).apply(GroupByKey.create())
          .apply(MapElements.into(TypeDescriptors.kvs(TypeDescriptors.strings(), TypeDescriptors.integers()))
              .via(one -> KV.of("rows", one.getKey())));
    } else {
      rows = pipeline.apply(Create.of(values)).apply(ParDo.of(new Values()));
    }
    rows.setCoder(KvCoder.of(StringUtf8Coder.of(), new Counting()))
        .apply(GroupByKey.create());
    ENCODED.set(0);
    pipeline.run().waitUntilFinish();
    return ENCODED.get();
  }

  public static void main(String[] args) {
    long small = encoded(100, true), middle = encoded(200, true), large = encoded(400, true);
    long together = encoded(400, false);
    System.out.printf(Locale.ROOT, "values in bundles of one: 100 took %d encodings, 200 %d, 400 %d%n",
        small, middle, large);
    System.out.printf(Locale.ROOT, "400 values in one bundle: %d encodings%n", together);
    boolean so = middle > 3.2 * small && large > 3.2 * middle && large > 20 * together;
    System.out.println(so ? "seen: four times the work for twice the bundles" : "no longer so");
    System.exit(so ? 0 : 1);
  }
}
JAVA
javac -proc:none -cp "$(cat cp)" Copies.java
java -cp ".:$(cat cp)" Copies
