package io.beamgrad.terminal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;

/** A print stream that knows whether its reader has gone, as after {@code | head -1}. */
public final class StandardOutput extends PrintStream {
  private final WatchedStream watched;

  public StandardOutput(OutputStream to) {
    this(new WatchedStream(to));
  }

  private StandardOutput(WatchedStream watched) {
    super(new BufferedOutputStream(watched), true, UTF_8);
    this.watched = watched;
  }

  boolean isBrokenPipe() {
    return watched.isBrokenPipe;
  }

  /** Remembers why writing failed, which a print stream does not tell. */
  private static final class WatchedStream extends FilterOutputStream {
    private volatile boolean isBrokenPipe;

    WatchedStream(OutputStream to) {
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
