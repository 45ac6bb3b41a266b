package io.beamgrad.model;

import io.beamgrad.schema.Parameter;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;

/**
 * The networks of keys for one row at a time, each made when a row of its key comes. Those of about
 * so many bytes stay, in rooms: where there are more keys than rooms, some share one, and the
 * network of the key that came last has it. Two keys of one room that come in turn are made anew
 * each time, whatever other rooms have. So any number of keys takes no more memory. Safe for
 * several threads.
 */
final class KeyedRowNetworks {
  static final long MOST_BYTES = 64 << 20;

  /** What a network, and each of its layers, takes beside its weights, about. */
  private static final int FRAME_BYTES = 512;

  /** A network that stays. */
  private record Kept(int place, RowNetwork network) {}

  private final KeyedWeights weights;
  private final Function<List<Parameter>, RowNetwork> maker;
  private final AtomicReferenceArray<Kept> kept; // the network of a place has one room alone

  /**
   * @param layers of each network
   * @param mostBytes of all networks that stay; one does in any case
   * @param maker makes a network of its parameters
   */
  KeyedRowNetworks(
      KeyedWeights weights,
      int layers,
      long mostBytes,
      Function<List<Parameter>, RowNetwork> maker) {
    this.weights = weights;
    this.maker = maker;
    long rooms = Math.max(1, mostBytes / bytes(weights, layers));
    this.kept = new AtomicReferenceArray<>((int) Math.min(rooms, weights.places()));
  }

  /** What the network of a key takes, about. */
  static long bytes(KeyedWeights weights, int layers) {
    return weights.bytes() + FRAME_BYTES * (1L + layers);
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
