package io.beamgrad.model;

import io.beamgrad.schema.ModelRecord;
import io.beamgrad.schema.Parameter;
import io.beamgrad.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The weights of the networks of a model by name. Those of a single network have the names of its
 * layers, such as {@code 1.weight}; those of an ensemble {@code members.3.1.weight}, as {@link
 * io.beamgrad.nn.Ensemble} has them.
 */
public final class MemberParameters {
  private static final String MEMBERS = "members.";

  private MemberParameters() {}

  /** How many networks a model has. */
  public static int networks(ModelRecord model) {
    return Math.max(1, model.getMembers().size());
  }

  /**
   * What the names of a network's weights begin with.
   *
   * @param networks how many the model has
   */
  public static String prefix(int networks, int number) {
    return networks == 1 ? "" : MEMBERS + number + ".";
  }

  /** Whether names are those of the weights of several networks. */
  public static boolean areOfMany(Collection<String> names) {
    return names.stream().anyMatch(name -> name.startsWith(MEMBERS));
  }

  /** The weights of all networks, by the names of their model. */
  public static Map<String, Tensor> join(List<Map<String, Tensor>> networks) {
    Map<String, Tensor> joined = new LinkedHashMap<>();
    for (int i = 0; i < networks.size(); i++) {
      String prefix = prefix(networks.size(), i);
      networks.get(i).forEach((name, tensor) -> joined.put(prefix + name, tensor));
    }
    return joined;
  }

  /** The weights of each network of a model, by the names of its layers. */
  public static List<Map<String, Tensor>> split(ModelRecord model) {
    int networks = networks(model);
    List<Map<String, Tensor>> split = new ArrayList<>();
    for (int i = 0; i < networks; i++) {
      String prefix = prefix(networks, i);
      List<Parameter> own = new ArrayList<>();
      for (Parameter parameter : model.getParameters()) {
        if (parameter.getName().startsWith(prefix)) {
          String name = parameter.getName().substring(prefix.length());
          own.add(new Parameter(name, parameter.getShape(), parameter.getValues()));
        }
      }
      split.add(Networks.toTensors(own));
    }
    return split;
  }
}
