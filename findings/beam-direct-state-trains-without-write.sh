#!/usr/bin/env bash
# Apache Beam 2.70.0, direct runner: ValueState holds the very object that was written, so what is done to
# it later is kept without a write.
# Expected: state is a copy made by its coder; an array changed after write() or read() but not written is
# forgotten. The direct runner does watch over elements: changing an array it handed in is an error.
# Happens: changes made after write(), and those made to what read() returned, are there at the next
# element, also in another bundle. Nothing warns.
# Seen: a DoFn with weights in ValueState<double[]> (SerializableCoder), one element to a bundle by
# TestStream, that writes once and then changes the array in place; and a step that changes its element.
# Matters: a training step that updates its weights in place and forgets write() learns in every test on
# this runner, and forgets each step on a runner that keeps state as bytes. Likewise a snapshot of weights
# put into state moves along with the live weights until its bundle ends.
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
cat > Weights.java <<'JAVA'
import java.util.*;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.*;
import org.apache.beam.sdk.state.*;
import org.apache.beam.sdk.testing.TestStream;
import org.apache.beam.sdk.transforms.*;
import org.apache.beam.sdk.util.IllegalMutationException;
import org.apache.beam.sdk.values.*;

public class Weights {
  static final Queue<Double> READ = new java.util.concurrent.ConcurrentLinkedQueue<>();

  static class Train extends DoFn<KV<String, Integer>, Void> {
    @StateId("weights") private final StateSpec<ValueState<double[]>> spec =
        StateSpecs.value(SerializableCoder.of(double[].class));
    @ProcessElement
    public void step(@StateId("weights") ValueState<double[]> state) {
      double[] weights = state.read();
      if (weights == null) {
        weights = new double[] {0};
        state.write(weights);
      } else {
        READ.add(weights[0]);
      }
      weights[0] += 1; // and no write
    }
  }

  public static void main(String[] args) {
    Pipeline state = Pipeline.create();
    state.apply(TestStream.create(KvCoder.of(StringUtf8Coder.of(), VarIntCoder.of()))
            .addElements(KV.of("model", 1)).addElements(KV.of("model", 2))
            .addElements(KV.of("model", 3)).advanceWatermarkToInfinity())
        .apply(ParDo.of(new Train()));
    state.run().waitUntilFinish();
    System.out.println("written once, as 0; read later as " + READ);
    boolean caught = false;
    Pipeline element = Pipeline.create();
    element.apply(Create.of(new double[] {0}).withCoder(SerializableCoder.of(double[].class)))
        .apply(MapElements.into(TypeDescriptors.doubles()).via(weights -> weights[0] += 1));
    try {
      element.run().waitUntilFinish();
    } catch (RuntimeException e) {
      caught = e instanceof IllegalMutationException || e.getCause() instanceof IllegalMutationException;
    }
    System.out.println("an element changed is " + (caught ? "an error" : "let through"));
    boolean so = caught && List.copyOf(READ).equals(List.of(1.0, 2.0));
    System.out.println(so ? "seen: state keeps what was never written" : "no longer so");
    System.exit(so ? 0 : 1);
  }
}
JAVA
javac -proc:none -cp "$(cat cp)" Weights.java
java -cp ".:$(cat cp)" Weights
