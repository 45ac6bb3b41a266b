package io.beamgrad.chaos;

import io.beamgrad.learner.Progress;
import io.beamgrad.learner.ProgressFile;
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
 * How far a run is, by the files in its folder.
 *
 * @param epoch of the newest checkpoint; -1 where there is none
 * @param step of an epoch after it, as its progress tells some times a second; 0 where it has not
 *     told any yet. Of short epochs not each has a checkpoint
 */
record RunState(Stage stage, int epoch, long step) {
  private static final Pattern CHECKPOINT = Pattern.compile("[0-9a-f]{16}-(\\d{8})\\.avro");
  private static final String ASIDE = ".aside-";

  static RunState of(Path out, int epochs) {
    Path work = out.resolve("work");
    if (Files.exists(out.resolve("run.json"))) {
      return new RunState(Files.exists(work) ? Stage.CLEAN_UP : Stage.WHOLE, epochs, 0);
    }
    List<String> checkpoints = names(work.resolve("checkpoints"));
    int epoch =
        checkpoints.stream()
            .map(CHECKPOINT::matcher)
            .filter(Matcher::matches)
            .mapToInt(name -> Integer.parseInt(name.group(1)))
            .max()
            .orElse(-1);
    Stage stage = stage(out, work, checkpoints, epoch, epochs);
    return new RunState(stage, epoch, stage == Stage.EPOCH ? step(work, epoch + 1) : 0);
  }

  private static long step(Path work, int epoch) {
    return ProgressFile.read(work.resolve("progress.json").toString())
        .filter(progress -> progress.epoch() >= epoch)
        .map(Progress::step)
        .orElse(0L);
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
      case EPOCH -> "epoch " + (epoch + 1) + (step > 0 ? " step " + step : "");
      case BETWEEN_EPOCHS -> "end of epoch " + (epoch + 1);
      default -> stage.toString();
    };
  }
}
