package io.beamgrad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.job.TinyDigits;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shell on files; it prints to the process's own output, as what runs in it does. */
class ShellCommandTest {
  @TempDir Path folder;

  private Cli.Result run(String script) throws IOException {
    Path file = Files.writeString(folder.resolve("script.jsh"), script);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream before = System.out;
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    try {
      Cli.Result result = Cli.run("shell", file.toString());
      return new Cli.Result(
          result.exitCode(), result.out() + out.toString(StandardCharsets.UTF_8), result.err());
    } finally {
      System.setOut(before);
    }
  }

  /** PyTorch's first lessons: tensors, gradients, and a linear model that is fitted by hand. */
  @Test
  void theTutorialRuns() throws IOException {
    Cli.Result result =
        run(
            """
            // A number, a vector, a matrix; gradients.
            var t1 = Tensor.of(4f);
            var x = Tensor.of(3f);
            var w = Tensor.of(4f).requiresGrad(true);
            var b = Tensor.of(5f).requiresGrad(true);
            var y = w.mul(x).add(b);
            y.backward();
            System.out.println(y.item() + " " + w.grad().item() + " " + b.grad().item());

            float[][] fields = {{73, 67, 43}, {91, 88, 64}, {87, 134, 58}, {102, 43, 37}, {69, 96, 70}};
            float[][] yields = {{56, 70}, {81, 101}, {119, 133}, {22, 37}, {103, 119}};
            var inputs = Tensor.of(fields);
            var targets = Tensor.of(yields);
            var data = new TensorDataset(inputs, targets);

            var model = new Linear(3, 2, new Generator(1));
            var optimizer = new SGD(model.namedParameters(), 1e-5);

            /* The classic loop. */
            void fit(int epochs) {
              var loader = new DataLoader(data, new RandomSampler(data.size(), 7), 5);
              for (int epoch = 1; epoch <= epochs; epoch++) {
                for (DataLoader.Batch batch : loader) {
                  var loss = Functional.mseLoss(model.forward(batch.inputs()), batch.targets());
                  optimizer.zeroGrad();
                  loss.backward();
                  optimizer.step();
                }
              }
            }

            var before = Functional.mseLoss(model.forward(inputs), targets).item();
            fit(100);
            var after = Functional.mseLoss(model.forward(inputs), targets).item();
            System.out.println(after < before / 10);
            for (Module part : List.of(model)) {
              System.out.println(part.parameters().size());
            }
            """);

    assertEquals("", result.err());
    assertEquals("17.0 3.0 1.0\ntrue\n2\n", result.out());
    assertEquals(0, result.exitCode());
  }

  @Test
  void aRunsModelAndDataAreALineEach() throws IOException {
    Path run = folder.resolve("run");
    Cli.Result trained =
        Cli.run("train", TinyDigits.write(folder).toString(), "--out", run.toString());
    assertEquals(0, trained.exitCode(), trained.err());
    Cli.Result evaluated =
        Cli.run(
            "evaluate",
            "--model",
            run.resolve("model.avro").toString(),
            "--data",
            run.resolve("job.yaml").toString(),
            "--split",
            "validation");

    Cli.Result result =
        run(
            """
            var model = Runs.model("RUN");
            var rows = Runs.data("RUN", "validation");
            var outputs = Tensor.noGrad(() -> model.forward(rows.inputs()));
            var loss = Functional.crossEntropy(outputs, rows.targets()).item();
            var right = outputs.argmax(1).eq(rows.targets()).mean().item();
            System.out.printf(
                Locale.ROOT, "loss %.4f, accuracy %.4f, %d rows%n", loss, right, rows.size());
            System.out.println(Runs.data("RUN"));
            System.out.println(Runs.data("RUN", "train").size());
            System.out.println(Runs.labels("RUN"));
            """
                .replace("RUN", run.toString()));

    assertEquals("", result.err());
    assertTrue(evaluated.out().startsWith("validation  " + result.out().lines().findFirst().get()));
    assertTrue(
        result
            .out()
            .endsWith(
                """
                TensorDataset of 100 rows of [4, 4], targets []
                400
                [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
                """),
        result.out());
  }

  private void assertFails(int exitCode, String message, String script) throws IOException {
    Cli.Result result = run(script);
    assertEquals("beamgrad: " + folder + "/script.jsh line " + message + "\n", result.err());
    assertEquals(exitCode, result.exitCode());
  }

  @Test
  void theFirstStatementThatFailsEndsItInOneLine() throws IOException {
    assertFails(
        2,
        "3: incompatible types: java.lang.String cannot be converted to int",
        "int a = 1;\n\nint b = \"x\";\nSystem.exit(9);\n");
    assertFails(
        1,
        "2: java.lang.IllegalArgumentException: matmul: [2] x [3]: both must be" + " matrices",
        "var a = Tensor.arange(2);\nvar c = a.matmul(Tensor.arange(3));\n");
    assertFails(2, "2: the statement that begins here does not end", "int a = 1;\nint f() {\n");
    assertFails(2, "1: expected Java or /exit CODE, found /vars", "/vars\n");
    assertFails(
        2,
        "2: cannot find symbol symbol:   class Tensr location: class",
        "int a = 1;\nTensr t = null;\n");
    assertFails(2, "1: not defined: method g(int)", "int f() { return g(1); }\n/exit 0\n");
    assertEquals(0, run("int f() { return g(1); }\nint g(int x) { return x; }\n").exitCode());
    assertEquals(3, run("int a = 1;\n/exit 3\nint b = c;\n").exitCode());
  }

  @Test
  void whatIsPipedInIsRun() throws IOException {
    InputStream before = System.in;
    try {
      System.setIn(new ByteArrayInputStream("/exit 4\n".getBytes(StandardCharsets.UTF_8)));
      assertEquals(4, Cli.run("shell").exitCode());
      System.setIn(new ByteArrayInputStream("int a = b;\n".getBytes(StandardCharsets.UTF_8)));
      assertEquals(
          "beamgrad: standard input line 1: cannot find symbol symbol:   variable b location: class\n",
          Cli.run("shell", "-").err());
    } finally {
      System.setIn(before);
    }
  }

  @Test
  void importsAreShownAndAMissingFileIsALine() throws IOException {
    assertTrue(Cli.run("shell", "--imports").out().contains("import io.beamgrad.tensor.*;\n"));
    assertEquals(
        "beamgrad: " + folder + "/none: no such file\n", Cli.run("shell", folder + "/none").err());
  }
}
