package io.beamgrad.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnxruntime.OrtException;
import io.beamgrad.data.rows.LongsColumn;
import io.beamgrad.failure.WrongInputException;
import io.beamgrad.model.Model;
import io.beamgrad.model.ModelFile;
import io.beamgrad.model.Models;
import io.beamgrad.model.Networks;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnRole;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.DateEncoding;
import io.beamgrad.schema.DatePart;
import io.beamgrad.schema.DatePartEncoding;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.schema.ValueKind;
import io.beamgrad.tensor.Generator;
import io.beamgrad.tensor.Tensor;
import io.beamgrad.train.Weights;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Exported columns of dates in ONNX Runtime, against {@link Model}. */
class OnnxDatesTest {
  private static final float CLOSE = 1e-6f;
  private static final float TINY = 1e-15f; // of a cosine that is nearly 0
  private static final double NAN = Double.NaN;
  private static final double MIDNIGHT = LongsColumn.ofTimeOfDay(0);

  @TempDir Path folder;

  /** Leap days, ends of years, months and centuries, before 1970 and before the year 0. */
  @ParameterizedTest
  @EnumSource(DatePart.class)
  void eachPartOfADateIsThatOfPredict(DatePart part) throws IOException, OrtException {
    assertAsPredicted(encoding("UTC", false, part), turns());
  }

  @ParameterizedTest
  @ValueSource(strings = {"Z", "+05:45", "-03:00", "+14:00", "UTC-11", "-00:00:01", "Etc/GMT+5"})
  void zonesOfAFixedOffsetMoveDatesAndNoTimesOfDay(String zone) throws IOException, OrtException {
    double[] more = {NAN, MIDNIGHT, MIDNIGHT + 1, MIDNIGHT + 40_271_007, MIDNIGHT + 86_399_999};
    double[] times = turns();
    double[] all = new double[times.length + more.length];
    System.arraycopy(times, 0, all, 0, times.length);
    System.arraycopy(more, 0, all, times.length, more.length);
    assertAsPredicted(encoding(zone, true, DatePart.values()), all);
  }

  @Test
  void dayAfterDayOverFourCenturiesIsThatOfPredict() throws IOException, OrtException {
    double[] days = new double[400 * 366];
    for (int i = 0; i < days.length; i++) {
      days[i] = 86_400_000.0 * (LocalDate.of(1801, 1, 1).toEpochDay() + i);
    }
    DatePart[] parts = {
      DatePart.YEAR, DatePart.MONTH, DatePart.DAY, DatePart.WEEKDAY, DatePart.DAY_OF_YEAR
    };
    assertAsPredicted(encoding("UTC", false, parts), days);
  }

  @Test
  void drawnMillisecondsOfAllThatDoublesHaveAreThoseOfPredict() throws IOException, OrtException {
    Generator random = new Generator(7);
    double[] times = new double[5_000];
    for (int i = 0; i < times.length; i++) {
      double most = Math.pow(2, 30 + i % 24);
      times[i] = Math.floor((2 * random.nextFloat() - 1) * most) + i;
    }
    assertAsPredicted(encoding("UTC", false, DatePart.values()), times);
  }

  @Test
  void aMissingDateIsZerosAndAnIndicator() throws IOException, OrtException {
    DateEncoding indicator = encoding("UTC", true, DatePart.MONTH, DatePart.EPOCH_DAYS);
    assertAsPredicted(indicator, NAN, 0, NAN, 1.7e12);
    assertAsPredicted(encoding("UTC", true), NAN, 0, MIDNIGHT);
    DateEncoding constant =
        new DateEncoding(
            "at",
            "UTC",
            List.of(
                new DatePartEncoding(DatePart.YEAR, 2024.0, 0.0),
                new DatePartEncoding(DatePart.HOUR, 0.0, 1.0)),
            false);
    assertAsPredicted(constant, NAN, 0, 1.7e12, 1.8e12, MIDNIGHT + 5);
  }

  @Test
  void whatPredictRejectsIsNoPrediction() throws IOException, OrtException {
    ModelRecord model =
        Models.linear(
            List.of(column(false)), List.of(encoding("+01:00", false, DatePart.values())), 14, 1);
    write(model);
    double infinite = Double.POSITIVE_INFINITY;
    double[] times = {1.7e12, NAN, -5, infinite, 0, -infinite, 1e16, 1e300, 3, Double.MIN_VALUE};
    try (OnnxSession session = new OnnxSession(file())) {
      float[][] found = (float[][]) session.put("at", 1, times).run().get("y0");
      for (int i = 0; i < times.length; i++) {
        boolean isRejected = !(Math.abs(times[i]) < 1e15);
        assertEquals(isRejected, Float.isNaN(found[i][0]), "row " + i);
      }
      assertEquals(predict(load(model), 1.7e12)[0], found[0][0], CLOSE);
      assertEquals(predict(load(model), -5)[0], found[2][0], CLOSE);
      assertEquals(found[4][0], found[9][0], "what is less than a millisecond is cut off");
      assertEquals(0, ((float[][]) session.put("at", 1, new double[0]).run().get("y0")).length);
      assertEquals(1, ((float[][]) session.put("at", 1, 4.0).run().get("y0")).length);
    }
    assertThrows(IllegalArgumentException.class, () -> load(model).predict((Object) null));
  }

  @Test
  void theFileSaysWhatADateIs() throws IOException {
    List<String> lines =
        write(
            Models.linear(
                List.of(column(true)), List.of(encoding("UTC", false, DatePart.YEAR)), 1, 1));
    assertTrue(lines.contains("input   at  double [batch, 1]"), lines.toString());
    try (InputStream in = Files.newInputStream(file())) {
      assertEquals(
          "milliseconds since 1970-01-01 in UTC; a time of day is -9000000000000000 and its"
              + " milliseconds; NaN where it is missing",
          ModelProto.parseFrom(in).getGraph().getInput(0).getDocString());
    }
  }

  @Test
  void theLimitsOfDatesAreSaid() {
    ModelRecord model =
        Models.linear(List.of(column(true)), List.of(encoding("UTC", false, DatePart.YEAR)), 1, 1);
    assertEquals(
        "dates are milliseconds since 1970 in UTC, not read as text; those over 285,000 years from"
            + " 1970 are rejected",
        OnnxFile.limits(model).get(3));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Europe/Berlin", "America/New_York", "Asia/Kolkata"})
  void aZoneWhoseOffsetChangesIsRefused(String zone) {
    ModelRecord model =
        Models.linear(List.of(column(false)), List.of(encoding(zone, false, DatePart.HOUR)), 2, 1);
    assertEquals(
        "linear as ONNX: column at is a date in %s, whose offset from UTC is not fixed; ONNX knows no time zones"
            .formatted(zone),
        assertThrows(WrongInputException.class, () -> write(model)).getMessage());
  }

  private static double[] turns() {
    List<Instant> times = new ArrayList<>();
    int[] years = {
      -4713, -401, -400, -100, -4, -1, 0, 1, 4, 100, 399, 400, 1582, 1600, 1699, 1700, 1900, 1968,
      1969, 1970, 1971, 1972, 1999, 2000, 2001, 2023, 2024, 2100, 2400, 9999, 12_345
    };
    for (int year : years) {
      LocalDate first = LocalDate.of(year, 1, 1);
      Stream.of(
              first,
              LocalDate.of(year, 3, 1).minusDays(1),
              LocalDate.of(year, 3, 1),
              LocalDate.of(year, 4, 30),
              LocalDate.of(year, 8, 31),
              LocalDate.of(year, 12, 31))
          .map(date -> date.atStartOfDay(ZoneOffset.UTC).toInstant())
          .forEach(
              time -> {
                times.add(time);
                times.add(time.minusMillis(1));
                times.add(time.plusMillis(43_261_234));
              });
    }
    return times.stream().mapToDouble(Instant::toEpochMilli).toArray();
  }

  /** In models whose outputs are their inputs. */
  private void assertAsPredicted(DateEncoding encoding, double... times)
      throws IOException, OrtException {
    int inputs = width(encoding);
    ModelRecord record = identity(encoding, inputs);
    write(record);
    Model model = load(record);
    Map<String, Object> outputs;
    try (OnnxSession session = new OnnxSession(file())) {
      outputs = session.put("at", 1, times).run();
    }
    for (int i = 0; i < times.length; i++) {
      float[] expected = predict(model, times[i]);
      for (int target = 0; target < inputs; target++) {
        float found = ((float[][]) outputs.get("y" + target))[i][0];
        assertEquals(expected[target], found, Math.ulp(expected[target]) + TINY, "at " + times[i]);
      }
    }
  }

  private static float[] predict(Model model, double time) {
    Object value =
        Double.isNaN(time)
            ? null
            : LongsColumn.isTimeOfDay((long) time)
                ? LongsColumn.timeOfDay((long) time)
                : Instant.ofEpochMilli((long) time);
    return model.predict(value).values();
  }

  private static ModelRecord identity(DateEncoding encoding, int inputs) {
    float[] identity = new float[inputs * inputs];
    for (int i = 0; i < inputs; i++) {
      identity[i * inputs + i] = 1;
    }
    Map<String, Tensor> weights = new LinkedHashMap<>();
    weights.put("0.weight", Tensor.wrap(identity, inputs, inputs));
    weights.put("0.bias", Tensor.zeros(inputs));
    return ModelFile.versioned(
        ModelRecord.newBuilder(
                Models.linear(List.of(column(true)), List.of(encoding), inputs, inputs))
            .setParameters(Networks.toRecords(weights))
            .setWeightsSha256(Weights.sha256(weights)));
  }

  private static int width(DateEncoding encoding) {
    int inputs = encoding.getIndicator() ? 1 : 0;
    for (DatePartEncoding part : encoding.getParts()) {
      boolean isNumber = part.getPart() == DatePart.YEAR || part.getPart() == DatePart.EPOCH_DAYS;
      inputs += isNumber ? 1 : 2;
    }
    return inputs;
  }

  private static DateEncoding encoding(String zone, boolean indicator, DatePart... parts) {
    return new DateEncoding(
        "at",
        zone,
        Stream.of(parts)
            .map(
                part ->
                    switch (part) {
                      case YEAR -> new DatePartEncoding(part, 2001.25, 12.5);
                      case EPOCH_DAYS -> new DatePartEncoding(part, 11_000.3, 5_000.1);
                      default -> new DatePartEncoding(part, 0.0, 1.0);
                    })
            .toList(),
        indicator);
  }

  private static Column column(boolean isNullable) {
    return new Column(
        "at", ColumnType.LONGS, List.of(), ColumnRole.FEATURE, ValueKind.DATE, null, isNullable);
  }

  private Path file() {
    return folder.resolve("model.onnx");
  }

  private List<String> write(ModelRecord model) {
    return OnnxFile.write(file().toString(), model, Map.of());
  }

  private Model load(ModelRecord record) throws IOException {
    Path file = folder.resolve("model.avro");
    ModelFile.write(file.toString(), record);
    return Model.load(file);
  }
}
