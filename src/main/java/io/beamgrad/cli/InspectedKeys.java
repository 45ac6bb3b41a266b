package io.beamgrad.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.keyed.KeyResults;
import io.beamgrad.metrics.RunJson;
import io.beamgrad.report.KeysText;
import io.beamgrad.report.ModelsByKey;
import io.beamgrad.report.NumberText;
import io.beamgrad.schema.EachOutcome;
import io.beamgrad.schema.KeyEnd;
import io.beamgrad.schema.KeyResult;
import io.beamgrad.schema.KeyScore;
import io.beamgrad.schema.Split;
import io.beamgrad.terminal.Terminal;
import io.beamgrad.terminal.TextTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Shows {@code keys.avro}: all of it in short, or one key. */
final class InspectedKeys {
  private static final String FILE = "keys.avro";
  private static final int MOST_SHOWN = 10;

  private final Path file;
  private final Terminal terminal;

  InspectedKeys(Path file, Terminal terminal) {
    this.file = file;
    this.terminal = terminal;
  }

  static boolean isIn(Path file) {
    return Files.isRegularFile(file) && KeyResults.isIn(file.toString());
  }

  /**
   * What came of a key, from the file beside its model. Empty where the two differ in whether the
   * key has a model of its own; that they are of one training is not known besides.
   */
  static Optional<KeyResult> beside(Path model, OneKey one) {
    Path file = model.resolveSibling(FILE);
    boolean isOwn = one.fit() == OneKey.Fit.OWN;
    return isIn(file)
        ? KeyResults.find(file.toString(), one.key())
            .filter(found -> (found.getEnded() == KeyEnd.OWN) == isOwn)
        : Optional.empty();
  }

  /** What came of a key, a line for each fact. */
  static List<String> lines(KeyResult key) {
    List<String> lines = new ArrayList<>();
    lines.add("model       " + KeysText.model(key.getEnded()));
    lines.add(
        "rows        %s trained, %s validated, %s tested"
            .formatted(
                NumberText.count(key.getTrained()),
                NumberText.count(key.getValidated()),
                NumberText.count(key.getTested())));
    if (key.getEnded() == KeyEnd.DIVERGED) {
      lines.add("epochs      %s trained".formatted(NumberText.count(key.getEpochs())));
    } else if (key.getEpochs() > 0) {
      lines.add(
          "epochs      %s trained, weights of epoch %s %s"
              .formatted(
                  NumberText.count(key.getEpochs()),
                  NumberText.count(key.getKeptEpoch()),
                  key.getEnded() == KeyEnd.OWN ? "kept" : "tried"));
    }
    boolean wasTried = key.getEnded() == KeyEnd.POOLED_IS_BETTER;
    add("validation  ", wasTried ? "of its own, " : "", key.getValidation(), lines);
    add("test        ", "", key.getTest(), lines);
    return lines;
  }

  private static void add(String name, String whose, @Nullable KeyScore score, List<String> lines) {
    if (score != null) {
      lines.add(name + whose + KeysText.scores(score, "pooled model"));
    }
  }

  void show(@Nullable String key, boolean isJson) throws IOException {
    if (key != null) {
      showOne(key, isJson);
    } else if (isJson) {
      terminal.line(
          new ObjectMapper().writeValueAsString(toTree(KeyResults.read(file.toString()))));
    } else {
      print(KeyResults.read(file.toString()));
    }
  }

  private void showOne(String key, boolean isJson) throws IOException {
    KeyResult found =
        KeyResults.find(file.toString(), key)
            .orElseThrow(
                () ->
                    new WrongInputException(
                        "--key: %s has no key '%s'".formatted(file, Terminal.cut(key))));
    if (isJson) {
      terminal.line(new ObjectMapper().writeValueAsString(RunJson.toTree(found)));
      return;
    }
    terminal.heading(Terminal.cut(found.getKey()), "");
    lines(found).forEach(line -> terminal.line("  " + line));
  }

  private void print(KeyResults results) {
    EachOutcome outcome = results.outcome();
    terminal.heading(file.toString(), "");
    terminal.line(
        "  keys        %s: %s"
            .formatted(NumberText.count(outcome.getKeys()), KeysText.models(outcome)));
    terminal.line(
        "  rows        %s trained, %s validated, %s tested"
            .formatted(
                NumberText.count(results.trained()),
                NumberText.count(results.validated()),
                NumberText.count(results.tested())));
    List<String> scores = new ArrayList<>();
    add("validation  ", "", outcome.getValidation(), scores);
    add("test        ", "", outcome.getTest(), scores);
    scores.forEach(line -> terminal.line("  " + line));
    Split split = results.details().getSplit();
    printKeys("the most rows", results.details().getLargest(), split);
    printKeys(
        "the largest loss in " + split.name().toLowerCase(Locale.ROOT),
        results.details().getWorst(),
        split);
  }

  private void printKeys(String which, List<KeyResult> keys, Split split) {
    if (!keys.isEmpty()) {
      terminal.line("");
      terminal.line("keys of %s:".formatted(which));
      TextTable.print(
          terminal, ModelsByKey.keys(keys.subList(0, Math.min(MOST_SHOWN, keys.size())), split));
    }
  }

  private static ObjectNode toTree(KeyResults results) {
    ObjectNode tree = RunJson.toTree(results.outcome());
    tree.remove(
        List.of("column", "pooledRows", "pooledValidationRows")); // the file does not have them
    tree.put("trained", results.trained())
        .put("validated", results.validated())
        .put("tested", results.tested());
    add(tree.putArray("largest"), results.details().getLargest());
    add(tree.putArray("worst"), results.details().getWorst());
    return tree;
  }

  private static void add(ArrayNode array, List<KeyResult> keys) {
    keys.forEach(key -> array.add(RunJson.toTree(key)));
  }
}
