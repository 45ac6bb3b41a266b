package io.beamgrad.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.data.rows.CollectedRows;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.sources.SourceFiles;
import io.beamgrad.pipeline.JobSources;
import io.beamgrad.spec.JobSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What init writes for tables as people have them reads the values that people mean. */
class InitWrittenTest {
  private static final Path FOREIGN = Path.of("src/test/resources/foreign");

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "none",
      value = {
        "12-decimal-comma   | sales | 1 | {delimiter: \";\", decimal: \",\"}",
        "12-thousands-de    | sales | 1 | {delimiter: \";\", decimal: \",\", thousands: \".\"}",
        "12-thousands-us    | sales | 1 | {thousands: \",\"}",
        "12-currency        | sales | 1 | {thousands: \",\"}",
        "12-no-break-space  | sales | 1 | none",
        "12-unicode-minus   | sales | -1 | none",
        "12-percent         | rate  | 1 | none",
        "12-missing-words   | sales_or_missing | 1 | {missing: [\"#N/A\", \"-\", \".\", \"?\", \"None\", \"\\\\N\"]}",
        "12-single-quote    | sales | 1 | {quote: \"'\"}",
        "12-sep-line        | sales | 1 | none",
        "12-comment-lines   | sales | 1 | {comment: \"#\"}",
        "12-duplicate-unused | sales | 1 | none",
      })
  void numbersAreWhatTheyMean(String name, String column, int sign, String csv) throws IOException {
    String yaml = init(FOREIGN.resolve(name + ".csv"));
    assertTrue(
        csv == null ? !yaml.contains("csv: {") : yaml.contains("  csv: " + csv + "\n"), yaml);

    List<String> expected = new ArrayList<>();
    for (String[] line : expected("12-values.expected.csv")) {
      String value =
          line[
              List.of("record", "color", "sales", "rate", "y", "sales_or_missing").indexOf(column)];
      float number = value.isEmpty() ? Float.NaN : sign * Float.parseFloat(value);
      expected.add("%s, [%s], %s".formatted(line[1], number, line[4]));
    }
    assertEquals(expected, rows());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "13-month-name          | 1 | pattern: \"MMM d yyyy\"",
        "13-month-name-2-digits | 1 | pattern: d-MMM-yy",
        "13-yyyymmdd            | 1 | pattern: yyyyMMdd",
        "13-dotted              | 2 | pattern: dd.MM.yyyy",
        "13-epoch-seconds       | 3 | pattern: epochSeconds",
      })
  void datesAreWhatTheyMean(String name, int column, String pattern) throws IOException {
    String yaml = init(FOREIGN.resolve(name + ".csv"));
    assertTrue(yaml.contains(pattern), yaml);

    List<String> expected = new ArrayList<>();
    for (String[] line : expected("13-values.expected.csv")) {
      String text = line[column].length() == 10 ? line[column] + "T00:00" : line[column];
      expected.add("[" + LocalDateTime.parse(text).toInstant(ZoneOffset.UTC).toEpochMilli() + "]");
    }
    assertEquals(expected, rows().stream().map(row -> row.replaceFirst(",.*", "")).toList());
  }

  @Test
  void aDoubtOfDayAndMonthIsSaid() throws IOException {
    Cli.Result result = run(FOREIGN.resolve("13-ambiguous.csv"));
    assertTrue(
        result
            .out()
            .contains(
                "doubtful  date: dates read as MM/dd/yyyy; dd/MM/yyyy fits all values as well\n"),
        result.out());
    String yaml = Files.readString(spec());
    assertTrue(yaml.contains("# dates; dd/MM/yyyy fits all values as well\n"), yaml);
    assertTrue(yaml.contains("# doubtful: date: dates read as MM/dd/yyyy; dd/MM/yyyy fits"), yaml);
  }

  @Test
  void aColumnDecidesDayAndMonthAsAWhole() throws IOException {
    Path table = folder.resolve("days.csv");
    StringBuilder csv = new StringBuilder("date,x,y\n");
    for (int i = 0; i < 60; i++) {
      csv.append(
          String.format(
              Locale.ROOT,
              "%02d/%02d/2025,%d.5,%d\n",
              1 + i % (i < 55 ? 12 : 28),
              1 + i % 5,
              i,
              i % 2));
    }
    String yaml = init(Files.writeString(table, csv));
    assertTrue(yaml.contains("pattern: dd/MM/yyyy"), yaml);
    assertTrue(!yaml.contains("doubtful"), yaml);
  }

  @Test
  void anAmbiguousSeparatorIsSaid() throws IOException {
    Path table = folder.resolve("commas.csv");
    StringBuilder csv = new StringBuilder("x,y\n");
    for (int i = 0; i < 60; i++) {
      csv.append(String.format(Locale.ROOT, "\"%d,%03d\",%d\n", 1 + i % 9, 7 * i, i % 2));
    }
    String yaml = init(Files.writeString(table, csv));
    assertTrue(yaml.contains("csv: {thousands: \",\"}"), yaml);
    assertTrue(yaml.contains("doubtful: x: its numbers may have decimal ','"), yaml);
  }

  @Test
  void aPredictionReadsTheSameKindOfFileWithoutAFlag() {
    String table = FOREIGN.resolve("12-thousands-de.csv").toString();
    assertEquals(0, run(Path.of(table)).exitCode());
    String run = folder.resolve("run").toString();
    assertEquals(
        0, Cli.run("train", spec().toString(), "--out", run, "--set", "epochs=1").exitCode());
    String model = run + "/model.avro";
    Cli.Result predicted = Cli.run("predict", "--model", model, "--input", table);
    assertEquals(201, predicted.out().lines().count(), predicted.err());
    Cli.Result evaluated = Cli.run("evaluate", "--model", model, "--input", table);
    assertTrue(evaluated.out().contains("200 rows"), evaluated.out());

    String other = FOREIGN.resolve("12-sep-line.csv").toString();
    Cli.Result plain =
        Cli.run(
            "predict",
            "--model",
            model,
            "--input",
            other,
            "--csv",
            "decimal=.",
            "--csv",
            "thousands=null");
    assertEquals(
        predicted.out().replaceAll("(?m)^[^,]*", ""), plain.out().replaceAll("(?m)^[^,]*", ""));
    assertTrue(
        Cli.run(
                "evaluate",
                "--model",
                model,
                "--input",
                other,
                "--csv",
                "thousands=,",
                "--csv",
                "decimal=.")
            .out()
            .contains("200 rows"));
    assertEquals(
        "beamgrad: --csv decimal must be one of ., ,, was \"x\"\n",
        Cli.run("predict", "--model", model, "--input", other, "--csv", "decimal=x").err());
    assertEquals(
        "beamgrad: --csv thousands , is the decimal too\n",
        Cli.run("predict", "--model", model, "--input", other, "--csv", "thousands=,").err());
    assertEquals(
        "beamgrad: --csv decimals is not a key; did you mean decimal?\n",
        Cli.run("predict", "--model", model, "--input", other, "--csv", "decimals=.").err());
  }

  private Path spec() {
    return folder.resolve("table.yaml");
  }

  private Cli.Result run(Path table) {
    return Cli.run(
        "init", "--no-trial", table.toString(), "--target", "y", "--out", spec().toString());
  }

  private String init(Path table) throws IOException {
    Cli.Result result = run(table);
    assertEquals(0, result.exitCode(), result.err());
    return Files.readString(spec());
  }

  /** The rows that the spec reads, in the order of its features. */
  private List<String> rows() {
    SourceFiles files = JobSources.find(JobSpec.load(spec(), List.of()));
    CollectedRows sink = new CollectedRows();
    SourceFiles.reader(files.ranges().get(0).getFormat()).read(files.ranges().get(0), sink);
    assertEquals(List.of(), sink.describedRejects());
    assertTrue(!Columns.targets(files.columns()).isEmpty());
    return sink.rows.stream().map(row -> row.replaceFirst("^\\d+: ", "")).toList();
  }

  private static List<String[]> expected(String file) throws IOException {
    return Files.readAllLines(FOREIGN.resolve(file)).stream()
        .skip(1)
        .map(line -> line.split(",", -1))
        .toList();
  }
}
