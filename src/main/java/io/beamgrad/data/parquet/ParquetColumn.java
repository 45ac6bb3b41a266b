package io.beamgrad.data.parquet;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.IntSupplier;
import org.apache.parquet.CorruptDeltaByteArrays;
import org.apache.parquet.bytes.ByteBufferInputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.bytes.BytesUtils;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.Dictionary;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.ValuesType;
import org.apache.parquet.column.page.DataPage;
import org.apache.parquet.column.page.DataPageV1;
import org.apache.parquet.column.page.DataPageV2;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.values.RequiresPreviousReader;
import org.apache.parquet.column.values.ValuesReader;
import org.apache.parquet.io.ParquetDecodingException;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Goes through the entries of a column chunk: their levels, and the values of those that have one.
 * Plain values and those of a dictionary, which nearly all files have, are decoded here; those of
 * other encodings by Apache Parquet's parquet-column.
 */
final class ParquetColumn {
  private final ColumnDescriptor descriptor;
  private final ParquetPages pages;
  private final @Nullable String writer;
  private final int mostRepetition;
  private final int mostDefinition;
  private final @Nullable Dictionary dictionary;
  private final byte[][] known; // bytes of the dictionary's values

  private long left; // entries behind the current one
  private int leftOfPage;
  private IntSupplier repetitions;
  private IntSupplier definitions;
  private ParquetValues values;
  private @Nullable ValuesReader reader; // of an encoding that is decoded by parquet-column

  private int repetition;
  private int definition;

  /**
   * Moves to the first entry.
   *
   * @param writer what the file says of the program that wrote it
   */
  ParquetColumn(ColumnDescriptor descriptor, ParquetPages pages, @Nullable String writer) {
    this.descriptor = descriptor;
    this.pages = pages;
    this.writer = writer;
    this.mostRepetition = descriptor.getMaxRepetitionLevel();
    this.mostDefinition = descriptor.getMaxDefinitionLevel();
    this.left = pages.values();
    DictionaryPage page = pages.dictionary();
    try {
      this.dictionary = page == null ? null : page.getEncoding().initDictionary(descriptor, page);
    } catch (IOException e) {
      throw new ParquetDecodingException("could not decode the dictionary for " + descriptor, e);
    }
    known = new byte[dictionary == null ? 0 : dictionary.getMaxId() + 1][];
    next();
  }

  ColumnDescriptor descriptor() {
    return descriptor;
  }

  /** The level that the entry repeats; 0 for a record's first, and behind the last entry. */
  int repetition() {
    return repetition;
  }

  /** How far the way to the value is there. */
  int definition() {
    return definition;
  }

  /** Whether the entry has a value. */
  boolean isThere() {
    return definition == mostDefinition;
  }

  /** The value of the entry, where it has one. */
  ParquetValues value() {
    return values;
  }

  /** Moves to the next entry. */
  void next() {
    if (left == 0) {
      repetition = 0;
      return;
    }
    while (leftOfPage == 0) {
      load();
    }
    left--;
    leftOfPage--;
    if (mostRepetition > 0) {
      repetition = repetitions.getAsInt();
    }
    if (mostDefinition > 0) {
      definition = definitions.getAsInt();
    }
    if (definition == mostDefinition) {
      values.next();
    }
  }

  private void load() {
    try {
      DataPage page = pages.next();
      if (page == null) {
        throw new IOException("there are fewer values than its header says");
      }
      if (page instanceof DataPageV1 one) {
        load(one);
      } else {
        load((DataPageV2) page);
      }
      leftOfPage = page.getValueCount();
    } catch (IOException e) {
      throw new ParquetDecodingException(
          "could not read page in col %s: %s".formatted(descriptor, e.getMessage()), e);
    }
  }

  private void load(DataPageV1 page) throws IOException {
    ByteBufferInputStream in = page.getBytes().toInputStream();
    int count = page.getValueCount();
    repetitions = levels(page.getRlEncoding(), ValuesType.REPETITION_LEVEL, count, in);
    definitions = levels(page.getDlEncoding(), ValuesType.DEFINITION_LEVEL, count, in);
    loadValues(page.getValueEncoding(), count, in);
  }

  private IntSupplier levels(
      Encoding encoding, ValuesType type, int count, ByteBufferInputStream in) throws IOException {
    int most = type == ValuesType.REPETITION_LEVEL ? mostRepetition : mostDefinition;
    if (most == 0) {
      return () -> 0;
    }
    if (encoding == Encoding.RLE) {
      int length = BytesUtils.readIntLittleEndian(in);
      return new ParquetRuns(in.slice(length), BytesUtils.getWidthFromMaxInt(most))::next;
    }
    ValuesReader packed = encoding.getValuesReader(descriptor, type);
    packed.initFromPage(count, in);
    return packed::readInteger;
  }

  private void load(DataPageV2 page) throws IOException {
    repetitions = levels(page.getRepetitionLevels(), mostRepetition);
    definitions = levels(page.getDefinitionLevels(), mostDefinition);
    loadValues(page.getDataEncoding(), page.getValueCount(), page.getData().toInputStream());
  }

  private static IntSupplier levels(BytesInput encoded, int most) throws IOException {
    ByteBufferInputStream in = encoded.toInputStream();
    ByteBuffer runs = in.slice(in.available());
    return new ParquetRuns(runs, BytesUtils.getWidthFromMaxInt(most))::next;
  }

  private void loadValues(Encoding encoding, int count, ByteBufferInputStream in)
      throws IOException {
    var physical = descriptor.getPrimitiveType();
    if (encoding.usesDictionary()) {
      if (dictionary == null) {
        throw new IOException("the dictionary is missing for encoding " + encoding);
      }
      int width = in.available() == 0 ? 0 : in.read();
      ByteBuffer indices = in.slice(in.available());
      values =
          new ParquetValues.OfDictionary(
              physical, dictionary, known, new ParquetRuns(indices, width));
    } else if (encoding == Encoding.PLAIN) {
      values = new ParquetValues.Plain(physical, in.slice(in.available()));
    } else {
      ValuesReader before = reader;
      reader = encoding.getValuesReader(descriptor, ValuesType.VALUES);
      if (CorruptDeltaByteArrays.requiresSequentialReads(writer, encoding)
          && before != null
          && reader instanceof RequiresPreviousReader needs) {
        needs.setPreviousReader(before);
      }
      reader.initFromPage(count, in);
      values = new ParquetValues.OfReader(physical, reader);
    }
  }
}
