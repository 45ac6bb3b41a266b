package io.beamgrad.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.beamgrad.data.files.BuildVersion;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.terminal.Terminal;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.prefs.Preferences;
import jdk.jshell.tool.JavaShellToolBuilder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs Java from a prompt or a file, with beamgrad imported. */
@Command(
    name = "shell",
    description = "Runs Java with beamgrad at a prompt (JShell), or from a file or a pipe.")
final class ShellCommand implements Callable<Integer> {
  private static final String IMPORTS = "shell.jsh";
  private static final List<String> FIRST_STEPS =
      List.of(
          "try   var w = Tensor.randn(new Generator(1), 2, 3).requiresGrad(true)",
          "      var loss = w.mul(w).sum(); loss.backward(); System.out.println(w.grad())",
          "      var model = Runs.model(\"runs/digits/...\"); var test = Runs.data(\"runs/digits/...\")");

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "FILE",
      description = "Java statements to run instead of a prompt; - is the standard input.")
  private Path file;

  @Option(names = "--imports", description = "Print the imports that are made, and end.")
  private boolean printsImports;

  private final Terminal terminal;

  ShellCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws Exception {
    String imports = imports();
    if (printsImports) {
      imports.lines().forEach(terminal::line);
      return 0;
    }
    if (ModuleLayer.boot().findModule("jdk.jshell").isEmpty()) {
      throw new WrongInputException(
          "shell needs a JDK, whose module jdk.jshell the Java at %s does not have"
              .formatted(System.getProperty("java.home")));
    }
    boolean isPiped = file == null ? !terminal.isInteractive() : file.equals(Path.of("-"));
    if (isPiped) {
      return new ShellScript("standard input", imports).run(text(System.in.readAllBytes()));
    }
    if (file != null) {
      if (!Files.isRegularFile(file)) {
        throw new WrongInputException(
            file + (Files.exists(file) ? ": not a file" : ": no such file"));
      }
      return new ShellScript(file.toString(), imports).run(text(Files.readAllBytes(file)));
    }
    return prompt(imports);
  }

  private static String imports() throws IOException {
    try (InputStream in = ShellCommand.class.getResourceAsStream(IMPORTS)) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  private String text(byte[] bytes) {
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new WrongInputException((file == null ? "standard input" : file) + ": not UTF-8", e);
    }
  }

  /** Runs JShell in this process, which starts faster and keeps the launcher's Java options. */
  private int prompt(String imports) throws Exception {
    terminal.heading(
        "beamgrad " + BuildVersion.text(),
        ", JShell of Java %s; /help helps, /exit ends"
            .formatted(System.getProperty("java.version")));
    FIRST_STEPS.forEach(terminal::line);
    Path startup = Files.createTempFile("beamgrad-shell", ".jsh");
    try {
      Files.writeString(startup, imports);
      return JavaShellToolBuilder.builder()
          .persistence(Preferences.userRoot().node("io/beamgrad/shell")) // keeps the history
          .start(
              "--execution",
              "local",
              "--class-path",
              System.getProperty("java.class.path"),
              "--startup",
              startup.toString(),
              "--feedback",
              "concise");
    } finally {
      Files.deleteIfExists(startup);
    }
  }
}
