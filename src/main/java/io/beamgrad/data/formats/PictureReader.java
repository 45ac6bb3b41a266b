package io.beamgrad.data.formats;

import io.beamgrad.data.rows.BytesColumn;
import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.data.rows.RowSink;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.FileRange;
import io.beamgrad.schema.Reject;
import java.util.List;

/**
 * Reads a picture as the one record of its file, scaled to the shape of the range's one column; see
 * {@link ImageReader}. A picture that cannot be read, or has too many pixels, is a reject.
 */
public final class PictureReader implements RecordReader {
  @Override
  public long read(FileRange range, RowSink sink) {
    Column image = range.getColumns().get(0);
    List<Integer> shape = image.getShape();
    String file = range.getPath();
    byte[] pixels;
    try {
      pixels = ImageReader.read(file, shape.get(0), shape.get(1)).pixels();
    } catch (BrokenFileException e) {
      String name = file.substring(file.lastIndexOf('/') + 1) + ": ";
      String reason = e.getMessage();
      sink.reject(
          new Reject(
              range.getIdentity(),
              0L,
              null,
              null,
              null,
              reason.startsWith(name) ? reason.substring(name.length()) : reason));
      return 1;
    }
    sink.accept(0, ColumnBlock.of(1, new BytesColumn(image, pixels)));
    return 1;
  }
}
