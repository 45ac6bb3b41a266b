package io.beamgrad.registry;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * What was decided, when and why: one immutable file of a model's history.
 *
 * @param number from 1, without gaps
 * @param version the one that was published, is in service again, or was pinned; null where the
 *     decision is about none
 * @param parent the version in service just before; null where there was none
 * @param reasons one sentence each
 * @param cause why a person wanted it
 * @param scores of the challenger and its parent; null where nothing was judged
 * @param seconds of the whole run that led to it
 * @param dataFiles that the run has read
 * @param pruned the versions that were removed
 * @param key of the run's folder in {@code staging}; null where it had none
 * @param staged the name in {@code staging} of the folder that becomes the version
 * @param checksums the SHA-256 of the version's file of that name
 * @param fence the number of the lock that it was made under
 * @param host where it was made
 * @param previous the {@code sha256} of the decision before; null where there is none
 */
public record Decision(
    int formatVersion,
    int number,
    Instant time,
    Kind kind,
    Integer version,
    Integer parent,
    List<String> reasons,
    String cause,
    Scores scores,
    Test test,
    List<Check> checks,
    Fingerprints fingerprints,
    Rows rows,
    Double seconds,
    List<DataFile> dataFiles,
    List<Integer> pruned,
    String key,
    String staged,
    String checksums,
    Integer fence,
    String host,
    String previous) {

  /** What was decided. */
  public enum Kind {
    /** The challenger passed the gate. */
    @JsonProperty("published")
    PUBLISHED,
    /** A person published what had not passed. */
    @JsonProperty("forced")
    FORCED,
    @JsonProperty("not_better")
    NOT_BETTER,
    /** A check of the data stopped the run before or after training. */
    @JsonProperty("stopped")
    STOPPED,
    @JsonProperty("rolled_back")
    ROLLED_BACK,
    @JsonProperty("pinned")
    PINNED,
    @JsonProperty("unpinned")
    UNPINNED,
    @JsonProperty("pruned")
    PRUNED;

    /** True where it brings a new version. */
    public boolean isPublish() {
      return this == PUBLISHED || this == FORCED;
    }

    /** True where it says which version is in service. */
    public boolean isOfService() {
      return isPublish() || this == ROLLED_BACK;
    }

    /** True where a run makes it, and no person. */
    public boolean isOfRun() {
      return isPublish() || this == NOT_BETTER || this == STOPPED;
    }

    /** Such as "rolled back". */
    public String words() {
      return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
  }

  /**
   * Both models on the same rows.
   *
   * @param current of the parent; null where there was none
   */
  public record Scores(
      String metric, double challenger, Double current, long holdoutRows, boolean higherIsBetter) {}

  /** A paired test of the two models. */
  public record Test(String name, double statistic, double pValue, double confidence) {}

  /**
   * A check of the data, or a floor of the gate.
   *
   * @param column or class or segment; null where it is of all
   * @param value null where there is no number to it, as of a schema; so is the limit
   * @param action {@code warn} or {@code stop} where the value is over the limit, else {@code pass}
   */
  public record Check(String name, String column, Double value, Double limit, String action) {}

  /** Hex SHA-256 of the spec, of the data and of the trained weights; each may be null. */
  public record Fingerprints(String spec, String data, String weights) {}

  /** What became of the rows. */
  public record Rows(long read, long trained, long validated, long heldOut, long rejected) {}

  /**
   * A source file as the run read it, so that a later run can tell new files.
   *
   * @param identity its path below the data folder
   * @param sha256 of its content, in hex
   * @param tag what an object store gives each content anew; null for a file of a disk
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record DataFile(
      String identity, long bytes, Instant modified, String sha256, @Nullable String tag) {}

  public Decision {
    reasons = reasons == null ? List.of() : List.copyOf(reasons);
    checks = checks == null ? List.of() : List.copyOf(checks);
    dataFiles = dataFiles == null ? List.of() : List.copyOf(dataFiles);
    pruned = pruned == null ? List.of() : List.copyOf(pruned);
    if (number < 1 || time == null || kind == null) {
      throw new IllegalArgumentException(
          "a decision needs a number from 1, a time and a kind, found %d, %s and %s"
              .formatted(number, time, kind));
    }
    if (kind.isOfService() && version == null) {
      throw new IllegalArgumentException("a decision to be " + kind.words() + " needs a version");
    }
  }

  /** The decision as a tree, as its file has it. */
  public JsonNode toTree() {
    return CheckedJson.toTree(this);
  }

  /**
   * A run's part of its decision, to which the registry adds number, time and version.
   *
   * @param parent the version that was in service when it was judged; null where there was none
   */
  public record Draft(
      Kind kind,
      Integer parent,
      List<String> reasons,
      String cause,
      Scores scores,
      Test test,
      List<Check> checks,
      Fingerprints fingerprints,
      Rows rows,
      Double seconds,
      List<DataFile> dataFiles) {
    public Draft {
      reasons = reasons == null ? List.of() : List.copyOf(reasons);
      checks = checks == null ? List.of() : List.copyOf(checks);
      dataFiles = dataFiles == null ? List.of() : List.copyOf(dataFiles);
    }

    /** A draft of these alone. */
    public static Draft of(Kind kind, Integer parent, String... reasons) {
      return new Draft(
          kind, parent, List.of(reasons), null, null, null, null, null, null, null, null);
    }

    public Draft withCause(String newCause) {
      return new Draft(
          kind,
          parent,
          reasons,
          newCause,
          scores,
          test,
          checks,
          fingerprints,
          rows,
          seconds,
          dataFiles);
    }

    public Draft withScores(Scores newScores) {
      return new Draft(
          kind,
          parent,
          reasons,
          cause,
          newScores,
          test,
          checks,
          fingerprints,
          rows,
          seconds,
          dataFiles);
    }
  }
}
