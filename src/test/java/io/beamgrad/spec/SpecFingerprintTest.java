package io.beamgrad.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beamgrad.data.files.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpecFingerprintTest {
  private static final String MNIST =
      """
      seed: 7
      data: {format: idx, dir: data/mnist, train: train, test: t10k, scale: 255}
      split: {validation: 0.2}
      model: [flatten, {linear: {out: 10}}]
      loss: cross_entropy
      optimizer: {sgd: {lr: 0.001}}
      """;

  private static final Path SPECS = Path.of("src/test/resources/specs");

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "seed=8",
        "split.validation=0.3",
        "split.seed=1",
        "split.holdout={share: 0.1, salt: a}",
        "optimizer.lr=0.5",
        "loss.labelSmoothing=0.1",
        "loss.classWeights=[1, 2, 3, 4, 5, 6, 7, 8, 9, 0.1]",
        "model[0]=dropout",
        "schedule.cosine={}",
        "schedule.cosineLog={}",
        "lrFactors.bias=0.1",
        "earlyStopping.metric=accuracy",
        "schedule.warmUp.length=2",
        "clipGradNorm=1",
        "penalty.l1=0.1",
        "earlyStopping.patience=2",
        "batch=50",
        "model[1].linear.out=12",
        "data.scale=1",
        "data.scale=robust",
        "data.train=other",
        "shuffle.full=10"
      })
  void whatDecidesTheWeightsIsInTheFingerprint(String override) throws IOException {
    assertNotEquals(load().fingerprint(), load(override).fingerprint());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "name=other",
        "epochs=50",
        "sinks.csv=false",
        "blockCache=1",
        "data.dir=/elsewhere",
        "data.maxRejects=0.5",
        "optimizer.lr=1e-3",
        "split.seed=7",
        "lrFactors={scale: 1, weight: 1.0, bias: 1}",
        "earlyStopping.metric=null",
        "retrain.holdout=0.2",
        "retrain.select={days: 7}",
        "retrain.gate.floors={accuracy: 0.9}",
        "retrain.checks.rows.stop=[10, null]"
      })
  void whatDoesNotDecideTheWeightsIsNotInTheFingerprint(String override) throws IOException {
    assertEquals(load().fingerprint(), load(override).fingerprint());
  }

  @Test
  void theNumberOfEpochsIsInTheFingerprintWhereTheScheduleNeedsIt() throws IOException {
    String cosine = "schedule={warmUp: {length: 1}, cosine: {}}";
    String fixed = "schedule.cosine.length=5";

    assertNotEquals(load(cosine).fingerprint(), load(cosine, "epochs=50").fingerprint());
    assertEquals(load(fixed).fingerprint(), load(fixed, "epochs=50").fingerprint());
    String waves = "schedule.cosineLog={}";
    assertNotEquals(load(waves).fingerprint(), load(waves, "epochs=50").fingerprint());
    assertNotEquals(load(waves).fingerprint(), load("schedule.cosineLog.cycles=3").fingerprint());
  }

  @Test
  void theContentOfInitialWeightsIsInTheFingerprintAndTheirPlaceIsNot() throws IOException {
    Path one = Files.writeString(folder.resolve("one.avro"), "weights");
    Path same = Files.writeString(folder.resolve("same.avro"), "weights");
    Path other = Files.writeString(folder.resolve("other.avro"), "other weights");

    String fingerprint = load("init=" + one).fingerprint();

    assertEquals(fingerprint, load("init=" + same).fingerprint());
    assertNotEquals(fingerprint, load("init=" + other).fingerprint());
  }

  /** Half-done runs go on, and set-aside data stay so, only while these are the same. */
  @ParameterizedTest
  @MethodSource("specsOfBefore")
  void specsOfBeforeHaveTheirFingerprints(String file, String spec, String retrain, String data) {
    JobSpec loaded = JobSpec.load(Path.of(file), List.of());

    assertEquals(spec, loaded.fingerprint());
    assertEquals(retrain, SpecFingerprint.ofRetrain(loaded));
    String text = SpecFingerprint.splitText(loaded) + "\n" + SpecFingerprint.formatText(loaded);
    assertEquals(data, Sha256.hex(text));
  }

  @ParameterizedTest
  @MethodSource("specsOfBefore")
  void specsOfBeforeResolveToTheSameText(String file) throws IOException {
    Path resolved = SPECS.resolve("resolved").resolve(Path.of(file).getFileName());
    String here = Path.of("").toAbsolutePath() + "/";

    assertEquals(
        Files.readString(resolved),
        JobSpec.load(Path.of(file), List.of()).toYaml().replace(here, "/here/"));
  }

  /** As if each had been added after the specs of before: to a group, layers, losses, columns. */
  private static final List<SpecKey> ADDED =
      List.of(
          added("augment.turn", AllowedValues.number("in degrees", x -> x >= 0), "0.0"),
          added("optimizer.sgd.dampening", AllowedValues.number("", x -> true), "0.0"),
          added("model.linear.bias", AllowedValues.flag(), "true"),
          added("model.relu.slope", AllowedValues.number("", x -> true), "0.0"),
          added("loss.cross_entropy.focus", AllowedValues.number("", x -> true), "null"),
          added("loss.mse.root", AllowedValues.flag(), "false"),
          added("data.columns.number.round", AllowedValues.flag(), "false"),
          added("split.gap", AllowedValues.wholeNumber(), "0"),
          added("split.holdout.column", AllowedValues.text(), "null"),
          added("data.csv.trim", AllowedValues.text(), "null"),
          added("retrain.gate.patience", AllowedValues.wholeNumber(), "3"),
          added("retrain.window.hours", AllowedValues.wholeNumber(), "24"));

  private static SpecKey added(String name, AllowedValues allowed, String fallback) {
    return new SpecKey(name, allowed, fallback, true).later();
  }

  private static final String TABLE_JOB =
      """
      data: {format: csv, dir: d, train: t, features: [a, b], target: y, columns: {a: number}}
      model: [relu, {linear: {out: 1}}]
      loss: %s
      optimizer: sgd
      """;

  private static String hashed(List<SpecKey> added, String yaml) {
    KeyTable table = new KeyTable(Stream.concat(SpecKeys.ALL.stream(), added.stream()).toList());
    ObjectNode tree =
        new SpecResolver(table, new SpecErrors("t.yaml")).resolve(SpecYaml.parse(yaml, "t.yaml"));
    SpecFingerprint fingerprint = new SpecFingerprint(table);
    return fingerprint.lines(tree) + fingerprint.retrain(tree) + data(fingerprint, tree);
  }

  /** What keys that are added later add to the fingerprint of the data. */
  private static String data(SpecFingerprint fingerprint, ObjectNode tree) {
    return fingerprint.later("split", tree) + fingerprint.later("data.csv", tree);
  }

  private static String addedToData(String yaml) {
    KeyTable table = new KeyTable(Stream.concat(SpecKeys.ALL.stream(), ADDED.stream()).toList());
    ObjectNode tree =
        new SpecResolver(table, new SpecErrors("t.yaml")).resolve(SpecYaml.parse(yaml, "t.yaml"));
    return data(new SpecFingerprint(table), tree);
  }

  @Test
  void aKeyThatIsAddedLaterIsInTheFingerprintOfTheDataOnlyOffItsDefault() {
    String job = TABLE_JOB.formatted("mse");
    assertEquals("", addedToData(job));
    assertEquals("", addedToData(job + "split: {seed: 5, gap: 0, holdout: {share: 0.1}}\n"));
    assertEquals(
        " split.holdout.column=\"a\" split.gap=2",
        addedToData(job + "split: {gap: 2, holdout: {column: a}}\n"));
    assertEquals(
        " data.csv.trim=\"x\"",
        addedToData(job.replace("format: csv", "format: csv, csv: {trim: x, header: false}")));
  }

  @Test
  void aTargetThatIsGivenAsAMapMovesTheFingerprintOnlyWhereItIsScaled() throws IOException {
    Path file = Files.writeString(folder.resolve("table.yaml"), TABLE_JOB.formatted("mse"));
    String plain = JobSpec.load(file, List.of()).fingerprint();

    for (String same :
        List.of(
            "data.target=[y]",
            "data.target={columns: y}",
            "data.target={columns: [y], scale: none, clip: false}",
            "data.target.scale=none")) {
      assertEquals(plain, JobSpec.load(file, List.of(same)).fingerprint(), same);
    }
    for (String other :
        List.of("data.target.scale=standard", "data.target.scale=log", "data.target.clip=true")) {
      assertNotEquals(plain, JobSpec.load(file, List.of(other)).fingerprint(), other);
    }
  }

  @Test
  void modelsByKeyMoveTheFingerprintAndTheirColumnThatOfTheData() throws IOException {
    Path file = Files.writeString(folder.resolve("table.yaml"), TABLE_JOB.formatted("mse"));
    JobSpec plain = JobSpec.load(file, List.of());
    JobSpec each = JobSpec.load(file, List.of("each=c"));

    assertEquals(plain.fingerprint(), JobSpec.load(file, List.of("each=")).fingerprint());
    assertEquals(
        SpecFingerprint.splitText(plain) + " each.key=\"c\"", SpecFingerprint.splitText(each));
    for (String other :
        List.of("each.key=d", "each.minRows=21", "each.toPooled=0", "each.pooledRows=10")) {
      JobSpec changed = each.with(List.of(other));
      assertNotEquals(each.fingerprint(), changed.fingerprint(), other);
      assertEquals(
          other.contains("key"),
          !SpecFingerprint.splitText(each).equals(SpecFingerprint.splitText(changed)),
          other);
    }
    assertNotEquals(plain.fingerprint(), each.fingerprint());
    assertEquals(plain.fingerprint(), each.with(List.of("each=")).fingerprint());
  }

  @Test
  void splitAndFormatAreTextsThatNeverChange() throws IOException {
    JobSpec spec = load("split.holdout={share: 0.1, salt: a}");
    assertEquals(
        "SplitSpec[validation=0.2, test=0.0, by=RANDOM, column=null, seed=7,"
            + " holdout=Holdout[salt=a, share=0.1]]",
        SpecFingerprint.splitText(spec));
    assertEquals(
        "IDX CsvStyle[delimiter=null, quote=\", header=true, encoding=UTF-8, comment=null]",
        SpecFingerprint.formatText(spec));
  }

  @ParameterizedTest
  @ValueSource(strings = {"mse", "cross_entropy"})
  void aKeyThatIsAddedLaterMovesNoFingerprintAtItsDefault(String loss) {
    String before = hashed(List.of(), TABLE_JOB.formatted(loss));

    assertEquals(before, hashed(ADDED, TABLE_JOB.formatted(loss)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "optimizer: sgd | optimizer: {sgd: {dampening: %s}} | 0 | 0.1",
        "out: 1 | out: 1, bias: %s | true | false",
        "[relu | '[{relu: {slope: %s}}' | 0.0 | 0.1",
        "cross_entropy | {cross_entropy: {focus: %s}} | null | 2",
        "{a: number} | '{a: {number: {round: %s}}}' | false | true",
        "optimizer: sgd | 'optimizer: sgd\naugment: {turn: %s}' | 0 | 10",
        "optimizer: sgd | 'optimizer: sgd\nretrain: {gate: {patience: %s}}' | 3 | 4",
        "optimizer: sgd | 'optimizer: sgd\nretrain: {window: {hours: %s}}' | 24 | 12"
      })
  void aKeyThatIsAddedLaterIsInTheFingerprintOnlyOffItsDefault(
      String part, String with, String usual, String other) {
    String yaml = TABLE_JOB.formatted("cross_entropy");
    String before = hashed(List.of(), yaml);
    String given = yaml.replace(part, with.translateEscapes());

    assertEquals(before, hashed(ADDED, given.formatted(usual)));
    assertNotEquals(before, hashed(ADDED, given.formatted(other)));
  }

  static Stream<Arguments> specsOfBefore() throws IOException {
    return Files.readAllLines(SPECS.resolve("fingerprints.txt")).stream()
        .filter(line -> !line.startsWith("#"))
        .map(line -> Arguments.of((Object[]) line.split(" ")));
  }

  private JobSpec load(String... overrides) throws IOException {
    Path file = Files.writeString(folder.resolve("mnist.yaml"), MNIST);
    return JobSpec.load(file, List.of(overrides));
  }
}
