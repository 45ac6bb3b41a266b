package io.beamgrad.data.files;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import java.util.Locale;

/**
 * Reads a remote file. A server that fails in the middle is an {@link UncheckedIOException} whose
 * one line names the file, so that no reader takes it for a fault of the file. A new position costs
 * nothing before the next read.
 */
final class RemoteChannel implements SeekableByteChannel {
  private final String path;
  private final SeekableByteChannel channel;
  private final long size;
  private long position;

  RemoteChannel(String path, SeekableByteChannel channel) throws IOException {
    this.path = path;
    this.channel = channel;
    this.size = channel.size();
  }

  @Override
  public int read(ByteBuffer to) {
    if (position >= size) {
      return -1;
    }
    try {
      if (channel.position() != position) {
        channel.position(position);
      }
      int read = channel.read(to);
      if (read < 0) {
        throw new EOFException(
            String.format(Locale.ROOT, "it ended after %,d of %,d bytes", position, size));
      }
      position += read;
      return read;
    } catch (IOException | RuntimeException e) {
      throw Storage.failure("cannot read", path, e);
    }
  }

  @Override
  public long position() {
    return position;
  }

  @Override
  public SeekableByteChannel position(long newPosition) {
    position = newPosition;
    return this;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public boolean isOpen() {
    return channel.isOpen();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  @Override
  public int write(ByteBuffer from) {
    throw new NonWritableChannelException();
  }

  @Override
  public SeekableByteChannel truncate(long newSize) {
    throw new NonWritableChannelException();
  }
}
