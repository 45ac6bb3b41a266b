package io.beamgrad.transforms;

import io.beamgrad.predict.FilePredictor;
import io.beamgrad.predict.PredictionSettings;
import io.beamgrad.schema.FileRange;
import io.beamgrad.schema.PredictionPart;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.ListCoder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.extensions.avro.coders.AvroCoder;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;

/**
 * Predicts for the records of source files, and gives one part for each element of ranges, whose
 * key is the part's index. The predictions themselves are in a file of each part: single rows never
 * pay for being elements. Bounded or not, in any window; ranges that are read twice give the same
 * file. What is wrong with data is said in the part, and nothing that data can cause is thrown.
 */
public final class PredictFiles
    extends PTransform<PCollection<KV<Integer, List<FileRange>>>, PCollection<PredictionPart>> {

  /** The coder of the elements. */
  public static final KvCoder<Integer, List<FileRange>> CODER =
      KvCoder.of(VarIntCoder.of(), ListCoder.of(AvroCoder.specific(FileRange.class)));

  private final PredictionSettings settings;

  private PredictFiles(PredictionSettings settings) {
    this.settings = settings;
  }

  public static PredictFiles of(PredictionSettings settings) {
    return new PredictFiles(settings);
  }

  @Override
  public PCollection<PredictionPart> expand(PCollection<KV<Integer, List<FileRange>>> units) {
    return units
        .apply("PredictRanges", ParDo.of(new PredictFn(settings)))
        .setCoder(AvroCoder.specific(PredictionPart.class));
  }

  private static final class PredictFn extends DoFn<KV<Integer, List<FileRange>>, PredictionPart> {
    private final PredictionSettings settings;
    private final Counter rowsPredicted = Counters.of("rows_predicted");
    private final Counter rowsRejected = Counters.of("rows_rejected");
    private final Counter predictMillis = Counters.of("predict_millis");
    private transient FilePredictor predictor;

    PredictFn(PredictionSettings settings) {
      this.settings = settings;
    }

    @Setup
    public void setup() {
      predictor = new FilePredictor(settings);
    }

    @ProcessElement
    public void process(
        @Element KV<Integer, List<FileRange>> unit, OutputReceiver<PredictionPart> out) {
      long start = System.nanoTime();
      PredictionPart part = predictor.predict(unit.getKey(), unit.getValue());
      rowsPredicted.inc(part.getPredicted());
      rowsRejected.inc(part.getRejected());
      Counters.add(part.getInputs());
      predictMillis.inc(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
      out.output(part);
    }
  }
}
