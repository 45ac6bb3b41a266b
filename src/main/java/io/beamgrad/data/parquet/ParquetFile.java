package io.beamgrad.data.parquet;

import io.beamgrad.data.rows.RejectText;
import io.beamgrad.data.streams.ParquetCodec;
import io.beamgrad.data.streams.SourceChannel;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.failure.MissingDataException;
import io.beamgrad.failure.WrongInputException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.Util;

/**
 * An open Parquet file: its footer, its schema, and a reader for each column of each row group. The
 * pages are decoded by Apache Parquet's parquet-column; this walks the file, as parquet-hadoop
 * would with Hadoop's classes. See https://parquet.apache.org/docs/file-format/.
 */
public final class ParquetFile implements AutoCloseable {
  private static final int MAGIC = 0x31524150; // PAR1, little-endian
  private static final int ENCRYPTED = 0x45524150; // PARE
  private static final int TAIL_BYTES = 8;

  private final String name;
  private final SourceChannel channel;
  private final FileMetaData footer;
  private final ParquetSchema schema;

  private ParquetFile(String name, SourceChannel channel, FileMetaData footer) {
    this.name = name;
    this.channel = channel;
    this.footer = footer;
    this.schema = new ParquetSchema(footer.getSchema(), GeoParquet.columns(footer));
  }

  /**
   * Opens a file and reads its footer.
   *
   * @throws MissingDataException where there is no such file
   * @throws BrokenFileException where it is no Parquet file, or a part of one
   * @throws WrongInputException where it is packed as a whole
   */
  public static ParquetFile open(String file, String name) {
    try {
      SourceChannel channel = SourceChannel.openUnpacked(file, name, "Parquet");
      try {
        return new ParquetFile(name, channel, readFooter(channel));
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
    } catch (WrongInputException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw broken(name, e);
    }
  }

  private static FileMetaData readFooter(SourceChannel channel) throws IOException {
    long size = channel.size();
    ByteBuffer tail = ByteBuffer.allocate(TAIL_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer head = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
    if (size >= TAIL_BYTES + 4) {
      channel.read(tail, size - TAIL_BYTES);
      channel.read(head, 0);
    }
    if (tail.hasRemaining()
        || head.hasRemaining()
        || head.getInt(0) != MAGIC
        || tail.getInt(4) != MAGIC) {
      boolean isEncrypted = tail.getInt(4) == ENCRYPTED;
      throw new IOException(
          isEncrypted ? "it is encrypted" : "PAR1 is not at its start and end; is it cut short?");
    }
    int length = tail.getInt(0);
    if (length <= 0 || length > size - TAIL_BYTES - 4) {
      throw new IOException("a footer of %s bytes in a file of %s".formatted(length, size));
    }
    ByteBuffer bytes = ByteBuffer.allocate(length);
    channel.read(bytes, size - TAIL_BYTES - length);
    return Util.readFileMetaData(new ByteArrayInputStream(bytes.array()));
  }

  /**
   * The exception for whatever a broken file made a decoder throw; what a server throws stays as it
   * is.
   */
  public static RuntimeException broken(String name, Exception e) {
    if (e instanceof BrokenFileException
        || e instanceof MissingDataException
        || e instanceof UncheckedIOException) {
      return (RuntimeException) e;
    }
    String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return new BrokenFileException(
        "%s: not a valid Parquet file: %s".formatted(name, RejectText.onOneLine(why)), e);
  }

  public String name() {
    return name;
  }

  public ParquetSchema schema() {
    return schema;
  }

  public List<RowGroup> rowGroups() {
    return footer.getRow_groups();
  }

  /** The bytes of all row groups, unpacked. */
  long dataBytes() {
    return rowGroups().stream().mapToLong(RowGroup::getTotal_byte_size).sum();
  }

  /**
   * Readers of some leaves in a row group.
   *
   * @throws IOException where the group does not have them
   * @throws BrokenFileException where they are packed by a codec that is not supported
   */
  public List<ParquetColumn> readers(RowGroup group, List<ParquetLeaf> leaves) throws IOException {
    List<ParquetColumn> readers = new ArrayList<>();
    for (ParquetLeaf leaf : leaves) {
      ColumnMetaData chunk = chunk(group, leaf.descriptor());
      if (!ParquetCodec.isRead(chunk.getCodec())) {
        throw new BrokenFileException(
            "%s: column %s is packed by %s, a codec that is not supported; these are: %s"
                .formatted(name, leaf.name(), chunk.getCodec(), ParquetCodec.names()));
      }
      if (leaf.descriptor().getMaxRepetitionLevel() == 0
          && chunk.getNum_values() != group.getNum_rows()) {
        throw new IOException(
            "column %s has %s values in %s rows"
                .formatted(leaf.name(), chunk.getNum_values(), group.getNum_rows()));
      }
      readers.add(
          new ParquetColumn(
              leaf.descriptor(), new ParquetPages(channel, chunk), footer.getCreated_by()));
    }
    return readers;
  }

  private static ColumnMetaData chunk(RowGroup group, ColumnDescriptor column) throws IOException {
    List<String> path = List.of(column.getPath());
    for (ColumnChunk chunk : group.getColumns()) {
      if (chunk.getMeta_data() != null && chunk.getMeta_data().getPath_in_schema().equals(path)) {
        return chunk.getMeta_data();
      }
    }
    throw new IOException("a row group has no column " + String.join(".", path));
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw broken(name, e);
    }
  }
}
