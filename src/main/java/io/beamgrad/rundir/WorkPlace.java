package io.beamgrad.rundir;

import io.beamgrad.data.files.Storage;
import io.beamgrad.failure.WrongInputException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.beam.sdk.options.PipelineOptions;

/**
 * Where the work folder of a run may be: on a disk, or on a file system that a module of Beam
 * reaches. The modules are large and slow to start, so they are only in builds that ask for them.
 */
public final class WorkPlace {
  /** The least size of a part that S3 takes; larger than the files that a training writes often. */
  private static final int S3_BUFFER_BYTES = 5 << 20;

  /**
   * Modules of Beam: the scheme of their addresses, the profile of a build that has them, and a
   * class of theirs.
   */
  private enum Module {
    S3("s3", "s3", "org.apache.beam.sdk.io.aws2.s3.S3FileSystemRegistrar"),
    GCS("gs", "gcs", "org.apache.beam.sdk.extensions.gcp.storage.GcsFileSystemRegistrar"),
    HDFS("hdfs", "hdfs", "org.apache.beam.sdk.io.hdfs.HadoopFileSystemRegistrar");

    private final String scheme;
    private final String profile;
    private final String registrar;

    Module(String scheme, String profile, String registrar) {
      this.scheme = scheme;
      this.profile = profile;
      this.registrar = registrar;
    }

    static Optional<Module> of(String address) {
      return Arrays.stream(values())
          .filter(module -> address.startsWith(module.scheme + "://"))
          .findFirst();
    }

    boolean isBuiltIn() {
      try {
        Class.forName(registrar, false, WorkPlace.class.getClassLoader());
        return true;
      } catch (ClassNotFoundException e) {
        return false;
      }
    }
  }

  private WorkPlace() {}

  /**
   * The absolute path or the address of a {@code --work}.
   *
   * @throws WrongInputException where it is none that this build can use
   */
  static String of(String given) {
    if (!given.matches("[A-Za-z0-9+.-]+:/.*")) {
      return Path.of(given).toAbsolutePath().normalize().toString();
    }
    Module module =
        Module.of(given)
            .orElseThrow(
                () ->
                    new WrongInputException(
                        "--work %s: expected a folder of a disk, or s3://, gs:// or hdfs://"
                            .formatted(given)));
    String authority = module == Module.HDFS ? "[^/]*" : "[^/]+";
    // What is a pattern to Beam would not name one folder.
    if (!given.matches("[a-z0-9]+://" + authority + "/[^/].*")
        || given.matches(".*[*?\\[\\]{}].*")) {
      throw new WrongInputException(
          "--work %s: expected an address such as %s://%s/folder, without any of * ? [ ] { }"
              .formatted(given, module.scheme, module == Module.HDFS ? "host:8020" : "bucket"));
    }
    if (!module.isBuiltIn()) {
      throw new WrongInputException(
          "--work %s: this build of beamgrad has no module for %s://; BEAMGRAD_PROFILES=%s makes"
                  .formatted(given, module.scheme, module.profile)
              + " scripts/beamgrad build one that has");
    }
    return given.replaceFirst("/+$", "");
  }

  /** Options for Beam that suit a work folder, where its user did not give them. */
  public static List<String> beamOptions(String work, List<String> given) {
    List<String> options = new ArrayList<>(given);
    if (!Storage.isRemote(work)) {
      return options;
    }
    Module module = Module.of(work).orElseThrow();
    if (module == Module.S3 && lacks(given, "--s3UploadBufferSizeBytes")) {
      options.add("--s3UploadBufferSizeBytes=" + S3_BUFFER_BYTES);
    }
    String authority = URI.create(work).getAuthority();
    if (module == Module.HDFS
        && authority != null
        && lacks(given, "--hdfsConfiguration")
        && System.getenv("HADOOP_CONF_DIR") == null
        && System.getenv("YARN_CONF_DIR") == null) {
      options.add("--hdfsConfiguration=[{\"fs.defaultFS\":\"hdfs://%s\"}]".formatted(authority));
    }
    return options;
  }

  /** Options of S3 that Beam does not find by itself; none in a build without it. */
  public static Optional<Class<? extends PipelineOptions>> s3Options() {
    try {
      return Optional.of(
          Class.forName("org.apache.beam.sdk.io.aws2.options.S3Options")
              .asSubclass(PipelineOptions.class));
    } catch (ClassNotFoundException e) {
      return Optional.empty();
    }
  }

  private static boolean lacks(List<String> options, String name) {
    return options.stream().noneMatch(option -> option.startsWith(name + "="));
  }
}
