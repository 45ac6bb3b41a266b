package io.beamgrad.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.beamgrad.cli.Cli;
import io.beamgrad.registry.ModelRegistry;
import io.beamgrad.spec.JobSpec;
import io.beamgrad.terminal.Terminal;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every command on the rows of a database, which is in memory. */
class DatabaseJobTest {
  private static final String URL = "jdbc:h2:mem:jobs";

  @TempDir Path folder;
  private Connection database;
  private Path spec;

  @BeforeEach
  void fill() throws Exception {
    database = DriverManager.getConnection(URL);
    sql(
        "create table t (\"id\" bigint, \"x\" double precision, \"y\" numeric(9, 3), \"at\" timestamp)");
    insert(1, 400);
    spec = folder.resolve("rows.yaml");
    Files.writeString(
        spec,
        """
        data:
          jdbc: {url: "%s", query: 'select * from t', key: id, since: at}
          features: ["*", "!id", "!at"]
          target: y
        split: {validation: 0.2, test: 0.1}
        model: [{linear: {out: 1}}]
        loss: mse
        optimizer: {sgd: {lr: 0.1}}
        batch: 20
        epochs: 2
        retrain:
          select: sinceLast
          holdout: 0.3
          gate: {maxLoss: 1000, test: none}
          checks: {psi: {stop: null}, rowsOfLast: {warn: null}}
        """
            .formatted(URL));
  }

  @AfterEach
  void close() throws SQLException {
    database.close();
  }

  private void sql(String statement) throws SQLException {
    try (Statement run = database.createStatement()) {
      run.execute(statement);
    }
  }

  private void insert(int from, int to) throws SQLException {
    sql(
        ("insert into t select x, mod(x * 37, 101) / 101.0, mod(x * 37, 101) / 50.0 - 1,"
                + " dateadd('minute', x, timestamp '2026-11-23 00:00:00') from system_range(%s, %s)")
            .formatted(from, to));
  }

  private Cli.Result run(int exitCode, Object... arguments) {
    List<String> texts = new ArrayList<>();
    for (Object argument : arguments) {
      texts.add(argument.toString());
    }
    Cli.Result result = Cli.run(texts.toArray(new String[0]));
    assertEquals(exitCode, result.exitCode(), result.out() + result.err());
    return result;
  }

  private String train(String name, String... more) throws IOException {
    Path out = folder.resolve(name);
    List<Object> arguments = new ArrayList<>(List.of("train", spec, "--out", out));
    arguments.addAll(List.of(more));
    run(0, arguments.toArray());
    assertFalse(Files.exists(out.resolve("work")));
    return new ObjectMapper()
        .readTree(out.resolve("run.json").toFile())
        .get("weightsSha256")
        .asText();
  }

  @Test
  void theWeightsAreThoseOfTheRowsInWhateverOrder() throws Exception {
    String first = train("first");
    sql("create table other as select * from t order by \"x\" desc");
    sql("drop table t");
    sql("alter table other rename to t");
    assertEquals(first, train("second"));
    String yaml = Files.readString(folder.resolve("first/job.yaml"));
    assertTrue(yaml.contains("select * from t"), yaml);
    assertFalse(yaml.contains(folder.toString()), yaml);
    spec = folder.resolve("first/job.yaml");
    assertEquals(first, train("again"));
    assertTrue(
        run(2, "train", spec, "--out", folder.resolve("again")).err().contains("finished run"));
  }

  @Test
  void dataAreShownAndModelsEvaluatedAsOfFiles() throws Exception {
    train("run");
    String shown = run(0, "show", "data", spec).out();
    assertTrue(shown.contains("rows     400 to train on, 0 rejected"), shown);
    Path model = folder.resolve("run/model.avro");
    String test = run(0, "evaluate", "--model", model, "--data", spec, "--json").out();
    assertEquals(40, new ObjectMapper().readTree(test).get("examples").asInt(), test);
  }

  @Test
  void anUnfinishedRunGoesOnFromTheRowsThatItHasRead() throws Exception {
    String whole = train("whole");
    Path out = folder.resolve("killed");
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
    DatabaseRows.ofRun(
        JobSpec.load(spec, List.of()), out, new Terminal(nowhere, nowhere, false, false, 0));
    sql("drop table t");
    assertEquals(whole, train("killed", "--resume"));
    String gone = run(2, "train", spec, "--out", folder.resolve("gone")).err();
    assertTrue(gone.contains("data.jdbc: the database says: Table"), gone);
    assertFalse(Files.exists(folder.resolve("gone/work")));
  }

  @Test
  void aRetrainTrainsOnRowsAboveTheLargestOfTheLast() throws Exception {
    Path at = folder.resolve("registry");
    run(0, "retrain", spec, "--registry", at);
    assertEquals(400, read(at));
    String nothing = run(10, "retrain", spec, "--registry", at).out();
    assertTrue(nothing.contains("version 1 has seen all files"), nothing);
    insert(401, 500);
    sql("delete from t where \"id\" < 20"); // what becomes of old rows makes no new ones
    String second = run(0, "retrain", spec, "--registry", at).out();
    assertEquals(100, read(at), second);
    assertFalse(Files.exists(at.resolve("rows/rows")));
    ModelRegistry registry = ModelRegistry.open(at, "rows");
    assertEquals(
        Set.of("rows-to-1795422000000000.avro"),
        registry.files().of(registry.history().get(1)).keySet());
  }

  @Test
  void aDryRunOfARetrainKeepsNoRows() throws Exception {
    Path at = folder.resolve("registry");
    String first = run(0, "retrain", spec, "--registry", at, "--dry-run").out();
    assertTrue(first.contains("\n  records    400\n"), first);
    assertFalse(Files.exists(at));
    run(0, "retrain", spec, "--registry", at);
    insert(401, 500);
    String second = run(0, "retrain", spec, "--registry", at, "--dry-run").out();
    assertTrue(second.contains("\n  records    100\n"), second);
    assertTrue(second.endsWith("\nwould train\n"), second);
    assertFalse(Files.exists(at.resolve("rows/rows")));
    run(0, "retrain", spec, "--registry", at);
    assertEquals(100, read(at));
    run(10, "retrain", spec, "--registry", at, "--dry-run");
  }

  private static long read(Path at) {
    var history = ModelRegistry.open(at, "rows").history();
    return history.get(history.size() - 1).rows().read();
  }

  @Test
  void whatIsHeldOutGoesByTheKey() throws Exception {
    String[] holdout = {"--set", "split.holdout.share=0.3", "--set", "split.holdout.salt=a"};
    String before = shown(holdout);
    assertTrue(before.contains(" held out"), before);
    insert(-400, 0); // all records have other numbers now
    sql("delete from t where \"id\" < 1");
    assertEquals(before, shown(holdout));
    sql("delete from t where \"id\" <= 200");
    long high = heldOut(shown(holdout));
    insert(1, 200);
    sql("delete from t where \"id\" > 200");
    assertEquals(heldOut(before), high + heldOut(shown(holdout)));
    String byTime =
        shown(with(holdout, "--set", "split.by={time: at}", "--set", "data.features=[x]"));
    assertEquals(heldOut(shown(holdout)), heldOut(byTime), byTime);
  }

  private String shown(String... more) {
    List<Object> arguments = new ArrayList<>(List.of("show", "data", spec));
    arguments.addAll(List.of(more));
    return run(0, arguments.toArray()).out();
  }

  private static String[] with(String[] some, String... more) {
    List<String> all = new ArrayList<>(List.of(some));
    all.addAll(List.of(more));
    return all.toArray(new String[0]);
  }

  private static long heldOut(String shown) {
    return Long.parseLong(shown.replaceFirst("(?s).* (\\d+) held out.*", "$1"));
  }

  @Test
  void secretsAreRefusedAndNotPrinted() {
    for (String url :
        List.of(
            "jdbc:postgresql://h/d?user=a&password=s3cret",
            "jdbc:postgresql://joe:s3cret@h/d",
            "jdbc:oracle:thin:joe/s3cret@//h/d",
            "jdbc:x:d;PWD=s3cret")) {
      Cli.Result result = run(2, "train", spec, "--set", "data.jdbc.url=\"" + url + "\"");
      assertFalse((result.out() + result.err()).contains("s3cret"), result.err());
      assertTrue(result.err().contains("must have no password"), result.err());
    }
    for (String password : List.of("s3cret!", "s3cret")) {
      Cli.Result result = run(2, "show", "data", spec, "--set", "data.jdbc.password=" + password);
      assertFalse((result.out() + result.err()).contains("s3cret"), result.err());
    }
  }

  @Test
  void keysThatExcludeEachOtherAreSaid() {
    assertTrue(
        run(2, "train", spec, "--set", "data.dir=x")
            .err()
            .endsWith("data.dir and data.jdbc both say where rows are; leave out one\n"));
    assertTrue(
        run(2, "train", spec, "--set", "data.train=a.csv")
            .err()
            .endsWith("data.train and data.jdbc both say where rows are; leave out one\n"));
    assertTrue(
        run(2, "train", spec, "--set", "data.test=a.csv")
            .err()
            .endsWith("data.test is for files, but data.jdbc says where rows are\n"));
    assertTrue(
        run(2, "train", spec, "--set", "data.jdbc.since=")
            .err()
            .endsWith("retrain.select needs a data.jdbc.since for sinceLast, found none\n"));
  }
}
