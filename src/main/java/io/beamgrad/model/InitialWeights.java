package io.beamgrad.model;

import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.failure.MissingDataException;
import io.beamgrad.failure.UnusableDataException;
import io.beamgrad.nn.Sequential;
import io.beamgrad.schema.OutcomeStatus;
import io.beamgrad.tensor.Tensor;
import java.util.Locale;
import java.util.Map;

/** The weights that a training starts from: a {@code model.avro}, or a safetensors file. */
public final class InitialWeights {
  private InitialWeights() {}

  /**
   * The weights of a file by name, whose suffix tells what it is.
   *
   * @throws UnusableDataException where it is missing, broken or no such file, or of an ensemble
   */
  public static Map<String, Tensor> read(String path) throws UnusableDataException {
    try {
      Map<String, Tensor> weights =
          path.toLowerCase(Locale.ROOT).endsWith(".safetensors")
              ? SafetensorsFile.read(path)
              : ModelFile.parameters(ModelFile.read(path));
      if (MemberParameters.areOfMany(weights.keySet())) {
        throw new UnusableDataException(
            OutcomeStatus.BAD_INPUT,
            "init: %s: expected the weights of a single network, found those of an ensemble"
                .formatted(path));
      }
      return weights;
    } catch (BrokenFileException | MissingDataException e) {
      throw new UnusableDataException(OutcomeStatus.BAD_INPUT, "init: " + e.getMessage());
    }
  }

  /**
   * Gives a network the weights of a file.
   *
   * @throws UnusableDataException where {@link #read} throws, or names or shapes are not the
   *     network's
   */
  public static void load(Sequential network, String path) throws UnusableDataException {
    Map<String, Tensor> weights = read(path);
    try {
      network.loadStateDict(weights);
    } catch (IllegalArgumentException e) {
      throw new UnusableDataException(
          OutcomeStatus.BAD_INPUT, "init: %s: %s".formatted(path, e.getMessage()));
    }
  }
}
