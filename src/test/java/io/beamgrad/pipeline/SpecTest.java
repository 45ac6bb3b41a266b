package io.beamgrad.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.beamgrad.failure.WrongInputException;
import io.beamgrad.spec.JobSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpecTest {
  private static final String YAML =
      """
      name: crops
      data: {dir: crops, train: all.csv, features: [rain, heat], target: tons}
      model: [{linear: {out: 4}}, relu, {linear: {out: 1}}]
      loss: mse
      optimizer: adam
      """;

  @TempDir Path folder;

  @Test
  void aSpecInCodeHasTheDefaultsOfYaml() throws IOException {
    Spec inCode =
        Spec.named("crops")
            .with("data.dir", Path.of("crops"))
            .with("data.train", "all.csv")
            .with("data.features", List.of("rain", "heat"))
            .with("data.target", "tons")
            .with(
                "model",
                List.of(
                    Map.of("linear", Map.of("out", 4)), "relu", Map.of("linear", Map.of("out", 1))))
            .with("loss", "mse")
            .with("optimizer", "adam");
    Path file = Files.writeString(folder.resolve("crops.yaml"), YAML.replace("name: crops\n", ""));
    JobSpec ofFile = JobSpec.load(file, List.of());
    assertEquals(ofFile, Spec.read(file).ofFiles());
    assertEquals(ofFile, Spec.parse(YAML).ofFiles());
    assertEquals(ofFile, inCode.ofFiles());
    assertEquals(ofFile.fingerprint(), inCode.ofFiles().fingerprint());
  }

  @Test
  void whereFilesAreMakesNoDifferenceToRows() {
    Spec ofFiles = Spec.parse(YAML).with("data.csv.header", false).with("data.format", "csv");
    Spec ofRows =
        Spec.parse(YAML.replace("dir: crops, train: all.csv, ", "")).with("split.test", 0);
    assertEquals(ofRows.ofRows(), ofFiles.ofRows());
    assertEquals(ofRows.sinks(), ofFiles.sinks());
  }

  @Test
  void aSpecIsNotChangedByWhatIsMadeOfIt() {
    Spec spec = Spec.parse(YAML);
    spec.with("epochs", 7);
    assertEquals(
        spec.ofFiles(), spec.with("data.weight", "area").with("data.weight", null).ofFiles());
    assertEquals(spec.ofFiles().epochs(), Spec.parse(YAML).ofFiles().epochs());
  }

  @Test
  void aPathIsItsTextWhereverItIsInAValue() {
    Spec inMap =
        Spec.parse(YAML)
            .with("data", Map.of("dir", Path.of("crops"), "train", List.of(Path.of("all.csv"))))
            .with("data.features", List.of("rain", "heat"))
            .with("data.target", "tons");
    JobSpec.Data data = inMap.ofFiles().data();
    assertEquals(Path.of("crops").toAbsolutePath().toString(), data.dir());
    assertEquals(List.of("all.csv"), data.train());
  }

  @Test
  void sinksAreReadWhateverElseIsThere() {
    Spec spec = Spec.named("crops").with("data.train", "all.csv").with("sinks.tensorboard", true);
    assertEquals(new JobSpec.Sinks(true, true), spec.sinks());
    assertEquals(new JobSpec.Sinks(true, false), Spec.named("crops").sinks());
    assertEquals(
        "spec: sinks.cvs is not a key; did you mean sinks.csv?",
        refused(() -> spec.with("sinks.cvs", true).sinks()));
  }

  private static String refused(Runnable made) {
    return assertThrows(WrongInputException.class, made::run).getMessage();
  }

  @Test
  void whatIsNoSpecIsSaidInOneLine() {
    assertEquals("spec: must be a YAML map of keys", refused(() -> Spec.parse("[1, 2]")));
    assertEquals(
        "spec: loss.mse.x: loss has no keys below it",
        refused(() -> Spec.parse(YAML).with("loss.mse.x", 1)));
    assertEquals(
        folder + "/no.yaml: no such file", refused(() -> Spec.read(folder.resolve("no.yaml"))));
    assertEquals(
        "spec: data.dir is missing; it must be text",
        refused(() -> Spec.parse(YAML.replace("dir: crops, ", "")).ofFiles()));
  }
}
