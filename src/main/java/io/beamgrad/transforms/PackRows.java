package io.beamgrad.transforms;

import io.beamgrad.data.RowValuesHash;
import io.beamgrad.data.TableRow;
import io.beamgrad.schema.Chunk;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ReadSummary;
import io.beamgrad.schema.Reject;
import io.beamgrad.schema.Split;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.logicaltypes.EnumerationType;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TupleTagList;

/**
 * Packs rows from any source of Beam as {@link ReadExamples} does those of files, with the same
 * outputs: {@link ReadExamples#CHUNKS}, {@link ReadExamples#REJECTS} and {@link
 * ReadExamples#SUMMARIES}. Bounded or not, in any window; bundles and the order of rows make no
 * difference.
 *
 * <p>A row's identity is a hash of the values of its columns, 64 bits: equal rows are
 * interchangeable. (That two of a hundred million different rows have one hash, so that their order
 * among themselves is open, has a chance of 0.03%.) Columns are fields of the rows by their names;
 * what a field may hold is as for files, and what a column cannot take makes a reject, whose record
 * number is 0.
 */
public final class PackRows extends PTransform<PCollection<Row>, PCollectionTuple> {
  private final ShuffleSettings settings;
  private final String source;
  private final Split split;

  private PackRows(ShuffleSettings settings, String source, Split split) {
    this.settings = settings;
    this.source = source;
    this.split = split;
  }

  /** Rows named {@code rows}, to be split into those to train on and those to validate on. */
  public static PackRows of(ShuffleSettings settings) {
    return new PackRows(settings, "rows", Split.TRAIN);
  }

  /** The same under another name, which stands where files have their identity. */
  public PackRows named(String name) {
    return new PackRows(settings, name, split);
  }

  /** The same, but all rows are to test on. */
  public PackRows forTest() {
    return new PackRows(settings, source, Split.TEST);
  }

  /**
   * @throws IllegalArgumentException where the rows do not have the columns
   */
  @Override
  public PCollectionTuple expand(PCollection<Row> rows) {
    Schema schema = rows.getSchema();
    for (Column column : settings.columns()) {
      if (!schema.hasField(column.getName())) {
        throw new IllegalArgumentException(
            "%s: no field '%s'; the rows have %s"
                .formatted(source, column.getName(), String.join(", ", schema.getFieldNames())));
      }
    }
    return ReadExamples.withCoders(
        rows.apply(
            "PackRows",
            ParDo.of(new PackFn(settings, source, split))
                .withOutputTags(
                    ReadExamples.CHUNKS,
                    TupleTagList.of(ReadExamples.REJECTS).and(ReadExamples.SUMMARIES))));
  }

  private static final class PackFn extends DoFn<Row, KV<Integer, Chunk>> {
    private final ShuffleSettings settings;
    private final String name;
    private final Split split;
    private transient Map<BoundedWindow, Packing> byWindow;

    PackFn(ShuffleSettings settings, String name, Split split) {
      this.settings = settings;
      this.name = name;
      this.split = split;
    }

    @StartBundle
    public void startBundle() {
      byWindow = new HashMap<>();
    }

    @ProcessElement
    public void process(@Element Row row, BoundedWindow window, MultiOutputReceiver out) {
      Packing packing = byWindow.computeIfAbsent(window, w -> new Packing(settings, name, split));
      packing.out = out;
      packing.add(row);
    }

    @FinishBundle
    public void finishBundle(FinishBundleContext context) {
      byWindow.forEach(
          (window, packing) -> {
            packing.atEnd =
                chunk -> context.output(ReadExamples.CHUNKS, chunk, window.maxTimestamp(), window);
            packing.out = null;
            packing.packer.flush();
            context.output(
                ReadExamples.SUMMARIES, packing.summary(), window.maxTimestamp(), window);
          });
      byWindow = null;
    }
  }

  /** The rows of one window in one bundle. */
  private static final class Packing {
    private final ReadExamples.Packer packer;
    private final TableRow values;
    private final List<String> fields;
    private final String name;
    private DoFn.MultiOutputReceiver out;
    private Consumer<KV<Integer, Chunk>> atEnd;
    private long read;

    Packing(ShuffleSettings settings, String name, Split split) {
      this.name = name;
      this.values = new TableRow(settings.columns());
      this.fields = settings.columns().stream().map(Column::getName).distinct().toList();
      this.packer =
          new ReadExamples.Packer(
              name, split, settings, 1000, records -> {}, this::emit, this::reject);
    }

    void add(Row row) {
      read++;
      values.begin();
      for (String field : fields) {
        values.take(field, plain(row.getSchema().getField(field).getType(), row.getValue(field)));
      }
      values.end();
      if (values.isFaulty()) {
        packer.reject(values.reject(name, -1, null));
      } else {
        packer.accept(RowValuesHash.of(values.values()), values.values());
      }
    }

    /** An enumeration's value is its name. */
    private static Object plain(Schema.FieldType type, Object value) {
      return value instanceof EnumerationType.Value chosen
          ? type.getLogicalType(EnumerationType.class).toString(chosen)
          : value;
    }

    private void emit(KV<Integer, Chunk> chunk) {
      if (out == null) {
        atEnd.accept(chunk);
      } else {
        out.get(ReadExamples.CHUNKS).output(chunk);
      }
    }

    private void reject(Reject reject) {
      out.get(ReadExamples.REJECTS).output(reject);
    }

    ReadSummary summary() {
      return packer.summary(0, read, null);
    }
  }
}
