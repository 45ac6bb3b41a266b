package io.beamgrad.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.metrics.Metric;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChartTest {

  private static Chart lines(double... values) {
    List<double[]> points = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      points.add(new double[] {i, values[i]});
    }
    return Chart.lines(
        "Loss", List.of(new Chart.Series("train", 0, points)), NumberText::brief, Chart.Scale.SIZE);
  }

  @Test
  void aLineGoesFromTheLeftToTheRightAndTicksAreRound() {
    Chart chart = lines(2, 1, 0.5);

    assertEquals("M52.0 12.0L220.0 138.7L388.0 202.0", chart.lines().get(0).path());
    assertEquals(
        List.of("0.5", "1", "1.5", "2"), chart.yTicks().stream().map(Chart.Tick::text).toList());
    assertEquals(List.of("0", "1", "2"), chart.xTicks().stream().map(Chart.Tick::text).toList());
    assertEquals("train, epoch 1: 1", chart.dots().get(1).text());
    assertEquals("Loss; train 0.5", chart.description());
  }

  @Test
  void manySizesAreDrawnOnALogarithmicScale() {
    Chart chart = lines(1000, 700, 10, 1);

    assertEquals("logarithmic scale", chart.yName());
    assertEquals(
        List.of("1", "10", "100", "1,000"), chart.yTicks().stream().map(Chart.Tick::text).toList());
  }

  @Test
  void scoresAreNeverDrawnOnALogarithmicScale() {
    List<double[]> points = List.of(new double[] {1, 0.001}, new double[] {2, 0.9});
    for (Metric metric : List.of(Metric.ACCURACY, Metric.ROC_AUC, Metric.R2)) {
      Chart chart = Chart.lines("", List.of(new Chart.Series("train", 0, points)), metric);
      assertEquals("", chart.yName(), metric.word());
    }
    assertEquals(
        "logarithmic scale",
        Chart.lines("", List.of(new Chart.Series("train", 0, points)), Metric.LOSS).yName());
  }

  @Test
  void theUntrainedModelAloneDoesNotSetTheAxis() {
    Chart chart = lines(1000, 2, 1.5, 1);

    assertEquals("Not drawn, epoch 0: train 1,000", chart.note());
    assertEquals(
        List.of("1", "1.25", "1.5", "1.75", "2"),
        chart.yTicks().stream().map(Chart.Tick::text).toList());
    assertEquals("M164.0 12.0L164.0 12.0L276.0 107.0L388.0 202.0", chart.lines().get(0).path());
    assertEquals(3, chart.dots().size());
    assertEquals("", lines(4, 2, 1.5, 1).note());
  }

  @ParameterizedTest
  @CsvSource({
    "0.5, 0.5000", "99.99994, 99.9999", "1306309.0646, '1,306,309'", "1306.46, '1,306.46'",
    "123.456789, 123.457", "4.29e17, 4.29e17", "1.23456e-5, 1.235e-5", "-250, -250.000"
  })
  void numbersOfTablesHaveAsManyDigitsAsSayMuch(double value, String shown) {
    assertEquals(shown, NumberText.number(value));
  }

  @ParameterizedTest
  @CsvSource({"20000, 20k", "2500000, 2.5M", "1000, '1,000'", "2e9, 2e9", "-40000, -40k", "0, 0"})
  void ticksAreShort(double value, String shown) {
    assertEquals(shown, NumberText.tick(value));
  }

  @Test
  void whatIsNotFiniteLeavesAGap() {
    assertEquals("M52.0 202.0M388.0 12.0", lines(0, Double.NaN, 1).lines().get(0).path());
  }

  @Test
  void oneValueAndEqualValuesHaveAnAxisToo() {
    assertTrue(lines(3).yTicks().size() > 1);
    assertEquals("M52.0 107.0L388.0 107.0", lines(3, 3).lines().get(0).path());
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0", "12345, '12,345'", "0.001, 0.001", "1e-5, 1e-5", "1.0965, 1.097", "86.2086, 86.21",
    "2.5e-8, 2.5e-8", "1e9, 1e9", "1.5e12, 1.5e12", "-0.5, -0.5", "99.96, 99.96", "1e-10, 1e-10"
  })
  void numbersAreShort(double value, String shown) {
    assertEquals(shown, NumberText.brief(value));
  }

  @Test
  void picturesAreReadBackAsTheyWere() throws Exception {
    String grey = Png.grey(2, 3, new byte[] {0, 50, 100, (byte) 150, (byte) 200, (byte) 255});
    String rgba = Png.rgba(1, 1, new byte[] {1, 2, 3, (byte) 128});

    BufferedImage picture = read(grey);
    assertEquals(3, picture.getWidth());
    assertEquals(2, picture.getHeight());
    assertEquals(100, picture.getRaster().getSample(2, 0, 0));
    assertEquals(255, picture.getRaster().getSample(2, 1, 0));
    assertEquals(0x80010203, read(rgba).getRGB(0, 0));
    assertEquals(
        "picture of 2x2: expected 4 bytes, found 3",
        assertThrows(IllegalArgumentException.class, () -> Png.grey(2, 2, new byte[3]))
            .getMessage());
  }

  private static BufferedImage read(String uri) throws Exception {
    String start = "data:image/png;base64,";
    assertTrue(uri.startsWith(start), uri);
    return ImageIO.read(
        new ByteArrayInputStream(Base64.getDecoder().decode(uri.substring(start.length()))));
  }
}
