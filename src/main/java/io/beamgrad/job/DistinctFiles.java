package io.beamgrad.job;

import io.beamgrad.data.files.Storage;
import io.beamgrad.failure.WrongInputException;
import java.io.IOException;
import java.nio.file.Path;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Sees to it that what a command writes is none of the files that it reads, nor written twice. */
public final class DistinctFiles {
  private DistinctFiles() {}

  /**
   * @param option what the file is for, as the user knows it
   * @param as what the other is for
   * @throws WrongInputException where both are the same file, be it by links
   */
  public static void require(@Nullable Path file, String option, @Nullable Path other, String as) {
    if (file != null && other != null && real(file).equals(real(other))) {
      throw new WrongInputException(
          "%s: is both %s and %s; choose another name or folder".formatted(file, as, option));
    }
  }

  /**
   * The same with a file that is read, which may be at an address; what is written is on a disk.
   */
  static void require(@Nullable Path file, String option, String read, String as) {
    if (!Storage.isRemote(read)) {
      require(file, option, Path.of(read), as);
    }
  }

  /** Without links, as far as the path is there. */
  private static Path real(Path file) {
    Path absolute = file.toAbsolutePath().normalize();
    try {
      return absolute.toRealPath();
    } catch (IOException e) {
      Path parent = absolute.getParent();
      return parent == null ? absolute : real(parent).resolve(absolute.getFileName());
    }
  }
}
