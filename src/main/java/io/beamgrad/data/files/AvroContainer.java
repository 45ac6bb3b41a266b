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
import org.apache.avro.Schema;
import org.apache.avro.SchemaParseException;
import org.apache.avro.specific.SpecificDatumReader;

/**
 * An uncompressed Avro object container file in memory, whose records are not decoded yet. As the
 * specification has it, the file is magic, metadata and sync marker, then blocks of a count, a
 * size, the records and the marker again.
 */
public final class AvroContainer {
  private static final byte[] MAGIC = {'O', 'b', 'j', 1};
  private static final int SYNC_BYTES = 16;

  private final Map<String, String> metadata;
  private final List<Block> blocks;

  private record Block(long records, ByteBuffer bytes) {}

  private AvroContainer(Map<String, String> metadata, List<Block> blocks) {
    this.metadata = metadata;
    this.blocks = blocks;
  }

  /**
   * Parses a file.
   *
   * @param file all of it
   * @throws IOException where it is not a whole container, says why
   */
  public static AvroContainer parse(ByteBuffer file) throws IOException {
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
    List<Block> blocks = new ArrayList<>();
    while (file.hasRemaining()) {
      blocks.add(block(file, decoder, sync));
    }
    return new AvroContainer(metadata, blocks);
  }

  private static Block block(ByteBuffer file, BoundedDecoder decoder, byte[] sync)
      throws IOException {
    int start = file.position();
    long records = decoder.readLong();
    long size = decoder.readLong();
    if (size < 0 || size > file.remaining() - SYNC_BYTES) {
      throw new IOException(
          "it is cut short: the block at byte %s has %s bytes, the file ends %s bytes after it began"
              .formatted(start, size, file.limit() - start));
    }
    // Every record of beamgrad's schemas takes at least a byte.
    if (records < 0 || records > size) {
      throw new IOException(
          "the block at byte %s says %s records in %s bytes".formatted(start, records, size));
    }
    ByteBuffer bytes = file.slice(file.position(), (int) size);
    file.position(file.position() + (int) size);
    byte[] found = new byte[SYNC_BYTES];
    decoder.readFixed(found);
    if (!Arrays.equals(found, sync)) {
      throw new IOException("the block at byte %s does not end where it says".formatted(start));
    }
    return new Block(records, bytes);
  }

  /** A value of the header, or null. */
  String metadata(String key) {
    return metadata.get(key);
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
    try {
      Schema written = new Schema.Parser().parse(String.valueOf(metadata("avro.schema")));
      if (!schema.getFullName().equals(written.getFullName())) {
        throw new IOException("it holds " + written.getName());
      }
      SpecificDatumReader<T> reader = new SpecificDatumReader<>(written, schema);
      List<T> records = new ArrayList<>();
      for (Block block : blocks) {
        BoundedDecoder decoder = new BoundedDecoder(block.bytes().duplicate());
        for (long i = 0; i < block.records(); i++) {
          records.add(reader.read(null, decoder));
        }
      }
      return records;
    } catch (SchemaParseException e) {
      throw new IOException("its header has no schema", e);
    }
  }
}
