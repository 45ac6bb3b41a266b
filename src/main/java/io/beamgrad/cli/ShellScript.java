package io.beamgrad.cli;

import io.beamgrad.failure.JobFailedException;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.terminal.Terminal;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import jdk.jshell.DeclarationSnippet;
import jdk.jshell.Diag;
import jdk.jshell.EvalException;
import jdk.jshell.JShell;
import jdk.jshell.JShellException;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.SourceCodeAnalysis.Completeness;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;
import jdk.jshell.UnresolvedReferenceException;

/**
 * Runs the Java statements of a text in this process, one after the other, until one fails. Only
 * what they print is shown.
 */
final class ShellScript {
  private static final String EXIT = "/exit";

  private final String name;
  private final String imports;

  /**
   * @param name the name of the text, for messages
   * @param imports the imports to run before the text
   */
  ShellScript(String name, String imports) {
    this.name = name;
    this.imports = imports;
  }

  /**
   * The exit code: 0, or that of a line {@code /exit CODE}.
   *
   * @throws WrongInputException where a statement does not compile, or a declaration uses an
   *     undefined name
   * @throws JobFailedException where a statement throws
   */
  int run(String text) {
    try (JShell shell =
        JShell.builder()
            .in(System.in)
            .out(System.out)
            .err(System.err)
            .executionEngine("local")
            .build()) {
      shell.addToClasspath(System.getProperty("java.class.path"));
      imports.lines().forEach(shell::eval);
      SourceCodeAnalysis analysis = shell.sourceCodeAnalysis();
      String rest = text;
      Map<DeclarationSnippet, Integer> declared = new LinkedHashMap<>();
      while (!rest.isBlank()) {
        int line = 1 + lines(text.substring(0, text.length() - rest.length()));
        if (isCommand(rest)) {
          requireDefined(shell, declared);
          return exitCode(rest.strip().lines().findFirst().orElseThrow(), line + blankLines(rest));
        }
        CompletionInfo next = analysis.analyzeCompletion(rest);
        if (next.completeness() == Completeness.EMPTY) {
          break;
        }
        if (next.source() == null || next.completeness() == Completeness.DEFINITELY_INCOMPLETE) {
          throw new WrongInputException(
              at(line + blankLines(rest)) + "the statement that begins here does not end");
        }
        for (SnippetEvent event : shell.eval(next.source())) {
          requireGood(shell, event, line);
          if (event.snippet() instanceof DeclarationSnippet snippet) {
            declared.putIfAbsent(snippet, line + blankLines(snippet.source()));
          }
        }
        rest = next.remaining();
      }
      requireDefined(shell, declared);
      return 0;
    } finally {
      System.out.flush();
    }
  }

  /** Whether a line is a command of the prompt, such as {@code /exit}, and no comment. */
  private static boolean isCommand(String text) {
    String line = text.stripLeading();
    return line.startsWith("/") && !line.startsWith("//") && !line.startsWith("/*");
  }

  private int exitCode(String command, int line) {
    String code = command.substring(Math.min(EXIT.length(), command.length())).strip();
    if (!command.startsWith(EXIT) || !code.matches("\\d{0,3}")) {
      throw new WrongInputException(
          at(line) + "expected Java or /exit CODE, found " + Terminal.cut(command));
    }
    return code.isEmpty() ? 0 : Integer.parseInt(code);
  }

  private static int lines(String text) {
    return (int) text.chars().filter(c -> c == '\n').count();
  }

  private static int blankLines(String text) {
    return lines(text.substring(0, text.length() - text.stripLeading().length()));
  }

  private String at(int line) {
    return "%s line %s: ".formatted(name, line);
  }

  private void requireGood(JShell shell, SnippetEvent event, int line) {
    Snippet snippet = event.snippet();
    if (event.status() == Snippet.Status.REJECTED) {
      Diag fault = shell.diagnostics(snippet).filter(Diag::isError).findFirst().orElseThrow();
      int at = (int) Math.max(0, Math.min(fault.getPosition(), snippet.source().length()));
      throw new WrongInputException(
          at(line + lines(snippet.source().substring(0, at)))
              + String.join(" ", fault.getMessage(Locale.ROOT).split("\\s*\\R\\s*")));
    }
    if (event.exception() != null) {
      throw new JobFailedException(
          at(line + blankLines(snippet.source())) + text(event.exception()));
    }
  }

  /** Refuses declarations that use names which no later statement has defined. */
  private void requireDefined(JShell shell, Map<DeclarationSnippet, Integer> lines) {
    lines.forEach(
        (snippet, line) -> {
          Snippet.Status status = shell.status(snippet);
          if (status == Snippet.Status.RECOVERABLE_DEFINED
              || status == Snippet.Status.RECOVERABLE_NOT_DEFINED) {
            throw new WrongInputException(
                at(line)
                    + "not defined: "
                    + shell.unresolvedDependencies(snippet).collect(Collectors.joining(", ")));
          }
        });
  }

  private static String text(JShellException thrown) {
    if (thrown instanceof EvalException failure) {
      String type = failure.getExceptionClassName();
      String message = failure.getMessage();
      return type + (message == null ? "" : ": " + message.lines().findFirst().orElse(""));
    }
    if (thrown instanceof UnresolvedReferenceException missing) {
      return "%s needs what is not defined".formatted(missing.getSnippet().name());
    }
    return String.valueOf(thrown.getMessage());
  }
}
