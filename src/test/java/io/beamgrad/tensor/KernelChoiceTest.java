package io.beamgrad.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.beamgrad.Jvms;
import io.beamgrad.Jvms.Jvm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a program that uses the tensor core says of its kernels. */
class KernelChoiceTest {

  @Test
  void aProgramWithoutTheVectorModuleIsToldOfItOnce() throws IOException, InterruptedException {
    assertEquals(Jvms.HINT, logged(Jvms.plain()));
  }

  @Test
  void aProgramWithTheVectorModuleIsToldNothing() throws IOException, InterruptedException {
    assertEquals("WARNING: Using incubator modules: jdk.incubator.vector\n", logged(Jvms.usual()));
  }

  @Test
  void plainKernelsServeAProgramOfLittleWorkUntilItSaysThatThereIsMuch()
      throws IOException, InterruptedException {
    List<String> lines = said(Jvms.usual(), Little.class).lines().toList();
    assertEquals("plain plain much vectors", lines.get(1));
  }

  private static String logged(Jvm jvm) throws IOException, InterruptedException {
    return said(jvm, Products.class);
  }

  private static String said(Jvm jvm, Class<?> program) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(jvm.jdk().resolve("bin/java").toString()));
    command.addAll(jvm.flags());
    command.addAll(Jvms.LOGS_PLAINLY);
    command.addAll(List.of("-cp", "target/classes:target/test-classes", program.getName()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
    return output;
  }

  /** Two products and a sum. */
  static final class Products {
    public static void main(String[] args) {
      Tensor x = Tensor.ones(2, 2);
      x.matmul(x).matmul(x).sum();
    }
  }

  /** Little work, and then much. */
  static final class Little {
    public static void main(String[] args) {
      KernelChoice.expectLittle();
      String first = kind();
      String little = KernelChoice.announce(1e6) ? "much" : kind();
      String much = KernelChoice.announce(1e12) ? "much" : kind();
      KernelChoice.warmUp(EnumSet.allOf(Kernels.Product.class));
      System.out.println(String.join(" ", first, little, much, kind()));
    }

    private static String kind() {
      return KernelChoice.current() == KernelChoice.plain() ? "plain" : "vectors";
    }
  }
}
