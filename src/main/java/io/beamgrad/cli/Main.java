package io.beamgrad.cli;

import io.beamgrad.cli.registry.RegistryCommand;
import io.beamgrad.data.files.BuildVersion;
import io.beamgrad.failure.Failure;
import io.beamgrad.failure.JobFailedException;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.rundir.RunLog;
import io.beamgrad.terminal.StandardOutput;
import io.beamgrad.terminal.Terminal;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line of beamgrad. */
@Command(
    name = "beamgrad",
    description = "Trains models inside Apache Beam pipelines.",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    versionProvider = Main.Version.class,
    sortOptions = false,
    footer = {"", "Exit codes: 0 done; 1 the job failed; 2 the input was wrong; 130 interrupted."})
public final class Main {
  private static final List<Class<?>> COMMANDS =
      List.of(
          InitCommand.class,
          TrainCommand.class,
          RetrainCommand.class,
          ScheduleCommand.class,
          RegistryCommand.class,
          EvaluateCommand.class,
          PredictCommand.class,
          InspectCommand.class,
          ExportCommand.class,
          ReportCommand.class,
          CompareCommand.class,
          RunsCommand.class,
          ShowCommand.class,
          ShellCommand.class,
          DigitsCommand.class,
          ExplainCommand.class);

  /** The least width that picocli accepts. */
  private static final int LEAST_HELP_WIDTH = 55;

  @Option(
      names = "--debug",
      description = "Show the stack trace of a failure.",
      scope = ScopeType.INHERIT)
  boolean debug;

  private final Terminal terminal;

  private Main(Terminal terminal) {
    this.terminal = terminal;
  }

  public static void main(String[] args) {
    if (isOwnProcess()) {
      // For what libraries say and name files; beamgrad's own texts name their locale.
      Locale.setDefault(Locale.ENGLISH);
      RunLog.silenceConsole();
      System.setOut(new StandardOutput(new FileOutputStream(FileDescriptor.out)));
    }
    int exitCode = run(Terminal.ofSystem(), args);
    if (isOwnProcess() || isFlinkRun()) {
      System.exit(exitCode);
    }
    if (exitCode != 0) {
      throw new JobFailedException("beamgrad ended with exit code " + exitCode);
    }
  }

  /** Whether beamgrad was started as a process, not loaded by Flink from a job's jar. */
  private static boolean isOwnProcess() {
    return Main.class.getClassLoader() == ClassLoader.getSystemClassLoader();
  }

  /**
   * Whether this is the process of {@code flink run}, not a JobManager, which must not be ended.
   */
  private static boolean isFlinkRun() {
    return StackWalker.getInstance()
        .walk(
            frames ->
                frames.anyMatch(
                    frame ->
                        frame.getClassName().equals("org.apache.flink.client.cli.CliFrontend")));
  }

  /** Runs a command and returns the exit code of the process. */
  static int run(Terminal terminal, String... args) {
    int separator = Arrays.asList(args).indexOf("--");
    String[] own = separator < 0 ? args : Arrays.copyOf(args, separator);
    List<String> beamOptions =
        separator < 0 ? List.of() : List.of(args).subList(separator + 1, args.length);

    Main main = new Main(terminal);
    CommandLine commands = new CommandLine(main, new CommandFactory(terminal, beamOptions));
    addCommands(commands, own);
    commands.setOut(terminal.outWriter());
    commands.setErr(terminal.errWriter());
    commands.setColorScheme(
        CommandLine.Help.defaultColorScheme(
            terminal.isColoured() ? CommandLine.Help.Ansi.ON : CommandLine.Help.Ansi.OFF));
    commands.setUsageHelpWidth(Math.max(LEAST_HELP_WIDTH, terminal.width()));
    commands.setParameterExceptionHandler((wrong, given) -> main.report(wrong));
    commands.setExecutionExceptionHandler((thrown, command, parsed) -> main.fail(thrown));
    if (own.length == 0) {
      commands.usage(terminal.outWriter());
      return main.written(0);
    }
    if (!beamOptions.isEmpty()
        && !List.of(own).contains(CommandFactory.STARTER)
        && Collections.disjoint(List.of(own), CommandFactory.WITH_BEAM)) {
      return main.fail(
          new WrongInputException(
              "Beam's options after -- are for %s only"
                  .formatted(String.join(", ", CommandFactory.WITH_BEAM))));
    }
    return main.written(commands.execute(own));
  }

  /** The exit code of a command, or of a failure to write its output. */
  private int written(int exitCode) {
    if (exitCode != 0) {
      return exitCode;
    }
    try {
      return terminal.isWritten() ? 0 : Failure.JOB_FAILED;
    } catch (JobFailedException e) {
      return fail(e);
    }
  }

  /**
   * Adds the named command alone, as adding all of them takes time; adds all where none is named.
   */
  private static void addCommands(CommandLine commands, String[] args) {
    List<Class<?>> asked =
        COMMANDS.stream()
            .filter(type -> args.length > 0)
            .filter(type -> type.getAnnotation(Command.class).name().equals(args[0]))
            .toList();
    for (Class<?> type : asked.isEmpty() ? COMMANDS : asked) {
      commands.addSubcommand(type);
    }
  }

  private int report(ParameterException wrong) {
    String name = wrong.getCommandLine().getCommandSpec().qualifiedName();
    String message = wrong.getMessage().lines().findFirst().orElse("wrong arguments");
    String hint = "; see " + name + " --help";
    if (wrong instanceof UnmatchedArgumentException unmatched
        && !unmatched.getSuggestions().isEmpty()) {
      List<String> nearest = unmatched.getSuggestions().stream().limit(2).toList();
      hint = "; did you mean " + String.join(" or ", nearest) + "?";
    }
    terminal.error(decapitalised(message) + hint);
    return Failure.WRONG_INPUT;
  }

  private int fail(Throwable thrown) {
    Failure failure = Failure.of(thrown, RunLog.path());
    if (!failure.isExpected()) {
      RunLog.record("the command failed", thrown);
    }
    terminal.error(failure.line());
    if (debug) {
      terminal.trace(thrown);
    }
    return failure.exitCode();
  }

  private static String decapitalised(String message) {
    return message.isEmpty()
        ? message
        : Character.toLowerCase(message.charAt(0)) + message.substring(1);
  }

  /** The first line of {@code --version}. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {
        "beamgrad %s, Java %s".formatted(BuildVersion.text(), System.getProperty("java.version"))
      };
    }
  }
}
