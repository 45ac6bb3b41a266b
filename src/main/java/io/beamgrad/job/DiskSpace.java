package io.beamgrad.job;

import io.beamgrad.data.sources.SourceFiles;
import io.beamgrad.failure.JobFailedException;
import io.beamgrad.terminal.Terminal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Whether the blocks of a data set have room on the disk that they are to be written to. */
final class DiskSpace {
  private DiskSpace() {}

  /**
   * Compares what is free with the size of the blocks, for CSV an estimate.
   *
   * @param folder is there
   * @throws JobFailedException where there is less room than that
   */
  static void requireFor(SourceFiles source, Path folder) {
    try {
      require(source.blockBytes(), Files.getFileStore(folder).getUsableSpace(), folder);
    } catch (IOException e) {
      throw new UncheckedIOException(folder + ": " + e.getMessage(), e);
    }
  }

  static void require(long neededBytes, long freeBytes, Path folder) {
    if (neededBytes > freeBytes) {
      throw new JobFailedException(
          String.format(
                  Locale.ROOT,
                  "%s: the blocks of this data need about %,d MB, the disk has %,d MB free; choose another",
                  Terminal.shown(folder),
                  neededBytes >> 20,
                  freeBytes >> 20)
              + " --out");
    }
  }
}
