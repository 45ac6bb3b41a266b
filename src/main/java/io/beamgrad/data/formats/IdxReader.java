package io.beamgrad.data.formats;

import io.beamgrad.data.rows.BytesColumn;
import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.rows.RowSink;
import io.beamgrad.data.streams.SourceStream;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.failure.MissingDataException;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ColumnType;
import io.beamgrad.schema.FileRange;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Reads pairs of IDX files, images and labels, plain or packed. The columns are {@code image},
 * BYTES of shape {@code [rows, cols]}, and {@code label}, BYTES of shape {@code []}; a range
 * without labels has the image alone. A plain file is read from the range's first record on; a
 * packed file has to be unpacked from its start.
 *
 * <p>Numbers of other types than unsigned bytes are read where they are whole numbers of 0 to 255.
 * Of QMNIST's labels, eight ints each, the first is the class.
 *
 * <p>A label may be any byte; the sink knows how many classes the job has. No record is ever
 * rejected: a fault of an IDX file breaks the whole file.
 */
public final class IdxReader implements RecordReader {
  /** The name of the column of images. */
  public static final String IMAGE = "image";

  /** The name of the column of labels. */
  public static final String LABEL = "label";

  /** The columns of a pair of files whose images have this header. */
  public static List<Column> columns(IdxHeader images) {
    return List.of(
        Columns.feature(IMAGE, ColumnType.BYTES, images.rowShape()),
        Columns.target(LABEL, ColumnType.BYTES, List.of()));
  }

  /**
   * Reads the range from its first record to its last.
   *
   * @throws MissingDataException where there is no such file
   * @throws BrokenFileException where a file is not IDX, has another size than its header says, has
   *     a number that is no byte, or the counts of images and labels differ. The end of a gzip file
   *     is seen only by the range that reaches it.
   */
  @Override
  public long read(FileRange range, RowSink sink) {
    boolean hasLabels = range.getLabelsPath() != null;
    try (SourceStream images = open(range.getPath(), range);
        SourceStream labels = hasLabels ? open(range.getLabelsPath(), range) : null) {
      IdxHeader header = IdxHeader.readImages(images);
      IdxHeader labelsHeader = hasLabels ? IdxHeader.readLabels(labels) : null;
      if (hasLabels) {
        checkPair(images.name(), header, labels.name(), labelsHeader);
      }
      long first = range.getFirstRecord();
      long end = range.getRecords() < 0 ? header.count() : first + range.getRecords();
      if (first < 0 || first > end || end > header.count()) {
        throw new IllegalArgumentException(
            "%s: no records %s to %s of %s".formatted(images.name(), first, end, header.count()));
      }
      skip(images, header, first);
      if (hasLabels) {
        skip(labels, labelsHeader, first);
      }

      byte[] image = new byte[header.rowValues()]; // (rows, cols)
      byte[] label = new byte[1];
      ColumnBlock row = row(range.getColumns(), header, images.name(), image, label);
      Rows imageRows = new Rows(images, header, image);
      Rows labelRows = hasLabels ? new Rows(labels, labelsHeader, label) : null;
      for (long record = first; record < end; record++) {
        imageRows.read(record);
        if (hasLabels) {
          labelRows.read(record);
        }
        sink.accept(record, row);
      }
      if (end == header.count()) {
        checkEnd(images, header);
        if (hasLabels) {
          checkEnd(labels, labelsHeader);
        }
      }
      return end - first;
    }
  }

  /**
   * Checks that there is a label for each image.
   *
   * @throws BrokenFileException where the counts differ
   */
  public static void checkPair(
      String imagesName, IdxHeader images, String labelsName, IdxHeader labels) {
    if (images.count() != labels.count()) {
      throw new BrokenFileException(
          "%s has %s images, but %s has %s labels"
              .formatted(imagesName, images.count(), labelsName, labels.count()));
    }
  }

  /** The row that the sink is given: the two arrays in the order of the columns. */
  private static ColumnBlock row(
      List<Column> columns, IdxHeader header, String name, byte[] image, byte[] label) {
    List<Column> known = columns(header);
    BytesColumn[] values = new BytesColumn[columns.size()];
    for (int i = 0; i < values.length; i++) {
      Column column = columns.get(i);
      boolean isImage = column.getName().equals(IMAGE);
      Column expected = known.get(isImage ? 0 : 1);
      if (!column.getName().equals(expected.getName())
          || column.getType() != expected.getType()
          || !column.getShape().equals(expected.getShape())) {
        throw new IllegalArgumentException(
            "%s: no column %s %s%s; an IDX pair has image BYTES%s and label BYTES[]"
                .formatted(
                    name,
                    column.getName(),
                    column.getType(),
                    column.getShape(),
                    header.rowShape()));
      }
      values[i] = new BytesColumn(column, isImage ? image : label);
    }
    return ColumnBlock.of(1, values);
  }

  private static SourceStream open(String path, FileRange range) {
    return SourceStream.open(path, FileIdentity.displayName(path, range.getIdentity()));
  }

  private static void skip(SourceStream in, IdxHeader header, long records) {
    long bytes = records * header.rowBytes();
    if (in.skip(bytes) < bytes) {
      throw header.wrongSize(in.name(), in.position());
    }
  }

  /** The rows of a file, read one after the other into the same bytes. */
  private static final class Rows {
    private final SourceStream in;
    private final IdxHeader header;
    private final byte[] row;
    private final byte[] numbers; // of the file; the row itself where these are its bytes

    Rows(SourceStream in, IdxHeader header, byte[] row) {
      this.in = in;
      this.header = header;
      this.row = row;
      int bytes = header.rowBytes();
      boolean isRow = bytes == row.length && header.type() == IdxType.UNSIGNED_BYTE;
      this.numbers = isRow ? row : new byte[bytes];
    }

    void read(long record) {
      if (in.read(numbers, numbers.length) < numbers.length) {
        throw header.wrongSize(in.name(), in.position());
      }
      if (numbers == row) {
        return;
      }
      ByteBuffer from = ByteBuffer.wrap(numbers);
      for (int i = 0; i < row.length; i++) {
        try {
          row[i] = header.type().toByte(from, i);
        } catch (ArithmeticException e) {
          throw new BrokenFileException(
              "%s: record %s: expected a whole number of 0 to 255, found %s (IDX of %s)"
                  .formatted(in.name(), record + 1, e.getMessage(), header.type()),
              e);
        }
      }
    }
  }

  private static void checkEnd(SourceStream in, IdxHeader header) {
    in.readToEnd();
    if (in.position() != header.fileBytes()) {
      throw header.wrongSize(in.name(), in.position());
    }
  }
}
