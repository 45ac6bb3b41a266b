package io.beamgrad.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.beamgrad.failure.WrongInputException;
import io.beamgrad.schema.BatchNormLayer;
import io.beamgrad.schema.GeluApproximation;
import io.beamgrad.schema.GeluLayer;
import io.beamgrad.schema.LayerNormLayer;
import io.beamgrad.schema.LeakyReluLayer;
import io.beamgrad.schema.LinearLayer;
import io.beamgrad.schema.MishLayer;
import io.beamgrad.schema.ScaleLayer;
import io.beamgrad.schema.SeluLayer;
import io.beamgrad.schema.SiluLayer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The layers of a spec, from words to records and back. */
class LayerKeysTest {
  private static final String TABLE =
      """
      data: {dir: d, train: t.csv, features: [p, q], target: y}
      model: [{linear: {out: 1}}]
      loss: mse
      optimizer: {sgd: {}}
      """;

  @TempDir Path folder;

  private JobSpec load(String... overrides) throws IOException {
    return JobSpec.load(Files.writeString(folder.resolve("t.yaml"), TABLE), List.of(overrides));
  }

  @Test
  void layersHaveTheDefaultsOfPyTorch() throws IOException {
    assertEquals(
        List.of(
            new ScaleLayer(),
            new SeluLayer(),
            new MishLayer(),
            new SiluLayer(),
            new GeluLayer(GeluApproximation.NONE),
            new LeakyReluLayer(0.01),
            new BatchNormLayer(0.1, 1e-5),
            new LayerNormLayer(1e-5),
            new LinearLayer(1, false, false)),
        load("model=[scale, selu, mish, silu, gelu, leaky_relu, batch_norm, layer_norm,"
                + " {linear: {out: 1}}]")
            .model());
  }

  @Test
  void theirSettingsAreRead() throws IOException {
    assertEquals(
        List.of(
            new GeluLayer(GeluApproximation.TANH),
            new LeakyReluLayer(-0.5),
            new BatchNormLayer(1.0, 0.5),
            new LayerNormLayer(2.0),
            new LinearLayer(1, true, true)),
        load("model=[{gelu: {approximate: tanh}}, {leaky_relu: {slope: -0.5}}, {batch_norm:"
                + " {momentum: 1, eps: 0.5}}, {layer_norm: {eps: 2}}, {linear: {out: 1, ntk:"
                + " true, zero: true}}]")
            .model());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {linear: {out: 1}}                | linear 1
          {linear: {out: 1, ntk: true}}     | linear 1 ntk
          {linear: {out: 1, zero: true}}    | linear 1 zero
          {dropout: {p: 0.25}}              | dropout 0.25
          {gelu: {approximate: tanh}}       | gelu approximate tanh
          {gelu: {approximate: none}}       | gelu
          {leaky_relu: {slope: 0.2}}        | leaky_relu slope 0.2
          batch_norm                        | batch_norm
          {batch_norm: {momentum: 0.5}}     | batch_norm momentum 0.5
          {layer_norm: {eps: 0.1}}          | layer_norm eps 0.1
          scale                             | scale
          """)
  void aLayerIsTheWordAndWhatIsNotAsUsual(String layer, String text) throws IOException {
    JobSpec spec = load("model=[%s, {linear: {out: 1}}]".formatted(layer));
    assertEquals(text, NetworkText.layers(spec.model()).get(0));
  }

  @Test
  void aKeyAtItsDefaultMovesNoFingerprint() throws IOException {
    String plain = load().fingerprint();
    assertEquals(plain, load("model=[{linear: {out: 1, ntk: false, zero: false}}]").fingerprint());
    assertNotEquals(plain, load("model[0].linear.ntk=true").fingerprint());
    assertNotEquals(plain, load("model[0].linear.zero=true").fingerprint());
    String gelu = load("model=[gelu, {linear: {out: 1}}]").fingerprint();
    assertEquals(
        gelu, load("model=[{gelu: {approximate: none}}, {linear: {out: 1}}]").fingerprint());
    assertNotEquals(gelu, load("model=[mish, {linear: {out: 1}}]").fingerprint());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {gelu: {approximate: erf}}  | model[0].gelu.approximate must be one of none, tanh, was "erf"
          {batch_norm: {momentum: 2}} | model[0].batch_norm.momentum must be in [0, 1], was 2
          {layer_norm: {eps: 0}}      | model[0].layer_norm.eps must be above 0, was 0
          """)
  void whatCannotBeIsSaidInOneLine(String layer, String message) {
    assertEquals(
        "--set model=[%s, {linear: {out: 1}}]: %s".formatted(layer, message),
        assertThrows(
                WrongInputException.class,
                () -> load("model=[%s, {linear: {out: 1}}]".formatted(layer)))
            .getMessage());
  }
}
