package io.beamgrad.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.beamgrad.Jvms;
import io.beamgrad.Jvms.Jvm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a program that uses the tensor core says of its kernels. */
class KernelChoiceTest {
  private static final String HINT =
      "INFO: no vector module in this Java: tensors use plain loops, which give the same bits but"
          + " are slower; start it with --add-modules=jdk.incubator.vector";

  @Test
  void aProgramWithoutTheVectorModuleIsToldOfItOnce() throws IOException, InterruptedException {
    assertEquals(List.of(HINT), logged(Jvms.plain()));
  }

  @Test
  void aProgramWithTheVectorModuleIsToldNothing() throws IOException, InterruptedException {
    assertEquals(List.of(), logged(Jvms.usual()));
  }

  /** What the JDK's logger writes to the error stream, each line of which begins with its level. */
  private static List<String> logged(Jvm jvm) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(jvm.jdk().resolve("bin/java").toString(), "-Duser.language=en", "-cp"));
    command.add(Path.of("target/classes") + ":" + Path.of("target/test-classes"));
    command.addAll(jvm.flags());
    command.add(Products.class.getName());
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
    return output.lines().filter(line -> line.matches("[A-Z]+: (?!Using incubator).*")).toList();
  }

  /** Two products and a sum. */
  static final class Products {
    public static void main(String[] args) {
      Tensor x = Tensor.ones(2, 2);
      x.matmul(x).matmul(x).sum();
    }
  }
}
