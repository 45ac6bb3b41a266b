package io.beamgrad.transforms;

import io.beamgrad.data.files.RecordFile;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.specific.SpecificRecord;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.WithKeys;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.TypeDescriptors;

/**
 * Writes all elements of a window to one file, sorted, so that the same elements give the same
 * file, and gives its path. The file appears whole or not at all, and not where there are no
 * elements. One worker holds all elements of a window in memory: it is for few. Replayed, it
 * replaces the file by the same.
 */
public final class WriteRecords<T extends Comparable<? super T>>
    extends PTransform<PCollection<T>, PCollection<String>> {

  /** Writes sorted records to a file, whole or not at all. */
  @FunctionalInterface
  public interface Format<T> extends Serializable {
    void write(String path, List<T> records);
  }

  private final String path;
  private final Format<T> format;
  private final boolean isOfOne;

  private WriteRecords(String path, Format<T> format, boolean isOfOne) {
    this.path = path;
    this.format = format;
    this.isOfOne = isOfOne;
  }

  /**
   * @param path in which <code>{window}</code> stands for the window, see {@link Windows}
   */
  public static <T extends Comparable<? super T>> WriteRecords<T> to(
      String path, Format<T> format) {
    return new WriteRecords<>(path, format, false);
  }

  /** Writes an Avro object container file. */
  public static <T extends SpecificRecord & Comparable<? super T>> WriteRecords<T> avro(
      String path, Class<T> type) {
    return to(path, (to, records) -> RecordFile.of(type).write(to, records));
  }

  /**
   * The same for a collection that has one element a window at most: it is written where it is, as
   * there are no others to gather. Of two, the one that is written last would stay; but of records
   * of a {@code model} there may be one for each where the path has <code>{model}</code>.
   */
  public WriteRecords<T> ofOne() {
    return new WriteRecords<>(path, format, true);
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException where there are windows, but the path does not tell them
   *     apart, or no windows and no end
   */
  @Override
  public PCollection<String> expand(PCollection<T> records) {
    Windows.requireTold("WriteRecords", path, records);
    if (Windows.isGlobal(records) && records.isBounded() != PCollection.IsBounded.BOUNDED) {
      throw new IllegalArgumentException(
          "WriteRecords: %s: expected a bounded collection or windows, found %s in the global window"
              .formatted(path, records.isBounded()));
    }
    if (isOfOne) {
      return records
          .apply("Write", ParDo.of(new WriteOneFn<>(path, format)))
          .setCoder(StringUtf8Coder.of());
    }
    return records
        .apply("OneKey", WithKeys.<Integer, T>of(0).withKeyType(TypeDescriptors.integers()))
        .apply("Gather", GroupByKey.create())
        .apply("Write", ParDo.of(new WriteFn<>(path, format)))
        .setCoder(StringUtf8Coder.of());
  }

  private static final class WriteFn<T extends Comparable<? super T>>
      extends DoFn<KV<Integer, Iterable<T>>, String> {
    private final String path;
    private final Format<T> format;

    WriteFn(String path, Format<T> format) {
      this.path = path;
      this.format = format;
    }

    @ProcessElement
    public void process(
        @Element KV<Integer, Iterable<T>> gathered,
        BoundedWindow window,
        OutputReceiver<String> out) {
      String to = Windows.path(path, window);
      List<T> records = new ArrayList<>();
      gathered.getValue().forEach(records::add);
      records.sort(Comparator.naturalOrder());
      format.write(to, records);
      out.output(to);
    }
  }

  private static final class WriteOneFn<T> extends DoFn<T, String> {
    private final String path;
    private final Format<T> format;

    WriteOneFn(String path, Format<T> format) {
      this.path = path;
      this.format = format;
    }

    @ProcessElement
    public void process(@Element T record, BoundedWindow window, OutputReceiver<String> out) {
      String to = Windows.path(path, window);
      if (to.contains(Windows.MODEL) && record instanceof IndexedRecord of) {
        Object model = of.get(of.getSchema().getField("model").pos());
        to = Windows.path(path, window, model.toString());
      }
      format.write(to, List.of(record));
      out.output(to);
    }
  }
}
