package io.beamgrad.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beamgrad.failure.WrongInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PresetTest {
  private static final String CLASSES =
      """
      preset: tabular-1
      data: {dir: d, train: t.csv, features: [a, b], target: y}
      loss: cross_entropy
      """;
  private static final String NUMBERS = CLASSES.replace("cross_entropy", "mse");

  @TempDir Path folder;

  private JobSpec load(String yaml, String... overrides) throws IOException {
    Path file = Files.writeString(folder.resolve("job.yaml"), yaml);
    return JobSpec.load(file, List.of(overrides));
  }

  private static String at(JobSpec spec, String path) {
    return spec.tree().root().at(path).toString();
  }

  /** What a preset gives is part of what specs mean: another recipe gets another name. */
  @Test
  void whatAVersionGivesNeverChanges() {
    String hidden =
        "[\"scale\",{\"linear\":{\"out\":256,\"ntk\":true}},\"ACT\",{\"linear\":{\"out\":256,\"ntk\":true}},\"ACT\","
            + "{\"linear\":{\"out\":256,\"ntk\":true}},\"ACT\",{\"linear\":{\"out\":\"OUT\",\"ntk\":true,\"zero\":true}}]";
    String common =
        "{\"data\":{\"scale\":\"robust\",\"categories\":{\"unknown\":\"zeros\",\"binary\":\"sign\"},\"missing\":\"fill\"%s},"
            + "\"optimizer\":{\"adam\":{\"beta1\":0.9,\"beta2\":0.95,\"lr\":%s}},"
            + "\"lrFactors\":{\"scale\":6,\"weight\":1,\"bias\":0.1},"
            + "\"schedule\":{\"per\":\"step\",\"cosineLog\":{\"cycles\":4}},"
            + "\"batch\":256,\"epochs\":256,\"refit\":true,\"model\":%s,\"loss\":%s,\"earlyStopping\":{\"metric\":\"%s\"}}";
    Preset preset = Preset.of("tabular-1");

    assertEquals(
        common.formatted(
            "",
            "0.04",
            hidden.replace("ACT", "selu").replace("OUT", "classes"),
            "{\"cross_entropy\":{\"labelSmoothing\":0.1}}",
            "accuracy"),
        preset.tree(true).toString());
    assertEquals(
        common.formatted(
            ",\"target\":{\"scale\":\"standard\",\"clip\":true}",
            "0.07",
            hidden
                .replace("\"ACT\"", "\"mish\",{\"dropout\":{\"p\":0.15}}")
                .replace("OUT", "numbers"),
            "\"mse\"",
            "mse"),
        preset.tree(false).toString());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aPresetIsItsKeysWrittenOut(boolean isOfClasses) throws IOException {
    ObjectNode written = Preset.of("tabular-1").tree(isOfClasses);
    ObjectNode data = (ObjectNode) written.get("data");
    data.put("dir", "d").put("train", "t.csv").set("features", data.arrayNode().add("a").add("b"));
    if (isOfClasses) {
      data.put("target", "y");
    } else {
      data.withObject("/target").put("columns", "y");
    }
    JobSpec preset = load(isOfClasses ? CLASSES : NUMBERS);
    JobSpec spec = load(SpecYaml.write(written));

    assertEquals(spec.fingerprint(), preset.fingerprint());
    assertEquals(SpecFingerprint.ofRetrain(spec), SpecFingerprint.ofRetrain(preset));
    assertEquals(Optional.of("tabular-1"), preset.preset());
    assertEquals(Optional.empty(), spec.preset());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "seed=7",
        "preset=tabular-1",
        "optimizer.lr=0.01",
        "optimizer={sgd: {lr: 0.1}}",
        "loss.delta=2",
        "schedule.cosine={}",
        "schedule.cosineLog=null",
        "schedule.cosineLog.cycles=2",
        "schedule.per=epoch",
        "split.validation=0",
        "data.scale=null",
        "data.target=[y, z]",
        "data.target={columns: y, scale: none, clip: false}",
        "data.target.scale=log",
        "data.categories.binary=own",
        "earlyStopping.metric=null",
        "model=[{linear: {out: numbers}}]",
        "model[1].linear.out=64",
        "lrFactors.bias=1",
        "refit=false",
        "epochs=3"
      })
  void aResolvedSpecIsTheSameHoweverOftenItIsRead(String override) throws IOException {
    String huber = NUMBERS.replace("mse", "huber");
    JobSpec spec = load(huber, override);
    String written = spec.toYaml();

    assertTrue(written.contains("preset:\n  resolved: tabular-1\n"), written);
    JobSpec again = load(written);
    assertEquals(spec, again);
    assertEquals(spec.fingerprint(), again.fingerprint());
    assertEquals(written, again.toYaml());
    assertEquals(spec, spec.with(List.of()));
    if (!override.equals("preset=tabular-1")) {
      assertNotEquals(load(huber), spec);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "optimizer.lr=0.01 | /optimizer | {\"adam\":{\"lr\":0.01,\"beta1\":0.9,\"beta2\":0.95,\"eps\":1.0E-8,\"weightDecay\":0.0}}",
        "optimizer=sgd | /optimizer/sgd/lr | 0.001",
        "optimizer=adam | /optimizer/adam/lr | 0.04",
        "loss=cross_entropy | /loss/cross_entropy/labelSmoothing | 0.1",
        "loss.labelSmoothing=0 | /loss/cross_entropy/labelSmoothing | 0.0",
        "loss.classWeights=[1, 2] | /loss/cross_entropy/labelSmoothing | 0.1",
        "loss=binary_cross_entropy | /model/7/linear/out | 1",
        "loss=mse | /optimizer/adam/lr | 0.07",
        "schedule.cosine={} | /schedule | {\"per\":\"epoch\",\"cosine\":{\"length\":null,\"min\":0.0}}",
        "schedule.cosineLog=null | /schedule | {\"per\":\"epoch\"}",
        "model[1].linear.out=64 | /model/1/linear/out | 64",
        "model=[{linear: {out: classes}}] | /model/0/linear/out | `\"classes\"`",
        "data.scale=minmax | /data/scale | `\"minmax\"`",
        "data.categories.unknown=own | /data/categories | {\"unknown\":\"own\",\"binary\":\"sign\"}",
        "earlyStopping.patience=9 | /earlyStopping/metric | `\"accuracy\"`",
        "split.validation=0 | /earlyStopping/metric | null",
        "split.validation=0 | /refit | false",
        "schedule.step.size=30 | /schedule/per | `\"epoch\"`",
        "schedule.cosineLog.cycles=3 | /schedule/per | `\"step\"`",
        "schedule.step= | /schedule/cosineLog/cycles | 4",
        "optimizer.sgd.lr=0.5 | /optimizer/sgd/lr | 0.5",
        "optimizer= | /optimizer/adam/lr | 0.04",
        "optimizer={adam: } | /optimizer/adam/lr | 0.04",
        "model= | /model/0 | `\"scale\"`"
      })
  void whatTheSpecSaysDecidesOverThePreset(String override, String path, String expected)
      throws IOException {
    assertEquals(expected, at(load(CLASSES, override), path));
  }

  @Test
  void whatTheFileSaysDecidesOverThePreset() throws IOException {
    JobSpec spec =
        load(
            """
            preset: tabular-1
            data: {dir: d, train: t.csv, features: [a], target: {columns: [y, z], scale: log}}
            optimizer: {adam: {eps: 1.0e-6}}
            earlyStopping: {patience: 20}
            lrFactors: {scale: 2}
            loss: huber
            """);

    assertEquals("[\"y\",\"z\"]", at(spec, "/data/target/columns"));
    assertEquals("\"log\"", at(spec, "/data/target/scale"));
    assertEquals("true", at(spec, "/data/target/clip"));
    assertEquals("1.0E-6", at(spec, "/optimizer/adam/eps"));
    assertEquals("0.07", at(spec, "/optimizer/adam/lr"));
    assertEquals("2.0", at(spec, "/lrFactors/scale"));
    assertEquals("0.1", at(spec, "/lrFactors/bias"));
    assertEquals("20", at(spec, "/earlyStopping/patience"));
    assertEquals("\"mish\"", at(spec, "/model/2"));
    assertEquals("2", at(spec, "/model/10/linear/out"));
  }

  @Test
  void thePresetMayBeGivenByAnArgument() throws IOException {
    String without = CLASSES.replace("preset: tabular-1\n", "");

    assertEquals(load(CLASSES), load(without, "preset=tabular-1"));
    assertEquals(load(CLASSES, "batch=9"), load(without, "batch=9", "preset=tabular-1"));
    WrongInputException none =
        assertThrows(WrongInputException.class, () -> load(CLASSES, "preset="));
    assertTrue(none.getMessage().contains(": model is missing"), none.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "preset=tabular-2 | --set preset=tabular-2: preset must be one of tabular-1, was \"tabular-2\"; did you mean tabular-1?",
        "preset=3 | --set preset=3: preset must be one of tabular-1, was 3",
        "preset={resolved: x} | --set preset={resolved: x}: preset must be one of tabular-1, was {\"resolved\":\"x\"}",
        "data.format=idx | FILE: preset tabular-1 is for tables, but data.format is idx",
        "loss=crossentropy | --set loss=crossentropy: loss must be one of cross_entropy, binary_cross_entropy, mse, l1, huber, quantile, was \"crossentropy\"; did you mean cross_entropy?",
        "model[9]=relu | --set model[9]=relu: 9 is not one of the 8 entries",
        "optimizer.learn=1 | --set optimizer.learn=1: optimizer.learn is not a key; known in optimizer: lr, beta1, beta2, eps, weightDecay"
      })
  void whatIsWrongIsOneLine(String override, String message) {
    WrongInputException wrong =
        assertThrows(WrongInputException.class, () -> load(CLASSES, override));

    assertEquals(
        message.replace("FILE", folder.resolve("job.yaml").toString()), wrong.getMessage());
  }

  @Test
  void whetherTheTargetIsAClassIsSaidWhereNoFileOfThisMachineTells() {
    WrongInputException wrong =
        assertThrows(
            WrongInputException.class, () -> load(CLASSES, "loss=", "data.dir=s3://bucket/t"));

    assertEquals(
        "--set loss=: loss is missing; with the preset tabular-1 it is cross_entropy where"
            + " data.target is a class, and mse where it is a number",
        wrong.getMessage());
  }
}
