package io.beamgrad.data.counts;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.beamgrad.data.files.Xxh64;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Counts how often each text of a column occurs. A text's hash chooses one of {@value #SHARDS}
 * shards; each is counted by itself, so that no worker sends all texts in one piece. A shard counts
 * up to {@value #MOST_IN_SHARD} texts, so all shards somewhat more than a million. A shard that
 * meets more texts only knows that they are too many, whatever their order.
 */
public final class CategoryCounts implements Serializable {
  static final int SHARDS = 64;
  static final int MOST_IN_SHARD = 1 << 14;
  private static final long serialVersionUID = 2L;

  private transient long missing; // rows without a text
  private transient Map<String, Long> counts = new HashMap<>(); // null where they are too many

  /** The shard of a text, whatever the column. */
  public static int shard(String text) {
    return (int) (Xxh64.hash(text, 0) >>> (Long.SIZE - 6));
  }

  /** Counts a text so many times more; all texts are of one shard. */
  public void add(String text, long times) {
    if (counts != null) {
      counts.merge(text, times, Long::sum);
      counts = counts.size() > MOST_IN_SHARD ? null : counts;
    }
  }

  /** Counts rows without a text. */
  public void addMissing(long times) {
    missing += times;
  }

  /** Whether there were rows without a text. */
  public boolean isAnyMissing() {
    return missing > 0;
  }

  /** Adds all that another one of the same shard counted. */
  public void add(CategoryCounts other) {
    missing += other.missing;
    if (other.counts == null) {
      counts = null;
    } else {
      other.counts.forEach(this::add);
    }
  }

  /** True where there are more than can be learned. */
  public boolean isOverfull() {
    return counts == null;
  }

  /**
   * The categories of all shards that are kept, sorted; the others are added to {@code pooled}.
   *
   * @param minCount how often a category must occur
   * @param most how many are kept at most: the most frequent ones, ties by name; null keeps all
   */
  public static List<String> kept(
      List<CategoryCounts> shards, long minCount, @Nullable Integer most, Set<String> pooled) {
    Comparator<Map.Entry<String, Long>> order =
        Map.Entry.<String, Long>comparingByValue().reversed();
    List<Map.Entry<String, Long>> frequent =
        shards.stream()
            .flatMap(shard -> shard.counts.entrySet().stream())
            .sorted(order.thenComparing(Map.Entry.comparingByKey()))
            .toList();
    TreeSet<String> kept = new TreeSet<>();
    for (Map.Entry<String, Long> category : frequent) {
      boolean fits = most == null || kept.size() < most;
      (category.getValue() >= minCount && fits ? kept : pooled).add(category.getKey());
    }
    return List.copyOf(kept);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CategoryCounts categories
        && missing == categories.missing
        && Objects.equals(counts, categories.counts);
  }

  @Override
  public int hashCode() {
    return Objects.hashCode(counts);
  }

  private void writeObject(ObjectOutputStream out) throws IOException {
    out.writeLong(missing);
    out.writeInt(counts == null ? -1 : counts.size());
    if (counts != null) {
      for (Map.Entry<String, Long> entry : counts.entrySet()) {
        byte[] text = entry.getKey().getBytes(UTF_8);
        out.writeInt(text.length);
        out.write(text);
        out.writeLong(entry.getValue());
      }
    }
  }

  private void readObject(ObjectInputStream in) throws IOException {
    missing = in.readLong();
    int size = in.readInt();
    counts = size < 0 ? null : new HashMap<>();
    for (int i = 0; i < size; i++) {
      byte[] text = new byte[in.readInt()];
      in.readFully(text);
      counts.put(new String(text, UTF_8), in.readLong());
    }
  }
}
