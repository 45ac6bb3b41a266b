package io.beamgrad.transforms;

import io.beamgrad.data.files.Storage;
import io.beamgrad.schema.ModelRef;
import org.apache.beam.sdk.extensions.avro.coders.AvroCoder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.PCollection;

/**
 * Copies each trained model from the work folder to its final name, in one step: whoever reads that
 * name sees the whole model or the one before it. Gives the models with their final names.
 * Replayed, it publishes the same model again.
 */
public final class PublishModels extends PTransform<PCollection<ModelRef>, PCollection<ModelRef>> {
  private final String path;

  private PublishModels(String path) {
    this.path = path;
  }

  /**
   * @param path the final name, in which <code>{model}</code> stands for the model's name and
   *     <code>{window}</code> for the start of its window, see {@link Windows}
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
  public PCollection<ModelRef> expand(PCollection<ModelRef> models) {
    Windows.requireTold("PublishModels", path, models);
    return models
        .apply("Publish", ParDo.of(new PublishFn(path)))
        .setCoder(AvroCoder.specific(ModelRef.class));
  }

  private static final class PublishFn extends DoFn<ModelRef, ModelRef> {
    private final String path;

    PublishFn(String path) {
      this.path = path;
    }

    @ProcessElement
    public void process(
        @Element ModelRef model, BoundedWindow window, OutputReceiver<ModelRef> out) {
      String to = Windows.path(path, window, model.getModel());
      Storage.copy(model.getPath(), to);
      out.output(new ModelRef(model.getModel(), to, model.getWeightsSha256()));
    }
  }
}
