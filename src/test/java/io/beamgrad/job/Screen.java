package io.beamgrad.job;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;

/** A terminal that keeps what is written to it. */
final class Screen {
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

  static Screen pipe() {
    return new Screen(false, false, 0);
  }

  static Screen live(int width) {
    return new Screen(true, false, width);
  }

  static Screen coloured() {
    return new Screen(true, true, 80);
  }

  Terminal terminal() {
    return terminal;
  }

  String out() {
    return out.toString(UTF_8);
  }

  List<String> lines() {
    return out().lines().toList();
  }

  String err() {
    return err.toString(UTF_8);
  }
}
