package io.beamgrad.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.beamgrad.data.sources.DataPaths;
import io.beamgrad.data.sources.SourceFiles;
import io.beamgrad.failure.JobFailedException;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskSpaceTest {
  @TempDir Path folder;

  @Test
  void lessRoomThanTheBlocksNeedIsOneLineThatSaysHowMuch() {
    DiskSpace.require(5L << 30, 5L << 30, Path.of("/shared/run/work"));
    assertEquals(
        "/shared/run/work: the blocks of this data need about 5,120 MB, the disk has 2,048 MB"
            + " free; choose another --out",
        assertThrows(
                JobFailedException.class,
                () -> DiskSpace.require(5L << 30, 2L << 30, Path.of("/shared/run/work")))
            .getMessage());
  }

  @Test
  void theBlocksOfImagesAreKnownToTheRowAndItsIdentity() throws IOException {
    TinyDigits.write(folder);
    SourceFiles source = SourceFiles.idx(DataPaths.of(folder, "train").withTest("t10k"));
    assertEquals((16 + 1 + 12) * (TinyDigits.TRAIN + TinyDigits.TEST), source.blockBytes());
  }
}
