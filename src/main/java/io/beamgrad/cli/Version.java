package io.beamgrad.cli;

import picocli.CommandLine.IVersionProvider;

/** The version of beamgrad, from the manifest of its jar. */
public final class Version implements IVersionProvider {

  /** Such as "0.1.0"; "development" where it does not run from its jar. */
  public static String current() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  @Override
  public String[] getVersion() {
    return new String[] {
      "beamgrad %s, Java %s".formatted(current(), System.getProperty("java.version"))
    };
  }
}
