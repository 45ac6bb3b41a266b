package io.beamgrad.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * How far a run is, by the names of the files in its folder.
 *
 * @param epoch of the newest checkpoint; -1 where there is none
 */
record RunState(Stage stage, int epoch) {
  private static final Pattern CHECKPOINT = Pattern.compile("[0-9a-f]{16}-(\\d{8})\\.avro");
  private static final String ASIDE = ".aside-";

  static RunState of(Path out, int epochs) {
    Path work = out.resolve("work");
    if (Files.exists(out.resolve("run.json"))) {
      return new RunState(Stage.WHOLE, epochs);
    }
    List<String> checkpoints = names(work.resolve("checkpoints"));
    int epoch =
        checkpoints.stream()
            .map(CHECKPOINT::matcher)
            .filter(Matcher::matches)
            .mapToInt(name -> Integer.parseInt(name.group(1)))
            .max()
            .orElse(-1);
    return new RunState(stage(out, work, checkpoints, epoch, epochs), epoch);
  }

  private static Stage stage(Path out, Path work, List<String> checkpoints, int epoch, int epochs) {
    if (!names(work.resolve("models")).isEmpty() || epoch >= epochs) {
      return Stage.SINKS;
    }
    if (checkpoints.stream().anyMatch(name -> name.contains(ASIDE))) {
      return Stage.BETWEEN_EPOCHS;
    }
    if (epoch >= 0) {
      return Stage.EPOCH;
    }
    if (Files.exists(work.resolve("manifest.avro"))) {
      return Stage.PLAN;
    }
    if (!names(work.resolve("blocks")).isEmpty()) {
      return Stage.BLOCKS;
    }
    return Files.exists(out.resolve("job.yaml")) ? Stage.INGEST : Stage.START;
  }

  /** Also of files that are being written aside. */
  static List<String> names(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String toString() {
    return switch (stage) {
      case EPOCH -> "epoch " + (epoch + 1);
      case BETWEEN_EPOCHS -> "end of epoch " + (epoch + 1);
      default -> stage.toString();
    };
  }
}
