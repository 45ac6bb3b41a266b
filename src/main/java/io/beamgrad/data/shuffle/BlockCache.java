package io.beamgrad.data.shuffle;

import io.beamgrad.data.encoding.EncodedRows;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.schema.BlockRef;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A cache of blocks as encoded rows, bounded in bytes; the least recently used block is dropped
 * first. One cache serves all trainers of a JVM; its bound is the largest that any of them asked
 * for. Safe for several threads.
 *
 * <p>The cache owns the arrays of its blocks; a new block fills the arrays of the block that is
 * dropped, so that reading leaves no garbage. A leased block is not dropped. Leased blocks alone
 * can exceed the bound.
 */
public final class BlockCache {
  private static final BlockCache SHARED = new BlockCache(0);
  private static final ThreadPoolExecutor READER = reader();

  /**
   * What tells blocks apart.
   *
   * @param hash of all else: the rows of a selection take longer to hash than a block to find
   */
  private record Key(
      int hash,
      String path,
      long position,
      long checksum,
      @Nullable ByteBuffer selected,
      String encoding) {
    static Key of(BlockRef ref, EncodedBlocks blocks) {
      String path = ref.getPath();
      long position = ref.getPosition();
      long checksum = ref.getChecksum();
      ByteBuffer selected = ref.getSelected();
      String encoding = blocks.key();
      int hash = Objects.hash(path, position, checksum, selected, encoding);
      return new Key(hash, path, position, checksum, selected, encoding);
    }

    @Override
    public int hashCode() {
      return hash;
    }
  }

  /** A block that may be asked for often, with what a cache finds it by. */
  public static final class Block {
    private final BlockRef ref;
    private final EncodedBlocks from;
    private final Key key;

    private Block(BlockRef ref, EncodedBlocks from) {
      this.ref = ref;
      this.from = from;
      this.key = Key.of(ref, from);
    }

    /** A block as it is encoded. */
    public static Block of(BlockRef ref, EncodedBlocks from) {
      return new Block(ref, from);
    }
  }

  private enum State {
    BEING_READ,
    HERE,
    FAILED
  }

  /** A lease of a block: the block stays in the cache until the lease is released. */
  public static final class Lease {
    private final Key key;
    private final EncodedRows rows;
    private State state = State.BEING_READ;
    private int users = 1;
    private long bytes;
    private long aheadBytes; // of a block read ahead that nobody has acquired yet

    private Lease(Key key, EncodedRows rows) {
      this.key = key;
      this.rows = rows;
    }

    public EncodedRows rows() {
      return rows;
    }
  }

  private final Map<Key, Lease> blocks = new LinkedHashMap<>(64, 0.75f, true);
  private long maxBytes;
  private long bytes;
  private long aheadBytes;
  private long hits;
  private long misses;

  public BlockCache(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** The cache of this JVM; its bound becomes at least this many bytes. */
  public static BlockCache shared(long maxBytes) {
    synchronized (SHARED) {
      SHARED.maxBytes = Math.max(SHARED.maxBytes, maxBytes);
    }
    return SHARED;
  }

  /** An executor of one thread, which ends when nothing is left to read. */
  private static ThreadPoolExecutor reader() {
    ThreadPoolExecutor reader =
        new ThreadPoolExecutor(
            1,
            1,
            1,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, "beamgrad-blocks");
              thread.setDaemon(true);
              return thread;
            });
    reader.allowCoreThreadTimeOut(true);
    return reader;
  }

  /**
   * Leases a block; reads it where it is not in the cache.
   *
   * @throws BrokenFileException where the file is gone or its rows are not those that were written
   */
  public Lease acquire(Block block) {
    Lease lease;
    synchronized (this) {
      lease = blocks.get(block.key);
      if (lease != null) {
        lease.users++;
        noLongerAhead(lease);
        if (await(lease)) {
          hits++;
          return lease;
        }
        lease.users--; // The read failed for another caller: this one tries again.
      }
      misses++;
      lease = begin(block.key, block.from.bytes(block.ref));
    }
    read(lease, block);
    return lease;
  }

  public synchronized void release(Lease lease) {
    lease.users--;
    makeRoom(0);
  }

  /**
   * Reads a block on another thread, for a caller who will acquire it soon. Does nothing where the
   * block is in the cache, or where blocks read ahead already fill half of the cache.
   */
  public void readAhead(Block block) {
    long expectedBytes = block.from.bytes(block.ref);
    Lease lease;
    synchronized (this) {
      if (blocks.containsKey(block.key) || aheadBytes + expectedBytes > maxBytes / 2) {
        return;
      }
      misses++;
      lease = begin(block.key, expectedBytes);
      lease.aheadBytes = expectedBytes;
      aheadBytes += lease.aheadBytes;
    }
    READER.execute(
        () -> {
          try {
            read(lease, block);
          } catch (RuntimeException e) {
            return; // Whoever acquires the block gets the same error.
          }
          release(lease);
        });
  }

  private Lease begin(Key key, long expectedBytes) {
    EncodedRows spare = makeRoom(expectedBytes);
    Lease lease = new Lease(key, spare == null ? new EncodedRows() : spare);
    blocks.put(key, lease);
    setBytes(lease, expectedBytes);
    return lease;
  }

  /** Fills a block outside the lock, then wakes the threads that wait for it. */
  private void read(Lease lease, Block block) {
    State state = State.FAILED;
    try {
      block.from.read(block.ref, lease.rows);
      state = State.HERE;
    } finally {
      synchronized (this) {
        lease.state = state;
        if (state == State.HERE) {
          setBytes(lease, Math.max(lease.bytes, lease.rows.bytes()));
        } else {
          blocks.remove(lease.key);
          setBytes(lease, 0);
          noLongerAhead(lease);
        }
        notifyAll();
      }
    }
  }

  private boolean await(Lease lease) {
    try {
      while (lease.state == State.BEING_READ) {
        wait();
      }
      return lease.state == State.HERE;
    } catch (InterruptedException e) {
      lease.users--;
      Thread.currentThread().interrupt();
      throw new UncheckedIOException(
          "interrupted while %s was read".formatted(lease.key.path),
          new ClosedByInterruptException());
    }
  }

  private void setBytes(Lease lease, long newBytes) {
    bytes += newBytes - lease.bytes;
    lease.bytes = newBytes;
  }

  private void noLongerAhead(Lease lease) {
    aheadBytes -= lease.aheadBytes;
    lease.aheadBytes = 0;
  }

  /**
   * Drops blocks until so many more bytes fit; gives the arrays of one of them to fill again, or
   * null.
   */
  private EncodedRows makeRoom(long more) {
    EncodedRows spare = null;
    Iterator<Lease> oldest = blocks.values().iterator();
    while (bytes + more > maxBytes && oldest.hasNext()) {
      Lease lease = oldest.next();
      if (lease.users == 0) {
        oldest.remove();
        setBytes(lease, 0);
        noLongerAhead(lease);
        spare = lease.rows;
      }
    }
    return spare;
  }

  public synchronized long bytes() {
    return bytes;
  }

  public synchronized long hits() {
    return hits;
  }

  public synchronized long misses() {
    return misses;
  }
}
