package io.beamgrad.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.beamgrad.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.function.Consumer;

/** Runs commands in this JVM, in a pipe as it were. */
public final class Cli {

  /** What a command did. */
  public record Result(int exitCode, String out, String err) {}

  private Cli() {}

  public static Result run(String... arguments) {
    return run(text -> {}, arguments);
  }

  /**
   * The same, watched.
   *
   * @param watcher gets the text so far whenever a line was written
   */
  public static Result run(Consumer<String> watcher, String... arguments) {
    ByteArrayOutputStream out =
        new ByteArrayOutputStream() {
          @Override
          public void flush() {
            watcher.accept(toString(UTF_8));
          }
        };
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Terminal terminal =
        new Terminal(
            new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8), false, false, 0);
    int exitCode = Main.run(terminal, arguments);
    return new Result(exitCode, out.toString(UTF_8), err.toString(UTF_8));
  }
}
