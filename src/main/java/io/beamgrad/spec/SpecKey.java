package io.beamgrad.spec;

/**
 * One key of a job spec.
 *
 * @param name the dotted name; that of an optimiser, a loss or a layer includes its kind
 * @param fallback the YAML text of the value where the key is left out, or {@link #REQUIRED}
 * @param inFingerprint true if the value decides the weights or what they are measured on
 * @param meaning what it does, with its unit
 */
public record SpecKey(
    String name, AllowedValues allowed, String fallback, boolean inFingerprint, String meaning) {

  /** The fallback of a key that must be given. */
  static final String REQUIRED = "required";

  /** The name in messages and in {@code --set}: the kind of optimiser or loss is left out. */
  public String shownName() {
    return shown(name);
  }

  static String shown(String name) {
    return name.replaceFirst("^(optimizer|loss)\\.[a-z0-9_]+\\.", "$1.");
  }

  /** True for a name whose keys are listed by themselves, and that may be left out with them. */
  boolean isSection() {
    return fallback.isEmpty();
  }

  public boolean isRequired() {
    return fallback.equals(REQUIRED);
  }
}
