package io.beamgrad.model;

import io.beamgrad.schema.Parameter;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;

/**
 * The networks of keys for one row at a time, each made when a row of its key comes. Those of up to
 * {@value #MOST_BYTES} bytes stay: where there are more, a network takes the room of another, so
 * that any number of keys takes no more memory. Safe for several threads.
 */
final class KeyedRowNetworks {
  static final long MOST_BYTES = 64 << 20;

  private static final int FRAME_BYTES = 512; // what a network takes beside its weights, about

  /** A network that stays. */
  private record Kept(int place, RowNetwork network) {}

  private final KeyedWeights weights;
  private final Function<List<Parameter>, RowNetwork> maker;
  private final AtomicReferenceArray<Kept> kept; // the network of a place has one room alone

  /**
   * @param maker makes a network of its parameters
   */
  KeyedRowNetworks(KeyedWeights weights, Function<List<Parameter>, RowNetwork> maker) {
    this.weights = weights;
    this.maker = maker;
    long rooms = Math.max(1, MOST_BYTES / (weights.bytes() + FRAME_BYTES));
    this.kept = new AtomicReferenceArray<>((int) Math.min(rooms, weights.places()));
  }

  /** The network of a place, from 1. */
  RowNetwork of(int place) {
    int room = place % kept.length();
    Kept found = kept.get(room);
    if (found == null || found.place != place) {
      found = new Kept(place, maker.apply(weights.parameters(place)));
      kept.set(room, found); // who makes the same one at the same time does no harm
    }
    return found.network;
  }
}
