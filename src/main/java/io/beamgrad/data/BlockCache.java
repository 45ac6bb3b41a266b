package io.beamgrad.data;

import io.beamgrad.schema.BlockRef;
import io.beamgrad.schema.Column;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Decoded blocks, least recently used out first, bounded in bytes. One cache serves all trainers of
 * a JVM; its bound is the largest that any of them asked for. Safe for use by several threads.
 */
public final class BlockCache {
  private static final BlockCache SHARED = new BlockCache(0);

  private record Key(String path, long position, long checksum) {}

  private record Entry(DecodedChunk rows, long bytes) {}

  private final Map<Key, Entry> entries = new LinkedHashMap<>(64, 0.75f, true);
  private long maxBytes;
  private long bytes;
  private long hits;
  private long misses;

  public BlockCache(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** The cache of this JVM, allowed at least this many bytes. */
  public static BlockCache shared(long maxBytes) {
    synchronized (SHARED) {
      SHARED.maxBytes = Math.max(SHARED.maxBytes, maxBytes);
    }
    return SHARED;
  }

  /** The block's rows, read where they are not here. A block larger than the bound is not kept. */
  DecodedChunk get(BlockRef ref, List<Column> columns) {
    Key key = new Key(ref.getPath(), ref.getPosition(), ref.getChecksum());
    synchronized (this) {
      Entry entry = entries.get(key);
      if (entry != null) {
        hits++;
        return entry.rows;
      }
      misses++;
    }
    // Read outside the lock: two readers of one block may both read it, and one copy is kept.
    DecodedChunk rows = new DecodedChunk(BlockStore.read(ref), columns);
    synchronized (this) {
      Entry before = entries.put(key, new Entry(rows, ref.getBytes()));
      bytes += ref.getBytes() - (before == null ? 0 : before.bytes);
      evict();
    }
    return rows;
  }

  private void evict() {
    Iterator<Entry> oldest = entries.values().iterator();
    while (bytes > maxBytes && oldest.hasNext()) {
      bytes -= oldest.next().bytes;
      oldest.remove();
    }
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
