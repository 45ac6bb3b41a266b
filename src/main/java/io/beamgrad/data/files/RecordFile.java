package io.beamgrad.data.files;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.beamgrad.failure.BrokenFileException;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileSystemException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.avro.AvroTypeException;
import org.apache.avro.Schema;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Avro object container files of one record type. The content decides every byte of a file, its
 * sync marker included. The header carries the SHA-256 of the schema and the encoded records, which
 * reading a whole file checks.
 */
public final class RecordFile<T extends SpecificRecord> {
  private static final String CHECKSUM = "beamgrad.sha256";
  private static final int SYNC_BYTES = 16;
  private static final int FRAME_BYTES = 4096; // what a record has beside its values, in most cases
  private static final int MAX_RECORD_BYTES = Integer.MAX_VALUE - 8;

  /** Off the heap, where a channel reads without a copy; one for each thread that reads at once. */
  private static final ConcurrentLinkedQueue<ByteBuffer> SCRATCH = new ConcurrentLinkedQueue<>();

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
    return write(path, records, Storage::write);
  }

  /**
   * The same of one record.
   *
   * @param expectedBytes of the record, about: a large one then takes its room in memory once
   */
  public void write(String path, T record, int expectedBytes) {
    writeWhole(path, List.of(encode(record, expectedBytes)), Storage::write);
  }

  /** The same for a file that a power cut may damage; see {@link Storage#writeUnforced}. */
  public long[] writeUnforced(String path, List<? extends T> records) {
    return write(path, records, Storage::writeUnforced);
  }

  private long[] write(
      String path, List<? extends T> records, BiConsumer<String, Storage.Body> writer) {
    return writeWhole(path, records.stream().map(record -> encode(record, 0)).toList(), writer);
  }

  private long[] writeWhole(
      String path, List<ByteBuffer> encoded, BiConsumer<String, Storage.Body> writer) {
    byte[] hash = hash(encoded);
    byte[] sync = Arrays.copyOf(hash, SYNC_BYTES);
    return write(path, encoded, header(Sha256.hex(hash), sync), sync, writer);
  }

  /** The content of the file that {@link #write} makes of the records. */
  public byte[] toBytes(List<? extends T> records) {
    List<ByteBuffer> encoded = records.stream().map(record -> encode(record, 0)).toList();
    byte[] hash = hash(encoded);
    byte[] sync = Arrays.copyOf(hash, SYNC_BYTES);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(header(Sha256.hex(hash), sync));
    try {
      for (ByteBuffer record : encoded) {
        writeRecord(record, sync, out);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private byte[] hash(List<ByteBuffer> encoded) {
    MessageDigest digest = Sha256.digest();
    digest.update(schema.toString().getBytes(UTF_8));
    encoded.forEach(record -> digest.update(record.duplicate()));
    return digest.digest();
  }

  /**
   * Writes records that {@link #encode} made, to be read by {@link #readAt} alone: the checksum of
   * each is kept elsewhere. The file has none of its own, as computing it would take a good part of
   * an ingest's time, and is not forced to the disk.
   *
   * @param contentHash of all records; decides the marker between them
   */
  public long[] writeEncoded(String path, List<ByteBuffer> encoded, long contentHash) {
    byte[] sync =
        ByteBuffer.allocate(SYNC_BYTES)
            .putLong(contentHash)
            .putLong(Xxh64.hash(contentHash, encoded.size(), contentHash))
            .array();
    return write(path, encoded, header(null, sync), sync, Storage::writeUnforced);
  }

  private static long[] write(
      String path,
      List<ByteBuffer> encoded,
      byte[] header,
      byte[] sync,
      BiConsumer<String, Storage.Body> writer) {
    long[] positions = new long[encoded.size()];
    writer.accept(
        path,
        out -> {
          out.write(header);
          long position = header.length;
          for (int i = 0; i < positions.length; i++) {
            positions[i] = position;
            position += writeRecord(encoded.get(i), sync, out);
          }
        });
    return positions;
  }

  /**
   * Writes the records of several files, one after the other, as {@link #write} does, with one of
   * them in memory at a time.
   *
   * @param parts files of this record type
   * @throws BrokenFileException where a part is not whole
   */
  public void concatenate(String path, List<String> parts) {
    MessageDigest digest = Sha256.digest();
    digest.update(schema.toString().getBytes(UTF_8));
    for (String part : parts) {
      whole(part).records().forEach(digest::update);
    }
    byte[] hash = digest.digest();
    byte[] sync = Arrays.copyOf(hash, SYNC_BYTES);
    Storage.write(
        path,
        out -> {
          out.write(header(Sha256.hex(hash), sync));
          for (String part : parts) {
            for (ByteBuffer record : whole(part).records()) {
              writeRecord(record, sync, out);
            }
          }
        });
  }

  /**
   * Writes the records of several files of frames, one after the other, as {@link #write} does, but
   * with a block for each frame. A frame is a block without its marker: the number of its records,
   * the number of their bytes, the bytes. Only one frame at a time is in memory.
   */
  public void join(String path, List<String> parts) {
    MessageDigest digest = Sha256.digest();
    digest.update(schema.toString().getBytes(UTF_8));
    try {
      for (String part : parts) {
        eachFrame(part, (records, frame) -> digest.update(frame.duplicate()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
    byte[] hash = digest.digest();
    byte[] sync = Arrays.copyOf(hash, SYNC_BYTES);
    Storage.write(
        path,
        out -> {
          out.write(header(Sha256.hex(hash), sync));
          for (String part : parts) {
            eachFrame(part, (records, frame) -> writeBlock(records, frame, sync, out));
          }
        });
  }

  /** Takes one frame, whose bytes are overwritten afterwards. */
  @FunctionalInterface
  private interface FrameSink {
    void accept(long records, ByteBuffer frame) throws IOException;
  }

  private static void eachFrame(String part, FrameSink sink) throws IOException {
    try (InputStream in =
        new BufferedInputStream(Channels.newInputStream(Storage.open(part)), 1 << 18)) {
      BinaryDecoder decoder = DecoderFactory.get().directBinaryDecoder(in, null);
      byte[] bytes = new byte[1 << 16];
      for (in.mark(1); in.read() >= 0; in.mark(1)) {
        in.reset();
        long records = decoder.readLong();
        int size = Math.toIntExact(decoder.readLong());
        bytes = bytes.length < size ? new byte[size] : bytes;
        decoder.readFixed(bytes, 0, size);
        sink.accept(records, ByteBuffer.wrap(bytes, 0, size));
      }
    }
  }

  private static int writeRecord(ByteBuffer record, byte[] sync, OutputStream out)
      throws IOException {
    return writeBlock(1, record, sync, out);
  }

  /**
   * Writes a block: the count of its records, their size, the records, the marker. Gives its size.
   */
  private static int writeBlock(long records, ByteBuffer record, byte[] sync, OutputStream out)
      throws IOException {
    ByteArrayOutputStream countAndSize = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(countAndSize, null);
    encoder.writeLong(records);
    encoder.writeLong(record.remaining());
    countAndSize.writeTo(out);
    out.write(record.array(), record.arrayOffset() + record.position(), record.remaining());
    out.write(sync);
    return countAndSize.size() + record.remaining() + sync.length;
  }

  private byte[] header(@Nullable String sha256, byte[] sync) {
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    try (DataFileWriter<T> writer = new DataFileWriter<>(new SpecificDatumWriter<>(schema))) {
      if (sha256 != null) {
        writer.setMeta(CHECKSUM, sha256);
      }
      writer.create(schema, header, sync);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return header.toByteArray();
  }

  /**
   * Reads all records of a file.
   *
   * @throws BrokenFileException where the file is not a whole container of this record type
   */
  public List<T> read(String path) {
    return parse(path, content(path));
  }

  /**
   * The records of a file in memory.
   *
   * @param path names it in messages
   * @throws BrokenFileException as {@link #read} does
   */
  public List<T> parse(String path, ByteBuffer content) {
    AvroContainer container = whole(path, content);
    try {
      return container.decode(schema);
    } catch (IOException | RuntimeException e) {
      throw broken(path, e);
    } catch (StackOverflowError e) { // of a schema or records that somebody nested on purpose
      throw nested(path, e);
    }
  }

  /**
   * Gives all records of a file of any size one after the other; some of them are in memory at a
   * time. Whether the file is damaged is known at its end alone: what was given counts only when
   * this has returned.
   *
   * @throws BrokenFileException as {@link #read} does
   */
  public void forEach(String path, Consumer<? super T> sink) {
    try (SeekableByteChannel channel = Storage.open(path)) {
      AvroStream file = opened(path, channel);
      SpecificDatumReader<T> reader = reader(path, file);
      List<T> records = new ArrayList<>();
      while (next(path, file, reader, records)) {
        records.forEach(sink);
        records.clear();
      }
    } catch (IOException e) {
      throw fault(path, e);
    }
  }

  private AvroStream opened(String path, SeekableByteChannel channel) {
    try {
      return new AvroStream(channel);
    } catch (IOException | RuntimeException e) {
      throw isFault(e) ? fault(path, e) : broken(path, e);
    }
  }

  private SpecificDatumReader<T> reader(String path, AvroStream file) {
    try {
      return file.header().reader(schema);
    } catch (IOException | RuntimeException e) {
      throw broken(path, e);
    } catch (StackOverflowError e) { // of a schema that somebody nested on purpose
      throw nested(path, e);
    }
  }

  /** Adds the records of the next block; false at the end of a whole file. */
  private boolean next(
      String path, AvroStream file, SpecificDatumReader<T> reader, List<T> records) {
    try {
      AvroContainer.Block block = file.next();
      if (block == null) {
        requireHash(path, file.header().metadata(CHECKSUM), file.sha256());
        return false;
      }
      block.decode(reader, records::add);
      return true;
    } catch (IOException | RuntimeException e) {
      throw isFault(e) ? fault(path, e) : broken(path, e);
    } catch (StackOverflowError e) { // of records that somebody nested on purpose
      throw nested(path, e);
    }
  }

  private static void requireHash(String path, @Nullable String expected, String found) {
    if (!found.equals(expected)) {
      throw new BrokenFileException(
          "%s: damaged: its header says SHA-256 %s, its content has %s"
              .formatted(path, expected, found));
    }
  }

  /** Whether a file begins as one of this record type does. */
  public boolean isOf(String path) {
    try (SeekableByteChannel channel = Storage.open(path)) {
      return new AvroStream(channel).header().written().getFullName().equals(schema.getFullName());
    } catch (IOException | RuntimeException | StackOverflowError e) {
      return false;
    }
  }

  /**
   * Checks a file by its checksum.
   *
   * @throws BrokenFileException where it is not a whole container
   */
  public void requireWhole(String path) {
    whole(path);
  }

  private AvroContainer whole(String path) {
    return whole(path, content(path));
  }

  private AvroContainer whole(String path, ByteBuffer content) {
    try {
      AvroContainer container = AvroContainer.parse(content);
      requireHash(path, container.metadata(CHECKSUM), container.sha256());
      return container;
    } catch (IOException | RuntimeException e) {
      throw broken(path, e);
    }
  }

  /** Decodes one record. */
  @FunctionalInterface
  public interface Decoding<R> {
    R decode(ByteBuffer encoded) throws IOException;
  }

  /**
   * Decodes the one record at a position that {@link #write} returned.
   *
   * @param expectedBytes about the size of the record; where it has more, it is read in two pieces
   * @param decoding gets the record in memory that is reused afterwards
   * @throws BrokenFileException where there is no whole record
   */
  public <R> R readAt(String path, long position, long expectedBytes, Decoding<R> decoding) {
    ByteBuffer scratch = SCRATCH.poll();
    try (SeekableByteChannel channel = Storage.open(path)) {
      long left = Math.min(Math.max(0, channel.size() - position), MAX_RECORD_BYTES);
      channel.position(position);
      scratch = filled(path, channel, scratch, (int) Math.min(left, expectedBytes + FRAME_BYTES));
      BoundedDecoder frame = new BoundedDecoder(scratch);
      long records = frame.readLong();
      long bytes = frame.readLong();
      int start = scratch.position();
      if (records != 1 || bytes < 0 || bytes > left - start) {
        throw new EOFException(
            "no whole record at byte %s: it says %s records in %s bytes, %s bytes are left"
                .formatted(position, records, bytes, left - start));
      }
      if (bytes > scratch.remaining()) {
        channel.position(position);
        scratch = filled(path, channel, scratch, start + (int) bytes);
      }
      return decoding.decode(scratch.slice(start, (int) bytes));
    } catch (IOException | RuntimeException e) {
      throw isFault(e) ? fault(path, e) : broken(path, e);
    } finally {
      if (scratch != null) {
        SCRATCH.offer(scratch);
      }
    }
  }

  /** The next bytes of a channel, in the buffer where it is large enough. */
  private static ByteBuffer filled(
      String path, SeekableByteChannel channel, ByteBuffer buffer, int bytes) {
    // Beam's channel of HDFS counts twice what it puts into memory off the heap.
    boolean offHeap = !Storage.isRemote(path);
    ByteBuffer large = buffer;
    if (large == null || large.capacity() < bytes || large.isDirect() != offHeap) {
      large = offHeap ? ByteBuffer.allocateDirect(bytes) : ByteBuffer.allocate(bytes);
    }
    large.clear().limit(bytes);
    try {
      while (large.hasRemaining() && channel.read(large) > 0) {}
    } catch (IOException | RuntimeException e) {
      throw fault(path, e);
    }
    return large.flip();
  }

  /** True for a fault of the machine, not of the file: the next attempt may succeed. */
  private static boolean isFault(Exception e) {
    return e instanceof UncheckedIOException
        || e instanceof ClosedChannelException
        || e instanceof FileSystemException;
  }

  private static UncheckedIOException fault(String path, Exception e) {
    return e instanceof UncheckedIOException already
        ? already
        : new UncheckedIOException(
            "cannot read %s: %s".formatted(path, reason(e)),
            e instanceof IOException io ? io : new IOException(e));
  }

  private static ByteBuffer content(String path) {
    try (SeekableByteChannel channel = Storage.open(path)) {
      if (channel.size() > Integer.MAX_VALUE - 8) {
        throw new IOException("it has %s bytes, at most 2 GB are read".formatted(channel.size()));
      }
      ByteBuffer content = ByteBuffer.allocate((int) channel.size());
      while (content.hasRemaining() && channel.read(content) > 0) {}
      return content.flip();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read %s: %s".formatted(path, e.getMessage()), e);
    }
  }

  private BrokenFileException broken(String path, Exception e) {
    if (e instanceof BrokenFileException already) {
      return already;
    }
    String what =
        e instanceof AvroTypeException
            ? "%s: another version of beamgrad wrote it, whose %s differs: %s"
            : "%s: not a whole Avro file of %s: %s";
    return new BrokenFileException(
        String.format(Locale.ROOT, what, path, type.getSimpleName(), reason(e)), e);
  }

  private BrokenFileException nested(String path, StackOverflowError e) {
    return broken(path, new IOException("it is nested too deeply", e));
  }

  private static String reason(Throwable e) {
    return e.getMessage() == null
        ? e.getClass().getSimpleName()
        : e.getMessage().lines().findFirst().orElse("");
  }

  /**
   * A record's bytes in Avro's binary encoding.
   *
   * @param expectedBytes how many about; 0 where nobody knows
   */
  public ByteBuffer encode(T record, int expectedBytes) {
    try {
      Bytes out = new Bytes(Math.max(32, expectedBytes));
      BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
      new SpecificDatumWriter<T>(schema).write(record, encoder);
      encoder.flush();
      return out.buffer();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The record of its bytes in Avro's binary encoding. */
  public T decode(ByteBuffer encoded) throws IOException {
    byte[] bytes = new byte[encoded.remaining()];
    encoded.get(bytes);
    BinaryDecoder decoder = DecoderFactory.get().binaryDecoder(bytes, null);
    return new SpecificDatumReader<T>(schema).read(null, decoder);
  }

  /** Gives what was written without a copy. */
  private static final class Bytes extends ByteArrayOutputStream {
    Bytes(int size) {
      super(size);
    }

    ByteBuffer buffer() {
      return ByteBuffer.wrap(buf, 0, count);
    }
  }
}
