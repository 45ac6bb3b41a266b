package io.beamgrad.metrics;

import io.beamgrad.data.files.Sha256;
import io.beamgrad.schema.RunFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The SHA-256 of the files of a run, which its {@code run.json} has. */
public final class RunHashes {
  private static final Set<String> WITHOUT = Set.of("run.json", "run.log", "work");

  private RunHashes() {}

  /**
   * Those of all files of a folder and the folders below it, sorted by name. Left out are {@code
   * run.json} itself, the log, which goes on, and the work folder.
   *
   * @throws UncheckedIOException where a file cannot be read
   */
  public static List<RunFile> of(Path folder) {
    List<RunFile> hashes = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted().toList()) {
        Path name = folder.relativize(file);
        if (!WITHOUT.contains(name.getName(0).toString()) && Files.isRegularFile(file)) {
          hashes.add(new RunFile(name.toString(), Sha256.ofFile(file)));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read %s: %s".formatted(folder, e.getMessage()), e);
    }
    return hashes;
  }
}
