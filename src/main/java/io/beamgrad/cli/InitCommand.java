package io.beamgrad.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.beamgrad.data.files.Storage;
import io.beamgrad.data.formats.CsvDialect;
import io.beamgrad.data.formats.CsvStyle;
import io.beamgrad.data.formats.Format;
import io.beamgrad.data.profile.NumberStyles;
import io.beamgrad.data.profile.TableProfile;
import io.beamgrad.data.rows.SourceField;
import io.beamgrad.data.sources.DataFolder;
import io.beamgrad.data.sources.DataPaths;
import io.beamgrad.data.sources.NamedFiles;
import io.beamgrad.data.sources.SourceFiles;
import io.beamgrad.failure.MissingDataException;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.runner.RemoteAccess;
import io.beamgrad.terminal.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Writes a first spec for a table. */
@Command(
    name = "init",
    description = "Looks at a table and writes a commented job spec to start with.")
final class InitCommand implements Callable<Integer> {
  private static final int MOST_RECORDS = 50_000;
  private static final int MOST_VALUES = 5_000_000; // of all columns, which are kept in memory

  @Parameters(index = "0", paramLabel = "FILE", description = "The table.")
  private String file;

  @Option(
      names = "--target",
      required = true,
      paramLabel = "COLUMN",
      description = "The column to predict.")
  private String target;

  @Option(
      names = "--out",
      paramLabel = "SPEC",
      description = "Where to write; default is the table's name with .yaml in this folder.")
  private Path out;

  @Option(
      names = "--no-trial",
      description =
          "Give a table of fewer than 1,000 records the preset's network too, without training to"
              + " see whether one linear layer is as good.")
  private boolean noTrial;

  @Mixin private PassedOptions beamOptions;

  private final Terminal terminal;

  InitCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws Exception {
    String table = table();
    Path spec = out == null ? Path.of(baseName(table) + ".yaml") : out;
    if (Files.exists(spec)) {
      throw new WrongInputException(spec + ": is there already; --out names another");
    }
    write(table, spec);
    return 0;
  }

  /** The absolute path or the address of the table. */
  private String table() {
    if (Storage.isRemote(file)) {
      RemoteAccess.open(List.of(file), beamOptions.list());
      return file;
    }
    Path table = Path.of(file).toAbsolutePath().normalize();
    if (!Files.isRegularFile(table)) {
      throw new MissingDataException(whyNoTable(table));
    }
    return table.toString();
  }

  /** Says that it is no file, and where it has or matches some, names the first. */
  private String whyNoTable(Path table) {
    boolean isFolder = Files.exists(table);
    if (!isFolder && file.chars().noneMatch(c -> "*?[{".indexOf(c) >= 0)) {
      return file + ": no such file";
    }
    String first = NamedFiles.tables(List.of(file)).paths().get(0);
    return "%s: is a %s, not a file; init looks at one, such as %s"
        .formatted(file, isFolder ? "folder" : "glob", Terminal.shown(first));
  }

  private static String folder(String table) {
    return table.lastIndexOf('/') == 0 ? "/" : table.substring(0, table.lastIndexOf('/'));
  }

  private static String name(String table) {
    return table.substring(table.lastIndexOf('/') + 1);
  }

  private void write(String table, Path spec) throws IOException, InterruptedException {
    boolean isCsv = Format.bySuffix(table).filter(Format.CSV::equals).isPresent();
    String name = Terminal.shown(table);
    DataPaths files = files(table, isCsv ? CsvDialect.of(table, name) : CsvStyle.DEFAULT);
    List<SourceField> fields = SourceFiles.fields(files);
    long most = records(fields.size());
    NumberStyles.Found style = new NumberStyles.Found(files.csv(), Map.of());
    if (isCsv) {
      style = NumberStyles.of(files, fields, most);
      files = files(table, style.csv());
    }
    TableProfile profile = TableProfile.of(files, fields, most);
    StartingSpec starting = new StartingSpec(name, style, profile, fields, target);
    terminal.line(
        String.format(
            Locale.ROOT,
            "looked at %s %,d records of %s",
            profile.isWhole() ? "all" : "the first",
            profile.records(),
            Terminal.shown(table)));
    starting.remarks().forEach(terminal::line);
    SmallTableTrial chosen = chosen(starting, table);
    String yaml = yaml(starting, table, chosen.model(), chosen.why());
    Storage.write(spec.toString(), to -> to.write(yaml.getBytes(UTF_8)));
    if (!chosen.why().isEmpty()) {
      terminal.line("chosen    %s: %s".formatted(chosen.model().words(), chosen.why()));
    }
    terminal.line("wrote " + Terminal.shown(spec));
    terminal.line("next: beamgrad train " + Terminal.shown(spec));
  }

  private SmallTableTrial chosen(StartingSpec starting, String table)
      throws IOException, InterruptedException {
    StartingModel model = starting.model();
    if (noTrial || !model.isToBeTried(starting.usable())) {
      return new SmallTableTrial(model, "");
    }
    terminal.status("trying two models on a small table");
    try {
      return SmallTableTrial.of(
          each -> yaml(starting, table, each, ""), starting.isOfClasses(), beamOptions.list());
    } finally {
      terminal.clearStatus();
    }
  }

  private static String yaml(StartingSpec starting, String table, StartingModel model, String why) {
    return starting.yaml(Terminal.shown(folder(table)), name(table), model, why);
  }

  /** How many records of so many fields are looked at. */
  private static long records(int fields) {
    return Math.min(MOST_RECORDS, Math.max(1000, MOST_VALUES / Math.max(1, fields)));
  }

  private static DataPaths files(String table, CsvStyle csv) {
    return new DataPaths(
        DataFolder.of(folder(table)), List.of(name(table)), List.of(), List.of(), null, csv);
  }

  /** The name of the table's file as a valid job name. */
  private static String baseName(String table) {
    String name = name(table).replaceFirst("\\..*", "");
    String allowed = name.replaceAll("[^A-Za-z0-9._-]", "-").replaceFirst("^[^A-Za-z0-9]+", "");
    return allowed.isEmpty() ? "table" : allowed;
  }
}
