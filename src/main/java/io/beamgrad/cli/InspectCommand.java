package io.beamgrad.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beamgrad.data.rows.CanonicalNumber;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.metrics.RunJson;
import io.beamgrad.model.ModelFile;
import io.beamgrad.model.Networks;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.KeyResult;
import io.beamgrad.schema.KeyWeights;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.schema.Parameter;
import io.beamgrad.schema.Provenance;
import io.beamgrad.spec.EncodingText;
import io.beamgrad.spec.MemberText;
import io.beamgrad.spec.NetworkText;
import io.beamgrad.terminal.Terminal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.checkerframework.checker.nullness.qual.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows the content of a model file, or of the results of keys beside it. */
@Command(
    name = "inspect",
    description = "Shows what a model file holds, or the keys.avro of models by key.")
final class InspectCommand implements Callable<Integer> {
  private static final int MOST_SHOWN = 20;

  @Parameters(
      index = "0",
      paramLabel = "model.avro",
      description = "The trained model; or a run's keys.avro.")
  private Path model;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Option(
      names = "--key",
      paramLabel = "KEY",
      description =
          "Show the model of this key, with its weights, and the pooled one's beside them.")
  private String key;

  private final Terminal terminal;

  InspectCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    if (InspectedKeys.isIn(model)) {
      new InspectedKeys(model, terminal).show(key, json);
      return 0;
    }
    ModelRecord whole = ModelFile.read(model.toString());
    OneKey one = OneKey.of(whole, key);
    KeyResult result = one == null ? null : InspectedKeys.beside(model, one).orElse(null);
    if (json) {
      terminal.line(new ObjectMapper().writeValueAsString(toTree(whole, one, result)));
    } else {
      print(whole, one, result);
    }
    return 0;
  }

  private static Optional<String> calibration(ModelRecord record) {
    return Optional.ofNullable(record.getCalibration())
        .map(
            found ->
                String.format(
                    Locale.ROOT,
                    "on %,d rows%s",
                    found.getRows(),
                    found.getTemperature() == null
                        ? ""
                        : ", temperature " + found.getTemperature()));
  }

  private void print(ModelRecord whole, @Nullable OneKey one, @Nullable KeyResult result) {
    ModelRecord record = one == null ? whole : one.model();
    Provenance from = record.getProvenance();
    terminal.heading(record.getName(), "");
    if (one != null) {
      line("key", one.line());
    }
    if (result != null) {
      InspectedKeys.lines(result).forEach(text -> terminal.line("    " + text));
    }
    line("layers", String.join(", ", NetworkText.layers(record.getLayers())));
    line("loss", NetworkText.loss(record.getLoss()));
    line("input", columns(record, false));
    EncodingText.lines(record.getEncodings()).forEach(text -> terminal.line("    " + text));
    EncodingText.crossLines(record.getCrosses()).forEach(text -> terminal.line("    " + text));
    line(
        "output",
        record.getLabels().isEmpty()
            ? columns(record, true)
            : "classes " + abbreviated(record.getLabels()));
    EncodingText.targetLines(record.getTargets()).forEach(text -> terminal.line("    " + text));
    if (!record.getMembers().isEmpty()) {
      line("ensemble", "the mean of " + record.getMembers().size() + " networks of these layers");
    }
    calibration(record).ifPresent(text -> line("calibrated", text));
    line("parameters", String.format(Locale.ROOT, "%,d", count(record)));
    for (int i = 0; i < record.getParameters().size(); i++) {
      Parameter parameter = record.getParameters().get(i);
      terminal.line("    %-12s  %s".formatted(parameter.getName(), parameter.getShape()));
      if (one != null) {
        terminal.line("      " + numbers(parameter));
        if (one.fit() == OneKey.Fit.OWN) {
          terminal.line("      pooled  " + numbers(whole.getParameters().get(i)));
        }
      }
    }
    if (!record.getKeyWeights().isEmpty()) {
      line("keys", String.format(Locale.ROOT, "%,d more models of these parameters", own(record)));
    }
    line("weights", "SHA-256 " + record.getWeightsSha256());
    MemberText.lines(record.getMembers()).forEach(text -> terminal.line("    " + text));
    line(
        "trained",
        String.format(
            Locale.ROOT,
            "%,d epochs%s on %,d rows, seed %d, by beamgrad %s",
            from.getEpochs(),
            from.getKeptEpoch() == from.getEpochs()
                ? ""
                : String.format(Locale.ROOT, " (the best, %,d, kept)", from.getKeptEpoch()),
            from.getTrainRows(),
            from.getSeed(),
            from.getVersion()));
    if (from.getRefitRows() != null) {
      line(
          "refit",
          String.format(
              Locale.ROOT,
              "from the start for as many epochs as kept, on %,d rows: training and validation",
              from.getRefitRows()));
    }
    line("spec", "fingerprint " + from.getFingerprint());
    line("data", "checksum " + from.getDataChecksum());
    line("format", Integer.toString(record.getFormatVersion()));
  }

  private void line(String name, String value) {
    terminal.line("  %-12s%s".formatted(name, value));
  }

  private static String columns(ModelRecord record, boolean target) {
    List<String> columns =
        record.getColumns().stream()
            .filter(column -> target ? Columns.isTarget(column) : Columns.isFeature(column))
            .map(InspectCommand::column)
            .toList();
    return abbreviated(columns);
  }

  private static String column(Column column) {
    return column.getShape().isEmpty()
        ? column.getName()
        : column.getName() + " " + column.getShape();
  }

  private static String abbreviated(List<String> words) {
    String some = words.stream().limit(MOST_SHOWN).collect(Collectors.joining(", "));
    return words.size() > MOST_SHOWN
        ? String.format(Locale.ROOT, "%s, ... (%,d)", some, words.size())
        : some;
  }

  /** The first numbers of a parameter. */
  private static String numbers(Parameter parameter) {
    float[] values = values(parameter);
    List<String> words = new ArrayList<>();
    for (int i = 0; i < values.length && i <= MOST_SHOWN; i++) {
      words.add(CanonicalNumber.of(values[i]));
    }
    return words.size() > MOST_SHOWN
        ? String.format(
            Locale.ROOT,
            "%s, ... (%,d)",
            String.join(", ", words.subList(0, MOST_SHOWN)),
            values.length)
        : String.join(", ", words);
  }

  private static float[] values(Parameter parameter) {
    return Networks.toTensors(List.of(parameter)).get(parameter.getName()).data();
  }

  private static int own(ModelRecord record) {
    return record.getKeyWeights().stream().mapToInt(KeyWeights::getKeys).sum();
  }

  private static long count(ModelRecord record) {
    return record.getParameters().stream()
        .mapToLong(parameter -> parameter.getValues().remaining() / Float.BYTES)
        .sum();
  }

  private static ObjectNode toTree(
      ModelRecord whole, @Nullable OneKey one, @Nullable KeyResult result) {
    ModelRecord record = one == null ? whole : one.model();
    ObjectNode tree = new ObjectMapper().createObjectNode();
    if (one != null) {
      ObjectNode node =
          tree.putObject("key")
              .put("column", one.column())
              .put("value", one.key())
              .put("model", one.fit().name().toLowerCase(Locale.ROOT));
      if (result != null) {
        node.set("result", RunJson.toTree(result));
      }
    }
    tree.put("name", record.getName());
    tree.put("formatVersion", record.getFormatVersion());
    ArrayNode layers = tree.putArray("layers");
    NetworkText.layers(record.getLayers()).forEach(layers::add);
    tree.set("loss", NetworkText.tree(record.getLoss()));
    ArrayNode columns = tree.putArray("columns");
    for (Column column : record.getColumns()) {
      ObjectNode node = columns.addObject();
      node.put("name", column.getName());
      node.put("type", column.getType().name().toLowerCase(Locale.ROOT));
      column.getShape().forEach(node.putArray("shape")::add);
      node.put("role", column.getRole().name().toLowerCase(Locale.ROOT));
    }
    tree.set("encodings", EncodingText.tree(record.getEncodings()));
    if (!record.getCrosses().isEmpty()) {
      tree.set("crosses", EncodingText.crossTree(record.getCrosses()));
    }
    tree.set("targets", EncodingText.targetTree(record.getTargets()));
    if (record.getCalibration() != null) {
      tree.putObject("calibration")
          .put("rows", record.getCalibration().getRows())
          .put("temperature", record.getCalibration().getTemperature());
    }
    record.getLabels().forEach(tree.putArray("labels")::add);
    ArrayNode parameters = tree.putArray("parameters");
    for (Parameter parameter : record.getParameters()) {
      ObjectNode node = parameters.addObject();
      node.put("name", parameter.getName());
      parameter.getShape().forEach(node.putArray("shape")::add);
      if (one != null) {
        ArrayNode numbers = node.putArray("values");
        for (float value : values(parameter)) {
          numbers.add(value);
        }
      }
    }
    tree.put("parameterCount", count(record));
    if (!record.getKeyWeights().isEmpty()) {
      tree.put("keyModels", own(record));
    }
    tree.put("weightsSha256", record.getWeightsSha256());
    if (!record.getMembers().isEmpty()) {
      tree.set("members", MemberText.tree(record.getMembers()));
    }
    Provenance from = record.getProvenance();
    tree.putObject("provenance")
        .put("seed", from.getSeed())
        .put("fingerprint", from.getFingerprint())
        .put("dataChecksum", from.getDataChecksum())
        .put("epochs", from.getEpochs())
        .put("keptEpoch", from.getKeptEpoch())
        .put("trainRows", from.getTrainRows())
        .put("refitRows", from.getRefitRows())
        .put("version", from.getVersion());
    return tree;
  }
}
