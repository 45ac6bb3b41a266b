package io.beamgrad.data.streams;

import io.beamgrad.data.files.Storage;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.failure.MissingDataException;
import io.beamgrad.failure.WrongInputException;
import java.io.BufferedInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.avro.file.SeekableInput;

/** The bytes of a source file as they are stored, on a disk or at an address, at any position. */
public final class SourceChannel implements SeekableInput {
  private static final int START_BYTES = 512; // as many as a packing is told by

  private final SeekableByteChannel channel;

  private SourceChannel(SeekableByteChannel channel) {
    this.channel = channel;
  }

  /**
   * Opens a file.
   *
   * @param name what messages call the file
   * @throws MissingDataException where there is no such file
   * @throws BrokenFileException where it has no bytes
   * @throws UncheckedIOException where a server fails
   */
  public static SourceChannel open(String file, String name) throws IOException {
    SourceChannel opened = new SourceChannel(open(file));
    if (opened.size() == 0) {
      opened.close();
      throw new BrokenFileException(name + ": empty file");
    }
    return opened;
  }

  /**
   * Opens a file of a format that packs its parts.
   *
   * @throws WrongInputException where it is packed as a whole
   */
  public static SourceChannel openUnpacked(String file, String name, String format)
      throws IOException {
    SourceChannel opened = open(file, name);
    try {
      if (Packing.isPacked(new BufferedInputStream(opened.asInputStream(), START_BYTES))) {
        throw new WrongInputException(
            "%s: %s is packed inside, not as a whole; unpack it".formatted(file, format));
      }
      opened.seek(0);
      return opened;
    } catch (IOException | RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  private static SeekableByteChannel open(String file) {
    if (!Storage.isRemote(file)) {
      requireFile(Path.of(file));
    }
    try {
      return Storage.open(file);
    } catch (UncheckedIOException e) {
      if (e.getCause() instanceof FileNotFoundException) {
        throw new MissingDataException(file + ": no such file");
      }
      throw e;
    }
  }

  private static void requireFile(Path file) {
    if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
      throw new MissingDataException(
          "%s: %s"
              .formatted(
                  file,
                  !Files.exists(file)
                      ? "no such file"
                      : Files.isDirectory(file) ? "is a folder, not a file" : "cannot be read"));
    }
  }

  /** The size of the file in bytes. */
  public long size() throws IOException {
    return channel.size();
  }

  /** Fills what remains of a buffer with the bytes from a position on, as far as there are any. */
  public void read(ByteBuffer to, long position) throws IOException {
    channel.position(position);
    while (to.hasRemaining() && channel.read(to) > 0) {
      // until it is full
    }
  }

  /** The first bytes, from which reading then begins; fewer only where there are fewer. */
  public byte[] start(int bytes) throws IOException {
    ByteBuffer start = ByteBuffer.allocate((int) Math.min(bytes, size()));
    read(start, 0);
    seek(0);
    return start.array();
  }

  /** Whether each jump to another position costs a request. */
  public boolean isSlowToSeek() {
    return !(channel instanceof FileChannel);
  }

  /** The bytes from here on; it closes this. */
  public InputStream asInputStream() {
    return Channels.newInputStream(channel);
  }

  @Override
  public void seek(long position) throws IOException {
    channel.position(position);
  }

  @Override
  public long tell() throws IOException {
    return channel.position();
  }

  @Override
  public long length() throws IOException {
    return channel.size();
  }

  @Override
  public int read(byte[] to, int offset, int length) throws IOException {
    return channel.read(ByteBuffer.wrap(to, offset, length));
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
