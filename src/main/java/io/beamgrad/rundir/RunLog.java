package io.beamgrad.rundir;

import io.beamgrad.failure.Failure;
import io.beamgrad.failure.JobFailedException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.StreamHandler;

/**
 * The log of a run in its folder, of beamgrad and of all libraries; the console gets none of it.
 * There is one at a time, as the platform has one root logger.
 */
public final class RunLog implements AutoCloseable {
  private static final String CONFIGURATION = "java.util.logging.config.class";

  private static volatile RunLog current;

  private final Path path;
  private final FlushingHandler handler;
  // The platform holds loggers weakly; the level of a collected logger is lost.
  private final Logger root = LogManager.getLogManager().getLogger("");

  private RunLog(Path path, FlushingHandler handler) {
    this.path = path;
    this.handler = handler;
  }

  /**
   * Keeps the platform from logging to the console. Costs nothing where nothing is logged. To be
   * called before the first use of a logger.
   */
  public static void silenceConsole() {
    System.setProperty(CONFIGURATION, NoHandlers.class.getName());
  }

  /** Appends to a file until it is closed. */
  public static RunLog open(Path path) throws IOException {
    OutputStream out =
        Files.newOutputStream(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    RunLog log = new RunLog(path, new FlushingHandler(out));
    log.root.addHandler(log.handler);
    current = log;
    return log;
  }

  /** The file of the open log. */
  public static Optional<Path> path() {
    return Optional.ofNullable(current).map(log -> log.path);
  }

  /** Writes a failure with its trace, if there is a log. */
  public static void record(String message, Throwable thrown) {
    if (current != null) {
      LogRecord entry = new LogRecord(Level.SEVERE, message);
      entry.setLoggerName("io.beamgrad");
      entry.setThrown(thrown);
      current.handler.publish(entry);
    }
  }

  /**
   * Writes a fault of beamgrad with its trace; what has a meaning for a person is left alone.
   *
   * @throws JobFailedException where it is a fault; says where the trace is
   */
  public void explain(Throwable thrown) {
    Failure failure = Failure.of(thrown, Optional.of(path));
    if (!failure.isExpected()) {
      record("the command failed", thrown);
      throw new JobFailedException(failure.line(), thrown);
    }
  }

  @Override
  public void close() {
    root.removeHandler(handler);
    handler.close();
    current = null;
  }

  /** A configuration of {@code java.util.logging} that sets nothing up. */
  public static final class NoHandlers {}

  /** Each entry is on disk when it is logged, so that the log of a killed run is complete. */
  private static final class FlushingHandler extends StreamHandler {
    FlushingHandler(OutputStream out) throws IOException {
      super(out, new LineFormatter());
      setEncoding(StandardCharsets.UTF_8.name());
    }

    @Override
    public synchronized void publish(LogRecord entry) {
      super.publish(entry);
      flush();
    }
  }

  /** {@code time level logger: message}, and the trace if there is one. */
  private static final class LineFormatter extends Formatter {
    private static final DateTimeFormatter TIME =
        DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS", Locale.ROOT);

    @Override
    public String format(LogRecord entry) {
      Instant instant = entry.getInstant();
      StringWriter text = new StringWriter();
      PrintWriter writer = new PrintWriter(text);
      writer.printf(
          "%s %-7s %s: %s%n",
          TIME.format(LocalDateTime.ofInstant(instant, ZoneId.systemDefault())),
          entry.getLevel(),
          entry.getLoggerName(),
          formatMessage(entry));
      if (entry.getThrown() != null) {
        entry.getThrown().printStackTrace(writer);
      }
      return text.toString();
    }
  }
}
