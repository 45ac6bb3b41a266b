package io.beamgrad.spec;

import com.fasterxml.jackson.databind.JsonNode;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * One key of a job spec.
 *
 * @param name the dotted name; that of an optimiser, a loss or a layer includes its kind
 * @param fallback the YAML text of the value where the key is left out, or {@link #REQUIRED}; it
 *     never changes, or fingerprints of before would
 * @param inFingerprint true if the value decides the weights or what they are measured on
 * @param isLater true if the key was added when there were fingerprints already: it is in them only
 *     where its value is not the fallback
 * @param meaning what it does, with its unit
 * @param place where the value goes
 * @param kind the record of a kind whose keys are listed below it; null for all else
 */
public record SpecKey(
    String name,
    AllowedValues allowed,
    String fallback,
    boolean inFingerprint,
    boolean isLater,
    String meaning,
    Place place,
    @Nullable RecordKind kind) {

  /** The fallback of a key that must be given. */
  static final String REQUIRED = "required";

  /** A key that goes to the field of its own name. */
  SpecKey(String name, AllowedValues allowed, String fallback, boolean inFingerprint) {
    this(name, allowed, fallback, inFingerprint, false, "", Place.field(last(name)), null);
  }

  /** The same, with what it does. */
  SpecKey means(String text) {
    return new SpecKey(name, allowed, fallback, inFingerprint, isLater, text, place, kind);
  }

  /** The same, but the value goes elsewhere. */
  SpecKey to(Place other) {
    return new SpecKey(name, allowed, fallback, inFingerprint, isLater, meaning, other, kind);
  }

  /** The same, but the value goes to the field of another name. */
  SpecKey to(String field) {
    return to(Place.field(field));
  }

  /** The same, made when there were fingerprints without it. */
  SpecKey later() {
    return new SpecKey(name, allowed, fallback, inFingerprint, true, meaning, place, kind);
  }

  /** The same, but the keys below it are those of a kind. */
  SpecKey of(RecordKind record) {
    return new SpecKey(name, allowed, fallback, inFingerprint, isLater, meaning, place, record);
  }

  /** The name in messages and in {@code --set}: the kind of optimiser or loss is left out. */
  public String shownName() {
    return shown(name);
  }

  static String shown(String name) {
    return name.replaceFirst("^(optimizer|loss)\\.[a-z0-9_]+\\.", "$1.");
  }

  private static String last(String name) {
    return name.substring(name.lastIndexOf('.') + 1);
  }

  /** True for a name whose keys are listed by themselves, and that may be left out with them. */
  boolean isSection() {
    return fallback.isEmpty();
  }

  public boolean isRequired() {
    return fallback.equals(REQUIRED);
  }

  /** The value where a key that is not required is left out. */
  JsonNode defaultValue() {
    return allowed.canonical(SpecYaml.parse(fallback, name));
  }
}
