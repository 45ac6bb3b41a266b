package io.beamgrad.data;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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
 * sync marker included, and the header carries the SHA-256 of the encoded records, which reading a
 * whole file checks.
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
    try (DataFileReader<T> reader = open(path)) {
      List<T> records = new ArrayList<>();
      MessageDigest digest = Sha256.digest();
      while (reader.hasNext()) {
        T record = reader.next();
        digest.update(encode(record));
        records.add(record);
      }
      String expected = reader.getMetaString(CHECKSUM);
      String found = Sha256.hex(digest.digest());
      if (!found.equals(expected)) {
        throw new BrokenFileException(
            "%s: damaged: its header says SHA-256 %s, its records have %s"
                .formatted(path, expected, found));
      }
      return records;
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
      throw broken(path, e);
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
    return new BrokenFileException(
        "%s: not a whole Avro file of %s: %s".formatted(path, type.getSimpleName(), reason(e)), e);
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
