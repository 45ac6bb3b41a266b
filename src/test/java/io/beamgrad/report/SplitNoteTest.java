package io.beamgrad.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.beamgrad.failure.BrokenFileException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SplitNoteTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          split: {validation: 0.0, test: 0.0, by: random, seed: 4} | All rows are for training.
          split: {validation: 0.2, test: 0.0, by: random, seed: 4} | 20% to validate on of the rows at random, seed 4.
          split: {validation: 0.2, test: 0.125, by: stratified, seed: 4} | 20% to validate on and 12.5% to test on of the rows of each class at random, seed 4.
          split: {validation: 0.2, test: 0.0, by: {group: shop}, seed: 4} | 20% to validate on of the rows, about, so that those of one 'shop' stay together, seed 4.
          split: {validation: 0.2, by: random, seed: 4, holdout: {share: 0.1, salt: a}} | 20% to validate on of the rows at random, seed 4. About 10% of the rows are held out, to judge models by; once many were chosen by them, their scores flatter.
          split: {validation: 0.0, test: 0.1, by: {time: day}, seed: 4} | 10% to test on of the rows, the last by 'day'.
          split: {validation: 0.0, test: 0.0, by: {column: part}, seed: 4} | The column 'part' names the split of each row; rows of any other name are held out.
          """)
  void eachRuleHasItsWords(String spec, String note) {
    assertEquals(note, SplitNote.of(spec));
  }

  @Test
  void filesOfTheirOwnAreNamed() {
    assertEquals(
        "20% to validate on of the rows at random, seed 4. Test rows have their own files: a.csv, b.csv.",
        SplitNote.of(
            "data: {test: [a.csv, b.csv], validation: null}\n"
                + "split: {validation: 0.2, test: 0.0, by: random, seed: 4}"));
  }

  @Test
  void whatIsNoYamlIsSaidSo() {
    BrokenFileException wrong =
        assertThrows(BrokenFileException.class, () -> SplitNote.of("split: {"));

    assertEquals("job.yaml: expected YAML, found", wrong.getMessage().substring(0, 30));
  }
}
