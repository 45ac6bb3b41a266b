package io.beamgrad.data.remote;

import io.beamgrad.failure.WrongInputException;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Modules of Beam that reach file systems: the scheme of their addresses, the profile of a build
 * that has them, and a class of theirs. They are large and slow to start, so they are only in
 * builds that ask for them.
 */
public enum BeamModule {
  S3("s3", "s3", "org.apache.beam.sdk.io.aws2.s3.S3FileSystemRegistrar"),
  GCS("gs", "gcs", "org.apache.beam.sdk.extensions.gcp.storage.GcsFileSystemRegistrar"),
  HDFS("hdfs", "hdfs", "org.apache.beam.sdk.io.hdfs.HadoopFileSystemRegistrar");

  private final String scheme;
  private final String profile;
  private final String registrar;

  BeamModule(String scheme, String profile, String registrar) {
    this.scheme = scheme;
    this.profile = profile;
    this.registrar = registrar;
  }

  /** The module of an address; empty for one that none reaches. */
  public static Optional<BeamModule> of(String address) {
    return Arrays.stream(values())
        .filter(module -> address.startsWith(module.scheme + "://"))
        .findFirst();
  }

  /**
   * The module of an address, which this build has.
   *
   * @throws WrongInputException where none reaches it, this build lacks it, or the address has
   *     credentials in it
   */
  public static BeamModule require(String address) {
    String authority = address.replaceFirst("^[^:]*://", "").replaceFirst("/.*", "");
    if (authority.contains("@")) {
      throw new WrongInputException(
          "%s://...@%s: an address has no user and no password in it; the environment has them"
              .formatted(
                  address.substring(0, address.indexOf(':')),
                  authority.substring(authority.lastIndexOf('@') + 1)));
    }
    BeamModule module =
        of(address)
            .orElseThrow(
                () ->
                    new WrongInputException(
                        "%s: expected a folder of a disk, or %s".formatted(address, schemes())));
    if (!module.isBuiltIn()) {
      throw new WrongInputException(
          "%s: this build of beamgrad has no module for %s://; BEAMGRAD_PROFILES=%s makes"
                  .formatted(address, module.scheme, module.profile)
              + " scripts/beamgrad build one that has");
    }
    return module;
  }

  /** Such as {@code s3://, gs:// or hdfs://}. */
  public static String schemes() {
    return Arrays.stream(values())
        .map(module -> module.scheme + "://")
        .collect(Collectors.joining(", "))
        .replaceFirst(", ([^,]*)$", " or $1");
  }

  /** What is before {@code ://}. */
  public String scheme() {
    return scheme;
  }

  private boolean isBuiltIn() {
    try {
      Class.forName(registrar, false, BeamModule.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }
}
