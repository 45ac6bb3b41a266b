package io.beamgrad.data.files;

/** The version of beamgrad. */
public final class BuildVersion {
  private BuildVersion() {}

  /** As the jar's manifest has it; {@code development} where there is no jar. */
  public static String text() {
    String version = BuildVersion.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
