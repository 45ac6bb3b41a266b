package io.beamgrad.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.beamgrad.cli.Cli;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * {@code scripts/schedule/airflow_dag.py} by Python; in place of Airflow there is what runs the
 * task at once and prints how it ended.
 */
class AirflowDagTest {
  private static final String RUNS_AT_ONCE =
      """
      def dag(**settings):
          assert settings["catchup"] is False and settings["max_active_runs"] == 1
          return lambda function: function

      def task(**settings):
          def decorated(function):
              def run():
                  try:
                      print("ended:", function())
                  except BaseException as e:
                      print(type(e).__name__ + ":", e)
              return run
          return decorated
      """;

  @TempDir Path folder;
  private ScheduleFile file;

  @BeforeEach
  void writeModules() throws Exception {
    assumeTrue(ScheduleFile.has("python3", "Airflow's DAG"));
    file = new ScheduleFile(folder, "airflow_dag.py");
    Path airflow = Files.createDirectories(folder.resolve("python/airflow"));
    Files.writeString(airflow.resolve("__init__.py"), "");
    Files.writeString(
        airflow.resolve("exceptions.py"),
        """
        class AirflowException(Exception): pass
        class AirflowFailException(AirflowException): pass
        class AirflowSkipException(AirflowException): pass
        """);
    Files.writeString(airflow.resolve("decorators.py"), RUNS_AT_ONCE);
    Files.writeString(folder.resolve("python/pendulum.py"), "def datetime(*args, tz): pass\n");
  }

  @ParameterizedTest
  @CsvSource({
    "0, ended: None",
    "10, AirflowSkipException: nothing new",
    "11, AirflowSkipException: not better",
    "12, AirflowSkipException: another run is at work",
    "2, AirflowFailException: wrong input",
    "13, AirflowFailException: stopped by a data check",
    "1, AirflowException: retrain ended with exit code 1"
  })
  void anExitCodeIsSuccessSkippedFailedOrTriedAgain(int exitCode, String ended) throws Exception {
    assertEquals("a word\n" + ended + "\n", run("exit " + exitCode).out());
    assertEquals(
        "retrain %1$s/opt/pipelines/digits-daily.yaml --registry %1$s/models --zone Europe/Berlin"
            .formatted(folder),
        file.arguments());
  }

  @Test
  void aTaskThatIsEndedEndsTheRun() throws Exception {
    // Python's alarm is the time limit of Airflow.
    String limited =
        """
        import signal
        def over(*_): raise TimeoutError("over")
        signal.signal(signal.SIGALRM, over)
        signal.setitimer(signal.ITIMER_REAL, 0.3)
        """;
    file.endWith("trap 'echo asked to end; exit 143' TERM; while :; do sleep 0.05; done");
    Cli.Result result = python(limited + file.text().replaceFirst("(?s)^\"\"\".*?\"\"\"", ""));
    assertTrue(
        result.out().endsWith("asked to end\nTimeoutError: over\n"), result.out() + result.err());
  }

  private Cli.Result run(String launcher) throws IOException, InterruptedException {
    file.endWith(launcher);
    return python(file.text());
  }

  private Cli.Result python(String dag) throws IOException, InterruptedException {
    Path script = Files.writeString(folder.resolve("dag.py"), dag);
    return ScheduleFile.run(
        List.of(
            "env", "PYTHONPATH=" + folder.resolve("python"), "python3", "-u", script.toString()));
  }
}
