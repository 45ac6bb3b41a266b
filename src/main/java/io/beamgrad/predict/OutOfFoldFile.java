package io.beamgrad.predict;

import io.beamgrad.data.files.RecordFile;
import io.beamgrad.data.files.Storage;
import io.beamgrad.schema.FoldPrediction;
import io.beamgrad.schema.FoldResult;
import io.beamgrad.schema.Outcome;
import io.beamgrad.schema.Prediction;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.stream.Stream;
import org.apache.avro.file.DataFileStream;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;

/**
 * The file of what the models of folds say of the rows that they did not train on: a {@link
 * Prediction} for each row, in the order of files and records, as {@code predict} writes them.
 */
public final class OutOfFoldFile {
  /** By file and record, as rows are in the file. */
  public static final Comparator<FoldPrediction> ORDER =
      Comparator.comparing(FoldPrediction::getFile).thenComparingLong(FoldPrediction::getRecord);

  private static final int FRAME_ROWS = 1000;

  private OutOfFoldFile() {}

  /** A result without the files that are merged here, which lie in the work folder. */
  public static FoldResult withoutParts(FoldResult fold) {
    return FoldResult.newBuilder(fold).setPredictions(List.of()).setFiles(List.of()).build();
  }

  /** Deletes the files that would be merged here; those that a fold does not have are no fault. */
  public static void deleteParts(FoldResult fold) {
    fold.getPredictions().forEach(Storage::delete);
  }

  /**
   * Merges the sorted files of all folds, a row of each in memory at a time. The file appears whole
   * or not at all, and not where a fold has none. Models are named as the folds' outcomes have
   * them.
   */
  public static void write(String path, List<FoldResult> folds) {
    if (folds.stream().anyMatch(fold -> fold.getPredictions().isEmpty())) {
      return;
    }
    Stream<String> files = folds.stream().flatMap(fold -> fold.getFiles().stream());
    boolean isOneFile = files.distinct().count() == 1;
    String first = folds.get(0).getPredictions().get(0);
    String merged = first.substring(0, first.lastIndexOf('/')) + "/out-of-fold";
    Storage.write(merged, out -> merge(folds, isOneFile, out));
    RecordFile.of(Prediction.class).join(path, List.of(merged));
  }

  /** A file of sorted predictions, and the next one of it. */
  private static final class Part implements Closeable {
    private final DataFileStream<FoldPrediction> stream;
    private final String version; // of the model that says them
    private FoldPrediction next;

    Part(String path, Outcome of) throws IOException {
      version = OutputScores.version(of.getModel(), of.getWeightsSha256());
      stream =
          new DataFileStream<>(
              Channels.newInputStream(Storage.open(path)),
              new SpecificDatumReader<>(FoldPrediction.class));
    }

    boolean advance() {
      next = stream.hasNext() ? stream.next() : null;
      return next != null;
    }

    FoldPrediction next() {
      return next;
    }

    @Override
    public void close() throws IOException {
      stream.close();
    }
  }

  private static void merge(List<FoldResult> folds, boolean isOneFile, OutputStream out)
      throws IOException {
    PriorityQueue<Part> parts = new PriorityQueue<>(Comparator.comparing(Part::next, ORDER));
    List<Part> opened = new ArrayList<>();
    try {
      for (FoldResult fold : folds) {
        for (String path : fold.getPredictions()) {
          Part part = new Part(path, fold.getOutcome());
          opened.add(part);
          if (part.advance()) {
            parts.add(part);
          }
        }
      }
      Frames frames = new Frames(out);
      while (!parts.isEmpty()) {
        Part part = parts.poll();
        frames.add(named(part, isOneFile));
        if (part.advance()) {
          parts.add(part);
        }
      }
      frames.flush();
    } finally {
      for (Part part : opened) {
        part.close();
      }
    }
  }

  private static Prediction named(Part part, boolean isOneFile) {
    FoldPrediction row = part.next();
    Prediction of = row.getPrediction();
    String number = Long.toString(row.getRecord() + 1);
    return new Prediction(
        isOneFile ? number : row.getFile() + ":" + number,
        of.getLabel(),
        of.getProbabilities(),
        of.getValues(),
        part.version,
        Map.of(),
        Map.of(),
        List.of());
  }

  /** Writes the frames that {@link RecordFile#join} takes. */
  private static final class Frames {
    private final OutputStream out;
    private final ByteArrayOutputStream rows = new ByteArrayOutputStream();
    private final BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(rows, null);
    private final SpecificDatumWriter<Prediction> writer =
        new SpecificDatumWriter<>(Prediction.class);
    private long count;

    Frames(OutputStream out) {
      this.out = out;
    }

    void add(Prediction prediction) {
      try {
        writer.write(prediction, encoder);
        count++;
        if (count == FRAME_ROWS) {
          flush();
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e.getMessage(), e);
      }
    }

    void flush() throws IOException {
      if (count == 0) {
        return;
      }
      BinaryEncoder head = EncoderFactory.get().directBinaryEncoder(out, null);
      head.writeLong(count);
      head.writeLong(rows.size());
      rows.writeTo(out);
      rows.reset();
      count = 0;
    }
  }
}
