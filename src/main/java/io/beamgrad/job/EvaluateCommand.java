package io.beamgrad.job;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beamgrad.data.MetricRows;
import io.beamgrad.data.ModelEvaluation;
import io.beamgrad.data.ModelFile;
import io.beamgrad.data.SourceFiles;
import io.beamgrad.report.EvaluationPage;
import io.beamgrad.report.PageFile;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.schema.Split;
import io.beamgrad.train.Evaluation;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures a trained model on the data of a job spec. */
@Command(name = "evaluate", description = "Measures a trained model on a split of a job's data.")
final class EvaluateCommand implements Callable<Integer> {
  @Option(
      names = "--model",
      required = true,
      paramLabel = "model.avro",
      description = "The trained model.")
  private Path model;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "SPEC.yaml",
      description = "The job spec whose data and split to use.")
  private Path data;

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
    String path = model.toString();
    ModelRecord record = ModelFile.read(path);
    JobSpec spec = JobSpec.load(data, overrides);
    Split split = split(spec);
    DigitsOnFirstUse.generate(spec, terminal);
    SourceFiles files = JobData.findFor(record, spec);
    ModelEvaluation.Result result =
        ModelEvaluation.of(
            path,
            record,
            files,
            split,
            BigDecimal.valueOf(spec.split().validation()),
            spec.split().seed(),
            report != null);
    if (result.evaluation().examples() == 0) {
      throw new WrongInputException(data + ": " + whyEmpty(split, spec));
    }
    terminal.line(json ? toJson(split, record, result) : toText(split, result.evaluation()));
    if (!json && result.evaluation().classes() != null) {
      new ClassTable(record.getLabels(), result.evaluation().classes())
          .lines()
          .forEach(terminal::line);
    }
    if (!json && result.rejected() > 0) {
      terminal.line(
          "%,d records rejected; the first: %s".formatted(result.rejected(), result.firstReject()));
    }
    if (report != null) {
      writeReport(record, spec, split, result);
    }
    return 0;
  }

  private void writeReport(
      ModelRecord record, JobSpec spec, Split split, ModelEvaluation.Result result) {
    ObjectNode classes = new ObjectMapper().createObjectNode();
    if (result.evaluation().classes() != null && result.evaluation().classes().hasPairs()) {
      new ClassTable(record.getLabels(), result.evaluation().classes()).putInto(classes);
    }
    int epoch = record.getProvenance().getKeptEpoch();
    EvaluationPage page =
        new EvaluationPage(
            model,
            record,
            result.details(),
            MetricRows.of(record.getName(), epoch, split, result.evaluation(), 0),
            classes,
            result.rejected(),
            result.firstReject(),
            command(split),
            spec.toYaml());
    PageFile.write(report.toString(), page.page(Instant.now()));
    if (!json) {
      terminal.line("wrote " + Terminal.shown(report));
    }
  }

  private String command(Split split) {
    StringBuilder command = new StringBuilder("scripts/beamgrad evaluate --model ");
    command.append(PageFile.quoted(model.toAbsolutePath().normalize().toString()));
    command.append(" --data ");
    command.append(PageFile.quoted(data.toAbsolutePath().normalize().toString()));
    command.append(" --split ").append(split.name().toLowerCase(Locale.ROOT));
    overrides.forEach(one -> command.append(" --set ").append(PageFile.quoted(one)));
    return command.append(" --report ").append(PageFile.quoted(report.toString())).toString();
  }

  private static String whyEmpty(Split split, JobSpec spec) {
    return switch (split) {
      case TEST -> "no test rows; data.test is " + spec.data().test();
      case VALIDATION -> "no validation rows; split.validation is " + spec.split().validation();
      case TRAIN -> "no training rows";
    };
  }

  private String toText(Split split, Evaluation found) {
    String name = split.name().toLowerCase(Locale.ROOT);
    return terminal.bold(name) + "  " + ProgressPrinter.measured(found);
  }

  private static String toJson(Split split, ModelRecord record, ModelEvaluation.Result result)
      throws IOException {
    Evaluation found = result.evaluation();
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode tree = mapper.createObjectNode();
    tree.put("model", record.getName());
    tree.put("weightsSha256", record.getWeightsSha256());
    tree.put("split", split.name().toLowerCase(Locale.ROOT));
    tree.put("loss", found.meanLossPerExample());
    tree.put("accuracy", found.accuracy());
    tree.put("mse", found.mse());
    tree.put("mae", found.mae());
    tree.put("r2", found.r2());
    tree.put("rocAuc", found.rocAuc());
    tree.put("logLoss", found.logLoss());
    tree.put("examples", found.examples());
    tree.put("rejected", result.rejected());
    if (found.classes() != null && found.classes().hasPairs()) {
      new ClassTable(record.getLabels(), found.classes()).putInto(tree);
    }
    return mapper.writeValueAsString(tree);
  }

  private Split split(JobSpec spec) {
    if (splitName == null) {
      Split held = spec.split().validation() > 0 ? Split.VALIDATION : Split.TRAIN;
      return spec.data().test() == null ? held : Split.TEST;
    }
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
