package io.beamgrad.data.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import org.junit.jupiter.api.Test;

class RemoteChannelTest {
  private static final String PATH = "s3://bucket/a.csv";

  /** Ten bytes, their own positions, on a server that gives so many of them. */
  private static final class Server implements SeekableByteChannel {
    private final int given;
    private final IOException then;
    private long position;
    private int seeks;

    Server(int given, IOException then) {
      this.given = given;
      this.then = then;
    }

    @Override
    public int read(ByteBuffer to) throws IOException {
      if (position >= given) {
        if (then != null) {
          throw then;
        }
        return -1;
      }
      to.put((byte) position++);
      return 1;
    }

    @Override
    public SeekableByteChannel position(long newPosition) {
      seeks++;
      position = newPosition;
      return this;
    }

    @Override
    public long position() {
      return position;
    }

    @Override
    public long size() {
      return 10;
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void close() {}

    @Override
    public int write(ByteBuffer from) {
      throw new UnsupportedOperationException();
    }

    @Override
    public SeekableByteChannel truncate(long newSize) {
      throw new UnsupportedOperationException();
    }
  }

  private static int next(SeekableByteChannel channel) throws IOException {
    ByteBuffer one = ByteBuffer.allocate(1);
    return channel.read(one) < 0 ? -1 : one.get(0);
  }

  @Test
  void positionsThatAreNotReadFromCostNothing() throws IOException {
    Server server = new Server(10, null);
    RemoteChannel channel = new RemoteChannel(PATH, server);
    assertEquals(0, next(channel));
    channel.position(10);
    assertEquals(-1, next(channel));
    channel.position(1);
    assertEquals(1, next(channel));
    assertEquals(0, server.seeks);
    channel.position(7);
    assertEquals(7, next(channel));
    assertEquals(1, server.seeks);
  }

  @Test
  void aServerThatFailsInTheMiddleIsToldWithTheFile() throws IOException {
    RemoteChannel channel =
        new RemoteChannel(PATH, new Server(1, new IOException("connection reset")));
    assertEquals(0, next(channel));
    var e = assertThrows(UncheckedIOException.class, () -> next(channel));
    assertEquals("cannot read s3://bucket/a.csv: connection reset", e.getMessage());
  }

  @Test
  void anEndBeforeTheEndIsAFailureToo() throws IOException {
    RemoteChannel channel = new RemoteChannel(PATH, new Server(4, null));
    channel.position(4);
    var e = assertThrows(UncheckedIOException.class, () -> next(channel));
    assertEquals("cannot read s3://bucket/a.csv: it ended after 4 of 10 bytes", e.getMessage());
  }
}
