package io.beamgrad.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/**
 * A spec as a tree that has every key of {@link SpecKeys}, each with one form for one value: {@code
 * job.yaml}, equality and fingerprints are of it. Nobody changes it.
 */
final class SpecTree {
  private final ObjectNode root;
  private final SpecErrors errors;

  private SpecTree(ObjectNode root, SpecErrors errors) {
    this.root = root;
    this.errors = errors;
  }

  /**
   * @param given the tree as the file has it
   * @param source the file, or what else messages are to call it
   * @param overrides {@code KEY=VALUE} texts to lay over it
   */
  static SpecTree of(JsonNode given, String source, List<String> overrides) {
    return of(given, source, overrides, new SpecErrors(source));
  }

  /** The same with some keys of other values, which decide before those of this. */
  SpecTree with(List<String> overrides) {
    return of(root.deepCopy(), "", overrides, errors.copy());
  }

  private static SpecTree of(
      JsonNode given, String source, List<String> overrides, SpecErrors errors) {
    if (given instanceof ObjectNode tree) {
      Optional<PresetMerge> preset = PresetMerge.of(tree, overrides, errors);
      preset.ifPresent(keys -> keys.prepare(tree));
      overrides.forEach(override -> Overrides.apply(tree, override, errors));
      preset.ifPresent(keys -> keys.layUnder(tree));
      SpecDefaults.beforeResolving(tree, errors);
    }
    ObjectNode root = new SpecResolver(SpecKeys.TABLE, errors).resolve(given);
    SpecDefaults.complete(root, source, errors);
    return new SpecTree(root, errors);
  }

  ObjectNode root() {
    return root;
  }

  /** Who gave its keys. */
  SpecErrors errors() {
    return errors;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SpecTree tree && root.equals(tree.root);
  }

  @Override
  public int hashCode() {
    return root.hashCode();
  }

  @Override
  public String toString() {
    return root.toString();
  }
}
