package io.beamgrad.model;

import io.beamgrad.data.encoding.ColumnEncoder;
import io.beamgrad.data.encoding.CrossEncoder;
import io.beamgrad.data.encoding.KeyEncoder;
import io.beamgrad.data.rows.ColumnLayout;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.rows.Dates;
import io.beamgrad.data.rows.FieldParser;
import io.beamgrad.data.rows.RejectText;
import io.beamgrad.nn.Loss;
import io.beamgrad.schema.Baseline;
import io.beamgrad.schema.BatchNormLayer;
import io.beamgrad.schema.BinaryCrossEntropy;
import io.beamgrad.schema.BooleanEncoding;
import io.beamgrad.schema.CategoryEncoding;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnRole;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.Cross;
import io.beamgrad.schema.CrossEntropy;
import io.beamgrad.schema.CsvOptions;
import io.beamgrad.schema.DateEncoding;
import io.beamgrad.schema.DropoutLayer;
import io.beamgrad.schema.FlattenLayer;
import io.beamgrad.schema.Huber;
import io.beamgrad.schema.KeyEncoding;
import io.beamgrad.schema.LayerNormLayer;
import io.beamgrad.schema.LeakyReluLayer;
import io.beamgrad.schema.LinearLayer;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.schema.NumberEncoding;
import io.beamgrad.schema.Parameter;
import io.beamgrad.schema.Quantile;
import io.beamgrad.schema.ScaleLayer;
import io.beamgrad.schema.TargetEncoding;
import io.beamgrad.schema.TextEncoding;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The check that the parts of a model fit each other: columns, how they become input, layers,
 * weights, and what comes out. What a model that has passed it takes in memory is in proportion to
 * its file, whoever wrote that.
 */
final class ModelCheck {
  private static final int MOST_DIMENSIONS = 8;

  private final ModelRecord model;

  private ModelCheck(ModelRecord model) {
    this.model = model;
  }

  /**
   * @throws IllegalArgumentException where the parts do not fit; says which
   */
  static void check(ModelRecord model) {
    ModelCheck check = new ModelCheck(model);
    check.columns();
    long inputs = check.encodings();
    String fault = KeyCheck.fault(model);
    require(fault == null, "%s", fault);
    check.layers(inputs);
    check.targets();
    check.baseline();
    String uncalibrated = CalibrationCheck.fault(model);
    require(uncalibrated == null, "%s", uncalibrated);
    check.csv();
  }

  @SuppressWarnings("AnnotateFormatMethod") // the annotation is no library of the model jar
  private static void require(boolean holds, String message, Object... arguments) {
    if (!holds) {
      throw new IllegalArgumentException(
          RejectText.onOneLine(String.format(Locale.ROOT, message, arguments)));
    }
  }

  private void columns() {
    Set<String> names = new HashSet<>();
    ColumnRole last = ColumnRole.FEATURE;
    for (Column column : model.getColumns()) {
      String name = column.getName();
      require(
          column.getRole().compareTo(last) >= 0 && column.getRole() != ColumnRole.KEY,
          "column %s: expected features, then targets, then a weight, found %s",
          name,
          column.getRole());
      last = column.getRole();
      require(!Columns.isFeature(column) || names.add(name), "column %s: a feature twice", name);
      require(
          shapeFits(column) && typeFits(column),
          "column %s: %s as %s%s is not what a column can be",
          name,
          column.getKind(),
          column.getType(),
          column.getShape());
      require(patternFits(column), "column %s: no pattern of dates", name);
    }
    List<Column> targets = Columns.targets(model.getColumns());
    boolean isClass = Columns.classColumn(model.getColumns()) >= 0;
    boolean areNumbers =
        targets.stream().allMatch(t -> t.getType() == ColumnType.FLOATS && t.getShape().isEmpty());
    require(
        !names.isEmpty() && !targets.isEmpty() && (isClass || areNumbers),
        "expected features, and one class or some numbers as targets, found columns %s",
        model.getColumns().stream().map(Column::getName).limit(20).toList());
    require(
        isClass != model.getLabels().isEmpty(),
        "%d labels for %s",
        model.getLabels().size(),
        isClass ? "a class" : "numbers");
  }

  private static boolean shapeFits(Column column) {
    long values = 1;
    for (int size : column.getShape()) {
      values = size > 0 && values > 0 && values < Integer.MAX_VALUE ? values * size : 0;
    }
    return values > 0 && values < Integer.MAX_VALUE && column.getShape().size() <= MOST_DIMENSIONS;
  }

  private static boolean typeFits(Column column) {
    boolean isSingle = column.getShape().isEmpty();
    return switch (column.getKind()) {
      case NUMBER ->
          column.getType() == ColumnType.BYTES
              || (column.getType() == ColumnType.FLOATS && column.getShape().size() <= 1);
      case BOOLEAN -> column.getType() == ColumnType.FLOATS && isSingle;
      case DATE -> column.getType() == ColumnType.LONGS && isSingle;
      case TEXT -> column.getType() == ColumnType.STRINGS && isSingle;
    };
  }

  private static boolean patternFits(Column column) {
    try {
      new Dates(column.getPattern());
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** Gives the numbers of a row of input that come to the layers. */
  private long encodings() {
    List<Column> features = Columns.features(model.getColumns());
    List<Object> encodings = model.getEncodings();
    require(
        encodings.size() == features.size(),
        "%d encodings for %d features",
        encodings.size(),
        features.size());
    List<ColumnEncoder> encoders = new ArrayList<>();
    long inputs = 0;
    for (int i = 0; i < features.size(); i++) {
      Column column = features.get(i);
      String fault = fault(column, encodings.get(i));
      require(fault == null, "the encoding of column %s %s", column.getName(), fault);
      ColumnEncoder encoder = ColumnEncoder.of(column, encodings.get(i));
      encoders.add(encoder);
      inputs += encoder instanceof KeyEncoder ? 0 : encoder.width();
    }
    for (Cross cross : model.getCrosses()) {
      require(
          cross.getHashSlots() > 0 && new HashSet<>(cross.getColumns()).size() >= 2,
          "a cross of %d columns in %d slots",
          cross.getColumns().size(),
          cross.getHashSlots());
      new CrossEncoder(cross, features, encoders);
      inputs += cross.getHashSlots();
    }
    require(inputs <= Integer.MAX_VALUE, "a row of %d numbers", inputs);
    return inputs;
  }

  private static @Nullable String fault(Column column, Object encoding) {
    boolean isOfKind =
        switch (column.getKind()) {
          case NUMBER ->
              encoding instanceof NumberEncoding e && e.getColumn().equals(column.getName());
          case TEXT ->
              (encoding instanceof CategoryEncoding e && e.getColumn().equals(column.getName()))
                  || (encoding instanceof KeyEncoding k && k.getColumn().equals(column.getName()))
                  || (encoding instanceof TextEncoding t && t.getColumn().equals(column.getName()));
          case BOOLEAN ->
              encoding instanceof BooleanEncoding e && e.getColumn().equals(column.getName());
          case DATE -> encoding instanceof DateEncoding e && e.getColumn().equals(column.getName());
        };
    if (!isOfKind) {
      return "is of another column, or not for " + column.getKind();
    }
    if (encoding instanceof NumberEncoding number) {
      return fault(column, number);
    }
    if (encoding instanceof CategoryEncoding category) {
      return fault(column, category);
    }
    if (encoding instanceof KeyEncoding key) {
      return KeyCheck.fault(column, key);
    }
    if (encoding instanceof TextEncoding text) {
      return TextCheck.fault(text);
    }
    return encoding instanceof DateEncoding date ? fault(date) : null;
  }

  private static @Nullable String fault(Column column, NumberEncoding encoding) {
    List<Double> shift = encoding.getShift();
    int numbers = ColumnLayout.valuesPerRow(column);
    if (encoding.getScale().size() != shift.size()
        || (shift.size() != 1 && shift.size() != numbers)) {
      return "has %s shifts and %s scales for %s numbers"
          .formatted(shift.size(), encoding.getScale().size(), numbers);
    }
    List<Double> rest = encoding.getRest() == null ? shift : encoding.getRest();
    if (rest.size() != shift.size()) {
      return "has %s shifts and %s rests".formatted(shift.size(), rest.size());
    }
    boolean isFinite =
        Stream.of(shift, rest, encoding.getScale()).flatMap(List::stream).allMatch(Double::isFinite)
            && isFinite(encoding.getClipLow())
            && isFinite(encoding.getClipHigh())
            && isFinite(encoding.getFilling())
            && isFinite(encoding.getSmoothClip());
    if (!isFinite || (column.getNullable() && encoding.getFilling() == null)) {
      return isFinite ? "has nothing for a missing value" : "has a number that is not finite";
    }
    Double smoothClip = encoding.getSmoothClip();
    return smoothClip != null && smoothClip <= 0
        ? "is clipped to %s, expected above 0".formatted(smoothClip)
        : null;
  }

  private static boolean isFinite(@Nullable Double number) {
    return number == null || Double.isFinite(number);
  }

  private static @Nullable String fault(Column column, CategoryEncoding encoding) {
    int hashSlots = encoding.getHashSlots();
    boolean isLearned =
        encoding.getHasPool()
            || !encoding.getCategories().isEmpty()
            || !encoding.getPooled().isEmpty();
    if (hashSlots < 0 || hashSlots == Integer.MAX_VALUE || (hashSlots > 0 && isLearned)) {
      return "has %s slots for hashes beside categories".formatted(hashSlots);
    }
    if (new HashSet<>(encoding.getCategories()).size() < encoding.getCategories().size()) {
      return "has a category twice";
    }
    int slots =
        encoding.getCategories().size()
            + (encoding.getHasPool() ? 1 : 0)
            + (encoding.getHasMissing() ? 1 : 0);
    if (encoding.getSign() && (hashSlots > 0 || encoding.getHasUnknown() || slots != 2)) {
      return "is one number of two slots, found %s".formatted(slots);
    }
    boolean isWhole = hashSlots > 0 || encoding.getHasUnknown();
    boolean takesMissing = !isWhole || encoding.getHasMissing() || encoding.getFilling() != null;
    return column.getNullable() && !takesMissing ? "has nothing for a missing value" : null;
  }

  private static @Nullable String fault(DateEncoding encoding) {
    try {
      ZoneId.of(encoding.getZone());
    } catch (DateTimeException e) {
      return "has no time zone, found " + encoding.getZone();
    }
    boolean isFinite =
        encoding.getParts().stream()
            .allMatch(p -> Double.isFinite(p.getShift()) && Double.isFinite(p.getScale()));
    return isFinite ? null : "has a number that is not finite";
  }

  private void layers(long inputs) {
    int networks = MemberParameters.networks(model);
    require(model.getMembers().size() != 1, "an ensemble of one member");
    Iterator<Parameter> parameters = model.getParameters().iterator();
    for (int i = 0; i < networks; i++) {
      layers(inputs, MemberParameters.prefix(networks, i), parameters, i == networks - 1);
    }
  }

  /**
   * Checks the layers of one network.
   *
   * @param prefix of the names of its parameters
   * @param parameters the next ones are its own
   * @param isLast whether no others follow
   */
  private void layers(long inputs, String prefix, Iterator<Parameter> parameters, boolean isLast) {
    List<Column> features = Columns.features(model.getColumns());
    long width = inputs;
    boolean isFlat = features.size() > 1 || features.get(0).getShape().size() <= 1;
    for (int i = 0; i < model.getLayers().size(); i++) {
      Object layer = model.getLayers().get(i);
      String word = Networks.wordOfVectors(layer).orElse("");
      require(isFlat || word.isEmpty(), "layer %d: %s needs rows of one dimension", i, word);
      isFlat |= layer instanceof FlattenLayer;
      requireSettings(layer, i);
      if (layer instanceof LinearLayer linear) {
        int out = linear.getOutFeatures();
        parameter(parameters, prefix + i + ".weight", out, width);
        parameter(parameters, prefix + i + ".bias", out);
        width = out;
      } else if (!word.isEmpty()) {
        parametersOfWidth(parameters, layer, prefix + i, width);
      } else if (!(layer instanceof FlattenLayer)) {
        Networks.elementwise("ModelCheck", layer);
      }
    }
    require(!isLast || !parameters.hasNext(), "more parameters than its layers have");
    require(isFlat, "its output has more than one dimension for a row");
    outputs(width);
  }

  private static void requireSettings(Object layer, int i) {
    if (layer instanceof DropoutLayer dropout) {
      double p = dropout.getP();
      require(p >= 0 && p < 1, "layer %d: dropout must be in [0, 1), was %s", i, p);
    } else if (layer instanceof LeakyReluLayer leaky) {
      double slope = leaky.getSlope();
      require(Float.isFinite((float) slope), "layer %d: a slope of %s", i, slope);
    } else if (layer instanceof BatchNormLayer norm) {
      double momentum = norm.getMomentum();
      require(momentum >= 0 && momentum <= 1, "layer %d: a momentum of %s", i, momentum);
      require(norm.getEps() > 0, "layer %d: an eps of %s", i, norm.getEps());
    } else if (layer instanceof LayerNormLayer norm) {
      require(norm.getEps() > 0, "layer %d: an eps of %s", i, norm.getEps());
    }
  }

  /** The parameters and buffers of a layer that keeps the width. */
  private static void parametersOfWidth(
      Iterator<Parameter> parameters, Object layer, String prefix, long width) {
    parameter(parameters, prefix + ".weight", width);
    if (layer instanceof ScaleLayer) {
      return;
    }
    parameter(parameters, prefix + ".bias", width);
    if (layer instanceof BatchNormLayer) {
      parameter(parameters, prefix + ".running_mean", width);
      parameter(parameters, prefix + ".running_var", width);
      parameter(parameters, prefix + ".num_batches_tracked");
    } else if (!(layer instanceof LayerNormLayer)) {
      throw Networks.unknown("ModelCheck", "layer", layer);
    }
  }

  /** The next parameter, whose values are known to fill its shape. */
  private static void parameter(Iterator<Parameter> parameters, String name, long... sizes) {
    List<Long> shape = new ArrayList<>();
    for (long size : sizes) {
      shape.add(size);
    }
    require(parameters.hasNext(), "parameter %s is missing", name);
    Parameter found = parameters.next();
    require(
        found.getName().equals(name)
            && found.getShape().stream().map(Integer::longValue).toList().equals(shape),
        "expected parameter %s of shape %s, found %s of shape %s",
        name,
        shape,
        found.getName(),
        found.getShape());
  }

  private void outputs(long width) {
    int labels = model.getLabels().size();
    Object loss = model.getLoss();
    if (loss instanceof CrossEntropy crossEntropy) {
      require(labels > 0 && width == labels, "%d outputs for %d labels", width, labels);
      int weights = crossEntropy.getClassWeights().size();
      require(weights == 0 || weights == labels, "%d class weights for %d labels", weights, labels);
      double smoothing = crossEntropy.getLabelSmoothing();
      require(smoothing >= 0 && smoothing <= 1, "a label smoothing of %s", smoothing);
    } else if (loss instanceof BinaryCrossEntropy) {
      require(labels == 2 && width == 1, "%d outputs for %d labels", width, labels);
    } else {
      require(
          !(loss instanceof Huber huber) || huber.getDelta() > 0, "huber's delta must be above 0");
      require(
          !(loss instanceof Quantile quantile) || (quantile.getAt() > 0 && quantile.getAt() < 1),
          "a quantile's at must be above 0 and below 1");
      if (Networks.loss(loss).target() != Loss.Target.NUMBERS) {
        throw Networks.unknown("ModelCheck", "loss", loss);
      }
      int targets = Columns.targets(model.getColumns()).size();
      require(labels == 0 && width == targets, "%d outputs for %d targets", width, targets);
    }
    Set<String> distinct = new HashSet<>(model.getLabels());
    require(distinct.size() == labels, "a label twice");
  }

  private void targets() {
    List<TargetEncoding> encodings = model.getTargets();
    List<Column> targets = Columns.targets(model.getColumns());
    require(
        encodings.isEmpty() || (model.getLabels().isEmpty() && encodings.size() == targets.size()),
        "%d encodings for %d targets",
        encodings.size(),
        targets.size());
    for (int t = 0; t < encodings.size(); t++) {
      TargetEncoding encoding = encodings.get(t);
      String name = targets.get(t).getName();
      require(
          encoding.getColumn().equals(name),
          "the encoding of target %s is of %s",
          name,
          encoding.getColumn());
      require(
          encoding.getMethod() == encodings.get(0).getMethod(), "targets are scaled in two ways");
    }
    if (!encodings.isEmpty()) {
      Networks.targetScaling(encodings); // says which number cannot be
    }
  }

  private void baseline() {
    Baseline baseline = model.getBaseline();
    if (baseline == null) {
      return;
    }
    int labels = model.getLabels().size();
    Integer label = baseline.getLabel();
    List<Double> means = baseline.getMeans();
    require(
        label == null ? labels == 0 : label >= 0 && label < labels,
        "a baseline of label %s for %d labels",
        label,
        labels);
    int expected = labels > 0 ? 0 : Columns.targets(model.getColumns()).size();
    require(
        means.size() == expected, "a baseline of %d means, expected %d", means.size(), expected);
    require(
        means.stream().allMatch(Double::isFinite), "a baseline's mean is not finite: %s", means);
  }

  private void csv() {
    CsvOptions csv = model.getCsv();
    if (csv == null) {
      return;
    }
    Stream.of(
            csv.getDelimiter(),
            csv.getQuote(),
            csv.getComment(),
            csv.getEscape(),
            csv.getDecimal(),
            csv.getThousands())
        .filter(Objects::nonNull)
        .forEach(text -> require(isOneCharacter(text), "csv: '%s' is no character for it", text));
    require(
        !csv.getQuote().equals(csv.getDelimiter()) && !csv.getQuote().equals(csv.getComment()),
        "csv: the quote %s is another character too",
        csv.getQuote());
    require(
        csv.getComment() == null || !csv.getComment().equals(csv.getDelimiter()),
        "csv: the comment %s is the delimiter too",
        csv.getComment());
    require(
        csv.getEscape() == null || !csv.getEscape().equals(csv.getDelimiter()),
        "csv: the escape %s is the delimiter too",
        csv.getEscape());
    require(
        !csv.getDecimal().equals(csv.getThousands()),
        "csv: the decimal %s is between thousands too",
        csv.getDecimal());
    require(isCharset(csv.getEncoding()), "csv: no encoding %s", csv.getEncoding());
  }

  private static boolean isOneCharacter(String text) {
    return text.length() == 1
        && !Character.isLetterOrDigit(text.charAt(0))
        && "\n\r\0".indexOf(text.charAt(0)) < 0
        && text.charAt(0) < FieldParser.NOT_UTF_8;
  }

  private static boolean isCharset(String name) {
    try {
      return Charset.isSupported(name);
    } catch (IllegalCharsetNameException e) {
      return false;
    }
  }

  /** Whether a beamgrad that knows only the first version would leave out what a model needs. */
  static boolean isNewer(ModelRecord model) {
    return !model.getMembers().isEmpty()
        || !model.getTargets().isEmpty()
        || model.getLayers().stream()
            .anyMatch(layer -> layer instanceof LinearLayer linear && linear.getNtk())
        || model.getEncodings().stream().anyMatch(ModelCheck::isNewer);
  }

  private static boolean isNewer(Object encoding) {
    return (encoding instanceof NumberEncoding number && number.getSmoothClip() != null)
        || (encoding instanceof CategoryEncoding category
            && (!category.getHasUnknown() || category.getSign()));
  }
}
