package io.beamgrad.transforms;

import io.beamgrad.data.rows.ColumnBlock;
import io.beamgrad.data.rows.Columns;
import io.beamgrad.data.rows.RowBuilder;
import io.beamgrad.data.rows.RowSink;
import io.beamgrad.data.rows.WeightCheck;
import io.beamgrad.data.sources.RejectFiles;
import io.beamgrad.data.split.RowSplitter;
import io.beamgrad.data.split.SplitSink;
import io.beamgrad.schema.Column;
import io.beamgrad.schema.FileFormat;
import io.beamgrad.schema.FileRange;
import io.beamgrad.schema.ReadOutput;
import io.beamgrad.schema.ReadSummary;
import io.beamgrad.schema.Reject;
import io.beamgrad.schema.Split;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.logicaltypes.EnumerationType;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.Impulse;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.Row;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Packs rows from any source of Beam as {@link ReadExamples} does those of files, to be given to
 * {@link WriteBlocks}. Bounded or not, in any window; bundles and the order of rows make no
 * difference, but to the order of rejects.
 *
 * <p>A row's identity is a hash of the values of its columns, 64 bits: equal rows are
 * interchangeable. (That two of a hundred million different rows have one hash, so that their order
 * among themselves is open, has a chance of 0.03%.) Columns are fields of the rows by their names;
 * what a field may hold is as for files, and what a column cannot take makes a reject, whose record
 * number is 0. Of an empty collection in the global window it is said that nothing was read; of a
 * window without rows nothing is said.
 */
public final class PackRows
    extends PTransform<PCollection<Row>, PCollection<KV<Integer, ReadOutput>>> {
  private final ShuffleSettings settings;
  private final String source;

  private PackRows(ShuffleSettings settings, String source) {
    this.settings = settings;
    this.source = source;
  }

  /** Rows named {@code rows}, to be split into those to train on and those to validate on. */
  public static PackRows of(ShuffleSettings settings) {
    return new PackRows(settings, "rows");
  }

  /** The same under another name, which stands where files have their identity. */
  public PackRows named(String newSource) {
    return new PackRows(settings, newSource);
  }

  /**
   * @throws IllegalArgumentException where the rows do not have the columns, or splits or folds are
   *     by time: that needs files, which can be read twice
   */
  @Override
  public PCollection<KV<Integer, ReadOutput>> expand(PCollection<Row> rows) {
    if (settings.rule().timeColumn() != null) {
      throw new IllegalArgumentException(
          source
              + ": rows that are read once have no splits or folds by time; name the split in a column");
    }
    List<Column> columns = columns();
    Schema schema = rows.getSchema();
    for (Column column : columns) {
      if (!schema.hasField(column.getName())) {
        throw new IllegalArgumentException(
            "%s: no field '%s'; the rows have %s"
                .formatted(source, column.getName(), String.join(", ", schema.getFieldNames())));
      }
    }
    PCollection<KV<Integer, ReadOutput>> packed =
        rows.apply("PackRows", ParDo.of(new PackFn(settings, columns, source)))
            .setCoder(ReadExamples.CODER);
    if (!Windows.isGlobal(rows)) {
      return packed; // a window without rows is not known of
    }
    PCollection<KV<Integer, ReadOutput>> none =
        rows.getPipeline()
            .apply("Start", Impulse.create())
            .apply("NoRows", ParDo.of(new NoRowsFn(source)))
            .setCoder(ReadExamples.CODER);
    return PCollectionList.of(packed).and(none).apply("AllRows", Flatten.pCollections());
  }

  /** Says that nothing was read, so that a collection without rows is spoken of too. */
  private static final class NoRowsFn extends DoFn<byte[], KV<Integer, ReadOutput>> {
    private final String name;

    NoRowsFn(String name) {
      this.name = name;
    }

    @ProcessElement
    public void process(OutputReceiver<KV<Integer, ReadOutput>> out) {
      ReadSummary none =
          ReadSummary.newBuilder()
              .setFile(name)
              .setSplit(Split.TRAIN)
              .setFirstRecord(0)
              .setRead(0)
              .setRejected(0)
              .setLabels(List.of())
              .setHeldOut(0)
              .setFirstHeldOut(null)
              .setFirstReject(null)
              .setRejects(List.of())
              .setBroken(null)
              .build();
      out.output(KV.of(Bucket.SUMMARIES, new ReadOutput(none)));
    }
  }

  /** The columns of the settings, and the keys of their rule. */
  private List<Column> columns() {
    return Columns.withKeys(settings.columns(), settings.rule().keys());
  }

  /** The value of a field; that of an enumeration is its name. */
  static @Nullable Object value(Row row, String field) {
    Object value = row.getValue(field);
    return value instanceof EnumerationType.Value chosen
        ? row.getSchema()
            .getField(field)
            .getType()
            .getLogicalType(EnumerationType.class)
            .toString(chosen)
        : value;
  }

  private static final class PackFn extends DoFn<Row, KV<Integer, ReadOutput>> {
    private final ShuffleSettings settings;
    private final ArrayList<Column> columns;
    private final String name;
    private transient Map<BoundedWindow, Packing> byWindow;

    PackFn(ShuffleSettings settings, List<Column> columns, String name) {
      this.settings = settings;
      this.columns = new ArrayList<>(columns);
      this.name = name;
    }

    @StartBundle
    public void startBundle() {
      byWindow = new HashMap<>();
    }

    @ProcessElement
    public void process(
        @Element Row row, BoundedWindow window, OutputReceiver<KV<Integer, ReadOutput>> out) {
      Packing packing =
          byWindow.computeIfAbsent(window, of -> new Packing(settings.in(of), columns, name));
      packing.out = out::output;
      packing.add(row);
    }

    @FinishBundle
    public void finishBundle(FinishBundleContext context) {
      byWindow.forEach(
          (window, packing) -> {
            packing.out = packed -> context.output(packed, window.maxTimestamp(), window);
            packing.finish();
          });
      byWindow = null;
    }
  }

  /** The rows of one window in one bundle. */
  private static final class Packing {
    private final RowPacker packer;
    private final RowSink rows;
    private final RowBuilder values;
    private final List<String> fields;
    private final String name;
    private Consumer<KV<Integer, ReadOutput>> out;
    private long read;

    Packing(ShuffleSettings settings, List<Column> columns, String name) {
      this.name = name;
      this.values = new RowBuilder(columns);
      this.fields = columns.stream().map(Column::getName).distinct().toList();
      // A bundle has no name that a replay would give it again; files of one that failed are not
      // spoken of by any summary, and go with the work folder.
      RejectFiles rejects =
          RejectFiles.of(settings.rejectsFolder(), name + "-" + UUID.randomUUID());
      this.packer =
          new RowPacker(name, settings, 1000, rejects, records -> {}, packed -> out.accept(packed));
      FileRange all =
          FileRange.newBuilder()
              .setSplit(Split.TRAIN)
              .setFormat(FileFormat.AVRO)
              .setPath(name)
              .setLabelsPath(null)
              .setIdentity(name)
              .setFirstRecord(0)
              .setRecords(-1)
              .setColumns(columns)
              .build();
      this.rows =
          WeightCheck.of(
              all, new RowSplitter(all, settings.rule(), settings.seed(), numberless(packer)));
    }

    /** Rejects get the number 0: what stands for a row's number is a hash. */
    private static SplitSink numberless(RowPacker packer) {
      return new SplitSink() {
        @Override
        public void accept(Split of, long record, ColumnBlock row) {
          packer.accept(of, record, row);
        }

        @Override
        public void accept(Split of, int part, long record, ColumnBlock row) {
          packer.accept(of, part, record, row);
        }

        @Override
        public void holdOut(String word) {
          packer.holdOut(word);
        }

        @Override
        public void holdOut(long record, ColumnBlock row, long group) {
          packer.holdOut(record, row, group);
        }

        @Override
        public void reject(Reject reject) {
          packer.reject(Reject.newBuilder(reject).setRecord(0).build());
        }
      };
    }

    void add(Row row) {
      read++;
      values.begin();
      for (String field : fields) {
        values.take(field, value(row, field));
      }
      values.end();
      if (values.isFaulty()) {
        rows.reject(values.reject(name, -1, null));
      } else {
        rows.accept(values.row().hash(0), values.row());
      }
    }

    void finish() {
      packer.finish(Split.TRAIN, 0, read, null);
    }
  }
}
