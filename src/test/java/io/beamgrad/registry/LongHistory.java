package io.beamgrad.registry;

import io.beamgrad.data.files.Sha256;
import io.beamgrad.registry.Decision.DataFile;
import io.beamgrad.registry.Decision.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;

/** A registry of many days, on each of which a run has read new files, without its versions. */
public final class LongHistory {
  private static final Instant FIRST = Instant.parse("2016-11-29T03:00:00Z");

  private final ModelRegistry registry;
  private final int filesOfADay;
  private final int window;

  /**
   * @param window how many days' files each run reads
   */
  public LongHistory(Path folder, int filesOfADay, int window) {
    this.registry = ModelRegistry.create(folder, "m");
    this.filesOfADay = filesOfADay;
    this.window = window;
  }

  /** Writes the decisions of so many days; each publishes a version that is gone. */
  public ModelRegistry write(int days) throws IOException {
    RegistryPaths paths = registry.paths();
    String list = null;
    String previous = null;
    for (int day = 1; day <= days; day++) {
      boolean isWindow = day > window;
      FileDelta delta = new FileDelta(list, isWindow ? names(day - window) : List.of(), files(day));
      byte[] content = delta.toBytes();
      list = Sha256.hex(Sha256.digest().digest(content));
      Files.write(paths.files().resolve(list + FileDelta.SUFFIX), content);
      int count = filesOfADay * Math.min(day, window);
      byte[] decision =
          CheckedJson.toBytes(decision(day, new Decision.DataFiles(list, count), previous));
      Files.write(History.file(paths.history(), day), decision);
      previous = CheckedJson.sha256(decision);
    }
    Files.createDirectory(paths.version(days));
    Files.writeString(paths.current(), RegistryPaths.digits(days) + "\n");
    return registry;
  }

  private List<String> names(int day) {
    String folder = "day=" + FIRST.plus(Duration.ofDays(day)).toString().substring(0, 10);
    // Names of one length are sorted as their numbers are.
    return IntStream.range(0, filesOfADay)
        .mapToObj(i -> folder + "/part-" + (10_000 + i) + ".parquet")
        .toList();
  }

  /** The files of a day, sorted. */
  List<DataFile> files(int day) {
    Instant time = FIRST.plus(Duration.ofDays(day));
    Random random = new Random(day);
    byte[] hash = new byte[32];
    List<DataFile> files = new ArrayList<>();
    for (String name : names(day)) {
      random.nextBytes(hash);
      files.add(
          new DataFile(
              name,
              100_000 + random.nextInt(1_000_000),
              time.plusNanos(random.nextInt(1_000_000_000)),
              HexFormat.of().formatHex(hash),
              null));
    }
    return files;
  }

  /** A decision on a table of ten columns. */
  private static Decision decision(int day, Decision.DataFiles files, String previous) {
    Integer parent = day == 1 ? null : day - 1;
    double score = 0.9 + day / 1e5;
    String hash = Sha256.hex("day " + day);
    return new Decision(
        CheckedJson.FORMAT_VERSION,
        day,
        FIRST.plus(Duration.ofDays(day)),
        Kind.PUBLISHED,
        day,
        parent,
        List.of(
            String.format(
                Locale.ROOT,
                "accuracy %.4f on 2,000 rows, %.4f of version %d",
                score,
                0.9,
                day - 1),
            "bootstrap: with 95% confidence accuracy is better by at least 0"),
        null,
        new Decision.Scores("accuracy", score, 0.9, 2_000, true),
        null,
        new Decision.Test("bootstrap", 0.01, 0.02, 0.95),
        IntStream.range(0, 20)
            .mapToObj(i -> new Decision.Check("psi", "column" + i / 2, 0.0123, 0.25, "pass"))
            .toList(),
        new Decision.Fingerprints(hash, hash, hash),
        new Decision.Rows(20_000, 16_000, 2_000, 2_000, 0),
        null,
        null,
        12.5,
        files,
        null,
        hash.substring(0, 32),
        ".new-" + hash.substring(0, 32),
        hash,
        day,
        "host",
        previous);
  }
}
