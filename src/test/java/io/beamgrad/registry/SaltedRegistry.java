package io.beamgrad.registry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Registries whose holdout, and so every result, is the same each time. */
public final class SaltedRegistry {
  private SaltedRegistry() {}

  /** Makes an empty registry of a model with a salt that is given, not drawn. */
  public static void create(Path folder, String model, String salt) throws IOException {
    ModelRegistry.create(folder, model);
    Path settings = new RegistryPaths(folder.resolve(model)).settings();
    ObjectNode tree = CheckedJson.read(settings, ObjectNode.class);
    tree.remove("sha256");
    tree.put("salt", salt);
    Files.delete(settings);
    Files.write(settings, CheckedJson.toBytes(tree));
  }
}
