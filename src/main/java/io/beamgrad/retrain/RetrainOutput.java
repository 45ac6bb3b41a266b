package io.beamgrad.retrain;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beamgrad.registry.Decision;
import io.beamgrad.terminal.Terminal;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Prints the progress of a retrain as lines for a person, or its result as one JSON object for a
 * program.
 */
final class RetrainOutput {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private final Terminal terminal;
  private final boolean json;
  private final List<String> reasons = new ArrayList<>();
  private @Nullable Decision decision;

  RetrainOutput(Terminal terminal, boolean json) {
    this.terminal = terminal;
    this.json = json;
  }

  /** The terminal for the progress of the training. */
  Terminal ofTraining() {
    if (!json) {
      return terminal;
    }
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
    return new Terminal(nowhere, nowhere, false, false, terminal.width());
  }

  void title(String text) {
    if (!json) {
      terminal.line(text);
    }
  }

  void line(String label, String text) {
    if (!json) {
      terminal.line("  %-10s %s".formatted(label, text));
    }
  }

  /** Prints several lines; the first has the label. */
  void lines(String label, List<String> texts) {
    for (int i = 0; i < texts.size(); i++) {
      line(i == 0 ? label : "", texts.get(i));
    }
  }

  /** Prints why the run ends without a decision. */
  void nothingNew(String why) {
    reasons.add(why);
    if (!json) {
      terminal.line("nothing new: " + why);
    }
  }

  /**
   * Prints that files stay set aside.
   *
   * @param files in words
   * @param by the decision that stopped the run
   */
  void setAside(String files, Decision by) {
    String why = by.reasons().isEmpty() ? "" : ": " + by.reasons().get(0);
    String text =
        "%s by decision %s%s; they are new once they or the spec change, and --force takes them"
            .formatted(files, by.number(), why);
    reasons.add(text);
    if (!json) {
      terminal.line("stopped: " + text);
    }
  }

  void decided(Decision made) {
    decision = made;
    reasons.addAll(made.reasons());
    if (!json) {
      String stays =
          made.parent() == null
              ? "no version is in service"
              : "version " + made.parent() + " stays in service";
      terminal.line(
          made.kind().isPublish()
              ? "%s as version %s".formatted(made.kind().words(), made.version())
              : "%s; %s".formatted(made.kind().words(), stays));
    }
  }

  /** Prints the end of the run. */
  void end(RetrainOutcome end) {
    if (json) {
      ObjectNode all = JSON.createObjectNode();
      all.put("end", end.label());
      all.put("exitCode", end.exitCode());
      reasons.forEach(all.putArray("reasons")::add);
      all.set("decision", decision == null ? null : decision.toTree());
      json(all);
    }
  }

  /** Prints a result for a program, and nothing for a person. */
  void json(ObjectNode result) {
    if (json) {
      text(result).lines().forEach(terminal::line);
    }
  }

  private static String text(ObjectNode tree) {
    try {
      return JSON.writeValueAsString(tree);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot write as JSON: " + tree, e);
    }
  }
}
