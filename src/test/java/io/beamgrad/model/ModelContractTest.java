package io.beamgrad.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.runner.ContractFiles;
import io.beamgrad.schema.ModelRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Model files of each version of the format are read for ever, to the same predictions. */
class ModelContractTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "customers",
        "crops",
        "digits",
        "incomes",
        "plans",
        "leavers",
        "scores",
        "tariffs",
        "tenures",
        "reviews",
        "pairs"
      })
  void predictSaysWhatItSaidWhenTheModelWasWritten(String name) throws IOException {
    String expected = Files.readString(ContractFiles.predicted(name));

    assertEquals(expected, ContractFiles.predict(name));
    assertTrue(expected.lines().count() > 5);
  }

  @Test
  void soDoesAModelInPlainJavaOfTheImages() throws IOException {
    Model model = Model.load(ContractFiles.model("digits"));
    byte[] file = Files.readAllBytes(ContractFiles.rows("digits"));

    List<String> expected = predicted("digits");
    for (int i = 0; i < expected.size(); i++) {
      byte[] image = Arrays.copyOfRange(file, 16 + 16 * i, 16 + 16 * (i + 1));
      assertEquals(expected.get(i), text(model, model.predict(image)));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"customers", "incomes", "plans", "leavers", "scores", "reviews", "pairs"})
  void andOneOfATable(String name) throws IOException {
    Model model = Model.load(ContractFiles.model(name));
    List<String> lines = Files.readAllLines(ContractFiles.rows(name));
    String[] header = lines.get(0).split(",", -1);

    List<String> expected = predicted(name);
    for (int i = 0; i < expected.size(); i++) {
      String[] fields = lines.get(i + 1).split(",", -1);
      Map<String, Object> row = new HashMap<>();
      for (int c = 0; c < header.length - 1; c++) { // the last one has commas of its own
        row.put(header[c], fields[c].equals("NA") ? null : fields[c]);
      }
      assertEquals(expected.get(i), text(model, model.predict(row)));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"incomes", "plans"})
  void ensemblesAreOfTheSecondVersion(String name) {
    ModelRecord model = ModelFile.read(ContractFiles.model(name).toString());

    assertEquals(2, model.getFormatVersion());
    assertEquals(3, model.getMembers().size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"tariffs", "tenures"})
  void calibratedModelsAreOfTheFourth(String name) {
    ModelRecord model = ModelFile.read(ContractFiles.model(name).toString());

    assertEquals(4, model.getFormatVersion());
    assertEquals(120, model.getCalibration().getRows());
  }

  @ParameterizedTest
  @ValueSource(strings = {"reviews", "pairs"})
  void modelsOfTextsOrCrossesAreOfTheFourth(String name) {
    ModelRecord model = ModelFile.read(ContractFiles.model(name).toString());
    assertEquals(4, model.getFormatVersion());
    assertEquals(name.equals("pairs") ? 2 : 0, model.getCrosses().size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"leavers", "scores"})
  void modelsByKeyAreOfTheThird(String name) throws IOException {
    ModelRecord model = ModelFile.read(ContractFiles.model(name).toString());
    assertEquals(3, model.getFormatVersion());

    // Among the rows are such of a shop's own model and of the pooled one.
    Model all = Model.load(ContractFiles.model(name));
    List<String> lines = Files.readAllLines(ContractFiles.rows(name));
    List<String> header = List.of(lines.get(0).split(",", -1));
    int own = 0;
    for (String line : lines.subList(1, lines.size())) {
      Map<String, Object> row = new HashMap<>();
      String[] fields = line.split(",", -1);
      for (int c = 0; c < header.size() - 1; c++) {
        row.put(header.get(c), fields[c].equals("NA") ? null : fields[c]);
      }
      String itself = text(all, all.predict(row));
      row.put("shop", "a new one");
      own += itself.equals(text(all, all.predict(row))) ? 0 : 1;
    }
    assertTrue(0 < own && own < lines.size() - 1, own + " rows");
  }

  /** Label and probabilities, or numbers, of each row, without its id and the model. */
  private static List<String> predicted(String name) throws IOException {
    List<String> rows = new ArrayList<>();
    for (String line : Files.readAllLines(ContractFiles.predicted(name))) {
      rows.add(line.substring(line.indexOf(',') + 1, line.lastIndexOf(',')));
    }
    return rows.subList(1, rows.size());
  }

  private static String text(Model model, Prediction prediction) {
    boolean isNumbers = model.labels().isEmpty();
    StringJoiner text = new StringJoiner(",");
    if (!isNumbers) {
      text.add(prediction.label());
    }
    for (float number : isNumbers ? prediction.values() : prediction.probabilities()) {
      text.add(Float.toString(number));
    }
    return text.toString();
  }
}
