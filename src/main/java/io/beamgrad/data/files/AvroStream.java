package io.beamgrad.data.files;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SeekableByteChannel;
import java.security.MessageDigest;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * An uncompressed Avro object container of any size, read block by block; a piece of the file is in
 * memory at a time.
 */
final class AvroStream {
  private static final int PIECE_BYTES = 1 << 18;
  private static final int FRAME_BYTES = 20; // two numbers of at most ten bytes

  private final ReadableByteChannel channel;
  private final AvroContainer.Header header;
  private final MessageDigest digest = Sha256.digest();
  private ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES).limit(0);
  private final long size;
  private long unread; // bytes of the file after the piece

  AvroStream(SeekableByteChannel channel) throws IOException {
    this.channel = channel;
    this.size = channel.size();
    this.unread = size;
    load(PIECE_BYTES);
    this.header = AvroContainer.Header.parse(piece);
    digest.update(String.valueOf(header.metadata("avro.schema")).getBytes(UTF_8));
  }

  AvroContainer.Header header() {
    return header;
  }

  /**
   * Reads on.
   *
   * @return the next block, whose bytes are overwritten by the one after it; null at the end
   */
  AvroContainer.@Nullable Block next() throws IOException {
    load(FRAME_BYTES);
    if (!piece.hasRemaining()) {
      return null;
    }
    int start = piece.position();
    long left = piece.remaining() + unread;
    long bytes = header.blockBytes(piece, size - left, left);
    piece.position(start);
    load(Math.toIntExact(bytes));
    AvroContainer.Block block = header.block(piece, size - left);
    digest.update(block.bytes().duplicate());
    return block;
  }

  /** The SHA-256 that {@link AvroContainer#sha256} gives, after the last block. */
  String sha256() {
    return Sha256.hex(digest.digest());
  }

  /** Makes so many bytes available, or all that are left. */
  private void load(int bytes) throws IOException {
    if (piece.remaining() >= bytes || unread == 0) {
      return;
    }
    ByteBuffer rest = piece;
    if (bytes > piece.capacity()) {
      piece = ByteBuffer.allocate((int) Math.min(bytes, rest.remaining() + unread));
      piece.put(rest);
    } else {
      piece.compact();
    }
    piece.limit((int) Math.min(piece.capacity(), piece.position() + unread));
    while (piece.hasRemaining()) {
      int read = channel.read(piece);
      if (read <= 0) {
        throw new IOException("it is shorter than its size says");
      }
      unread -= read;
    }
    piece.flip();
  }
}
