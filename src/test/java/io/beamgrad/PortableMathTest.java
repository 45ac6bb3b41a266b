package io.beamgrad;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Where bits matter, sources name nothing whose result a JVM may choose: of {@code Math} and of the
 * vectors' operators only what is exact or correctly rounded everywhere, no parallel stream and no
 * random generator of the JDK's.
 */
class PortableMathTest {

  private static final List<String> PACKAGES =
      List.of(
          "tensor",
          "nn",
          "optim",
          "train",
          "data",
          "details",
          "evaluation",
          "learner",
          "metrics",
          "model",
          "predict");
  private static final Pattern MATH =
      Pattern.compile("(?<![\\w.])(?:java\\.lang\\.)?Math\\s*(?:\\.|::)\\s*(\\w+)");
  private static final Set<String> EXACT_MATH =
      Set.of(
          "PI",
          "abs",
          "addExact",
          "ceil",
          "copySign",
          "floor",
          "floorDiv",
          "floorMod",
          "fma",
          "getExponent",
          "max",
          "min",
          "multiplyExact",
          "multiplyHigh",
          "nextUp",
          "rint",
          "round",
          "scalb",
          "signum",
          "sqrt",
          "toIntExact",
          "ulp");
  private static final Pattern VECTOR = Pattern.compile("VectorOperators\\s*\\.\\s*(\\w+)");
  private static final Set<String> EXACT_VECTOR =
      Set.of("AND", "OR", "ASHR", "LSHL", "B2I", "I2F", "LT", "GE", "GT", "EQ");
  private static final Pattern NEVER =
      Pattern.compile(
          "import static java\\.lang\\.Math|reduceLanes|parallel(?!SetAll)\\w*\\(|java\\.util\\.Random"
              + "|SplittableRandom|ThreadLocalRandom|java\\.util\\.random");

  @Test
  void nothingIsNamedWhoseResultAJvmMayChoose() throws IOException {
    List<String> wrong = new ArrayList<>();
    int files = 0;
    for (String name : PACKAGES) {
      try (Stream<Path> sources = Files.walk(Path.of("src/main/java/io/beamgrad", name))) {
        for (Path file : sources.filter(path -> path.toString().endsWith(".java")).toList()) {
          files++;
          for (String found : wrongIn(Files.readString(file))) {
            wrong.add(file.getFileName() + " names " + found);
          }
        }
      }
    }
    assertEquals(List.of(), wrong);
    assertTrue(files > 80, "looked at " + files + " files");
  }

  @Test
  void whatAJvmMayChooseIsFoundHoweverItIsWritten() {
    assertEquals(List.of("Math.exp"), wrongIn("y = Math.exp(x);"));
    assertEquals(List.of("Math.log"), wrongIn("map(Math::log)"));
    assertEquals(List.of("Math.tanh"), wrongIn("java.lang.Math\n    .tanh(x)"));
    assertEquals(List.of("VectorOperators.EXP"), wrongIn("x.lanewise(VectorOperators.EXP)"));
    assertEquals(
        List.of("import static java.lang.Math"), wrongIn("import static java.lang.Math.abs;"));
    assertEquals(List.of("reduceLanes"), wrongIn("sum.reduceLanes(VectorOperators.EQ)"));
    assertEquals(List.of("parallel("), wrongIn("rows.stream().parallel()"));
    assertEquals(
        List.of(), wrongIn("StrictMath.exp(x) + FloatMath.log(y) + Math.fma(a, b, c) + Math.PI"));
  }

  private static List<String> wrongIn(String source) {
    List<String> wrong = new ArrayList<>();
    addOthers("Math.", MATH.matcher(source), EXACT_MATH, wrong);
    addOthers("VectorOperators.", VECTOR.matcher(source), EXACT_VECTOR, wrong);
    Matcher never = NEVER.matcher(source);
    while (never.find()) {
      wrong.add(never.group());
    }
    return wrong;
  }

  private static void addOthers(
      String type, Matcher matcher, Set<String> allowed, List<String> others) {
    while (matcher.find()) {
      if (!allowed.contains(matcher.group(1))) {
        others.add(type + matcher.group(1));
      }
    }
  }
}
