package io.beamgrad.transforms;

import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.Impulse;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;

/**
 * Gives the elements of a list, in no order, spread over all workers. Bounded, in the global
 * window. Beam's {@code Create} and {@code Reshuffle} do the same by several steps more, each of
 * which the direct runner looks at again and again before a job starts.
 *
 * @param <T> the elements, which must be serialisable
 */
public final class FromList<T> extends PTransform<PBegin, PCollection<T>> {
  private final List<T> elements;
  private final Coder<T> coder;

  private FromList(List<T> elements, Coder<T> coder) {
    this.elements = List.copyOf(elements);
    this.coder = coder;
  }

  public static <T> FromList<T> of(List<T> elements, Coder<T> coder) {
    return new FromList<>(elements, coder);
  }

  @Override
  public PCollection<T> expand(PBegin begin) {
    return begin
        .apply("Start", Impulse.create())
        .apply("Emit", ParDo.of(new EmitFn<>(elements)))
        .setCoder(KvCoder.of(VarIntCoder.of(), coder))
        .apply("Spread", GroupByKey.create())
        .apply("Elements", ParDo.of(new ElementsFn<>()))
        .setCoder(coder);
  }

  /** Gives each element a key of its own. */
  private static final class EmitFn<T> extends DoFn<byte[], KV<Integer, T>> {
    private final ArrayList<T> elements;

    EmitFn(List<T> elements) {
      this.elements = new ArrayList<>(elements);
    }

    @ProcessElement
    public void process(OutputReceiver<KV<Integer, T>> out) {
      for (int i = 0; i < elements.size(); i++) {
        out.output(KV.of(i, elements.get(i)));
      }
    }
  }

  private static final class ElementsFn<T> extends DoFn<KV<Integer, Iterable<T>>, T> {
    @ProcessElement
    public void process(@Element KV<Integer, Iterable<T>> keyed, OutputReceiver<T> out) {
      keyed.getValue().forEach(out::output);
    }
  }
}
