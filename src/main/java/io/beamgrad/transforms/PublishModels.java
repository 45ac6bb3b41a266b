package io.beamgrad.transforms;

import io.beamgrad.data.files.Storage;
import io.beamgrad.schema.ModelRef;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.GlobalWindows;
import org.apache.beam.sdk.transforms.windowing.IntervalWindow;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PDone;

/**
 * Copies each trained model from the work folder to its final name, in one step: whoever reads that
 * name sees the whole model or the one before it. Replayed, it publishes the same model again.
 */
public final class PublishModels extends PTransform<PCollection<ModelRef>, PDone> {
  private static final String MODEL = "{model}";
  private static final String WINDOW = "{window}";

  private final String path;

  private PublishModels(String path) {
    this.path = path;
  }

  /**
   * @param path the final name, in which <code>{model}</code> stands for the model's name and
   *     <code>{window}</code> for the start of its window, such as {@code 2026-11-23T00:00:00.000Z}
   */
  public static PublishModels to(String path) {
    return new PublishModels(path);
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException where there are windows, but the name does not tell them apart
   */
  @Override
  public PDone expand(PCollection<ModelRef> models) {
    if (!(models.getWindowingStrategy().getWindowFn() instanceof GlobalWindows)
        && !path.contains(WINDOW)) {
      throw new IllegalArgumentException(
          "PublishModels: %s: each window would replace the model of the one before; put %s into it"
              .formatted(path, WINDOW));
    }
    models.apply("Publish", ParDo.of(new PublishFn(path)));
    return PDone.in(models.getPipeline());
  }

  private static final class PublishFn extends DoFn<ModelRef, Void> {
    private final String path;

    PublishFn(String path) {
      this.path = path;
    }

    @ProcessElement
    public void process(@Element ModelRef model, BoundedWindow window) {
      String start =
          window instanceof IntervalWindow interval ? interval.start().toString() : "all";
      Storage.copy(model.getPath(), path.replace(MODEL, model.getModel()).replace(WINDOW, start));
    }
  }
}
