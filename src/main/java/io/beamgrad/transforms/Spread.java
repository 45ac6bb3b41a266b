package io.beamgrad.transforms;

import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;

/**
 * Gives the values in no order, those of different keys to different workers.
 *
 * <p>Beam's {@code Create} and {@code Reshuffle} spread by several steps more, each of which the
 * direct runner looks at again and again before a job starts.
 */
final class Spread<T> extends PTransform<PCollection<KV<Integer, T>>, PCollection<T>> {
  @Override
  public PCollection<T> expand(PCollection<KV<Integer, T>> keyed) {
    return keyed
        .apply("Group", GroupByKey.create())
        .apply("Values", ParDo.of(new ValuesFn<>()))
        .setCoder(((KvCoder<Integer, T>) keyed.getCoder()).getValueCoder());
  }

  private static final class ValuesFn<T> extends DoFn<KV<Integer, Iterable<T>>, T> {
    @ProcessElement
    public void process(@Element KV<Integer, Iterable<T>> keyed, OutputReceiver<T> out) {
      keyed.getValue().forEach(out::output);
    }
  }
}
