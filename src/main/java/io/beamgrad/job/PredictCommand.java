package io.beamgrad.job;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.TextNode;
import io.beamgrad.data.BrokenFileException;
import io.beamgrad.data.CsvStyle;
import io.beamgrad.data.MissingDataException;
import io.beamgrad.data.ModelFile;
import io.beamgrad.data.Predictor;
import io.beamgrad.data.RowSink;
import io.beamgrad.data.SourceFiles;
import io.beamgrad.data.Storage;
import io.beamgrad.schema.FileRange;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.schema.Reject;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Predicts what a file holds, a row at a time. */
@Command(
    name = "predict",
    description = {
      "Predicts for each row of a file: a table with the model's columns (CSV, TSV, JSON",
      "lines, Avro or Parquet by its suffix, CSV without one), or for a model of images",
      "a PNG of any size or an IDX file."
    })
final class PredictCommand implements Callable<Integer> {
  @Option(
      names = "--model",
      required = true,
      paramLabel = "model.avro",
      description = "The trained model.")
  private Path model;

  @Option(
      names = "--input",
      required = true,
      paramLabel = "FILE",
      description = "The rows to predict for.")
  private Path input;

  @Option(
      names = "--delimiter",
      paramLabel = "CHAR",
      description = "What is between the fields of a CSV file; default is as in the model's data.")
  private String delimiter;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Where to write; default is the standard output.")
  private Path out;

  @Option(
      names = "--rejects",
      paramLabel = "FILE",
      description = "Where to list the records that could not be used, as Avro.")
  private Path rejects;

  @Option(names = "--json", description = "Write one JSON object a line instead of CSV.")
  private boolean json;

  private final Terminal terminal;

  PredictCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    ModelRecord record = ModelFile.read(model.toString());
    if (!Files.isRegularFile(input)) {
      throw new MissingDataException(
          input + (Files.exists(input) ? ": is a folder, not a file" : ": no such file"));
    }
    if (out == null) {
      predict(record, terminal.outWriter());
      terminal.outWriter().flush();
    } else {
      Storage.write(
          out.toString(),
          stream -> {
            Writer writer = new OutputStreamWriter(stream, UTF_8);
            predict(record, writer);
            writer.flush();
          });
    }
    return 0;
  }

  private void predict(ModelRecord record, Writer writer) throws IOException {
    PredictionWriter predictions = PredictionWriter.of(record, json, writer);
    Predictor predictor = new Predictor(model.toString(), record, predictions::write);
    if (!predictor.takesImages()) {
      addTable(predictor, csv(record));
    } else if (isPng()) {
      predictor.addPng(input);
    } else {
      predictor.addIdx(input);
    }
    predictor.flush();
    predictions.finish();
  }

  private CsvStyle csv(ModelRecord record) {
    CsvStyle usual = CsvStyle.of(record.getCsv());
    if (delimiter == null) {
      return usual;
    }
    if (delimiter.length() != 1
        || !Allowed.character().isInRange().test(TextNode.valueOf(delimiter))) {
      throw new WrongInputException(
          "--delimiter must be one character %s, was '%s'"
              .formatted(Allowed.character().range(), delimiter));
    }
    return usual.withDelimiter(delimiter);
  }

  private boolean isPng() throws IOException {
    String name = input.toString().toLowerCase(Locale.ROOT);
    try (InputStream in = Files.newInputStream(input)) {
      return name.endsWith(".png") || (in.read() == 0x89 && in.read() == 'P');
    }
  }

  private void addTable(Predictor predictor, CsvStyle csv) {
    String name = input.getFileName().toString();
    FileRange whole = SourceFiles.whole(input, predictor.features(), csv);
    RejectList list = new RejectList(rejects);
    long records =
        SourceFiles.reader(whole.getFormat())
            .read(
                whole,
                new RowSink() {
                  @Override
                  public void accept(long record, Object[] values) {
                    predictor.add(record, values);
                  }

                  @Override
                  public void reject(Reject reject) {
                    list.add(reject);
                  }
                });
    if (records == 0) {
      throw new BrokenFileException(name + ": no rows");
    }
    list.write();
    if (list.count() > 0) {
      String some = "rejected %,d of %,d records; the first: %s";
      String said = some.formatted(list.count(), records, list.first());
      if (list.count() == records) {
        throw new BrokenFileException(name + ": " + said);
      }
      terminal.error(said);
    }
  }
}
