package io.beamgrad.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One table gives one model, whatever its files are like. */
class TableWeightsTest {
  @TempDir Path folder;

  @Test
  void eachFormatAndCompressionGivesTheSameWeights() throws IOException {
    MixedFiles files = MixedFiles.of(folder);
    String expected = null;
    for (String suffix :
        List.of("csv", "csv.gz", "tsv", "tsv.zst", "jsonl", "jsonl.bz2", "avro", "parquet")) {
      String found = files.sha256(files.whole(suffix), List.of("."), suffix);
      expected = expected == null ? found : expected;
      assertEquals(expected, found, suffix);
    }
  }

  @Test
  void cutIntoSevenFilesItGivesOneOtherWhateverTheirFormatAndOrder() throws IOException {
    MixedFiles files = MixedFiles.of(folder);
    String whole = files.sha256(files.whole("csv"), List.of("."), "whole");
    List<String> csv = files.cut("csv", List.of("csv"));
    List<String> mixed = files.cut("mixed", MixedFiles.SUFFIXES);
    String expected = files.sha256("csv", csv, "csv");
    assertNotEquals(whole, expected);
    assertEquals(expected, files.sha256("mixed", List.of("."), "mixed"));
    List<String> shuffled = new ArrayList<>(mixed);
    Collections.shuffle(shuffled, new Random(1));
    assertEquals(expected, files.sha256("mixed", shuffled, "shuffled", "--parallelism", "2"));
    files.cut("parquet", List.of("parquet"));
    assertEquals(expected, files.sha256("parquet", List.of("'*.parquet'"), "parquet"));
  }
}
