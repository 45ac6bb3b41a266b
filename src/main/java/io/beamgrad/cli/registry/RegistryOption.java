package io.beamgrad.cli.registry;

import io.beamgrad.failure.WrongInputException;
import io.beamgrad.registry.ModelRegistry;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** The option that names a command's registry. */
final class RegistryOption {
  @Option(
      names = "--registry",
      required = true,
      paramLabel = "DIR",
      description = "The folder of the registry.")
  private Path folder;

  @Option(
      names = "--model",
      paramLabel = "NAME",
      description = "The model; needed where the registry has several.")
  private String model;

  /**
   * @throws WrongInputException where the registry has several models and none is named
   */
  ModelRegistry open() {
    List<String> models = ModelRegistry.models(folder);
    if (model == null && models.size() > 1) {
      throw new WrongInputException(
          "%s: has the models %s; say which by --model"
              .formatted(folder, String.join(", ", models)));
    }
    return ModelRegistry.open(folder, model == null ? models.get(0) : model);
  }
}
