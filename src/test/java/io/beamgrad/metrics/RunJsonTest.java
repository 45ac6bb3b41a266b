package io.beamgrad.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.schema.BaselineScore;
import io.beamgrad.schema.ClassScores;
import io.beamgrad.schema.HashChain;
import io.beamgrad.schema.MetricRow;
import io.beamgrad.schema.RunCounts;
import io.beamgrad.schema.RunEpochs;
import io.beamgrad.schema.RunEvaluation;
import io.beamgrad.schema.RunFile;
import io.beamgrad.schema.RunFingerprint;
import io.beamgrad.schema.RunRecord;
import io.beamgrad.schema.RunRunner;
import io.beamgrad.schema.RunTimes;
import io.beamgrad.schema.RunVersions;
import io.beamgrad.schema.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunJsonTest {
  @TempDir Path folder;

  private static RunRecord run() {
    return RunRecord.newBuilder()
        .setName("digits")
        .setSeed(42)
        .setFingerprint(new RunFingerprint("s", "d"))
        .setWeightsSha256("w")
        .setEpochs(new RunEpochs(2, 1, null, null))
        .setCounts(new RunCounts(10L, 6L, 2L, 1L, 0L, 0L, 1L, null))
        .setMetrics(
            List.of(
                MetricRow.newBuilder()
                    .setModel("")
                    .setEpoch(1)
                    .setSplit(Split.VALIDATION)
                    .setLoss(0.1 + 0.2)
                    .setAccuracy(1 / 3.0)
                    .setExamples(2)
                    .setSeconds(0)
                    .setBaseline(new BaselineScore("a \"quoted\"", 0.25, null, null))
                    .build()))
        .setEvaluation(
            new RunEvaluation(
                Split.TEST,
                List.of(0.5, 1.0),
                List.of(new ClassScores("a \"quoted\"", 1L, Double.NaN, 0.25, 0.5, null)),
                List.of(List.of(1L)),
                null,
                null,
                null,
                0.75))
        .setRunner(new RunRunner("direct", 2, true))
        .setTimes(new RunTimes("2026-11-23T10:00:00Z", "2026-11-23T10:00:01Z", 1.25))
        .setWork("removed")
        .setVersions(new RunVersions("1", "2.70.0", "1.19.3", "17"))
        .setFiles(List.of(new RunFile("model.avro", "m")))
        .setChain(new HashChain("f", "r", "e", "i", List.of("1", "2")))
        .build();
  }

  @Test
  void itIsPlainJsonInTheOrderOfTheSchema() {
    assertEquals(
        """
        {"name":"digits","seed":42,"fingerprint":{"spec":"s","data":"d"},"weightsSha256":"w",\
        "epochs":{"trained":2,"kept":1},\
        "counts":{"read":10,"trained":6,"validated":2,"tested":1,"calibrated":0,"heldOut":0,"rejected":1},\
        "metrics":[{"epoch":1,"split":"validation","loss":0.30000000000000004,\
        "accuracy":0.3333333333333333,"examples":2,\
        "baseline":{"label":"a \\"quoted\\"","accuracy":0.25}}],\
        "evaluation":{"split":"test","topAccuracy":[0.5,1.0],\
        "classes":[{"label":"a \\"quoted\\"","rows":1,"precision":"NaN","recall":0.25,"f1":0.5}],\
        "confusion":[[1]],"balancedAccuracy":0.75},\
        "runner":{"name":"direct","parallelism":2,"continued":true},\
        "times":{"started":"2026-11-23T10:00:00Z","finished":"2026-11-23T10:00:01Z",\
        "seconds":1.25},"work":"removed",\
        "versions":{"beamgrad":"1","beam":"2.70.0","flink":"1.19.3","java":"17"},\
        "arithmetic":1,\
        "files":[{"name":"model.avro","sha256":"m"}],\
        "chain":{"files":"f","rows":"r","encodings":"e","initialWeights":"i","epochs":["1","2"]}}\
        """,
        RunJson.toTree(run()).toString());
  }

  @Test
  void whatIsWrittenIsRead() {
    Path file = folder.resolve("run.json");
    RunJson.write(file.toString(), run());
    assertEquals(run(), RunJson.read(file));
  }

  @Test
  void aFileOfBeforeHasTheDefaultsOfWhatItLacks() throws IOException {
    RunRecord run =
        read("{\"name\": \"digits\", \"weightsSha256\": \"w\", \"colour\": {\"of\": \"later\"}}");
    assertEquals("digits", run.getName());
    assertEquals(1, run.getArithmetic());
    assertNull(run.getChain());
    assertNull(run.getEvaluation());
    assertEquals(0, run.getEpochs().getTrained());
    assertEquals(List.of(), run.getMetrics());
    assertEquals("", run.getWork());
  }

  @Test
  void aValueOfAnotherKindIsNamed() {
    assertWrong(
        "counts.read: expected a whole number, found \"many\"",
        "{\"counts\": {\"read\": \"many\"}}");
    assertWrong("epochs: expected an object, found 3", "{\"epochs\": 3}");
    assertWrong(
        "times.seconds: expected a number, found \"long\"", "{\"times\": {\"seconds\": \"long\"}}");
    assertWrong(
        "evaluation.split: expected one of train, validation, test, holdout, calibration, found \"tset\"",
        "{\"evaluation\": {\"split\": \"tset\"}}");
    assertWrong(
        "metrics[1].split: expected one of train, validation, test, holdout, calibration, found \"tset\"",
        "{\"metrics\": [{\"split\": \"test\", \"loss\": 1}, {\"split\": \"tset\"}]}");
    assertWrong(
        "metrics[0].loss: expected a number, found \"abc\"",
        "{\"metrics\": [{\"split\": \"test\", \"loss\": \"abc\"}]}");
    assertWrong("expected a run, found []", "[]");
  }

  private void assertWrong(String message, String json) {
    String found = assertThrows(BrokenFileException.class, () -> read(json)).getMessage();
    assertEquals(folder.resolve("run.json") + ": " + message, found);
  }

  private RunRecord read(String json) throws IOException {
    return RunJson.read(Files.writeString(folder.resolve("run.json"), json));
  }
}
