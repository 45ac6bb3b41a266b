package io.beamgrad.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.beamgrad.failure.BrokenFileException;
import java.util.ArrayList;
import java.util.List;

/** Describes in words the rule by which a job's rows are split. */
public final class SplitNote {
  private SplitNote() {}

  /**
   * @param spec the resolved job spec, as YAML
   * @throws BrokenFileException where it is no YAML
   */
  public static String of(String spec) {
    JsonNode tree = read(spec);
    List<String> sentences = new ArrayList<>();
    String rule = rule(tree.path("split"));
    if (!rule.isEmpty()) {
      sentences.add(rule);
    }
    double holdout = tree.at("/split/holdout/share").asDouble();
    if (holdout > 0) {
      sentences.add(
          "About %s of the rows are held out, to judge models by; once many were chosen by them, their scores flatter."
              .formatted(NumberText.percentTick(holdout)));
    }
    addFiles("Validation", tree.at("/data/validation"), sentences);
    addFiles("Test", tree.at("/data/test"), sentences);
    return sentences.isEmpty() ? "All rows are for training." : String.join(" ", sentences);
  }

  /** The keys of a resolved job spec. */
  static JsonNode read(String spec) {
    try {
      return new ObjectMapper(new YAMLFactory()).readTree(spec);
    } catch (JsonProcessingException e) {
      throw new BrokenFileException(
          "job.yaml: expected YAML, found "
              + e.getOriginalMessage().lines().findFirst().orElse("nothing"),
          e);
    }
  }

  /** The rule in words; empty where all rows of the training files are training rows. */
  private static String rule(JsonNode split) {
    JsonNode by = split.path("by");
    String word = by.isObject() ? by.fieldNames().next() : by.asText();
    String column = names(by.path(word));
    if (word.equals("column")) {
      return "The column '%s' names the split of each row; rows of any other name are held out."
          .formatted(column);
    }
    List<String> shares = new ArrayList<>();
    addShare("to validate on", split.path("validation").asDouble(), shares);
    addShare("to test on", split.path("test").asDouble(), shares);
    addShare("to calibrate on", split.path("calibration").asDouble(), shares);
    if (shares.isEmpty()) {
      return "";
    }
    String what =
        switch (word) {
          case "random" -> "of the rows at random";
          case "stratified" -> "of the rows of each class at random";
          case "group" ->
              "of the rows, about, so that those of one '%s' stay together".formatted(column);
          case "time" -> "of the rows, the last by '%s'".formatted(column);
          default -> "of the rows by " + word;
        };
    String seed = word.equals("time") ? "" : ", seed " + split.path("seed").asText();
    return "%s %s%s.".formatted(String.join(" and ", shares), what, seed);
  }

  /** A name, or the names of a list. */
  private static String names(JsonNode tree) {
    List<String> names = new ArrayList<>();
    tree.forEach(name -> names.add(name.asText()));
    return names.isEmpty() ? tree.asText() : String.join(", ", names);
  }

  private static void addShare(String purpose, double share, List<String> shares) {
    if (share > 0) {
      shares.add(NumberText.percentTick(share) + " " + purpose);
    }
  }

  private static void addFiles(String purpose, JsonNode files, List<String> sentences) {
    List<String> names = new ArrayList<>();
    if (files.isTextual()) {
      names.add(files.asText());
    }
    files.forEach(file -> names.add(file.asText()));
    if (!names.isEmpty()) {
      sentences.add(
          "%s rows have their own files: %s.".formatted(purpose, String.join(", ", names)));
    }
  }
}
