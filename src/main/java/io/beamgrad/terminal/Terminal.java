package io.beamgrad.terminal;

import io.beamgrad.data.files.Storage;
import io.beamgrad.data.rows.RejectText;
import io.beamgrad.failure.JobFailedException;
import io.beamgrad.failure.PathText;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Constructor;
import java.lang.reflect.InaccessibleObjectException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Where a command writes for people: lines, and on a live terminal one status line that is
 * overwritten. In a pipe there are no status lines and no colours. Control characters of what is
 * written, such as those of a label, are shown as text everywhere.
 *
 * <p>Safe for use by several threads.
 */
public final class Terminal {
  private static final int USUAL_WIDTH = 80;
  private static final int ASK_MILLIS = 50;
  private static final String ERASE_LINE = "\r\u001b[K";
  private static final String BOLD = "\u001b[1m";
  private static final String USUAL = "\u001b[0m";

  private final PrintStream stream; // below out
  private final PrintWriter out;
  private final PrintWriter err;
  private final boolean live;
  private final boolean coloured;
  private final int width;
  private boolean hasStatus;
  private boolean isAsking;

  /**
   * @param live true if {@code out} is a terminal that understands control characters
   * @param width in characters; 0 where nobody knows it, as in a pipe
   */
  public Terminal(PrintStream out, PrintStream err, boolean live, boolean coloured, int width) {
    this.stream = out;
    this.out = new PrintWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8), true);
    this.err = new PrintWriter(new OutputStreamWriter(err, StandardCharsets.UTF_8), true);
    this.live = live;
    this.coloured = coloured;
    this.width = width;
  }

  /**
   * The process's own; the launcher says by properties whether it is a terminal, and how wide. A
   * pipe has a width only where {@code COLUMNS} gives one.
   */
  public static Terminal ofSystem() {
    int width = Integer.getInteger("beamgrad.columns", 0);
    String noColor = System.getenv("NO_COLOR");
    boolean live = Boolean.getBoolean("beamgrad.terminal") && !"dumb".equals(System.getenv("TERM"));
    boolean coloured = live && (noColor == null || noColor.isEmpty());
    return new Terminal(System.out, errorStream(), live, coloured, width);
  }

  /**
   * The launcher filters Java's own error stream and hands over the real one beside it, so that the
   * messages of this class are written before the process ends. Java has no way to ask for an open
   * file by its number but this one; opening {@code /dev/fd/3} would lose the place in a file that
   * others write to as well.
   */
  private static PrintStream errorStream() {
    Integer number = Integer.getInteger("beamgrad.stderr");
    if (number == null) {
      return System.err;
    }
    try {
      Constructor<FileDescriptor> numbered = FileDescriptor.class.getDeclaredConstructor(int.class);
      numbered.setAccessible(true);
      FileOutputStream stream = new FileOutputStream(numbered.newInstance(number));
      return new PrintStream(stream, true, StandardCharsets.UTF_8);
    } catch (ReflectiveOperationException | InaccessibleObjectException e) {
      return System.err;
    }
  }

  /** Writes a whole line; a status is moved out of its way. */
  public void line(String text) {
    heading("", text);
  }

  /** Writes a whole line that begins with a text which is emphasised where colours are shown. */
  public synchronized void heading(String text, String rest) {
    if (isAsking) {
      return;
    }
    eraseStatus();
    String shown = RejectText.onOneLine(text);
    boolean isBold = coloured && !shown.isEmpty();
    out.println((isBold ? BOLD + shown + USUAL : shown) + RejectText.onOneLine(rest));
  }

  /** Shows a text in place of the last status; does nothing where the terminal is not live. */
  public synchronized void status(String text) {
    if (live && !isAsking) {
      String shown = RejectText.onOneLine(text);
      String cut = shown.length() < width() ? shown : shown.substring(0, width() - 1);
      out.print(ERASE_LINE + cut);
      out.flush();
      hasStatus = true;
    }
  }

  public synchronized void clearStatus() {
    eraseStatus();
    out.flush();
  }

  /** Writes {@code beamgrad: text} to the error stream. */
  public synchronized void error(String text) {
    clearStatus();
    err.println("beamgrad: " + RejectText.onOneLine(text));
  }

  /** Writes where a failure comes from to the error stream. */
  public synchronized void trace(Throwable failure) {
    StringWriter trace = new StringWriter();
    failure.printStackTrace(new PrintWriter(trace));
    err.print(RejectText.onItsLines(trace.toString()));
    err.flush();
  }

  /** True where a person can be asked; the launcher knows. */
  public boolean isInteractive() {
    return live && Boolean.getBoolean("beamgrad.asks");
  }

  /**
   * What a person types after a question; empty where nothing comes in time. After the question
   * only errors are written, so that no line or status gets in the way of the answer; it is for a
   * process's end.
   */
  public String ask(String question, long millis) throws IOException, InterruptedException {
    synchronized (this) {
      isAsking = true;
      eraseStatus();
      out.print(question);
      out.flush();
    }
    StringBuilder answer = new StringBuilder();
    for (long waited = 0; waited < millis; waited += ASK_MILLIS) {
      // Reading waits for ever, so there must be something.
      while (System.in.available() > 0) {
        int c = System.in.read();
        if (c < 0 || c == '\n') {
          return answer.toString().strip();
        }
        answer.append((char) c);
      }
      Thread.sleep(ASK_MILLIS);
    }
    return "";
  }

  public boolean isLive() {
    return live;
  }

  public boolean isColoured() {
    return coloured;
  }

  /** In characters; the usual one where nobody knows it. */
  public int width() {
    return width > 0 ? width : USUAL_WIDTH;
  }

  /** True where lines of so many characters fit; a pipe of unknown width takes any. */
  public boolean hasRoomFor(int characters) {
    return width <= 0 || characters <= width;
  }

  public PrintWriter outWriter() {
    return out;
  }

  public PrintWriter errWriter() {
    return err;
  }

  /**
   * Flushes the output; false where its reader has gone.
   *
   * @throws JobFailedException where it cannot be written for another reason
   */
  public boolean isWritten() {
    out.flush();
    if (!stream.checkError()) {
      return true;
    }
    if (stream instanceof StandardOutput standard && standard.isBrokenPipe()) {
      return false;
    }
    throw new JobFailedException("cannot write to the standard output");
  }

  /** A path as a person would type it: relative where it is below the working folder. */
  public static String shown(Path path) {
    return PathText.of(path);
  }

  /** A text of up to 40 characters, or the first of them. */
  public static String cut(String text) {
    return text.length() <= 40 ? text : text.substring(0, 40) + "...";
  }

  /** A path as {@link #shown(Path)} says it, an address as it is. */
  public static String shown(String pathOrAddress) {
    return Storage.isRemote(pathOrAddress) ? pathOrAddress : shown(Path.of(pathOrAddress));
  }

  private void eraseStatus() {
    if (hasStatus) {
      out.print(ERASE_LINE);
      hasStatus = false;
    }
  }
}
