package io.beamgrad.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.google.gson.JsonParser;
import io.beamgrad.cli.Cli;
import io.kubernetes.client.openapi.models.V1CronJob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * {@code scripts/schedule/cronjob.yaml} by the classes that Kubernetes makes of its published API:
 * they know the names, what must be there, and what is an object, a list or a single value. What a
 * value may be only the server knows.
 */
class CronJobTest {
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  @TempDir Path folder;

  @Test
  void theFileIsOneThatKubernetesTakes() throws IOException {
    JsonNode job = YAML.readTree(text());
    assertEquals("batch/v1", job.get("apiVersion").asText());
    assertEquals("CronJob", job.get("kind").asText());
    check(text());
  }

  @ParameterizedTest
  @CsvSource({
    "concurrencyPolicy:, concurencyPolicy:",
    "backoffLimit:, backOffLimit:",
    "action: FailJob, acton: FailJob",
    "restartPolicy:, restartsPolicy:",
    "mountPath:, mountPaht:",
    "claimName: CLAIM, claim: CLAIM",
    "schedule: \"0 3 * * *\", plan: \"0 3 * * *\"",
    "'command: [bash, -c]', command: bash",
    "name: retrain, nam: retrain"
  })
  void aWrongNameOrKindOfValueIsFound(String from, String to) throws IOException {
    assertEquals(2, (" " + text() + " ").split(java.util.regex.Pattern.quote(from)).length, from);
    String changed = text().replace(from, to);
    assertThrows(IllegalArgumentException.class, () -> check(changed), to);
  }

  @Test
  void timesAndCodesAreAsEverywhere() throws IOException {
    JsonNode spec = YAML.readTree(text()).get("spec");
    assertEquals("0 3 * * *", spec.get("schedule").asText());
    assertEquals("Forbid", spec.get("concurrencyPolicy").asText());
    JsonNode job = spec.at("/jobTemplate/spec");
    assertEquals("[2,13]", job.at("/podFailurePolicy/rules/0/onExitCodes/values").toString());
    assertEquals(
        job.at("/template/spec/containers/0/name").asText(),
        job.at("/podFailurePolicy/rules/0/onExitCodes/containerName").asText());
    assertEquals("Never", job.at("/template/spec/restartPolicy").asText());
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "1, 1", "2, 2", "10, 0", "11, 0", "12, 0", "13, 13"})
  void whatIsNoFailureEndsWithZero(int exitCode, int expected) throws Exception {
    ScheduleFile file = new ScheduleFile(folder, "cronjob.yaml");
    file.endWith("exit " + exitCode);
    assertEquals(expected, ScheduleFile.run(command(file, "")).exitCode());
    assertEquals(
        "retrain pipelines/digits-daily.yaml --registry /shared/models --zone Europe/Berlin",
        file.arguments());
  }

  @Test
  void aPodThatIsToEndHandsThatOn() throws Exception {
    ScheduleFile file = new ScheduleFile(folder, "cronjob.yaml");
    file.endWith("trap 'echo asked to end; exit 130' TERM; while :; do sleep 0.05; done");
    Cli.Result result = ScheduleFile.run(command(file, "(sleep 0.4; kill -TERM $$) &\n"));
    assertEquals("a word\nasked to end\n", result.out());
    assertEquals(130, result.exitCode());
  }

  /** The container's command, in its working folder. */
  private List<String> command(ScheduleFile file, String before) throws IOException {
    JsonNode container =
        YAML.readTree(file.text()).at("/spec/jobTemplate/spec/template/spec/containers/0");
    assertEquals("[\"bash\",\"-c\"]", container.get("command").toString());
    return List.of(
        "bash",
        "-c",
        "cd '%s'\n".formatted(container.get("workingDir").asText())
            + before
            + container.at("/args/0").asText());
  }

  private static String text() throws IOException {
    return Files.readString(Path.of("scripts/schedule/cronjob.yaml"));
  }

  private static void check(String yaml) throws IOException {
    String json = YAML.readTree(yaml).toString();
    assertTrue(json.startsWith("{"), json);
    V1CronJob.validateJsonElement(JsonParser.parseString(json));
  }
}
