package io.beamgrad.registry;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import io.beamgrad.report.NumberText;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
 * @param judging the rows that judged, and other scores; null where nothing was judged, or by a
 *     beamgrad of before
 * @param warmFrom the version whose weights the training began with; null for a cold start, and in
 *     decisions of before, whose reasons say it
 * @param copies which rows are copies, and what the holdout goes by; null where nothing was read,
 *     and in decisions of before
 * @param seconds of the whole run that led to it
 * @param dataFiles that the run has read; null where it has read none
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
    @Nullable Judging judging,
    Test test,
    List<Check> checks,
    Fingerprints fingerprints,
    Rows rows,
    @Nullable Integer warmFrom,
    @Nullable Copies copies,
    Double seconds,
    DataFiles dataFiles,
    List<Integer> pruned,
    String key,
    String staged,
    String checksums,
    Integer fence,
    String host,
    String previous) {
  private static final Pattern WARM = Pattern.compile("^trained warm from version (\\d{1,9})\\b");

  /** What a list of decisions does without: half of the bytes, and most of the objects. */
  @JsonIgnoreProperties({"checks", "fingerprints", "test"})
  interface InBrief {}

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

  /**
   * By which rows the models were judged, and how the scores are to be read.
   *
   * @param rows whose held-out rows judged, in words: fresh, of the last 7 days, all
   * @param seen how many of them were left out, as they may have trained one of the models
   * @param superior whether the challenger was better beyond chance, not only as good; true for a
   *     first version
   * @param reference the last version that was superior, when it was judged; null where there was
   *     none
   * @param fresh scores on the files that no version had seen before; null where there were none
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Judging(
      String rows,
      long seen,
      boolean superior,
      @Nullable Reference reference,
      @Nullable Fresh fresh) {}

  /**
   * The last version that was better than the one before it, on the rows that judged.
   *
   * @param score its own
   * @param challenger the challenger's on the same rows
   */
  public record Reference(int version, double score, double challenger, long rows) {}

  /**
   * Scores of the metric of {@link Scores} on fresh rows, which nobody has chosen a model by.
   *
   * @param rows how many can judge the challenger
   * @param current of the version in service; null where there was none
   * @param published what the version in service had when it was published; null where unknown
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Fresh(
      long rows, double challenger, @Nullable Double current, @Nullable Double published) {}

  /** The scores on fresh rows; empty where there were none, and in decisions of before. */
  public Optional<Fresh> fresh() {
    return Optional.ofNullable(judging).map(Judging::fresh);
  }

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

  /**
   * What became of the rows.
   *
   * @param calibrated null where none are for calibration
   */
  public record Rows(
      long read,
      long trained,
      long validated,
      long heldOut,
      long rejected,
      @Nullable Long calibrated) {

    /** Without rows for calibration. */
    public Rows(long read, long trained, long validated, long heldOut, long rejected) {
      this(read, trained, validated, heldOut, rejected, null);
    }
  }

  /**
   * Which of the rows to train on are copies of others, and what names a row of the holdout. A unit
   * is the files of one day, or an undated file.
   *
   * @param heldOutBy {@code rows}, {@code key} or {@code content}
   * @param columns the key, or the columns of the content; none for rows
   * @param compared the features and targets that rows were compared by
   * @param rows how many there are
   * @param within how many are copies of another row of their unit
   * @param across how many are besides copies of a row of another unit
   */
  public record Copies(
      String heldOutBy,
      List<String> columns,
      List<String> compared,
      long rows,
      long within,
      long across) {
    public Copies {
      columns = columns == null ? List.of() : List.copyOf(columns);
      compared = compared == null ? List.of() : List.copyOf(compared);
    }

    /** The share of the rows that are copies, in [0, 1]. */
    public double share() {
      return rows == 0 ? 0 : (double) (within + across) / rows;
    }

    /** In words, such as "by key customer; 3 of 1,350 rows are copies within a day or file". */
    public String words() {
      return "by %s%s; of %s rows %s are copies within a day or file, %s across"
          .formatted(
              heldOutBy.equals("rows") ? "file and record" : heldOutBy,
              heldOutBy.equals("key") ? " " + String.join(", ", columns) : "",
              NumberText.count(rows),
              NumberText.count(within),
              NumberText.count(across));
    }
  }

  /**
   * The files that a run has read, by a list beside the history.
   *
   * @param list the SHA-256 of the list's file, in hex, which is the start of its name; null in a
   *     decision of before, whose own file has the list
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonDeserialize(using = DataFilesReader.class)
  public record DataFiles(@Nullable String list, int count) {}

  /** Reads {@link DataFiles}; of a list in a decision of before the number of files alone. */
  private static final class DataFilesReader extends StdDeserializer<DataFiles> {
    DataFilesReader() {
      super(DataFiles.class);
    }

    @Override
    public DataFiles deserialize(JsonParser in, DeserializationContext context) throws IOException {
      if (in.currentToken() != JsonToken.START_ARRAY) {
        JsonNode tree = in.readValueAsTree();
        return new DataFiles(tree.required("list").asText(), tree.required("count").asInt());
      }
      int count = 0;
      while (in.nextToken() != JsonToken.END_ARRAY) {
        in.skipChildren();
        count++;
      }
      return new DataFiles(null, count);
    }
  }

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
    pruned = pruned == null ? List.of() : List.copyOf(pruned);
    if (number < 1 || time == null || kind == null) {
      throw new IllegalArgumentException(
          "a decision needs a number from 1, a time and a kind, found %s, %s and %s"
              .formatted(number, time, kind));
    }
    if (kind.isOfService() && version == null) {
      throw new IllegalArgumentException("a decision to be " + kind.words() + " needs a version");
    }
  }

  /** The version whose weights the training began with; empty for a cold start. */
  public Optional<Integer> startedFrom() {
    return warmFrom != null
        ? Optional.of(warmFrom)
        : reasons.stream()
            .map(WARM::matcher)
            .filter(Matcher::find)
            .map(start -> Integer.valueOf(start.group(1)))
            .findFirst();
  }

  /** Whether it brought a version that was better than the one before it beyond chance. */
  public boolean isSuperior() {
    // of before nobody knows it, and a person who forces a version wants it
    return kind == Kind.FORCED || (kind == Kind.PUBLISHED && (judging == null || judging.superior));
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
      @Nullable Judging judging,
      Test test,
      List<Check> checks,
      Fingerprints fingerprints,
      Rows rows,
      @Nullable Integer warmFrom,
      @Nullable Copies copies,
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
          kind,
          parent,
          List.of(reasons),
          null,
          null,
          null,
          null,
          null,
          null,
          null,
          null,
          null,
          null,
          null);
    }

    public Draft withCause(String newCause) {
      return new Draft(
          kind,
          parent,
          reasons,
          newCause,
          scores,
          judging,
          test,
          checks,
          fingerprints,
          rows,
          warmFrom,
          copies,
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
          judging,
          test,
          checks,
          fingerprints,
          rows,
          warmFrom,
          copies,
          seconds,
          dataFiles);
    }
  }
}
