package io.beamgrad.model;

import io.beamgrad.schema.KeyWeights;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.schema.Parameter;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The weights of the models of keys by place, from 1, as the file has them. Immutable. */
final class KeyedWeights {
  private final List<Parameter> pooled;
  private final ByteBuffer[] parts;
  private final int[] firstPlaces; // of each part
  private final int bytes; // of one model
  private final int places;

  /**
   * @param model one that {@link KeyCheck} passes
   */
  KeyedWeights(ModelRecord model) {
    List<KeyWeights> all = model.getKeyWeights();
    this.pooled = model.getParameters();
    this.bytes = pooled.stream().mapToInt(p -> p.getValues().remaining()).sum();
    this.parts = all.stream().map(KeyWeights::getValues).toArray(ByteBuffer[]::new);
    this.firstPlaces = new int[parts.length];
    int place = 1;
    for (int i = 0; i < parts.length; i++) {
      firstPlaces[i] = place;
      place += all.get(i).getKeys();
    }
    this.places = place - 1;
  }

  /** How many models of keys there are. */
  int places() {
    return places;
  }

  /** The bytes of one model's weights. */
  int bytes() {
    return bytes;
  }

  /** All numbers of the model at a place, in the order of the pooled model's parameters. */
  ByteBuffer of(int place) {
    int found = Arrays.binarySearch(firstPlaces, place);
    int part = found >= 0 ? found : -found - 2;
    ByteBuffer values = parts[part];
    int offset = (place - firstPlaces[part]) * bytes;
    return values.slice(values.position() + offset, bytes);
  }

  /** The parameters of the model at a place. */
  List<Parameter> parameters(int place) {
    ByteBuffer values = of(place);
    List<Parameter> parameters = new ArrayList<>();
    int at = 0;
    for (Parameter parameter : pooled) {
      int count = parameter.getValues().remaining();
      parameters.add(
          new Parameter(parameter.getName(), parameter.getShape(), values.slice(at, count)));
      at += count;
    }
    return parameters;
  }
}
