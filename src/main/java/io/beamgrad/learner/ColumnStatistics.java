package io.beamgrad.learner;

import io.beamgrad.data.counts.CategoryCounts;
import io.beamgrad.data.counts.DocumentCounts;
import io.beamgrad.data.counts.MedianSketch;
import io.beamgrad.data.counts.Moments;
import io.beamgrad.schema.BlockRef;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * What is counted of the training rows' columns, or of a shard of it: merged in whatever order, it
 * is the same.
 */
public final class ColumnStatistics implements Serializable {
  private static final long serialVersionUID = 2L;

  private final Part[] parts; // by feature; null where nothing was counted
  private @Nullable Part targets; // all of them; null where nothing was counted
  private final List<BlockRef> blocks = new ArrayList<>();

  /**
   * Of one column.
   *
   * @param moments for each number that is scaled by itself
   */
  record Part(
      List<Moments> moments,
      @Nullable MedianSketch median,
      @Nullable CategoryCounts categories,
      @Nullable DocumentCounts documents)
      implements Serializable {

    Part(List<Moments> moments, @Nullable MedianSketch median) {
      this(moments, median, null, null);
    }

    Part {
      moments = List.copyOf(moments);
    }

    /** A part that can be added to, without any rows. */
    private Part empty() {
      return new Part(
          Moments.none(moments.size()),
          median == null ? null : new MedianSketch(),
          categories == null ? null : new CategoryCounts(),
          documents == null ? null : new DocumentCounts(documents));
    }

    void add(Part other) {
      for (int i = 0; i < moments.size(); i++) {
        moments.get(i).add(other.moments.get(i));
      }
      if (median != null) {
        median.add(other.median);
      }
      if (categories != null) {
        categories.add(other.categories);
      }
      if (documents != null) {
        documents.add(other.documents);
      }
    }
  }

  /** Of no rows. */
  public ColumnStatistics(int features) {
    parts = new Part[features];
  }

  /** Of a feature; null where nothing was counted of it. */
  @Nullable Part part(int feature) {
    return parts[feature];
  }

  void set(int feature, Part part) {
    parts[feature] = part;
  }

  /** Of all targets; null where nothing was counted of them. */
  @Nullable Part targets() {
    return targets;
  }

  void setTargets(Part counted) {
    targets = counted;
  }

  /** The blocks whose rows are to be gone through once more, in any order. */
  List<BlockRef> blocks() {
    return Collections.unmodifiableList(blocks);
  }

  void addBlock(BlockRef block) {
    blocks.add(block);
  }

  /** Adds all that another one of the same shard counted. */
  public ColumnStatistics add(ColumnStatistics other) {
    for (int f = 0; f < parts.length; f++) {
      if (other.parts[f] != null) {
        parts[f] = parts[f] == null ? other.parts[f].empty() : parts[f];
        parts[f].add(other.parts[f]);
      }
    }
    if (other.targets != null) {
      targets = targets == null ? other.targets.empty() : targets;
      targets.add(other.targets);
    }
    blocks.addAll(other.blocks);
    return this;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ColumnStatistics statistics
        && Arrays.equals(parts, statistics.parts)
        && Objects.equals(targets, statistics.targets);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(parts) + Objects.hashCode(targets);
  }
}
