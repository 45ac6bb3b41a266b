package io.beamgrad.rundir;

import io.beamgrad.data.files.Sha256;
import io.beamgrad.data.sources.SourceFile;
import io.beamgrad.schema.HashChain;
import io.beamgrad.schema.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Links of SHA-256, each over the one before, from a run's source files to its last weights: two
 * runs that agree in a link agree in all before it. What each is over is in {@code
 * schemas/README.md}.
 */
public final class RunChain {
  private static final String START = "beamgrad run chain 1";

  private RunChain() {}

  /**
   * The chain of a training that succeeded; null where its outcome is of an earlier beamgrad, which
   * told no hashes of epochs.
   *
   * @param files all source files, in any order
   */
  public static @Nullable HashChain of(List<SourceFile> files, Outcome outcome) {
    List<String> weights = outcome.getEpochsSha256();
    if (weights.isEmpty()) {
      return null;
    }
    String source = link(START, "files", files(files));
    String rows = link(source, "rows", outcome.getDataChecksum());
    String encodings = link(rows, "encodings", outcome.getEncodingsSha256());
    String initial = link(encodings, "weights 0", weights.get(0));
    List<String> epochs = new ArrayList<>();
    String last = initial;
    for (int epoch = 1; epoch < weights.size(); epoch++) {
      last = link(last, "weights " + epoch, weights.get(epoch));
      epochs.add(last);
    }
    return new HashChain(source, rows, encodings, initial, epochs);
  }

  /** The link after another one, of what a hash says. */
  static String link(String before, String what, String hash) {
    return Sha256.hex("%s\n%s %s\n".formatted(before, what, hash));
  }

  private static String files(List<SourceFile> files) {
    StringBuilder text = new StringBuilder();
    files.stream()
        .sorted(Comparator.comparing(SourceFile::split).thenComparing(SourceFile::identity))
        .forEach(
            file ->
                text.append(
                    "%s %s %s\n".formatted(file.split(), file.fileBytes(), file.identity())));
    return Sha256.hex(text.toString());
  }
}
