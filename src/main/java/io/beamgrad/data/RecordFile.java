package io.beamgrad.data;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileSystemException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.AvroTypeException;
import org.apache.avro.Schema;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.file.SeekableInput;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;

/**
 * Avro object container files of one record type. The content decides every byte of a file, its
 * sync marker included, and the header carries the SHA-256 of the schema and the encoded records,
 * which reading a whole file checks.
 */
public final class RecordFile<T extends SpecificRecord> {
  private static final String CHECKSUM = "beamgrad.sha256";

  private final Class<T> type;
  private final Schema schema;

  private RecordFile(Class<T> type) {
    this.type = type;
    this.schema = SpecificData.get().getSchema(type);
  }

  public static <T extends SpecificRecord> RecordFile<T> of(Class<T> type) {
    return new RecordFile<>(type);
  }

  /**
   * Writes the records to a file that appears whole or not at all.
   *
   * @return the position of each record, for {@link #readAt}
   */
  public long[] write(String path, List<? extends T> records) {
    List<byte[]> encoded = records.stream().map(this::encode).toList();
    MessageDigest digest = Sha256.digest();
    digest.update(schema.toString().getBytes(UTF_8));
    encoded.forEach(digest::update);
    byte[] hash = digest.digest();
    long[] positions = new long[encoded.size()];
    Storage.write(
        path,
        out -> {
          try (DataFileWriter<T> writer = new DataFileWriter<>(new SpecificDatumWriter<>(schema))) {
            writer.setMeta(CHECKSUM, Sha256.hex(hash));
            writer.create(schema, out, Arrays.copyOf(hash, 16));
            for (int i = 0; i < positions.length; i++) {
              positions[i] = writer.sync();
              writer.appendEncoded(ByteBuffer.wrap(encoded.get(i)));
            }
          }
        });
    return positions;
  }

  /**
   * Reads all records of a file.
   *
   * @throws BrokenFileException where the file is not a whole container of this record type
   */
  public List<T> read(String path) {
    ByteBuffer content = content(path);
    try {
      AvroContainer container = AvroContainer.parse(content);
      String expected = container.metadata(CHECKSUM);
      String found = container.sha256();
      if (!found.equals(expected)) {
        throw new BrokenFileException(
            "%s: damaged: its header says SHA-256 %s, its content has %s"
                .formatted(path, expected, found));
      }
      return container.decode(schema);
    } catch (IOException | RuntimeException e) {
      throw broken(path, e);
    }
  }

  /** Reads the one record at a position that {@link #write} returned. */
  public T readAt(String path, long position) {
    try (DataFileReader<T> reader = open(path)) {
      reader.seek(position);
      return reader.next();
    } catch (IOException | RuntimeException e) {
      throw isFault(e)
          ? new UncheckedIOException(
              "cannot read %s: %s".formatted(path, reason(e)),
              e instanceof IOException io ? io : new IOException(e))
          : broken(path, e);
    }
  }

  /** True for what the machine did, not the file: it may go well the next time. */
  private static boolean isFault(Exception e) {
    return e instanceof UncheckedIOException
        || e instanceof ClosedChannelException
        || e instanceof FileSystemException;
  }

  private static ByteBuffer content(String path) {
    try (SeekableByteChannel channel = Storage.open(path)) {
      if (channel.size() > Integer.MAX_VALUE - 8) {
        throw new IOException("it has %d bytes, at most 2 GB are read".formatted(channel.size()));
      }
      ByteBuffer content = ByteBuffer.allocate((int) channel.size());
      while (content.hasRemaining() && channel.read(content) >= 0) {}
      return content.flip();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read %s: %s".formatted(path, e.getMessage()), e);
    }
  }

  private DataFileReader<T> open(String path) throws IOException {
    return new DataFileReader<>(
        new ChannelInput(Storage.open(path)), new SpecificDatumReader<>(type));
  }

  private BrokenFileException broken(String path, Exception e) {
    if (e instanceof BrokenFileException already) {
      return already;
    }
    String what =
        e instanceof AvroTypeException
            ? "%s: another version of beamgrad wrote it, whose %s differs: %s"
            : "%s: not a whole Avro file of %s: %s";
    return new BrokenFileException(what.formatted(path, type.getSimpleName(), reason(e)), e);
  }

  private static String reason(Throwable e) {
    return e.getMessage() == null
        ? e.getClass().getSimpleName()
        : e.getMessage().lines().findFirst().orElse("");
  }

  private byte[] encode(T record) {
    try {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
      new SpecificDatumWriter<T>(schema).write(record, encoder);
      encoder.flush();
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What Avro reads from, over a channel. */
  private static final class ChannelInput implements SeekableInput {
    private final SeekableByteChannel channel;

    ChannelInput(SeekableByteChannel channel) {
      this.channel = channel;
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
    public int read(byte[] bytes, int offset, int length) throws IOException {
      return channel.read(ByteBuffer.wrap(bytes, offset, length));
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
