package io.beamgrad.data.shuffle;

import io.beamgrad.data.encoding.BlockEncoder;
import io.beamgrad.data.encoding.EncodedRows;
import io.beamgrad.data.encoding.Encoding;
import io.beamgrad.data.files.CanonicalText;
import io.beamgrad.data.files.Sha256;
import io.beamgrad.data.files.Storage;
import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.schema.BlockRef;
import io.beamgrad.schema.Column;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads blocks as encoded rows. A block that is read again, as the {@link BlockCache} had no room
 * for it, is kept in a file of its encoded rows beside the blocks, and read from there from then
 * on: data that fits in the cache needs no such files. There are none beside blocks on an object
 * store, from which they would come as slowly as the blocks, and none of images, which are the same
 * bytes in both. Safe for several threads.
 */
public final class EncodedBlocks {
  private static final Logger LOG = LoggerFactory.getLogger(EncodedBlocks.class);
  private static final String FOLDER = "encoded";
  private static final int KEY_LENGTH = 16;

  private final BlockEncoder encoder;
  private final List<Column> columns;
  private final String key;
  private final Set<String> readBefore = ConcurrentHashMap.newKeySet(); // names of files
  private volatile boolean canWrite = true;

  public EncodedBlocks(Encoding encoding) {
    this.encoder = new BlockEncoder(encoding);
    this.columns = encoding.columns();
    List<Object> parts =
        new ArrayList<>(List.of(encoding.columns(), encoding.encodings(), encoding.labels()));
    if (!encoding.crosses().isEmpty()) {
      parts.add(encoding.crosses());
    }
    this.key = Sha256.hex(CanonicalText.of(parts)).substring(0, KEY_LENGTH);
  }

  public BlockEncoder encoder() {
    return encoder;
  }

  /** Tells encodings apart. */
  String key() {
    return key;
  }

  /** The memory that a block's encoded rows take; with texts about that. */
  long bytes(BlockRef ref) {
    return (long) ref.getRows() * encoder.layout().bytes()
        + (encoder.hasImages() || encoder.hasTexts() ? rawBytes(ref) : 0);
  }

  /** The share of a block's bytes that its selected rows have, about. */
  private static long rawBytes(BlockRef ref) {
    ByteBuffer selected = ref.getSelected();
    if (selected == null) {
      return ref.getBytes();
    }
    long stored = (long) Byte.SIZE * selected.remaining(); // up to the last one that is selected
    return ref.getBytes() * ref.getRows() / Math.max(stored, ref.getRows());
  }

  /**
   * Reads a block.
   *
   * @throws BrokenFileException where the file is gone or its rows are not those that were written
   */
  void read(BlockRef ref, EncodedRows into) {
    if (encoder.hasImages() || Storage.isRemote(ref.getPath())) {
      encode(ref, into);
      return;
    }
    String file = file(ref);
    boolean isReadAgain = !readBefore.add(file);
    if (isReadAgain && find(file, ref.getRows(), into)) {
      return;
    }
    encode(ref, into);
    if (isReadAgain && canWrite) {
      keep(file, into);
    }
  }

  private void encode(BlockRef ref, EncodedRows into) {
    ColumnBlock spare = into.images();
    ColumnBlock rows =
        spare != null && spare.columns().equals(columns) ? spare : new ColumnBlock(columns, 0);
    BlockStore.read(ref, rows);
    encoder.encode(rows, into);
  }

  /** Reads a file that only saves time; false where that cannot be. */
  private boolean find(String file, int rows, EncodedRows into) {
    try {
      return EncodedFile.read(file, rows, encoder, into);
    } catch (UncheckedIOException e) {
      giveUp(e);
      return false;
    }
  }

  private void keep(String file, EncodedRows rows) {
    try {
      EncodedFile.write(file, encoder, rows);
    } catch (UncheckedIOException e) {
      giveUp(e);
    }
  }

  private void giveUp(UncheckedIOException e) {
    if (e.getCause() instanceof ClosedByInterruptException) {
      throw e; // it is the training that ends
    }
    if (canWrite) {
      LOG.warn("some blocks are encoded again in each epoch: {}", e.getMessage());
    }
    canWrite = false;
  }

  private String file(BlockRef ref) {
    String path = ref.getPath();
    int name = path.lastIndexOf('/') + 1;
    ByteBuffer selected = ref.getSelected();
    return String.format(
        Locale.ROOT,
        "%s%s/%s-%d%s-%s.rows",
        path.substring(0, name),
        FOLDER,
        path.substring(name, path.lastIndexOf('.')),
        ref.getPosition(),
        selected == null ? "" : "-" + Sha256.hex(digest(selected)).substring(0, KEY_LENGTH),
        key);
  }

  private static byte[] digest(ByteBuffer bytes) {
    MessageDigest digest = Sha256.digest();
    digest.update(bytes.duplicate());
    return digest.digest();
  }
}
