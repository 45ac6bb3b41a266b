package io.beamgrad.model;

import io.beamgrad.data.encoding.RowEncoder;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.nn.Sequential;
import io.beamgrad.schema.BatchNormLayer;
import io.beamgrad.schema.BinaryCrossEntropy;
import io.beamgrad.schema.BooleanEncoding;
import io.beamgrad.schema.Calibration;
import io.beamgrad.schema.CategoryEncoding;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnRole;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.CrossEntropy;
import io.beamgrad.schema.DropoutLayer;
import io.beamgrad.schema.EnsembleMember;
import io.beamgrad.schema.FlattenLayer;
import io.beamgrad.schema.GeluApproximation;
import io.beamgrad.schema.GeluLayer;
import io.beamgrad.schema.LayerNormLayer;
import io.beamgrad.schema.LeakyReluLayer;
import io.beamgrad.schema.LinearLayer;
import io.beamgrad.schema.MeanSquaredError;
import io.beamgrad.schema.MishLayer;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.schema.NumberEncoding;
import io.beamgrad.schema.Provenance;
import io.beamgrad.schema.ReluLayer;
import io.beamgrad.schema.ScaleLayer;
import io.beamgrad.schema.SeluLayer;
import io.beamgrad.schema.SigmoidLayer;
import io.beamgrad.schema.SiluLayer;
import io.beamgrad.schema.TanhLayer;
import io.beamgrad.schema.TextEncoding;
import io.beamgrad.schema.TextNorm;
import io.beamgrad.schema.ValueKind;
import io.beamgrad.tensor.Generator;
import io.beamgrad.tensor.Tensor;
import io.beamgrad.train.Weights;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Small models with known weights. */
public final class Models {
  private static final Provenance PROVENANCE =
      new Provenance(42L, "f".repeat(64), "d", 3, 3, 5L, "1", 1, null, null);

  private Models() {}

  /** A model of classes that is calibrated by three rows. */
  public static ModelRecord calibrated(ModelRecord model, float temperature) {
    return calibrated(model, new Calibration(3L, temperature, List.of(scores(.9f, .6f, .3f))));
  }

  /** The same of any calibration. */
  public static ModelRecord calibrated(ModelRecord model, Calibration calibration) {
    return ModelFile.versioned(ModelRecord.newBuilder(model).setCalibration(calibration));
  }

  /** Scores as a calibration has them. */
  public static ByteBuffer scores(float... scores) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Float.BYTES * scores.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(scores);
    return bytes;
  }

  /** The tutorial's model of crop yields before its first step. */
  public static ModelRecord crops() {
    Map<String, Tensor> weights = new LinkedHashMap<>();
    weights.put("0.weight", Tensor.wrap(new float[] {.5f, -.25f, .125f, -.5f, .75f, .25f}, 2, 3));
    weights.put("0.bias", Tensor.wrap(new float[] {.1f, -.2f}, 2));
    return ModelFile.versioned(
        ModelRecord.newBuilder()
            .setName("crops")
            .setLayers(List.of(new LinearLayer(2, false, false)))
            .setLoss(new MeanSquaredError())
            .setParameters(Networks.toRecords(weights))
            .setColumns(
                List.of(
                    number("temp", false),
                    number("rainfall", false),
                    number("humidity", false),
                    number("apples", true),
                    number("oranges", true)))
            .setEncodings(
                List.of(divided("temp", 1), divided("rainfall", 1), divided("humidity", 1)))
            .setLabels(List.of())
            .setWeightsSha256(Weights.sha256(weights))
            .setProvenance(PROVENANCE));
  }

  /** Says of images of 3x2 whether the first pixel is above ("a") or below half of the last. */
  public static ModelRecord images() {
    Map<String, Tensor> weights = new LinkedHashMap<>();
    weights.put("1.weight", Tensor.wrap(new float[] {2, 0, 0, 0, 0, -1, 0, 0, 0, 0, 0, 0}, 2, 6));
    weights.put("1.bias", Tensor.wrap(new float[2], 2));
    return ModelFile.versioned(
        ModelRecord.newBuilder(crops())
            .setName("images")
            .setLayers(List.of(new FlattenLayer(), new LinearLayer(2, false, false)))
            .setLoss(new CrossEntropy(0.0, List.of()))
            .setParameters(Networks.toRecords(weights))
            .setColumns(
                List.of(
                    Columns.feature("image", ColumnType.BYTES, List.of(3, 2)),
                    Columns.target("label", ColumnType.BYTES, List.of())))
            .setEncodings(List.of(divided("image", 255)))
            .setLabels(List.of("a", "b"))
            .setWeightsSha256(Weights.sha256(weights)));
  }

  /** Says of two numbers whether their difference is positive ("yes") or not ("no"). */
  public static ModelRecord signs() {
    Map<String, Tensor> weights = new LinkedHashMap<>();
    weights.put("0.weight", Tensor.wrap(new float[] {1, -1}, 1, 2));
    weights.put("0.bias", Tensor.wrap(new float[1], 1));
    return ModelFile.versioned(
        ModelRecord.newBuilder(crops())
            .setName("signs")
            .setLayers(List.of(new LinearLayer(1, false, false)))
            .setLoss(new BinaryCrossEntropy())
            .setParameters(Networks.toRecords(weights))
            .setColumns(
                List.of(
                    number("x", false),
                    number("y", false),
                    Columns.target("larger", ColumnType.STRINGS, List.of())))
            .setEncodings(List.of(divided("x", 1), divided("y", 1)))
            .setLabels(List.of("no", "yes"))
            .setWeightsSha256(Weights.sha256(weights)));
  }

  /** An ensemble of models of the same columns and layers. */
  public static ModelRecord ensemble(ModelRecord... models) {
    List<Map<String, Tensor>> weights = new ArrayList<>();
    List<EnsembleMember> members = new ArrayList<>();
    for (ModelRecord model : models) {
      weights.add(ModelFile.parameters(model));
      members.add(new EnsembleMember(model.getWeightsSha256(), 3, 2));
    }
    Map<String, Tensor> all = MemberParameters.join(weights);
    return ModelFile.versioned(
        ModelRecord.newBuilder(models[0])
            .setParameters(Networks.toRecords(all))
            .setWeightsSha256(Weights.sha256(all))
            .setMembers(members));
  }

  /** The same model with other weights, which are drawn. */
  public static ModelRecord drawnAnew(ModelRecord model, long seed) {
    Generator generator = new Generator(seed);
    Map<String, Tensor> weights = new LinkedHashMap<>();
    ModelFile.parameters(model)
        .forEach((name, old) -> weights.put(name, Tensor.randn(generator, old.shape())));
    return ModelFile.versioned(
        ModelRecord.newBuilder(model)
            .setParameters(Networks.toRecords(weights))
            .setWeightsSha256(Weights.sha256(weights)));
  }

  /** Says the contrary. */
  public static ModelRecord signsTurned() {
    Map<String, Tensor> weights = new LinkedHashMap<>();
    weights.put("0.weight", Tensor.wrap(new float[] {-1, 1}, 1, 2));
    weights.put("0.bias", Tensor.wrap(new float[1], 1));
    return ModelFile.versioned(
        ModelRecord.newBuilder(signs())
            .setParameters(Networks.toRecords(weights))
            .setWeightsSha256(Weights.sha256(weights)));
  }

  /** A softmax regression of digits, with weights that were drawn. */
  public static ModelRecord softmax() {
    Map<String, Tensor> weights = new LinkedHashMap<>();
    Generator generator = new Generator(1);
    weights.put("1.weight", Tensor.rand(generator, 10, 784).sub(0.5f));
    weights.put("1.bias", Tensor.rand(generator, 10));
    return ModelFile.versioned(
        ModelRecord.newBuilder(digits())
            .setName("softmax")
            .setLayers(List.of(new FlattenLayer(), new LinearLayer(10, false, false)))
            .setParameters(Networks.toRecords(weights))
            .setWeightsSha256(Weights.sha256(weights)));
  }

  /** 784-16-ReLU-10 on digits, with weights that were drawn. */
  public static ModelRecord digits() {
    return digits(16);
  }

  /** Three classes of a table with all kinds of columns but dates and hashed texts. */
  public static ModelRecord mixed() {
    List<Column> columns =
        List.of(
            nullable("income", ColumnType.FLOATS, ValueKind.NUMBER),
            number("age", false),
            number("constant", false),
            nullable("city", ColumnType.STRINGS, ValueKind.TEXT),
            nullable("plan", ColumnType.STRINGS, ValueKind.TEXT),
            nullable("member", ColumnType.FLOATS, ValueKind.BOOLEAN),
            Columns.feature("vector", ColumnType.FLOATS, List.of(3)),
            Columns.target("class", ColumnType.STRINGS, List.of()));
    List<Object> encodings =
        List.of(
            new NumberEncoding(
                "income", 0.0, 90_000.0, true, List.of(9.5), List.of(1.25), 9.25, true, null, null),
            new NumberEncoding(
                "age", null, null, false, List.of(18.0), List.of(60.0), null, false, null, null),
            new NumberEncoding(
                "constant", null, null, false, List.of(7.0), List.of(0.0), null, false, null, null),
            new CategoryEncoding(
                "city", List.of("Bonn", "Köln"), List.of("Ulm"), true, 0, true, null, true, false),
            new CategoryEncoding(
                "plan",
                List.of("basic", "plus", "pro"),
                List.of(),
                false,
                0,
                false,
                "basic",
                true,
                false),
            new BooleanEncoding("member", true, true),
            new NumberEncoding(
                "vector",
                null,
                null,
                false,
                List.of(1.0, 0.0, -1.0),
                List.of(2.0, 0.5, 0.0),
                null,
                false,
                null,
                null));
    List<Object> layers =
        List.of(
            new LinearLayer(8, false, false),
            new TanhLayer(),
            new DropoutLayer(0.5),
            new LinearLayer(4, false, false),
            new SigmoidLayer(),
            new LinearLayer(3, false, false));
    return ModelFile.versioned(
        drawn("mixed", layers, 18)
            .setLoss(new CrossEntropy(0.1, List.of(1f, 2f, 1f)))
            .setColumns(columns)
            .setEncodings(encodings)
            .setLabels(List.of("high", "low", "none")));
  }

  /** A linear layer on columns, whose targets are numbers y0, y1, ... */
  public static ModelRecord linear(
      List<Column> features, List<Object> encodings, int inputs, int outputs) {
    List<Column> columns = new ArrayList<>(features);
    for (int i = 0; i < outputs; i++) {
      columns.add(number("y" + i, true));
    }
    return ModelFile.versioned(
        drawn("linear", List.of(new LinearLayer(outputs, false, false)), inputs)
            .setColumns(columns)
            .setEncodings(encodings));
  }

  /** Reviews whose words are hashed. */
  public static ModelRecord reviews() {
    TextEncoding words =
        new TextEncoding("review", 8, 2, true, TextNorm.L2, 0L, ByteBuffer.allocate(0));
    return ModelFile.versioned(
        ModelRecord.newBuilder(
                linear(
                    List.of(Columns.feature("review", ColumnType.STRINGS, List.of())),
                    List.of(words),
                    8,
                    1))
            .setName("reviews"));
  }

  /** Digits by a softmax regression, or by a hidden layer of so many units. */
  public static ModelRecord digits(int hidden) {
    List<Object> layers =
        hidden == 0
            ? List.of(new FlattenLayer(), new LinearLayer(10, false, false))
            : List.of(
                new FlattenLayer(),
                new LinearLayer(hidden, false, false),
                new ReluLayer(),
                new LinearLayer(10, false, false));
    return ModelFile.versioned(
        drawn("digits", layers, 784)
            .setLoss(new CrossEntropy(0.0, List.of()))
            .setColumns(
                List.of(
                    Columns.feature("image", ColumnType.BYTES, List.of(28, 28)),
                    Columns.target("label", ColumnType.BYTES, List.of())))
            .setEncodings(List.of(divided("image", 255)))
            .setLabels(List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9")));
  }

  static ModelRecord.Builder drawn(String name, List<Object> layers, int inputs) {
    Map<String, Tensor> weights = Networks.build(layers, new int[] {inputs}, false, 5).stateDict();
    return ModelRecord.newBuilder(crops())
        .setName(name)
        .setLayers(layers)
        .setParameters(Networks.toRecords(weights))
        .setWeightsSha256(Weights.sha256(weights));
  }

  /** Every kind of layer that has something to compute, each with its settings off the defaults. */
  public static List<Object> layersOfAllKinds() {
    return List.of(
        new ScaleLayer(),
        new LinearLayer(8, true, false),
        new SeluLayer(),
        new BatchNormLayer(0.2, 1e-3),
        new LinearLayer(7, false, false),
        new MishLayer(),
        new LayerNormLayer(1e-3),
        new LinearLayer(6, true, false),
        new SiluLayer(),
        new DropoutLayer(0.5),
        new LinearLayer(8, false, false),
        new GeluLayer(GeluApproximation.NONE),
        new LinearLayer(9, false, false),
        new GeluLayer(GeluApproximation.TANH),
        new FlattenLayer(),
        new LinearLayer(8, false, false),
        new LeakyReluLayer(0.3),
        new LinearLayer(5, false, false),
        new TanhLayer(),
        new ReluLayer(),
        new SigmoidLayer());
  }

  /** The mixed table by some layers and one linear layer more, all parameters and buffers drawn. */
  public static ModelRecord mixed(List<Object> hidden) {
    List<Object> layers = new ArrayList<>(hidden);
    layers.add(new LinearLayer(3, true, false));
    return withDrawnWeights(mixed(), layers, 18);
  }

  /** A model with other layers, whose weights and statistics are not those of a beginning. */
  static ModelRecord withDrawnWeights(ModelRecord model, List<Object> layers, int inputs) {
    Sequential network = Networks.build(layers, new int[] {inputs}, false, 5);
    Generator generator = new Generator(9);
    Map<String, Tensor> weights = network.stateDict();
    weights.forEach(
        (name, tensor) -> {
          for (int i = 0; i < tensor.elements(); i++) {
            tensor.data()[i] += 0.3f * generator.nextFloat();
          }
        });
    return ModelFile.versioned(
        ModelRecord.newBuilder(model)
            .setLayers(layers)
            .setParameters(Networks.toRecords(weights))
            .setWeightsSha256(Weights.sha256(weights)));
  }

  private static Column nullable(String name, ColumnType type, ValueKind kind) {
    return new Column(name, type, List.of(), ColumnRole.FEATURE, kind, null, true);
  }

  private static NumberEncoding divided(String column, double scale) {
    return new NumberEncoding(
        column, null, null, false, List.of(0.0), List.of(scale), null, false, null, null);
  }

  private static Column number(String name, boolean target) {
    return target
        ? Columns.target(name, ColumnType.FLOATS, List.of())
        : Columns.feature(name, ColumnType.FLOATS, List.of());
  }

  /** Whether rows are sparse to the model of a file. */
  public static boolean isSparse(String file) {
    return new RowEncoder(ModelFile.encoding(ModelFile.read(file))).isSparse();
  }
}
