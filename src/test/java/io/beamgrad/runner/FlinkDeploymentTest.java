package io.beamgrad.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.PathType;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import io.beamgrad.cli.Cli;
import io.beamgrad.cli.Main;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** {@code scripts/flink-deployment.yaml} by the schema that the Flink operator publishes. */
class FlinkDeploymentTest {
  private static final Path FILE = Path.of("scripts/flink-deployment.yaml");
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
  private static JsonSchema schema;

  @BeforeAll
  static void readSchema() throws IOException {
    try (InputStream in =
        FlinkDeploymentTest.class.getResourceAsStream(
            "/META-INF/fabric8/flinkdeployments.flink.apache.org-v1.yml")) {
      JsonNode version = YAML.readTree(in).at("/spec/versions/0");
      assertEquals("v1beta1", version.get("name").asText());
      JsonNode root = version.at("/schema/openAPIV3Schema");
      // What is the same for all resources is Kubernetes' own and not in a schema of one.
      ObjectNode properties = (ObjectNode) root.get("properties");
      for (String name : List.of("apiVersion", "kind")) {
        properties.putObject(name).put("type", "string");
      }
      properties.putObject("metadata").put("type", "object");
      close(root);
      SchemaValidatorsConfig english =
          SchemaValidatorsConfig.builder().pathType(PathType.LEGACY).locale(Locale.ENGLISH).build();
      schema = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7).getSchema(root, english);
    }
  }

  /** Kubernetes drops a key that it does not know, and so would lose what a typing error says. */
  private static void close(JsonNode node) {
    boolean isOpen = node.path("x-kubernetes-preserve-unknown-fields").asBoolean();
    if (node.path("properties").isObject() && !isOpen && node.get("type") != null) {
      ((ObjectNode) node).put("additionalProperties", false);
      node.get("properties").forEach(FlinkDeploymentTest::close);
    }
    if (node.path("x-kubernetes-int-or-string").asBoolean()) {
      ((ObjectNode) node)
          .remove("x-kubernetes-int-or-string"); // beside what says it in JSON Schema
    }
    for (String inner : List.of("items", "additionalProperties")) {
      if (node.path(inner).isObject()) {
        close(node.get(inner));
      }
    }
  }

  private static List<String> faults(String yaml) throws IOException {
    JsonNode deployment = YAML.readTree(yaml);
    return schema.validate(deployment).stream().map(ValidationMessage::getMessage).toList();
  }

  private static String changed(String from, String to) throws IOException {
    String text = Files.readString(FILE);
    assertEquals(2, (" " + text + " ").split(java.util.regex.Pattern.quote(from)).length, from);
    return text.replace(from, to);
  }

  @Test
  void theFileIsOneThatTheOperatorTakes() throws IOException {
    JsonNode file = YAML.readTree(Files.readString(FILE));
    assertEquals("flink.apache.org/v1beta1", file.get("apiVersion").asText());
    assertEquals("FlinkDeployment", file.get("kind").asText());
    assertEquals(List.of(), faults(Files.readString(FILE)));
  }

  @Test
  void aWrongKeyOrTypeOrValueIsFound() throws IOException {
    assertEquals(
        List.of(
            "$.spec: property 'serviceAcount' is not defined in the schema and the schema does not"
                + " allow additional properties"),
        faults(changed("serviceAccount:", "serviceAcount:")));
    assertEquals(
        List.of("$.spec.job.parallelism: string found, integer expected"),
        faults(changed("parallelism: 2", "parallelism: two")));
    assertEquals(
        List.of("$.spec.job.args: string found, array expected"),
        faults(Files.readString(FILE).replaceFirst("args: \\[.*]", "args: train")));
    for (String[] change :
        new String[][] {
          {"flinkVersion: v1_19", "flinkVersion: v9_19"},
          {"upgradeMode: stateless", "upgradeMode: never"},
          {"claimName: CLAIM", "claimNam: CLAIM"},
          {"mountPath: /shared", "mountPaht: /shared"},
          {"resource: {memory: 4096m, cpu: 2}", "resource: {memory: 4096m, cpu: many}"}
        }) {
      assertFalse(faults(changed(change[0], change[1])).isEmpty(), change[1]);
    }
  }

  /** The words are Flink's and ours, not the operator's, so its schema does not know them. */
  @Test
  void itsArgumentsAreThoseOfTrain() throws IOException {
    JsonNode job = YAML.readTree(Files.readString(FILE)).at("/spec/job");
    assertEquals(Main.class.getName(), job.get("entryClass").asText());
    List<String> arguments =
        StreamSupport.stream(job.get("args").spliterator(), false).map(JsonNode::asText).toList();
    Cli.Result result = Cli.run(arguments.toArray(new String[0]));
    // The words are understood; the job is in an image that is not here.
    assertEquals("beamgrad: /opt/flink/pipelines/mnist.yaml: no such file\n", result.err());
    assertEquals(2, result.exitCode());
  }
}
