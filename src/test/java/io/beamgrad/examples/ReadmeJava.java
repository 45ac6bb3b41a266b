package io.beamgrad.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The README's blocks of Java as they stand, each inside a method that has its variables. */
public final class ReadmeJava {
  private static final Pattern BLOCK =
      Pattern.compile("^```java\\n(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);
  private static final List<String> METHODS =
      List.of(
          "static Object core(Dataset dataset) { %s return model; }",
          "static Object predictOne(byte[] pixels) { %s return digit; }",
          "static void train(Pipeline pipeline, PCollection<Row> rows, String work, String out)"
              + " { %s }",
          "static void predictAll(PCollection<Row> rows, PCollection<ModelRef> models) { %s }");

  private ReadmeJava() {}

  /** A class {@code Readme} of no package with these methods, and with others. */
  public static String classWith(String others) throws IOException {
    List<String> blocks = new ArrayList<>();
    Matcher matcher = BLOCK.matcher(Files.readString(Path.of("README.md")));
    while (matcher.find()) {
      blocks.add(matcher.group(1));
    }
    assertEquals(METHODS.size(), blocks.size());
    StringBuilder source = new StringBuilder();
    for (String name :
        List.of("model", "nn", "optim", "pipeline", "tensor", "train", "transforms")) {
      source.append("import io.beamgrad.").append(name).append(".*;\n");
    }
    source.append(
        """
        import io.beamgrad.schema.ModelRef;
        import java.nio.file.Path;
        import org.apache.beam.sdk.Pipeline;
        import org.apache.beam.sdk.values.*;
        class Readme {
        """);
    for (int i = 0; i < blocks.size(); i++) {
      source.append(METHODS.get(i).formatted("\n" + blocks.get(i))).append('\n');
    }
    return source.append(others).append("}\n").toString();
  }
}
