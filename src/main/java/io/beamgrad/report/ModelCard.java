package io.beamgrad.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.rows.RejectText;
import io.beamgrad.metrics.KeptEpoch;
import io.beamgrad.metrics.Metric;
import io.beamgrad.schema.ClassScores;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.MetricRow;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.schema.Parameter;
import io.beamgrad.schema.RunRecord;
import io.beamgrad.schema.Split;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The model card of a run, {@code README.md}: Markdown under the headings of Hugging Face's
 * template (Mitchell et al., Model Cards for Model Reporting, 2019), of what the run's files say
 * alone. The same data, spec and seed give the same card, wherever and however often it is trained.
 */
public final class ModelCard {
  private static final int MOST_CLASSES = 20;
  private static final int MOST_COLUMNS = 50;
  private static final long FEW_ROWS = 30;

  private final RunFiles files;
  private final RunRecord run;
  private final ModelRecord model;
  private final DetailSections parts;
  private final JsonNode spec;
  private final StringBuilder text = new StringBuilder();

  private ModelCard(RunFiles files) {
    this.files = files;
    this.run = files.summary();
    this.model = files.model();
    this.parts = new DetailSections(files.details(), model);
    this.spec = SplitNote.read(files.spec());
  }

  /** The card as Markdown. */
  public static String of(RunFiles files) {
    return new ModelCard(files).card();
  }

  private String card() {
    head();
    details();
    uses();
    limits();
    start();
    training();
    evaluation();
    return text.toString();
  }

  private void head() {
    boolean isImage =
        Columns.features(model.getColumns()).stream()
            .anyMatch(column -> column.getType() == ColumnType.BYTES);
    line("---");
    line("library_name: beamgrad");
    line(
        "pipeline_tag: "
            + (isImage
                ? "image-classification"
                : isOfClasses() ? "tabular-classification" : "tabular-regression"));
    line("---");
    paragraph("# Model card for " + escaped(run.getName()));
  }

  private void details() {
    paragraph("## Model Details");
    paragraph("### Model Description");
    paragraph(
        "It predicts **%s**, %s, from %s."
            .formatted(
                targets(),
                isOfClasses()
                    ? "one of %s classes".formatted(NumberText.count(model.getLabels().size()))
                    : Columns.targets(model.getColumns()).size() == 1 ? "a number" : "numbers",
                columns(Columns.features(model.getColumns()).size())));
    item("Model type", type());
    if (isOfClasses()) {
      item("Classes", listed(model.getLabels(), MOST_CLASSES));
    }
    item(
        "Trained by",
        "beamgrad %s, seed %s".formatted(model.getProvenance().getVersion(), run.getSeed()));
    item("Weights", "SHA-256 `%s`".formatted(run.getWeightsSha256()));
    item("Job", "`job.yaml`, fingerprint `%s`".formatted(run.getFingerprint().getSpec()));
  }

  private boolean isOfClasses() {
    return !model.getLabels().isEmpty();
  }

  private String targets() {
    return listed(
        Columns.targets(model.getColumns()).stream().map(Column::getName).toList(), MOST_CLASSES);
  }

  private static String columns(int count) {
    return count == 1 ? "one column" : NumberText.count(count) + " columns";
  }

  private String type() {
    String layers =
        IntStream.range(0, model.getLayers().size())
            .mapToObj(this::layer)
            .collect(Collectors.joining(", "));
    long numbers =
        model.getParameters().stream()
            .filter(parameter -> !parameter.getName().contains("running_"))
            .mapToLong(ModelCard::size)
            .sum();
    String many =
        model.getMembers().isEmpty()
            ? run.getEach() == null
                ? ""
                : "; a model for each of %s of the %s values of %s, which began at the pooled one"
                    .formatted(
                        NumberText.count(run.getEach().getOwn()),
                        NumberText.count(run.getEach().getKeys()),
                        escaped(run.getEach().getColumn()))
            : "; the mean of %s such networks".formatted(model.getMembers().size());
    return "layers %s; %s parameters%s".formatted(layers, NumberText.count(numbers), many);
  }

  private static long size(Parameter parameter) {
    return parameter.getShape().stream().mapToLong(Integer::longValue).reduce(1, (a, b) -> a * b);
  }

  /** The kind of a layer, and where it has a matrix of weights the size of its output. */
  private String layer(int index) {
    String kind = model.getLayers().get(index).getClass().getSimpleName();
    String name = kind.replaceFirst("Layer$", "").toLowerCase(Locale.ROOT);
    String weight = (model.getMembers().isEmpty() ? "" : "members.0.") + index + ".weight";
    return model.getParameters().stream()
        .filter(parameter -> parameter.getName().equals(weight) && parameter.getShape().size() == 2)
        .findFirst()
        .map(parameter -> name + " " + parameter.getShape().get(0))
        .orElse(name);
  }

  private void uses() {
    paragraph("## Uses");
    paragraph("### Direct Use");
    paragraph(
        "Predictions for rows that have these columns, in the units and with the meanings that they had in training:");
    Table columns = parts.columns();
    table(first(columns, MOST_COLUMNS));
    if (columns.rows().size() > MOST_COLUMNS) {
      paragraph(
          "The first %s of %s columns."
              .formatted(MOST_COLUMNS, NumberText.count(columns.rows().size())));
    }
    paragraph("### Out-of-Scope Use");
    paragraph(
        "Rows whose values are far from those above: nothing is known of how good predictions are there. `predict` and `evaluate` warn of numbers outside of the ranges and of categories that the training has not seen.");
  }

  private void limits() {
    paragraph("## Bias, Risks, and Limitations");
    List<String> limits = new ArrayList<>();
    if (files.details().getSplit() == Split.TRAIN) {
      limits.add(
          "No rows were held back to validate or test on: the scores below are of training rows, and flatter%s."
              .formatted(folds()));
    } else if (files.details().getSplit() == Split.VALIDATION) {
      limits.add(
          "No rows were held back to test on: the scores below are of validation rows%s%s%s."
              .formatted(
                  isChosenByEpoch() || (run.getSweep() != null && run.getFolds() == null)
                      ? ", by which the model was chosen, and flatter"
                      : "",
                  run.getCounts().getRefit() == null ? "" : ", and of the model before its refit",
                  folds()));
    }
    rareClasses().ifPresent(limits::add);
    worstClass().ifPresent(limits::add);
    if (run.getCounts().getRejected() > 0) {
      limits.add(
          "%s of %s records could not be used and are not in any score; `rejects.avro` lists them."
              .formatted(
                  NumberText.count(run.getCounts().getRejected()),
                  NumberText.count(run.getCounts().getRead())));
    }
    if (run.getRemarks() != null) {
      run.getRemarks().forEach(remark -> limits.add(escaped(NumberText.title(remark)) + "."));
    }
    limits.add(
        "What the columns mean, how the rows were collected, who is affected by predictions and under which licence the model is, the run does not know: a person has to add it.");
    limits.forEach(limit -> line("- " + limit));
    line("");
  }

  /** Whether early stopping chose the epoch that is kept, by the loss or by a metric. */
  private boolean isChosenByEpoch() {
    JsonNode stopping = spec.path("earlyStopping");
    return stopping.hasNonNull("patience") || stopping.hasNonNull("metric");
  }

  private String folds() {
    return run.getFolds() == null
        ? ""
        : "; only the scores of the %s folds are of rows that their models were not trained on"
            .formatted(run.getFolds().getEach().size());
  }

  private Optional<String> rareClasses() {
    return files.details().getSplits().stream()
        .filter(split -> split.getSplit() == Split.TRAIN)
        .findFirst()
        .map(
            train ->
                IntStream.range(0, train.getClassRows().size())
                    .filter(label -> train.getCounted() == train.getRows())
                    .filter(label -> train.getClassRows().get(label) < FEW_ROWS)
                    .mapToObj(label -> model.getLabels().get(label))
                    .toList())
        .filter(labels -> !labels.isEmpty())
        .map(
            labels ->
                "Of fewer than %s training rows: %s."
                    .formatted(FEW_ROWS, listed(labels, MOST_CLASSES)));
  }

  private Optional<String> worstClass() {
    if (run.getEvaluation() == null) {
      return Optional.empty();
    }
    return run.getEvaluation().getClasses().stream()
        .filter(one -> one.getRows() > 0 && (one.getWeight() == null || one.getWeight() > 0))
        .min(Comparator.comparingDouble(ClassScores::getRecall))
        .map(
            one ->
                "The class found least often is %s: %s of its %s%s rows%s."
                    .formatted(
                        escaped(one.getLabel()),
                        NumberText.percent(one.getRecall()),
                        one.getWeight() == null ? NumberText.count(one.getRows()) + " " : "",
                        DetailSections.name(files.details().getSplit()),
                        one.getWeight() == null ? "" : ", by weight"));
  }

  private void start() {
    paragraph("## How to Get Started with the Model");
    line("```");
    line("beamgrad predict --model model.avro --input FILE");
    line("```");
    paragraph("In Java, with `beamgrad-model` alone:");
    line("```java");
    line("Model model = Model.load(Path.of(\"model.avro\"));");
    line("```");
    line("");
  }

  private void training() {
    paragraph("## Training Details");
    paragraph("### Training Data");
    List<String> names = new ArrayList<>();
    JsonNode train = spec.at("/data/train");
    if (train.isTextual()) {
      names.add(train.asText());
    }
    train.forEach(name -> names.add(name.asText()));
    if (!names.isEmpty()) {
      paragraph("Files: %s.".formatted(listed(names, MOST_CLASSES)));
    }
    table(parts.splits(run.getCounts().getHeldOut(), run.getCounts().getRejected()));
    paragraph(
        "%s The rows have the checksum `%s`."
            .formatted(escaped(SplitNote.of(files.spec())), run.getFingerprint().getData()));
    paragraph("### Training Procedure");
    Long refit = run.getCounts().getRefit();
    paragraph(
        "%s epochs%s%s%s. `train job.yaml` repeats it to the same bits."
            .formatted(
                NumberText.count(run.getEpochs().getTrained()),
                kept(),
                run.getSweep() == null
                    ? ""
                    : "; the best of %s trials of a sweep"
                        .formatted(NumberText.count(run.getSweep().getTrials().size())),
                refit == null
                    ? ""
                    : "; then trained anew on %s training and validation rows"
                        .formatted(NumberText.count(refit))));
    paragraph("#### Training Hyperparameters");
    for (String key : List.of("loss", "optimizer", "batch", "schedule", "earlyStopping")) {
      JsonNode value = spec.path(key);
      if (!value.isMissingNode() && !value.isNull()) {
        item(NumberText.title(key), "`%s`".formatted(value.toString().replace("`", "'")));
      }
    }
    line("");
  }

  private String kept() {
    String metric = run.getEpochs().getMetric();
    String best =
        metric == null
            ? Metric.LOSS.inFull()
            : Metric.of(metric).map(Metric::inFull).orElse(metric);
    if (isChosenByEpoch() && !model.getMembers().isEmpty()) {
      return "; each network has the weights of its epoch best in validation " + best;
    }
    int kept = KeptEpoch.of(run.getEpochs());
    return kept == run.getEpochs().getTrained() && !isChosenByEpoch()
        ? ""
        : "; the weights of epoch %s are kept%s"
            .formatted(
                NumberText.count(kept), isChosenByEpoch() ? ", best in validation " + best : "");
  }

  private void evaluation() {
    paragraph("## Evaluation");
    paragraph("### Testing Data, Factors & Metrics");
    Split split = files.details().getSplit();
    Optional<MetricRow> row = KeptEpoch.row(files.metrics(), split, KeptEpoch.of(run.getEpochs()));
    paragraph(
        "%s rows%s."
            .formatted(
                NumberText.title(DetailSections.name(split)),
                row.map(MetricRow::getBaseline)
                    .map(
                        base ->
                            ", beside what it is worth to say the same of each row: "
                                + escaped(BaselineText.name(base)))
                    .orElse("")));
    paragraph("### Results");
    row.ifPresent(found -> table(RunPage.metrics(List.of(found))));
    if (run.getEvaluation() != null && run.getEvaluation().getBalancedAccuracy() != null) {
      paragraph(
          "Balanced accuracy: %s."
              .formatted(NumberText.percent(run.getEvaluation().getBalancedAccuracy())));
    }
    if (run.getEvaluation() != null && isOfClasses()) {
      table(first(Confusion.classes(run.getEvaluation()), MOST_CLASSES));
    }
    if (run.getFolds() != null) {
      paragraph("Cross validation, %s folds:".formatted(run.getFolds().getEach().size()));
      table(FoldsTable.of(run.getFolds()));
    }
  }

  private static Table first(Table table, int most) {
    return new Table(
        table.wordColumns(),
        table.header(),
        table.rows().subList(0, Math.min(most, table.rows().size())));
  }

  private void table(Table table) {
    if (table.isEmpty()) {
      return;
    }
    row(table.header());
    row(
        IntStream.range(0, table.header().size())
            .mapToObj(column -> table.wordColumns().contains(column) ? "---" : "---:")
            .toList(),
        false);
    table.rows().forEach(this::row);
    line("");
  }

  private void row(List<String> cells) {
    row(cells, true);
  }

  private void row(List<String> cells, boolean areTexts) {
    line(
        cells.stream()
            .map(cell -> areTexts ? escaped(cell) : cell)
            .collect(Collectors.joining(" | ", "| ", " |")));
  }

  private static String listed(List<String> names, int most) {
    String first =
        names.stream().limit(most).map(ModelCard::escaped).collect(Collectors.joining(", "));
    return names.size() <= most
        ? first
        : "%s and %s more".formatted(first, NumberText.count(names.size() - most));
  }

  /** A text of the data as one line of Markdown that says nothing but itself. */
  private static String escaped(String given) {
    return RejectText.onOneLine(given).replaceAll("([\\\\`*_{}\\[\\]<>#|~])", "\\\\$1");
  }

  private void item(String name, String value) {
    line("- **%s:** %s".formatted(name, value));
  }

  private void paragraph(String words) {
    boolean isAfterItems = text.length() > 1 && text.charAt(text.length() - 2) != '\n';
    if (isAfterItems) {
      line("");
    }
    line(words);
    line("");
  }

  private void line(String words) {
    text.append(words).append('\n');
  }
}
