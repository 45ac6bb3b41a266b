package io.beamgrad.rundir;

import io.beamgrad.data.remote.BeamModule;
import io.beamgrad.failure.WrongInputException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.beam.sdk.options.PipelineOptions;

/**
 * Where the work folder of a run may be: on a disk, or on a file system that a {@link BeamModule}
 * reaches.
 */
public final class WorkPlace {
  /** The least size of a part that S3 takes; larger than the files that a training writes often. */
  private static final int S3_BUFFER_BYTES = 5 << 20;

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
    Optional<BeamModule> module = BeamModule.of(given);
    if (module.isEmpty()) {
      throw new WrongInputException(
          "--work %s: expected a folder of a disk, or %s".formatted(given, BeamModule.schemes()));
    }
    boolean isHdfs = module.get() == BeamModule.HDFS;
    // What is a pattern to Beam would not name one folder.
    if (!given.matches("[a-z0-9]+://" + (isHdfs ? "[^/]*" : "[^/]+") + "/[^/].*")
        || given.matches(".*[*?\\[\\]{}].*")) {
      throw new WrongInputException(
          "--work %s: expected an address such as %s://%s/folder, without any of * ? [ ] { }"
              .formatted(given, module.get().scheme(), isHdfs ? "host:8020" : "bucket"));
    }
    try {
      BeamModule.require(given);
    } catch (WrongInputException e) {
      throw new WrongInputException("--work " + e.getMessage(), e);
    }
    return given.replaceFirst("/+$", "");
  }

  /** Options for Beam that suit work and data at addresses, where its user did not give them. */
  public static List<String> beamOptions(List<String> places, List<String> given) {
    List<String> options = new ArrayList<>(given);
    for (String place : places) {
      Optional<BeamModule> module = BeamModule.of(place);
      if (module.equals(Optional.of(BeamModule.S3))
          && lacks(options, "--s3UploadBufferSizeBytes")) {
        options.add("--s3UploadBufferSizeBytes=" + S3_BUFFER_BYTES);
      }
      String authority = module.isEmpty() ? null : place.split("/", -1)[2];
      if (module.equals(Optional.of(BeamModule.HDFS))
          && !authority.isEmpty()
          && lacks(options, "--hdfsConfiguration")
          && System.getenv("HADOOP_CONF_DIR") == null
          && System.getenv("YARN_CONF_DIR") == null) {
        options.add("--hdfsConfiguration=[{\"fs.defaultFS\":\"hdfs://%s\"}]".formatted(authority));
      }
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
