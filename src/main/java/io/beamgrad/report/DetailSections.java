package io.beamgrad.report;

import io.beamgrad.data.rows.Columns;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnImportance;
import io.beamgrad.schema.DetailRow;
import io.beamgrad.schema.Details;
import io.beamgrad.schema.Guess;
import io.beamgrad.schema.LinearLayer;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.schema.Parameter;
import io.beamgrad.schema.Picture;
import io.beamgrad.schema.Split;
import io.beamgrad.schema.SplitSummary;
import io.beamgrad.schema.TargetPoints;
import io.beamgrad.schema.ValueKind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Makes the sections of a page from {@link Details} and the model file. */
final class DetailSections {
  private static final int MOST_FEATURES = 8;
  private static final int MOST_CHARS = 30;
  private static final int MOST_BALANCE = 40;
  private static final int MOST_WEIGHTS = 40;
  private static final int MOST_BARS = 40;

  private final Details details;
  private final ModelRecord model;

  DetailSections(Details details, ModelRecord model) {
    this.details = details;
    this.model = model;
  }

  static String name(Split split) {
    return split.name().toLowerCase(Locale.ROOT);
  }

  String rowsNote() {
    String of = name(details.getSplit());
    return details.getSplit() == Split.TRAIN
        ? "Of the first %s rows of the train split; no rows were held back."
            .formatted(NumberText.count(details.getLooked()))
        : "Of the %s rows of the %s split.".formatted(NumberText.count(details.getLooked()), of);
  }

  boolean arePictures() {
    return !details.getSamples().isEmpty() && details.getSamples().get(0).getPicture() != null;
  }

  List<Card> cards(List<DetailRow> rows) {
    return arePictures() ? rows.stream().map(this::card).toList() : List.of();
  }

  private Card card(DetailRow row) {
    Picture picture = row.getPicture();
    byte[] pixels = new byte[picture.getPixels().remaining()];
    picture.getPixels().duplicate().get(pixels);
    String image = Png.grey(picture.getHeight(), picture.getWidth(), pixels);
    String place = "%s record %s".formatted(row.getFile(), NumberText.count(row.getRecord()));
    if (row.getLabel() == null) {
      String title =
          "%s, predicted %s".formatted(numbers(row.getActual()), numbers(row.getPredicted()));
      return new Card(image, title, true, List.of(), place);
    }
    int taken = row.getGuesses().get(0).getLabel();
    boolean isRight = taken == row.getLabel();
    String title = isRight ? label(taken) : label(row.getLabel()) + " → " + label(taken);
    return new Card(image, title, isRight, guesses(row), place);
  }

  private List<Bar> guesses(DetailRow row) {
    List<Bar> bars = new ArrayList<>();
    for (Guess guess : row.getGuesses()) {
      bars.add(guess(guess.getLabel(), guess.getProbability()));
    }
    boolean hasOwn = row.getGuesses().stream().anyMatch(g -> g.getLabel() == row.getLabel());
    if (!hasOwn) {
      bars.set(bars.size() - 1, guess(row.getLabel(), row.getLabelProbability()));
    }
    return bars;
  }

  private Bar guess(int label, double probability) {
    String percent = NumberText.percent(probability);
    return Bar.of(
        NumberText.cut(label(label), 8), probability, 1, percent, label(label) + ": " + percent);
  }

  private String label(int index) {
    return model.getLabels().get(index);
  }

  private static String numbers(List<Float> values) {
    return values.stream()
        .map(value -> NumberText.brief((double) value))
        .collect(Collectors.joining(", "));
  }

  /** A table of rows that are no pictures. */
  Table rows(List<DetailRow> rows) {
    if (arePictures() || rows.isEmpty()) {
      return new Table(1, List.of("row"), List.of());
    }
    boolean isClass = rows.get(0).getLabel() != null;
    List<String> header = new ArrayList<>(List.of("row"));
    if (isClass) {
      header.addAll(List.of("class", "taken for", "probability", "of its class"));
    } else {
      for (TargetPoints points : details.getPoints()) {
        header.add(points.getTarget());
        header.add("predicted");
        header.add("error");
      }
    }
    List<Column> features = Columns.features(model.getColumns());
    Set<Integer> words = new HashSet<>(isClass ? Set.of(0, 1, 2) : Set.of(0));
    int[] mostNeeded = mostNeeded(rows.get(0).getValues().size(), features);
    for (int feature : mostNeeded) {
      if (features.get(feature).getKind() != ValueKind.NUMBER) {
        words.add(header.size());
      }
      header.add(features.get(feature).getName());
    }
    List<List<String>> cells = new ArrayList<>();
    for (DetailRow row : rows) {
      List<String> line = new ArrayList<>();
      line.add(row.getFile() + " " + NumberText.count(row.getRecord()));
      if (isClass) {
        Guess best = row.getGuesses().get(0);
        line.add(label(row.getLabel()));
        line.add(label(best.getLabel()));
        line.add(NumberText.percent(best.getProbability()));
        line.add(NumberText.percent(row.getLabelProbability()));
      } else {
        for (int t = 0; t < row.getActual().size(); t++) {
          double actual = row.getActual().get(t);
          double predicted = row.getPredicted().get(t);
          line.add(NumberText.brief(actual));
          line.add(NumberText.brief(predicted));
          line.add(NumberText.brief(predicted - actual));
        }
      }
      for (int feature : mostNeeded) {
        String value = row.getValues().get(feature);
        line.add(value.isEmpty() ? "–" : NumberText.cut(value, MOST_CHARS));
      }
      cells.add(line);
    }
    return new Table(words, header, cells);
  }

  /** The features that the model needs most, out of those whose values are recorded. */
  private int[] mostNeeded(int count, List<Column> features) {
    Map<String, Double> needs = new HashMap<>();
    if (details.getImportance() != null) {
      details
          .getImportance()
          .getColumns()
          .forEach(column -> needs.put(column.getColumn(), column.getLossIncrease()));
    }
    return IntStream.range(0, count)
        .boxed()
        .sorted(
            Comparator.comparingDouble(f -> -needs.getOrDefault(features.get(f).getName(), 0.0)))
        .limit(MOST_FEATURES)
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /** The weights of each class as a picture, for a single network of one linear layer on images. */
  List<ReportPage.Weights> weights() {
    List<Column> features = Columns.features(model.getColumns());
    boolean isImage = features.size() == 1 && features.get(0).getShape().size() == 2;
    int[] linear =
        IntStream.range(0, model.getLayers().size())
            .filter(i -> model.getLayers().get(i) instanceof LinearLayer)
            .toArray();
    if (!isImage || linear.length != 1 || !model.getMembers().isEmpty()) {
      return List.of();
    }
    Parameter weight =
        model.getParameters().stream()
            .filter(parameter -> parameter.getName().equals(linear[0] + ".weight"))
            .findFirst()
            .orElseThrow();
    int height = features.get(0).getShape().get(0);
    int width = features.get(0).getShape().get(1);
    int outputs = weight.getShape().get(0);
    if (weight.getShape().get(1) != height * width || outputs > MOST_WEIGHTS) {
      return List.of();
    }
    FloatBuffer values =
        weight.getValues().duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    List<ReportPage.Weights> pictures = new ArrayList<>();
    for (int output = 0; output < outputs; output++) {
      float[] own = new float[height * width];
      values.get(output * own.length, own);
      pictures.add(
          new ReportPage.Weights(weightsOf(output, outputs), diverging(height, width, own)));
    }
    return pictures;
  }

  private String weightsOf(int output, int outputs) {
    return model.getLabels().size() == outputs ? label(output) : "output " + (output + 1);
  }

  /**
   * A picture of values: blue above 0, red below it, the more opaque the larger; 0 is transparent.
   */
  private static String diverging(int height, int width, float[] values) {
    float largest = 0;
    for (float value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    ByteBuffer pixels = ByteBuffer.allocate(4 * values.length);
    for (float value : values) {
      int opacity = largest == 0 ? 0 : Math.round(255 * Math.abs(value) / largest);
      pixels.putInt((value > 0 ? 0x2a78d600 : 0xe34948 << 8) | opacity);
    }
    return Png.rgba(height, width, pixels.array());
  }

  /** Which rows the scatters draw: some of those that were looked at, the worst among them. */
  String scatterNote() {
    long drawn = details.getPoints().isEmpty() ? 0 : details.getPoints().get(0).getActual().size();
    String which =
        drawn < details.getLooked()
            ? "%s of %s rows of the %s split are drawn: the first in random order, and those with the largest errors."
                .formatted(
                    NumberText.count(drawn),
                    NumberText.count(details.getLooked()),
                    name(details.getSplit()))
            : rowsNote();
    return which + " A residual is the prediction less the truth.";
  }

  List<Chart> scatters() {
    List<Chart> charts = new ArrayList<>();
    for (TargetPoints points : details.getPoints()) {
      double[] actual = points.getActual().stream().mapToDouble(Float::doubleValue).toArray();
      double[] predicted = points.getPredicted().stream().mapToDouble(Float::doubleValue).toArray();
      double[] residuals = new double[actual.length];
      for (int i = 0; i < residuals.length; i++) {
        residuals[i] = predicted[i] - actual[i];
      }
      String target = points.getTarget();
      charts.add(
          Chart.scatter(
              target + " predicted", target + " in truth", actual, predicted, true, "truth"));
      charts.add(
          Chart.scatter(
              target + " residual",
              target + " predicted",
              predicted,
              residuals,
              false,
              "predicted"));
    }
    return charts;
  }

  ReportPage.Importance importance() {
    io.beamgrad.schema.Importance found = details.getImportance();
    if (found == null) {
      return new ReportPage.Importance("", List.of());
    }
    List<ColumnImportance> columns = new ArrayList<>(found.getColumns());
    columns.sort(Comparator.comparingDouble(ColumnImportance::getLossIncrease).reversed());
    double largest =
        columns.stream().mapToDouble(c -> Math.abs(c.getLossIncrease())).max().orElse(0);
    List<Bar> bars = new ArrayList<>();
    for (ColumnImportance column : columns.subList(0, Math.min(MOST_BARS, columns.size()))) {
      String increase =
          "%s%s ± %s"
              .formatted(
                  column.getLossIncrease() < 0 ? "" : "+",
                  NumberText.brief(column.getLossIncrease()),
                  NumberText.brief(column.getDeviation()));
      String title =
          column.getAccuracyDrop() == null
              ? column.getColumn()
              : "%s: accuracy lower by %s"
                  .formatted(column.getColumn(), NumberText.percent(column.getAccuracyDrop()));
      bars.add(Bar.of(column.getColumn(), column.getLossIncrease(), largest, increase, title));
    }
    String most =
        columns.size() > MOST_BARS
            ? " The first %s of %s columns.".formatted(MOST_BARS, columns.size())
            : "";
    return new ReportPage.Importance(
        ("By how much the loss of %s rows, %s, grows where the values of a column are shuffled"
                + " among them; the mean of %s shuffles ± their deviation.%s")
            .formatted(
                NumberText.count(found.getRows()),
                NumberText.number(found.getLoss()),
                found.getRepeats(),
                most),
        bars);
  }

  /**
   * How many records each split has.
   *
   * @param heldOut how many records the split keeps out
   * @param rejected how many records could not be used
   */
  Table splits(long heldOut, long rejected) {
    Map<String, Long> counts = new LinkedHashMap<>();
    details.getSplits().forEach(split -> counts.put(name(split.getSplit()), split.getRows()));
    if (heldOut > 0) {
      counts.put("held out", heldOut);
    }
    if (rejected > 0) {
      counts.put("rejected", rejected);
    }
    long all = counts.values().stream().mapToLong(Long::longValue).sum();
    List<List<String>> rows = new ArrayList<>();
    counts.forEach(
        (what, count) ->
            rows.add(
                List.of(what, NumberText.count(count), NumberText.percent((double) count / all))));
    return new Table(1, List.of("split", "rows", "of all"), rows);
  }

  /** The number of rows of each class, in the split that has most counted rows. */
  List<Bar> balance() {
    SplitSummary split = balanceSplit();
    if (split == null || split.getClassRows().isEmpty()) {
      return List.of();
    }
    long largest = split.getClassRows().stream().mapToLong(Long::longValue).max().orElse(0);
    List<Bar> bars = new ArrayList<>();
    for (int c = 0; c < Math.min(MOST_BALANCE, split.getClassRows().size()); c++) {
      int label = c;
      long rows = split.getClassRows().get(c);
      String share = NumberText.percent((double) rows / split.getCounted());
      String inEach =
          details.getSplits().stream()
              .map(
                  one ->
                      name(one.getSplit()) + " " + NumberText.count(one.getClassRows().get(label)))
              .collect(Collectors.joining(", "));
      bars.add(
          Bar.of(
              label(c),
              (double) rows,
              (double) largest,
              "%s (%s)".formatted(NumberText.count(rows), share),
              label(c) + ": " + inEach));
    }
    return bars;
  }

  private SplitSummary balanceSplit() {
    return details.getSplits().isEmpty() ? null : details.getSplits().get(0);
  }

  String balanceNote() {
    SplitSummary split = balanceSplit();
    if (split == null || split.getClassRows().isEmpty()) {
      return "";
    }
    String counted =
        split.getCounted() < split.getRows()
            ? "the first %s of %s rows, in random order"
                .formatted(NumberText.count(split.getCounted()), NumberText.count(split.getRows()))
            : "all rows";
    int classes = split.getClassRows().size();
    return "Rows of each class in the %s split: %s%s."
        .formatted(
            name(split.getSplit()),
            counted,
            classes > MOST_BALANCE ? "; %s of %s classes".formatted(MOST_BALANCE, classes) : "");
  }

  Table columns() {
    return DataTables.columns(details.getColumns(), model.getColumns(), details.getSummarised());
  }

  String columnsNote() {
    Split of =
        details.getSplits().size() == 1 ? details.getSplits().get(0).getSplit() : Split.TRAIN;
    long rows =
        details.getSplits().stream()
            .filter(split -> split.getSplit() == of)
            .mapToLong(SplitSummary::getRows)
            .sum();
    String which =
        details.getSummarised() < rows
            ? "the first %s of %s rows, in random order,"
                .formatted(NumberText.count(details.getSummarised()), NumberText.count(rows))
            : "all rows";
    long columns =
        model.getColumns().stream()
            .filter(column -> Columns.isFeature(column) || Columns.isTarget(column))
            .count();
    String some =
        details.getColumns().size() < columns
            ? " The first %s of %s columns."
                .formatted(details.getColumns().size(), NumberText.count(columns))
            : "";
    return "Values as the source has them, before they are encoded: %s of the %s split.%s"
        .formatted(which, name(of), some);
  }
}
