package io.beamgrad.job;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beamgrad.data.files.Storage;
import io.beamgrad.data.formats.CsvStyle;
import io.beamgrad.data.rows.RejectText;
import io.beamgrad.data.sources.NamedFiles;
import io.beamgrad.data.sources.SourceFiles;
import io.beamgrad.data.split.SplitRule;
import io.beamgrad.evaluation.ModelEvaluation;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.metrics.Metric;
import io.beamgrad.metrics.MetricRecords;
import io.beamgrad.metrics.RunJson;
import io.beamgrad.model.KeyedModels;
import io.beamgrad.model.ModelFile;
import io.beamgrad.predict.BatchPredictor;
import io.beamgrad.report.CalibrationText;
import io.beamgrad.report.EvaluationPage;
import io.beamgrad.report.PageFile;
import io.beamgrad.rundir.ClassTable;
import io.beamgrad.rundir.ProgressPrinter;
import io.beamgrad.runner.RemoteAccess;
import io.beamgrad.schema.KeyEncoding;
import io.beamgrad.schema.MetricRow;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.schema.RunEvaluation;
import io.beamgrad.schema.Split;
import io.beamgrad.spec.CsvArguments;
import io.beamgrad.spec.JobSpec;
import io.beamgrad.spec.PlanFromSpec;
import io.beamgrad.terminal.ProgressBar;
import io.beamgrad.terminal.Terminal;
import io.beamgrad.train.Evaluation;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Measures a trained model on the data of a job spec, or on files.
 *
 * @param model the model's file
 * @param data the spec whose data and split to use; null where files are given
 * @param input files, folders and globs; null where a spec is given
 * @param delimiter what is between the fields of CSV files of {@code input}; null is as in training
 * @param csv keys of {@code data.csv} with their values, for files that are written otherwise
 * @param splitName of the spec's data; null is the first of test, validation and train that it has.
 *     The holdout is that of the model's own run
 * @param overrides {@code KEY=VALUE} texts for the spec, in their order
 * @param rejects where rejects go; null is nowhere
 * @param by features by whose values scores are told, too
 * @param json true prints one JSON object
 * @param report where a page goes; null is nowhere
 * @param beamOptions for data at an address
 */
public record EvaluateJob(
    Path model,
    @Nullable Path data,
    @Nullable List<String> input,
    @Nullable String delimiter,
    List<String> csv,
    @Nullable String splitName,
    List<String> overrides,
    @Nullable Path rejects,
    List<String> by,
    boolean json,
    @Nullable Path report,
    List<String> beamOptions,
    Terminal terminal) {
  private static final int MOST_CLASSES = 20; // that are named

  /**
   * Measures, and says what was found.
   *
   * @throws WrongInputException where an argument or the data cannot be used
   */
  public void run() throws IOException, InterruptedException {
    if ((data == null) == (input == null)) {
      throw new WrongInputException(
          "expected either --data SPEC.yaml or --input FILE..., found "
              + (data == null ? "none" : "both"));
    }
    ModelRecord record = ModelFile.read(model.toString());
    SliceReport.require(model, record, by);
    if (input == null) {
      onSpec(record);
      return;
    }
    if (splitName != null || !overrides.isEmpty()) {
      throw new WrongInputException(
          (splitName != null ? "--split" : "--set") + " is for --data, not for --input");
    }
    RejectList list = new RejectList(rejects);
    ModelEvaluation.Result result =
        evaluate(
            record,
            labelledFiles(record),
            Split.TEST,
            SplitRule.random(BigDecimal.ZERO),
            record.getProvenance().getSeed(),
            list);
    list.write();
    if (result.evaluation().examples() == 0) {
      throw new WrongInputException(
          result.rejected() == 0
              ? "no rows in " + String.join(", ", input)
              : String.format(
                  Locale.ROOT,
                  "rejected all %,d records; the first: %s",
                  result.rejected(),
                  result.firstReject()));
    }
    show(record, null, "", result);
  }

  /** The files, which must have what a model predicts from and what it predicts. */
  private SourceFiles labelledFiles(ModelRecord record) {
    String checked = PredictRequest.checked(delimiter);
    RemoteAccess.open(input, beamOptions);
    if (BatchPredictor.takesImages(record)) {
      return NamedFiles.pairs(input).pairsOf();
    }
    CsvStyle style = CsvArguments.apply(CsvStyle.of(record.getCsv()).withDelimiter(checked), csv);
    return NamedFiles.tables(input).tablesOf(record.getColumns(), style);
  }

  private void onSpec(ModelRecord record) throws IOException, InterruptedException {
    if (delimiter != null) {
      throw new WrongInputException("--delimiter is for --input; --set data.csv.delimiter=CHAR");
    }
    if (!csv.isEmpty()) {
      throw new WrongInputException("--csv is for --input; --set data.csv." + csv.get(0));
    }
    JobSpec spec = JobSpec.load(data, overrides);
    DigitsOnFirstUse.generate(spec, terminal);
    RemoteAccess.open(List.of(spec.data().dir()), beamOptions);
    try (DatabaseRows rows = DatabaseRows.forNow(spec, terminal)) {
      onRows(record, rows.spec());
    }
  }

  /** Rows that are dealt at random are so key by key, where there are models by key. */
  private void requireSameKeys(ModelRecord record, JobSpec spec, SplitRule rule, Split split) {
    String own = KeyedModels.encoding(record).map(KeyEncoding::getColumn).orElse(null);
    if (split != Split.HOLDOUT && rule.isDealt() && !Objects.equals(own, spec.keyColumn())) {
      throw new WrongInputException(
          "%s: each.key is %s, but %s is %s, whose split is another"
              .formatted(
                  data,
                  spec.keyColumn() == null ? "null" : spec.keyColumn(),
                  model,
                  own == null ? "a model of all rows" : "of models by " + own));
    }
  }

  private void onRows(ModelRecord record, JobSpec spec) throws IOException, InterruptedException {
    List<Split> splits = splits(record, spec);
    Split split = splits.get(0);
    SplitRule rule =
        split == Split.HOLDOUT
            ? RecordedHoldout.rule(model, data, spec)
            : PlanFromSpec.splitRule(spec);
    requireSameKeys(record, spec, rule, split);
    SourceFiles files =
        JobFiles.findFor(record, spec, rule.holdout() == null ? List.of() : rule.holdout().keys());
    if (split == Split.HOLDOUT) {
      RecordedHoldout.requireIn(files, rule, data);
    }
    RejectList list = new RejectList(rejects);
    ModelEvaluation.Result result = evaluate(record, files, split, rule, spec.split().seed(), list);
    for (int i = 1; i < splits.size() && result.evaluation().examples() == 0; i++) {
      split = splits.get(i);
      list = new RejectList(rejects);
      result = evaluate(record, files, split, rule, spec.split().seed(), list);
    }
    list.write();
    if (result.evaluation().examples() == 0) {
      throw new WrongInputException(data + ": " + whyEmpty(split, spec));
    }
    show(record, split, spec.toYaml(), result);
  }

  /**
   * @param split null where all rows of files were evaluated
   * @param spec as YAML; empty where there is none
   */
  private void show(
      ModelRecord record, @Nullable Split split, String spec, ModelEvaluation.Result result)
      throws IOException {
    if (json) {
      terminal.line(toJson(split, record, result));
    } else {
      String name = split == null ? "input" : split.name().toLowerCase(Locale.ROOT);
      terminal.heading(
          name,
          "  "
              + ProgressPrinter.measured(result.evaluation())
              + ProgressPrinter.baseline(result.baseline()));
    }
    if (!json && result.pooled() != null) {
      terminal.line("pooled model alone  " + ProgressPrinter.measured(result.pooled()));
    }
    if (!json && result.calibration() != null) {
      CalibrationText.lines(result.calibration(), split)
          .forEach(line -> terminal.line("calibrated " + line));
    }
    if (!json && result.evaluation().classes() != null) {
      new ClassTable(record.getLabels(), result.evaluation().classes())
          .lines(terminal)
          .forEach(terminal::line);
    }
    if (!json && !result.unknownClasses().isEmpty()) {
      terminal.line(unknown(result));
    }
    if (!json && result.rejected() > 0) {
      terminal.line(
          String.format(
              Locale.ROOT,
              "%,d records rejected; the first: %s",
              result.rejected(),
              result.firstReject()));
    }
    if (!json) {
      new InputReport(record, result.inputs())
          .say(terminal::line, line -> terminal.line("warning: " + line));
      result.slices().forEach(column -> new SliceReport(column).print(terminal));
    }
    if (report != null) {
      writeReport(record, spec, split, result);
    }
  }

  private static String unknown(ModelEvaluation.Result result) {
    List<String> classes = result.unknownClasses();
    return String.format(
        Locale.ROOT,
        "%,d of %,d rows are of %s that the model does not know (%s%s): wrong in accuracy, and in no loss",
        result.evaluation().classes().unknown(),
        result.evaluation().examples(),
        classes.size() == 1 ? "a class" : String.format(Locale.ROOT, "%,d classes", classes.size()),
        classes.stream()
            .limit(MOST_CLASSES)
            .map(label -> RejectText.onOneLine(RejectText.cut(label)))
            .collect(Collectors.joining(", ")),
        classes.size() > MOST_CLASSES ? ", ..." : "");
  }

  private void writeReport(
      ModelRecord record, String spec, @Nullable Split split, ModelEvaluation.Result result) {
    RunEvaluation classes = classes(split, record, result.evaluation());
    int epoch = record.getProvenance().getKeptEpoch();
    MetricRow row =
        MetricRow.newBuilder(
                MetricRecords.of(
                    record.getName(),
                    epoch,
                    split == null ? Split.TEST : split,
                    result.evaluation(),
                    0))
            .setBaseline(result.baseline())
            .build();
    EvaluationPage page =
        new EvaluationPage(
            model,
            record,
            result.details(),
            row,
            files(),
            classes,
            result.calibration(),
            result.slices().stream().map(column -> new SliceReport(column).table()).toList(),
            result.rejected(),
            result.firstReject(),
            command(split),
            spec);
    PageFile.write(report.toString(), page.page(Instant.now()));
    if (!json) {
      terminal.line("wrote " + Terminal.shown(report));
    }
  }

  private static void putScores(Evaluation found, ObjectNode to) {
    for (Metric metric : Metric.ofFiles()) {
      if (Metric.scores().contains(metric)) {
        to.put(metric.word(), metric.in(found));
      }
    }
  }

  /** Null for numbers, and for too many classes. */
  private static @Nullable RunEvaluation classes(
      @Nullable Split split, ModelRecord record, Evaluation found) {
    return found.classes() == null || !found.classes().hasPairs()
        ? null
        : new ClassTable(record.getLabels(), found.classes()).toRecord(split);
  }

  /** The files that are evaluated, or the spec that names them, in full. */
  private List<String> files() {
    List<String> given = input == null ? List.of(data.toString()) : input;
    return given.stream()
        .map(
            one ->
                Storage.isRemote(one) ? one : Path.of(one).toAbsolutePath().normalize().toString())
        .toList();
  }

  private String command(@Nullable Split split) {
    StringBuilder command = new StringBuilder("scripts/beamgrad evaluate --model ");
    command.append(PageFile.quoted(model.toAbsolutePath().normalize().toString()));
    if (split == null) {
      command.append(" --input");
      files().forEach(file -> command.append(' ').append(PageFile.quoted(file)));
      if (delimiter != null) {
        command.append(" --delimiter ").append(PageFile.quoted(delimiter));
      }
      csv.forEach(one -> command.append(" --csv ").append(PageFile.quoted(one)));
    } else {
      command.append(" --data ");
      command.append(PageFile.quoted(data.toAbsolutePath().normalize().toString()));
      command.append(" --split ").append(split.name().toLowerCase(Locale.ROOT));
    }
    by.forEach(one -> command.append(" --by ").append(PageFile.quoted(one)));
    overrides.forEach(one -> command.append(" --set ").append(PageFile.quoted(one)));
    return command.append(" --report ").append(PageFile.quoted(report.toString())).toString();
  }

  private ModelEvaluation.Result evaluate(
      ModelRecord record,
      SourceFiles files,
      Split split,
      SplitRule rule,
      long seed,
      RejectList list)
      throws InterruptedException {
    try (ProgressBar bar = new ProgressBar(terminal, "reading")) {
      return ModelEvaluation.of(
          model.toString(), record, files, split, rule, seed, list::add, bar, report != null, by);
    }
  }

  private static String whyEmpty(Split split, JobSpec spec) {
    return switch (split) {
      case TEST ->
          "no test rows; data.test is %s and split.test %s"
              .formatted(shown(spec.data().test()), spec.split().test());
      case VALIDATION ->
          "no validation rows; data.validation is %s and split.validation %s"
              .formatted(shown(spec.data().validation()), spec.split().validation());
      case TRAIN -> "no training rows";
      case CALIBRATION ->
          "no calibration rows; split.calibration is %s".formatted(spec.split().calibration());
      case HOLDOUT -> "no row of the files of data.train is held out";
    };
  }

  private static String shown(List<String> files) {
    return files.isEmpty() ? "null" : String.join(", ", files);
  }

  private static String toJson(
      @Nullable Split split, ModelRecord record, ModelEvaluation.Result result) throws IOException {
    Evaluation found = result.evaluation();
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode tree = mapper.createObjectNode();
    tree.put("model", record.getName());
    tree.put("weightsSha256", record.getWeightsSha256());
    tree.put("split", split == null ? null : split.name().toLowerCase(Locale.ROOT));
    putScores(found, tree);
    if (result.pooled() != null) {
      putScores(result.pooled(), tree.putObject("pooled"));
    }
    tree.put("examples", found.examples());
    if (found.rowWeight() != null) {
      tree.put("weight", found.rowWeight());
    }
    if (result.baseline() != null) {
      tree.set("baseline", RunJson.toTree(result.baseline()));
    }
    tree.put("unknown", found.classes() == null ? 0 : found.classes().unknown());
    tree.put("rejected", result.rejected());
    if (result.calibration() != null) {
      ObjectNode figures = RunJson.toTree(result.calibration());
      if (split == null) {
        figures.putNull("split");
      }
      tree.set("calibration", figures);
    }
    tree.set("inputs", new InputReport(record, result.inputs()).toTree());
    if (!result.slices().isEmpty()) {
      ArrayNode slices = tree.putArray("by");
      result.slices().forEach(column -> slices.add(new SliceReport(column).toTree()));
    }
    RunEvaluation classes = classes(null, record, found);
    if (classes != null) {
      tree.setAll(RunJson.toTree(classes)); // its unknown is the same
    }
    return mapper.writeValueAsString(tree);
  }

  /** The split asked for, or those to try in turn: what a column says is known once it is read. */
  private List<Split> splits(ModelRecord record, JobSpec spec) {
    boolean isRefit = record.getProvenance().getRefitRows() != null;
    if (splitName != null) {
      Split named = named();
      if (named == Split.VALIDATION && isRefit) {
        throw new WrongInputException(
            "--split validation: %s was refit on its validation rows, which say nothing of it any more"
                .formatted(model));
      }
      return List.of(named);
    }
    boolean isByColumn = spec.split().by() == SplitRule.By.COLUMN;
    List<Split> splits = new ArrayList<>();
    if (!spec.data().test().isEmpty() || spec.split().test() > 0 || isByColumn) {
      splits.add(Split.TEST);
    }
    if (spec.mayValidate() && !isRefit) {
      splits.add(Split.VALIDATION);
    }
    splits.add(Split.TRAIN);
    return isByColumn ? splits : splits.subList(0, 1);
  }

  private Split named() {
    return switch (splitName.toLowerCase(Locale.ROOT)) {
      case "train" -> Split.TRAIN;
      case "validation" -> Split.VALIDATION;
      case "test" -> Split.TEST;
      case "calibration" -> Split.CALIBRATION;
      case "holdout" -> Split.HOLDOUT;
      default ->
          throw new WrongInputException(
              "--split must be train, validation, test, calibration or holdout, was " + splitName);
    };
  }
}
