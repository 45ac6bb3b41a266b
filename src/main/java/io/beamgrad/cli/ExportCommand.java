package io.beamgrad.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.beamgrad.data.encoding.KeyHashes;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.export.NpzFile;
import io.beamgrad.export.OnnxFile;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.job.DistinctFiles;
import io.beamgrad.model.KeyedModels;
import io.beamgrad.model.ModelFile;
import io.beamgrad.model.SafetensorsFile;
import io.beamgrad.schema.Calibration;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.KeyEncoding;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.spec.EncodingText;
import io.beamgrad.spec.NetworkText;
import io.beamgrad.terminal.Terminal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.checkerframework.checker.nullness.qual.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Writes a model in a format of other programs. */
@Command(
    name = "export",
    description = {
      "Writes a model for other programs: the weights as safetensors (PyTorch) or npz (NumPy),",
      "or with all that makes predictions of raw columns as ONNX."
    })
final class ExportCommand implements Callable<Integer> {
  private static final List<String> FORMATS = List.of("safetensors", "onnx", "npz");

  private static final int MOST_LINES = 20;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "model.avro",
      description = "The trained model.")
  private Path model;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "safetensors, onnx or npz; default is the suffix of FILE.")
  private String format;

  @Option(names = "--out", required = true, paramLabel = "FILE", description = "Where to write.")
  private Path out;

  @Option(
      names = "--key",
      paramLabel = "KEY",
      description = "Of models by key the one of this key.")
  private String key;

  private final Terminal terminal;

  ExportCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    String chosen = format();
    if (Files.isDirectory(out)) {
      throw new WrongInputException(out + ": is a folder, not a file");
    }
    DistinctFiles.require(out, "--out", model, "--model");
    ModelRecord whole = ModelFile.read(model.toString());
    OneKey one = OneKey.of(whole, key);
    ModelRecord record = one == null ? whole : one.model();
    requireNoKeys(record);
    Map<String, String> about = about(record, one);
    String path = out.toString();
    List<String> lines = List.of();
    switch (chosen) {
      case "safetensors" -> SafetensorsFile.write(path, ModelFile.parameters(record), about);
      case "npz" -> NpzFile.write(path, ModelFile.parameters(record));
      default -> lines = OnnxFile.write(path, record, about);
    }
    terminal.line("wrote " + Terminal.shown(out));
    if (one != null) {
      terminal.line("  key     " + one.line());
    }
    lines.stream().limit(MOST_LINES).forEach(line -> terminal.line("  " + line));
    if (lines.size() > MOST_LINES) {
      terminal.line(String.format(Locale.ROOT, "  ... (%,d)", lines.size()));
    }
    temperature(record)
        .filter(any -> !chosen.equals("onnx"))
        .ifPresent(
            temperature ->
                terminal.line(
                    "  note    the temperature %s that logits are divided by %s"
                        .formatted(
                            temperature,
                            chosen.equals("npz") ? "is not in it" : "is in the metadata alone")));
    if (chosen.equals("onnx")) {
      OnnxFile.limits(record).forEach(line -> terminal.line("  note    " + line));
    }
    return 0;
  }

  private static Optional<Float> temperature(ModelRecord record) {
    return Optional.ofNullable(record.getCalibration()).map(Calibration::getTemperature);
  }

  private static void requireNoKeys(ModelRecord record) {
    Optional<KeyEncoding> encoding = KeyedModels.encoding(record);
    if (encoding.isPresent()) {
      KeyHashes hashes = new KeyHashes(encoding.get());
      throw new WrongInputException(
          String.format(
              Locale.ROOT,
              "%s is of models by key of %s, %,d of %,d keys have their own; --key KEY exports one",
              Terminal.cut(record.getName()),
              Terminal.cut(encoding.get().getColumn()),
              hashes.ownKeys(),
              hashes.keys()));
    }
  }

  private String format() {
    String name = out.toString();
    String word = format == null ? name.substring(name.lastIndexOf('.') + 1) : format;
    String chosen = word.toLowerCase(Locale.ROOT);
    if (!FORMATS.contains(chosen)) {
      throw new WrongInputException(
          format == null
              ? "--format is needed, as %s does not end in .safetensors, .onnx or .npz"
                  .formatted(out)
              : "--format must be safetensors, onnx or npz, was " + format);
    }
    return chosen;
  }

  /** Facts of the model for a program that has the weights alone. */
  private static Map<String, String> about(ModelRecord record, @Nullable OneKey one) {
    Map<String, String> about = new LinkedHashMap<>();
    about.put("format", "pt"); // programs read here that names and shapes are those of PyTorch
    about.put("name", record.getName());
    about.put("layers", json(NetworkText.layers(record.getLayers())));
    about.put("loss", NetworkText.loss(record.getLoss()));
    about.put("features", names(Columns.features(record.getColumns())));
    about.put("targets", names(Columns.targets(record.getColumns())));
    about.put("labels", json(record.getLabels()));
    if (!record.getTargets().isEmpty()) {
      about.put("targetScaling", EncodingText.targetTree(record.getTargets()).toString());
    }
    temperature(record)
        .ifPresent(temperature -> about.put("temperature", Float.toString(temperature)));
    if (one != null) {
      about.put("keyColumn", one.column());
      about.put("key", one.key());
    }
    about.put("weightsSha256", record.getWeightsSha256());
    about.put("fingerprint", record.getProvenance().getFingerprint());
    about.put("beamgrad", record.getProvenance().getVersion());
    return about;
  }

  private static String names(List<Column> columns) {
    return json(columns.stream().map(Column::getName).toList());
  }

  private static String json(List<String> words) {
    try {
      return new ObjectMapper().writeValueAsString(words);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a list of texts without JSON", e);
    }
  }
}
