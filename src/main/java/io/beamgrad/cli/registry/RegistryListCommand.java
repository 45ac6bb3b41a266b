package io.beamgrad.cli.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beamgrad.failure.Failure;
import io.beamgrad.registry.DecisionTable;
import io.beamgrad.registry.ModelRegistry;
import io.beamgrad.registry.RegistrySnapshot;
import io.beamgrad.registry.Version;
import io.beamgrad.terminal.Terminal;
import io.beamgrad.terminal.TextTable;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows the history of a model. */
@Command(name = "list", description = "Shows the decisions with their scores, oldest first.")
final class RegistryListCommand implements Callable<Integer> {
  @Mixin private RegistryOption choice;

  @Option(names = "--json", description = "Writes one JSON object.")
  private boolean isJson;

  private final Terminal terminal;

  RegistryListCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws JsonProcessingException {
    ModelRegistry registry = choice.open();
    RegistrySnapshot now = isJson ? registry.snapshot() : registry.brief();
    List<String> faults = now.faults();
    if (isJson) {
      terminal.line(new ObjectMapper().writeValueAsString(toTree(registry, now)));
    } else {
      print(registry, now);
    }
    now.strays().forEach(terminal::error);
    faults.forEach(terminal::error);
    return faults.isEmpty() ? 0 : Failure.JOB_FAILED;
  }

  private void print(ModelRegistry registry, RegistrySnapshot now) {
    Optional<Version> current = registry.current();
    int versions = now.versions().size();
    terminal.heading(
        registry.model(),
        "  %s, %s there"
            .formatted(
                current
                    .map(version -> "version %s in service".formatted(version.number()))
                    .orElse("no version in service"),
                versions == 0
                    ? "none"
                    : String.format(
                        Locale.ROOT, "%,d version%s", versions, versions == 1 ? "" : "s")));
    if (!now.decisions().isEmpty()) {
      TextTable.print(terminal, DecisionTable.of(now, now.decisions(), true));
      DecisionTable.legend(now.decisions()).forEach(terminal::line);
    }
  }

  private static ObjectNode toTree(ModelRegistry registry, RegistrySnapshot now) {
    ObjectNode tree = new ObjectMapper().createObjectNode();
    tree.put("model", registry.model());
    tree.put("folder", registry.folder().toString());
    tree.put("current", registry.current().map(Version::number).orElse(null));
    ArrayNode versions = tree.putArray("versions");
    for (Version version : now.versions()) {
      ObjectNode node = versions.addObject();
      node.put("version", version.number());
      node.put("pinned", now.isPinned(version.number()));
      node.put("folder", version.folder().toString());
    }
    ArrayNode decisions = tree.putArray("decisions");
    now.decisions().forEach(decision -> decisions.add(decision.toTree()));
    return tree;
  }
}
