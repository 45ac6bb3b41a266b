package io.beamgrad.transforms;

import io.beamgrad.data.files.RecordFile;
import io.beamgrad.data.files.Storage;
import io.beamgrad.failure.BrokenFileException;
import io.beamgrad.failure.MissingDataException;
import io.beamgrad.schema.FileRange;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;

/**
 * Does a task with units of ranges, and leaves what comes of each in a file of its own, so that the
 * records of a unit never are elements; gives the places of the units that are done. What is wrong
 * with data is left in a file too, and nothing that data can cause is thrown. Done again, it leaves
 * the same.
 */
public final class ProcessUnits<R extends SpecificRecord>
    extends PTransform<PCollection<KV<Integer, List<FileRange>>>, PCollection<Integer>> {
  private final UnitTask<R> task;
  private final Class<R> type;
  private final String folder;

  private ProcessUnits(UnitTask<R> task, Class<R> type, String folder) {
    this.task = task;
    this.type = type;
    this.folder = folder;
  }

  /**
   * @param folder of the files, which the workers and whoever reads them share
   */
  public static <R extends SpecificRecord> ProcessUnits<R> of(
      UnitTask<R> task, Class<R> type, String folder) {
    return new ProcessUnits<>(task, type, folder);
  }

  @Override
  public PCollection<Integer> expand(PCollection<KV<Integer, List<FileRange>>> units) {
    return units
        .apply("ProcessRanges", ParDo.of(new ProcessFn<>(task, type, folder)))
        .setCoder(VarIntCoder.of());
  }

  private static String file(String folder, int unit, String ending) {
    return String.format(Locale.ROOT, "%s/%06d.%s", folder, unit, ending);
  }

  /**
   * What was left of all units, in their order.
   *
   * @param units how many there are
   * @throws BrokenFileException where the data of one cannot be used, or a file is not there
   */
  public static <R extends SpecificRecord> List<R> read(Class<R> type, String folder, int units) {
    List<R> all = new ArrayList<>();
    for (int unit = 0; unit < units; unit++) {
      Optional<byte[]> fault = Storage.readIfThere(file(folder, unit, "fault"));
      if (fault.isPresent()) {
        throw new BrokenFileException(new String(fault.get(), StandardCharsets.UTF_8));
      }
      all.addAll(RecordFile.of(type).read(file(folder, unit, "avro")));
    }
    return all;
  }

  private static final class ProcessFn<R extends SpecificRecord>
      extends DoFn<KV<Integer, List<FileRange>>, Integer> {
    private final UnitTask<R> task;
    private final Class<R> type;
    private final String folder;

    ProcessFn(UnitTask<R> task, Class<R> type, String folder) {
      this.task = task;
      this.type = type;
      this.folder = folder;
    }

    @ProcessElement
    public void process(@Element KV<Integer, List<FileRange>> unit, OutputReceiver<Integer> done) {
      List<R> records;
      try {
        records = task.of(unit.getValue());
      } catch (BrokenFileException | MissingDataException e) {
        byte[] fault = e.getMessage().getBytes(StandardCharsets.UTF_8);
        Storage.writeUnforced(file(folder, unit.getKey(), "fault"), out -> out.write(fault));
        return;
      }
      RecordFile.of(type).writeUnforced(file(folder, unit.getKey(), "avro"), records);
      done.output(unit.getKey());
    }
  }
}
