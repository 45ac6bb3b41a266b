package io.beamgrad.export;

import static io.beamgrad.export.OnnxGraph.attribute;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import io.beamgrad.data.encoding.CategoryEncoder;
import io.beamgrad.data.encoding.SmoothClip;
import io.beamgrad.data.rows.NumberPrecision;
import io.beamgrad.model.Networks;
import io.beamgrad.schema.BooleanEncoding;
import io.beamgrad.schema.CategoryEncoding;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.DateEncoding;
import io.beamgrad.schema.KeyEncoding;
import io.beamgrad.schema.NumberEncoding;
import io.beamgrad.schema.TextEncoding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Encodes columns by ONNX operators: the counterpart of {@code NumberEncoder}, {@code
 * CategoryEncoder}, {@code BooleanEncoder} and {@code DateEncoder} of {@code data.encoding}, in
 * float64 wherever these compute in it. What {@code predict} rejects is marked by flags, float32 of
 * 0 and 1, {@code [batch, any]}.
 */
final class OnnxColumns {
  /** A category among more slots is no row of an identity matrix, whose size is their square. */
  private static final int MOST_ROWS = 256;

  private final OnnxGraph graph;
  private final List<String> flags = new ArrayList<>(); // of values that are rejected

  OnnxColumns(OnnxGraph graph) {
    this.graph = graph;
  }

  /**
   * Declares a column as an input and encodes it.
   *
   * @return float32 {@code [batch, width]}, or {@code [batch, ...shape]} where the column's shape
   *     has more dimensions
   * @throws NotInOnnxException where ONNX cannot express the encoding
   */
  String encode(Column column, Object encoding) {
    if (encoding instanceof NumberEncoding number) {
      return encode(column, number);
    }
    if (encoding instanceof CategoryEncoding category) {
      return encode(column, category);
    }
    if (encoding instanceof BooleanEncoding flag) {
      return encode(column, flag);
    }
    if (encoding instanceof DateEncoding date) {
      return encode(column, date);
    }
    if (encoding instanceof KeyEncoding) {
      throw new NotInOnnxException(
          "column %s has a model for each key; ONNX holds one model".formatted(column.getName()));
    }
    if (encoding instanceof TextEncoding text) {
      throw new NotInOnnxException(
          "column %s is of hashed words; ONNX has no operator for XXH64"
              .formatted(text.getColumn()));
    }
    throw Networks.unknown("OnnxColumns", "encoding", encoding);
  }

  private String encode(Column column, NumberEncoding encoding) {
    boolean isImage = column.getType() == ColumnType.BYTES;
    List<Integer> shape = column.getShape().isEmpty() ? List.of(1) : column.getShape();
    boolean isWide = encoding.getRest() != null; // a float would round the number
    if (isWide && encoding.getRest().stream().anyMatch(rest -> rest != 0)) {
      throw new NotInOnnxException(
          "column %s has whole numbers beyond 2^53, which no input of ONNX subtracts exactly"
              .formatted(column.getName()));
    }
    graph.input(
        column.getName(),
        isImage ? DataType.UINT8 : isWide ? DataType.DOUBLE : DataType.FLOAT,
        shape,
        isImage ? "0 to 255" : column.getNullable() ? "NaN where it is missing" : "");
    String x = column.getName();
    if (!isImage) {
      addFlags(graph.node("IsInf", List.of(x)));
      if (!column.getNullable()) {
        addFlags(graph.node("IsNaN", List.of(x)));
      }
    }
    boolean isPlain =
        encoding.getClipLow() == null && encoding.getClipHigh() == null && !encoding.getLog();
    boolean isSmooth = encoding.getSmoothClip() != null;
    if (isImage && isPlain && !isSmooth && encoding.getScale().get(0) != 0) {
      return scaledImage(x, encoding);
    }
    String number = isWide ? x : graph.cast(x, DataType.DOUBLE);
    String transformed = transformed(number, encoding, isPlain);
    String missing = column.getNullable() ? graph.node("IsNaN", List.of(x)) : null;
    if (missing != null && encoding.getFilling() != null) {
      String filling = graph.doubles(x + "_filling", new double[] {encoding.getFilling()});
      transformed = graph.node("Where", List.of(missing, filling, transformed));
    }
    String scaled = scaled(x, transformed, encoding, shape);
    if (!encoding.getIndicator()) {
      return scaled;
    }
    String indicator =
        missing == null
            ? graph.node("Sub", List.of(scaled, scaled)) // A value that is never missing: 0.
            : graph.cast(missing, DataType.FLOAT);
    return concat(List.of(scaled, indicator));
  }

  /** The scaled image, computed in float32 as in training. */
  private String scaledImage(String x, NumberEncoding encoding) {
    float[] shift = {encoding.getShift().get(0).floatValue()};
    float[] scale = {encoding.getScale().get(0).floatValue()};
    String floats = graph.cast(x, DataType.FLOAT);
    String shifted =
        shift[0] == 0
            ? floats
            : graph.node("Sub", List.of(floats, graph.floats(x + "_shift", shift)));
    return graph.node("Div", List.of(shifted, graph.floats(x + "_scale", scale)));
  }

  /**
   * The number clipped, its logarithm taken, and that of a float32 rounded to one; a float64 value
   * like the input.
   */
  private String transformed(String x, NumberEncoding encoding, boolean isPlain) {
    if (isPlain) {
      return x;
    }
    String value = x;
    if (encoding.getClipLow() != null) {
      String low =
          graph.doubles(x + "_low", new double[] {NumberPrecision.kept(encoding.getClipLow())});
      value = graph.node("Max", List.of(value, low));
    }
    if (encoding.getClipHigh() != null) {
      String high =
          graph.doubles(x + "_high", new double[] {NumberPrecision.kept(encoding.getClipHigh())});
      value = graph.node("Min", List.of(value, high));
    }
    if (!encoding.getLog()) {
      return value;
    }
    String log = log1p(value);
    boolean isWide = encoding.getRest() != null;
    return isWide ? log : graph.cast(graph.cast(log, DataType.FLOAT), DataType.DOUBLE);
  }

  /**
   * {@code sign(x) ln(1 + |x|)}, exact for small x too: with u = 1 + |x| rounded it is ln(u) |x| /
   * (u - 1), or |x| where u is 1 (Kahan).
   */
  private String log1p(String x) {
    String one = graph.doubles(x + "_one", new double[] {1});
    String size = graph.node("Abs", List.of(x));
    String u = graph.node("Add", List.of(one, size));
    String rest = graph.node("Sub", List.of(u, one));
    String product = graph.node("Mul", List.of(graph.node("Log", List.of(u)), size));
    String quotient = graph.node("Div", List.of(product, rest));
    String log = graph.node("Where", List.of(graph.node("Equal", List.of(u, one)), size, quotient));
    return graph.node("Mul", List.of(log, graph.node("Sign", List.of(x))));
  }

  /**
   * {@code (x - shift) / scale} in float64, clipped smoothly where asked for, rounded to float32; 0
   * where the scale is 0.
   */
  private String scaled(String x, String value, NumberEncoding encoding, List<Integer> shape) {
    double[] shift = encoding.getShift().stream().mapToDouble(Double::doubleValue).toArray();
    double[] scale = encoding.getScale().stream().mapToDouble(Double::doubleValue).toArray();
    int[] dimensions =
        shift.length == 1 ? new int[0] : shape.stream().mapToInt(Integer::intValue).toArray();
    double[] divisor = Arrays.stream(scale).map(s -> s == 0 ? 1 : s).toArray();
    String shifted =
        graph.node("Sub", List.of(value, graph.doubles(x + "_shift", shift, dimensions)));
    String divided =
        graph.node("Div", List.of(shifted, graph.doubles(x + "_scale", divisor, dimensions)));
    Double smoothClip = encoding.getSmoothClip();
    String clipped =
        smoothClip == null ? divided : smoothlyClipped(x, divided, new SmoothClip(smoothClip));
    String result = graph.cast(clipped, DataType.FLOAT);
    if (Arrays.stream(scale).allMatch(s -> s != 0)) {
      return result;
    }
    boolean[] constant = new boolean[scale.length];
    for (int i = 0; i < scale.length; i++) {
      constant[i] = scale[i] == 0;
    }
    String where = graph.flags(x + "_constant", constant, dimensions);
    String zero = graph.floats(x + "_zero", new float[] {0});
    return graph.node("Where", List.of(where, zero, result));
  }

  /** As {@link SmoothClip#apply}. */
  private String smoothlyClipped(String x, String value, SmoothClip clip) {
    String least = graph.doubles(x + "_least", new double[] {-clip.far()});
    String largest = graph.doubles(x + "_largest", new double[] {clip.far()});
    String near = graph.node("Max", List.of(graph.node("Min", List.of(value, largest)), least));
    String bounds =
        graph.node("Div", List.of(near, graph.doubles(x + "_bound", new double[] {clip.bound()})));
    String one = graph.doubles(x + "_unit", new double[] {1});
    String sum = graph.node("Add", List.of(one, graph.node("Mul", List.of(bounds, bounds))));
    return graph.node("Div", List.of(near, graph.node("Sqrt", List.of(sum))));
  }

  private String encode(Column column, CategoryEncoding encoding) {
    String x = column.getName();
    if (encoding.getHashSlots() > 0) {
      throw new NotInOnnxException(
          "column %s is hashed; ONNX has no operator for XXH64".formatted(x));
    }
    graph.input(
        x, DataType.STRING, List.of(1), column.getNullable() ? "empty where it is missing" : "");
    CategoryEncoder encoder = new CategoryEncoder(encoding);
    List<String> texts =
        new ArrayList<>(
            Stream.concat(encoding.getCategories().stream(), encoding.getPooled().stream())
                .toList());
    texts.addAll(texts.stream().map(encoder::alternative).filter(Objects::nonNull).toList());
    texts.add("");
    OnnxSlots slots = new OnnxSlots(encoder);
    long[] codes =
        texts.stream()
            .mapToLong(
                text ->
                    text.isEmpty() && !column.getNullable()
                        ? slots.rejected()
                        : slots.code(encoder.slot(text.isEmpty() ? null : text)))
            .toArray();
    String slot = graph.unique("slot_of_" + x);
    graph.node(
        "LabelEncoder",
        OnnxGraph.ML,
        List.of(x),
        List.of(slot),
        attribute("keys_strings", texts),
        attribute("values_int64s", codes),
        attribute("default_int64", slots.code(encoder.unseen())));
    if (!column.getNullable()) {
      String rejected = graph.longs(x + "_rejected", new long[] {slots.rejected()});
      addFlags(graph.node("Equal", List.of(slot, rejected)));
    }
    return numbers(x, slot, slots);
  }

  /**
   * The numbers of the code of each row: one 1, or none in a row without a slot. The operator of
   * that name is not used, as a runtime's process was seen to end by it.
   */
  private String numbers(String x, String slot, OnnxSlots slots) {
    int width = slots.width();
    if (width > MOST_ROWS) {
      long[] all = LongStream.range(0, width).toArray();
      String ofWidth = graph.longs(x + "_slots", all, width);
      return graph.cast(graph.node("Equal", List.of(slot, ofWidth)), DataType.FLOAT);
    }
    float[] table = slots.table();
    String matrix = graph.floats(x + "_identity", table, table.length / width, width);
    String rows = graph.longs(x + "_rows", new long[] {-1}, 1);
    return graph.node("Gather", List.of(matrix, graph.node("Reshape", List.of(slot, rows))));
  }

  private String encode(Column column, BooleanEncoding encoding) {
    String x = column.getName();
    if (!column.getNullable()) {
      graph.input(x, DataType.BOOL, List.of(1), "");
      String number = graph.cast(x, DataType.FLOAT);
      return encoding.getIndicator()
          ? concat(List.of(number, graph.node("Sub", List.of(number, number))))
          : number;
    }
    graph.input(x, DataType.FLOAT, List.of(1), "1 for true, 0 for false, NaN where it is missing");
    String missing = graph.node("IsNaN", List.of(x));
    addFlags(neitherTrueNorFalse(x, missing));
    float[] filling = {Boolean.TRUE.equals(encoding.getFilling()) ? 1 : 0};
    String number = graph.node("Where", List.of(missing, graph.floats(x + "_filling", filling), x));
    return encoding.getIndicator()
        ? concat(List.of(number, graph.cast(missing, DataType.FLOAT)))
        : number;
  }

  private String encode(Column column, DateEncoding encoding) {
    String x = column.getName();
    OnnxDates dates = new OnnxDates(graph, x, encoding);
    String holes = column.getNullable() ? "; NaN where it is missing" : "";
    graph.input(x, DataType.DOUBLE, List.of(1), OnnxDates.DOC + holes);
    addFlags(dates.far());
    if (!column.getNullable()) {
      addFlags(dates.missing());
    }
    return concat(dates.encoded());
  }

  private String neitherTrueNorFalse(String x, String missing) {
    String zero = graph.node("Equal", List.of(x, graph.floats(x + "_false", new float[] {0})));
    String one = graph.node("Equal", List.of(x, graph.floats(x + "_true", new float[] {1})));
    String known = graph.node("Or", List.of(zero, one));
    return graph.node("Not", List.of(graph.node("Or", List.of(known, missing))));
  }

  private void addFlags(String booleans) {
    flags.add(graph.cast(booleans, DataType.FLOAT));
  }

  /**
   * Whether {@code predict} rejects a row: booleans, {@code [batch, 1]}; empty where it never does.
   */
  Optional<String> rejected() {
    if (flags.isEmpty()) {
      return Optional.empty();
    }
    String any = graph.node("ReduceMax", List.of(concat(flags)), attribute("axes", new long[] {1}));
    return Optional.of(graph.cast(any, DataType.BOOL));
  }

  /** The values concatenated along the last axis. */
  String concat(List<String> values) {
    return graph.node("Concat", values, attribute("axis", 1));
  }
}
