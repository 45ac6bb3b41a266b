package io.beamgrad.data.files;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParseException;
import org.apache.avro.specific.SpecificDatumReader;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * An uncompressed Avro object container file in memory, whose records are not decoded yet. As the
 * specification has it, the file is magic, metadata and sync marker, then blocks of a count, a
 * size, the records and the marker again.
 */
public final class AvroContainer {
  private static final byte[] MAGIC = {'O', 'b', 'j', 1};
  private static final int SYNC_BYTES = 16;

  private final Header header;
  private final List<Block> blocks;

  /** Some records, encoded. */
  record Block(long records, ByteBuffer bytes) {

    /** Decodes them. */
    <T> void decode(SpecificDatumReader<T> reader, Consumer<? super T> sink) throws IOException {
      BoundedDecoder decoder = new BoundedDecoder(bytes.duplicate());
      for (long i = 0; i < records; i++) {
        sink.accept(reader.read(null, decoder));
      }
    }
  }

  /** What a container begins with. */
  record Header(Map<String, String> metadata, ByteBuffer sync) {

    /** Reads it from the start of a file; the position is moved on. */
    static Header parse(ByteBuffer file) throws IOException {
      byte[] magic = new byte[Math.min(MAGIC.length, file.remaining())];
      file.get(magic);
      if (!Arrays.equals(magic, MAGIC)) {
        throw new IOException("it does not begin as an Avro file does");
      }
      BoundedDecoder decoder = new BoundedDecoder(file);
      Map<String, String> metadata = new HashMap<>();
      for (long count = decoder.readMapStart(); count > 0; count = decoder.mapNext()) {
        for (long i = 0; i < count; i++) {
          String key = decoder.readString();
          metadata.put(key, UTF_8.decode(decoder.readBytes(null)).toString());
        }
      }
      String codec = metadata.getOrDefault("avro.codec", "null");
      if (!codec.equals("null")) {
        throw new IOException("it is compressed by " + codec + ", expected no compression");
      }
      byte[] sync = new byte[SYNC_BYTES];
      decoder.readFixed(sync);
      return new Header(metadata, ByteBuffer.wrap(sync));
    }

    /** A value, or null. */
    @Nullable String metadata(String key) {
      return metadata.get(key);
    }

    /**
     * Reads the two numbers that a block begins with.
     *
     * @param at where they are in the file
     * @param left bytes from there to its end
     * @return the bytes of the whole block
     */
    long blockBytes(ByteBuffer file, long at, long left) throws IOException {
      int start = file.position();
      BoundedDecoder decoder = new BoundedDecoder(file);
      long records = decoder.readLong();
      long size = decoder.readLong();
      int frame = file.position() - start;
      if (size < 0 || size > left - frame - SYNC_BYTES) {
        throw new IOException(
            "it is cut short: the block at byte %s has %s bytes, the file ends %s bytes after it began"
                .formatted(at, size, left));
      }
      // Every record of beamgrad's schemas takes at least a byte.
      if (records < 0 || records > size) {
        throw new IOException(
            "the block at byte %s says %s records in %s bytes".formatted(at, records, size));
      }
      return frame + size + SYNC_BYTES;
    }

    /**
     * Reads a block that is in memory; the position is moved on.
     *
     * @param at where it is in the file
     */
    Block block(ByteBuffer file, long at) throws IOException {
      int start = file.position();
      blockBytes(file, at, file.remaining());
      file.position(start);
      BoundedDecoder decoder = new BoundedDecoder(file);
      long records = decoder.readLong();
      int size = (int) decoder.readLong();
      ByteBuffer bytes = file.slice(file.position(), size);
      file.position(file.position() + size);
      byte[] found = new byte[SYNC_BYTES];
      decoder.readFixed(found);
      if (!ByteBuffer.wrap(found).equals(sync)) {
        throw new IOException("the block at byte %s does not end where it says".formatted(at));
      }
      return new Block(records, bytes);
    }

    /**
     * A reader of the records, written by this or an older schema.
     *
     * @throws IOException where the records are of another type
     */
    <T> SpecificDatumReader<T> reader(Schema schema) throws IOException {
      Schema written = written();
      if (!schema.getFullName().equals(written.getFullName())) {
        throw new IOException("it holds " + written.getName());
      }
      return new SpecificDatumReader<>(written, schema);
    }

    /** The schema that the records were written by. */
    Schema written() throws IOException {
      try {
        return new Schema.Parser().parse(String.valueOf(metadata("avro.schema")));
      } catch (SchemaParseException e) {
        throw new IOException("its header has no schema", e);
      }
    }
  }

  private AvroContainer(Header header, List<Block> blocks) {
    this.header = header;
    this.blocks = blocks;
  }

  /**
   * Parses a file.
   *
   * @param file all of it
   * @throws IOException where it is not a whole container, says why
   */
  public static AvroContainer parse(ByteBuffer file) throws IOException {
    Header header = Header.parse(file);
    List<Block> blocks = new ArrayList<>();
    while (file.hasRemaining()) {
      blocks.add(header.block(file, file.position()));
    }
    return new AvroContainer(header, blocks);
  }

  /** A value of the header, or null. */
  @Nullable String metadata(String key) {
    return header.metadata(key);
  }

  /** Hex SHA-256 over the schema, which decides what the bytes mean, and the encoded records. */
  public String sha256() {
    MessageDigest digest = Sha256.digest();
    digest.update(String.valueOf(metadata("avro.schema")).getBytes(UTF_8));
    blocks.forEach(block -> digest.update(block.bytes().duplicate()));
    return Sha256.hex(digest.digest());
  }

  /** The encoded records, of a file that has one in each block. */
  public List<ByteBuffer> records() {
    return blocks.stream().map(block -> block.bytes().duplicate()).toList();
  }

  /**
   * Decodes the records, written by this or an older schema.
   *
   * @throws IOException where they are not what the header's schema says
   */
  <T> List<T> decode(Schema schema) throws IOException {
    SpecificDatumReader<T> reader = header.reader(schema);
    List<T> records = new ArrayList<>();
    for (Block block : blocks) {
      block.decode(reader, records::add);
    }
    return records;
  }
}
