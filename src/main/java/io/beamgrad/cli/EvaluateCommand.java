package io.beamgrad.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beamgrad.data.sources.SourceFiles;
import io.beamgrad.data.split.SplitRule;
import io.beamgrad.evaluation.ModelEvaluation;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.job.DigitsOnFirstUse;
import io.beamgrad.metrics.Metric;
import io.beamgrad.metrics.MetricRecords;
import io.beamgrad.metrics.RunJson;
import io.beamgrad.model.ModelFile;
import io.beamgrad.pipeline.JobSources;
import io.beamgrad.report.EvaluationPage;
import io.beamgrad.report.PageFile;
import io.beamgrad.rundir.ClassTable;
import io.beamgrad.rundir.ProgressPrinter;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.schema.RunEvaluation;
import io.beamgrad.schema.Split;
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
import java.util.concurrent.Callable;
import org.checkerframework.checker.nullness.qual.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures a trained model on the data of a job spec, or on files. */
@Command(
    name = "evaluate",
    description = "Measures a trained model on a split of a job's data, or on any files.")
final class EvaluateCommand implements Callable<Integer> {
  @Option(
      names = "--model",
      required = true,
      paramLabel = "model.avro",
      description = "The trained model.")
  private Path model;

  @Option(
      names = "--data",
      paramLabel = "SPEC.yaml",
      description = "The job spec whose data and split to use.")
  private Path data;

  @Option(
      names = "--input",
      arity = "1..*",
      paramLabel = "FILE",
      description =
          "Instead of a spec: files, folders and globs in quotes, with the model's columns, its"
              + " targets among them; or pairs of IDX files.")
  private List<String> input;

  @Option(
      names = "--delimiter",
      paramLabel = "CHAR",
      description = "What is between the fields of CSV files of --input; default as in training.")
  private String delimiter;

  @Option(
      names = "--split",
      paramLabel = "SPLIT",
      description =
          "train, validation or test; default test, or without test data validation, or train.")
  private String splitName; // Not the enum: it loads Avro, which --help can do without.

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Overrides a key of the spec, such as data.dir=DIR; may be repeated.")
  private List<String> overrides = new ArrayList<>();

  @Option(
      names = "--rejects",
      paramLabel = "FILE",
      description = "Where to list the records that could not be used, as Avro.")
  private Path rejects;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Option(
      names = "--report",
      paramLabel = "FILE.html",
      description = "Write a page with the rows it is wrong on and more.")
  private Path report;

  private final Terminal terminal;

  EvaluateCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if ((data == null) == (input == null)) {
      throw new WrongInputException(
          "expected either --data SPEC.yaml or --input FILE..., found "
              + (data == null ? "none" : "both"));
    }
    ModelRecord record = ModelFile.read(model.toString());
    if (input == null) {
      return onSpec(record);
    }
    if (splitName != null || !overrides.isEmpty()) {
      throw new WrongInputException(
          (splitName != null ? "--split" : "--set") + " is for --data, not for --input");
    }
    RejectList list = new RejectList(rejects);
    ModelEvaluation.Result result =
        evaluate(
            record,
            LabelledFiles.find(record, input, PredictCommand.checked(delimiter)),
            Split.TEST,
            SplitRule.random(BigDecimal.ZERO),
            record.getProvenance().getSeed(),
            list);
    list.write();
    if (result.evaluation().examples() == 0) {
      throw new WrongInputException(
          result.rejected() == 0
              ? "no rows in " + String.join(", ", input)
              : "rejected all %,d records; the first: %s"
                  .formatted(result.rejected(), result.firstReject()));
    }
    show(record, null, "", result);
    return 0;
  }

  private int onSpec(ModelRecord record) throws IOException, InterruptedException {
    if (delimiter != null) {
      throw new WrongInputException("--delimiter is for --input; --set data.csv.delimiter=CHAR");
    }
    JobSpec spec = JobSpec.load(data, overrides);
    List<Split> splits = splits(spec);
    DigitsOnFirstUse.generate(spec, terminal);
    SourceFiles files = JobSources.findFor(record, spec);
    SplitRule rule = PlanFromSpec.splitRule(spec);
    Split split = splits.get(0);
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
    return 0;
  }

  /**
   * @param split null where all rows of files were evaluated
   * @param spec as YAML; empty where there is none
   */
  private void show(
      ModelRecord record, @Nullable Split split, String spec, ModelEvaluation.Result result)
      throws IOException {
    terminal.line(json ? toJson(split, record, result) : toText(split, result.evaluation()));
    if (!json && result.evaluation().classes() != null) {
      new ClassTable(record.getLabels(), result.evaluation().classes())
          .lines(terminal)
          .forEach(terminal::line);
    }
    if (!json && result.rejected() > 0) {
      terminal.line(
          "%,d records rejected; the first: %s".formatted(result.rejected(), result.firstReject()));
    }
    if (report != null) {
      writeReport(record, spec, split, result);
    }
  }

  private void writeReport(
      ModelRecord record, String spec, @Nullable Split split, ModelEvaluation.Result result) {
    RunEvaluation classes = classes(split, record, result.evaluation());
    int epoch = record.getProvenance().getKeptEpoch();
    EvaluationPage page =
        new EvaluationPage(
            model,
            record,
            result.details(),
            MetricRecords.of(
                record.getName(),
                epoch,
                split == null ? Split.TEST : split,
                result.evaluation(),
                0),
            classes,
            result.rejected(),
            result.firstReject(),
            command(split),
            spec);
    PageFile.write(report.toString(), page.page(Instant.now()));
    if (!json) {
      terminal.line("wrote " + Terminal.shown(report));
    }
  }

  /** Null for numbers, and for too many classes. */
  private static @Nullable RunEvaluation classes(
      @Nullable Split split, ModelRecord record, Evaluation found) {
    return found.classes() == null || !found.classes().hasPairs()
        ? null
        : new ClassTable(record.getLabels(), found.classes()).toRecord(split);
  }

  private String command(@Nullable Split split) {
    StringBuilder command = new StringBuilder("scripts/beamgrad evaluate --model ");
    command.append(PageFile.quoted(model.toAbsolutePath().normalize().toString()));
    if (split == null) {
      command.append(" --input");
      for (String one : input) {
        String absolute = Path.of(one).toAbsolutePath().normalize().toString();
        command.append(' ').append(PageFile.quoted(absolute));
      }
      if (delimiter != null) {
        command.append(" --delimiter ").append(PageFile.quoted(delimiter));
      }
    } else {
      command.append(" --data ");
      command.append(PageFile.quoted(data.toAbsolutePath().normalize().toString()));
      command.append(" --split ").append(split.name().toLowerCase(Locale.ROOT));
    }
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
          model.toString(), record, files, split, rule, seed, list::add, bar, report != null);
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
    };
  }

  private static String shown(List<String> files) {
    return files.isEmpty() ? "null" : String.join(", ", files);
  }

  private String toText(@Nullable Split split, Evaluation found) {
    String name = split == null ? "input" : split.name().toLowerCase(Locale.ROOT);
    return terminal.bold(name) + "  " + ProgressPrinter.measured(found);
  }

  private static String toJson(
      @Nullable Split split, ModelRecord record, ModelEvaluation.Result result) throws IOException {
    Evaluation found = result.evaluation();
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode tree = mapper.createObjectNode();
    tree.put("model", record.getName());
    tree.put("weightsSha256", record.getWeightsSha256());
    tree.put("split", split == null ? null : split.name().toLowerCase(Locale.ROOT));
    for (Metric metric : Metric.ofFiles()) {
      if (Metric.scores().contains(metric)) {
        tree.put(metric.word(), metric.in(found));
      }
    }
    tree.put("examples", found.examples());
    tree.put("rejected", result.rejected());
    RunEvaluation classes = classes(null, record, found);
    if (classes != null) {
      tree.setAll(RunJson.toTree(classes));
    }
    return mapper.writeValueAsString(tree);
  }

  /** The split asked for, or those to try in turn: what a column says is known once it is read. */
  private List<Split> splits(JobSpec spec) {
    if (splitName != null) {
      return List.of(named());
    }
    boolean isByColumn = spec.split().by() == SplitRule.By.COLUMN;
    List<Split> splits = new ArrayList<>();
    if (!spec.data().test().isEmpty() || spec.split().test() > 0 || isByColumn) {
      splits.add(Split.TEST);
    }
    if (spec.mayValidate()) {
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
      default ->
          throw new WrongInputException(
              "--split must be train, validation or test, was " + splitName);
    };
  }
}
