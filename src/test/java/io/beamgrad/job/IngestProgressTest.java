package io.beamgrad.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.beamgrad.data.files.Storage;
import io.beamgrad.data.sources.DataPaths;
import io.beamgrad.data.sources.ReadingProgress;
import io.beamgrad.data.sources.SourceFiles;
import io.beamgrad.data.split.SplitRule;
import io.beamgrad.learner.Progress;
import io.beamgrad.schema.FileRange;
import io.beamgrad.transforms.ShuffleSettings;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IngestProgressTest {
  @TempDir Path folder;
  private SourceFiles source;
  private ShuffleSettings shuffle;

  @BeforeEach
  void findFiles() throws IOException {
    TinyDigits.write(folder);
    source = SourceFiles.idx(DataPaths.of(folder, "train").withTest("t10k"));
    shuffle =
        ShuffleSettings.forBytes(
            source.columns(),
            0,
            SplitRule.random(BigDecimal.ZERO),
            1,
            source.dataBytes(),
            folder.resolve("blocks").toString());
  }

  @Test
  void nothingIsShownBeforeAnythingIsRead() {
    assertEquals(Optional.empty(), new IngestProgress(shuffle, source).look());
  }

  @Test
  void readersAreAddedUp() {
    for (FileRange range : source.ranges()) {
      new ReadingProgress(shuffle.readingFolder(), range).finished(range.getRecords() - 10);
    }
    assertEquals(
        Optional.of(new Progress(Progress.Stage.READING, 0, 0, 580, 600, 0, List.of())),
        new IngestProgress(shuffle, source).look());
  }

  @Test
  void blocksCountOnceTheyAreThereAndNeverForMoreThanAll() {
    Storage.write(shuffle.folder() + "/a.avro", out -> out.write(new byte[29 * 50]));
    IngestProgress progress = new IngestProgress(shuffle, source);
    assertEquals(
        Optional.of(new Progress(Progress.Stage.SHUFFLING, 0, 0, 50, 600, 0, List.of())),
        progress.look());
    assertTrue(progress.look().isEmpty(), "the last look was a moment ago");
    Storage.write(
        shuffle.folder() + "/b.avro", out -> out.write("x".repeat(99_999).getBytes(UTF_8)));
    assertEquals(600, new IngestProgress(shuffle, source).look().orElseThrow().step());
  }
}
