package io.beamgrad.terminal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;

/** A print stream that knows whether nobody reads it any more, as after {@code | head -1}. */
public final class StandardOutput extends PrintStream {
  private final Noted noted;

  public StandardOutput(OutputStream to) {
    this(new Noted(to));
  }

  private StandardOutput(Noted noted) {
    super(new BufferedOutputStream(noted), true, UTF_8);
    this.noted = noted;
  }

  boolean isBrokenPipe() {
    return noted.isBrokenPipe;
  }

  /** Print streams keep to themselves why they failed. */
  private static final class Noted extends FilterOutputStream {
    private volatile boolean isBrokenPipe;

    Noted(OutputStream to) {
      super(to);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      try {
        out.write(bytes, from, length);
      } catch (IOException e) {
        isBrokenPipe = "Broken pipe".equals(e.getMessage());
        throw e;
      }
    }
  }
}
