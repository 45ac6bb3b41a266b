package io.beamgrad.predict;

import io.beamgrad.data.encoding.InputCounts;
import io.beamgrad.data.files.RecordFile;
import io.beamgrad.data.files.Storage;
import io.beamgrad.model.LoadedModel;
import io.beamgrad.schema.ModelRecord;
import io.beamgrad.schema.Prediction;
import io.beamgrad.schema.PredictionPart;
import io.beamgrad.schema.Reject;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Joins the parts of predictions to one file, in the order of files and records. The file appears
 * whole or not at all; it does not appear where a source file was broken or no record could be
 * used.
 */
public final class PredictionParts {
  private PredictionParts() {}

  /**
   * Joins the parts, then writes the sums over all parts into the outcome's file.
   *
   * @param parts in any order
   * @param to the file of predictions
   * @param rejects the file of rejects, empty where no record was rejected; null writes none
   */
  public static void join(
      PredictionSettings settings,
      List<PredictionPart> parts,
      String to,
      @Nullable String rejects) {
    List<PredictionPart> sorted =
        parts.stream().sorted(Comparator.comparing(PredictionPart::getIndex)).toList();
    PredictionPart all = sum(sorted, to);
    if (all.getBroken() == null && rejects != null) {
      RecordFile.of(Reject.class).concatenate(rejects, all.getRejects());
    }
    if (all.getBroken() == null && all.getPredicted() > 0) {
      List<String> paths = sorted.stream().map(PredictionPart::getPath).toList();
      if (settings.format() == PredictionFormat.AVRO) {
        RecordFile.of(Prediction.class).join(to, paths);
      } else {
        ModelRecord model = LoadedModel.of(settings.model()).model();
        boolean isCsv = settings.format() == PredictionFormat.CSV;
        byte[] header =
            isCsv ? PredictionWriter.csvHeader(model, settings.interval()) : new byte[0];
        Storage.write(to, out -> writeText(header, paths, out));
      }
    }
    RecordFile.of(PredictionPart.class).write(settings.outcome(), List.of(all));
  }

  private static void writeText(byte[] header, List<String> paths, OutputStream out)
      throws IOException {
    out.write(header);
    for (String path : paths) {
      try (InputStream in = Channels.newInputStream(Storage.open(path))) {
        in.transferTo(out);
      }
    }
  }

  private static PredictionPart sum(List<PredictionPart> parts, String to) {
    return PredictionPart.newBuilder()
        .setIndex(-1)
        .setPath(to)
        .setRead(parts.stream().mapToLong(PredictionPart::getRead).sum())
        .setPredicted(parts.stream().mapToLong(PredictionPart::getPredicted).sum())
        .setRejected(parts.stream().mapToLong(PredictionPart::getRejected).sum())
        .setRejects(parts.stream().flatMap(part -> part.getRejects().stream()).toList())
        .setFirstReject(first(parts.stream().map(PredictionPart::getFirstReject).toList()))
        .setBroken(first(parts.stream().map(PredictionPart::getBroken).toList()))
        .setInputs(InputCounts.sum(parts.stream().map(PredictionPart::getInputs).toList()))
        .build();
  }

  private static @Nullable String first(List<@Nullable String> texts) {
    return texts.stream().filter(Objects::nonNull).findFirst().orElse(null);
  }
}
