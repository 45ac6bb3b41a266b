package io.beamgrad.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.beamgrad.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;

/** A terminal that keeps what is written to it. */
public final class Screen {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Terminal terminal;

  private Screen(boolean live, boolean coloured, int width) {
    terminal =
        new Terminal(
            new PrintStream(out, true, UTF_8),
            new PrintStream(err, true, UTF_8),
            live,
            coloured,
            width);
  }

  public static Screen pipe() {
    return new Screen(false, false, 0);
  }

  public static Screen live(int width) {
    return new Screen(true, false, width);
  }

  public static Screen coloured() {
    return new Screen(true, true, 80);
  }

  public Terminal terminal() {
    return terminal;
  }

  public String out() {
    return out.toString(UTF_8);
  }

  public List<String> lines() {
    return out().lines().toList();
  }

  public String err() {
    return err.toString(UTF_8);
  }
}
