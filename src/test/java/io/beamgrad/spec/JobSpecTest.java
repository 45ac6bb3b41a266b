package io.beamgrad.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.metrics.Metric;
import io.beamgrad.registry.gate.GateRule;
import io.beamgrad.schema.Adam;
import io.beamgrad.schema.BinaryCrossEntropy;
import io.beamgrad.schema.CrossEntropy;
import io.beamgrad.schema.FileFormat;
import io.beamgrad.schema.FlattenLayer;
import io.beamgrad.schema.Huber;
import io.beamgrad.schema.LinearLayer;
import io.beamgrad.schema.MeanSquaredError;
import io.beamgrad.schema.ReluLayer;
import io.beamgrad.schema.Sgd;
import io.beamgrad.schema.TargetScale;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JobSpecTest {
  private static final String MNIST =
      """
      seed: 7
      data: {format: idx, dir: data/mnist, train: train, test: t10k, scale: 255}
      split: {validation: 0.2}
      model: [flatten, {linear: {out: 10}}]
      loss: cross_entropy
      optimizer: {sgd: {lr: 0.001}}
      """;
  private static final String CROPS =
      """
      data: {format: csv, dir: d, train: crops.csv, features: [a, b], target: [y, z]}
      model: [{linear: {out: 2}}]
      loss: mse
      optimizer: {adam: {}}
      """;

  @TempDir Path folder;

  @Test
  void keysLeftOutHaveTheirDefaults() throws IOException {
    JobSpec spec = load("mnist.yaml", MNIST);

    assertEquals("mnist", spec.name());
    assertEquals(7, spec.split().seed());
    assertEquals(0.01, spec.data().maxRejects());
    assertEquals(new Sgd(0.001, 0.0, false, 0.0), spec.optimizer());
    assertEquals(100, spec.batch());
    assertEquals(10, spec.epochs());
    assertEquals(4_000_000, spec.shuffle().full());
    assertEquals(256, spec.blockCache());
    assertTrue(spec.sinks().csv());
    assertNull(spec.init());
  }

  @Test
  void everyDefaultIsAllowedByItsOwnKey() {
    for (SpecKey key : SpecKeys.ALL) {
      boolean hasValue = !key.isRequired() && !key.fallback().isEmpty();
      if (hasValue && !key.fallback().equals("null")) {
        JsonNode fallback = SpecYaml.parse(key.fallback(), key.name());
        assertEquals(java.util.Optional.empty(), key.allowed().complaint(fallback), key.name());
      }
    }
  }

  @Test
  void aCsvJobNamesItsColumns() throws IOException {
    JobSpec spec = load("crops.yaml", CROPS);

    assertEquals(FileFormat.CSV, spec.data().format());
    assertEquals(List.of("a", "b"), spec.data().features());
    assertEquals(List.of("y", "z"), spec.data().targets());
    assertEquals(new MeanSquaredError(), spec.loss());
    assertEquals(new Adam(0.001, 0.9, 0.999, 1e-8, 0.0, false), spec.optimizer());
  }

  @Test
  void pathsAreAbsolute() throws IOException {
    JobSpec spec = load("mnist.yaml", MNIST, "init=runs/model.avro");

    assertEquals(Path.of("data/mnist").toAbsolutePath().toString(), spec.data().dir());
    assertEquals(Path.of("runs/model.avro").toAbsolutePath(), spec.init());
  }

  @ParameterizedTest
  @ValueSource(strings = {"mnist", "mnist-mlp", "digits", "crop-yield"})
  void aResolvedSpecLoadsToAnEqualOne(String name) throws IOException {
    JobSpec spec = JobSpec.load(Path.of("pipelines", name + ".yaml"), List.of());

    assertEquals(name, spec.name());
    assertEquals(spec, load("job.yaml", spec.toYaml()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "name=v1.5",
        "data.train='1e5'",
        "data.train='null'",
        "data.train='yes # no'",
        "data.train=\"tab\\tand\\nline\"",
        "data.test='*.csv'",
        "optimizer.lr=1e-300",
        "seed=-9223372036854775808",
        "data.dir='a: b'",
        "data.generate.digits=500",
        "data.train='0x1f'",
        "data.train='1_000'",
        "data.train='12:30'",
        "data.train='- a'",
        "optimizer={adamw: {lr: 0.1}}",
        "optimizer=adam",
        "loss.labelSmoothing=0.1",
        "loss={cross_entropy: {classWeights: [1, 2, 3, 4, 5, 6, 7, 8, 9, 0.1]}}",
        "model=[flatten, tanh, sigmoid, dropout, {dropout: {p: 0.1}}, {linear: {out: 10}}]",
        "schedule={per: step, warmUp: {length: 5, start: 0.1}, cosine: {min: 0.0001}}",
        "schedule.step={size: 3}",
        "schedule.cosineLog={cycles: 3}",
        "schedule={per: step, warmUp: {length: 5}, cosineLog: {}}",
        "lrFactors={scale: 6, bias: 0.1}",
        "earlyStopping={metric: accuracy}",
        "earlyStopping={metric: loss, patience: 3}",
        "schedule.exponential.gamma=0.5",
        "clipGradNorm=2",
        "penalty={l1: 0.1, l2: 0.2}",
        "earlyStopping={patience: 3, minDelta: 0.01}",
        "retrain={select: {days: 7}, start: warm, holdout: 0.05}",
        "retrain.select=sinceLast",
        "split.holdout={share: 0.05, salt: '1e5'}",
        "retrain.gate={metric: loss, maxLoss: 0.01, test: none, floors: {accuracy: 0.9, loss: 1}}",
        "retrain.gate.classFloors={recall: {'3': 0.5, '*': 0.9}, f1: 0.8}",
        "retrain.checks={rows: {warn: [10, null], stop: [1, 1.0e9]}, psi: {warn: null, stop: 1}}",
        "retrain.checks={psi: {warn: {a: null, '*': 1}, stop: {'7': 0.5}}, ks: {stop: {b: 0.2}}}",
        "retrain.notify={command: [mail, '-s', 'a model'], webhook: 'https://x.org/h?k=1'}",
        "retrain.prometheus=metrics/beamgrad.prom"
      })
  void anyValueSurvivesTheResolvedSpec(String override) throws IOException {
    JobSpec spec = load("mnist.yaml", MNIST, override);

    assertEquals(spec, load("job.yaml", spec.toYaml()));
  }

  @Test
  void aLimitOfACheckMayBeByColumnAndOthersKeepTheDefault() throws IOException {
    JobSpec spec = load("mnist.yaml", MNIST, "retrain.checks.psi.stop={image: null}");
    assertEquals(
        "{\"*\":0.25,\"image\":null}",
        spec.tree().root().at("/retrain/checks/psi/stop").toString());
    JobSpec all = load("mnist.yaml", MNIST, "retrain.checks.ks.stop={'*': 0.5}");
    assertEquals("0.5", all.tree().root().at("/retrain/checks/ks/stop").toString());
    assertEquals(
        SpecFingerprint.ofRetrain(load("mnist.yaml", MNIST)),
        SpecFingerprint.ofRetrain(
            load("mnist.yaml", MNIST, "retrain.checks.psi.stop={'*': 0.25}")));
  }

  @Test
  void aResolvedSpecHasEveryKey() throws IOException {
    Set<String> expected = new TreeSet<>();
    for (SpecKey key : SpecKeys.ALL) {
      boolean isOfAdam = key.name().startsWith("optimizer.adam.");
      boolean isBelowAnother =
          SpecKeys.ALL.stream().anyMatch(other -> key.name().startsWith(other.name() + "."));
      if (!key.isSection() && (isOfAdam || !isBelowAnother)) {
        expected.add(key.name());
      }
    }
    expected.add("model");
    expected.add("loss");

    Set<String> found = new TreeSet<>();
    collect("", SpecYaml.parse(load("crops.yaml", CROPS).toYaml(), "job.yaml"), found);

    assertEquals(expected, found);
  }

  @Test
  void aTargetMayBeAMapThatSaysHowItIsScaled() throws IOException {
    String map = "data.target={columns: [y, z], scale: log, clip: true}";
    JobSpec spec = load("crops.yaml", CROPS, map);

    assertEquals(List.of("y", "z"), spec.data().targets());
    assertEquals(TargetScale.LOG, spec.data().target().scale());
    assertTrue(spec.data().target().clip());
    assertEquals(new LinearLayer(2, false, false), spec.model().get(spec.model().size() - 1));
    assertEquals(spec, load("job.yaml", spec.toYaml()));
    assertEquals(spec, load("crops.yaml", CROPS, "data.target.scale=log", "data.target.clip=true"));
    assertEquals(List.of("x", "z"), load("crops.yaml", CROPS, "data.target[0]=x").data().targets());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "scale: log | data.target.columns is missing; it must be a name or a list of names",
        "columns: y, scal: log | data.target.scal is not a key; did you mean data.target.scale?",
        "columns: y, scale: sqrt | data.target.scale must be one of none, standard, log, was \"sqrt\"",
        "columns: y, clip: 1 | data.target.clip must be true or false, was 1",
        "columns: {y: 1} | data.target.columns must be a name or a list of names, was {\"y\":1}"
      })
  void aMapOfATargetIsCheckedKeyByKey(String keys, String message) {
    WrongInputException wrong =
        assertThrows(
            WrongInputException.class,
            () -> load("crops.yaml", CROPS, "data.target={%s}".formatted(keys)));
    assertTrue(wrong.getMessage().contains(message), wrong.getMessage());
  }

  @Test
  void classesAreNotScaled() {
    String[] classes = {"data.target=y", "loss=cross_entropy"};
    for (String[] set :
        new String[][] {
          {
            "scale=log",
            "scale must be none with the loss \"cross_entropy\", whose target is a class, was log"
          },
          {
            "clip=true",
            "clip must be false with the loss \"cross_entropy\", whose target is a class, was true"
          }
        }) {
      WrongInputException wrong =
          assertThrows(
              WrongInputException.class,
              () -> load("crops.yaml", CROPS, classes[0], classes[1], "data.target." + set[0]));
      assertTrue(wrong.getMessage().contains("data.target." + set[1]), wrong.getMessage());
    }
  }

  @Test
  void rowsWithWeightsAreNeverJudgedByTheirCounts() throws IOException {
    String[] weighted = {
      "data.target=y", "data.weight=w", "loss=cross_entropy", "retrain.gate.confidence=0.9"
    };
    GateRule gate = load("crops.yaml", CROPS, weighted).retrain().gate();
    String[] mcnemar = Arrays.copyOf(weighted, 4);
    mcnemar[3] = "retrain.gate.test=mcnemar";

    assertEquals(Metric.ACCURACY, gate.metric());
    assertEquals(GateRule.Test.BOOTSTRAP, gate.test());
    assertEquals(
        "--set retrain.gate.test=mcnemar: retrain.gate.test must be bootstrap or none with"
            + " data.weight; mcnemar counts rows, whatever they weigh",
        assertThrows(WrongInputException.class, () -> loadToRetrain(mcnemar)).getMessage());
    assertEquals( // the spec of a run of before, which had that by default
        GateRule.Test.MCNEMAR, load("crops.yaml", CROPS, mcnemar).retrain().gate().test());
  }

  @Test
  void groupsNeedTheResamplesOfTheBootstrapThatTakesThePlaceOfMcnemar() throws IOException {
    String[] grouped = {
      "data.target=y",
      "loss=cross_entropy",
      "split.by={group: g}",
      "retrain.gate={test: mcnemar, confidence: 0.9999}"
    };

    assertEquals(
        "--set retrain.gate={test: mcnemar, confidence: 0.9999}: retrain.gate.resamples must be at"
            + " least 10000 for a retrain.gate.confidence of 0.9999, was 2000",
        assertThrows(WrongInputException.class, () -> loadToRetrain(grouped)).getMessage());
  }

  private JobSpec loadToRetrain(String... overrides) throws IOException {
    Path file = Files.writeString(folder.resolve("crops.yaml"), CROPS);
    return JobSpec.loadToRetrain(file, List.of(overrides));
  }

  @Test
  void whatJudgesAChallengerFitsTheTarget() throws IOException {
    GateRule ofClasses = load("mnist.yaml", MNIST).retrain().gate();
    GateRule tolerant = load("mnist.yaml", MNIST, "retrain.gate.maxLoss=0.01").retrain().gate();
    GateRule ofNumbers = load("crops.yaml", CROPS).retrain().gate();
    GateRule ofR2 = load("crops.yaml", CROPS, "retrain.gate.metric=r2").retrain().gate();

    assertEquals(Metric.ACCURACY, ofClasses.metric());
    assertEquals(GateRule.Test.MCNEMAR, ofClasses.test());
    assertEquals(GateRule.Test.BOOTSTRAP, tolerant.test());
    assertEquals(Metric.LOSS, ofNumbers.metric());
    assertEquals(GateRule.Test.BOOTSTRAP, ofNumbers.test());
    assertEquals(GateRule.Test.NONE, ofR2.test());
  }

  @Test
  void aWarmStartAndInitialWeightsExcludeEachOther() {
    assertEquals(
        "--set retrain.start=warm: retrain.start must be cold where init has the weights to start"
            + " from, was \"warm\"",
        assertThrows(
                WrongInputException.class,
                () -> load("mnist.yaml", MNIST, "init=model.avro", "retrain.start=warm"))
            .getMessage());
  }

  @Test
  void anOverrideReachesIntoTheOneOptimiser() throws IOException {
    JobSpec spec = load("mnist.yaml", MNIST, "optimizer.lr=0.1", "optimizer.sgd.momentum=0.9");

    assertEquals(new Sgd(0.1, 0.9, false, 0.0), spec.optimizer());
  }

  @Test
  void aLossIsAWordOrAMapOfItsKeys() throws IOException {
    Object plain = new CrossEntropy(0.0, List.of());
    Object smooth = new CrossEntropy(0.1, List.of());

    assertEquals(plain, load("mnist.yaml", MNIST).loss());
    assertEquals(plain, load("mnist.yaml", MNIST, "loss={cross_entropy: {}}").loss());
    assertEquals(smooth, load("mnist.yaml", MNIST, "loss.labelSmoothing=0.1").loss());
    assertEquals(smooth, load("mnist.yaml", MNIST, "loss.cross_entropy.labelSmoothing=0.1").loss());
    String text =
        MNIST.replace("loss: cross_entropy", "loss: {cross_entropy: {labelSmoothing: 0.1}}");
    assertEquals(smooth, load("mnist.yaml", text).loss());
    assertEquals(new Huber(2.0), load("crops.yaml", CROPS, "loss=huber", "loss.delta=2").loss());
  }

  @Test
  void aBinaryLossWantsOneOutput() throws IOException {
    String binary = "loss=binary_cross_entropy";

    assertEquals(
        "mnist.yaml: model[1].linear.out must be 1 for binary_cross_entropy, was 10",
        shortened(
            assertThrows(WrongInputException.class, () -> load("mnist.yaml", MNIST, binary))));
    assertEquals(
        "--set model=[flatten, {linear: {out: 1}}, sigmoid]: model[2] must not be sigmoid:"
            + " binary_cross_entropy has its own sigmoid",
        assertThrows(
                WrongInputException.class,
                () ->
                    load(
                        "mnist.yaml",
                        MNIST,
                        binary,
                        "model=[flatten, {linear: {out: 1}}, sigmoid]"))
            .getMessage());
    assertEquals(
        new BinaryCrossEntropy(),
        load("mnist.yaml", MNIST, binary, "model[1].linear.out=1").loss());
  }

  @Test
  void anOverrideMayReplaceAWholeMapOrList() throws IOException {
    JobSpec spec =
        load(
            "mnist.yaml",
            MNIST,
            "optimizer={adam: {lr: 0.5}}",
            "model=[flatten, {linear: {out: 3}}]");

    assertEquals(new Adam(0.5, 0.9, 0.999, 1e-8, 0.0, false), spec.optimizer());
    assertEquals(List.of(new FlattenLayer(), new LinearLayer(3, false, false)), spec.model());
  }

  @Test
  void anOverrideReachesIntoALayer() throws IOException {
    JobSpec spec = load("mnist.yaml", MNIST, "model[1].linear.out=12", "model.0=relu");

    assertEquals(List.of(new ReluLayer(), new LinearLayer(12, false, false)), spec.model());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          optimizer.momentum=1.0 | optimizer.momentum must be in [0, 1), was 1.0
          optimizer.lr=0         | optimizer.lr must be above 0, was 0
          optimizer.lr=.inf      | line 1: not YAML: Malformed numeric value '.inf'
          optimizer.lr=fast      | optimizer.lr must be a number above 0, was "fast"
          optimizer.momentun=0.9 | optimizer.momentun is not a key; did you mean optimizer.momentum?
          optimizer.zzz=1        | optimizer.zzz is not a key; known in optimizer: lr, momentum, nesterov, weightDecay
          optimizer=adagrad      | optimizer must be one of sgd, adam, adamw, was "adagrad"
          optimizer={sdg: {}}    | optimizer must be one of sgd, adam, adamw, was "sdg"; did you mean sgd?
          optimizer={sgd: 5}     | optimizer.sgd must be a map of lr, momentum, nesterov, weightDecay, was 5
          optimizer={}           | optimizer must be one of sgd, adam, adamw, was {}
          optimizer.adam.lr=1    | optimizer must be one of sgd, adam, adamw, was {"sgd":{"lr":0.001},"adam":{"lr":1}}
          optimizer.nesterov=true | optimizer.nesterov needs an optimizer.momentum above 0, was 0.0
          batch=0                | batch must be in [1, 2147483647], was 0
          batch=1.5              | batch must be a whole number in [1, 2147483647], was 1.5
          batch=99999999999999999999 | batch must be a whole number in [1, 2147483647], was 99999999999999999999
          batch=                 | batch must be a whole number in [1, 2147483647], was nothing
          batch.size=1           | batch must be a whole number in [1, 2147483647], was {"size":1}
          epoch=5                | epoch is not a key; did you mean epochs?
          split=0.2              | split must be a map of validation, test, calibration, by, seed, holdout, was 0.2
          split.holdout.share=0.1 | split.holdout.share needs a split.holdout.salt, found none
          split.holdout={share: 0.1, salt: a, key: [a], content: [b]} | split.holdout.content and split.holdout.key exclude each other
          split={by: {group: [a, b]}, holdout: {share: 0.1, salt: a, key: a}} | split.holdout.key must be that of split.by where it has a group, ["a","b"], was "a"
          split={by: {group: a}, holdout: {share: 0.1, salt: a, content: x}} | split.holdout.content must be left out where split.by has a group
          split.by={time: [a, b]} | split.by must be random, stratified, {group: COLUMN}, {group: [COLUMNS]}, {time: COLUMN} or {column: COLUMN}, was {"time":["a","b"]}
          split.holdout={share: 0.1, salt: a, key: a} | split.holdout.key is for tables only; idx has images and labels
          split.holdout.share=1  | split.holdout.share must be in [0, 1), was 1
          split.validation=1     | split.validation must be in [0, 1), was 1
          data.format=orc        | data.format must be one of idx, csv, tsv, jsonl, avro, parquet, was "orc"
          data.scale=-1          | data.scale must be standard, minmax, robust or a number above 0, was -1
          data.scale=wide        | data.scale must be standard, minmax, robust or a number above 0, was "wide"
          data.categories.unknown=zero | data.categories.unknown must be one of own, zeros, was "zero"
          data.categories.binary=sign | data.categories is for tables only; idx has images and labels
          data.columns={a: number} | data.columns is for tables only; idx has images and labels
          data.dir.x=1           | data.dir has no keys below it
          data.features=[a]      | data.features is for tables only; idx has images and labels
          data.maxRejects=2      | data.maxRejects must be in [0, 1], was 2
          data.generate.digits=3 | data.generate.digits must be in [10, 100000000], was 3
          name=-5                | name must be up to 100 letters, digits, '.', '_' or '-', a letter or digit first, was -5
          name=a/b               | name must be up to 100 letters, digits, '.', '_' or '-', a letter or digit first, was "a/b"
          schedule=cosine        | schedule must be a map of per, warmUp, step, exponential, cosine, cosineLog, was "cosine"
          schedule.per=batch     | schedule.per must be one of epoch, step, was "batch"
          schedule.step.size=0   | schedule.step.size must be in [1, 9223372036854775807], was 0
          schedule.step={gamma: 1} | schedule.step.size is missing; it must be a whole number in [1, 9223372036854775807]
          schedule.exponential={} | schedule.exponential.gamma is missing; it must be a number above 0
          schedule.exponential.gamma=0 | schedule.exponential.gamma must be above 0, was 0
          schedule.cosine=5      | schedule.cosine must be a map of length, min, was 5
          schedule.cosine.min=-1 | schedule.cosine.min must be of at least 0, was -1
          schedule.cosin.min=0   | schedule.cosin is not a key; did you mean schedule.cosine?
          schedule.warmUp={start: 1} | schedule.warmUp.length is missing; it must be a whole number in [1, 9223372036854775807]
          schedule.warmUp={length: 1, start: 2} | schedule.warmUp.start must be in (0, 1], was 2
          schedule={warmUp: {length: 10}, cosine: {}} | schedule.warmUp.length must be below the 10 epochs, or no time is left for the cosine, was 10
          schedule={cosine: {}, step: {size: 2}} | schedule must have one of step, exponential, cosine, cosineLog, was {"per":"epoch","step":{"size":2,"gamma":0.1},"cosine":{"length":null,"min":0.0}}
          schedule.cosineLog.cycles=0 | schedule.cosineLog.cycles must be in [1, 30], was 0
          schedule={warmUp: {length: 10}, cosineLog: {}} | schedule.warmUp.length must be below the 10 epochs, or no time is left for the cosine, was 10
          schedule={cosine: {}, cosineLog: {}} | schedule must have one of step, exponential, cosine, cosineLog, was {"per":"epoch","cosine":{"length":null,"min":0.0},"cosineLog":{"cycles":4}}
          lrFactors.bias=-1      | lrFactors.bias must be of at least 0, was -1
          lrFactors=2            | lrFactors must be a map of scale, weight, bias, was 2
          earlyStopping.metric=r2 | earlyStopping.metric must not be r2 with the loss "cross_entropy"
          earlyStopping.metric=auc | earlyStopping.metric must be one of loss, accuracy, logLoss, rocAuc, mse, mae, r2, was "auc"
          earlyStopping.metric=rocAuc | earlyStopping.metric must not be rocAuc with 10 classes; it is of two
          clipGradNorm=0         | clipGradNorm must be above 0, was 0
          penalty.l1=-1          | penalty.l1 must be of at least 0, was -1
          penalty=0.1            | penalty must be a map of l1, l2, was 0.1
          earlyStopping=5        | earlyStopping must be a map of patience, minDelta, metric, was 5
          earlyStopping.minDelta=0.1 | earlyStopping.minDelta needs an earlyStopping.patience or metric, found none
          schedule.per=step      | schedule.per needs a schedule.warmUp or a decay, found none
          schedule.cosine.min=1  | schedule.cosine.min must be at most optimizer.lr, 0.001, was 1.0
          earlyStopping.patience=0 | earlyStopping.patience must be in [1, 2147483647], was 0
          data.train={a: 2024}   | data.train must be a name or a list of names, was {"a":2024}
          loss=mse               | loss must be cross_entropy or binary_cross_entropy for idx labels, was "mse"
          loss=hinge             | loss must be one of cross_entropy, binary_cross_entropy, mse, l1, huber, quantile, was "hinge"
          loss=hubber            | loss must be one of cross_entropy, binary_cross_entropy, mse, l1, huber, quantile, was "hubber"; did you mean huber?
          loss={mse: {x: 1}}     | loss.x is not a key; known in loss: none
          loss={huber: {delta: 0}} | loss.delta must be above 0, was 0
          loss={huber: {delta: 1e-50}} | loss.delta must be above 0, was 1.0E-50
          loss.classWeights=[1e39, 1] | loss.classWeights must be above 0 each, was [1.0E39,1]
          loss.delta=1           | loss.delta is not a key; known in loss: labelSmoothing, classWeights
          loss.labelSmoothing=2  | loss.labelSmoothing must be in [0, 1], was 2
          loss.labelSmothing=0.1 | loss.labelSmothing is not a key; did you mean loss.labelSmoothing?
          loss.classWeights=3    | loss.classWeights must be a list of numbers above 0 each, was 3
          loss.classWeights=[1, a] | loss.classWeights must be a list of numbers above 0 each, was [1,"a"]
          loss.classWeights=[1, 0] | loss.classWeights must be above 0 each, was [1,0]
          loss.classWeights=[1, 2, 3] | loss.classWeights must be 10 numbers, one for each output of the model, were 3
          model=[dropout: {p: 1}] | model[0].dropout.p must be in [0, 1), was 1
          model=[{tanh: {x: 1}}] | model[0].tanh.x is not a key; known in model[0].tanh: none
          model=[5]              | model[0] must be one of flatten, linear, scale, relu, tanh, sigmoid, dropout, selu, mish, gelu, silu, leaky_relu, batch_norm, layer_norm, was 5
          model=[flatten, linear: {out: 10}, sigmoid] | model[2] must not be sigmoid: cross_entropy has its own softmax
          model=[]               | model must be a list of layers, was []
          model=linear           | model must be a list of layers, was "linear"
          model=[lineer]         | model[0] must be one of flatten, linear, scale, relu, tanh, sigmoid, dropout, selu, mish, gelu, silu, leaky_relu, batch_norm, layer_norm, was "lineer"; did you mean linear?
          model=[linear]         | model[0].linear.out is missing; it must be classes, numbers or a whole number in [1, 2147483647]
          model=[{linear: 10}]   | model[0].linear must be a map of out, ntk, zero, was 10
          model=[{flatten: {x: 1}}] | model[0].flatten.x is not a key; known in model[0].flatten: none
          model=[flatten]        | model must have a linear layer, or there is nothing to train
          model[1].linear.out=-1 | model[1].linear.out must be in [1, 2147483647], was -1
          model[7]=relu          | 7 is not one of the 2 entries
          init=[]                | init must be text, was []
          sinks.csv=1            | sinks.csv must be true or false, was 1
          sinks.cvs=true         | sinks.cvs is not a key; did you mean sinks.csv?
          retrain=5              | retrain must be a map of select, start, epochs, holdout, gate, checks, notify, prometheus, was 5
          retrain.select=newest  | retrain.select must be all, sinceLast or {days: N} with an N of at least 1, was "newest"
          retrain.select={days: 0} | retrain.select must be with an N of at least 1, was {"days":0}
          retrain.holdout=0      | retrain.holdout must be in (0, 1), was 0
          retrain.holdout={share: 1, key: [a]} | retrain.holdout must be in (0, 1), was {"share":1,"key":["a"]}
          retrain.holdout={key: a} | retrain.holdout must be a number, {share: NUMBER, key: COLUMNS} or {share: NUMBER, by: rows or content} in (0, 1), was {"key":"a"}
          retrain.holdout={share: 0.1, by: key} | retrain.holdout must be a number, {share: NUMBER, key: COLUMNS} or {share: NUMBER, by: rows or content} in (0, 1), was {"share":0.1,"by":"key"}
          retrain.holdout={share: 0.1, key: a} | retrain.holdout.key is for tables only; idx has images and labels
          retrain.gate.metric=f1 | retrain.gate.metric must be one of loss, accuracy, logLoss, rocAuc, mse, mae, r2, was "f1"
          retrain.gate.metric=mse | retrain.gate.metric must not be mse with the loss "cross_entropy"
          retrain.gate.metric=rocAuc | retrain.gate.metric must not be rocAuc with 10 classes; it is of two
          retrain.gate.floors={accuracy: high} | retrain.gate.floors must be a map of loss, accuracy, logLoss, rocAuc, mse, mae, r2 to numbers, was {"accuracy":"high"}
          retrain.gate.floors={mae: 1} | retrain.gate.floors must not be mae with the loss "cross_entropy"
          retrain.gate.classFloors={recal: 1} | retrain.gate.classFloors must be a map of precision, recall, f1 to numbers or maps of names to numbers, was {"recal":1}
          retrain.gate.segment=region | retrain.gate.segment is for tables only; idx has images and labels
          retrain.gate.segmentFloors={accuracy: 1} | retrain.gate.segmentFloors needs a retrain.gate.segment, found none
          retrain.gate={minGain: 0.1, maxLoss: 0.1} | retrain.gate.maxLoss is for a challenger that may be worse, but retrain.gate.minGain is 0.1
          retrain.gate={test: mcnemar, metric: loss} | retrain.gate.test must be bootstrap or none for loss; mcnemar is for accuracy
          retrain.gate={test: mcnemar, maxLoss: 0.1} | retrain.gate.test must be bootstrap or none with retrain.gate.maxLoss; mcnemar does not say how much worse
          retrain.gate={test: bootstrap, confidence: 0.9999} | retrain.gate.resamples must be at least 10000 for a retrain.gate.confidence of 0.9999, was 2000
          retrain.gate.confidence=1 | retrain.gate.confidence must be in (0.5, 1), was 1
          retrain.checks.rows.stop=[2, 1] | retrain.checks.rows.stop must be the first below the second, of which one may be null, was [2,1]
          retrain.checks.psi.stop={a: -1} | retrain.checks.psi.stop must be a number of at least 0 or null, or a map of columns to such, was {"a":-1}
          retrain.checks.ks.warn={} | retrain.checks.ks.warn must be a number in [0, 1] or null, or a map of columns to such, was {}
          retrain.checks.classes.stop={a: 1} | retrain.checks.classes.stop must be a number of at least 0 or null, was {"a":1}
          retrain.checks.psi.warm=1 | retrain.checks.psi.warm is not a key; did you mean retrain.checks.psi.warn?
          retrain.notify.webhook=mail | retrain.notify.webhook must be an http or https address, was "mail"
          seed=0x                | seed must be a whole number, was "0x"
          """)
  void aWrongOverrideIsOneLine(String override, String message) {
    WrongInputException thrown =
        assertThrows(WrongInputException.class, () -> load("mnist.yaml", MNIST, override));

    assertEquals("--set " + override + ": " + message, thrown.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          data.features=null   | --set data.features=null: data.features is missing; for a table it must be a list of names
          data.features=a      | --set data.features=a: data.features must be a list of names, was "a"
          data.features=[a, [b]] | --set data.features=[a, [b]]: data.features must be a list of names, was ["a",["b"]]
          data.features=[a, a] | --set data.features=[a, a]: data.features names a twice
          data.target=null     | --set data.target=null: data.target is missing; for a table it must be a name or a list of names
          data.target=b        | --set data.target=b: data.target and data.features both name b
          data.target=[y, y]   | --set data.target=[y, y]: data.target names twice y
          loss=cross_entropy   | crops.yaml: data.target must be one name for cross_entropy, was y, z
          loss=binary_cross_entropy | crops.yaml: data.target must be one name for binary_cross_entropy, was y, z
          data.target=y        | crops.yaml: model[0].linear.out must be 1, one for each data.target, was 2
          """)
  void csvColumnsMustFitTheJob(String override, String message) {
    WrongInputException thrown =
        assertThrows(WrongInputException.class, () -> load("crops.yaml", CROPS, override));

    assertEquals(message, shortened(thrown));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ''                          | bad.yaml: empty
          '# only a comment'          | bad.yaml: empty
          'hello'                     | bad.yaml: must be a YAML map of keys, was "hello"
          'seed: 1\\nseed: 2'         | bad.yaml: line 2: the key 'seed' is given twice
          'seed: 1\\ndata: [a, b'     | bad.yaml: line 2: not YAML: expected ',' or ']', but got <stream end>
          'seed: 1\\n\\tbatch: 2'     | bad.yaml: line 2: not YAML: found character '\\t(TAB)' that cannot start any token. (Do not use \\t(TAB) for indentation)
          'seed: 1\\n---\\nseed: 2'   | bad.yaml: line 3: a second YAML document begins, expected one
          'a: &x 1\\nb: *x'           | bad.yaml: line 2: aliases such as *x are not supported
          'seed: 1'                   | bad.yaml: data.dir is missing; it must be text
          'data:'                     | bad.yaml: data must be a map of format, dir, train, validation, test, jdbc, csv, features, target, weight, columns, crosses, scale, missing, categories, maxRejects, generate, was nothing
          'optimiser: {}'             | bad.yaml: optimiser is not a key; did you mean optimizer?
          """)
  void aWrongFileIsOneLine(String text, String message) {
    String yaml = text.substring(1, text.length() - 1).translateEscapes();

    WrongInputException thrown =
        assertThrows(WrongInputException.class, () -> load("bad.yaml", yaml));

    assertEquals(message, shortened(thrown));
  }

  @Test
  void aMissingFileIsOneLine() {
    assertEquals(
        "pipelines/none.yaml: no such file",
        assertThrows(
                WrongInputException.class,
                () -> JobSpec.load(Path.of("pipelines/none.yaml"), List.of()))
            .getMessage());
    assertEquals(
        "pipelines: not a file",
        assertThrows(WrongInputException.class, () -> JobSpec.load(Path.of("pipelines"), List.of()))
            .getMessage());
  }

  @Test
  void aFileThatIsNotTextIsOneLine() throws IOException {
    Path file = folder.resolve("bad.yaml");
    Files.write(file, new byte[] {(byte) 0xff, (byte) 0xfe, 0});

    assertEquals(
        "bad.yaml: not UTF-8 text",
        shortened(assertThrows(WrongInputException.class, () -> JobSpec.load(file, List.of()))));
  }

  @Test
  void earlyStoppingNeedsValidation() {
    WrongInputException thrown =
        assertThrows(
            WrongInputException.class,
            () -> load("mnist.yaml", MNIST, "split.validation=0", "earlyStopping.patience=3"));

    assertEquals(
        "--set earlyStopping.patience=3: earlyStopping.patience needs a split.validation above 0,"
            + " was 0.0",
        thrown.getMessage());
  }

  @Test
  void aMetricOfTheBestEpochNeedsValidationToo() {
    assertTrue(
        assertThrows(
                WrongInputException.class,
                () -> load("mnist.yaml", MNIST, "split.validation=0", "earlyStopping.metric=loss"))
            .getMessage()
            .endsWith("earlyStopping.metric needs a split.validation above 0, was 0.0"));
  }

  private JobSpec load(String file, String yaml, String... overrides) throws IOException {
    Path path = folder.resolve(file);
    Files.write(path, yaml.getBytes(StandardCharsets.UTF_8));
    return JobSpec.load(path, List.of(overrides));
  }

  private String shortened(Exception thrown) {
    return thrown.getMessage().replace(folder + "/", "");
  }

  private static void collect(String prefix, JsonNode tree, Set<String> keys) {
    tree.fields()
        .forEachRemaining(
            entry -> {
              String key = prefix + entry.getKey();
              if (entry.getValue().isObject()) {
                collect(key + ".", entry.getValue(), keys);
              } else {
                keys.add(key);
              }
            });
  }
}
