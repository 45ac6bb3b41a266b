package io.beamgrad.data.parquet;

import io.beamgrad.data.streams.ParquetCodec;
import io.beamgrad.data.streams.SourceChannel;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.CRC32;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DataPage;
import org.apache.parquet.column.page.DataPageV1;
import org.apache.parquet.column.page.DataPageV2;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.DataPageHeader;
import org.apache.parquet.format.DataPageHeaderV2;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.PageType;
import org.apache.parquet.format.Util;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The pages of one column chunk of a Parquet file, unpacked one after the other; checksums are
 * checked where there are any.
 */
final class ParquetPages {
  private static final int MAX_PAGE_BYTES = 1 << 30;

  private final ColumnMetaData chunk;
  private final ChunkStream in;
  private DictionaryPage dictionary;
  private DataPage first;
  private long valuesRead;

  ParquetPages(SourceChannel channel, ColumnMetaData chunk) throws IOException {
    this.chunk = chunk;
    long start = chunk.getData_page_offset();
    if (chunk.isSetDictionary_page_offset() && chunk.getDictionary_page_offset() > 0) {
      start = Math.min(start, chunk.getDictionary_page_offset());
    }
    in = new ChunkStream(channel, start, start + chunk.getTotal_compressed_size());
    first = chunk.getNum_values() > 0 ? nextDataPage() : null; // and the dictionary before it
  }

  /** The dictionary of the values; null where they have none. */
  @Nullable DictionaryPage dictionary() {
    return dictionary;
  }

  /** How many values all pages have, nulls counted. */
  long values() {
    return chunk.getNum_values();
  }

  /** The next page; null behind the last. */
  @Nullable DataPage next() throws IOException {
    DataPage page = first == null ? nextDataPage() : first;
    first = null;
    return page;
  }

  private DataPage nextDataPage() throws IOException {
    while (valuesRead < chunk.getNum_values()) {
      PageHeader header = Util.readPageHeader(in);
      byte[] packed = in.readPage(header.getCompressed_page_size());
      if (header.isSetCrc()) {
        checkSum(header, packed);
      }
      int size = header.getUncompressed_page_size();
      if (size < 0 || size > MAX_PAGE_BYTES) {
        throw new IOException("a page of %s bytes".formatted(size));
      }
      if (header.getType() == PageType.DICTIONARY_PAGE) {
        dictionary =
            new DictionaryPage(
                BytesInput.from(unpacked(packed, 0, size)),
                header.getDictionary_page_header().getNum_values(),
                encoding(header.getDictionary_page_header().getEncoding()));
      } else if (header.getType() == PageType.DATA_PAGE) {
        return dataPage(header.getData_page_header(), unpacked(packed, 0, size), size);
      } else if (header.getType() == PageType.DATA_PAGE_V2) {
        return dataPage(header.getData_page_header_v2(), packed, size);
      }
    }
    return null;
  }

  private DataPage dataPage(DataPageHeader header, byte[] bytes, int size) {
    valuesRead += header.getNum_values();
    return new DataPageV1(
        BytesInput.from(bytes),
        header.getNum_values(),
        size,
        null,
        encoding(header.getRepetition_level_encoding()),
        encoding(header.getDefinition_level_encoding()),
        encoding(header.getEncoding()));
  }

  /** Levels are not packed, values may be. */
  private DataPage dataPage(DataPageHeaderV2 header, byte[] packed, int size) throws IOException {
    valuesRead += header.getNum_values();
    int repetition = header.getRepetition_levels_byte_length();
    int levels = repetition + header.getDefinition_levels_byte_length();
    if (repetition < 0 || levels < repetition || levels > packed.length || levels > size) {
      throw new IOException("a page whose levels have %s bytes".formatted(levels));
    }
    byte[] values =
        header.isIs_compressed()
            ? unpacked(packed, levels, size - levels)
            : Arrays.copyOfRange(packed, levels, packed.length);
    return DataPageV2.uncompressed(
        header.getNum_rows(),
        header.getNum_nulls(),
        header.getNum_values(),
        BytesInput.from(packed, 0, repetition),
        BytesInput.from(packed, repetition, levels - repetition),
        encoding(header.getEncoding()),
        BytesInput.from(values),
        null);
  }

  private static Encoding encoding(org.apache.parquet.format.Encoding encoding) {
    return Encoding.valueOf(encoding.name());
  }

  private static void checkSum(PageHeader header, byte[] packed) throws IOException {
    CRC32 sum = new CRC32();
    sum.update(packed, 0, packed.length);
    if ((int) sum.getValue() != header.getCrc()) {
      throw new IOException(
          String.format(
              Locale.ROOT,
              "a page's checksum is %08x, its header says %08x",
              (int) sum.getValue(),
              header.getCrc()));
    }
  }

  private byte[] unpacked(byte[] packed, int from, int size) throws IOException {
    CompressionCodec codec = chunk.getCodec();
    if (codec == CompressionCodec.UNCOMPRESSED) {
      return from == 0 ? packed : Arrays.copyOfRange(packed, from, packed.length);
    }
    return ParquetCodec.unpacked(codec, packed, from, size);
  }

  /** The bytes of the chunk, read in pieces. */
  private static final class ChunkStream extends InputStream {
    private static final int BUFFER_BYTES = 1 << 16;
    private static final int REMOTE_BUFFER_BYTES = 1 << 22;

    private final SourceChannel channel;
    private final ByteBuffer buffer;
    private final long end;
    private long position; // of what is behind the buffer

    ChunkStream(SourceChannel channel, long start, long end) {
      this.channel = channel;
      this.position = start;
      this.end = end;
      // A small row group has many chunks that are much smaller than this.
      int most = channel.isSlowToSeek() ? REMOTE_BUFFER_BYTES : BUFFER_BYTES;
      this.buffer = ByteBuffer.allocate((int) Math.max(0, Math.min(most, end - start))).limit(0);
    }

    @Override
    public int read() throws IOException {
      return fill() ? buffer.get() & 0xFF : -1;
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
      if (!fill()) {
        return -1;
      }
      int count = Math.min(length, buffer.remaining());
      buffer.get(to, offset, count);
      return count;
    }

    private boolean fill() throws IOException {
      if (buffer.hasRemaining()) {
        return true;
      }
      int most = (int) Math.min(buffer.capacity(), end - position);
      if (most <= 0) {
        return false;
      }
      buffer.clear().limit(most);
      channel.read(buffer, position);
      buffer.flip();
      position += buffer.remaining();
      return buffer.hasRemaining();
    }

    byte[] readPage(int size) throws IOException {
      if (size < 0 || size > end - position + buffer.remaining()) {
        throw new EOFException("a page of %s bytes goes beyond its column".formatted(size));
      }
      byte[] page = new byte[size];
      if (readNBytes(page, 0, size) < size) {
        throw new EOFException("it is cut short");
      }
      return page;
    }
  }
}
