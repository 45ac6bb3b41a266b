package io.beamgrad.export;

import static io.beamgrad.export.OnnxGraph.attribute;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.beamgrad.data.files.Storage;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.model.MemberParameters;
import io.beamgrad.model.Networks;
import io.beamgrad.nn.Loss;
import io.beamgrad.schema.Calibration;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.schema.TargetEncoding;
import io.beamgrad.schema.TargetScale;
import io.beamgrad.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Writes a whole model in ONNX (https://onnx.ai): the encoding of raw columns, the layers, and the
 * probabilities and label, or the numbers, that follow from the outputs.
 *
 * <p>Each feature is an input of its name: {@code [batch, 1]}, a vector {@code [batch, n]}, an
 * image uint8 {@code [batch, rows, columns]}, a date in milliseconds since 1970 in UTC. A model of
 * classes has the outputs {@code label [batch]} and {@code probabilities [batch, labels]}; a model
 * of numbers has an output {@code [batch, 1]} for each target, of its name and in its unit. A row
 * that {@code predict} rejects has an empty label and NaN in place of all numbers.
 */
public final class OnnxFile {
  /** The opset of the main operators; the opset of {@code ai.onnx.ml} is {@value #ML_OPSET}. */
  public static final int OPSET = 17;

  static final int ML_OPSET = 3;
  private static final int IR_VERSION = 8; // of the first ONNX release with this opset

  private final ModelRecord model;
  private final OnnxGraph graph;
  private final OnnxColumns columns;
  private Optional<String> rejected = Optional.empty(); // [batch, 1]

  private OnnxFile(ModelRecord model) {
    this.model = model;
    this.graph = new OnnxGraph(model.getName());
    this.columns = new OnnxColumns(graph);
  }

  /**
   * Writes a model; the file appears whole or not at all. The same model gives the same bytes.
   *
   * @param metadata names and texts that the file keeps
   * @return the lines that describe opset, inputs and outputs
   * @throws WrongInputException where ONNX cannot express a column; names the column
   */
  public static List<String> write(String path, ModelRecord model, Map<String, String> metadata) {
    OnnxFile file = new OnnxFile(model);
    try {
      file.addAll();
    } catch (NotInOnnxException e) {
      throw new WrongInputException("%s as ONNX: %s".formatted(model.getName(), e.getMessage()), e);
    }
    ModelProto.Builder proto =
        ModelProto.newBuilder()
            .setIrVersion(IR_VERSION)
            .setProducerName("beamgrad")
            .setProducerVersion(model.getProvenance().getVersion())
            .setGraph(file.graph.build());
    proto.addOpsetImportBuilder().setDomain("").setVersion(OPSET);
    proto.addOpsetImportBuilder().setDomain(OnnxGraph.ML).setVersion(ML_OPSET);
    metadata.forEach((key, value) -> proto.addMetadataPropsBuilder().setKey(key).setValue(value));
    ModelProto built = proto.build();
    Storage.write(path, built::writeTo);
    return describe(built);
  }

  private void addAll() {
    List<Column> features = Columns.features(model.getColumns());
    features.forEach(feature -> graph.unique(feature.getName()));
    List<String> encoded = new ArrayList<>();
    for (int i = 0; i < features.size(); i++) {
      encoded.add(columns.encode(features.get(i), model.getEncodings().get(i)));
    }
    if (!model.getCrosses().isEmpty()) {
      throw new NotInOnnxException(
          "the cross of %s is hashed; ONNX has no operator for XXH64"
              .formatted(String.join(" and ", model.getCrosses().get(0).getColumns())));
    }
    rejected = columns.rejected();
    String input = encoded.size() == 1 ? encoded.get(0) : columns.concat(encoded);
    List<String> outputs = new ArrayList<>();
    for (Map<String, Tensor> weights : MemberParameters.split(model)) {
      String prefix = MemberParameters.prefix(MemberParameters.networks(model), outputs.size());
      outputs.add(new OnnxLayers(graph, model.getLayers(), weights, prefix).add(input));
    }
    addOutputs(outputs);
  }

  /** The numbers, or NaN in rows that are rejected. */
  private String orNaN(String numbers) {
    return rejected
        .map(
            rows ->
                graph.node(
                    "Where", List.of(rows, graph.floats("nan", new float[] {Float.NaN}), numbers)))
        .orElse(numbers);
  }

  /**
   * @param networks the outputs of each network
   */
  private void addOutputs(List<String> networks) {
    List<String> targets =
        Columns.targets(model.getColumns()).stream().map(Column::getName).toList();
    boolean isSingle = networks.size() == 1;
    if (model.getLabels().isEmpty()) {
      addNumbers(mean(networks.stream().map(this::predicted).toList()), targets);
    } else if (Networks.loss(model.getLoss()).target() == Loss.Target.BINARY) {
      List<String> logits = isSingle ? networks.stream().map(this::calibrated).toList() : networks;
      String second = mean(ofEach("Sigmoid", logits));
      String first = mean(ofEach("Sigmoid", ofEach("Neg", logits)));
      String isSecond =
          isSingle
              ? graph.node("Greater", List.of(networks.get(0), zero()))
              : graph.node("Greater", List.of(second, first));
      String index = graph.cast(isSecond, DataType.INT64);
      addLabel(index);
      String both = graph.node("Concat", List.of(first, second), attribute("axis", 1));
      addProbabilities(isSingle ? both : calibratedMean(both));
    } else {
      if (isSingle) {
        addLabel(graph.node("ArgMax", networks, attribute("axis", 1)));
      }
      List<String> logits = isSingle ? networks.stream().map(this::calibrated).toList() : networks;
      String probabilities = mean(ofEach("Softmax", logits, attribute("axis", 1)));
      if (!isSingle) {
        addLabel(graph.node("ArgMax", List.of(probabilities), attribute("axis", 1)));
      }
      addProbabilities(isSingle ? probabilities : calibratedMean(probabilities));
    }
  }

  /** Logits divided by the model's temperature. */
  private String calibrated(String logits) {
    Calibration calibration = model.getCalibration();
    return calibration == null
        ? logits
        : graph.node(
            "Div",
            List.of(
                logits, graph.floats("temperature", new float[] {calibration.getTemperature()})));
  }

  /** The mean probabilities of an ensemble, whose logits are their logarithms. */
  private String calibratedMean(String probabilities) {
    return model.getCalibration() == null
        ? probabilities
        : graph.node(
            "Softmax",
            List.of(calibrated(graph.node("Log", List.of(probabilities)))),
            attribute("axis", 1));
  }

  private String zero() {
    return graph.floats("threshold", new float[] {0});
  }

  private List<String> ofEach(
      String operator, List<String> networks, AttributeProto... attributes) {
    List<String> results = new ArrayList<>();
    for (String network : networks) {
      results.add(graph.node(operator, List.of(network), attributes));
    }
    return results;
  }

  private String mean(List<String> networks) {
    return networks.size() == 1 ? networks.get(0) : graph.node("Mean", networks);
  }

  /** The predictions that outputs are, {@code [batch, targets]}; computed in float64. */
  private String predicted(String out) {
    List<TargetEncoding> targets = model.getTargets();
    if (targets.isEmpty()) {
      return out;
    }
    String scale = constant("target_scale", targets, TargetEncoding::getScale);
    String shift = constant("target_shift", targets, TargetEncoding::getShift);
    String x = graph.cast(out, DataType.DOUBLE);
    x = graph.node("Add", List.of(graph.node("Mul", List.of(x, scale)), shift));
    if (targets.get(0).getMethod() == TargetScale.LOG) {
      String one = graph.doubles("one", new double[] {1});
      String size = graph.node("Exp", List.of(graph.node("Abs", List.of(x))));
      x =
          graph.node(
              "Mul",
              List.of(graph.node("Sign", List.of(x)), graph.node("Sub", List.of(size, one))));
    }
    String least = constant("target_least", targets, t -> orElse(t.getLeast(), -Float.MAX_VALUE));
    String largest =
        constant("target_largest", targets, t -> orElse(t.getLargest(), Float.MAX_VALUE));
    x = graph.node("Max", List.of(graph.node("Min", List.of(x, largest)), least));
    return graph.cast(x, DataType.FLOAT);
  }

  private static double orElse(@Nullable Double bound, double other) {
    return bound == null ? other : bound;
  }

  private String constant(
      String name, List<TargetEncoding> targets, ToDoubleFunction<TargetEncoding> number) {
    return graph.doubles(name, targets.stream().mapToDouble(number).toArray(), targets.size());
  }

  private void addNumbers(String out, List<String> targets) {
    List<String> names = targets.stream().map(graph::unique).toList();
    names.forEach(name -> graph.output(name, DataType.FLOAT, List.of(1), ""));
    String numbers = orNaN(out);
    if (names.size() == 1) {
      graph.node("Identity", "", List.of(numbers), names);
    } else {
      graph.node("Split", "", List.of(numbers), names, attribute("axis", 1));
    }
  }

  /**
   * @param index of the most probable class, {@code [batch, 1]}
   */
  private void addLabel(String index) {
    String label = graph.unique("label");
    graph.output(
        label, DataType.STRING, List.of(), "the most probable class; empty where rejected");
    List<String> labels = new ArrayList<>(model.getLabels());
    String known = index;
    if (rejected.isPresent()) {
      String none = graph.longs("no_label", new long[] {labels.size()});
      known = graph.node("Where", List.of(rejected.get(), none, index));
      labels.add("");
    }
    String rows = graph.longs("rows", new long[] {-1}, 1);
    String flat = graph.node("Reshape", List.of(known, rows));
    graph.node("Gather", "", List.of(graph.texts("labels", labels), flat), List.of(label));
  }

  private void addProbabilities(String values) {
    String probabilities = graph.unique("probabilities");
    String order = String.join(", ", model.getLabels());
    List<Integer> shape = List.of(model.getLabels().size());
    graph.output(probabilities, DataType.FLOAT, shape, "of " + order);
    graph.node("Identity", "", List.of(orNaN(values)), List.of(probabilities));
  }

  /** In lines what a graph of the model cannot say that {@code predict} does. */
  public static List<String> limits(ModelRecord model) {
    List<Column> features = Columns.features(model.getColumns());
    boolean isTable = features.stream().anyMatch(feature -> feature.getType() != ColumnType.BYTES);
    boolean hasTexts = features.stream().anyMatch(f -> f.getType() == ColumnType.STRINGS);
    boolean hasDates = features.stream().anyMatch(f -> f.getType() == ColumnType.LONGS);
    List<String> lines = new ArrayList<>();
    if (isTable) {
      lines.add(
          model.getLabels().isEmpty()
              ? "a row that predict rejects has NaN numbers, without the reason"
              : "a row that predict rejects has an empty label and NaN probabilities, without the"
                  + " reason");
      lines.add("numbers, booleans and missing values written as text are not read");
      lines.add("values unlike training are not counted");
    }
    if (model.getCalibration() != null) {
      lines.add("intervals and sets of classes of a level are not in it");
    }
    if (hasDates) {
      lines.add(
          "dates are milliseconds since 1970 in UTC, not read as text; those over 285,000 years from"
              + " 1970 are rejected");
    }
    if (hasTexts) {
      lines.add(
          "a text of blanks alone, which predict takes for a missing one, and one with U+FFFD or"
              + " over a million characters, which it rejects, are categories here");
    }
    return lines;
  }

  private static List<String> describe(ModelProto model) {
    List<String> lines = new ArrayList<>();
    lines.add("opset   %s, and %s of ai.onnx.ml".formatted(OPSET, ML_OPSET));
    model.getGraph().getInputList().forEach(input -> lines.add("input   " + describe(input)));
    model.getGraph().getOutputList().forEach(output -> lines.add("output  " + describe(output)));
    return lines;
  }

  private static String describe(ValueInfoProto value) {
    TypeProto.Tensor tensor = value.getType().getTensorType();
    String shape =
        tensor.getShape().getDimList().stream()
            .map(size -> size.hasDimParam() ? size.getDimParam() : "" + size.getDimValue())
            .collect(Collectors.joining(", ", "[", "]"));
    String type = DataType.forNumber(tensor.getElemType()).name().toLowerCase(Locale.ROOT);
    return "%s  %s %s".formatted(value.getName(), type, shape);
  }
}
