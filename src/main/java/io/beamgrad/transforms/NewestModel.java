package io.beamgrad.transforms;

import io.beamgrad.schema.ModelRef;
import org.apache.beam.sdk.transforms.Latest;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.View;
import org.apache.beam.sdk.transforms.windowing.AfterPane;
import org.apache.beam.sdk.transforms.windowing.GlobalWindows;
import org.apache.beam.sdk.transforms.windowing.Repeatedly;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionView;
import org.joda.time.Duration;

/**
 * Gives a view of the model that came last, for {@link Predict}: in the global window, so that it
 * goes with elements in any, and with a new value as soon as there is a new model. Of those that a
 * runner sees together it is the one with the latest timestamp.
 *
 * <p>The file of a {@link ModelRef} stays as it is: workers read it when they need it, and refuse
 * one of other weights than the reference names. A new model goes to a new path.
 */
public final class NewestModel
    extends PTransform<PCollection<ModelRef>, PCollectionView<ModelRef>> {
  private NewestModel() {}

  public static NewestModel view() {
    return new NewestModel();
  }

  @Override
  public PCollectionView<ModelRef> expand(PCollection<ModelRef> models) {
    return models
        .apply(
            "AsTheyCome",
            Window.<ModelRef>into(new GlobalWindows())
                .triggering(Repeatedly.forever(AfterPane.elementCountAtLeast(1)))
                .withAllowedLateness(Duration.ZERO)
                .withOnTimeBehavior(Window.OnTimeBehavior.FIRE_IF_NON_EMPTY)
                .discardingFiredPanes())
        .apply("Latest", Latest.globally())
        .apply("View", View.asSingleton());
  }
}
