package io.beamgrad.job;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.beamgrad.registry.ModelRegistry;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs on the rows of a PostgreSQL, in processes of their own. */
class DatabaseIT {
  private static PostgresServer server;
  private static Connection database;

  @TempDir Path folder;

  @BeforeAll
  static void start() throws Exception {
    Optional<Path> programs = PostgresServer.programs();
    if (programs.isEmpty()) {
      System.out.println("SKIPPED: DatabaseIT needs PostgreSQL in /usr/lib/postgresql");
    }
    assumeTrue(programs.isPresent());
    server = PostgresServer.start(programs.get());
    database = DriverManager.getConnection(server.url(), "joe", PostgresServer.PASSWORD);
    sql(
        "create table homes (id bigint primary key, code text, area numeric(7, 2), rooms smallint,"
            + " ratio real, width double precision, any_size numeric, kind varchar(9), sold boolean,"
            + " day date, noon time, made timestamp, seen timestamptz, tag uuid, spot float8[],"
            + " price double precision)");
    insert(1, 3000);
  }

  @AfterAll
  static void stop() throws Exception {
    if (database != null) {
      database.close();
    }
    if (server != null) {
      server.close();
    }
  }

  private static void sql(String statement) throws SQLException {
    try (Statement run = database.createStatement()) {
      run.execute(statement);
    }
  }

  private static void insert(int from, int to) throws SQLException {
    sql(
        """
        insert into homes select i, 'ä' || i, i %% 97 + 0.25, i %% 5, i / 7.0, i / 3.0, i / 9.0,
          (array['flat', 'house', 'hut'])[i %% 3 + 1], i %% 2 = 0, date '2020-01-01' + i,
          time '00:00' + i * interval '1 second', timestamp '2026-01-01' + i * interval '1 hour',
          timestamptz '2026-01-01 00:00+01' + i * interval '1 hour',
          md5(i::text)::uuid, array[i %% 11, i %% 13]::float8[], (i %% 97) / 97.0 + i %% 5
        from generate_series(%s, %s) i order by md5(i::text)
        """
            .formatted(from, to));
  }

  private Path spec(String query) throws IOException {
    return Files.writeString(
        folder.resolve("homes.yaml"),
        """
        data:
          jdbc: {url: "%s", query: "%s", key: id, since: made, user: joe, password: HOMES_PASSWORD}
          features: ["*", "!id", "!code", "!tag", "!spot", "!noon", "spot[0]", "spot[1]"]
          target: price
          scale: standard
          columns: {kind: category}
        split: {validation: 0.2}
        model: [{linear: {out: 1}}]
        loss: mse
        optimizer: {sgd: {lr: 0.01}}
        batch: 50
        epochs: 2
        retrain:
          select: sinceLast
          holdout: 0.3
          gate: {maxLoss: 1000, test: none}
          checks: {psi: {stop: null}, rowsOfLast: {warn: null}}
        """
            .formatted(server.url(), query));
  }

  private Process start(Object... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
    command.add("-XX:TieredStopAtLevel=1"); // as most of the time is that of starting
    command.add("--add-modules=jdk.incubator.vector");
    for (String open : List.of("java.util", "java.lang", "java.nio", "java.io")) {
      command.add("--add-opens=java.base/" + open + "=ALL-UNNAMED");
    }
    String driver =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(path -> path.matches(".*/postgresql-[^/]*\\.jar"))
            .findFirst()
            .orElseThrow();
    String beamgrad =
        System.getProperty("beamgrad.classpath", Path.of("target/beamgrad.jar").toString());
    command.addAll(List.of("-cp", beamgrad + File.pathSeparator + driver, "io.beamgrad.cli.Main"));
    Stream.of(arguments).map(Object::toString).forEach(command::add);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("HOMES_PASSWORD", PostgresServer.PASSWORD);
    return builder.start();
  }

  private String run(int exitCode, Object... arguments) throws Exception {
    Process process = start(arguments);
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertEquals(exitCode, process.waitFor(), output);
    assertFalse(output.contains(PostgresServer.PASSWORD), output);
    return output;
  }

  private static String sha256(Path out) throws IOException {
    return new ObjectMapper()
        .readTree(out.resolve("run.json").toFile())
        .get("weightsSha256")
        .asText();
  }

  private void assertHasNoPassword() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String text = new String(Files.readAllBytes(file), ISO_8859_1);
        assertFalse(text.contains(PostgresServer.PASSWORD), file.toString());
      }
    }
  }

  @Test
  void aTableIsTrainedOnKilledGoneOnWithAndRetrained() throws Exception {
    Path spec = spec("select * from homes");
    Path first = folder.resolve("first");
    run(0, "train", spec, "--out", first);
    sql("create index by_tag on homes (tag)");
    sql("cluster homes using by_tag");
    sql("delete from homes where id % 3 = 0");
    insertThirds();
    Path flink = folder.resolve("flink");
    run(0, "train", spec, "--out", flink, "--runner", "flink", "--parallelism", "2");
    assertEquals(sha256(first), sha256(flink));

    Path killed = folder.resolve("killed");
    Path slow =
        spec(
            "select homes.* from homes, (select pg_sleep(case when i = 1 then 0 else 9 end)"
                + " from generate_series(1, 2) i) s where s is not null");
    Process process = start("train", slow, "--out", killed);
    while (process.isAlive() && !Files.exists(killed.resolve("work/.rows.new"))) {
      TimeUnit.MILLISECONDS.sleep(5);
    }
    TimeUnit.MILLISECONDS.sleep(300);
    process.destroyForcibly().waitFor();
    assertFalse(Files.exists(killed.resolve("work/rows")));
    assertTrue(Files.exists(killed.resolve("work/.rows.new")));
    spec("select * from homes");
    run(0, "train", spec, "--out", killed, "--resume");
    assertEquals(sha256(first), sha256(killed));

    Path registry = folder.resolve("registry");
    run(0, "retrain", spec, "--registry", registry);
    insert(3001, 3500);
    run(0, "retrain", spec, "--registry", registry);
    assertEquals(
        List.of(3000L, 500L),
        ModelRegistry.open(registry, "homes").history().stream()
            .map(decision -> decision.rows().read())
            .toList());
    sql("delete from homes where id > 3000");
    assertHasNoPassword();
  }

  private static void insertThirds() throws SQLException {
    sql("create table all_homes as select * from homes");
    sql("delete from homes");
    insert(1, 3000);
    sql("delete from homes where id % 3 <> 0");
    sql("insert into homes select * from all_homes");
    sql("drop table all_homes");
  }

  @Test
  void whatTheDatabaseSaysIsOneLine() throws Exception {
    Path spec = spec("select * from nothing");
    String output = run(2, "train", spec, "--out", folder.resolve("run"));
    assertTrue(
        output.endsWith(
            "beamgrad: data.jdbc: the database says: ERROR: relation \"nothing\" does not exist"
                + " Position: 15\n"),
        output);
    assertHasNoPassword();
  }
}
