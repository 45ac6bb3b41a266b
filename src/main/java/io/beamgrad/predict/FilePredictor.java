package io.beamgrad.predict;

import io.beamgrad.data.encoding.InputCounts;
import io.beamgrad.data.files.Storage;
import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.data.rows.RowSink;
import io.beamgrad.data.sources.RejectFiles;
import io.beamgrad.data.sources.SourceFiles;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.failure.MissingDataException;
import io.beamgrad.model.LoadedModel;
import io.beamgrad.schema.FileFormat;
import io.beamgrad.schema.FileRange;
import io.beamgrad.schema.PredictionPart;
import io.beamgrad.schema.Reject;
import java.io.OutputStream;
import java.util.List;
import java.util.Locale;

/**
 * Writes predictions for the records of some file ranges, a part, into a file of its own, and the
 * rejects into another. A second attempt at the same part writes the same bytes under the same
 * names.
 */
public final class FilePredictor {
  private final PredictionSettings settings;
  private final LoadedModel model;

  /**
   * @throws MissingDataException where there is no such model
   * @throws BrokenFileException where the model file is damaged
   */
  public FilePredictor(PredictionSettings settings) {
    this.settings = settings;
    this.model = LoadedModel.of(settings.model());
  }

  /**
   * Predicts.
   *
   * @param index the number of the part
   * @param ranges the ranges of the part, with the columns that the model predicts from
   * @return the outcome of the part; a broken or missing file is named in it, not thrown
   */
  public PredictionPart predict(int index, List<FileRange> ranges) {
    String path = settings.part(index);
    RejectFiles rejects =
        RejectFiles.of(settings.folder(), String.format(Locale.ROOT, "rejects-%08d", index));
    Counting counts = new Counting(rejects);
    String broken = null;
    try {
      Storage.write(path, out -> predict(ranges, counts, out));
    } catch (BrokenFileException | MissingDataException e) {
      broken = e.getMessage();
    }
    return PredictionPart.newBuilder()
        .setIndex(index)
        .setPath(path)
        .setRead(counts.read)
        .setPredicted(counts.predicted)
        .setRejected(rejects.count())
        .setRejects(rejects.files())
        .setFirstReject(rejects.first())
        .setBroken(broken)
        .setInputs(counts.inputs.records())
        .build();
  }

  private void predict(List<FileRange> ranges, Counting counts, OutputStream out) {
    PredictionWriter writer = PredictionWriter.of(settings, model.model(), out);
    BatchPredictor predictor = new BatchPredictor(model, writer::write);
    counts.predictor = predictor;
    counts.inputs = new InputCounts(predictor.observer().columns());
    for (FileRange range : ranges) {
      boolean isPicture = range.getFormat() == FileFormat.PNG;
      if (settings.isOneFile()) {
        writer.begin("", true);
      } else if (isPicture) {
        writer.begin(range.getIdentity(), false);
      } else {
        writer.begin(range.getIdentity() + ":", true);
      }
      counts.read += SourceFiles.reader(range.getFormat()).read(range, counts);
      predictor.flush();
    }
    writer.flush();
  }

  private static final class Counting implements RowSink {
    private final RejectFiles rejects;
    private BatchPredictor predictor;
    private long read;
    private long predicted;
    private InputCounts inputs = new InputCounts(List.of());

    Counting(RejectFiles rejects) {
      this.rejects = rejects;
    }

    @Override
    public void accept(long record, ColumnBlock row) {
      predicted++;
      inputs.add(predictor.observer().observe(row, 0));
      predictor.add(record, row);
    }

    @Override
    public void reject(Reject reject) {
      rejects.add(reject);
    }
  }
}
