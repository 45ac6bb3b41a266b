package io.beamgrad.transforms;

import io.beamgrad.data.RejectsAside;
import io.beamgrad.data.RowValuesHash;
import io.beamgrad.data.TableRow;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.ReadOutput;
import io.beamgrad.schema.Split;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.extensions.avro.coders.AvroCoder;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.logicaltypes.EnumerationType;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.Row;

/**
 * Packs rows from any source of Beam as {@link ReadExamples} does those of files, with the same
 * outputs, for {@link WriteBlocks}. Bounded or not, in any window; bundles and the order of rows
 * make no difference.
 *
 * <p>A row's identity is a hash of the values of its columns, 64 bits: equal rows are
 * interchangeable. (That two of a hundred million different rows have one hash, so that their order
 * among themselves is open, has a chance of 0.03%.) Columns are fields of the rows by their names;
 * what a field may hold is as for files, and what a column cannot take makes a reject, whose record
 * number is 0.
 */
public final class PackRows
    extends PTransform<PCollection<Row>, PCollection<KV<Integer, ReadOutput>>> {
  private final ShuffleSettings settings;
  private final String name;
  private final Split split;

  private PackRows(ShuffleSettings settings, String name, Split split) {
    this.settings = settings;
    this.name = name;
    this.split = split;
  }

  /** Rows named {@code rows}, to be split into those to train on and those to validate on. */
  public static PackRows of(ShuffleSettings settings) {
    return new PackRows(settings, "rows", Split.TRAIN);
  }

  /** The same under another name, which stands where files have their identity. */
  public PackRows named(String source) {
    return new PackRows(settings, source, split);
  }

  /** The same, but all rows are to test on. */
  public PackRows forTest() {
    return new PackRows(settings, name, Split.TEST);
  }

  /**
   * @throws IllegalArgumentException where the rows do not have the columns
   */
  @Override
  public PCollection<KV<Integer, ReadOutput>> expand(PCollection<Row> rows) {
    Schema schema = rows.getSchema();
    for (Column column : settings.columns()) {
      if (!schema.hasField(column.getName())) {
        throw new IllegalArgumentException(
            "%s: no field '%s'; the rows have %s"
                .formatted(name, column.getName(), String.join(", ", schema.getFieldNames())));
      }
    }
    return rows.apply("PackRows", ParDo.of(new PackFn(settings, name, split)))
        .setCoder(KvCoder.of(VarIntCoder.of(), AvroCoder.specific(ReadOutput.class)));
  }

  private static final class PackFn extends DoFn<Row, KV<Integer, ReadOutput>> {
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
    public void process(
        @Element Row row, BoundedWindow window, OutputReceiver<KV<Integer, ReadOutput>> out) {
      Packing packing = byWindow.computeIfAbsent(window, w -> new Packing(settings, name, split));
      packing.out = out::output;
      packing.add(row);
    }

    @FinishBundle
    public void finishBundle(FinishBundleContext context) {
      byWindow.forEach(
          (window, packing) -> {
            packing.out = element -> context.output(element, window.maxTimestamp(), window);
            packing.finish();
          });
      byWindow = null;
    }
  }

  /** The rows of one window in one bundle. */
  private static final class Packing {
    private static final long EXPECTED_ROWS = 1000; // of a bundle; more are only slower

    private final ReadExamples.Packer packer;
    private final TableRow values;
    private final List<String> fields;
    private final String name;
    private Consumer<KV<Integer, ReadOutput>> out;
    private long read;

    Packing(ShuffleSettings settings, String name, Split split) {
      this.name = name;
      this.values = new TableRow(settings.columns());
      this.fields = settings.columns().stream().map(Column::getName).distinct().toList();
      this.packer =
          new ReadExamples.Packer(
              name,
              split,
              settings,
              EXPECTED_ROWS,
              records -> {},
              RejectsAside.ofRows(settings.rejectsFolder()),
              element -> out.accept(element));
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

    void finish() {
      packer.flush();
      out.accept(packer.summary(0, read, null));
    }
  }
}
