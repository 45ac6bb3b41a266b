package io.beamgrad.chaos.disk;

import io.beamgrad.chaos.disk.DiskWrite.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/** A channel that records what is written and forced. */
final class RecordedChannel extends FileChannel {
  private final FileChannel real;
  private final Recording recording;
  private final int file;
  private final boolean isAppended;

  RecordedChannel(FileChannel real, Recording recording, int file, boolean isAppended) {
    this.real = real;
    this.recording = recording;
    this.file = file;
    this.isAppended = isAppended;
  }

  @Override
  public int write(ByteBuffer from) throws IOException {
    synchronized (recording) {
      long at = isAppended ? real.size() : real.position();
      ByteBuffer bytes = from.duplicate();
      return noted(at, bytes, real.write(from));
    }
  }

  @Override
  public int write(ByteBuffer from, long at) throws IOException {
    synchronized (recording) {
      ByteBuffer bytes = from.duplicate();
      return noted(at, bytes, real.write(from, at));
    }
  }

  private int noted(long at, ByteBuffer from, int count) {
    byte[] bytes = new byte[count];
    from.get(bytes);
    recording.add(DiskWrite.of(Kind.WRITE, file, at, bytes));
    return count;
  }

  @Override
  public long write(ByteBuffer[] from, int offset, int length) throws IOException {
    long count = 0;
    for (int i = offset; i < offset + length; i++) {
      count += write(from[i]);
    }
    return count;
  }

  @Override
  public long transferFrom(ReadableByteChannel from, long at, long count) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(count, 1 << 16));
    from.read(buffer);
    return write(buffer.flip(), at);
  }

  @Override
  public FileChannel truncate(long size) throws IOException {
    synchronized (recording) {
      real.truncate(size);
      recording.add(DiskWrite.of(Kind.TRUNCATE, file, size, new byte[0]));
      return this;
    }
  }

  @Override
  public void force(boolean withMetadata) throws IOException {
    synchronized (recording) {
      real.force(withMetadata);
      recording.add(DiskWrite.of(Kind.FORCE, file, 0, new byte[0]));
    }
  }

  @Override
  public MappedByteBuffer map(MapMode mode, long at, long size) throws IOException {
    if (mode != MapMode.READ_ONLY) {
      throw new UnsupportedOperationException("what is written in memory is not recorded");
    }
    return real.map(mode, at, size);
  }

  @Override
  public int read(ByteBuffer into) throws IOException {
    return real.read(into);
  }

  @Override
  public long read(ByteBuffer[] into, int offset, int length) throws IOException {
    return real.read(into, offset, length);
  }

  @Override
  public int read(ByteBuffer into, long at) throws IOException {
    return real.read(into, at);
  }

  @Override
  public long position() throws IOException {
    return real.position();
  }

  @Override
  public FileChannel position(long at) throws IOException {
    real.position(at);
    return this;
  }

  @Override
  public long size() throws IOException {
    return real.size();
  }

  @Override
  public long transferTo(long at, long count, WritableByteChannel to) throws IOException {
    return real.transferTo(at, count, to);
  }

  @Override
  public FileLock lock(long at, long size, boolean isShared) throws IOException {
    return real.lock(at, size, isShared);
  }

  @Override
  public FileLock tryLock(long at, long size, boolean isShared) throws IOException {
    return real.tryLock(at, size, isShared);
  }

  @Override
  protected void implCloseChannel() throws IOException {
    real.close();
  }
}
